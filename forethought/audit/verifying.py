"""The whole trail of a school worked out anew: entries, tiles, checkpoints, stamps, and what was kept elsewhere.

One pass over the entries. What is found is said in sentences; whoever asked decides what to do.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from forethought.audit.checking import MOST_FAULTS, check_trail, stored_entry
from forethought.audit.models import Checkpoint, Entry, Tile, TimeStamp, TrailHead
from forethought.audit.notes import BadNote, PublicNoteKey, open_note, read_checkpoint
from forethought.audit.stamping import Authority, BadStamp, check_response
from forethought.audit.tree import EMPTY_ROOT, HASH_LENGTH, TILE_WIDTH, Frontier, tile_over


@dataclass(frozen=True)
class Kept:
    """A checkpoint that somebody kept: the head it was made over, and how to speak of it."""

    name: str
    size: int
    root: bytes


@dataclass
class Elsewhere:
    """What was kept outside of this database, to compare with: opened checkpoints, and codes from mails."""

    checkpoints: Sequence[Kept] = ()
    #: The first 16 hex digits of a root, of which the size is not known.
    codes: Sequence[str] = ()
    #: Public keys of this log from before, besides the one it has.
    keys: Sequence[PublicNoteKey] = ()


def entries_of(school_id: uuid.UUID) -> Iterator[dict[str, object]]:
    """The trail of the school that was entered, first entry first, as it is stored."""
    for row in Entry.objects.order_by("seq").iterator(chunk_size=500):
        columns = {
            "seq": row.seq,
            "school": row.school_id,
            "at": row.at,
            "by": row.by,
            "verb": row.verb,
            "about": row.about,
            "case": row.case_id,
        }
        yield stored_entry(body=row.body, leaf=bytes(row.leaf), columns=columns)


def wrong_in_trail(
    school_id: uuid.UUID, *, key: PublicNoteKey | None = None, elsewhere: Elsewhere | None = None
) -> list[str]:
    """Everything wrong with the trail of the school that was entered, in sentences; nothing when all is well.

    `key`: the log's public key; without it no signature is looked at.
    """
    elsewhere = elsewhere or Elsewhere()
    head = TrailHead.objects.get(pk=school_id)
    try:
        frontier = Frontier.from_bytes(bytes(head.edge)) if head.size else Frontier()
    except ValueError as error:
        return [str(error)]
    if frontier.size != head.size:
        return [f"The head of the trail counts {head.size} entries and its edge {frontier.size}."]
    here = [Kept(f"Checkpoint {row_id}", size, bytes(root)) for row_id, size, root in _checkpoints()]
    growth = Growth([*here, *elsewhere.checkpoints], elsewhere.codes)
    faults = check_trail(
        growth.watched(entries_of(school_id)), {"size": head.size, "root": frontier.root(), "school": school_id}
    )
    wrong = [fault.sentence for fault in faults] + growth.wrong()
    if key is not None:
        wrong += wrong_in_notes([key, *elsewhere.keys])
    return (wrong + wrong_in_stamps())[:MOST_FAULTS]


def read_kept(name: str, note: str, *, keys: Sequence[PublicNoteKey]) -> Kept:
    """A checkpoint that somebody kept, opened. Raises BadNote when it is not of this log, or not a checkpoint."""
    head = read_checkpoint(open_note(note, keys=keys).text)
    if head.origin not in {key.name for key in keys}:
        raise BadNote("It is of another log.")
    return Kept(name, head.size, head.root)


def _checkpoints() -> Iterable[tuple[uuid.UUID, int, bytes | memoryview]]:
    return Checkpoint.objects.order_by("size").values_list("id", "size", "root").iterator(chunk_size=2000)


@dataclass
class Growth:
    """Watches the entries pass, and compares the tree at each size with what was kept of it."""

    kept: Sequence[Kept]
    codes: Sequence[str] = ()
    _tree: Frontier = field(default_factory=Frontier)
    _wrong: list[str] = field(default_factory=list)
    _found: set[str] = field(default_factory=set)
    _leaves: list[bytes] = field(default_factory=list)
    _roots: list[bytes] = field(default_factory=list)

    def watched(self, entries: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
        """The same entries. Once the last has passed, `wrong` says what was found."""
        by_size: dict[int, list[Kept]] = {}
        for one in self.kept:
            by_size.setdefault(one.size, []).append(one)
        stored = _tiles(level=0)
        tile = next(stored, None)
        for entry in entries:
            self._compare(by_size)
            leaf = entry.get("leaf")
            # A broken leaf still takes its place; that it is broken is said by whoever checks the entries.
            leaf = leaf if isinstance(leaf, bytes) and len(leaf) == HASH_LENGTH else EMPTY_ROOT
            self._tree = self._tree.append(leaf)
            self._leaves.append(leaf)
            if len(self._leaves) == TILE_WIDTH:
                tile = self._compare_tile(0, len(self._roots), self._leaves, tile, stored)
                self._leaves = []
            yield entry
        self._compare(by_size)
        for size in sorted(by_size):
            for one in by_size[size]:
                self._wrong.append(
                    f"{one.name} was made over {size} entries and the trail holds {self._tree.size}: its end is gone."
                )
        if tile is not None:
            self._wrong.append("There are nodes stored over entries that are not there.")
        self._compare_higher()

    def wrong(self) -> list[str]:
        """What was found, in sentences."""
        lost = [code for code in self.codes if code not in self._found]
        return self._wrong + [
            f"The code {code} is of no state that this trail was ever in: something before it was changed or taken "
            "out, or the code is of another trail or was copied with a slip."
            for code in lost
        ]

    def _compare(self, by_size: dict[int, list[Kept]]) -> None:
        asked = by_size.pop(self._tree.size, [])
        if not asked and not self.codes:
            return
        root = self._tree.root()
        self._found |= {code for code in self.codes if root.hex().startswith(code)}
        self._wrong += [
            f"{one.name} does not fit: the first {one.size} entries are not those that it was made over."
            for one in asked
            if one.root != root
        ]

    def _compare_tile(
        self,
        level: int,
        number: int,
        hashes: Sequence[bytes],
        tile: tuple[int, bytes, bytes] | None,
        stored: Iterator[tuple[int, bytes, bytes]],
    ) -> tuple[int, bytes, bytes] | None:
        """Make a tile anew and compare it with the stored one, if there is one already. The next stored one."""
        nodes, root = tile_over(b"".join(hashes))
        if level == 0:
            self._roots.append(root)
        if tile is None or tile[0] != number:
            return tile
        if (tile[1], tile[2]) != (nodes, root):
            self._wrong.append(f"The nodes stored over tile {number} of height {level} are not those of its entries.")
        return next(stored, None)

    def _compare_higher(self) -> None:
        roots, level = self._roots, 1
        while len(roots) >= TILE_WIDTH or Tile.objects.filter(level=level).exists():
            stored, above = _tiles(level), []
            tile = next(stored, None)
            for number in range(len(roots) // TILE_WIDTH):
                hashes = roots[number * TILE_WIDTH : (number + 1) * TILE_WIDTH]
                above.append(tile_over(b"".join(hashes))[1])
                tile = self._compare_tile(level, number, hashes, tile, stored)
            if tile is not None:
                self._wrong.append("There are nodes stored over entries that are not there.")
            roots, level = above, level + 1


def _tiles(level: int) -> Iterator[tuple[int, bytes, bytes]]:
    rows = Tile.objects.filter(level=level).order_by("number").values_list("number", "nodes", "root")
    for number, nodes, root in rows.iterator(chunk_size=100):
        yield number, bytes(nodes), bytes(root)


def wrong_in_notes(keys: Sequence[PublicNoteKey]) -> list[str]:
    """What is wrong with the signatures of the checkpoints stored here, in sentences."""
    wrong = []
    for row in Checkpoint.objects.order_by("size").iterator(chunk_size=500):
        try:
            head = read_checkpoint(open_note(row.note, keys=keys).text)
        except BadNote as error:
            wrong.append(f"Checkpoint {row.id} is not signed by this log. {error}")
            continue
        if head.origin not in {key.name for key in keys}:
            wrong.append(f"Checkpoint {row.id} is of another log.")
        elif (head.size, head.root) != (row.size, bytes(row.root)):
            wrong.append(f"Checkpoint {row.id} shows another size or root in its row than in its note.")
    return wrong


def wrong_in_stamps() -> list[str]:
    """What is wrong with the time stamps stored here, in sentences. Each is checked as of the time that it gives."""
    wrong, vouched = [], _tokens_in_trail()
    stamps = TimeStamp.objects.select_related("checkpoint").order_by("kept_at", "id")
    for stamp in stamps.iterator(chunk_size=200):
        authority = Authority(f"https://{stamp.authority}", stamp.chain)
        try:
            token = check_response(
                bytes(stamp.response), request=bytes(stamp.request), note=stamp.checkpoint.note, authority=authority
            )
        except (BadStamp, ValueError) as error:
            wrong.append(f"The time stamp {stamp.id} by {stamp.authority} does not hold. {error}")
            continue
        if (token.gen_at, token.token_hash) != (stamp.gen_at, bytes(stamp.token_hash)):
            wrong.append(f"The time stamp {stamp.id} shows another time or hash in its row than in its token.")
        if vouched.get(token.token_hash.hex()) != stamp.checkpoint_id:
            wrong.append(f"No entry of the trail speaks of the time stamp {stamp.id}.")
    return wrong


def _tokens_in_trail() -> Mapping[str, uuid.UUID | None]:
    """The hashes of tokens that entries speak of, and the checkpoint of each."""
    found: dict[str, uuid.UUID | None] = {}
    for entry in Entry.objects.filter(verb="audit.keep_stamp").iterator(chunk_size=500):
        commitments = stored_entry(body=entry.body, leaf=b"", columns={}).get("commitments")
        if isinstance(commitments, Mapping):
            found[str(commitments.get("token"))] = entry.about
    return found
