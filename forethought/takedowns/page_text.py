"""What a web page says, read from its HTML: the words, whether it asks for a password, and where its pictures are.

Plain reading with the standard library's own parser. Nothing is run, nothing is fetched. A page that is broken is read
as far as it goes, as browsers do.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser

#: Characters of HTML that are read. A page longer than this is read to here.
LONGEST = 4_000_000

#: Words that stand together when two texts are compared. Evidence of five in a row is rarely chance.
RUN = 5

_UNSEEN = frozenset({"script", "style", "template", "noscript", "head"})
_BREAKS = frozenset(
    "address article aside blockquote br dd div dl dt figcaption footer form h1 h2 h3 h4 h5 h6 header hr li main nav "
    "ol p pre section table td th tr ul".split()
)


@dataclass(frozen=True)
class PageText:
    """What a page says. `text` is what a reader may see, covered or not; `beneath` is what only its scripts hold."""

    text: str = ""
    beneath: str = ""
    asks_password: bool = False
    pictures: tuple[str, ...] = ()

    @cached_property
    def words(self) -> list[str]:
        """Its words as they are compared: no case, no accents, no punctuation."""
        return words_of(self.text)

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Each five words in a row."""
        return runs_of(self.words)


def read_page(html: str) -> PageText:
    """Read a page. Text under an overlay counts as text: it is still sent to everybody."""
    reader = _Reader()
    reader.feed(html[:LONGEST])
    reader.close()
    return PageText(
        text=" ".join("".join(reader.seen).split()),
        beneath=" ".join("".join(reader.beneath).split()),
        asks_password=reader.asks_password,
        pictures=tuple(reader.pictures),
    )


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: no case, no accents, no punctuation; typographic quotes are no word."""
    flat = unicodedata.normalize("NFKD", text.replace("’", "'").replace("\u00ad", "")).casefold()
    kept = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return re.findall(r"\w+(?:'\w+)*", kept)


def runs_of(words: list[str]) -> frozenset[tuple[str, ...]]:
    """Each five words in a row; a shorter text is one run of its own."""
    if len(words) < RUN:
        return frozenset({tuple(words)}) if words else frozenset()
    return frozenset(tuple(words[place : place + RUN]) for place in range(len(words) - RUN + 1))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self.beneath: list[str] = []
        self.pictures: list[str] = []
        self.asks_password = False
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif tag == "body":
            # A head that was never closed ends here, as it does in a browser.
            self._unseen = []
        elif tag == "input" and given.get("type", "").strip().lower() == "password":
            self.asks_password = True
        elif tag == "img" and given.get("src"):
            self.pictures.append(given["src"])
            self.seen.append(f" {given.get('alt', '')} ")
        elif tag == "meta" and given.get("property", "").lower() == "og:image" and given.get("content"):
            self.pictures.append(given["content"])
        elif tag == "meta" and given.get("property", given.get("name", "")).lower() in _SUMMARIES:
            self.beneath.append(f" {given.get('content', '')} ")
        if tag in _BREAKS:
            self.seen.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            while self._unseen and self._unseen.pop() != tag:
                pass
        if tag in _BREAKS:
            self.seen.append(" ")

    def handle_data(self, data: str) -> None:
        (self.beneath if self._unseen else self.seen).append(data)


_SUMMARIES = frozenset({"og:title", "og:description", "description", "twitter:title", "twitter:description"})
