"""Signed notes, against the example that C2SP publishes and against every way to bend one (evidence.md 7, case 32)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.audit.notes import (
    MOST_SIGNATURES,
    BadNote,
    Head,
    NoteKey,
    PublicNoteKey,
    checkpoint_text,
    open_note,
    read_checkpoint,
    sign_note,
)
from forethought.audit.tree import EMPTY_ROOT

KEY = NoteKey("forethought/00112233/school", bytes(range(32)))
OTHER = NoteKey("witness.example", b"\7" * 32)
TEXT = checkpoint_text(KEY.name, 1234, EMPTY_ROOT)
NOTE = sign_note(TEXT, key=KEY)
PUBLIC = KEY.public()

#: A key and a note that the authors of the format publish with their own program.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""


OTHER_TEXT = "other\n"


def opened(note: str, *keys: NoteKey) -> str:
    return open_note(note, keys=[key.public() for key in keys or (KEY,)]).text


def second_line(key: NoteKey, text: str = TEXT) -> str:
    return sign_note(text, key=key).rpartition("\n\n")[2]


def test_what_was_signed_is_read_again_with_who_signed_it() -> None:
    found = open_note(NOTE, keys=[OTHER.public(), PUBLIC])

    assert (found.text, found.signers) == (TEXT, (PUBLIC,))
    assert read_checkpoint(found.text) == Head(KEY.name, 1234, EMPTY_ROOT)


def test_a_note_is_lines_an_empty_line_and_a_signature() -> None:
    lines = NOTE.split("\n")

    assert lines[:4] == [KEY.name, "1234", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", ""]
    assert lines[4].startswith(f"— {KEY.name} ") and lines[5:] == [""]


def test_the_name_of_a_key_is_part_of_its_id() -> None:
    """C2SP: SHA-256 over name, line break, kind and key, its first four bytes."""
    same = NoteKey("another/name", KEY.seed)

    assert same.public().key == PUBLIC.key and same.public().id != PUBLIC.id
    with pytest.raises(BadNote, match="No known key"):
        open_note(NOTE, keys=[same.public()])


def test_a_public_key_is_written_and_read_and_a_slip_is_noticed() -> None:
    text = PUBLIC.to_text()

    assert PublicNoteKey.from_text(text) == PUBLIC
    for at in range(len(text)):
        for letter in "A0b+ ":
            if (other := text[:at] + letter + text[at + 1 :]) != text:
                with pytest.raises(BadNote):
                    PublicNoteKey.from_text(other)


def test_a_note_that_others_published_is_read_under_the_key_they_published() -> None:
    key = PublicNoteKey.from_text(PUBLISHED_KEY)

    assert open_note(PUBLISHED_NOTE, keys=[key]).text == PUBLISHED_NOTE.partition("\n\n")[0] + "\n"
    with pytest.raises(BadNote):
        open_note(PUBLISHED_NOTE.replace("your", "our", 1), keys=[key])


def test_a_text_may_hold_empty_lines_and_what_looks_like_a_signature() -> None:
    for text in ("a\n\nb\n", "\na\n", "a\n\n", f"a\n\n— {KEY.name} AAAAAAA=\n"):
        assert opened(sign_note(text, key=KEY)) == text


def test_the_secret_of_a_key_is_not_shown() -> None:
    assert KEY.seed.hex() not in repr(KEY) and str(KEY.seed) not in repr(KEY)


def test_a_second_signature_of_somebody_else_does_no_harm_known_or_not() -> None:
    both = NOTE + second_line(OTHER)

    assert opened(both) == TEXT
    assert open_note(both, keys=[PUBLIC, OTHER.public()]).signers == (PUBLIC, OTHER.public())
    assert opened(both, OTHER) == TEXT


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("", "no signature"),
        (TEXT, "no signature"),
        (f"{TEXT}\n", "no end|no signature"),
        (NOTE[:-1], "no end"),
        (f"{NOTE}\n", "no end"),
        (f"{NOTE} ", "no end"),
        (NOTE[:-1] + " \n", "no signature"),
        (NOTE.replace("\n", "\r\n"), "no signature"),
        (NOTE.replace("1234\n", "1234\r\n"), "character"),
        (f"\n{NOTE}", "does not belong"),
        (NOTE.replace("1234\n", "1234\n\n", 1), "does not belong"),
        (NOTE.replace("—", "-"), "no signature"),
        (NOTE.replace("— ", "—  "), "no signature"),
        (NOTE.replace("— ", "—\u00a0"), "no signature"),
        (NOTE.replace("1234", "1235"), "does not belong"),
        (NOTE.replace("1234", "12\t34"), "character"),
        (NOTE.replace("1234", "12\x0034"), "character"),
        (NOTE.replace("1234", "\ud800"), "not text"),
        (NOTE + NOTE.rpartition("\n\n")[2], "signed the note twice"),
        (f"{TEXT}\n{second_line(KEY, OTHER_TEXT)}", "does not belong"),
        (NOTE + second_line(OTHER) * MOST_SIGNATURES, "too many"),
        (f"{TEXT}\n— {KEY.name} AAAA\n", "too short"),
        (f"{TEXT}\n— {KEY.name} AAAAAAA\n", "no signature"),
        (f"{TEXT}\n— {KEY.name} AAAAAAB=\n", "no signature"),
        ("x" * 70_000 + NOTE, "too long"),
    ],
)
def test_a_bent_note_is_refused(note: str, said: str) -> None:
    with pytest.raises(BadNote, match=said):
        opened(note)


def test_a_note_that_only_a_stranger_signed_is_refused() -> None:
    with pytest.raises(BadNote, match="No known key"):
        opened(sign_note(TEXT, key=OTHER))
    with pytest.raises(BadNote, match="No known key"):
        open_note(NOTE, keys=[])


def test_no_bit_of_a_note_can_be_turned() -> None:
    whole = NOTE.encode()

    for at in range(len(whole)):
        for bit in range(8):
            turned = whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
            with pytest.raises(ValueError):  # noqa: PT011: not UTF-8 any more, or a bad note
                opened(turned.decode())


@given(st.text(max_size=200))
def test_whatever_is_no_note_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BadNote):
        opened(text)
    with pytest.raises(BadNote):
        read_checkpoint(text)


@pytest.mark.parametrize("text", ["", "\n", "a", "a\tb\n", "a\r\n", "\ud800\n"])
def test_what_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(BadNote):
        sign_note(text, key=KEY)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb", "a\x01b"])
def test_a_name_that_would_not_be_read_again_is_no_name(name: str) -> None:
    with pytest.raises(ValueError, match="no space"):
        NoteKey(name, KEY.seed)
    with pytest.raises(ValueError, match="no space"):
        checkpoint_text(name, 1, EMPTY_ROOT)


@pytest.mark.parametrize(
    "text",
    [
        TEXT[:-1],
        f"{TEXT}more\n",
        TEXT.replace("1234", "01234"),
        TEXT.replace("1234", "+1234"),
        TEXT.replace("1234", "1_234"),
        TEXT.replace("1234", "-1"),
        TEXT.replace("1234", "١٢"),
        TEXT.replace("1234", str(1 << 63)),
        TEXT.replace("uFU=", "uFV="),
        TEXT.replace("uFU=", "uFU"),
        TEXT.replace("47DEQ", "47DE"),
        TEXT.replace(KEY.name, "a b"),
    ],
)
def test_a_checkpoint_is_written_in_one_way(text: str) -> None:
    with pytest.raises(BadNote):
        read_checkpoint(text)


@pytest.mark.parametrize(("size", "root"), [(-1, EMPTY_ROOT), (1 << 63, EMPTY_ROOT), (1, b""), (1, b"x" * 33)])
def test_what_is_no_head_of_a_tree_gets_no_checkpoint(size: int, root: bytes) -> None:
    with pytest.raises(ValueError, match="size and a root"):
        checkpoint_text("log", size, root)
