"""The link with which a school is set up: printed on the server, opened once, then held by one browser.

Whoever has it decides who heads the school, so it is short-lived, kept only as a hash, and ends with the founding.
Nothing here is an act: there is no school yet whose trail could say so (decision 40).
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from forethought.evidence import keyring, keys
from forethought.founding.models import SettingUp
from forethought.people.codes import key_hash, new_token

#: How long a link waits to be opened.
LINK = timedelta(hours=24)
#: How long the browser that opened it may go on. After that, or elsewhere, a new link brings the same answers back.
BROWSER = timedelta(days=7)
#: How long that browser may still help the headteacher to a first password, once the school is founded.
AFTERWARDS = timedelta(hours=1)

_NO_SCHOOL = uuid.UUID(int=0)


def make_link(*, another: bool, at: datetime) -> str:
    """A new token for the set-up that is under way, or for a new one. Part of no act.

    The older link, and the browser that goes on with it, end.
    """
    token = new_token()
    waiting = SettingUp.objects.filter(finished_at__isnull=True).order_by("-begun_at")
    found = None if another else waiting.first()
    fresh: dict[str, Any] = {"link_hash": key_hash("set-up-link", token), "link_ends_at": at + LINK}
    if found is None:
        SettingUp.objects.create(begun_at=at, **fresh)
    else:
        SettingUp.objects.filter(pk=found.pk).update(cookie_hash=None, cookie_ends_at=None, **fresh)
    return token


def behind_link(token: str, at: datetime) -> SettingUp | None:
    """What a link opens at an instant (UTC): nothing when it was used, has ended or never was."""
    return SettingUp.objects.filter(
        link_hash=key_hash("set-up-link", token), link_ends_at__gt=at, finished_at__isnull=True
    ).first()


def open_link(token: str, at: datetime) -> str | None:
    """Use a link up: the token of a browser's cookie in its place, or nothing. Part of no act. Of two, one wins."""
    cookie = new_token()
    used = SettingUp.objects.filter(
        link_hash=key_hash("set-up-link", token), link_ends_at__gt=at, finished_at__isnull=True
    ).update(link_hash=None, cookie_hash=key_hash("set-up", cookie), cookie_ends_at=at + BROWSER)
    return cookie if used else None


def behind_cookie(cookie: str, at: datetime) -> SettingUp | None:
    """What a browser goes on with at an instant (UTC), finished or not."""
    if not cookie:
        return None
    return SettingUp.objects.filter(cookie_hash=key_hash("set-up", cookie), cookie_ends_at__gt=at).first()


def answers_of(row: SettingUp) -> dict[str, dict[str, Any]]:
    """What was answered so far, by question."""
    if not row.answers:
        return {}
    sealed = bytes(row.answers)
    found: dict[str, dict[str, Any]] = keys.open_json(sealed, key=keyring.master_above(sealed), about=_place(row))
    return found


def change_answers(row: SettingUp, change: Callable[[dict[str, dict[str, Any]]], None]) -> None:
    """Change what was answered, one after another where two come at once. Part of no act.

    A set-up that was finished meanwhile has no answers any more, and gets none.
    """
    with transaction.atomic():
        rows = SettingUp.objects.filter(pk=row.pk, finished_at__isnull=True)
        found = (rows.select_for_update() if connection.vendor == "postgresql" else rows).first()
        if found is None:
            return
        answers = answers_of(found)
        change(answers)
        sealed = keys.seal_json(answers, key=keyring.master(), about=_place(found))
        SettingUp.objects.filter(pk=found.pk).update(answers=sealed)


def _place(row: SettingUp) -> keys.Binding:
    return keys.Binding("settingup", _NO_SCHOOL, None, row.pk)
