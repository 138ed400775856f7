"""How a policy's text is shown: paragraphs whose sentences lead on, a list of contents, fingerprints for the eye."""

from collections.abc import Mapping, Sequence

from forethought.pages.screens import screen_of
from forethought.policies.sentences import key_of, sentences_of
from forethought.policies.text import Paragraph, Text

Links = Mapping[bytes, frozenset[str]]


def shown(one: Paragraph, links: Links, roles: frozenset[str]) -> dict[str, object]:
    """A paragraph with the screens that its sentences lead to, each named once, below the words."""
    ids: list[str] = []
    for sentence in sentences_of(one.words):
        ids += [name for name in sorted(links.get(key_of(sentence), ())) if name not in ids]
    leads = []
    for name in ids:
        screen = screen_of(name, roles)
        if screen and screen not in leads:
            leads.append(screen)
    return {
        "number": one.number,
        "title": one.title,
        "words": one.words,
        "anchor": anchor(one),
        "leads": leads,
        "clauses": ids,
    }


def anchor(one: Paragraph) -> str:
    """The name under which a numbered paragraph is found in its page."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in one.number)
    return f"p-{kept}" if kept else ""


def contents(text: Text) -> list[dict[str, str]]:
    """The numbered and titled paragraphs, to jump to; none for a text that is short or has no numbers."""
    rows = [
        {"href": f"#{anchor(one)}", "text": f"{one.number} {one.title}"} for one in text if one.number and one.title
    ]
    return rows if len(rows) >= 8 else []


def serving(text: Text, clause_id: str, links: Links) -> list[Paragraph]:
    """The paragraphs that speak of a clause: linked to it sentence by sentence, or bearing its number in the model."""
    return [
        one for one in text if any(clause_id in links.get(key_of(sentence), ()) for sentence in sentences_of(one.words))
    ]


def grouped(fingerprint: bytes | memoryview) -> str:
    """A fingerprint as people compare it: 64 letters and digits in groups of eight."""
    digits = bytes(fingerprint).hex()
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))


def short(fingerprint: bytes | memoryview) -> str:
    """The beginning of a fingerprint, enough to tell two versions in a table apart."""
    return bytes(fingerprint).hex()[:12]


def unlinked(text: Sequence[Paragraph], links: Links) -> list[str]:
    """The sentences that lead nowhere yet. Policy F4."""
    found = [sentence for one in text for sentence in sentences_of(one.words)]
    return [sentence for sentence in dict.fromkeys(found) if key_of(sentence) not in links]
