"""Reporting without an account: the staffroom code, the code of a receipt, and what a visit may see. Clause 2.5."""

import re
import uuid

import pytest
from builders import ANSWERS, World, a_draft, a_report
from django.test import Client
from django.utils import timezone
from reporters import STEP_1, STEP_2, a_visitor, begun, code_on, text_of, written
from signed import school_now  # noqa: F401

from forethought.audit.procedures import Visitor
from forethought.cases.models import Report
from forethought.people.models import School


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.mark.policy("2.5")
def test_somebody_without_an_account_reports_with_the_staffroom_code_and_comes_back(world: World) -> None:
    client = a_visitor(world)
    base = begun(client)
    assert "Write your name." in text_of(client.post(f"{base}what/", STEP_1))
    client.post(f"{base}what/", {**STEP_1, "reporter_name": "Alex Temp"})
    client.post(f"{base}who/", STEP_2)
    receipt = client.post(f"{base}file-report/")
    code = code_on(receipt)

    later = Client()
    assert later.get(f"/reports/{Report.objects.get().id}/").status_code == 302
    answer = later.post("/come-back/", {"code": code.lower()}, follow=True)
    assert "Your report of" in text_of(answer) and code not in answer.request["PATH_INFO"]
    # It opens the receipt and the records of that report too, and no other report.
    assert later.get(f"{base}receipt/").status_code == 200
    assert later.get(f"/reports/{a_report(world, at=timezone.now()).id}/").status_code == 404


def test_of_two_quick_presses_the_second_shows_a_code_that_works(world: World) -> None:
    client = a_visitor(world)
    base = written(client, reporter_name="Alex Temp")
    codes = [code_on(client.post(f"{base}file-report/")) for _ in range(2)]
    assert Report.objects.count() == 1
    for code in codes:
        assert (
            Client().post("/come-back/", {"code": code}).headers["Location"] == f"/reports/{Report.objects.get().id}/"
        )
    # Looked at again it is not shown: it is kept nowhere.
    assert not re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}-", text_of(client.get(f"{base}receipt/")))


@pytest.mark.parametrize("code", ["", "K7QW", "AAAAA-AAAAA-AAAAA-AAAAA-AAAAAA-A", "x" * 59])
def test_a_wrong_code_opens_nothing(world: World, code: str) -> None:
    assert Client().post("/come-back/", {"code": code}).status_code == 422
    assert Client().post("/enter/", {"code": code[:20]}).status_code == 422


def test_a_name_may_be_left_out_only_where_the_school_says_so(world: World) -> None:
    School.objects.filter(pk=world.school.id).update(anonymous_reports=True)
    client = a_visitor(world)
    base = begun(client)
    assert client.post(f"{base}what/", STEP_1).headers["Location"] == f"{base}who/"
    client.post(f"{base}who/", STEP_2)
    assert "We have your report" in text_of(client.post(f"{base}file-report/"))


def test_a_visit_sees_its_own_drafts_and_reports_and_nobody_elses(world: World) -> None:
    a_draft(world, by=Visitor(uuid.uuid4()), at=timezone.now(), **ANSWERS)
    client = a_visitor(world)
    words = text_of(client.get("/"))
    assert "Report or come back" in words and "last saved" not in words
    written(client, reporter_name="Alex Temp")
    assert "last saved" in text_of(client.get("/"))
