"""Two people, or many presses, at one instant: one thing happens, once, and whoever was second hears of the first.

Each test is a program of its own on a database of its own. `bench/faults.py` does the same with the whole counts.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import World, a_draft
from grounds import a_place, run_there

from forethought.cases.models import Draft, Report
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.reports import drafts
from forethought.reports.procedures import file_report

PAIRS, DRAFTS, FILES, PRESSES, PAGES = 100, 24, 8, 5, 30

Template = tuple[Path, str]


@pytest.fixture
def place(tmp_path: Path, live_template: Template) -> Iterator[dict[str, str]]:
    with a_place(tmp_path / "place", live_template) as env:
        yield env


@pytest.mark.policy("8.1")
def test_of_two_managers_who_close_one_case_at_once_one_wins_and_the_other_hears_who(place: dict[str, str]) -> None:
    said = run_there(place, "races.py", "close", str(PAIRS))

    print(said)
    assert said["bad"] == []
    assert sum(said["wins"].values()) == said["rounds"] >= PAIRS
    assert said["together"] > PAIRS * 0.9, "they were meant to act at once"


@pytest.mark.policy("6.7", "7.2")
def test_a_report_sent_many_times_at_once_is_one_report(place: dict[str, str]) -> None:
    said = run_there(place, "races.py", "press", str(DRAFTS), str(PRESSES))

    print(said)
    assert said["bad"] == []
    assert sum(said["statuses"].values()) == DRAFTS * PRESSES
    assert set(said["statuses"]) == {"200", "302"}


@pytest.mark.policy("7.4")
@pytest.mark.parametrize("how", ["files", "pieces"])
def test_a_file_sent_many_times_at_once_is_kept_once_and_leaves_nothing_else(how: str, place: dict[str, str]) -> None:
    said = run_there(place, "races.py", how, str(FILES), str(PRESSES))

    print(said)
    assert said["bad"] == []
    assert said["statuses"] == {"302": FILES, "422": FILES * (PRESSES - 1)}


@pytest.mark.policy("6.7")
def test_words_kept_while_another_page_or_the_report_is_sent_are_not_lost(place: dict[str, str]) -> None:
    said = run_there(place, "races.py", "words", str(PAGES))

    print(said)
    assert said["bad"] == []
    assert said["kept"] >= PAGES // 2


# --- The same without the race: what was read before is older than what is there ---


def test_a_page_saved_from_an_older_copy_of_the_draft_keeps_what_was_saved_since(world: World) -> None:
    draft = a_draft(world)
    older = Draft.objects.get(pk=draft.pk)
    drafts.save_draft(draft=draft, answers={"name": "Account 7"}, at=world.at)

    drafts.save_draft(draft=older, answers={"happened": "More words."}, at=world.at)

    kept = drafts.answers_of(Draft.objects.get(pk=draft.pk))
    assert (kept["name"], kept["happened"]) == ("Account 7", "More words.")


def test_a_report_sent_from_an_older_copy_of_the_draft_says_what_was_saved_since(world: World) -> None:
    draft = a_draft(world)
    older = Draft.objects.get(pk=draft.pk)
    drafts.save_draft(draft=draft, answers={"happened": "More words."}, at=world.at)

    report = file_report(draft=older, school=world.school, by=world.teacher, at=world.at).report

    assert keyring.words(report, case_id=report.case_id)["happened"] == "More words."


@pytest.mark.policy("7.2")
def test_a_report_whose_words_were_taken_out_meanwhile_is_not_sent(world: World) -> None:
    draft = a_draft(world)
    older = Draft.objects.get(pk=draft.pk)
    drafts.save_draft(draft=draft, answers={"happened": ""}, at=world.at)

    with pytest.raises(Refused, match="Tell us what happened"):
        file_report(draft=older, school=world.school, by=world.teacher, at=world.at)

    assert not Report.objects.exists()
    assert Draft.objects.get(pk=draft.pk).sent_at is None


def test_nothing_is_saved_in_a_draft_that_was_sent_meanwhile(world: World) -> None:
    draft = a_draft(world)
    older = Draft.objects.get(pk=draft.pk)
    file_report(draft=draft, school=world.school, by=world.teacher, at=world.at)

    with pytest.raises(Refused, match="has been sent"):
        drafts.save_draft(draft=older, answers={"happened": "Too late."}, at=world.at)
