"""The content of a record, for a picture or a player in a page: sandboxed, in parts, and only while it may be seen.

Where another origin is configured, this is all that it answers: no cookie is read or set there. The address itself is
signed and belongs to one viewing: one person, one record, one sign-in, and its end. Whether that person may still open
the record is asked for each part (evidence.md 3.9; 7, case 65). Clause 7.3.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils import timezone

from forethought.cases.door import opened_to
from forethought.core.errors import Refused
from forethought.evidence.kinds import Kind
from forethought.evidence.models import Exhibit, Viewing
from forethought.evidence.ranges import NoSuchRange, Range, range_in
from forethought.evidence.reading import Damaged, opened
from forethought.evidence.store import StoreAway
from forethought.evidence.viewing import note_fault, session_of
from forethought.pages.access import lets_in, page
from forethought.pages.asked import Request
from forethought.pages.matrix import MATRIX
from forethought.pages.middleware import Viewer
from forethought.people.models import Account
from forethought.people.sessions import SessionStore, person_of, roles_of
from forethought.rows import inside

Answer = Callable[[HttpRequest], HttpResponseBase]

PICTURES = frozenset({Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP})
FILMS = frozenset({Kind.MP4, Kind.MOV})
SOUNDS = frozenset({Kind.MP3, Kind.M4A, Kind.OGG, Kind.WAV})

#: A player is given this much at a time (bytes), so that it asks again, and is asked for again, every few seconds.
PART = 2 * 1024 * 1024
#: A larger picture is not drawn: it is downloaded.
LARGEST_PICTURE = 25 * 1024 * 1024

_SALT = "content of a record"


class EvidenceOrigin:
    """Answers under the name that is for content alone, before anything looks for a cookie."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.EVIDENCE_HOST or request.get_host() != settings.EVIDENCE_HOST:
            return self.get_response(request)
        parts = request.path_info.strip("/").split("/")
        try:
            if len(parts) != 2 or parts[0] != "content":
                raise Http404
            response = answer(request, parts[1], with_cookies=False)
        except Http404:
            response = plain("There is nothing here.", 404)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


@page
def content(request: Request, token: str) -> HttpResponseBase:
    """A part of a record, where no other origin is configured."""
    if settings.EVIDENCE_HOST:
        raise Http404
    return answer(request, token, with_cookies=True)


def address_of(viewing: Viewing) -> str:
    """Where the content of a viewing is found, for as long as it lasts."""
    token = signing.dumps([viewing.school_id.hex, viewing.id.hex], salt=_SALT)
    return f"{settings.EVIDENCE_ORIGIN}/content/{token}/"


def answer(request: HttpRequest, token: str, *, with_cookies: bool) -> HttpResponseBase:
    """The content behind an address, or a part of it. To whoever may not see it there is no such page."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        school, viewing = (
            uuid.UUID(one) for one in signing.loads(token, salt=_SALT, max_age=settings.SESSION_COOKIE_AGE)
        )
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    now = timezone.now()
    with inside(school):
        row = Viewing.objects.select_related("exhibit__key").filter(pk=viewing, ends_at__gt=now).first()
        if row is None or row.opened_at > now:
            raise Http404
        viewer = viewer_of(row, request if with_cookies else None, now)
        if viewer is None or not sees(viewer, row.exhibit, now):
            raise Http404
        try:
            return part_of(request, row.exhibit)
        except StoreAway:
            return plain("Records cannot be shown at the moment. Nothing is lost. Try again in some minutes.", 503)
        except Refused:
            raise Http404 from None
        except Damaged as damaged:
            note_fault(exhibit=row.exhibit, piece=damaged.piece, by=viewer.person, at=now)
            return plain("This record is not what was kept. Nothing of it is shown.", 409)


def viewer_of(viewing: Viewing, request: Any, now: datetime) -> Viewer | None:
    """Whoever opened a viewing, while they are signed in as they were then.

    A part that is asked for under another name counts as use of that sign-in, as it does under our own: nobody who
    listens is signed out for sitting still. Eight hours after it began a sign-in is over all the same.
    """
    key = session_of(viewing)
    if request is not None and (request.viewer is None or request.session.session_key != key):
        return None
    if not Session.objects.filter(session_key=key, expire_date__gt=now).exists():
        return None
    session = SessionStore(key).load()
    seconds = int(now.timestamp())
    seen, started = session.get("seen", seconds), session.get("started", seconds)
    if seconds - seen > settings.IDLE_SECONDS + 60 or seconds - started > settings.SESSION_COOKIE_AGE:
        return None
    known = session.get("_auth_user_id")
    account = Account.objects.filter(pk=str(known), is_active=True).first() if known else None
    found = person_of(account) if account is not None else None
    if account is None or found is None or str(found[0].pk) != viewing.viewer:
        return None
    if request is None and seconds - seen > 60:
        touch(key, seconds)
    return Viewer(found[0], account, roles_of(found[0], now), found[1])


def touch(key: str, seconds: int) -> None:
    """Note that a sign-in was used at this second, unless it has changed meanwhile. Its own end stays where it was."""
    for data in Session.objects.filter(session_key=key).values_list("session_data", flat=True):
        store = SessionStore(key)
        said = store.encode({**store.decode(data), "seen": seconds})
        Session.objects.filter(session_key=key, session_data=data).update(session_data=said)


def sees(viewer: Viewer, exhibit: Exhibit, now: datetime) -> bool:
    """Whether somebody may open this record at this moment: the case's list and exclusions, then the role or seat."""
    case = opened_to(viewer.person, exhibit.case_id, now)
    name = "exhibits.exhibit"
    return case is not None and lets_in(viewer.roles, case, MATRIX[name], name, reads=True)


def kind_of_media(exhibit: Exhibit) -> Kind:
    """The kind that was found when it came; anything we do not know is opaque."""
    return Kind.__members__.get(exhibit.media, Kind.OPAQUE)


def part_of(request: HttpRequest, exhibit: Exhibit) -> HttpResponseBase:
    """The part of a film or a sound that is asked for, or the whole of a picture. Nothing else is served here."""
    kind, size = kind_of_media(exhibit), exhibit.size or 0
    if kind in PICTURES and size <= LARGEST_PICTURE:
        return whole_picture(request, exhibit, kind)
    if kind not in FILMS | SOUNDS:
        raise Http404
    try:
        # Whatever validator came with it, ours never match: there are none (RFC 9110, 13.1.5).
        header = "" if request.headers.get("If-Range") else request.headers.get("Range", "")
        asked = range_in(header, size=size, most=PART)
    except NoSuchRange as none:
        refused = plain(str(none), 416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    return film(request, exhibit, kind, asked or Range(0, min(size, PART), size), partial=asked is not None)


def film(request: HttpRequest, exhibit: Exhibit, kind: Kind, asked: Range, *, partial: bool) -> HttpResponseBase:
    """A part of a film or sound. Asked for as a whole it is refused when it is long: a player asks for parts."""
    if not partial and asked.stop < asked.size and request.method != "HEAD":
        return plain("Ask for a range: this record is given in parts.", 400)
    body = b""
    if request.method != "HEAD":
        with opened(exhibit) as opener:
            body = b"".join(opener.read_range(asked.start, asked.stop))
    response = guarded(HttpResponse(body, status=206 if partial else 200), kind)
    response["Accept-Ranges"] = "bytes"
    if partial:
        response["Content-Range"] = asked.as_header
    response["Content-Length"] = str(asked.stop - asked.start if partial else asked.size)
    return response


def whole_picture(request: HttpRequest, exhibit: Exhibit, kind: Kind) -> HttpResponseBase:
    """A picture, once every byte of it has been found to be as it came."""
    with opened(exhibit) as opener:
        body = b"".join(opener.chunks())
    if sha256(body).digest() != bytes(exhibit.sha256 or b""):
        raise Damaged("its content is not what its row says.")
    response = guarded(HttpResponse(b"" if request.method == "HEAD" else body), kind)
    response["Content-Length"] = str(exhibit.size)
    return response


def guarded(response: Any, kind: Kind | None = None) -> Any:
    """A response with bytes that somebody else wrote: of a kind from our own list, in a sandbox, for no other page."""
    response["Content-Type"] = kind.media_type if kind else "application/octet-stream"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = 'attachment; filename="record"'
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def plain(sentence: str, status: int) -> HttpResponse:
    """A sentence in place of the content."""
    response = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def text_in(exhibit: Exhibit, most: int) -> str:
    """The beginning of a text (at most so many bytes), in the set it says or seems to be in."""
    with opened(exhibit) as opener:
        raw = b"".join(opener.read_range(0, min(most, exhibit.size or 0)))
    for encoding in ("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start >= len(raw) - 4:
                return raw[: error.start].decode(encoding)
    return raw.decode("latin-1")
