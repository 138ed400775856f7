"""Bundles made in the program: what is in them, what never is, and that a stranger's check finds them whole."""

import io
import json
import zipfile
from pathlib import Path

import bagit
import pytest
from builders import World, a_case, a_grant, an_exhibit, an_upload, harmed_in
from bundle_acts import CONTENT, Handed, bytes_of, note_of, read, states_of
from bundle_making import accepted, verifier

from forethought.audit import checkpoints
from forethought.audit.models import Checkpoint, Entry
from forethought.cases.models import Draft, Report
from forethought.core.errors import Refused
from forethought.evidence import bundle_drafts, bundle_entries, bundle_sweep, bundling, custody, shredding
from forethought.evidence.away_standing import SealedAway
from forethought.evidence.bundle_models import Bundle, BundleFile, BundleItem, BundleKey, Hold
from forethought.evidence.models import Exhibit
from forethought.evidence.procedures import keep_records
from forethought.evidence.reading import Damaged, vault
from forethought.evidence.redacting import discard_copy, redact_text
from forethought.people.models import Letter
from forethought.questions.procedures import ask_question
from forethought.safeguarding import procedures as police
from forethought.safeguarding import sealing_away
from forethought.safeguarding.disclosing import consent_of, recorded_grounds
from forethought.safeguarding.rules import Basis

pytestmark = pytest.mark.policy("7.3", "7.4")


@pytest.fixture(scope="module")
def verify():
    return verifier()


@pytest.fixture
def handed(world: World) -> Handed:
    return Handed(world)


def test_a_bundle_of_the_program_is_accepted_by_the_verifier_alone(handed, verify):
    bundle = handed.made()
    states = states_of(verify, bundle)
    assert [state for state, _ in states[:5]] == ["ok"] * 5
    assert read(bundle, "data/001-social.png") == CONTENT
    assert read(bundle, "data/002-report.txt") == b"What was reported.\n"


def test_a_school_that_has_sealed_words_of_its_own_makes_bundles_too(world: World, handed: Handed) -> None:
    ask_question(
        words="May I post our trip?", draft="", child="no", manager=world.senior, may_be_shared=True,
        by=world.teacher, at=world.at,
    )  # fmt: skip
    assert bytes_of(handed.made())


def test_archivists_tools_find_it_valid(handed, tmp_path: Path):
    bundle = handed.made()
    with zipfile.ZipFile(io.BytesIO(bytes_of(bundle))) as opened:
        opened.extractall(tmp_path)
    assert bagit.Bag(str(tmp_path)).validate()


def test_the_export_entry_holds_counts_and_a_commitment_and_no_word_of_it(handed):
    bundle = handed.made()
    entry = Entry.objects.get(verb="evidence.make_bundle", about=bundle.id)
    body = json.loads(entry.body)
    assert body["facts"] == {"audience": "tribunal", "ground": "order", "items": 2}
    assert list(body["commitments"]) == ["statement"]


def test_written_again_from_its_row_it_is_the_same_file(handed):
    bundle = handed.made()
    parts, _ = bundling.members_of(bundle)
    kept, _ = bundling.write_bundle(bundle, parts)
    row = BundleFile.objects.get(bundle=bundle)
    assert kept.sha256 == bytes(row.sha256)
    assert kept.object_name != row.object_name


def test_a_witness_who_kept_an_earlier_checkpoint_sees_that_the_log_only_grew(handed, verify):
    old = checkpoints.make_checkpoint(by=handed.world.head, at=handed.later())
    bundle = handed.made()
    assert states_of(verify, bundle, old=old.note.encode())[5][0] == "ok"


def test_nothing_of_another_case_is_in_it(handed, world: World):
    other = a_case(world, happened="A second matter that nobody may learn of from the first.")
    draft = Draft.objects.get(pk=Report.objects.get(case=other).draft_id)
    theirs = an_exhibit(draft, by=world.teacher, at=handed.later(), content=b"\x89PNG\r\n\x1a\nsecond")
    bundle = handed.made()
    whole = bytes_of(bundle)
    for word in (str(other.id), other.reference, str(theirs.id), bytes(theirs.sha256).hex(), "second matter"):
        assert word.encode() not in whole
    seqs = {json.loads(one["body"])["seq"] for one in read(bundle, "log/entries.json")}
    assert not seqs & set(Entry.objects.filter(case_id=other.id).values_list("seq", flat=True))


def test_an_entry_that_names_another_case_is_left_out_whatever_its_verb(handed, world: World, monkeypatch):
    other = a_case(world)
    entry = Entry.objects.filter(case_id=handed.case.id, verb="reports.file_report").get()
    before = {one.seq for one in bundle_entries.entries_of(handed.case.id)}
    assert entry.seq in before
    monkeypatch.setattr(bundle_entries, "_ID", bundle_entries.re.compile(str(entry.case_id)))
    monkeypatch.setattr(bundle_entries, "_cases_among", lambda ids: {handed.case.id, other.id})
    assert bundle_entries.entries_of(handed.case.id) == []


def test_only_verbs_on_the_list_are_shown(handed):
    shown = {one.verb for one in bundle_entries.entries_of(handed.case.id)}
    kept = set(Entry.objects.filter(case_id=handed.case.id).values_list("verb", flat=True))
    assert shown <= bundle_entries.SHOWN
    assert "evidence.keep_records" in shown
    assert "cases.add_party" in kept - shown


def test_a_record_that_was_sealed_away_is_named_and_never_in_it(handed):
    second = an_exhibit(handed.draft, by=handed.world.teacher, at=handed.later(), content=b"\x89PNG\r\n\x1a\nnever")
    sealing_away.seal_away(
        exhibit=second, why="child", words="", answers={}, by=handed.world.teacher, at=handed.later()
    )
    with pytest.raises(Refused):
        bundle_drafts.draft_of(handed.case.id, chosen=[second.id], written=[])
    said = read(handed.made(), "statement.json")
    assert [one["what"] for one in said["withheld"]] == ["A record was sealed away"]
    assert b"never" not in bytes_of(Bundle.objects.get())


def test_a_copy_goes_in_marked_as_one_and_its_original_stays_out(handed, verify):
    grant = a_grant(handed.draft, by=handed.world.teacher, at=handed.later())
    upload = an_upload(handed.draft, b"first line\nher name\nlast line\n", "words.txt")
    text = keep_records(
        grant=grant, kind="text", uploads=[upload], particulars={}, by=handed.world.teacher, at=handed.later()
    )[0]
    copy = redact_text(exhibit=text, numbers=[2], passages=[], by=handed.world.senior, at=handed.later())
    handed.exhibit = copy
    bundle = handed.made()
    (item, _) = read(bundle, "statement.json")["items"]
    assert (item["made"], item["recipe"]["of"]) == ("copy", str(text.id))
    assert b"her name" not in bytes_of(bundle)
    assert [state for state, _ in states_of(verify, bundle)[:5]] == ["ok"] * 5
    assert BundleItem.objects.get(bundle=bundle).copy == copy
    waits = handed.made(write=False)
    discard_copy(copy=copy, by=handed.world.senior, at=handed.later())
    assert bundle_sweep.next_writing() is None
    assert bytes_of(bundle) and not BundleFile.objects.filter(bundle=waits).exists()


def test_what_the_gate_stopped_is_named_and_never_in_it(handed):
    a_grant(handed.draft, by=handed.world.teacher, at=handed.later(), under_18="yes")
    said = read(handed.made(), "statement.json")
    assert [one["what"] for one in said["withheld"]] == ["A record was stopped before it was taken in"]


def test_a_record_sealed_away_later_destroys_the_bundles_that_hold_it(handed, django_capture_on_commit_callbacks):
    bundle = handed.made()
    name = BundleFile.objects.get(bundle=bundle).object_name
    with django_capture_on_commit_callbacks(execute=True):
        sealing_away.seal_away(
            exhibit=handed.exhibit, why="child", words="", answers={}, by=handed.world.teacher, at=handed.later()
        )
    assert not BundleKey.objects.filter(bundle=bundle).exists()
    with pytest.raises(FileNotFoundError):
        vault().open(name)
    with pytest.raises(Refused, match="sealed away"):
        bundling.hand_out_bundle(bundle=bundle, by=handed.world.senior, at=handed.later())


def test_a_bundle_that_waits_is_not_written_once_a_record_in_it_is_sealed_away(handed):
    bundle = handed.made(write=False)
    assert bundle_sweep.next_writing() is not None
    sealing_away.seal_away(
        exhibit=handed.exhibit, why="child", words="", answers={}, by=handed.world.teacher, at=handed.later()
    )
    assert bundle_sweep.next_writing() is None
    checkpoints.make_checkpoint(by=handed.world.head, at=handed.later())
    with pytest.raises(SealedAway):
        bundling.members_of(bundle)


def test_the_worker_writes_what_waits_and_tells_its_maker(handed, verify):
    bundle = handed.made(write=False)
    assert bundle_sweep.write_due(handed.case.school_id, handed.later())
    assert accepted(verify, bytes_of(bundle), note_of(bundle), key=False)
    assert Letter.objects.filter(person=handed.world.senior, kind="news").exists()
    assert bundle_sweep.next_writing() is None


def test_a_large_bundle_is_left_to_the_worker(handed):
    bundle = handed.made(write=False)
    assert not bundle_sweep.write_now(bundle=bundle, size=bundle_sweep.AT_ONCE + 1, at=handed.later())
    assert not BundleFile.objects.exists()


@pytest.mark.usefixtures("in_a_folder")
def test_a_bundle_of_a_damaged_record_is_given_up_once_and_said_to_be(handed, monkeypatch, caplog):
    monkeypatch.setattr(bundle_drafts, "READ_FIRST", 0)
    vault()._place(handed.exhibit.object_name).unlink()
    bundle = handed.made(write=False)
    assert bundle_sweep.write_due(handed.case.school_id, handed.later())
    assert bundle_sweep.next_writing() is None
    assert "not what was kept" in str(bundling.why_not_out(bundle))
    assert "manage.py verify" in caplog.text


def test_large_records_are_read_once_less_and_make_the_same_bundle(handed, verify, monkeypatch):
    monkeypatch.setattr(bundle_drafts, "READ_FIRST", 0)
    assert [state for state, _ in states_of(verify, handed.made())[:5]] == ["ok"] * 5


def test_taking_a_bundle_out_is_noted_before_a_byte_leaves(handed):
    bundle = handed.made()
    pieces = bundling.hand_out_bundle(bundle=bundle, by=handed.world.senior, at=handed.later())
    assert Entry.objects.filter(verb="evidence.hand_out_bundle", about=bundle.id).exists()
    assert b"".join(pieces) == bytes_of(bundle)


def test_the_checkpoint_covers_the_export_and_the_one_before_it_does_not(handed):
    bundle = handed.made()
    seq = Entry.objects.get(verb="evidence.make_bundle").seq
    assert BundleFile.objects.get(bundle=bundle).checkpoint.size > seq
    assert all(size <= seq for size, _ in read(bundle, "statement.json")["earlier"])
    assert Checkpoint.objects.count() >= 2


@pytest.mark.usefixtures("in_a_folder")
def test_a_bundle_whose_file_was_altered_is_found_by_verify(handed):
    bundle = handed.made()
    bundling.insist_bundle_whole(bundle)
    place = vault()._place(BundleFile.objects.get(bundle=bundle).object_name)
    stored = bytearray(place.read_bytes())
    stored[-40] ^= 1
    place.write_bytes(stored)
    with pytest.raises(Damaged):
        bundling.insist_bundle_whole(bundle)
    place.unlink()
    with pytest.raises(Damaged, match="not in the vault"):
        bundling.insist_bundle_whole(bundle)


# --- On what ground ---


@pytest.mark.policy("8.7")
def test_for_the_police_a_yes_is_needed_or_an_exception_on_the_record(handed):
    asked = {"audience": "police", "to": "PC 1", "why": "A threat."}
    with pytest.raises(Refused, match="have not said yes"):
        handed.made(**asked, ground="consent", recorded=recorded_grounds(handed.case), consent=consent_of(handed.case))
    with pytest.raises(Refused, match="not on the record"):
        handed.made(**asked, ground="danger", recorded=recorded_grounds(handed.case), consent="unasked")
    party = harmed_in(handed.case)
    police.ask_consent(party=party, by=handed.world.senior, at=handed.later())
    police.answer_consent(party=party, answer="yes", by=handed.world.teacher, at=handed.later())
    assert recorded_grounds(handed.case) == {"consent"}
    handed.made(**asked, ground="consent", recorded=recorded_grounds(handed.case), consent=consent_of(handed.case))
    police.withdraw_consent(party=party, by=handed.world.teacher, at=handed.later())
    with pytest.raises(Refused, match="have not said yes"):
        handed.made(**asked, ground="consent", recorded=recorded_grounds(handed.case), consent=consent_of(handed.case))


@pytest.mark.policy("8.7")
def test_a_report_made_in_danger_stands_as_a_ground(handed):
    police.report_to_police(
        case=handed.case,
        party=harmed_in(handed.case),
        basis=Basis.DANGER,
        reason="A threat to a life.",
        second=None,
        by=handed.world.senior,
        at=handed.later(),
    )
    assert "danger" in recorded_grounds(handed.case)


@pytest.mark.policy("6.2")
def test_the_designated_officer_gets_one_only_where_a_child_is_concerned(handed, world: World):
    asked = {"audience": "lado", "ground": "child", "to": "The LADO", "why": "Advice."}
    with pytest.raises(Refused, match="No child"):
        handed.made(**asked, recorded=recorded_grounds(handed.case))
    concerned = Handed(world, child="yes")
    concerned.made(**asked, recorded=recorded_grounds(concerned.case))


# --- Custody ---


def test_a_hand_over_names_who_took_it_and_stands_in_the_custody_of_each_record(handed):
    bundle, at = handed.made(), handed.later()
    custody.hand_over_bundle(
        bundle=bundle,
        to="PC Example",
        organisation="Example Police",
        how="By hand",
        handed_at=at,
        by=handed.world.senior,
        at=at,
    )
    steps = custody.custody_of([Exhibit.objects.get(pk=handed.exhibit.pk)])[handed.exhibit.pk]
    assert [step.verb for step in steps] == [
        "evidence.keep_records",
        "evidence.make_bundle",
        "evidence.hand_over_bundle",
    ]
    assert steps[0].by == str(handed.world.teacher.id)
    assert "PC Example" not in "".join(Entry.objects.values_list("body", flat=True))


@pytest.mark.parametrize("missing", ["to", "organisation", "how"])
def test_a_hand_over_without_a_name_a_place_or_a_way_is_refused(handed, missing):
    said = {"to": "PC Example", "organisation": "Example Police", "how": "By hand"} | {missing: " "}
    at = handed.later()
    with pytest.raises(Refused):
        custody.hand_over_bundle(bundle=handed.made(), **said, handed_at=at, by=handed.world.senior, at=at)


def test_nothing_is_destroyed_while_a_hold_stands_and_two_people_lift_it(handed):
    world, case = handed.world, handed.case
    assert custody.why_not_destroy(case.id) is None
    hold = custody.place_hold(
        case_id=case.id, school_id=case.school_id, kind="claim", reason="A claim.", by=world.senior, at=handed.later()
    )
    assert "hold stands" in str(custody.why_not_destroy(case.id))
    with pytest.raises(Refused, match="Ask to lift it first"):
        custody.lift_hold(hold=hold, by=world.head, at=handed.later())
    custody.ask_to_lift(hold=hold, by=world.senior, at=handed.later())
    hold.refresh_from_db()
    with pytest.raises(Refused, match="second person"):
        custody.lift_hold(hold=hold, by=world.senior, at=handed.later())
    assert custody.why_not_destroy(case.id) is not None
    custody.lift_hold(hold=hold, by=world.head, at=handed.later())
    assert custody.why_not_destroy(case.id) is None
    hold.refresh_from_db()
    with pytest.raises(Refused, match="has been lifted"):
        custody.ask_to_lift(hold=hold, by=world.senior, at=handed.later())


def test_a_held_record_is_not_destroyed_and_a_destroyed_one_takes_its_bundles_along(handed):
    bundle, world, case = handed.made(), handed.world, handed.case
    exhibit = Exhibit.objects.get(pk=handed.exhibit.pk)
    told = {"from_whom": "The clerk", "given_on": "13 November", "reference": "46/1"}
    hold = custody.place_hold(
        case_id=case.id, school_id=case.school_id, kind="claim", reason="A claim.", by=world.senior, at=handed.later()
    )
    with pytest.raises(Refused, match="hold stands"):
        shredding.destroy_exhibit(exhibit=exhibit, instruction=told, by=world.head, at=handed.later())
    custody.ask_to_lift(hold=hold, by=world.senior, at=handed.later())
    hold.refresh_from_db()
    custody.lift_hold(hold=hold, by=world.head, at=handed.later())
    shredding.destroy_exhibit(exhibit=exhibit, instruction=told, by=world.head, at=handed.later())
    assert not BundleKey.objects.filter(bundle=bundle).exists()
    assert [one.what for one in bundle_drafts.withheld_of(case.id)] == ["A record was destroyed"]
    assert "destroyed" in str(bundling.why_not_out(bundle))


def test_the_reason_of_a_hold_is_sealed(handed):
    custody.place_hold(
        case_id=handed.case.id,
        school_id=handed.case.school_id,
        kind="inquiry",
        reason="A word nobody reads",
        by=handed.world.senior,
        at=handed.later(),
    )
    assert b"A word nobody reads" not in bytes(Hold.objects.get().content)
