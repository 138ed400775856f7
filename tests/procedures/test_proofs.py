"""Proofs from stored nodes, against another library's roots (evidence.md 7, cases 30 and 31)."""

import pytest
from builders import World
from trails import Judge, grow_to

from forethought.audit.checkpoints import make_checkpoint
from forethought.audit.models import Checkpoint, Entry, Tile
from forethought.audit.procedures import PROGRAM
from forethought.audit.proofs import Tree, consistency, fill_tiles, inclusion, root_at
from forethought.audit.tree import leaf_hash, verify_consistency, verify_inclusion

pytestmark = pytest.mark.django_db

#: One tile of tiles, three tiles beside it, and a ragged end.
LARGE = 256 * 256 + 3 * 256 + 50


def test_every_entry_and_every_pair_of_sizes_to_seventy_has_its_proof(world: World) -> None:
    bodies = grow_to(world.school.id, 70, world.at)
    judge, school = Judge(bodies), world.school.id

    for size in range(71):
        tree = Tree(school, size)
        assert size == 0 or tree.root() == judge.root(size)
        for seq in range(size):
            proof = tree.inclusion(seq)
            assert proof == judge.path(seq, size)
            assert verify_inclusion(leaf_hash(bodies[seq]), seq, size, proof, judge.root(size))
        for old in range(1, size + 1):
            assert verify_consistency(old, size, judge.root(old), judge.root(size), tree.consistency(old))
        assert tree.consistency(0) == []


def test_sizes_about_the_powers_of_two_have_their_proofs_before_and_after_their_tiles_are_filled(world: World) -> None:
    bodies = grow_to(world.school.id, LARGE, world.at)
    judge, school = Judge(bodies), world.school.id
    sizes = sorted({min(1 << k, LARGE) + near for k in range(1, 17) for near in (-1, 0, 1)} | {LARGE})
    few = sizes[::5]

    def holds(sizes: list[int]) -> None:
        for size in sizes:
            tree = Tree(school, size)
            assert tree.root() == root_at(school, size) == judge.root(size)
            for seq in {0, size // 3, size // 2, size - 1}:
                leaf, proof = leaf_hash(bodies[seq]), tree.inclusion(seq)
                assert proof == inclusion(school, seq, size)
                assert verify_inclusion(leaf, seq, size, proof, judge.root(size))
            for old in (old for old in sizes if old <= size):
                proof = tree.consistency(old)
                assert verify_consistency(old, size, judge.root(old), judge.root(size), proof)

    holds(few)
    assert fill_tiles(school) == 256 + 3 + 1
    assert fill_tiles(school) == 0
    holds(sizes)
    assert consistency(school, few[1], LARGE) == Tree(school, LARGE).consistency(few[1])


def test_the_end_that_no_tile_covers_yet_is_read_from_the_edge_of_a_checkpoint(world: World) -> None:
    bodies = grow_to(world.school.id, 700, world.at)
    made = make_checkpoint(by=PROGRAM, at=world.at)
    judge = Judge(bodies)

    assert (made.size, bytes(made.root)) == (700, judge.root(700))
    assert Tile.objects.count() == 2
    assert all(inclusion(world.school.id, seq, 700) == judge.path(seq, 700) for seq in (0, 255, 256, 511, 512, 699))


@pytest.mark.parametrize("size", [-1, 71, 1 << 62])
def test_a_size_that_the_trail_never_had_has_no_proof(world: World, size: int) -> None:
    grow_to(world.school.id, 70, world.at)

    with pytest.raises(ValueError, match="never had"):
        root_at(world.school.id, size)


def test_an_entry_or_a_past_that_never_was_has_no_proof(world: World) -> None:
    grow_to(world.school.id, 70, world.at)

    for seq in (-1, 40):
        with pytest.raises(ValueError, match="no entry"):
            inclusion(world.school.id, seq, 40)
    for old in (-1, 41):
        with pytest.raises(ValueError, match="earlier and a later"):
            consistency(world.school.id, old, 40)


def test_a_proof_is_made_inside_its_own_school_alone(world: World) -> None:
    with pytest.raises(RuntimeError, match="inside its school"):
        inclusion(world.head.id, 0, 1)


def test_a_tile_that_was_written_wrong_gives_a_proof_that_does_not_hold(world: World) -> None:
    bodies = grow_to(world.school.id, 300, world.at)
    Tile.objects.create(school=world.school, level=0, number=0, root=b"\1" * 32, nodes=b"\2" * 510 * 32)
    root = Judge(bodies).root(300)

    proof = inclusion(world.school.id, 5, 300)
    assert not verify_inclusion(leaf_hash(bodies[5]), 5, 300, proof, root)


def test_a_proof_of_ten_megabytes_is_a_plain_no() -> None:
    huge = [b"\0" * 32] * (10_000_000 // 32)

    assert not verify_inclusion(leaf_hash(b""), 0, 2, huge, leaf_hash(b""))
    assert not verify_consistency(2, 3, leaf_hash(b""), leaf_hash(b""), huge)


def test_entries_that_are_missing_are_said_to_be(world: World) -> None:
    size = Entry.objects.count()
    grow_to(world.school.id, size, world.at)
    Checkpoint.objects.create(
        school=world.school, size=1, root=b"", edge=b"", note="", made_at=world.at, made_by="nobody"
    )

    with pytest.raises(ValueError, match="damaged"):
        root_at(world.school.id, 1)
