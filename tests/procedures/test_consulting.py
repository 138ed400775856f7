"""Asking staff and unions, reminding the silent, answering each view, closing: what was written, and who hears."""

from datetime import datetime, timedelta

import pytest
from builders import World, a_revision
from policy_acts import (
    DAY,
    HOUR,
    SECOND,
    a_union,
    again,
    answer_all,
    approve,
    ask,
    close,
    letters,
    say,
    somebody,
    the_policy,
)

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.core.clock import london, spoken
from forethought.core.errors import Refused, TooLate
from forethought.people import procedures as people
from forethought.people.models import Alarm, Kind, Letter
from forethought.policies import consulting, deciding
from forethought.policies import procedures as policies
from forethought.policies.models import Approval, Consultation, Invitation, Reply, Response, Revision
from forethought.policies.rules import Basis, Body, Outcome, Stance, Status, Views
from forethought.policies.standing import consulted_on, views_of


@pytest.fixture
def revision(world: World) -> Revision:
    """A change by one word, on its way."""
    return again(a_revision(world))


def sent(at: datetime) -> None:
    """Every letter that waits has gone."""
    Letter.objects.filter(try_at__isnull=False).update(try_at=None, sent_at=at)


# --- Opening ---


@pytest.mark.policy("F3")
def test_staff_and_each_union_are_asked_about_this_very_text(world: World, revision: Revision) -> None:
    unions = {a_union(world, "Teachers Together"), a_union(world, "Support Staff Together")}

    consultation = ask(world, revision, at=world.at)

    assert consultation.text == revision.text
    assert revision.based_on is not None and consultation.before == revision.based_on.text
    assert {one.union for one in consultation.invitations.all()} == unions | {None}
    assert again(revision).status == Status.CONSULTING
    entry = Entry.objects.get(verb="policies.open_consultation")
    assert bytes(revision.text.fingerprint).hex() in entry.body
    assert spoken(consultation.closes_at) == "midnight at the start of Saturday 19 December"


@pytest.mark.policy("F3")
def test_everybody_asked_gets_one_letter_and_whoever_opens_it_none(world: World, revision: Revision) -> None:
    a_union(world, "Teachers Together", representative=world.teacher)
    a_union(world, "Support Staff Together", representative=world.teacher)
    somebody(world, "No Mail")

    consultation = ask(world, revision, at=world.at)

    told = letters("view_wanted", consultation)
    assert told == sorted(one.name for one in world.everybody() if one != world.head)
    [by_when] = set(Letter.objects.filter(kind="view_wanted").values_list("by_when", flat=True))
    assert by_when is not None and spoken(by_when) == "11:59pm on Friday 18 December"


@pytest.mark.policy("F3")
def test_whoever_opens_it_is_staff_too_and_can_say_what_they_think(world: World, revision: Revision) -> None:
    consultation = ask(world, revision, at=world.at)

    response = say(consultation, world.head, at=world.at + HOUR)

    assert response.invitation.union is None and not response.late


@pytest.mark.policy("F3")
def test_a_union_taken_off_the_list_is_not_asked(world: World, revision: Revision) -> None:
    gone = a_union(world, "Once Recognised")
    policies.end_union(union=gone, by=world.head, at=world.at)

    consultation = ask(world, revision, at=world.at)

    assert consultation.invitations.filter(union__isnull=False).count() == 0


@pytest.mark.policy("F3")
def test_a_union_whose_representative_has_left_is_not_passed_over(world: World, revision: Revision) -> None:
    union = a_union(world)
    people.leave(person=union.representative, by=PROGRAM, at=world.at)

    with pytest.raises(Refused, match="Whoever spoke for Teachers Together has left"):
        ask(world, revision, at=world.at)
    assert not Consultation.objects.exists()


@pytest.mark.policy("F3")
def test_nobody_is_asked_about_the_text_in_force(world: World) -> None:
    revision = again(a_revision(world, changed=False))

    with pytest.raises(Refused, match="Nothing differs"):
        ask(world, revision, at=world.at)


@pytest.mark.policy("F3")
def test_of_two_who_ask_at_once_the_second_is_told(world: World, revision: Revision) -> None:
    version = revision.version
    ask(world, revision, at=world.at)

    with pytest.raises(TooLate, match="Amina Okafor did this"):
        consulting.open_consultation(
            policy=the_policy(), revision=revision, version=version, days=20, staff=[], by=world.chair, at=world.at
        )
    assert Consultation.objects.count() == 1


# --- Views and answers ---


@pytest.mark.policy("F3")
def test_views_are_counted_and_whoever_changed_their_mind_counts_once(world: World, revision: Revision) -> None:
    union = a_union(world)
    consultation = ask(world, revision, at=world.at)
    at = world.at + HOUR
    say(consultation, union.representative, Stance.NOT_AGREE, at=at)
    say(consultation, union.representative, Stance.COMMENTS, at=at + SECOND)
    say(consultation, world.teacher, Stance.AGREE, at=at)
    say(consultation, world.teacher, Stance.NOT_AGREE, at=at + SECOND)
    say(consultation, world.colleague, Stance.NO_VIEW, at=at)
    say(consultation, world.senior, Stance.NOT_AGREE, at=consultation.closes_at)

    assert views_of(consultation) == Views(in_time=5, unreplied=6, agreeing=1, against=1, unions_against=0)
    first = Response.objects.get(person=world.colleague)
    consulting.reply(response=first, words="Thank you.", by=world.head, at=at)
    assert views_of(consultation).unreplied == 5


@pytest.mark.policy("F3")
@pytest.mark.parametrize(("after", "late"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_a_view_is_late_from_midnight_on(world: World, revision: Revision, after: timedelta, late: bool) -> None:
    consultation = ask(world, revision, at=world.at)

    assert say(consultation, world.teacher, at=consultation.closes_at + after).late is late


@pytest.mark.policy("F3")
def test_a_view_after_closing_is_kept_as_late_and_answered_and_changes_no_outcome(
    world: World, revision: Revision
) -> None:
    union = a_union(world)
    consultation = ask(world, revision, at=world.at)
    close(world, revision, at=consultation.closes_at)
    sent(consultation.closes_at)

    response = say(consultation, union.representative, Stance.NOT_AGREE, at=consultation.closes_at + DAY)

    assert response.late
    assert letters("to_decide", consultation) == [world.head.name]
    consulting.reply(response=response, words="Too late for this one.", by=world.head, at=consultation.closes_at + DAY)
    assert letters("view_answered", consultation) == [union.representative.name]
    assert Invitation.objects.get(union=union).silent_at == consultation.closes_at
    assert Consultation.objects.get().outcome == Outcome.NO_RESPONSE
    assert approve(world, revision, at=consultation.closes_at + DAY).basis == Basis.CONSULTED


@pytest.mark.policy("F3")
def test_each_view_gets_one_answer_and_its_author_is_told(world: World, revision: Revision) -> None:
    consultation = ask(world, revision, at=world.at)
    response = say(consultation, world.teacher, Stance.COMMENTS, at=world.at)

    consulting.reply(response=response, words="It is shorter now.", by=world.head, at=world.at + HOUR)

    assert letters("view_answered", consultation) == [world.teacher.name]
    with pytest.raises(Refused, match="answered already"):
        consulting.reply(response=response, words="Something else.", by=world.chair, at=world.at + HOUR)
    assert Reply.objects.get().words == "It is shorter now."


@pytest.mark.policy("F3")
def test_whoever_answered_is_not_mailed_about_it_any_more(world: World, revision: Revision) -> None:
    consultation = ask(world, revision, at=world.at)

    say(consultation, world.teacher, at=world.at + HOUR)

    assert world.teacher.name not in letters("view_wanted", consultation)
    assert world.colleague.name in letters("view_wanted", consultation)


@pytest.mark.policy("F3")
def test_nobody_speaks_for_a_union_that_is_not_theirs(world: World, revision: Revision) -> None:
    union = a_union(world)
    consultation = ask(world, revision, at=world.at)

    with pytest.raises(Refused, match="You do not speak for that union now"):
        say(consultation, world.teacher, at=world.at, union=union)
    assert not Response.objects.exists()


@pytest.mark.policy("F3")
def test_a_withdrawn_consultation_takes_no_views_also_from_a_page_that_was_open(
    world: World, revision: Revision
) -> None:
    consultation = ask(world, revision, at=world.at)
    loaded = Consultation.objects.get()
    consulting.withdraw_consultation(
        revision=revision, version=again(revision).version, by=world.head, at=world.at + HOUR
    )

    with pytest.raises(Refused, match="no longer being asked about"):
        say(loaded, world.teacher, at=world.at + 2 * HOUR)
    assert not Alarm.objects.filter(about=consultation.pk, rung_at__isnull=True).exists()
    assert letters("view_wanted", consultation) == []
    assert again(revision).status == Status.DRAFTING


@pytest.mark.policy("F3")
def test_what_was_said_to_a_withdrawn_one_is_kept_and_the_next_begins_afresh(world: World, revision: Revision) -> None:
    first = ask(world, revision, at=world.at)
    say(first, world.teacher, Stance.NOT_AGREE, at=world.at)
    consulting.withdraw_consultation(
        revision=revision, version=again(revision).version, by=world.head, at=world.at + HOUR
    )

    second = ask(world, again(revision), at=world.at + 4 * DAY)

    assert views_of(second) == Views()
    assert first.responses.count() == 1
    assert second.closes_at > first.closes_at


# --- Closing ---


@pytest.mark.policy("F3")
def test_two_unions_one_silent_is_noted_when_it_closes(world: World, revision: Revision) -> None:
    loud, silent = a_union(world, "Loud Union"), a_union(world, "Silent Union")
    consultation = ask(world, revision, at=world.at)
    say(consultation, loud.representative, at=world.at + DAY)
    with pytest.raises(Refused, match="One view still waits"):
        close(world, revision, Outcome.AGREED, at=consultation.closes_at)
    answer_all(world, consultation, at=world.at + 2 * DAY)
    with pytest.raises(Refused, match="It is open until the end of Friday 18 December"):
        close(world, revision, Outcome.AGREED, at=consultation.closes_at - SECOND)

    close(world, revision, Outcome.AGREED, at=consultation.closes_at)

    silences = {one.union: one.silent_at for one in consultation.invitations.all()}
    assert silences == {loud: None, silent: consultation.closes_at, None: None}
    assert '"silent":1' in Entry.objects.get(verb="policies.close_consultation").body
    assert consulted_on(again(revision)) == consultation
    assert not Alarm.objects.filter(about=consultation.pk, rung_at__isnull=True).exists()


@pytest.mark.policy("F3")
def test_a_union_that_answered_late_did_not_answer_in_time(world: World, revision: Revision) -> None:
    union = a_union(world)
    consultation = ask(world, revision, at=world.at)
    say(consultation, union.representative, at=consultation.closes_at)
    answer_all(world, consultation, at=consultation.closes_at)

    close(world, revision, Outcome.NO_RESPONSE, at=consultation.closes_at)

    assert Invitation.objects.get(union=union).silent_at == consultation.closes_at


@pytest.mark.policy("F3")
def test_a_view_that_comes_while_somebody_closes_is_answered_first(world: World, revision: Revision) -> None:
    consultation = ask(world, revision, at=world.at)
    page = again(revision)
    say(consultation, world.teacher, at=consultation.closes_at + SECOND)

    with pytest.raises(Refused, match="One view still waits"):
        consulting.close_consultation(
            revision=page,
            version=page.version,
            outcome=Outcome.NO_RESPONSE,
            reasons="",
            by=world.head,
            at=consultation.closes_at + HOUR,
        )
    assert again(revision).status == Status.CONSULTING


@pytest.mark.policy("F3")
def test_nothing_is_closed_where_nobody_was_asked(world: World, revision: Revision) -> None:
    with pytest.raises(Refused, match="Nobody is being asked"):
        close(world, revision, at=world.at)


# --- Approved again ---


@pytest.mark.policy("F1", "10.2")
def test_approved_again_unchanged_moves_the_review_alone(world: World, revision: Revision) -> None:
    policy, day = the_policy(), london(world.at).date()
    facts = {"policy": policy, "body": Body.FULL_BOARD, "met_on": day, "minute": "GB 9", "review_on": None}
    with pytest.raises(Refused, match="Only the body"):
        deciding.approve_again(**facts, version=policy.version, decides=False, by=world.head, at=world.at)  # type: ignore[arg-type]

    made = deciding.approve_again(**facts, version=policy.version, decides=True, by=world.chair, at=world.at)  # type: ignore[arg-type]

    assert (made.basis, made.revision) == (Basis.UNCHANGED, None)
    assert the_policy().review_on == made.review_on
    assert Alarm.objects.get(kind="review_due").rings_at.date() == made.review_on - timedelta(days=42)
    with pytest.raises(TooLate):
        deciding.approve_again(**facts, version=policy.version - 1, decides=True, by=world.chair, at=world.at)  # type: ignore[arg-type]
    assert Approval.objects.filter(basis=Basis.UNCHANGED).count() == 1


@pytest.mark.policy("2.5", "F3")
def test_a_volunteer_is_asked_like_everybody(world: World, revision: Revision) -> None:
    volunteer = somebody(world, "Val Unteer", email="val@one.example", kind=Kind.VOLUNTEER)

    consultation = ask(world, revision, at=world.at)

    assert volunteer.name in letters("view_wanted", consultation)
