"""The tree under the trail: RFC 6962 and RFC 9162 hashing with SHA-256.

A leaf hash covers one entry, the root covers all of them in their order. Twenty hashes then show that one entry among a
million is in the trail, or that a later trail only grew from an earlier one, without showing any other entry.

Everywhere below a *leaf* is a leaf hash of 32 bytes, as `leaf_hash` gives it. The two prefixes keep an entry from being
passed off as a node, and a node as an entry.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

HASH_LENGTH = 32
EMPTY_ROOT = sha256(b"").digest()

#: Leaves from the first number to before the second.
Range = tuple[int, int]

#: A tile holds the nodes over so many hashes of one height, and they over theirs: eight heights of the tree
#: (C2SP tlog-tiles, which stores the lowest height alone).
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry's bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees."""
    return sha256(b"\x01" + left + right).digest()


def commitment(salt: bytes, digest: bytes) -> bytes:
    """What an entry says about a content it must not reveal: the hash of a secret salt and the content's hash.

    Once the salt is destroyed nobody can test a guess about the content against the trail, and the tree still holds.
    """
    return sha256(_whole(salt) + _whole(digest)).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right-hand edge of a tree: the roots of its full subtrees, largest first.

    This is all that an append needs. A tree of a million leaves is carried on from seven hashes, kept in one row.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.roots) != self.size.bit_count():
            raise ValueError(f"A tree of {self.size} leaves does not have {len(self.roots)} full subtrees.")
        for root in self.roots:
            _whole(root)

    def append(self, leaf: bytes) -> "Frontier":
        """The edge after one more leaf."""
        roots = list(self.roots)
        _grow(roots, self.size, _whole(leaf))
        return Frontier(self.size + 1, tuple(roots))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The edge after many more leaves, several times as fast as one by one: a whole tile's at a time."""
        roots, size, source = list(self.roots), self.size, iter(leaves)
        while some := list(islice(source, TILE_WIDTH - size % TILE_WIDTH)):
            if len(some) == TILE_WIDTH:
                _grow(roots, size >> TILE_HEIGHT, tile_over(b"".join(map(_whole, some)))[1])
                size += TILE_WIDTH
                continue
            for leaf in some:
                _grow(roots, size, _whole(leaf))
                size += 1
        return Frontier(size, tuple(roots))

    def root(self) -> bytes:
        """The root of the whole tree."""
        return _fold(self.roots)

    def to_bytes(self) -> bytes:
        """The compact state to store: eight bytes of size, then the hashes."""
        return self.size.to_bytes(8, "big") + b"".join(self.roots)

    @classmethod
    def from_bytes(cls, state: bytes) -> "Frontier":
        """The edge that `to_bytes` stored. A state of the wrong length is a fault."""
        state = bytes(state)  # PostgreSQL hands back a memoryview
        size, body = int.from_bytes(state[:8], "big"), state[8:]
        if len(state) != 8 + HASH_LENGTH * size.bit_count():
            raise ValueError("The stored edge of the tree is damaged: its length does not fit its size.")
        return cls(size, tuple(body[at : at + HASH_LENGTH] for at in range(0, len(body), HASH_LENGTH)))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over `leaves`, read once from left to right."""
    roots: list[bytes] = []
    for size, leaf in enumerate(leaves):
        _grow(roots, size, _whole(leaf))
    return _fold(roots)


def inclusion_proof(leaves: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of the first `size` leaves, from the bottom up."""
    if not 0 <= index < size <= len(leaves):
        raise ValueError(f"There is no leaf {index} in the first {size} of {len(leaves)} leaves.")
    return [root_of(leaves[start:end]) for start, end in inclusion_ranges(index, size)]


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The leaves under each hash of an inclusion proof, from the bottom up: from the first to before the second."""
    ranges: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left_width(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Does the proof show that `leaf` stands at `index` in the tree of `size` leaves with this root?

    RFC 9162, section 2.1.3.2. Anything malformed is a plain no: proofs come from outside.
    """
    if not _could_be_proof(index, size, proof, leaf, root) or index == size:
        return False
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root


def consistency_proof(leaves: Sequence[bytes], old: int, new: int) -> list[bytes]:
    """The hashes showing that the tree of the first `old` leaves is the beginning of the tree of the first `new`.

    Empty when there is nothing to show: an empty tree is the beginning of every tree, and each is its own.
    """
    if not 0 <= old <= new <= len(leaves):
        raise ValueError(f"{old} and {new} are not an earlier and a later size of a tree with {len(leaves)} leaves.")
    return [root_of(leaves[start:end]) for start, end in consistency_ranges(old, new)]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The leaves under each hash of a consistency proof, in the order in which they are sent."""
    if old in (0, new):
        return []
    ranges: list[Range] = []
    start, end, from_the_left = 0, new, True
    while old != end:
        middle = start + _left_width(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, from_the_left = middle, False
    if not from_the_left:  # otherwise this subtree is the whole old tree, whose root the reader already has
        ranges.append((start, end))
    return ranges[::-1]


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Does the proof show that the new tree only grew from the old one?

    RFC 9162, section 2.1.4.2. Anything malformed is a plain no. Every tree grew from the empty one, so for `old == 0`
    only the old root is checked.
    """
    if not _could_be_proof(old, new, proof, old_root, new_root):
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT and (new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return not proof and old_root == new_root
    path = list(proof)
    if old & (old - 1) == 0:  # a full tree: its root starts the walk and is not sent
        path.insert(0, old_root)
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def full_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The full subtrees that leaves `start` to before `end` are made of, from the left: (height, number among equals).

    For a range that a proof speaks of, or that begins at 0: its start is a multiple of the widest subtree in it.
    """
    found = []
    while start < end:
        height = (end - start).bit_length() - 1
        if start & (1 << height) - 1:
            raise ValueError("No proof speaks of these leaves together.")
        found.append((height, start >> height))
        start += 1 << height
    return found


def tile_over(hashes: bytes) -> tuple[bytes, bytes]:
    """All nodes over 256 hashes, the hashes themselves first, then each height above; and apart, the root of all."""
    if len(hashes) != TILE_WIDTH * HASH_LENGTH:
        raise ValueError(f"A tile is made of {TILE_WIDTH} hashes.")
    heights, step = [hashes], 2 * HASH_LENGTH
    while len(hashes) > HASH_LENGTH:
        # Written out, because a million entries pass here one by one.
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + step]).digest() for at in range(0, len(hashes), step)])
        heights.append(hashes)
    return b"".join(heights[:-1]), heights[-1]


def in_tile(nodes: bytes, up: int, place: int) -> bytes:
    """A node in what `tile_over` gave first: `up` heights above its lowest, at `place` from the left."""
    at = (2 * TILE_WIDTH - (2 * TILE_WIDTH >> up) + place) * HASH_LENGTH
    return nodes[at : at + HASH_LENGTH]


def joined(roots: Sequence[bytes]) -> bytes:
    """The root over full subtrees that stand beside each other, largest first."""
    return _fold(roots)


def _grow(roots: list[bytes], size: int, leaf: bytes) -> None:
    """Add a leaf to the edge of a tree of `size`: like adding one in binary, each carry joins two equal subtrees."""
    while size & 1:
        leaf = node_hash(roots.pop(), leaf)
        size >>= 1
    roots.append(leaf)


def _fold(roots: Sequence[bytes]) -> bytes:
    """Join the full subtrees from the right, smallest first."""
    if not roots:
        return EMPTY_ROOT
    result = roots[-1]
    for root in reversed(roots[:-1]):
        result = node_hash(root, result)
    return result


def _left_width(width: int) -> int:
    """How many leaves hang under the left child: the largest power of two below `width`."""
    return 1 << (width - 1).bit_length() - 1


def _whole(value: bytes) -> bytes:
    if not isinstance(value, bytes) or len(value) != HASH_LENGTH:
        raise ValueError(f"A hash is {HASH_LENGTH} bytes.")
    return value


def _could_be_proof(lower: object, upper: object, proof: object, *hashes: object) -> bool:
    """Whether sizes and hashes are of the right form, so that the walk over them can only end in yes or no."""
    if not isinstance(lower, int) or not isinstance(upper, int) or not 0 <= lower <= upper < 1 << 64:
        return False
    if not isinstance(proof, list | tuple):
        return False
    return all(isinstance(part, bytes) and len(part) == HASH_LENGTH for part in (*hashes, *proof))
