"""The words of a report are read once by program: it raises, never lowers, and never stands in the way."""

from datetime import timedelta
from typing import Any

import pytest
from builders import World, a_report
from test_concerns import a_concern

from forethought.audit.models import Entry
from forethought.cases import procedures as cases
from forethought.cases.models import Case, Exclusion, Message, Report, Seat
from forethought.cases.seating import keep_out
from forethought.core.errors import Refused
from forethought.management.commands.worker import BELLS
from forethought.people import alarms
from forethought.people.models import Alarm, Letter
from forethought.precheck import serving
from forethought.safeguarding import concerns, heeding
from forethought.safeguarding.models import AlertTold, Urgency

pytestmark = pytest.mark.policy("6.5")

DANGER = "She wrote that she wants to end her life tonight. Zyxquill."


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the program was given to read. It finds danger in the word “tonight”."""
    given: list[str] = []

    class Checked:
        def __init__(self, urgent: bool) -> None:
            self.urgent = urgent

    def engine(text: str, **how: Any) -> Checked:
        assert how["mode"] == "incident"
        given.append(text)
        return Checked("tonight" in text)

    monkeypatch.setattr(serving, "engine", lambda: engine)
    return given


def the_clock(world: World, at: Any = None) -> None:
    assert alarms.ring_due(world.school.id, at or world.at, bells=BELLS)


def told(case: Case) -> set[str]:
    return {one.person.name for one in AlertTold.objects.filter(alert__case_id=case.id).select_related("person")}


def test_a_report_whose_words_may_mean_danger_goes_to_the_safeguarding_lead_at_once(
    world: World, read: list[str]
) -> None:
    report = a_report(world, happened=DANGER)
    assert not Urgency.objects.exists() and not report.case.threat
    assert Alarm.objects.get(kind="heed_words").rings_at <= world.at
    the_clock(world)

    assert read == [DANGER]
    urgency = Urgency.objects.get(case=report.case)
    assert urgency.about == report.id and urgency.alert is not None
    assert told(report.case) == {world.lead.name}
    assert Case.objects.seen_by(world.lead, world.at).filter(pk=report.case_id).exists()
    letter = Letter.objects.get(person=world.lead, about=urgency.alert_id)
    assert letter.kind == "needs_you_now"
    report.case.refresh_from_db()
    assert not report.case.threat, "a program does not say that somebody is threatened: it asks a person to read"
    (entry,) = Entry.objects.filter(verb="safeguarding.raise_urgency")
    assert entry.by == "program" and "Zyxquill" not in entry.body


def test_a_report_without_danger_is_left_as_it_is(world: World, read: list[str]) -> None:
    report = a_report(world, danger="yes")
    the_clock(world)
    report.case.refresh_from_db()
    assert len(read) == 1 and report.case.threat, "it never lowers what a person said"
    assert not Urgency.objects.exists()
    assert not Entry.objects.filter(verb="safeguarding.raise_urgency").exists()


def test_it_is_read_once_and_raised_once(world: World, read: list[str]) -> None:
    report = a_report(world, happened=DANGER)
    the_clock(world)
    the_clock(world, world.at + timedelta(hours=1))
    heeding.ring_heed(report.id, world.at)
    assert Urgency.objects.count() == 1 and len(read) == 1


def test_a_lead_who_is_named_in_it_is_not_told(world: World, read: list[str]) -> None:
    report = a_report(world, happened=DANGER, group="staff", name="Susan Patel")
    assert Exclusion.objects.filter(case=report.case, person=world.lead).exists()
    the_clock(world)
    assert Urgency.objects.exists() and world.lead.name not in told(report.case)
    assert not Case.objects.seen_by(world.lead, world.at).filter(pk=report.case_id).exists()


def test_a_concern_is_marked_and_its_list_is_not_told_a_second_time(world: World, read: list[str]) -> None:
    concern = a_concern(world, told=DANGER)
    before = AlertTold.objects.count(), Letter.objects.count()
    the_clock(world)
    assert Urgency.objects.get().case == concern.case
    assert (AlertTold.objects.count(), Letter.objects.count()) == before


def test_without_an_engine_phrases_alone_are_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise OSError("no model")

    monkeypatch.setattr(serving, "engine", broken)
    a_report(world, happened="He said he will kill himself on Friday.")
    the_clock(world)
    assert Urgency.objects.count() == 1


def test_when_all_of_it_fails_the_report_goes_on_as_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("nothing works")

    monkeypatch.setattr(serving, "engine", broken)
    monkeypatch.setattr(serving.triage, "certain", broken)
    report = a_report(world, happened=DANGER)
    the_clock(world)
    assert Report.objects.filter(pk=report.pk).exists() and not Urgency.objects.exists()


def test_whoever_read_it_can_say_that_it_was_no_danger_and_nothing_is_taken_back(world: World, read: list[str]) -> None:
    report = a_report(world, happened=DANGER)
    the_clock(world)
    urgency = Urgency.objects.get()
    heeding.dismiss_urgency(urgency=urgency, by=world.lead, at=world.at)
    with pytest.raises(Refused, match="Somebody has said so already"):
        heeding.dismiss_urgency(urgency=urgency, by=world.head, at=world.at)
    assert heeding.standing_for(report.case) == []
    assert told(report.case) == {world.lead.name}
    assert Entry.objects.filter(verb="safeguarding.dismiss_urgency").count() == 1


# --- What is added later ---


def added_to(report: Report, words: str, at: Any) -> None:
    cases.add_to_report(report=report, kind="added", sentence=words, by=report.reporter, at=at)


def test_what_is_added_to_a_report_is_read_too_and_the_lead_hears_of_it(world: World, read: list[str]) -> None:
    report = a_report(world)
    the_clock(world)
    later = world.at + timedelta(hours=3)
    added_to(report, DANGER, later)
    the_clock(world, later)

    assert read[-1] == DANGER and len(read) == 2
    urgency = Urgency.objects.get(case=report.case)
    assert urgency.about == Message.objects.get(report=report).id and told(report.case) == {world.lead.name}
    assert heeding.what_stands(report.case) == "Words that were added to this report"


def test_a_second_message_is_told_though_the_report_was_raised_and_read(world: World, read: list[str]) -> None:
    report = a_report(world, happened=DANGER)
    the_clock(world)
    heeding.dismiss_urgency(urgency=Urgency.objects.get(), by=world.lead, at=world.at)
    later = world.at + timedelta(hours=3)
    added_to(report, "He says tonight, and he means it.", later)
    the_clock(world, later)
    the_clock(world, later + timedelta(minutes=1))

    assert Urgency.objects.count() == 2 and len(heeding.standing_for(report.case)) == 1
    assert AlertTold.objects.filter(alert__case_id=report.case_id, person=world.lead).count() == 2


def test_a_lead_who_is_kept_out_since_is_not_told_and_the_manager_is(world: World, read: list[str]) -> None:
    report = a_report(world)
    the_clock(world)
    keep_out(case=report.case, people={world.lead.id: "conflict"}, at=world.at)
    added_to(report, DANGER, world.at + timedelta(hours=1))
    the_clock(world, world.at + timedelta(hours=1))

    assert told(report.case) == {report.case.manager.name}
    assert not Case.objects.seen_by(world.lead, world.at).filter(pk=report.case_id).exists()


def test_what_is_added_to_a_concern_is_told_to_its_list(world: World, read: list[str]) -> None:
    concern = a_concern(world)
    the_clock(world)
    before = AlertTold.objects.count()
    concerns.add_to_concern(concern=concern, words=DANGER, by=world.teacher, at=world.at)
    the_clock(world)

    assert AlertTold.objects.count() == before + 1
    assert heeding.what_stands(concern.case) == "Words that were added to this report"


def test_of_what_is_added_to_a_concern_that_nobody_may_see_nobody_is_told(world: World, read: list[str]) -> None:
    concern = a_concern(world)
    Seat.objects.filter(case=concern.case).delete()
    Case.objects.filter(pk=concern.case_id).update(manager=None)
    before = AlertTold.objects.count()
    concerns.add_to_concern(concern=concern, words=DANGER, by=world.teacher, at=world.at)
    the_clock(world)

    assert AlertTold.objects.count() == before and Urgency.objects.count() == 1
