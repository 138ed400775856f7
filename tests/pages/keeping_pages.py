"""What tests of the policy's keeping share: the keeper's browser, and what a browser would send back of a form."""

import html as escapes
import re
from datetime import date
from typing import Any

import pytest
from builders import World
from django.test import Client
from signed import client_of, school_now

from forethought.policies import standing
from forethought.policies.models import Policy, Revision

__all__ = ["head", "school_now", "world"]

HOME = "/policy/keeping/"
PASTED = """1 Why this is here

This policy protects everybody who works here.

2 Reporting

Report what you see within 24 hours."""


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def head(world: World) -> Client:
    return client_of(world.head)


def policy_now(world: World) -> Policy:
    found = standing.policy_of(world.school.id)
    assert found is not None
    return found


def page_of(revision: Revision) -> str:
    return f"/policy/revisions/{revision.id}/"


def hidden_in(html: str) -> dict[str, str]:
    """The hidden fields of a page's form, as a browser would send them back."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: escapes.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def form_of(html: str) -> dict[str, str]:
    """Every filled field of a paragraph's form."""
    values = {
        name: escapes.unescape(value) for name, value in re.findall(r'<input[^>]*name="([^"]+)" value="([^"]*)"', html)
    }
    values |= {
        name: escapes.unescape(value).removeprefix("\n")
        for name, value in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', html, re.S)
    }
    values.pop("csrfmiddlewaretoken", None)
    return values


def bring(client: Client, **more: Any) -> Any:
    form = {"label": "3", "summary": "Redrafted.", "who": "The head", **boxes("in_force_on", date(2023, 3, 27))}
    return client.post("/policy/bring-version/", {**form, **more})
