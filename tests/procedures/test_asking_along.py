"""Asking somebody to co-operate: asked, answered, shown, passed on, taken back; and nothing else changes."""

from datetime import timedelta

import pytest
from breach_steps import a_breach, it_was_serious, it_was_them
from builders import World, found_in_the_clear

from forethought.audit.models import Entry
from forethought.cases.models import Owed, Seat
from forethought.core.errors import Refused
from forethought.investigations import asking_along, weighing
from forethought.investigations.models import Breach
from forethought.investigations.standing import breach_of, standing_of
from forethought.investigations.weighing_models import CooperationAnswer, CooperationRequest, Weighing
from forethought.people.models import Letter

DAY = timedelta(days=1)


def asked(world: World, breach: Breach | None = None, device: str = "own") -> CooperationRequest:
    breach = breach or a_breach(world)
    return asking_along.ask_cooperation(
        case=breach.case,
        device=device,
        scope="The posts of 12 November.",
        reasons="To see the whole thread.",
        rights_told=True,
        due_at=world.at + 7 * DAY,
        by=world.head,
        at=world.at,
    )


def answered(world: World, request: CooperationRequest, answer: str, reasons: str = "") -> CooperationAnswer:
    return asking_along.answer_cooperation(
        request=request, answer=answer, reasons=reasons, by=world.colleague, at=world.at + DAY
    )


@pytest.mark.policy("9.2", "9.2a")
def test_a_request_is_sealed_on_the_clock_and_its_letter_says_nothing(world: World) -> None:
    request = asked(world)

    assert request.person == world.colleague
    assert found_in_the_clear("posts of 12 November") == []
    assert Owed.objects.get(kind="cooperate").due_at == world.at + 7 * DAY
    letter = Letter.objects.get(person=world.colleague)
    assert (letter.kind, letter.case_id, letter.by_when) == ("news", None, None)
    assert Entry.objects.filter(verb="investigations.ask_cooperation", about=request.id).exists()


@pytest.mark.policy("7.2", "9.2")
def test_being_asked_opens_nothing_of_the_case(world: World) -> None:
    request = asked(world)
    assert not Seat.objects.filter(case=request.case, person=world.colleague).exists()
    assert request.case.exclusions.filter(person=world.colleague).exists()


@pytest.mark.policy("9.2")
def test_nobody_is_asked_before_it_is_known_who_it_may_be(world: World) -> None:
    breach = a_breach(world)
    Breach.objects.filter(pk=breach.pk).update(subject=None)
    with pytest.raises(Refused, match="who it may be about"):
        asked(world, breach)


@pytest.mark.policy("6.5", "9.2")
def test_nobody_is_asked_before_the_designated_officer_was_consulted(world: World) -> None:
    with pytest.raises(Refused, match="designated officer"):
        asked(world, a_breach(world, child="yes"))


@pytest.mark.policy("9.2a")
@pytest.mark.parametrize(("answer", "reasons"), [("show", ""), ("export", ""), ("decline", "It is private.")])
def test_every_answer_is_noted_alike_and_changes_nothing_else(world: World, answer: str, reasons: str) -> None:
    breach = a_breach(world)
    it_was_them(world, breach)
    it_was_serious(world, breach)
    request = asked(world, breach)
    now = world.at + 2 * DAY
    before = (
        standing_of(breach_of(breach.case), now),
        weighing.weighed_of(breach.case, now),
        weighing.why_not_sanction(case=breach.case, at=now),
        list(Weighing.objects.values_list("pk", "result", "choices")),
        list(Breach.objects.values()),
    )

    row = answered(world, request, answer, reasons)

    after = (
        standing_of(breach_of(breach.case), now),
        weighing.weighed_of(breach.case, now),
        weighing.why_not_sanction(case=breach.case, at=now),
        list(Weighing.objects.values_list("pk", "result", "choices")),
        list(Breach.objects.values()),
    )
    assert after == before
    assert asking_along.words_of(row, request.case_id) == {"reasons": reasons}
    assert Owed.objects.get(kind="cooperate").done_at is not None
    (event,) = Entry.objects.filter(verb="investigations.answer_cooperation")
    assert answer not in event.body and "private" not in event.body, "the trail does not say which"


@pytest.mark.policy("9.2a")
def test_somebody_may_change_their_mind_until_the_request_ends(world: World) -> None:
    request = asked(world)
    answered(world, request, "decline", "It is private.")
    answered(world, request, "show")
    assert request.answers.count() == 2

    asking_along.withdraw_request(request=request, reasons="", by=world.head, at=world.at + DAY)

    with pytest.raises(Refused, match="has ended"):
        answered(world, request, "show")
    assert asking_along.asked_of(world.colleague) == []


@pytest.mark.policy("2.3", "9.2a")
def test_a_showing_is_noted_with_witness_companion_and_time(world: World) -> None:
    request = asked(world)
    row = asking_along.note_showing(
        request=request,
        witness="David Reed",
        companion="Rita Shaw, union",
        shown="The whole thread. Nothing more.",
        shown_at=world.at + DAY,
        by=world.head,
        at=world.at + 2 * DAY,
    )

    said = asking_along.words_of(row, request.case_id)
    assert (said["witness"], said["companion"]) == ("David Reed", "Rita Shaw, union")
    assert said["shown_at"] == (world.at + DAY).isoformat()
    assert asking_along.is_ended(request) and found_in_the_clear("Rita Shaw, union") == []


@pytest.mark.policy("2.1", "9.2a")
def test_access_to_an_account_of_the_school_passes_to_a_custodian_without_a_password(world: World) -> None:
    request = asked(world, device="school")

    row = asking_along.pass_access_on(
        request=request, account="The school’s page", custodian=world.senior, by=world.head, at=world.at + DAY
    )

    assert row.custodian == world.senior and asking_along.is_ended(request)
    assert not any(
        "password" in field.name for model in (CooperationRequest, CooperationAnswer) for field in model._meta.fields
    )


@pytest.mark.policy("2.3", "9.2a")
def test_nothing_passes_on_of_somebodys_own_account(world: World) -> None:
    with pytest.raises(Refused, match="their own account"):
        asking_along.pass_access_on(
            request=asked(world), account="x", custodian=world.senior, by=world.head, at=world.at
        )


@pytest.mark.policy("9.2a")
def test_nobody_else_reads_or_copies_for_the_person_asked(world: World) -> None:
    request = asked(world)
    for act in (asking_along.read_request, asking_along.note_copy):
        with pytest.raises(Refused, match="Nothing is asked of you"):
            act(request=request, by=world.head, at=world.at)
