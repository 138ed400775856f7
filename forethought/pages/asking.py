"""Forms and pages that are the same everywhere: one question page, one act page, and passwords that are hidden."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from forethought.core.errors import Refused, TooLate
from forethought.core.secrets import find_secrets, mask
from forethought.pages.asked import Request

YES_NO_NOT_SURE = [("yes", "Yes"), ("no", "No"), ("not_sure", "Not sure")]
SECRET = "This looks like a password. Hide it and keep the rest?"  # noqa: S105 - a sentence
REFUSED_SECRET = "This looks like a password. Take it out. Passwords are never kept here."  # noqa: S105 - a sentence


class Form(forms.Form):
    """A form of ours. Nothing that looks like a password gets past it.

    `masks`: on a report or concern the person may hide it with one press and the rest goes on; anywhere else it is
    refused. Policy 9.2a.
    """

    masks = False
    required_css_class = ""

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        self.hidden_now = bool(data and self.masks and data.get("hide") == "yes")
        self.has_secret = False
        super().__init__(data, *args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Every text of the form, looked through for secrets."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and find_secrets(value):
                if self.hidden_now:
                    cleaned[name] = mask(value)
                else:
                    self.has_secret = self.masks
                    self.add_error(name, SECRET if self.masks else REFUSED_SECRET)
        return cleaned


def ask(request: Request, form: forms.Form, *, title: str, status: int | None = None, **values: Any) -> HttpResponse:
    """A page with one form: `lead` paragraphs, the questions, and a button with `button`'s words."""
    template = values.pop("template", "forethought/ask.html")
    code = status or (422 if form.is_bound and form.errors else 200)
    return render(request, template, {"form": form, "title": title, **values}, status=code)


def refuse(form: forms.Form, refusal: Refused) -> None:
    """Put a rule's sentence at the top of the form, which keeps what was typed."""
    form.add_error(None, refusal.sentence)


def status_of(refusal: Refused) -> int:
    """409 for whoever came second; 422 for an act that is not allowed now."""
    return 409 if isinstance(refusal, TooLate) else 422


#: What is worth handing back: somebody's own words, rather than a choice, a token or an id.
_WORDS_FROM = 9
_ID = re.compile(r"[0-9a-f-]{36}")
_NOT_WORDS = frozenset({"csrfmiddlewaretoken", "mark", "credential", "code"})


def words_in(request: Request) -> list[str]:
    """What somebody wrote themselves in a form that was sent."""
    return [
        str(value)
        for name, value in request.POST.items()
        if len(str(value)) >= _WORDS_FROM
        and not _ID.fullmatch(str(value))
        and name not in _NOT_WORDS
        and "password" not in name
    ]


def hand_back(request: Request, back: str) -> HttpResponse | None:
    """A form that came after its sender was signed out, shown so that nothing is lost; nothing if it holds no words."""
    words = words_in(request)
    if not words:
        return None
    sign_in = f"{settings.LOGIN_URL}?{urlencode({'next': back})}"
    return render(
        request,
        "forethought/report/signed_out.html",
        {
            "title": "You have been signed out",
            "words": words,
            "sign_in": sign_in,
        },
        status=403,
    )
