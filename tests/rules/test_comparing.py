"""Two texts of the policy side by side: what became of each paragraph, word by word, and nothing lost or missed."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forethought.policies.comparing import (
    Change,
    Kind,
    Pieces,
    Shown,
    changed_only,
    changed_places,
    compare,
    how_much,
    is_same,
    removed,
)
from forethought.policies.text import Paragraph, Text

PHONES = Paragraph("1", "Phones", "Keep your own phone out of sight in lessons. Use the school’s camera for pictures.")
FRIENDS = Paragraph(
    "2", "Friends", "Do not add pupils as friends. If a pupil asks, tell your line manager the same day."
)
GROUPS = Paragraph(
    "3", "Groups", "A staff group is still public enough. Write nothing there that a parent may not read."
)
PRIVACY = Paragraph("4", "Privacy", "Look at your settings every term. An app may open them again after an update.")
GIFTS = Paragraph(
    "5", "Gifts", "No adult accepts money from a family through an online fund without asking the head first."
)
POLICY: Text = (PHONES, FRIENDS, GROUPS, PRIVACY)


def words(*paragraphs: str) -> Text:
    return tuple(Paragraph("", "", each) for each in paragraphs)


def numbered(*paragraphs: Paragraph) -> Text:
    return tuple(Paragraph(str(number), each.title, each.words) for number, each in enumerate(paragraphs, 1))


def kinds(old: Text, new: Text) -> list[str]:
    return [str(change.kind) for change in compare(old, new)]


def marked(pieces: Pieces) -> str:
    """The pieces as one text, with what differs in brackets and its hint after it."""
    return "".join(f"[{piece.text}]{piece.hint}" if piece.changed else piece.text for piece in pieces)


def sides(old: str, new: str) -> tuple[str, str]:
    (change,) = compare(words(old), words(new))
    return marked(change.old_pieces.words), marked(change.new_pieces.words)


# --- Which paragraph became which ---


@pytest.mark.policy("F4")
@pytest.mark.parametrize(
    ("new", "found"),
    [
        (POLICY, "same same same same"),
        ((), "removed removed removed removed"),
        (POLICY[1:], "removed same same same"),
        (POLICY[:-1], "same same same removed"),
        ((PHONES, FRIENDS, GIFTS, GROUPS, PRIVACY), "same same added same same"),
        ((FRIENDS, GROUPS, PRIVACY, PHONES), "same same same moved"),
        ((PHONES, PRIVACY, FRIENDS, GROUPS), "same moved same same"),
        # Everything after a new first paragraph has only another number.
        (numbered(GIFTS, *POLICY), "added changed changed changed changed"),
        # The number stays, the words go: one paragraph, all of it changed.
        ((PHONES, FRIENDS, Paragraph("3", GIFTS.title, GIFTS.words), PRIVACY), "same same changed same"),
        # Another number and other words: two paragraphs, and the one that is gone comes first.
        ((PHONES, FRIENDS, GIFTS, PRIVACY), "same same removed added same"),
        ((PHONES, FRIENDS, FRIENDS, GROUPS, PRIVACY), "same same added same same"),
    ],
)
def test_each_paragraph_is_found_again(new: Text, found: str) -> None:
    assert kinds(POLICY, new) == found.split()


def test_a_first_text_is_all_added() -> None:
    assert kinds((), POLICY) == ["added"] * 4
    assert kinds((), ()) == []


def test_a_new_number_alone_marks_only_the_number() -> None:
    changes = compare(POLICY, numbered(GIFTS, *POLICY))

    assert [change.only_number for change in changes] == [False, True, True, True, True]
    assert marked(changes[1].old_pieces.number) == "[1]"
    assert marked(changes[1].new_pieces.number) == "[2]"
    assert marked(changes[1].new_pieces.title) == "Phones"


def test_a_paragraph_that_got_a_new_number_and_new_words_is_not_taken_for_its_neighbour() -> None:
    reworded = Paragraph("", PHONES.title, PHONES.words.replace("out of sight", "in your bag"))
    changes = compare(POLICY, numbered(GIFTS, reworded, FRIENDS, GROUPS, PRIVACY))

    assert [(change.old_place, change.new_place) for change in changes] == [(None, 0), (0, 1), (1, 2), (2, 3), (3, 4)]
    assert marked(changes[1].new_pieces.words).startswith("Keep your own phone [in your bag] in lessons.")


def test_a_paragraph_without_a_number_is_found_by_its_place() -> None:
    assert kinds(words("one", "two", "three"), words("one", "2", "three")) == ["same", "changed", "same"]


def test_paragraphs_that_read_the_same_are_taken_in_their_order() -> None:
    old, new = words("a b", "not used", "c d", "not used", "e f"), words("a b", "c d", "not used", "e f")

    assert kinds(old, new) == ["same", "removed", "same", "same", "same"]


def test_what_was_removed_stands_where_it_used_to() -> None:
    changes = compare(POLICY, (PHONES, PRIVACY))

    assert [(str(change.kind), change.old_place, change.new_place) for change in changes] == [
        ("same", 0, 0),
        ("removed", 1, None),
        ("removed", 2, None),
        ("same", 3, 1),
    ]
    assert changes[1].new is None
    assert changes[1].new_pieces == Shown()
    assert marked(changes[1].old_pieces.title) == "[Friends]"


def test_a_paragraph_that_moved_and_changed_is_changed_and_says_that_it_moved() -> None:
    reworded = Paragraph("1", PHONES.title, PHONES.words.replace("lessons", "class"))
    changes = compare(POLICY, (FRIENDS, GROUPS, PRIVACY, reworded))

    assert [(str(change.kind), change.moved) for change in changes][-1] == ("changed", True)


# --- Word by word ---


@pytest.mark.policy("F4")
@pytest.mark.parametrize(
    ("old", "new", "left", "right"),
    [
        ("within 5 days", "within 10 days", "within [5] days", "within [10] days"),
        ("see 8.3.", "see 8.4.", "see [8.3].", "see [8.4]."),
        ("a dog", "a dog barks", "a dog", "a dog[ barks]"),
        ("you may not post", "you may post", "you may [not ]post", "you may post"),
        ("The head", "the head", "[The] head", "[the] head"),
        ("ask first", "ask first.", "ask first", "ask first[.]"),
        ("Moses", "moss", "[Moses]", "[moss]"),
        # A whole sentence, not the stop of the one before.
        ("Ask. Post.", "Ask. Wait. Post.", "Ask. Post.", "Ask. [Wait. ]Post."),
        ("Ask. Wait. Post.", "Ask. Post.", "Ask. [Wait. ]Post.", "Ask. Post."),
        # One phrase, not crumbs of it.
        ("by somebody at the school", "by everyone at their trusts", "by [somebody at the school]",
         "by [everyone at their trusts]"),
    ],
)  # fmt: skip
def test_the_words_that_differ_are_marked(old: str, new: str, left: str, right: str) -> None:
    assert sides(old, new) == (left, right)


@pytest.mark.policy("F4")
@pytest.mark.parametrize(
    ("old", "new", "left", "right"),
    [
        ("a b", "a  b", "a []{}b", "a [ ]{}b", ),
        ("a  b", "a b", "a [ ]{}b", "a []{}b"),
        ("a b", "a\u00a0b", "a[ ]{}b", "a[\u00a0]{}b"),
        ("a b", "a b ", "a b[]{}", "a b[ ]{}"),
        ("a b", "a\nb", "a[ ]{}b", "a[\n]{}b"),
        ("“a", '"a', "[“]{}a", '["]{}a'),
        ("the school’s", "the school's", "the [school’s]{}", "the [school's]{}"),
        ("a – b", "a - b", "a [–]{} b", "a [-]{} b"),
        ("school", "sch\u200bool", "[school]{}", "[sch\u200bool]{}"),
        ("a b", "a \ufeffb", "a []{}b", "a [\ufeff]{}b"),
        ("school", "sсhool", "[school]{}", "[sсhool]{}"),
        ("wait...", "wait…", "wait[...]{}", "wait[…]{}"),
    ],
)  # fmt: skip
def test_what_cannot_be_seen_is_marked_and_said(old: str, new: str, left: str, right: str) -> None:
    (change,) = compare(words(old), words(new))
    (hint,) = {piece.hint for piece in change.new_pieces.words if piece.changed}

    assert sides(old, new) == (left.format(hint), right.format(hint))
    assert hint.startswith("(a ") and hint.endswith(("added)", "taken out)", "changed)"))


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("a b", "a  b", "(a space was added)"),
        ("a  b", "a b", "(a space was taken out)"),
        ("a b", "a\u00a0b", "(a space was changed)"),
        ("a b", "a\n\nb", "(a line break was changed)"),
        ("it’s", "it's", "(a quotation mark was changed)"),
        ("a—b", "a–b", "(a dash was changed)"),
        ("ab", "a\u00adb", "(a hidden character was changed)"),
        ("\u200b ab", "ab", "(a hidden character was taken out)"),
        ("A", "А", "(a character that looks the same was changed)"),
        ("resume", "résumé", ""),
        ("The", "the", ""),
        ("ab", "a b", ""),
    ],
)
def test_the_hint_names_what_it_was(old: str, new: str, hint: str) -> None:
    (change,) = compare(words(old), words(new))

    assert {piece.hint for piece in change.new_pieces.words if piece.changed} == {hint}


# --- How much, and what to read again ---


@pytest.mark.policy("F3")
@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("", "Nothing changed."),
        ("same same", "Nothing changed."),
        ("changed", "1 paragraph changed."),
        ("same changed changed changed added removed", "3 paragraphs changed, 1 added, 1 removed."),
        ("added", "1 paragraph added."),
        ("removed added added", "2 paragraphs added, 1 removed."),
        ("moved removed removed", "1 paragraph moved, 2 removed."),
        ("changed moved moved", "1 paragraph changed, 2 moved."),
        ("added " * 1200, "1,200 paragraphs added."),
    ],
)
def test_how_much_is_said_in_a_sentence(made: str, said: str) -> None:
    texts = (Paragraph("", "", "a"), Paragraph("", "", "b"))

    assert how_much(Change(Kind(kind), *texts) for kind in made.split()) == said


def test_paragraphs_that_only_got_another_number_are_counted_apart() -> None:
    reworded = Paragraph("1", "Phones", PHONES.words + " Always.")

    assert how_much(compare(POLICY, numbered(GIFTS, *POLICY))) == (
        "4 paragraphs changed (only in their number), 1 added."
    )
    assert how_much(compare(POLICY, numbered(reworded, *POLICY[2:]))) == (
        "3 paragraphs changed (2 only in their number), 1 removed."
    )
    assert how_much(compare(POLICY, (*POLICY[:3], Paragraph("9", PRIVACY.title, PRIVACY.words)))) == (
        "1 paragraph changed (only in its number)."
    )


def test_the_comparison_can_leave_out_what_stayed() -> None:
    changes = compare(POLICY, (PHONES, FRIENDS, GIFTS, GROUPS, PRIVACY))

    assert [change.new for change in changed_only(changes)] == [GIFTS]


@pytest.mark.policy("3.7")
@pytest.mark.parametrize(
    ("new", "places", "gone"),
    [
        (POLICY, (), ()),
        ((PHONES, FRIENDS, GIFTS, GROUPS, PRIVACY), (2,), ()),
        ((PHONES, GROUPS, PRIVACY), (), (FRIENDS,)),
        ((PHONES, FRIENDS, Paragraph("3", "Groups", GROUPS.words + " Ever."), PRIVACY), (2,), ()),
        ((FRIENDS, GROUPS, PRIVACY, PHONES), (3,), ()),
        ((GIFTS,), (0,), POLICY),
        ((), (), POLICY),
    ],
)
def test_only_the_difference_is_read_again(new: Text, places: tuple[int, ...], gone: Text) -> None:
    assert changed_places(POLICY, new) == places
    assert removed(POLICY, new) == gone


# --- Whatever the texts ---

SOME_WORDS = st.lists(
    st.sampled_from(["staff", "pupils", "may", "not", "post", "a", "the", ".", ",", "“x”", "don’t", " ", "\n", "8.3"]),
    max_size=12,
).map(" ".join) | st.text(alphabet="ab.’' \u00a0\u200b\n-–é", max_size=12)
PARAGRAPHS = st.builds(Paragraph, st.sampled_from(["", "1", "2", "2.1"]), st.sampled_from(["", "Posts"]), SOME_WORDS)
TEXTS = st.lists(PARAGRAPHS, max_size=8).map(tuple)


def joined(pieces: Pieces) -> str:
    return "".join(piece.text for piece in pieces)


def rebuilt(shown: Shown) -> Paragraph:
    return Paragraph(joined(shown.number), joined(shown.title), joined(shown.words))


def unmarked(shown: Shown) -> list[str]:
    parts = (shown.number, shown.title, shown.words)
    return ["".join(piece.text for piece in part if not piece.changed) for part in parts]


@pytest.mark.policy("F4")
@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_a_comparison_loses_nothing_and_marks_all_that_differs(old: Text, new: Text) -> None:
    changes = compare(old, new)
    olds = sorted((c.old_place, c.old) for c in changes if c.old_place is not None and c.old is not None)

    assert tuple(c.new for c in changes if c.new is not None) == new
    assert [c.new_place for c in changes if c.new_place is not None] == list(range(len(new)))
    assert [place for place, _ in olds] == list(range(len(old)))
    assert tuple(each for _, each in olds) == old
    for change in changes:
        assert rebuilt(change.old_pieces) == (change.old or Paragraph("", "", ""))
        assert rebuilt(change.new_pieces) == (change.new or Paragraph("", "", ""))
        if change.old and change.new:
            assert unmarked(change.old_pieces) == unmarked(change.new_pieces)
            assert (change.kind is Kind.SAME) == (change.old == change.new and not change.moved)
        for piece in (*change.old_pieces.words, *change.new_pieces.words):
            assert piece.text or (piece.changed and piece.hint)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_a_text_that_differs_always_leaves_something_to_read_or_gone(old: Text, new: Text) -> None:
    places, gone = changed_places(old, new), removed(old, new)

    assert (not places and not gone) is is_same(old, new)
    assert places == tuple(
        c.new_place for c in compare(old, new) if c.new_place is not None and c.kind is not Kind.SAME
    )
    assert gone == tuple(c.old for c in compare(old, new) if c.kind is Kind.REMOVED)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_a_text_is_the_same_as_itself(text: Text) -> None:
    assert all(change.kind is Kind.SAME and not change.moved for change in compare(text, text))
    assert how_much(compare(text, text)) == "Nothing changed."


@pytest.mark.policy("F3")
@settings(max_examples=300, deadline=None)
@given(st.lists(PARAGRAPHS, min_size=1, max_size=8, unique=True), st.data())
def test_one_changed_character_is_always_found(paragraphs: list[Paragraph], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(paragraphs) - 1))
    one = paragraphs[place]
    at, letter = data.draw(st.integers(0, len(one.words))), data.draw(st.sampled_from("zB. \u00a0\u200b’'\n"))
    changed = Paragraph(one.number, one.title, one.words[:at] + letter + one.words[at + 1 :])
    old, new = tuple(paragraphs), (*paragraphs[:place], changed, *paragraphs[place + 1 :])
    found = changed_only(compare(old, new))

    assert is_same(old, new) is (changed == one)
    if changed != one and changed not in paragraphs:
        assert [(c.kind, c.old_place, c.new_place) for c in found] == [(Kind.CHANGED, place, place)]
        assert any(piece.changed for side in (found[0].old_pieces, found[0].new_pieces) for piece in side.words)


@pytest.mark.parametrize(
    ("length", "count", "vocabulary", "numbers"),
    [
        (35, 2000, 200_000, True),
        (35, 2000, 900, True),
        (35, 2000, 900, False),
        (60, 2000, 10, True),
        (3300, 20, 900, True),
        (9900, 20, 2, False),
    ],
)
def test_the_longest_texts_are_compared_in_seconds(length: int, count: int, vocabulary: int, numbers: bool) -> None:
    chance = random.Random(3)

    def text() -> Text:
        some = (" ".join(f"{chance.randrange(vocabulary):x}" for _ in range(length)) for _ in range(count))
        return tuple(Paragraph(str(place) if numbers else "", "", each) for place, each in enumerate(some))

    old, new = text(), text()
    began = time.process_time()
    changes = compare(old, new)

    # About one second; the rest is for a machine that has other things to do.
    assert time.process_time() - began < 6
    assert not [change for change in changes if change.kind is Kind.SAME]
