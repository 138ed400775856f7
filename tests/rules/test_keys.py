"""The keys: what is wrapped opens in its own place and nowhere else, and the master key's file is guarded."""

import os
import pickle
import stat
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.evidence import keys
from forethought.evidence.disk import Disk
from forethought.evidence.keys import (
    BadKeyFile,
    Binding,
    BrokenSeal,
    Key,
    load_master,
    make_master,
    new_key,
    open_json,
    open_text,
    rewrap,
    seal_json,
    seal_text,
    sealed_under,
    unwrap,
    wrap,
)

SCHOOL, CASE, ROW = UUID(int=1), UUID(int=2), UUID(int=3)
HERE = Binding("exhibit key", SCHOOL, CASE, ROW)
ELSEWHERE = [
    replace(HERE, what="case key"),
    replace(HERE, what="exhibit ke"),
    replace(HERE, school=UUID(int=9)),
    replace(HERE, case=UUID(int=9)),
    replace(HERE, case=None),
    replace(HERE, object=UUID(int=9)),
    replace(HERE, version=2),
    replace(HERE, school=CASE, case=SCHOOL),
]
TEXT = "You’re dead. – Zoë 👋\n\x00"
bindings = st.builds(
    Binding,
    what=st.text("abcdefg ", min_size=1, max_size=8),
    school=st.uuids(),
    case=st.none() | st.uuids(),
    object=st.uuids(),
    version=st.integers(0, 2**32 - 1),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_a_key_goes_down_and_up_the_four_levels() -> None:
    master, school, case, exhibit = (new_key() for _ in range(4))
    of_school = Binding("school key", SCHOOL, None, SCHOOL)
    of_case = Binding("case key", SCHOOL, CASE, CASE)
    wrapped = (
        wrap(school, under=master, about=of_school),
        wrap(case, under=school, about=of_case),
        wrap(exhibit, under=case, about=HERE),
    )
    opened = unwrap(wrapped[0], under=master, about=of_school)
    opened = unwrap(wrapped[1], under=opened, about=of_case)
    assert unwrap(wrapped[2], under=opened, about=HERE) == exhibit


def test_a_wrapped_key_says_which_key_it_needs_and_shows_no_secret() -> None:
    key, above = new_key(), new_key()
    wrapped = wrap(key, under=above, about=HERE)
    assert len(wrapped) == 97
    assert sealed_under(wrapped) == above.id
    assert key.secret not in wrapped and above.secret not in wrapped
    assert wrap(key, under=above, about=HERE) != wrapped


@pytest.mark.parametrize("about", ELSEWHERE)
def test_a_wrapped_key_does_not_open_in_another_place(about: Binding) -> None:
    above = new_key()
    wrapped = wrap(new_key(), under=above, about=HERE)
    with pytest.raises(BrokenSeal):
        unwrap(wrapped, under=above, about=about)


@pytest.mark.parametrize("about", ELSEWHERE)
def test_a_text_does_not_open_in_another_place(about: Binding) -> None:
    key = new_key()
    with pytest.raises(BrokenSeal):
        open_text(seal_text(TEXT, key=key, about=HERE), key=key, about=about)


def test_another_key_is_named_in_the_fault() -> None:
    above, other = new_key(), new_key()
    wrapped = wrap(new_key(), under=above, about=HERE)
    with pytest.raises(BrokenSeal, match=f"needs key {above.id.hex()}.*given key {other.id.hex()}"):
        unwrap(wrapped, under=other, about=HERE)
    with pytest.raises(BrokenSeal):
        unwrap(wrapped, under=Key(above.id, other.secret), about=HERE)


def test_every_flipped_bit_and_every_cut_is_noticed() -> None:
    key = new_key()
    for sealed, opens in (
        (wrap(new_key(), under=key, about=HERE), lambda sealed: unwrap(sealed, under=key, about=HERE)),
        (seal_text("x", key=key, about=HERE), lambda sealed: open_text(sealed, key=key, about=HERE)),
    ):
        opens(sealed)
        for bit in range(8 * len(sealed)):
            altered = bytearray(sealed)
            altered[bit // 8] ^= 1 << bit % 8
            with pytest.raises(BrokenSeal):
                opens(bytes(altered))
        for length in range(len(sealed)):
            with pytest.raises(BrokenSeal):
                opens(sealed[:length])
        with pytest.raises(BrokenSeal):
            opens(sealed + b"\x00")


def test_a_text_cannot_pass_for_a_key() -> None:
    key = new_key()
    text = seal_text("x" * 48, key=key, about=HERE)
    with pytest.raises(BrokenSeal):
        unwrap(text, under=key, about=HERE)
    with pytest.raises(BrokenSeal):
        unwrap(keys.WRAPPED_KEY + text[4:], under=key, about=HERE)


def test_each_use_of_a_key_has_a_key_of_its_own() -> None:
    key, nonce = new_key(), bytes(12)
    uses = (keys.WRAPPED_KEY, keys.SEALED_TEXT)
    assert len({keys._cipher(magic, key).encrypt(nonce, bytes(32), None) for magic in uses}) == 2


def test_what_was_not_sealed_here_has_no_key() -> None:
    for stranger in (b"", b"FTwk", b"PK\x03\x04" + bytes(60), b"FTwk\x02" + bytes(60)):
        with pytest.raises(BrokenSeal):
            sealed_under(stranger)


def test_rewrapping_moves_a_key_to_the_new_key_above_it() -> None:
    key, old, new = new_key(), new_key(), new_key()
    moved = rewrap(wrap(key, under=old, about=HERE), old=old, new=new, about=HERE)
    assert sealed_under(moved) == new.id
    assert unwrap(moved, under=new, about=HERE) == key


@given(st.text(), bindings)
def test_any_text_comes_back(text: str, about: Binding) -> None:
    key = new_key()
    assert open_text(seal_text(text, key=key, about=about), key=key, about=about) == text


@given(json_values)
def test_any_json_comes_back(value: object) -> None:
    key = new_key()
    assert open_json(seal_json(value, key=key, about=HERE), key=key, about=HERE) == value


@given(bindings, bindings)
def test_two_places_never_look_the_same(one: Binding, other: Binding) -> None:
    assert (one.encoded() == other.encoded()) == (one == other)


def test_what_json_cannot_hold_is_refused() -> None:
    for value in (float("nan"), {1, 2}, b"x"):
        with pytest.raises((TypeError, ValueError)):
            seal_json(value, key=new_key(), about=HERE)


def test_a_key_never_shows_its_secret_and_is_never_pickled() -> None:
    key = Key(b"i" * 16, b"s" * 32)
    assert "s" * 8 not in f"{key!r} {key} {[key]}"
    with pytest.raises(TypeError, match="wrapped"):
        pickle.dumps(key)


@pytest.mark.parametrize(("key_id", "secret"), [(b"", b"s" * 32), (b"i" * 16, b"s" * 16), (b"i" * 17, b"s" * 32)])
def test_a_key_of_another_length_is_refused(key_id: bytes, secret: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Key(key_id, secret)


def test_a_master_key_is_made_once_for_us_alone_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys" / "master.key"
    made = make_master(path)
    assert load_master(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with pytest.raises(BadKeyFile, match="never written over"):
        make_master(path)
    assert load_master(path) == made


def test_a_missing_master_key_is_never_made_up(tmp_path: Path) -> None:
    with pytest.raises(BadKeyFile, match="Put back the copy"):
        load_master(tmp_path / "master.key")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o601, 0o644, 0o660, 0o777])
def test_a_master_key_open_to_others_is_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    make_master(path)
    path.chmod(mode)
    with pytest.raises(BadKeyFile, match=f"chmod 600 {path}"):
        load_master(path)
    path.chmod(0o400)
    load_master(path)


@pytest.mark.parametrize("length", [0, 1, 32, keys.MASTER_LENGTH - 1, keys.MASTER_LENGTH + 1, 10_000])
def test_a_master_key_of_another_length_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(b"0" * length)
    path.chmod(0o600)
    with pytest.raises(BadKeyFile, match="whole copy"):
        load_master(path)


def test_any_slip_in_copying_the_master_key_is_noticed_and_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    whole = bytes(path.read_bytes()) if make_master(path) else b""
    for place in range(len(whole)):
        for slip in (b"0", b"f", b" ", b"\xff"):
            copied = whole[:place] + slip + whole[place + 1 :]
            if copied == whole:
                continue
            path.write_bytes(copied)
            with pytest.raises(BadKeyFile) as fault:
                load_master(path)
            assert whole.split()[2].decode()[:16] not in str(fault.value)
            assert fault.value.__suppress_context__


def test_what_is_not_a_file_is_no_master_key(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(BadKeyFile, match="not a file"):
            load_master(path)


def test_half_a_master_key_is_not_left_lying_about(tmp_path: Path) -> None:
    class Failing(Disk):
        def sync(self, fd: int) -> None:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        make_master(tmp_path / "master.key", disk=Failing())
    assert list(tmp_path.iterdir()) == []
