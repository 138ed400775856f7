"""A day without it: the form on paper, and typing it in later with its true times."""

import json
import re
from datetime import datetime, timedelta

import pytest
from builders import World
from django.test import Client
from django.utils import timezone
from reporters import STEP_1, STEP_2, a_visitor, code_on, draft_at, text_of
from signed import client_of, school_now  # noqa: F401

from forethought.audit.models import Entry
from forethought.cases.models import Capacity, Owed, Report
from forethought.core.clock import london, spoken
from forethought.evidence import keyring
from forethought.pages.record_forms import GateForm
from forethought.pages.report_forms import VisitorForm, WhoForm
from forethought.reports.drafts import answers_of
from forethought.reports.rules import what_not_to_do
from forethought.takedowns.models import Takedown


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


# --- The form ---


@pytest.mark.policy("7.2")
def test_the_form_asks_what_the_report_asks_and_needs_nothing_that_may_be_away() -> None:
    # Without the mark for a database, pytest-django refuses every query.
    said = text_of(Client().get("/report/on-paper/"))
    for form in (VisitorForm(), WhoForm()):
        for field in form.fields.values():
            assert str(field.label) in said
            for _, choice in getattr(field, "choices", []):
                assert choice in said


@pytest.mark.policy("7.1", "7.4")
def test_the_form_says_the_gate_in_words_and_what_not_to_do() -> None:
    said = text_of(Client().get("/report/on-paper/"))
    for field in GateForm().fields.values():
        assert str(field.label) in said
    assert "Then do not open, copy, print or send it" in said
    assert what_not_to_do()[0] in said and "ask a pupil to show you more" in said


@pytest.mark.policy("9.2a")
def test_the_form_has_no_place_for_a_password() -> None:
    page = Client().get("/report/on-paper/").content.decode()
    assert "Never write down a password." in page
    assert not re.search(r"<dt>[^<]*password", page, re.IGNORECASE) and "<input" not in page


def test_every_page_that_says_something_is_broken_leads_to_the_form() -> None:
    page = Client().get("/report/").content.decode()
    assert 'href="/report/on-paper/"' in page


# --- Typing it in ---


def ago(**length: int) -> datetime:
    return timezone.now() - timedelta(**length)


def boxes(name: str, moment: datetime) -> dict[str, str]:
    at = london(moment)
    day = {f"{name}_on_day": str(at.day), f"{name}_on_month": str(at.month), f"{name}_on_year": str(at.year)}
    return {**day, f"{name}_time": f"{at:%H:%M}"}


def times(**changes: str) -> dict[str, str]:
    """It happened two days ago, was written down yesterday, and the school knew 20 hours ago."""
    said = {**boxes("occurred", ago(hours=48)), **boxes("written", ago(hours=24)), **boxes("knew", ago(hours=20))}
    return {"written_by": "self", **said, **changes}


def begun(client: Client) -> str:
    answer = client.post("/report/start-draft/", {"paper": "yes"})
    assert answer.headers["Location"].endswith("/paper/")
    return str(answer.headers["Location"]).removesuffix("paper/")


def typed_in(client: Client, **changes: str) -> str:
    base = begun(client)
    assert client.post(f"{base}paper/", times(**changes)).headers["Location"] == f"{base}what/"
    client.post(f"{base}what/", {**STEP_1, "reporter_name": "Casual Cook"})
    client.post(f"{base}who/", STEP_2)
    return base


@pytest.mark.policy("7.2", "8.3")
def test_its_clocks_run_from_when_the_school_knew_and_both_times_are_shown(world: World) -> None:
    teacher = client_of(world.teacher)
    base = typed_in(teacher)
    checked = text_of(teacher.get(f"{base}check/"))
    assert "The school knew" in checked and "Written down" in checked
    receipt = text_of(teacher.post(f"{base}file-report/", follow=True))

    report = Report.objects.get(reporter=world.teacher)
    takedown = Takedown.objects.get(case=report.case)
    knew = ago(hours=20).replace(second=0, microsecond=0)
    # In the hour that comes twice the first one counts.
    assert abs(takedown.reported_at - knew) <= timedelta(minutes=61)
    assert takedown.resolve_due_at == takedown.reported_at + timedelta(hours=24)
    # What the server received, it received now.
    assert timezone.now() - report.reported_at < timedelta(minutes=1)
    assert "The clocks run from when the school knew." in receipt
    for moment in (report.reported_at, takedown.reported_at):
        assert spoken(moment) in receipt or spoken(moment, year=True) in receipt
    own = text_of(teacher.get(f"/reports/{report.id}/"))
    assert f"The school knew at {spoken(takedown.reported_at)}" in own and spoken(report.reported_at) in own
    event = Entry.objects.get(verb="reports.file_report")
    assert json.loads(event.body)["facts"]["known_at"] == takedown.reported_at.isoformat()


@pytest.mark.policy("8.3", "8.8")
def test_what_was_due_before_it_was_typed_in_is_late_at_once(world: World) -> None:
    teacher = client_of(world.teacher)
    base = begun(teacher)
    knew = times(**boxes("knew", ago(days=9)), **boxes("occurred", ago(days=10)))
    assert teacher.post(f"{base}paper/", knew).status_code == 302
    teacher.post(f"{base}what/", STEP_1)
    teacher.post(f"{base}who/", STEP_2)
    teacher.post(f"{base}file-report/")
    case = Report.objects.get(reporter=world.teacher).case
    due = dict(Owed.objects.filter(case=case).values_list("kind", "due_at"))
    assert {"answer", "take_up", "support", "approach", "resolve"} <= due.keys()
    assert all(at < timezone.now() for kind, at in due.items() if kind in {"answer", "take_up", "resolve"})


@pytest.mark.policy("7.2")
def test_somebody_elses_form_gives_its_writer_a_code_and_the_typist_no_report(world: World) -> None:
    colleague = client_of(world.colleague)
    base = typed_in(colleague, written_by="other", writer_name=world.teacher.name)
    receipt = colleague.post(f"{base}file-report/")

    report = Report.objects.get()
    assert report.reporter is None
    assert "Give it to whoever wrote the form." in text_of(receipt)
    for page in (receipt, colleague.get("/reports/")):
        assert str(report.id) not in page.content.decode()
    party = report.case.parties.get(capacity=Capacity.REPORTER)
    assert keyring.words(party, case_id=report.case_id)["name"] == world.teacher.name
    writer = Client()
    assert writer.post("/come-back/", {"code": code_on(receipt)}).status_code == 302
    assert report.case.reference in text_of(writer.get(f"/reports/{report.id}/"))


@pytest.mark.policy("7.2")
def test_whoever_wrote_a_form_that_another_typed_does_not_handle_it(world: World) -> None:
    colleague = client_of(world.colleague)
    base = typed_in(colleague, written_by="other", writer_name=world.senior.name)
    assert "A senior manager handles this." not in text_of(colleague.get(f"{base}check/"))
    colleague.post(f"{base}file-report/")
    case = Report.objects.get().case
    assert case.manager != world.senior
    assert not case.seats.filter(person=world.senior).exists()


def test_a_visitor_types_in_their_own_form_too(world: World) -> None:
    visitor = a_visitor(world)
    base = typed_in(visitor)
    receipt = visitor.post(f"{base}file-report/")
    assert code_on(receipt)
    assert "Give it to whoever wrote the form." not in text_of(receipt)


@pytest.mark.parametrize("missing", ["knew_time", "knew_on_day", "written_on_day", "written_by"])
def test_a_form_without_its_times_is_sent_back_with_what_was_typed(world: World, missing: str) -> None:
    teacher = client_of(world.teacher)
    base = begun(teacher)
    answer = teacher.post(f"{base}paper/", times(**{missing: "", "writer_name": "Ada Okafor"}))
    assert answer.status_code == 422 and "Ada Okafor" in answer.content.decode()
    sent = teacher.post(f"{base}file-report/")
    assert sent.status_code == 422 and not Report.objects.exists()


def test_times_out_of_order_are_refused_and_what_was_typed_is_kept_while_typing(world: World) -> None:
    teacher = client_of(world.teacher)
    base = begun(teacher)
    wrong = times(**boxes("written", ago(days=5)))
    answer = teacher.post(f"{base}paper/", wrong)
    assert answer.status_code == 422 and "before it happened" in text_of(answer)
    assert teacher.post(f"{base}save-draft/", wrong).status_code == 204
    kept = answers_of(draft_at(base))
    assert kept["written_on"] == london(ago(days=5)).date().isoformat() and kept["paper"] == "yes"


def test_a_report_that_was_never_on_paper_goes_on_with_its_first_step(world: World) -> None:
    teacher = client_of(world.teacher)
    base = teacher.post("/report/start-draft/").headers["Location"].removesuffix("what/")
    assert teacher.get(f"{base}paper/").headers["Location"] == f"{base}what/"
