"""Finding the school of somebody without an account: by the code they came with, or the draft they are writing."""

import re
import uuid
from datetime import datetime

from django.conf import settings

from forethought.pages.asked import Request
from forethought.people.codes import key_hash
from forethought.people.models import Doorway

DRAFT_PATH = re.compile(r"^/report/([0-9a-f-]{36})/")


def find(kind: str, code: str, at: datetime) -> Doorway | None:
    """The doorway a code opens, unless it has ended."""
    found = Doorway.objects.filter(key_hash=key_hash(kind, code), kind=kind).first()
    if found is None or (found.ends_at is not None and found.ends_at <= at):
        return None
    return found


def of(request: Request, at: datetime) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """The school and the visit of a request without an account, as far as its cookie or its address tells.

    A draft's address tells the school alone: a form sent after the sign-in ran out can still be kept for its writer.
    """
    token = request.COOKIES.get(settings.DRAFT_COOKIE_NAME, "")
    if token and (door := find("visit", token, at)):
        return door.school_id, door.opens
    if match := DRAFT_PATH.match(request.path):
        if door := find("draft", match.group(1), at):
            return door.school_id, None
    return None, None


def reader_of(request: Request, at: datetime) -> tuple[uuid.UUID, uuid.UUID] | None:
    """The school and the person of somebody who came by a personal link and typed their name."""
    token = request.COOKIES.get(settings.READER_COOKIE_NAME, "")
    door = find("reader", token, at) if token else None
    return (door.school_id, door.opens) if door else None


def came_by_link(request: Request) -> bool:
    """Whether this browser came by a personal link, even if that visit has ended."""
    return bool(request.COOKIES.get(settings.READER_COOKIE_NAME))
