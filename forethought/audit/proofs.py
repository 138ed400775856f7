"""Proofs from stored nodes: that an entry is in the trail, and that a later trail only grew from an earlier one.

Every 256 entries that are complete get a tile, which holds all nodes over them; every 256 tiles get one of their own. A
proof in a trail of a million entries reads three tiles. The ragged end, where no tile is full yet, is read from the
entries themselves, or from the edge that a checkpoint keeps.

Tiles are filled when a checkpoint is made, never with the act: nobody at a screen waits for them. Nothing here is
believed by whoever gets a proof; a node that was tampered with gives a proof that does not hold.
"""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Max

from forethought.audit.models import Checkpoint, Entry, Tile, TrailHead
from forethought.audit.tree import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Frontier,
    Range,
    consistency_ranges,
    full_subtrees,
    in_tile,
    inclusion_ranges,
    joined,
    root_of,
    tile_over,
)
from forethought.prepared import Prepared
from forethought.rows import school_in_scope

#: Tiles written in one go: 4 MiB.
BATCH = 256

_by_place = Prepared(
    lambda level, number: Tile.objects.filter(level=level, number=number).values_list("nodes"), int, int
)
_roots = Prepared(
    lambda level, first, end: (
        Tile.objects.filter(level=level, number__gte=first, number__lt=end)
        .order_by("number")
        .values_list("number", "root")
    ),
    int,
    int,
    int,
)
_leaves = Prepared(
    lambda first, end: Entry.objects.filter(seq__gte=first, seq__lt=end).order_by("seq").values_list("leaf"), int, int
)
_edge_of_checkpoint = Prepared(lambda size: Checkpoint.objects.filter(size=size).values_list("edge"), int)
_edge_of_head = Prepared(lambda school_id: TrailHead.objects.filter(pk=school_id).values_list("edge"), uuid.UUID)


def inclusion(school_id: uuid.UUID, seq: int, size: int) -> list[bytes]:
    """The proof that entry `seq` is in the trail of the first `size` entries (RFC 9162, 2.1.3). 32 bytes each.

    For the school that was entered. Raises ValueError when the trail never had that entry or that size.
    """
    return Tree(school_id, size).inclusion(seq)


def consistency(school_id: uuid.UUID, old: int, new: int) -> list[bytes]:
    """The proof that the trail of `new` entries only grew from that of `old` (RFC 9162, 2.1.4). As `inclusion`."""
    return Tree(school_id, new).consistency(old)


def root_at(school_id: uuid.UUID, size: int) -> bytes:
    """The root over the first `size` entries, from the stored nodes."""
    return Tree(school_id, size).root()


class Tree:
    """The tree over the first `size` entries of the school that was entered. Keeps what it has read for more proofs.

    Raises ValueError when the trail holds fewer.
    """

    def __init__(self, school_id: uuid.UUID, size: int) -> None:
        if school_id != school_in_scope():
            raise RuntimeError("A proof is made inside its school.")
        self.size = size
        self._tiles: dict[tuple[int, int], bytes | None] = {}
        self._lowest: dict[tuple[int, int], list[bytes]] = {}
        self._edge = self._edge_at(school_id, size)

    def inclusion(self, seq: int) -> list[bytes]:
        """The proof that entry `seq` is in it, from the bottom up."""
        if not 0 <= seq < self.size:
            raise ValueError(f"There is no entry {seq} among the first {self.size}.")
        return [self._over(part) for part in inclusion_ranges(seq, self.size)]

    def consistency(self, old: int) -> list[bytes]:
        """The proof that it only grew from the tree over the first `old` entries."""
        if not 0 <= old <= self.size:
            raise ValueError(f"{old} and {self.size} are not an earlier and a later size of the trail.")
        return [self._over(part) for part in consistency_ranges(old, self.size)]

    def root(self) -> bytes:
        """Its root."""
        return self._over((0, self.size)) if self.size else joined([])

    def _edge_at(self, school_id: uuid.UUID, size: int) -> dict[tuple[int, int], bytes]:
        """The full subtrees that it is made of, where somebody kept them; else they are worked out when needed."""
        head = Frontier.from_bytes(bytes(_edge_of_head(school_id)[0][0]))
        if not 0 <= size <= head.size:
            raise ValueError(f"The trail never had {size} entries: it has {head.size}.")
        if size != head.size:
            kept = _edge_of_checkpoint(size)
            if not kept:
                return {}
            head = Frontier.from_bytes(bytes(kept[0][0]))
        return dict(zip(full_subtrees(0, head.size), head.roots, strict=True))

    def _over(self, part: Range) -> bytes:
        return joined([self._node(height, number) for height, number in full_subtrees(*part)])

    def _node(self, height: int, number: int) -> bytes:
        """The node over a full subtree, `number` among those of its height from the left."""
        if (found := self._edge.get((height, number))) is not None:
            return found
        level, up = divmod(height, TILE_HEIGHT)
        tile, place = divmod(number, TILE_WIDTH >> up)
        nodes = self._tile(level, tile)
        if nodes is not None:
            return in_tile(nodes, up, place)
        return root_of(self._hashes(level, tile)[place << up : (place + 1) << up])

    def _tile(self, level: int, number: int) -> bytes | None:
        key = level, number
        if key not in self._tiles:
            found = _by_place(level, number) if (number + 1) << TILE_HEIGHT * (level + 1) <= self.size else []
            self._tiles[key] = bytes(found[0][0]) if found else None
        return self._tiles[key]

    def _hashes(self, level: int, number: int) -> list[bytes]:
        """The hashes of one height that a tile not filled yet will begin with, as many as there are."""
        key = level, number
        if key not in self._lowest:
            first = number * TILE_WIDTH
            end = min(first + TILE_WIDTH, self.size >> TILE_HEIGHT * level)
            self._lowest[key] = _hashes_between(level, first, end)
        return self._lowest[key]


def _hashes_between(level: int, first: int, end: int) -> list[bytes]:
    """The hashes at the bottom of one level: entries' leaves, or the roots of the tiles below, filled or not."""
    if level == 0:
        leaves = [bytes(leaf) for (leaf,) in _leaves(first, end)]
        if len(leaves) != end - first:
            raise ValueError(f"Of the entries {first} to {end - 1} some are missing. Run: manage.py verify")
        return leaves
    stored = {number: bytes(root) for number, root in _roots(level - 1, first, end)}
    width = TILE_WIDTH
    return [
        stored[number]
        if number in stored
        else root_of(_hashes_between(level - 1, number * width, (number + 1) * width))
        for number in range(first, end)
    ]


def fill_tiles(school_id: uuid.UUID) -> int:
    """Store the nodes over what is complete and has none yet, in the school that was entered. How many tiles.

    Part of making a checkpoint. Two that do it at once write the same, once.
    """
    made, below = 0, Frontier.from_bytes(bytes(_edge_of_head(school_id)[0][0])).size
    level = 0
    while below := below // TILE_WIDTH:
        stored = Tile.objects.filter(level=level).aggregate(last=Max("number"))["last"]
        first = 0 if stored is None else stored + 1
        for start in range(first, below, BATCH):
            numbers = range(start, min(start + BATCH, below))
            with transaction.atomic():
                Tile.objects.bulk_create([_tile(school_id, level, n) for n in numbers], ignore_conflicts=True)
            made += len(numbers)
        level += 1
    return made


def _tile(school_id: uuid.UUID, level: int, number: int) -> Any:
    hashes = _hashes_between(level, number * TILE_WIDTH, (number + 1) * TILE_WIDTH)
    nodes, root = tile_over(b"".join(hashes))
    return Tile(school_id=school_id, level=level, number=number, nodes=nodes, root=root)
