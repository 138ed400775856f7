"""A record that should never have been kept: unreadable at once, and settled by two people with no hand in it."""

from datetime import datetime, timedelta

import pytest
from builders import World, a_case, an_exhibit

from forethought.audit.models import Entry
from forethought.cases.models import Case, Draft, Report
from forethought.cases.seating import keep_out
from forethought.core.errors import Refused
from forethought.evidence.away_models import Away
from forethought.evidence.away_standing import SealedAway
from forethought.evidence.bundle_rules import HOLDS
from forethought.evidence.custody import place_hold
from forethought.evidence.models import Exhibit, ExhibitKey
from forethought.evidence.reading import content_of, vault
from forethought.people.models import Letter
from forethought.safeguarding import sealing_away
from forethought.safeguarding.models import Alert, AlertTold

CONTENT = b"\x89PNG\r\n\x1a\nwhat nobody should have kept"
INSTRUCTION = {"from_whom": "PC Example", "given_on": "13 November", "reference": "46/1"}


class Kept:
    """A case with one record that its reporter added, and the moments after it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.case: Case = a_case(world)
        draft = Draft.objects.get(pk=Report.objects.get(case=self.case).draft_id)
        self.exhibit: Exhibit = an_exhibit(draft, by=world.teacher, at=world.at, content=CONTENT)
        self._minutes = 0

    def later(self) -> datetime:
        self._minutes += 1
        return self.world.at + timedelta(minutes=self._minutes)

    def sealed(self, why: str = "child") -> Away:
        return sealing_away.seal_away(
            exhibit=self.exhibit, why=why, words="", answers={}, by=self.world.teacher, at=self.later()
        )


@pytest.fixture
def kept(world: World) -> Kept:
    return Kept(world)


def read(exhibit: Exhibit) -> bytes:
    return b"".join(content_of(Exhibit.objects.get(pk=exhibit.pk)))


@pytest.mark.policy("7.4")
def test_a_sealed_record_is_unreadable_at_once_and_its_bytes_stay(kept: Kept) -> None:
    assert read(kept.exhibit) == CONTENT
    kept.sealed()
    with pytest.raises(SealedAway):
        read(kept.exhibit)
    with vault().open(kept.exhibit.object_name) as file:
        assert file.read()


@pytest.mark.policy("7.4")
def test_what_forgets_to_ask_finds_no_key(kept: Kept) -> None:
    kept.sealed()
    assert bytes(ExhibitKey.objects.get(exhibit=kept.exhibit).wrapped) == b""


@pytest.mark.policy("6.5", "7.4")
def test_what_may_show_a_child_goes_to_the_lead_as_an_alert(kept: Kept) -> None:
    row = kept.sealed()
    alert = Alert.objects.get(case_id=kept.case.id)
    assert AlertTold.objects.filter(alert=alert, person=kept.world.lead).exists()
    assert row.told.filter(person=kept.world.lead).exists()
    assert Letter.objects.filter(person=kept.world.lead, kind="needs_you_now").exists()


@pytest.mark.policy("7.4")
def test_the_act_leaves_its_event_with_no_word_of_the_record(kept: Kept) -> None:
    kept.sealed()
    entry = Entry.objects.get(verb="safeguarding.seal_away")
    assert entry.about == kept.exhibit.pk
    assert "PNG" not in entry.body


@pytest.mark.policy("7.4")
def test_it_is_sealed_away_once(kept: Kept) -> None:
    kept.sealed()
    with pytest.raises(Refused, match="already"):
        kept.sealed()


@pytest.mark.policy("7.4")
def test_two_people_with_no_hand_in_it_release_it(kept: Kept) -> None:
    row = kept.sealed("not_ours")
    first, second = sealing_away.settlers(row)[:2]
    sealing_away.propose_release(row=row, words="It is the post itself.", by=first, at=kept.later())
    with pytest.raises(Refused, match="second person"):
        sealing_away.agree_to_proposal(row=row, by=first, at=kept.later())
    sealing_away.agree_to_proposal(row=row, by=second, at=kept.later())
    assert read(kept.exhibit) == CONTENT
    assert Away.objects.get(pk=row.pk).ended_as == "released"


@pytest.mark.policy("7.4")
def test_a_released_record_can_be_sealed_away_again(kept: Kept) -> None:
    row = kept.sealed("not_ours")
    first, second = sealing_away.settlers(row)[:2]
    sealing_away.propose_release(row=row, words="A slip.", by=first, at=kept.later())
    sealing_away.agree_to_proposal(row=row, by=second, at=kept.later())
    kept.sealed("not_ours")
    with pytest.raises(SealedAway):
        read(kept.exhibit)


@pytest.mark.policy("7.4")
def test_whoever_sealed_it_away_or_brought_it_settles_nothing(kept: Kept) -> None:
    row = sealing_away.seal_away(
        exhibit=kept.exhibit, why="not_ours", words="", answers={}, by=kept.world.lead, at=kept.later()
    )
    for person in (kept.world.lead, kept.world.teacher):
        with pytest.raises(Refused, match="no hand"):
            sealing_away.propose_release(row=row, words="Let it out.", by=person, at=kept.later())
    assert len(sealing_away.settlers(row)) >= sealing_away.ENOUGH


@pytest.mark.policy("7.4")
def test_somebody_kept_out_afterwards_neither_sees_nor_settles_it(kept: Kept) -> None:
    row = kept.sealed("not_ours")
    first = sealing_away.settlers(row)[0]
    keep_out(case=kept.case, people={first.pk: "named"}, at=kept.later())
    assert not sealing_away.may_open(row, first)
    with pytest.raises(Refused, match="no hand"):
        sealing_away.propose_release(row=row, words="Let it out.", by=first, at=kept.later())


@pytest.mark.policy("7.4")
def test_destroyed_on_an_instruction_key_and_bytes_are_gone(
    kept: Kept, django_capture_on_commit_callbacks: object
) -> None:
    row = kept.sealed()
    first, second = sealing_away.settlers(row)[:2]
    sealing_away.propose_destruction(
        row=row, instructed_by="police", instruction=INSTRUCTION, by=first, at=kept.later()
    )
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        sealing_away.agree_to_proposal(row=row, by=second, at=kept.later())
    assert not ExhibitKey.objects.filter(exhibit=kept.exhibit).exists()
    assert bytes(Away.objects.get(pk=row.pk).wrapped) == b""
    with pytest.raises(FileNotFoundError):
        vault().open(kept.exhibit.object_name)
    with pytest.raises(SealedAway):
        read(kept.exhibit)


@pytest.mark.policy("7.4")
def test_one_person_alone_cannot_destroy_what_may_be_evidence(kept: Kept) -> None:
    row = kept.sealed()
    first = sealing_away.settlers(row)[0]
    with pytest.raises(Refused, match="Only the police or a court"):
        sealing_away.propose_destruction(
            row=row, instructed_by="lead", instruction=INSTRUCTION, by=first, at=kept.later()
        )
    with pytest.raises(Refused, match="Nothing is proposed"):
        sealing_away.agree_to_proposal(row=row, by=first, at=kept.later())


@pytest.mark.policy("7.4")
def test_declined_it_stays_and_something_else_can_be_proposed(kept: Kept) -> None:
    row = kept.sealed("not_ours")
    first, second = sealing_away.settlers(row)[:2]
    sealing_away.propose_release(row=row, words="A slip.", by=first, at=kept.later())
    with pytest.raises(Refused, match="already"):
        sealing_away.propose_release(row=row, words="A slip.", by=second, at=kept.later())
    sealing_away.decline_proposal(row=row, words="It is private.", by=second, at=kept.later())
    with pytest.raises(SealedAway):
        read(kept.exhibit)
    sealing_away.propose_destruction(
        row=row, instructed_by="protection", instruction=INSTRUCTION, by=second, at=kept.later()
    )
    assert sealing_away.pending(row) is not None


@pytest.mark.policy("7.3", "7.4")
def test_a_hold_placed_after_the_proposal_stops_the_destruction(kept: Kept) -> None:
    row = kept.sealed()
    first, second = sealing_away.settlers(row)[:2]
    sealing_away.propose_destruction(
        row=row, instructed_by="police", instruction=INSTRUCTION, by=first, at=kept.later()
    )
    place_hold(
        case_id=kept.case.id,
        school_id=kept.world.school.id,
        kind=next(iter(HOLDS)),
        reason="A claim.",
        by=kept.world.head,
        at=kept.later(),
    )
    with pytest.raises(Refused):
        sealing_away.agree_to_proposal(row=row, by=second, at=kept.later())
    assert Away.objects.get(pk=row.pk).ended_at is None
    assert bytes(Away.objects.get(pk=row.pk).wrapped)
