"""Short guides by role, and what explains more: the pages of docs that are for people, read where the program runs.

They hold nothing of any school, so everybody may read them, signed in or not. Clauses 2.5 and 3.7.
"""

import posixpath
import struct
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve

from forethought.core.markdown import Block, Heading, Picture, blocks_of
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.people.models import Role

DOCS = settings.ROOT / "docs"


@dataclass(frozen=True)
class Guide:
    """One page of docs that is served: its file below docs, for whom it is, and the offices whose own it is."""

    path: str
    about: str
    roles: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """As its address says it."""
        return posixpath.basename(self.path).removesuffix(".md")

    @property
    def href(self) -> str:
        return f"/guides/{self.name}/"


def _guide(name: str, about: str, *roles: str) -> Guide:
    return Guide(f"guides/{name}.md", about, frozenset(roles))


#: For everybody, so that it stands with the own ones of anybody who signed in.
EVERYBODY = _guide("member-of-staff", "Everybody who works or helps here")

BY_ROLE = (
    EVERYBODY,
    _guide("headteacher", "Headteacher and senior managers", Role.HEAD, Role.SENIOR),
    _guide("safeguarding-lead", "Safeguarding lead and deputies", Role.LEAD, Role.DEPUTY_LEAD),
    _guide("investigating-officer", "Investigating officer"),
    _guide("union-representative", "Union representative", Role.UNION),
    _guide("chair-of-governors", "Chair, vice-chair and governors", Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD),
    _guide("data-protection-officer", "Data protection officer", Role.PROTECTION),
    _guide("server-keeper", "Whoever looks after the server", Role.IT),
)
TO_DO = (
    _guide("first-day", "The first day: from a server to a live school", Role.CLERK),
    _guide("people", "People in minutes: bringing in a list", Role.HR, Role.CLERK),
    _guide("sign-in", "Signing in with a school account; a lost phone", Role.IT),
    _guide("install", "Installing it"),
)
TO_UNDERSTAND = tuple(
    Guide(path, about)
    for path, about in (
        ("explanation/for-unions.md", "For unions: what it never does, and what holds it"),
        ("explanation/accessibility.md", "Accessibility statement"),
        ("explanation/clocks.md", "Clocks: what is owed by when"),
        ("explanation/who-may-know.md", "Who may know: lists, those kept out, papers"),
        ("explanation/suspected-breach.md", "A suspected breach, from suspicion to its end"),
        ("explanation/records.md", "Records: what is read out of each, and what that does not prove"),
        ("explanation/data-protection.md", "Data protection: breaches, complaints, one’s own data"),
        ("explanation/boundaries.md", "Boundaries: contact with pupils and parents"),
        ("explanation/keys.md", "Keys: what is sealed under what"),
        ("explanation/backups.md", "Backups, and the way back from the card"),
        ("explanation/threat-model.md", "Threat model"),
        ("departures.md", "Departures from the letter of the policy, in full"),
    )
)
GUIDES = {one.name: one for one in (*BY_ROLE, *TO_DO, *TO_UNDERSTAND)}
_BY_PATH = {one.path: one for one in GUIDES.values()}


@dataclass(frozen=True)
class Seen:
    """A picture as a page shows it: its own file among ours, its size in pixels, and what is to be seen."""

    asset: str
    width: int
    height: int
    alt: str
    kind: ClassVar[str] = "picture"

    @property
    def of_a_phone(self) -> bool:
        """Narrow enough to stand beside the words."""
        return self.width <= 360


@dataclass(frozen=True)
class Shown:
    """A guide as its page shows it: its title and what follows."""

    title: str
    blocks: tuple[Block | Seen, ...]


@page
def guides(request: Request) -> HttpResponseBase:
    """Every guide, one's own first."""
    groups = groups_for(request.viewer.roles if request.viewer else None)
    return render(request, "forethought/guides/guides.html", {"title": "Short guides", "groups": groups})


@page
def guide(request: Request, name: str) -> HttpResponseBase:
    """One guide."""
    if name not in GUIDES:
        raise Http404
    shown = shown_of(name)
    values = {"title": shown.title, "blocks": shown.blocks, "back_href": "/guides/"}
    return render(request, "forethought/guides/guide.html", values)


def groups_for(roles: frozenset[str] | None) -> list[tuple[str, tuple[Guide, ...]]]:
    """The guides in groups, each once: one's own first, for somebody signed in (`roles`, which may be empty)."""
    own: tuple[Guide, ...] = ()
    if roles is not None:
        own = (*(one for one in (*BY_ROLE, *TO_DO) if one.roles & roles), EVERYBODY)
    groups = [("For you", own), ("By role", BY_ROLE), ("To do something", TO_DO), ("To understand it", TO_UNDERSTAND)]
    found = [(title, tuple(one for one in those if those is own or one not in own)) for title, those in groups]
    return [(title, those) for title, those in found if those]


@cache
def shown_of(name: str) -> Shown:
    """A guide of ours, read once: its file is part of the program."""
    one = GUIDES[name]
    text = (DOCS / one.path).read_text(encoding="utf-8")
    first, *rest = blocks_of(text, link=lambda to: led(one.path, to), code=address_of)
    assert isinstance(first, Heading) and first.level == 1, f"{one.path} begins with no title"
    blocks = tuple(_seen(one.path, block) if isinstance(block, Picture) else block for block in rest)
    return Shown("".join(run.text for run in first.runs), blocks)


def _seen(document: str, picture: Picture) -> Seen:
    """A picture of a guide. It lies in the folder whose files are served as ours (settings.STATICFILES_DIRS)."""
    file = _below(document, picture.source)
    assert posixpath.dirname(file) == "images", f"{document} has a picture that is not served: {picture.source}"
    with (DOCS / file).open("rb") as opened:
        width, height = size_of(opened.read(24))
    return Seen(f"forethought/guide/{posixpath.basename(file)}", width, height, picture.alt)


def led(document: str, to: str) -> str:
    """Where a link of a document leads in the program: to what is served, to a place on the page, or nowhere.

    A link to the outside leads nowhere: at a school it may not open, and nobody should have to wonder.
    """
    path, mark, place = to.partition("#")
    if not path:
        return to
    if path.startswith("/") or ":" in path:
        return ""
    found = _BY_PATH.get(_below(document, path))
    if found is None:
        return ""
    return f"{found.href}{mark}{place}"


def address_of(code: str) -> str:
    """The page of the program that code names, if it names one whole: `/report/`, and neither a file nor an act."""
    if not (code.startswith("/") and code.endswith("/")):
        return ""
    try:
        found = resolve(code)
    except Resolver404:
        return ""
    # “…/answer-offer/” of some report stands in a guide with “…”, and names no page by itself.
    return "" if found.kwargs else code


def size_of(start: bytes) -> tuple[int, int]:
    """The width and height of a PNG, in pixels, out of its first 24 bytes. Raises ValueError for anything else.

    W3C PNG 11.2.1.
    """
    if len(start) < 24 or not start.startswith(b"\x89PNG\r\n\x1a\n") or start[12:16] != b"IHDR":
        raise ValueError("This is no PNG.")
    width, height = struct.unpack(">II", start[16:24])
    return width, height


def _below(document: str, path: str) -> str:
    """A path that a document names, from docs on."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(document), path))
