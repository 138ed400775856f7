"""No field keeps a secret: every form of ours, and every form that somebody meets on the site. Clause 9.2a.

The first half asks each form class; it finds new ones by itself. The second walks the site as several people, writes a
password into every box it meets, and looks for it in what was sealed, in the database and in the log.
"""

import importlib
import inspect
import logging
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from breach_steps import a_breach
from builders import World, a_case, a_draft, a_report, found_in_the_clear
from django import forms
from django.test import Client
from signed import client_of, school_now  # noqa: F401

from forethought import pages
from forethought.core.secrets import HIDDEN
from forethought.directory.bringing import Chosen, Lines
from forethought.evidence import keys
from forethought.investigations import asking_along
from forethought.pages import asking, fields
from forethought.policies.rules import Body, Standing
from forethought.takedowns.special_notices import special_notices

pytestmark = pytest.mark.policy("9.2a")

SECRET = "password: hunter2"

#: What a form needs to be made, by the name of the argument.
NEEDED: dict[str, Any] = {
    "device": "own",
    "choices": (),
    "unions": (),
    "staff": True,
    "standing": Standing(text=b""),
    "bodies": [Body.FULL_BOARD],
    "stories": (),
    "questions": (),
    "matter": "crime",
    "notice": special_notices()["N8"],
    "lines": Lines(((1, ("Bo Li",)),), False, (), (), (), Chosen("employee", date(2026, 9, 1))),
}

#: What a form carries for itself: no words of anybody’s, and anything else than a mark is thrown away.
MARKS = frozenset({"version", "press"})

#: Where a secret is hidden with one press rather than refused: reports, records, concerns, and a question to a manager,
#: which may turn out to be a concern.
MASKING = ("report", "record", "following", "concern", "complain", "questions")


def every_form() -> list[type[asking.Form]]:
    """Every form class of the site."""
    for module in pkgutil.iter_modules(pages.__path__):
        importlib.import_module(f"forethought.pages.{module.name}")

    def below(cls: type) -> Iterator[type]:
        for one in cls.__subclasses__():
            yield one
            yield from below(one)

    return sorted(set(below(asking.Form)), key=lambda one: (one.__module__, one.__name__))


def made(cls: type[asking.Form], data: dict[str, Any]) -> asking.Form:
    """A form of this class with an answer in it. What its parents ask for is given too."""
    needs = {
        one.name: NEEDED[one.name]
        for above in cls.__mro__
        if "__init__" in vars(above) and issubclass(above, asking.Form)
        for one in inspect.signature(above.__init__).parameters.values()
        if one.kind in (one.KEYWORD_ONLY, one.POSITIONAL_OR_KEYWORD)
        and one.default is one.empty
        and one.name not in {"self", "data"}
    }
    return cls(data, **needs)


def texts_of(form: asking.Form) -> list[str]:
    return [name for name, field in form.fields.items() if isinstance(field, fields.Words) and name not in MARKS]


FORMS = every_form()


def lets_through(cls: type[asking.Form], name: str) -> bool:
    """Whether a secret in one text of a form comes out of it, refused by nothing and hidden by nothing."""
    form = made(cls, {name: SECRET})
    form.is_valid()
    # Refused, with whichever sentence: a form with an error is never acted on.
    if name not in form.errors and "hunter2" in str(form.cleaned_data):
        return True
    if not cls.masks:
        return False
    masked = made(cls, {name: SECRET, "hide": "yes"})
    masked.is_valid()
    return "hunter2" in str(masked.cleaned_data) or HIDDEN not in str(masked.cleaned_data.get(name, HIDDEN))


def test_no_form_lets_a_secret_through_any_of_its_texts(world: World) -> None:
    asked = [(cls, name) for cls in FORMS for name in texts_of(made(cls, {}))]
    assert len(asked) > 150, "are the forms still found?"
    assert [f"{cls.__module__}.{cls.__name__}.{name}" for cls, name in asked if lets_through(cls, name)] == []


def test_only_reports_records_and_concerns_mask_all_others_refuse() -> None:
    masking = {one.__module__.rsplit(".", 1)[-1] for one in FORMS if one.masks}
    assert all(any(part in module for part in MASKING) for module in masking), masking


def test_no_form_of_ours_asks_for_a_password_of_anybody() -> None:
    """Signing in has its own, which allauth keeps as a hash."""
    for cls in FORMS:
        for name, field in cls.base_fields.items():
            assert not isinstance(field.widget, forms.PasswordInput), f"{cls.__name__}.{name}"


def test_every_text_of_the_site_is_asked_by_a_form_that_looks_for_secrets() -> None:
    """Nothing goes round them: a plain Django form with a text field would."""

    def below(cls: type) -> Iterator[type]:
        for one in cls.__subclasses__():
            yield one
            yield from below(one)

    plain = [
        one
        for one in below(forms.BaseForm)
        if one.__module__.startswith("forethought.pages") and not issubclass(one, asking.Form)
    ]
    asks_text = [
        one
        for one in plain
        if any(isinstance(f, forms.CharField | fields.Words) for f in one.base_fields.values())  # type: ignore[attr-defined]
    ]
    assert [one.__name__ for one in asks_text if not one.__module__.endswith((".account", ".signin"))] == []


# --- The whole site ---


class Found(HTMLParser):
    """The links and the forms of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[dict[str, Any]] = []
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        if tag == "a" and found.get("href", "").startswith("/"):
            self.links.append(found["href"].split("#")[0])
        if tag == "form":
            self.forms.append({"method": found.get("method", "get"), "action": found.get("action", ""), "said": {}})
        if not self.forms:
            return
        said, name = self.forms[-1]["said"], found.get("name", "")
        if tag == "textarea" and name:
            self._text(name)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and found.get("value"):
            said[self._select] = found["value"]
        elif tag == "input" and name and name != "csrfmiddlewaretoken":
            kind = found.get("type", "text")
            if kind == "hidden":
                said[name] = found.get("value", "")
            elif kind == "radio":
                said.setdefault(name, found.get("value", ""))
            elif kind == "checkbox":
                said.setdefault(name, []).append(found.get("value", "on"))
            elif kind in {"text", "search", "email", "url"}:
                self._text(name)

    def _text(self, name: str) -> None:
        dates = re.search(r"_(day|month|year)$", name)
        self.forms[-1]["said"][name] = {"day": "1", "month": "2", "year": "2026"}[dates[1]] if dates else SECRET
        self.forms[-1]["texts"] = self.forms[-1].get("texts", 0) + (dates is None)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None


#: Signing in asks for one's own password, and files are another door: tests/pages/test_records.py.
ELSEWHERE = re.compile(r"^/(accounts|leave|upload|static|demonstration|stay)/|\.ics/$|/exhibits/")


class Walk:
    """Somebody who goes everywhere they can and writes a password wherever they may write."""

    def __init__(self, client: Client, starts: list[str]) -> None:
        self.client, self.seen, self.sent = client, set(), 0  # type: ignore[var-annotated]
        self.waiting = list(starts)

    def go(self, most: int) -> None:
        while self.waiting and len(self.seen) < most:
            path = self.waiting.pop(0)
            # One page of each kind: ids and pages of a list are all alike.
            shape = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", path)
            if shape in self.seen or ELSEWHERE.search(path):
                continue
            self.seen.add(shape)
            answer = self.client.get(path)
            if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
                continue
            found = Found(answer.content.decode())
            self.waiting += found.links
            for form in found.forms:
                if form["method"] == "post" and form.get("texts"):
                    self.write(form["action"] or path, form["said"])

    def write(self, path: str, said: dict[str, Any]) -> None:
        if ELSEWHERE.search(path):
            return
        for more in ({}, {"hide": "yes"}):
            answer = self.client.post(path, {**said, **more})
            assert answer.status_code < 500
            self.sent += 1


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that is sealed from now on, as it was before."""
    kept: list[str] = []
    real: Callable[..., bytes] = keys.seal_json

    def seal(content: Any, **where: Any) -> bytes:
        kept.append(repr(content))
        return real(content, **where)

    monkeypatch.setattr(keys, "seal_json", seal)
    return kept


def test_a_password_written_into_every_box_of_the_site_is_kept_nowhere(
    school_now: World,
    watched: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    world = school_now
    report = a_report(world, at=world.at)
    case = a_case(world, at=world.at)
    breach = a_breach(world, from_case=case, at=world.at)
    asked = asking_along.ask_cooperation(
        case=breach.case,
        device="own",
        scope="The post of Monday.",
        reasons="To see it whole.",
        rights_told=True,
        due_at=world.at.replace(year=world.at.year + 1),
        by=world.head,
        at=world.at,
    )
    draft = a_draft(world, at=world.at)
    weighs = [
        f"/breaches/{breach.case_id}/weighing/{one}/"
        for one in (
            "propose-attribution",
            "conclude-attribution",
            "conclude-seriousness",
            "conclude-proportion",
            "note-use",
        )
    ]
    walks = {
        world.head: ["/", f"/cases/{case.id}/", f"/breaches/{breach.case_id}/", *weighs, "/work-time/set-work-time/"],
        world.teacher: ["/", f"/report/{draft.id}/what/", f"/reports/{report.id}/", "/questions/ask-question/"],
        world.colleague: ["/", f"/asked/{asked.pk}/", f"/asked/{asked.pk}/answer-cooperation/"],
    }
    sent = 0
    for person, starts in walks.items():
        walk = Walk(client_of(person), starts)
        walk.go(120)
        sent += walk.sent

    assert sent > 60, "the walk met few boxes: is the site still crawled?"
    assert [words for words in watched if "hunter2" in words] == []
    assert found_in_the_clear("hunter2") == []
    assert "hunter2" not in caplog.text
