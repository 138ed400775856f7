"""What a look saw, before anybody judges it: the answers of a site, and what there was to compare them with.

Plain values. Evidence of what was seen, never of what it means (`verdicts.py`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from forethought.takedowns.page_text import PageText


@dataclass(frozen=True)
class Picture:
    """A picture by its PDQ fingerprint, 64 hex digits, and the quality of that."""

    pdq: str
    quality: int


@dataclass(frozen=True, kw_only=True)
class Captured:
    """What there was to begin with: the text of the whole page, the words complained of, the pictures.

    `signed_in`: it was seen by somebody signed in, or inside a group, so that strangers never saw it.
    `hides_private`: the site answers strangers alike for what is deleted and for what is hidden from them.
    """

    text: str = ""
    words: str = ""
    pictures: tuple[Picture, ...] = ()
    signed_in: bool = False
    hides_private: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one request brought. `status` is None where no answer came, and `trouble` then says why.

    `address` was asked for, `led_to` is where it ended after redirects. Only what the site itself said may stand here,
    never what our own way out made up. `pictures` is None where nobody asked for the captured pictures' own addresses.
    """

    address: str
    status: int | None = None
    led_to: str = ""
    page: PageText = field(default_factory=PageText)
    pictures: tuple[Picture, ...] | None = None
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One look: the address itself, a made-up neighbour of it, and a page of the same site known to be there."""

    at: datetime
    it: Answer
    made_up: Answer | None = None
    control: Answer | None = None


def made_up_neighbour(address: str, letters: str) -> str:
    """An address beside this one that nobody made: its last part replaced by letters of the same kind, as many or more.

    `letters` are random ones from outside, a to z, at least 20 of them. Where the address has a query, its values are
    replaced instead, for such sites name their posts there.
    """
    parts = urlsplit(address)
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    if parts.query:
        pairs = (pair.partition("=") for pair in parts.query.split("&"))
        query = "&".join(f"{name}={_alike_part(value, letters)}" for name, _, value in pairs if name)
        return parts._replace(query=query, fragment="").geturl()
    path = f"{folder}/{_alike_part(last, letters)}" if last else f"/{letters[:12]}"
    return parts._replace(path=path, fragment="").geturl()


#: A made-up part has at least so many letters or digits: beside post 4 there may well be a post 7.
_LONG_ENOUGH = 9


def _alike_part(part: str, letters: str) -> str:
    made = []
    if part[-1:].isalnum():
        part += part[-1] * max(0, _LONG_ENOUGH - sum(one.isalnum() for one in part))
    for place, letter in enumerate(part):
        new = letters[place % len(letters)]
        if letter.isdigit():
            new = str((ord(new) + place) % 9 + 1)
        made.append(new if letter.isalnum() else letter)
    return "".join(made) or letters[:12]
