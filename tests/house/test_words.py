"""No word of a case leaves it: into no mail, log, address, title or trail, and none lies in the clear in a table.

A report full of canary words is walked from its first step to its end, and every sink is searched.
"""

import logging
import re
from typing import Any

import pytest
from builders import World, found_in_the_clear
from django.test import Client
from doors import client_of

from forethought.audit.models import Entry
from forethought.cases.models import Case, Draft
from forethought.people.models import Letter
from forethought.people.post import composed

CANARY = "Quetzalcoatlus"
#: The one thing that a member of staff is known by, kept in the clear on the staff list and nowhere else.
STAFF_LIST = {"forethought_person", "forethought_account"}


class Walk:
    """A client that notes every title and every address it is sent to."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.seen: list[str] = []

    def get(self, path: str) -> Any:
        return self._note(self.client.get(path))

    def post(self, path: str, **data: str) -> Any:
        answer = self._note(self.client.post(path, data))
        assert answer.status_code in {200, 302}, (path, answer.status_code, answer.content[:3000])
        return answer

    def _note(self, answer: Any) -> Any:
        self.seen.append(answer.headers.get("Location", ""))
        if hasattr(answer, "content"):
            self.seen += re.findall(r"<title>(.*?)</title>", answer.content.decode(errors="replace"), re.S)
        return answer


@pytest.mark.policy("7.2", "7.3")
def test_no_word_of_a_case_is_found_in_any_sink(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    teacher, manager = Walk(client_of(world.teacher)), Walk(client_of(world.senior))
    draft_at = teacher.post("/report/start-draft/").headers["Location"].rsplit("/", 2)[0]
    said = f"{CANARY} wrote this"
    teacher.post(f"{draft_at}/what/", danger="no", happened=said, where=f"https://{CANARY}.example/x")
    teacher.post(f"{draft_at}/who/", group="parent", name=CANARY, head="no", child="no")
    teacher.post(f"{draft_at}/records/note-record/?kind=text", kind="text", words=said, number=CANARY)
    teacher.get(f"{draft_at}/check/")
    teacher.post(f"{draft_at}/file-report/")
    teacher.get(f"{draft_at}/receipt/")
    draft = Draft.objects.get()
    case = Case.objects.get()
    report = case.reports.get()
    assert CANARY in teacher.get(f"{draft_at}/records/").content.decode() or draft.sent_at
    base = f"/cases/{case.id}"
    for path in ("/", "/cases/", "/next/", f"{base}/"):
        page = manager.get(path)
        assert CANARY not in page.content.decode(), f"{path} shows case words while names are hidden"
    manager.post(f"{base}/take-up/", version=str(case.version))
    manager.post(f"{base}/show-names/")
    assert CANARY in manager.get(f"{base}/").content.decode()
    takedown = case.takedowns.get()
    manager.get(f"/takedowns/{takedown.id}/")
    manager.post(f"/takedowns/{takedown.id}/leave-up/", version=str(takedown.version), reason=said)
    manager.post(f"{base}/answer-reporter/", sentence=said)
    teacher.post(f"/reports/{report.id}/add-to-report/", kind="added", sentence=said)
    teacher.get(f"/reports/{report.id}/")

    assert not [line for line in (*teacher.seen, *manager.seen) if CANARY.lower() in line.lower()]
    assert CANARY.lower() not in caplog.text.lower()
    assert not [b for b in Entry.objects.values_list("body", flat=True) if CANARY.lower() in b.lower()]
    letters = list(Letter.objects.all())
    assert letters
    for letter in letters:
        subject, text = composed(letter)
        for word in (CANARY, world.teacher.name, world.senior.name, case.reference, str(case.id)):
            assert word.lower() not in (subject + text).lower()
    assert found_in_the_clear(CANARY) == []
    assert {table for table, _ in found_in_the_clear(world.teacher.name)} <= STAFF_LIST


@pytest.mark.policy("9.2a")
def test_a_password_is_hidden_with_one_press_and_stands_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_of(world.teacher)
    draft_at = client.post("/report/start-draft/").headers["Location"].rsplit("/", 2)[0]
    secret = "Xylophone77"
    answers = {"danger": "no", "happened": f"They got in. My password: {secret} and they posted.", "where": ""}
    first = client.post(f"{draft_at}/what/", answers)
    assert first.status_code == 422
    assert "Hide it and" in first.content.decode()
    assert found_in_the_clear(secret) == []
    second = client.post(f"{draft_at}/what/", {**answers, "hide": "yes"})
    assert second.status_code == 302
    client.post(f"{draft_at}/save-draft/", answers)
    from forethought.reports.drafts import answers_of

    kept = str(answers_of(Draft.objects.get()))
    assert secret not in kept
    assert "They got in" in kept
    assert secret not in caplog.text


@pytest.mark.policy("9.2a")
def test_a_password_is_refused_in_a_managers_form(world: World) -> None:
    from builders import a_case

    case = a_case(world)
    client = client_of(world.senior)
    takedown = case.takedowns.get()
    answer = client.post(
        f"/takedowns/{takedown.id}/leave-up/",
        {"version": takedown.version, "reason": "The account’s password: hunter22"},
    )
    assert answer.status_code == 422
    assert "Passwords are never kept here" in answer.content.decode()
