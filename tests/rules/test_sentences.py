"""Where a sentence ends, the key that it is known by, and the links that a reworded one inherits."""

import time
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forethought.policies.clauses import clauses
from forethought.policies.sentences import alike, carried_over, key_of, likeness, matching, sentences_of, words_in

# --- Where a sentence ends: “|” stands between two ---


@pytest.mark.policy("F4")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ask first.",
        "Ask first",
        "Ask first.| Then post.",
        "Really?| Yes!| What?!| Good.",
        # Abbreviations.
        "Mr. Khan and Dr. Lee met.| They agreed.",
        "Use an app, e.g. WhatsApp.| Or i.e. The Times.",
        "Photos, videos, etc. are kept.| Photos, etc.| The rest is not.",
        "Some apps (games, chats, etc.) Count too.",
        "The act (c. 21) applies.| It is St. Mary's.",
        "Smith v. Jones.| It said so.",
        "Sold by Acme Ltd.| The school paid.",
        "Sold by Acme Ltd. Parents paid.",
        # Numbers and sections.
        "See s.5 and ss.16-24.| Then s. 5, para. 3 and No. 7.",
        "See s. (a) of it.",
        "The answer is no.| Then stop.",
        "It is 8.3.| 20 days later it is 9.",
        "It cost £5.00.| The school paid.",
        "In Sept. 2025 it began.",
        "At 9 a.m. Monday it opens.| It shuts at 5 p.m.| The bell rings.",
        # Initials, and single letters that are none.
        "J. A. Smith came.| He left.",
        "The U.K. Government.| It is in the U.K.| The school is too.",
        "See Annex A.| Staff must read it.",
        "Parents know, and so do I.| Khan said it.",
        "I. Khan said so.",
        # Addresses.
        "Look at https://a.example/x.y?z=1.| Then ask.",
        "Write to a.b@c.example.| Use gov.uk.| Parents do.",
        # Dots and brackets.
        "Wait… then go.| Wait…| Then go.| Wait...| Go.",
        "The text […] The end.",
        "He said “Stop.”| Then he left.",
        "“Why?” she asked.| (See clause 8.3.)| The end.",
        "Noted.[1]| Noted.¹| Last.",
        # What does not begin with a capital.
        "An app.| iPads too.| eSafety as well.| https://a.example is one.",
        "an unknown abbr. here.",
        # Lists and lines.
        "Do not:|\npost|\nshare. Ever",
        "Do not:|\n• post|\n- share.",
        "Do not: |• post |• share.",
        "1. Ask first.| 2. Then post.| (a) Alone.| (b) Never.",
        "•\nAsk first.|\n(a)\nThen post.",
        "Ask first.|\r\nThen post.|\u2028Stop.",
        # Nothing to link.
        "-----\nAsk.",
        "Ask.\n*** \n",
        "! ? .",
    ],
)
def test_a_paragraph_is_taken_apart_into_its_sentences(text: str) -> None:
    expected = [" ".join(each.split()) for each in text.replace("share. Ever", "share.| Ever").split("|")]

    found = sentences_of(text.replace("|", ""))

    assert [" ".join(each.split()) for each in found] == [each for each in expected if each]


def test_every_clause_of_the_model_policy_is_taken_apart_at_its_stops() -> None:
    for clause in clauses().values():
        assert len(sentences_of(clause.words)) == sum(clause.words.count(f"{stop} ") for stop in ".?!") + 1, clause.id


PROSE = st.lists(
    st.sampled_from([*"Ask. ask The e.g. etc. No. 5 8.3. (a) ( ) • - “ .” … ? J.".split(), "\n"]), max_size=14
).map(" ".join) | st.text(max_size=40)


@pytest.mark.policy("F4")
@settings(max_examples=400, deadline=None)
@given(PROSE)
def test_no_word_is_lost_between_sentences(text: str) -> None:
    found = sentences_of(text)

    assert " ".join(found).split() == text.split()
    assert all(each and each == each.strip() for each in found)


@settings(max_examples=200, deadline=None)
@given(PROSE)
def test_only_a_lone_sentence_may_say_nothing(text: str) -> None:
    found = sentences_of(text)

    assert len(found) < 2 or all(any(letter.isalnum() for letter in each) for each in found)


@pytest.mark.parametrize(
    "part", [".", ".)", "e.g.) ", "(a. B ", "etc. A ", ") .", "A. ", "[1]", ". ", "…”", "•\n", "\n", "Ask. "]
)
def test_the_longest_paragraph_is_taken_apart_at_once(part: str) -> None:
    text = (part * 20_000)[:19_999] + "a"
    began = time.process_time()
    sentences_of(text)

    assert time.process_time() - began < 1


# --- The key ---


@pytest.mark.policy("F4")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ask first.", "  Ask \n first.\u00a0"),
        ("Ask first.", "ASK FIRST."),
        ("The school’s “app”", "The school's \"app\""),
        ("ask – or not", "ask - or not"),
        ("ask—or not", "ask-or not"),
        ("Wait…", "Wait..."),
        ("café", "cafe\u0301"),
        ("Straße", "STRASSE"),
        ("school", "sch\u00adool\u200b"),
        ("• Ask first.", "Ask first."),
        ("- Ask first.", "Ask first."),
        ("(a) Ask first.", "(b) Ask first."),
        ("iv) Ask first.", "Ask first."),
        ("1. Ask first.", "12. Ask first."),
    ],
)  # fmt: skip
def test_the_same_words_have_the_same_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)
    assert len(key_of(one)) == 32


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ask first.", "Ask first"),
        ("Ask first.", "Ask, first."),
        ("May post.", "May not post."),
        ("ab", "a b"),
        ("resume", "résumé"),
        ("5 days", "10 days"),
        ("1.5 days", "5 days"),
        ("(IT) ask", "ask"),
        ("A. Khan", "Khan"),
    ],
)
def test_other_words_have_another_key(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


def test_a_key_is_the_one_that_was_kept_before() -> None:
    # Links hang on it. Another answer here orphans every one of them.
    assert key_of("• The school’s rule – for “all” STAFF.").hex() == (
        "54e6f1da886422296142c28f2dec10abb962ad879d007f8fa77b6173d93fb0c0"
    )


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=0x2FF, exclude_categories=["Cs", "Cc"]), max_size=30))
def test_spacing_never_changes_a_key(text: str) -> None:
    assert key_of(text) == key_of("\n" + " \u2003 ".join(text.split(" ")) + " ")


# --- The links that are inherited ---

A, B = frozenset({"5.2"}), frozenset({"5.3a", "5.3b"})
NO_PUPILS = "Do not add pupils as friends on your own account."
NO_PUPILS_NOW = "Do not add pupils or former pupils as friends on your own account."
TELL = "Tell your line manager the same day."
TELL_NOW = "Tell the head the same day."
OTHER = "Nobody checks your phone."


def linked(links: Mapping[str, frozenset[str]]) -> dict[bytes, frozenset[str]]:
    return {key_of(sentence): names for sentence, names in links.items()}


@pytest.mark.policy("F4")
@pytest.mark.parametrize(
    ("old", "new", "links", "inherited"),
    [
        # Reworded: from the one most like it, wherever it stands now.
        ([NO_PUPILS, TELL], [NO_PUPILS_NOW, TELL], {NO_PUPILS: A, TELL: B}, {NO_PUPILS_NOW: A}),
        ([NO_PUPILS, TELL], [TELL_NOW, NO_PUPILS_NOW], {NO_PUPILS: A, TELL: B}, {NO_PUPILS_NOW: A, TELL_NOW: B}),
        # One in two parts: both.
        (["Ask the head and wait for the answer."], ["Ask the head.", "Wait for the answer."],
         {"Ask the head and wait for the answer.": A}, {"Ask the head.": A, "Wait for the answer.": A}),
        # Like none of them: what all that were removed had, if it was the same.
        ([NO_PUPILS], [OTHER], {NO_PUPILS: A}, {OTHER: A}),
        ([NO_PUPILS, TELL], [OTHER], {NO_PUPILS: A, TELL: A}, {OTHER: A}),
        ([NO_PUPILS, TELL], [OTHER], {NO_PUPILS: A, TELL: B}, {}),
        ([NO_PUPILS, TELL], [OTHER], {NO_PUPILS: A}, {}),
        # The nearest had none, so this has none.
        ([NO_PUPILS, TELL], [NO_PUPILS_NOW], {TELL: B}, {}),
        # Nothing was removed: a new sentence is somebody's to link.
        ([NO_PUPILS], [NO_PUPILS, OTHER], {NO_PUPILS: A}, {}),
        ([], [OTHER], {}, {}),
        ([NO_PUPILS], [], {NO_PUPILS: A}, {}),
        # Only moved, or only spaced and quoted otherwise: it has its link.
        ([NO_PUPILS, TELL], [TELL, NO_PUPILS], {NO_PUPILS: A, TELL: B}, {}),
        ([NO_PUPILS], [NO_PUPILS.upper() + " "], {NO_PUPILS: A}, {}),
        # A sentence that has a link keeps it.
        ([NO_PUPILS], [NO_PUPILS_NOW], {NO_PUPILS: A, NO_PUPILS_NOW: B}, {}),
        # One that stood there without a link was left so.
        ([NO_PUPILS, OTHER], [NO_PUPILS_NOW, OTHER], {NO_PUPILS: A}, {NO_PUPILS_NOW: A}),
        # The same sentence twice.
        ([NO_PUPILS, NO_PUPILS], [NO_PUPILS_NOW, NO_PUPILS_NOW], {NO_PUPILS: A}, {NO_PUPILS_NOW: A}),
    ],
)  # fmt: skip
def test_a_new_sentence_inherits_the_links_of_the_one_it_took_the_place_of(
    old: list[str], new: list[str], links: dict[str, frozenset[str]], inherited: dict[str, frozenset[str]]
) -> None:
    assert carried_over(old, new, linked(links)) == linked(inherited)


@pytest.mark.parametrize(
    ("new", "like"),
    # Of ten words on both sides together, six in common are just enough.
    [("one two three six seven", True), ("one two six seven eight", False), ("three two one six seven", False)],
)
def test_six_words_in_ten_in_the_same_order_make_a_sentence_alike(new: str, like: bool) -> None:
    one, other = "one two three four five", "nine ten eleven"
    found = carried_over([one, other], [new], linked({one: A, other: B}))

    assert found == (linked({new: A}) if like else {})


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([NO_PUPILS, NO_PUPILS_NOW, TELL, TELL_NOW, OTHER]), max_size=5),
    st.lists(st.sampled_from([NO_PUPILS, NO_PUPILS_NOW, TELL, TELL_NOW, OTHER]), max_size=5),
    st.dictionaries(st.sampled_from([NO_PUPILS, TELL, OTHER]).map(key_of), st.sampled_from([A, B, frozenset()])),
)
def test_links_are_inherited_by_new_sentences_alone_and_from_removed_ones_alone(
    old: list[str], new: list[str], links: dict[bytes, frozenset[str]]
) -> None:
    before, after = {key_of(each) for each in old}, {key_of(each) for each in new}

    for key, names in carried_over(old, new, links).items():
        assert key in after - before and not links.get(key)
        assert names and names in {links.get(each) for each in before - after}


# --- How alike ---


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from("abcde"), max_size=60), st.lists(st.sampled_from("abcde"), max_size=60))
def test_matching_words_are_equal_and_in_order(one: list[str], other: list[str]) -> None:
    pairs = matching(one, other)

    assert all(one[i] == other[j] for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))
    assert matching(one, one) == [(place, place) for place in range(len(one))]


def test_a_long_text_is_matched_between_the_words_that_stand_once() -> None:
    one = [f"w{place}" if place % 9 == 0 else "the" for place in range(3000)]
    other = [*one[:1000], "new", *one[1001:2000], *one[2010:]]

    assert len(matching(one, other)) > 2900


def test_what_is_likest_comes_first() -> None:
    old = {0: words_in("a b c d"), 1: words_in("A, b! E f"), 2: words_in("x y")}

    assert alike(old, {0: words_in("a b c e")}, 0.5) == [(0.75, 0, 0), (0.75, 1, 0)]
    assert likeness((), (), 0.0) == 0.0
