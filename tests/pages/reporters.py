"""People who report, with an account and without, for tests of pages."""

import re
from typing import Any

from builders import World
from django.test import Client

from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Draft
from forethought.people.procedures import make_staffroom_code

STEP_1 = {"danger": "no", "happened": "Somebody wrote something vile about me.", "where": "https://board.example/t/1"}
STEP_2 = {"group": "parent", "name": "", "head": "no", "child": "no"}


def a_visitor(world: World) -> Client:
    """Somebody who came with the code from the staffroom wall."""
    code = make_staffroom_code(school=world.school, by=PROGRAM, at=world.at)
    client = Client()
    assert client.post("/enter/", {"code": code.lower().replace("-", " ")}).headers["Location"] == "/report/"
    return client


def begun(client: Client) -> str:
    """The address of a new draft."""
    answer = client.post("/report/start-draft/")
    assert answer.status_code == 302
    return str(answer.headers["Location"]).removesuffix("what/")


def draft_at(base: str) -> Draft:
    return Draft.objects.get(pk=base.split("/")[2])


def written(client: Client, **answers: str) -> str:
    """A draft with both steps answered."""
    base = begun(client)
    client.post(f"{base}what/", {**STEP_1, **answers})
    client.post(f"{base}who/", {**STEP_2, **answers})
    return base


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def mark_on(answer: Any) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def code_on(answer: Any) -> str:
    found = re.search(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}-[0-9A-Z]{6}-[0-9A-Z*~$=]", text_of(answer))
    assert found, text_of(answer)
    return found[0]
