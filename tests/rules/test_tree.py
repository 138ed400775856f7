"""The tree, against the RFC's known answers and against pymerkle, which was written by somebody else."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from forethought.audit import tree
from forethought.audit.tree import (
    EMPTY_ROOT,
    Frontier,
    commitment,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

MOST = 70
DATA = [f"entry {number}".encode() for number in range(MOST)]
LEAVES = [leaf_hash(data) for data in DATA]
ROOTS = [root_of(LEAVES[:size]) for size in range(MOST + 1)]

# The test vectors of the certificate transparency project: eight entries and the root after each.
KNOWN_ENTRIES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@cache
def judge() -> InmemoryTree:
    other = InmemoryTree()
    for data in DATA:
        other.append_entry(data)
    return other


def pairs() -> Iterator[tuple[int, int]]:
    return ((old, new) for new in range(MOST + 1) for old in range(new + 1))


def subproof(old: int, leaves: list[bytes], *, known: bool) -> list[bytes]:
    """SUBPROOF of RFC 9162, section 2.1.4.1, written down as it stands there, over the judge's roots."""
    if old == len(leaves):
        return [] if known else [judged_root(leaves)]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    if old <= left:
        return [*subproof(old, leaves[:left], known=known), judged_root(leaves[left:])]
    return [*subproof(old - left, leaves[left:], known=False), judged_root(leaves[:left])]


def judged_root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    first = LEAVES.index(leaves[0])
    return roots_of_ranges(first, first + len(leaves))


@cache
def roots_of_ranges(start: int, end: int) -> bytes:
    other = InmemoryTree()
    other.append_entries(DATA[start:end])
    return other.get_root()


def test_the_root_of_an_empty_tree_is_the_hash_of_nothing() -> None:
    assert Frontier().root() == root_of([]) == EMPTY_ROOT == sha256(b"").digest()


def test_a_leaf_and_a_node_carry_different_prefixes() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")

    assert left == sha256(b"\x00a").digest()
    assert node_hash(left, right) == sha256(b"\x01" + left + right).digest()
    assert leaf_hash(left + right) != node_hash(left, right)


def test_the_published_vectors_give_the_published_roots() -> None:
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in KNOWN_ENTRIES]

    assert [root_of(leaves[:size]).hex() for size in range(9)] == KNOWN_ROOTS


def test_the_published_vectors_give_the_published_proofs() -> None:
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in KNOWN_ENTRIES]

    assert [part.hex() for part in inclusion_proof(leaves, 5, 8)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [part.hex() for part in consistency_proof(leaves, 6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_every_root_is_the_one_the_judge_finds() -> None:
    assert [judge().get_root(size) for size in range(MOST + 1)] == ROOTS


def test_appending_many_gives_what_appending_one_by_one_gives() -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(1100)]

    for start in (0, 1, 255, 256, 300):
        first = Frontier().extend(leaves[:start])
        for end in (start, start + 1, 511, 512, 513, 1100):
            assert first.extend(leaves[start:end]).root() == root_of(leaves[:end])
            assert first.extend(iter(leaves[start:end])).size == end
    with pytest.raises(ValueError, match="32 bytes"):
        Frontier().extend([b""])


def test_appending_one_by_one_from_a_stored_state_gives_the_same_roots() -> None:
    state = Frontier().to_bytes()

    for size, leaf in enumerate(LEAVES, start=1):
        frontier = Frontier.from_bytes(state).append(leaf)
        state = frontier.to_bytes()
        assert (frontier.size, frontier.root()) == (size, ROOTS[size])
        assert len(state) == 8 + 32 * size.bit_count()


def test_every_inclusion_proof_is_the_one_the_judge_gives_and_is_accepted() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = inclusion_proof(LEAVES, index, size)
            # The judge counts from one and begins its path with the leaf itself.
            assert proof == judge().prove_inclusion(index + 1, size).path[1:]
            assert verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


def test_every_consistency_proof_is_the_one_the_rfc_defines_and_is_accepted() -> None:
    for old, new in pairs():
        proof = consistency_proof(LEAVES, old, new)
        assert verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)
        if 0 < old < new:
            assert proof == subproof(old, LEAVES[:new], known=True)


def test_the_judge_finds_every_pair_of_our_roots_consistent() -> None:
    for old, new in ((old, new) for old, new in pairs() if 0 < old):
        # The judge builds consistency proofs another way than the RFC, so it is asked for a verdict, not for a path.
        judge().prove_consistency(old, new).verify(ROOTS[old], ROOTS[new], prior_size=old, later_size=new)


def test_an_inclusion_proof_is_refused_for_another_leaf_place_size_or_root() -> None:
    for size in range(1, 20):
        for index in range(size):
            proof = inclusion_proof(LEAVES, index, size)
            assert not verify_inclusion(LEAVES[index + 20], index, size, proof, ROOTS[size])
            assert not verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size + 1])
            for other in set(range(size)) - {index}:
                assert not verify_inclusion(LEAVES[index], other, size, proof, ROOTS[size])


def test_a_consistency_proof_is_refused_for_other_sizes_or_roots() -> None:
    for old, new in ((old, new) for old, new in pairs() if 0 < old < new <= 20):
        proof = consistency_proof(LEAVES, old, new)
        assert not verify_consistency(old, new, ROOTS[old - 1], ROOTS[new], proof)
        assert not verify_consistency(old, new, ROOTS[old], ROOTS[new + 1], proof)
        assert not verify_consistency(old, new, ROOTS[new], ROOTS[old], proof)
        assert not verify_consistency(new, old, ROOTS[new], ROOTS[old], proof)


def changed(proof: list[bytes]) -> Iterator[list[bytes]]:
    """Each way to touch a proof: one bit, one hash too few, too many, cut short, repeated, swapped."""
    for at, part in enumerate(proof):
        yield [*proof[:at], bytes([part[0] ^ 1]) + part[1:], *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
        yield [*proof[:at], part, *proof[at:]]
        yield [*proof[:at], part[:31], *proof[at + 1 :]]
    yield [*proof, EMPTY_ROOT]
    yield [EMPTY_ROOT, *proof]
    if len(proof) > 1:
        yield proof[::-1]


def test_a_touched_inclusion_proof_is_refused() -> None:
    for size in range(1, 20):
        for index in range(size):
            for other in changed(inclusion_proof(LEAVES, index, size)):
                assert not verify_inclusion(LEAVES[index], index, size, other, ROOTS[size])


def test_a_touched_consistency_proof_is_refused() -> None:
    for old, new in ((old, new) for old, new in pairs() if new <= 20):
        for other in changed(consistency_proof(LEAVES, old, new)):
            assert not verify_consistency(old, new, ROOTS[old], ROOTS[new], other)


def test_a_tree_that_was_rewritten_is_not_consistent_with_its_past() -> None:
    rewritten = [leaf_hash(b"something else"), *LEAVES[1:]]
    later = root_of(rewritten[:30])

    for old in range(1, 30):
        assert not verify_consistency(old, 30, ROOTS[old], later, consistency_proof(rewritten, old, 30))


def test_every_tree_grew_from_the_empty_one_but_an_empty_tree_has_one_root() -> None:
    assert verify_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [])
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not verify_consistency(0, 5, ROOTS[1], ROOTS[5], [])
    assert not verify_consistency(0, 0, EMPTY_ROOT, ROOTS[1], [])
    assert not verify_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [ROOTS[1]])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (2, MOST + 1)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(LEAVES, index, size)
    assert not verify_inclusion(LEAVES[0], index, size, [], ROOTS[1])


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3), (2, MOST + 1)])
def test_sizes_the_tree_never_had_have_no_proof(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="earlier and a later size"):
        consistency_proof(LEAVES, old, new)


ONE_OF_TWO: dict[str, Any] = {"leaf": LEAVES[0], "index": 0, "size": 2, "proof": [LEAVES[1]], "root": ROOTS[2]}
TWO_OF_THREE: dict[str, Any] = {"old": 2, "new": 3, "old_root": ROOTS[2], "new_root": ROOTS[3], "proof": [LEAVES[2]]}


@pytest.mark.parametrize("wrong", [None, "text", 1.0, b"", 1 << 70, -1, {"a": 1}, [[]]], ids=repr)
def test_a_proof_of_the_wrong_form_is_a_plain_no_and_not_an_error(wrong: Any) -> None:
    assert verify_inclusion(**ONE_OF_TWO)
    assert verify_consistency(**TWO_OF_THREE)

    for name in ONE_OF_TWO:
        assert not verify_inclusion(**{**ONE_OF_TWO, name: wrong})
    for name in TWO_OF_THREE:
        assert not verify_consistency(**{**TWO_OF_THREE, name: wrong})


@pytest.mark.parametrize("state", [b"", b"\0" * 7, b"\0" * 40, (3).to_bytes(8, "big") + b"\0" * 32])
def test_a_damaged_state_is_a_fault(state: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        Frontier.from_bytes(state)


@pytest.mark.parametrize("leaf", [b"", b"\0" * 31, b"\0" * 33, "0" * 32])
def test_only_a_whole_hash_is_a_leaf(leaf: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Frontier().append(leaf)
    with pytest.raises(ValueError, match="32 bytes"):
        root_of([leaf])


def test_a_state_read_as_a_memoryview_is_carried_on() -> None:
    frontier = Frontier().append(LEAVES[0]).append(LEAVES[1]).append(LEAVES[2])

    assert Frontier.from_bytes(memoryview(frontier.to_bytes())) == frontier  # type: ignore[arg-type]


def test_a_commitment_binds_salt_and_digest_and_hides_the_digest() -> None:
    salt, digest = b"\1" * 32, sha256(b"a picture").digest()

    assert commitment(salt, digest) == sha256(salt + digest).digest()
    assert commitment(b"\2" * 32, digest) != commitment(salt, digest)


@pytest.mark.parametrize(("salt", "digest"), [(b"", b"\0" * 32), (b"\0" * 32, b""), (b"\0" * 31, b"\0" * 33)])
def test_a_commitment_takes_whole_values_so_no_byte_can_move_between_them(salt: bytes, digest: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(salt, digest)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=300), st.data())
def test_any_tree_proves_any_of_its_leaves_and_any_of_its_pasts(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    size, root = len(leaves), root_of(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))

    assert verify_inclusion(leaves[index], index, size, inclusion_proof(leaves, index, size), root)
    assert verify_consistency(old, size, root_of(leaves[:old]), root, consistency_proof(leaves, old, size))


def test_the_module_can_be_shipped_in_a_bundle_because_it_needs_only_the_standard_library() -> None:
    source = Path(tree.__file__).read_text(encoding="utf-8")

    assert "forethought" not in source and "django" not in source
