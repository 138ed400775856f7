"""One act, one page: a form, one procedure, and the way back. What was recorded is said once, on the next page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from forethought.core.clock import spoken_time
from forethought.core.errors import Refused, TooLate
from forethought.pages import asking, fields
from forethought.pages.asked import Request

_NOTE = "note"


class Versioned(asking.Form):
    """A form for a decision: it carries the version that its reader saw, so that the second of two people is told."""

    version = fields.Line(label="", longest=9, widget=asking.forms.HiddenInput, missing="Open this page again.")

    def clean_version(self) -> int:
        """The version; anything else is no version, and so too late."""
        text = self.cleaned_data["version"]
        return int(text) if text.isascii() and text.isdigit() else -1


def act(
    request: Request,
    form: asking.Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    to: str | Callable[[Any], str],
    title: str,
    button: str,
    done: str = "",
    row: Any = None,
    **values: Any,
) -> HttpResponseBase:
    """Show a form; sent, do it and go on. A refusal stands at the top of the form, which keeps what was typed.

    `to` is where to go on, or says so from what was done. `done` is said there. `row` is what a decision is about: once
    somebody else was first, the form is given its new version, so that one can still decide, knowing of it.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = do(form.cleaned_data)
        except Refused as refusal:
            return refused(request, form, refusal, row=row, title=title, button=button, **values)
        if done:
            note(request, done)
        return redirect(to if isinstance(to, str) else to(result))
    return asking.ask(request, form, title=title, button=button, **values)


def refused(
    request: Request, form: asking.Form, refusal: Refused, *, row: Any = None, **values: Any
) -> HttpResponseBase:
    """The form again, with the rule's sentence at its top."""
    asking.refuse(form, refusal)
    if isinstance(refusal, TooLate) and row is not None:
        renew(form, row)
    return asking.ask(request, form, status=asking.status_of(refusal), **values)


def renew(form: asking.Form, row: Any) -> None:
    """Give a refused form the version that its reader has now been told of."""
    row.refresh_from_db(fields=["version"])
    data = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(row.version)
    form.data = data


def note(request: Request, sentence: str) -> None:
    """Say on the next page what was recorded, and when. Never a name: it may be read off a projector."""
    request.session[_NOTE] = f"At {spoken_time(timezone.now())}. {sentence}"


def noted(request: Request) -> str:
    """What is to be said on this page, once."""
    return str(request.session.pop(_NOTE)) if _NOTE in request.session else ""


def back_to(request: Request, otherwise: str) -> str:
    """The page of ours that a small form on it names, or somewhere safe."""
    asked = request.POST.get("back", "")
    fits = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if fits else otherwise
