"""What somebody might try at the gate, one by one: stale pages, two at once, a text changed and changed back."""

from datetime import datetime

import pytest
from builders import World, a_revision
from policy_acts import (
    DAY,
    HOUR,
    SECOND,
    TEXTS,
    a_closed_consultation,
    a_union,
    again,
    answer_all,
    approve,
    ask,
    close,
    nothing_slipped_through,
    publish,
    say,
    the_policy,
)

from forethought.acknowledgements import procedures as acknowledgements
from forethought.core.errors import Refused, TooLate
from forethought.policies import consulting
from forethought.policies import procedures as policies
from forethought.policies.models import Revision, Version
from forethought.policies.rules import Basis, Body, Outcome, Stance
from forethought.policies.standing import text_of
from forethought.policies.text import Text


def change(revision: Revision, text: Text, *, world: World, at: datetime) -> Revision:
    fresh = again(revision)
    policies.change_text(
        revision=fresh, version=fresh.version, text=text, label=fresh.label, summary="", by=world.head, at=at
    )
    return again(revision)


@pytest.fixture
def revision(world: World) -> Revision:
    """A change by one word, on its way."""
    return again(a_revision(world))


@pytest.mark.policy("F3")
def test_one_word_changed_cannot_be_approved_until_people_were_asked(world: World, revision: Revision) -> None:
    with pytest.raises(Refused, match="not been consulted on"):
        approve(world, revision, at=world.at)
    with pytest.raises(Refused, match="not approved yet"):
        publish(world, revision, at=world.at)

    later = a_closed_consultation(world, revision, at=world.at)
    approval = approve(world, revision, at=later)
    version = publish(world, revision, at=later)

    assert approval.basis == Basis.CONSULTED
    assert the_policy().in_force == version
    nothing_slipped_through()


@pytest.mark.policy("F3")
@pytest.mark.parametrize("other", [TEXTS[2], TEXTS[3]])
def test_one_character_changed_after_closing_opens_the_gate_again(
    world: World, revision: Revision, other: Text
) -> None:
    later = a_closed_consultation(world, revision, at=world.at)

    change(revision, other, world=world, at=later)

    with pytest.raises(Refused, match="not been consulted on"):
        approve(world, revision, at=later)


@pytest.mark.policy("F3")
def test_a_consultation_is_good_for_its_text_also_after_another_was_tried(world: World, revision: Revision) -> None:
    first = text_of(revision.text)
    later = a_closed_consultation(world, revision, at=world.at)
    change(revision, TEXTS[2], world=world, at=later)
    later = a_closed_consultation(world, revision, at=later)

    change(revision, first, world=world, at=later)
    approval = approve(world, revision, at=later)

    assert approval.consultation is not None
    assert (approval.basis, approval.consultation.text_id) == (Basis.CONSULTED, revision.text_id)


@pytest.mark.policy("F3")
def test_how_the_consultation_on_the_other_text_ended_is_not_taken_along(world: World, revision: Revision) -> None:
    first = text_of(revision.text)
    consultation = ask(world, revision, at=world.at)
    say(consultation, world.teacher, Stance.NOT_AGREE, at=world.at)
    answer_all(world, consultation, at=world.at)
    close(world, revision, Outcome.NOT_AGREED, reasons="Too long.", at=consultation.closes_at)
    change(revision, TEXTS[2], world=world, at=consultation.closes_at)
    later = a_closed_consultation(world, revision, at=consultation.closes_at)
    change(revision, first, world=world, at=later)

    with pytest.raises(Refused, match="ended without agreement"):
        approve(world, revision, at=later)
    assert approve(world, revision, reasons="The law asks for it.", at=later).reasons == "The law asks for it."


@pytest.mark.policy("F3")
def test_a_withdrawn_consultation_is_none(world: World, revision: Revision) -> None:
    ask(world, revision, at=world.at)
    consulting.withdraw_consultation(
        revision=revision, version=again(revision).version, by=world.head, at=world.at + HOUR
    )

    with pytest.raises(Refused, match="not been consulted on"):
        approve(world, again(revision), at=world.at + 60 * DAY)


@pytest.mark.policy("F3")
def test_a_consultation_on_an_earlier_change_is_none(world: World, revision: Revision) -> None:
    text = text_of(revision.text)
    later = a_closed_consultation(world, revision, at=world.at)
    policies.drop_revision(revision=revision, version=again(revision).version, by=world.head, at=later)
    second = policies.start_revision(policy=the_policy(), baseline=None, by=world.head, at=later)
    change(second, text, world=world, at=later)

    with pytest.raises(Refused, match="not been consulted on"):
        approve(world, second, at=later)


@pytest.mark.policy("F3")
def test_an_approval_does_not_come_back_with_its_text(world: World, revision: Revision) -> None:
    text = text_of(revision.text)
    later = a_closed_consultation(world, revision, at=world.at)
    approve(world, revision, at=later)
    change(revision, TEXTS[2], world=world, at=later)
    change(revision, text, world=world, at=later + SECOND)

    with pytest.raises(Refused, match="not approved yet"):
        publish(world, revision, at=later)
    approve(world, revision, at=later + HOUR)
    publish(world, revision, at=later + HOUR)


@pytest.mark.policy("F3")
def test_a_text_changed_elsewhere_after_approval_is_not_published(world: World, revision: Revision) -> None:
    later = a_closed_consultation(world, revision, at=world.at)
    approve(world, revision, at=later)
    mine = again(revision)
    theirs = change(revision, TEXTS[2], world=world, at=later)

    for version in (mine.version, theirs.version):
        # The second is a form that claims to have seen the newer state, against a row that was loaded before.
        with pytest.raises(Refused):
            acknowledgements.publish(policy=the_policy(), revision=mine, version=version, by=world.head, at=later)
    assert Version.objects.filter(brought=False).count() == 0


@pytest.mark.policy("F3")
def test_a_row_that_was_loaded_before_is_read_again_before_anything_is_decided(
    world: World, revision: Revision
) -> None:
    later = a_closed_consultation(world, revision, at=world.at)
    mine = again(revision)
    theirs = change(revision, TEXTS[2], world=world, at=later)

    with pytest.raises(Refused, match="not been consulted on"):
        approve(world, mine, version=theirs.version, at=later)
    assert mine.text_id == theirs.text_id


@pytest.mark.policy("F3", "F4")
def test_of_two_publishing_at_once_the_second_is_told(world: World, revision: Revision) -> None:
    later = a_closed_consultation(world, revision, at=world.at)
    approve(world, revision, at=later)
    one, other = again(revision), again(revision)
    acknowledgements.publish(policy=the_policy(), revision=one, version=other.version, by=world.head, at=later)

    with pytest.raises(TooLate, match="Amina Okafor did this"):
        acknowledgements.publish(policy=the_policy(), revision=other, version=other.version, by=world.chair, at=later)
    assert Version.objects.filter(brought=False).count() == 1


@pytest.mark.policy("F3")
def test_ownership_changed_meanwhile_does_not_stand_in_the_way(world: World, revision: Revision) -> None:
    later = a_closed_consultation(world, revision, at=world.at)
    approve(world, revision, at=later)
    policy, fresh = the_policy(), again(revision)
    theirs = the_policy()
    policies.change_ownership(
        policy=theirs,
        version=theirs.version,
        author="The business manager",
        body=Body.COMMITTEE,
        consult_days=15,
        read_days=5,
        answer_days=2,
        own_words=False,
        decides=True,
        by=world.head,
        at=later,
    )

    acknowledgements.publish(policy=policy, revision=fresh, version=fresh.version, by=world.head, at=later)

    assert the_policy().author == "The business manager"


@pytest.mark.policy("F3")
@pytest.mark.parametrize("reasons", ["", " \n"])
def test_deciding_without_asking_needs_reasons_and_whoever_may_decide(
    world: World, revision: Revision, reasons: str
) -> None:
    with pytest.raises(Refused, match="reasons for deciding without"):
        approve(world, revision, without=True, reasons=reasons, at=world.at)
    with pytest.raises(Refused, match="Only the body"):
        approve(world, revision, without=True, reasons="A court ruled today.", decides=False, at=world.at)

    made = approve(world, revision, without=True, reasons="A court ruled today.", at=world.at)

    assert (made.basis, made.reasons, made.consultation) == (Basis.DECIDED, "A court ruled today.", None)


@pytest.mark.policy("F3", "10.3")
def test_a_union_that_does_not_agree_cannot_be_written_away(world: World, revision: Revision) -> None:
    union = a_union(world)
    consultation = ask(world, revision, at=world.at)
    say(consultation, union.representative, Stance.NOT_AGREE, at=world.at)
    say(consultation, world.teacher, at=world.at)
    answer_all(world, consultation, at=world.at)

    for outcome in (Outcome.AGREED, Outcome.COMMENTS, Outcome.NO_RESPONSE):
        with pytest.raises(Refused):
            close(world, revision, outcome, at=consultation.closes_at)
    close(world, revision, Outcome.NOT_AGREED, reasons="We disagree.", at=consultation.closes_at)
    with pytest.raises(Refused, match="ended without agreement"):
        approve(world, revision, at=consultation.closes_at)


@pytest.mark.policy("F1", "F3")
def test_a_body_decides_after_the_consultation_has_closed(world: World, revision: Revision) -> None:
    later = a_closed_consultation(world, revision, at=world.at)

    with pytest.raises(Refused, match="The consultation closed on"):
        approve(world, revision, met_on=later.date() - DAY, at=later)


@pytest.mark.policy("F3")
def test_going_back_to_the_version_before_is_a_change_too(world: World, revision: Revision) -> None:
    assert revision.based_on is not None
    before = text_of(revision.based_on.text)
    later = a_closed_consultation(world, revision, at=world.at)
    approve(world, revision, at=later)
    publish(world, revision, at=later)

    back = policies.start_revision(policy=the_policy(), baseline=None, by=world.head, at=later)
    change(back, before, world=world, at=later)

    with pytest.raises(Refused, match="not been consulted on"):
        approve(world, back, at=later)


@pytest.mark.policy("F2", "F3")
@pytest.mark.parametrize("agreed", [True, False])
def test_only_a_baseline_that_was_agreed_is_adopted_without_asking(
    world: World, revision: Revision, agreed: bool
) -> None:
    policies.keep_baseline(
        school=world.school,
        label="2",
        supplier="County",
        forum="Joint council" if agreed else "",
        agreed_on=world.at.date() - DAY if agreed else None,
        text=TEXTS[-1],
        by=world.head,
        at=world.at,
    )
    change(revision, TEXTS[-1], world=world, at=world.at)

    if agreed:
        assert approve(world, revision, at=world.at).basis == Basis.UNCHANGED
    else:
        with pytest.raises(Refused, match="not been consulted on"):
            approve(world, revision, at=world.at)
