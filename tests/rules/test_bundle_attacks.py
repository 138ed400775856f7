"""What is changed in a bundle is found: by bits, by structure, by somebody who rebuilds all but the signatures."""

import io
import os

import bundle_attacks
import pytest
from bundle_making import (
    Made,
    accepted,
    contents,
    each_bit,
    make,
    noted,
    one_bit_in_each_byte,
    rebuilt,
    verifier,
    zipped,
)

from forethought.evidence.bundle_zip import of_bytes

pytestmark = pytest.mark.policy("7.3", "7.4")

#: With the note every byte of a small bundle and every bit of statement and checkpoint, where the run is on SQLite: no
#: database is asked here, so a choice is enough the second time. Without the note, and of a full bundle, a choice.
ALL = 40 if os.environ.get("DATABASE_URL") else 1
BYTES, BITS, ATTACKS = 40, 23, 1000


@pytest.fixture(scope="module")
def verify():
    return verifier()


@pytest.fixture(scope="module")
def made() -> Made:
    return make()


def test_the_bundle_itself_is_accepted(verify, made):
    assert accepted(verify, made.zip, made.note)


def test_a_bag_rebuilt_without_a_change_is_the_same_file(made):
    assert rebuilt(contents(made)) == made.zip or zipped(made.members) == made.zip


@pytest.fixture(scope="module")
def small() -> Made:
    # Without the two verifiers in it, which are the same in every bundle.
    return make(sizes=(8_000, 12_000), pages=False)


def test_a_bit_changed_in_any_byte_is_found(verify, made, small):
    tried = [accepted(verify, changed, made.note) for changed in one_bit_in_each_byte(made.zip, 5, every=BYTES)]
    assert len(tried) > 500
    assert 25_000 < len(small.zip) < 30_000
    tried += [accepted(verify, changed, small.note) for changed in one_bit_in_each_byte(small.zip, 6, every=ALL)]
    assert not any(tried)


@pytest.mark.parametrize("path", ["statement.json", "log/checkpoint.note"])
def test_any_bit_changed_in_statement_or_checkpoint_is_found_with_the_note(verify, small, path):
    files = contents(small)
    for changed in each_bit(files[path], every=ALL):
        whole = zipped([of_bytes(p, changed if p == path else c) for p, c in files.items()])
        assert not accepted(verify, whole, small.note)


@pytest.mark.parametrize("path", ["statement.json", "log/checkpoint.note"])
def test_a_bit_changed_in_statement_or_checkpoint_is_found_without_the_note_too(verify, made, path):
    files = contents(made)
    for changed in each_bit(files[path], every=BITS):
        whole = zipped([of_bytes(p, changed if p == path else c) for p, c in files.items()])
        assert not accepted(verify, whole, made.note)
        assert not accepted(verify, whole, None)


def test_a_note_with_a_changed_bit_is_refused(verify, made):
    for changed in each_bit(made.note.encode(), every=13):
        try:
            text = changed.decode()
        except UnicodeDecodeError:
            continue
        assert not accepted(verify, made.zip, text)


def test_a_thousand_attacks_are_found_with_the_note_and_without(verify, made):
    other = make(seed=2)
    for name, whole in bundle_attacks.attacks(made, other, count=ATTACKS, seed=7):
        assert not accepted(verify, whole, made.note), name
        assert not accepted(verify, whole, other.note), name
        # Bytes that only the zip's own frame holds are the note's to guard.
        assert not accepted(verify, whole, None), name


def test_a_stranger_who_claims_the_schools_name_is_refused_once_the_key_is_given(verify, made):
    for name, whole, note in bundle_attacks.signed_by_a_stranger(made):
        assert not accepted(verify, whole, note), name


def test_a_note_of_another_bundle_is_refused(verify, made):
    assert not accepted(verify, made.zip, make(seed=2).note)
    assert not accepted(verify, made.zip, noted(made.zip + b"x"))
    assert not accepted(verify, made.zip, made.log.note())


def test_a_checkpoint_kept_outside_finds_a_log_that_was_rewritten(verify, made):
    elsewhere = make(seed=3)
    size = made.plan.earlier[0].size
    assert accepted(verify, made.zip, made.note, old=made.log.note(size).encode())
    assert not accepted(verify, made.zip, made.note, old=elsewhere.log.note(size).encode())


def test_without_key_or_note_nothing_is_called_ok(verify, made):
    states = [state for state, _ in verify.check(io.BytesIO(made.zip), None)]
    assert not states[0]
    assert not states[1]
