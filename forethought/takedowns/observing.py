"""Looking at an address over a way out: the address, a made-up neighbour of it, and a page that is there.

What comes back is only what the site itself said; what our own way out refused is a trouble, never an answer.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from forethought.capture.fetching import Fetch, Fetched
from forethought.capture.marks import Mark
from forethought.takedowns.observed import Answer, Picture, Seen, made_up_neighbour
from forethought.takedowns.page_text import PageText, read_page

#: Works out what pictures are compared by.
Marks = Callable[[Sequence[bytes]], list[Mark | None]]

#: What is said where looks by the program are switched off.
NOT_SET_UP = "Looking by itself is not set up here. Somebody looks, and presses one button."

#: Pictures that are asked for at their own addresses in one look.
MOST_PICTURES = 6


def observe(address: str, *, control: str = "", letters: str, fetch: Fetch, at: datetime) -> Seen:
    """One look, over three requests. `control` is a page of the site known to be there, else its front page.

    `letters` are random ones, a to z, for the made-up address. The time is in UTC. Policy 8.5.
    """
    front = urlsplit(address)._replace(path="/", query="", fragment="").geturl()
    return Seen(
        at=at,
        it=answer_of(fetch(address)),
        made_up=answer_of(fetch(made_up_neighbour(address, letters))),
        control=answer_of(fetch(control or front)),
    )


def answer_of(found: Fetched) -> Answer:
    """What a request brought. A page that was not read to its end is no answer: the rest of it may hold the words."""
    if found.cut:
        return Answer(address=found.address, trouble="The page is longer than is read.")
    return Answer(
        address=found.address,
        status=found.status,
        led_to=found.led_to,
        page=_page(found),
        trouble=found.trouble,
    )


def marks_at(addresses: Sequence[str], *, fetch: Fetch, marks: Marks) -> tuple[Picture, ...] | None:
    """What is at the own addresses of captured pictures. None where one of them gave no answer, so nobody knows."""
    bodies = []
    for address in addresses[:MOST_PICTURES]:
        found = fetch(address, accept="image/*")
        if found.cut or found.status not in {200, 404, 410}:
            return None
        if found.status == 200 and found.headers.get("content-type", "").lower().startswith("image/"):
            bodies.append(found.body)
    return tuple(Picture(one.pdq, one.quality) for one in marks(bodies) if one is not None)


def _page(found: Fetched) -> PageText:
    kind = found.headers.get("content-type", "text/html").lower()
    if "html" not in kind and not kind.startswith("text/"):
        return PageText()
    text = found.body.decode(_charset(kind, found.body), errors="replace")
    return read_page(text) if "html" in kind else PageText(text=" ".join(text.split()))


def _charset(kind: str, body: bytes) -> str:
    given = re.search(r"charset=[\"']?([\w-]{1,40})", kind) or re.search(
        r"charset=[\"']?([\w-]{1,40})", body[:2048].decode("ascii", "replace"), re.IGNORECASE
    )
    name = given[1] if given else "utf-8"
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return name
