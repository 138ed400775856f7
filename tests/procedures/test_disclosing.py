"""Papers for the person reported, or their companion: one writes them, a second opens them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import breach_steps as steps
import pytest
from builders import World, a_case

from forethought.audit.models import Entry
from forethought.cases.models import Papers, Seat
from forethought.cases.opened_papers import open_to, read_papers
from forethought.cases.seating import keep_out
from forethought.core.errors import Refused
from forethought.investigations import disclosing, handing_over
from forethought.investigations.disclosing import Pack
from forethought.investigations.models import Breach, Disclosure
from forethought.investigations.rules import LADO_FIRST, Part
from forethought.people import procedures as people
from forethought.people.models import Letter, Person

pytestmark = pytest.mark.policy("9.1")


def because(act: Callable[..., Any], **said: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(**said)
    return refused.value.sentence


def proposed(world: World, breach: Breach, by: Person | None = None, words: str = "The post.") -> Disclosure:
    return handing_over.propose_to(
        breach=breach, to="subject", words=words, ends_on=None, version=breach.version, by=by or world.head, at=world.at
    )


@pytest.fixture
def breach(world: World) -> Breach:
    return steps.to_answer(world)


def test_what_one_person_wrote_is_open_to_nobody(world: World, breach: Breach) -> None:
    row = proposed(world, breach)
    assert not Papers.objects.filter(person=world.colleague).exists()
    assert not Letter.objects.filter(person=world.colleague, kind="news").exists()
    assert b"The post." not in bytes(row.content)
    asked = Letter.objects.get(about=row.pk)
    assert (asked.person, asked.kind, asked.case_id) == (row.second, "needs_you", None)


def test_the_second_person_reads_it_and_opens_it(world: World, breach: Breach) -> None:
    row = proposed(world, breach)
    assert row.second == world.chair
    assert disclosing.see_disclosure(disclosure=row, by=world.chair, at=world.at)["words"] == "The post."
    disclosing.open_disclosure(disclosure=row, by=world.chair, at=world.at)
    papers = open_to(world.colleague, world.at).get()
    assert "The post." in str(read_papers(papers=papers, by=world.colleague, at=world.at))
    assert Disclosure.objects.get(pk=row.pk).papers == papers
    verbs = Entry.objects.filter(about=row.pk).order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == [f"investigations.{one}_disclosure" for one in ("propose", "see", "open")]
    assert not Letter.objects.filter(about=row.pk, try_at__isnull=False).exists()


def test_the_second_person_gets_no_seat_in_the_case(world: World, breach: Breach) -> None:
    row = proposed(world, breach)
    disclosing.open_disclosure(disclosure=row, by=world.chair, at=world.at)
    assert not Seat.objects.filter(case=breach.case, person=world.chair).exists()


def test_whoever_wrote_it_never_opens_it(world: World, breach: Breach) -> None:
    row = proposed(world, breach)
    assert because(disclosing.open_disclosure, disclosure=row, by=world.head, at=world.at).startswith("You wrote this.")
    for other in (world.vice, world.senior, world.colleague, world.teacher):
        reason = because(disclosing.open_disclosure, disclosure=row, by=other, at=world.at)
        assert reason == "Somebody else is asked about this."


def test_what_somebody_else_wrote_is_opened_by_whoever_handles_it(world: World, breach: Breach) -> None:
    investigator = breach.case.chosen.get(part=Part.INVESTIGATOR).person
    assert investigator is not None
    row = proposed(world, breach, by=investigator)
    assert row.second == world.head == breach.case.manager
    disclosing.open_disclosure(disclosure=row, by=world.head, at=world.at)
    assert open_to(world.colleague, world.at).exists()


def test_it_is_settled_once(world: World, breach: Breach) -> None:
    row = proposed(world, breach)
    stale = Disclosure.objects.get(pk=row.pk)
    disclosing.open_disclosure(disclosure=row, by=world.chair, at=world.at)
    for act in (disclosing.open_disclosure, disclosing.withdraw_disclosure):
        by = world.chair if act is disclosing.open_disclosure else world.head
        assert because(act, disclosure=stale, by=by, at=world.at) == "This has been settled."
    assert Papers.objects.filter(person=world.colleague).count() == 1


def test_a_pack_that_was_declined_or_taken_back_stays_shut(world: World, breach: Breach) -> None:
    row = proposed(world, breach)
    assert because(disclosing.decline_disclosure, disclosure=row, words=" ", by=world.chair, at=world.at)
    disclosing.decline_disclosure(disclosure=row, words="It names a pupil.", by=world.chair, at=world.at)
    assert disclosing.words_of(Disclosure.objects.get(pk=row.pk))["declined"] == "It names a pupil."
    again = proposed(world, breach)
    assert because(disclosing.withdraw_disclosure, disclosure=again, by=world.chair, at=world.at)
    disclosing.withdraw_disclosure(disclosure=again, by=world.head, at=world.at)
    assert not Papers.objects.filter(person=world.colleague).exists()


def test_one_pack_waits_for_a_reader_at_a_time(world: World, breach: Breach) -> None:
    proposed(world, breach)
    reason = because(
        disclosing.propose_disclosure,
        case=breach.case,
        pack=Pack(world.colleague, "subject", "Papers", "More."),
        by=world.head,
        at=world.at,
    )
    assert reason.startswith("Papers for them wait")


def test_a_second_person_who_is_kept_out_since_reads_nothing_and_is_mailed_nothing(
    world: World, breach: Breach
) -> None:
    row = proposed(world, breach)
    keep_out(case=breach.case, people={world.chair.pk: "Named since"}, at=world.at)
    assert because(disclosing.see_disclosure, disclosure=row, by=world.chair, at=world.at)
    assert because(disclosing.open_disclosure, disclosure=row, by=world.chair, at=world.at)
    letters = list(Letter.objects.filter(about=row.pk))
    assert disclosing.withheld(letters, world.at) == {letters[0].id: "kept_out"}
    disclosing.withdraw_disclosure(disclosure=row, by=world.head, at=world.at)
    assert proposed(world, breach).second not in {world.chair, world.colleague, world.head}


def test_nobody_reported_reads_before_the_designated_officer_was_asked(world: World) -> None:
    breach = steps.a_breach(world, child="yes")
    pack = Pack(world.colleague, "subject", "Papers", "The post.")
    assert because(disclosing.propose_disclosure, case=breach.case, pack=pack, by=world.head, at=world.at) == LADO_FIRST


def test_papers_of_any_case_for_the_person_it_is_about_need_two(world: World) -> None:
    case = a_case(world)
    pack = Pack(world.teacher, "concerned", "Papers", "What was done.")
    assert case.manager is not None
    row = disclosing.propose_disclosure(case=case, pack=pack, by=case.manager, at=world.at)
    assert row.second not in {None, case.manager, world.teacher}
    assert not open_to(world.teacher, world.at).exists()


def test_where_nobody_else_may_the_outside_one_is_named_and_their_yes_is_kept(world: World, breach: Breach) -> None:
    for person in (world.lead, world.senior, world.chair, world.vice):
        people.be_away(person=person, until=None, by=person, at=world.at - timedelta(hours=1))
    row = proposed(world, breach)
    assert row.second is None and row.outside
    said = {"disclosure": row, "who": "Jo Example, the trust", "words": "Read to her by phone at 4pm."}
    assert because(disclosing.note_outside_agreement, **{**said, "who": ""}, by=world.head, at=world.at)
    assert because(disclosing.note_outside_agreement, **said, by=world.chair, at=world.at)
    disclosing.note_outside_agreement(**said, by=world.head, at=world.at)
    assert open_to(world.colleague, world.at).exists()
    assert disclosing.words_of(Disclosure.objects.get(pk=row.pk))["who"] == "Jo Example, the trust"


def test_nobody_outside_agrees_in_place_of_somebody_here(world: World, breach: Breach) -> None:
    row = proposed(world, breach)
    reason = because(
        disclosing.note_outside_agreement, disclosure=row, who="A friend", words="By phone", by=world.head, at=world.at
    )
    assert reason.startswith("Somebody at the school can be the second person.")


def test_whoever_opened_papers_as_the_second_hears_no_appeal(world: World, breach: Breach) -> None:
    row = proposed(world, breach)
    disclosing.open_disclosure(disclosure=row, by=world.chair, at=world.at)
    with pytest.raises(Refused, match="They had a part in this before"):
        steps.chose(world, breach, Part.APPEAL, world.chair)
