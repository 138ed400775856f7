"""What would go into a bundle, and what would not: read from the case before anybody decides to make it."""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from forethought.audit.models import Checkpoint
from forethought.audit.tree import commitment
from forethought.core.errors import Refused
from forethought.evidence.away_rules import WHYS
from forethought.evidence.away_standing import away_in
from forethought.evidence.bundle_entries import Told, entries_of
from forethought.evidence.bundle_format import COPY, ORIGINAL, WRITTEN, EarlierHead, Item, Stamp, Withheld
from forethought.evidence.bundle_zip import Member, of_bytes, of_pieces
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.gate import Outcome
from forethought.evidence.models import Destruction, Exhibit, Grant
from forethought.evidence.procedures import said_of
from forethought.evidence.reading import content_of
from forethought.evidence.redacting import content_of_copy, recipe_of

#: Earlier checkpoints of which a bundle proves that the log grew from them: the last of each week, at most so many.
WEEKS = 40

#: Records that come to no more bytes than this are read through while somebody waits.
READ_FIRST = 64 * 1024 * 1024

#: Where an item's path begins, and how it ends where that is not the short name of its kind of file.
DATA = "data/"
ENDINGS = {"JPEG": "jpg", "TEXT": "txt", "EMAIL": "eml", "OPAQUE": "bin"}


ASK_LEAD = "Ask the school’s safeguarding lead."


@dataclass(frozen=True)
class Written:
    """Words that the program writes out as an item: a report, a record that there is no file of."""

    name: str
    kind: str
    words: str


@dataclass(frozen=True)
class Draft:
    """All that a bundle would hold. Items with a file are records or copies of them, by path; the rest is `written`."""

    case_id: uuid.UUID
    items: Sequence[Item]
    sources: Mapping[str, Exhibit | RedactedCopy]
    written: Mapping[str, str]
    withheld: Sequence[Withheld]
    entries: Sequence[Told]
    before: Checkpoint
    heads: Sequence[EarlierHead]
    stamps: Sequence[Stamp] = field(default_factory=tuple)


def offered(case_id: uuid.UUID) -> list[Exhibit]:
    """The records of a case that could go into a bundle, in the order in which they came."""
    gone = away_in(case_id)
    found = Exhibit.objects.filter(case_id=case_id).select_related("key").order_by("received_at", "id")
    return [one for one in found if one.object_name and one.pk not in gone]


def copies_of(case_id: uuid.UUID) -> list[RedactedCopy]:
    """The copies with something covered or cut that could go into a bundle, in the order in which they were made."""
    found = RedactedCopy.objects.filter(exhibit__in=[one.pk for one in offered(case_id)], key__isnull=False)
    return list(found.select_related("exhibit", "key").order_by("made_at", "id"))


def withheld_of(case_id: uuid.UUID) -> list[Withheld]:
    """What is in the case and never in a bundle: that there is one, since when, why, and whom to ask. law.md 1.4."""
    found = []
    for away in away_in(case_id).values():
        if isinstance(away, Destruction):
            found.append(
                Withheld("A record was destroyed", away.destroyed_at, "It was destroyed on an instruction.", "")
            )
            continue
        why, ask = WHYS[away.why] + ".", ASK_LEAD
        if away.ended_as == "destroyed":
            why, ask = "It was destroyed, by two people, on an instruction.", ""
        found.append(Withheld("A record was sealed away", away.sealed_at, why, ask))
    for grant in Grant.objects.filter(case_id=case_id).exclude(verdict=Outcome.PASS):
        why = "It may show somebody under 18, or an adult in an intimate state. The school has no copy."
        found.append(Withheld("A record was stopped before it was taken in", grant.given_at, why, ASK_LEAD))
    return sorted(found, key=lambda one: one.at)


def draft_of(case_id: uuid.UUID, *, chosen: Collection[uuid.UUID], written: Sequence[Written]) -> Draft:
    """What a bundle of these records and these words would hold.

    Raises Refused for a record that is not there to be chosen, and Damaged for one that does not open: small ones are
    read through here, large ones when the file is written.
    """
    entries = entries_of(case_id)
    promised = {value: told for told in entries for value in told.commitments.values()}
    sources: list[Exhibit | RedactedCopy] = [one for one in offered(case_id) if one.pk in set(chosen)]
    sources += [one for one in copies_of(case_id) if one.pk in set(chosen)]
    if len(sources) != len(set(chosen)):
        raise Refused("One of these records can no longer be chosen. Look at the list again.", "7.4")
    items: list[Item] = []
    by_path: dict[str, Exhibit | RedactedCopy] = {}
    words: dict[str, str] = {}
    read = sum(source.size or 0 for source in sources) <= READ_FIRST
    for number, source in enumerate(sources, 1):
        ending = ENDINGS.get(source.media, source.media.lower())
        if isinstance(source, Exhibit):
            item = _item(source, f"{DATA}{number:03}-{source.kind}.{ending}", promised, read=read)
        else:
            item = _copied(source, f"{DATA}{number:03}-copy.{ending}", promised, read=read)
        items.append(item)
        by_path[item.member.path] = source
    for number, one in enumerate(written, len(sources) + 1):
        path = f"{DATA}{number:03}-{one.kind}.txt"
        items.append(Item(of_bytes(path, one.words.encode()), WRITTEN, one.kind, name=one.name))
        words[path] = one.words
    before, stamps = _before()
    return Draft(
        case_id=case_id,
        items=items,
        sources=by_path,
        written=words,
        withheld=withheld_of(case_id),
        entries=entries,
        before=before,
        heads=_heads(before, entries[0].at if entries else before.made_at),
        stamps=stamps,
    )


def _promise(source: Exhibit | RedactedCopy, promised: Mapping[str, Told]) -> Told:
    told = promised.get(commitment(bytes(source.salt), bytes(source.sha256 or b"")).hex())
    if told is None:
        raise Refused("The log holds no promise of this record, so it cannot go into a bundle.", "7.3")
    return told


def _member(path: str, source: Exhibit | RedactedCopy, content: Callable[[], Iterator[bytes]], *, read: bool) -> Member:
    """A source as a member. Unread, it has what its row says, and no sum of the zip's own, which no statement needs."""
    if read:
        return of_pieces(path, content)
    return Member(path, source.size or 0, bytes(source.sha256 or b""), 0, content)


def _copied(copy: RedactedCopy, path: str, promised: Mapping[str, Told], *, read: bool) -> Item:
    return Item(
        _member(path, copy, partial(content_of_copy, copy), read=read),
        COPY,
        copy.exhibit.kind,
        salt=bytes(copy.salt),
        kept_at=_promise(copy, promised).at,
        recipe={"of": str(copy.exhibit_id), "made": recipe_of(copy)},
    )


def _item(exhibit: Exhibit, path: str, promised: Mapping[str, Told], *, read: bool) -> Item:
    said = said_of(exhibit)
    name = said.pop("file_name", "")
    member = _member(path, exhibit, partial(content_of, exhibit), read=read)
    return Item(
        member,
        ORIGINAL,
        exhibit.kind,
        name=name,
        salt=bytes(exhibit.salt),
        kept_at=_promise(exhibit, promised).at,
        said={key: str(words) for key, words in said.items() if words},
    )


def _before() -> tuple[Checkpoint, list[Stamp]]:
    """The newest checkpoint with time stamps; without any, the newest. Raises Refused when there is none at all."""
    stamped = Checkpoint.objects.filter(stamps__isnull=False).order_by("-size").first()
    found = stamped or Checkpoint.objects.order_by("-size").first()
    if found is None:
        raise Refused("The trail has not been signed yet. Try again in ten minutes.", "7.3")
    rows = found.stamps.order_by("authority")
    return found, [Stamp(bytes(row.request), bytes(row.response), row.chain.encode()) for row in rows]


def _heads(before: Checkpoint, since: datetime) -> list[EarlierHead]:
    """The heads that a bundle proves growth from: the last of each week since the case began, and the one before it.

    A witness who was mailed one of them can then compare.
    """
    by_week: dict[tuple[int, int], tuple[int, bytes]] = {}
    rows = Checkpoint.objects.filter(made_at__gte=since - timedelta(days=7), size__gt=0, size__lte=before.size)
    for size, root, made_at in rows.order_by("size").values_list("size", "root", "made_at"):
        by_week[made_at.isocalendar()[:2]] = size, bytes(root)
    chosen = {size: root for size, root in sorted(by_week.values())[-WEEKS:]}
    chosen[before.size] = bytes(before.root)
    return [EarlierHead(size, chosen[size]) for size in sorted(chosen)]
