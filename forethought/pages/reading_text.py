"""What one task asks somebody to read, in sections, and a paragraph as whoever read another version of it sees it."""

from collections.abc import Mapping
from dataclasses import dataclass

from forethought.acknowledgements import rules
from forethought.acknowledgements.models import Matter, Task
from forethought.acknowledgements.scenarios import Scenario, scenarios_for
from forethought.acknowledgements.sections import GONE, Section
from forethought.acknowledgements.standing import Asked, text_to_read
from forethought.policies.comparing import Change, Kind, Piece, compare
from forethought.policies.standing import links_of, policy_of
from forethought.policies.text import Paragraph
from forethought.reviews.models import GuidanceEdition

#: What became of a paragraph since somebody read it last, in one word beside it.
SAID = {Kind.CHANGED: "Changed", Kind.ADDED: "New", Kind.MOVED: "Moved"}


@dataclass(frozen=True)
class Content:
    """What is to be read: a version of the policy, or an edition of guidance that is read where it is published."""

    sections: tuple[Section, ...]
    minutes: int
    asked: Asked | None = None
    edition: GuidanceEdition | None = None
    own_words: bool = False

    @property
    def only_changes(self) -> bool:
        """Whether only what changed is shown."""
        return self.asked is not None and self.asked.since is not None


def content_of(task: Task) -> Content:
    """What a task asks somebody to read."""
    if task.reading.matter == Matter.GUIDANCE:
        edition = GuidanceEdition.objects.get(pk=task.reading.about)
        return Content((Section("guidance", edition.name, ()),), task.reading.minutes, edition=edition)
    asked = text_to_read(task)
    policy = policy_of(task.school_id)
    places = [place for section in asked.sections for place in section.places]
    minutes = rules.minutes_of([*(asked.text[place] for place in places), *asked.to_read.gone])
    return Content(asked.sections, minutes, asked=asked, own_words=policy is not None and policy.own_words)


def unopened(task: Task, content: Content) -> list[int]:
    """The numbers of the sections that were not opened yet, counted from 1."""
    return [number for number, one in enumerate(content.sections, 1) if one.key not in task.seen]


def scenarios_of(task: Task, content: Content) -> tuple[Scenario, ...]:
    """Up to three stories for somebody, those about what changed first. None about guidance, which is not ours."""
    if content.asked is None:
        return ()
    changed: set[str] = set()
    if content.only_changes:
        places = [place for section in content.sections for place in section.places]
        found = links_of([content.asked.text[place] for place in places])
        changed = {clause for clauses in found.values() for clause in clauses}
    return scenarios_for(task.kind, changed, seed=str(task.pk))


Row = Mapping[str, object]


def whole(asked: Asked) -> list[Row]:
    """Every paragraph of a version, unmarked."""
    return [_plain(one) for one in asked.text]


def paragraphs(asked: Asked, section: Section) -> list[Row]:
    """The paragraphs of a section; where only what changed is shown, with what changed marked in them."""
    if section.key == GONE:
        return [{**_plain(one), "tag": "Taken out"} for one in asked.to_read.gone]
    if asked.since is None:
        return [_plain(asked.text[place]) for place in section.places]
    changes = {change.new_place: change for change in compare(asked.before, asked.text)}
    return [_changed(changes[place]) for place in section.places]


def _plain(one: Paragraph) -> dict[str, object]:
    return {
        "number": (Piece(one.number),),
        "title": (Piece(one.title),) if one.title else (),
        "words": (Piece(one.words),),
    }


def _changed(change: Change) -> Row:
    assert change.new is not None, "a paragraph of the new text"
    row = _plain(change.new) | {"tag": SAID.get(change.kind, "")}
    if change.only_number:
        row["tag"] = "Only its number changed"
    elif change.kind is Kind.CHANGED:
        shown, before = change.new_pieces, change.old_pieces
        row |= {"number": shown.number, "title": shown.title, "words": shown.words}
        row |= {"before_title": before.title, "before": before.words}
        row["tag"] = "Changed and moved" if change.moved else row["tag"]
    return row
