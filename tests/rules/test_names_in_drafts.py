"""Pupils are found by the school's list and beside class or family words; words that look like names are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.precheck.names import Roster, found
from forethought.precheck.nearness import one_letter_off
from forethought.precheck.normalising import normalised

PUPILS = [
    ("Leon", "Carver", "", "2B"),
    ("Nevaeh", "Sykes", "", "3H"),
    ("Jaydon", "Pratt", "Jay", "9X2"),
    ("Summer", "Field", "", "4A"),
    ("Will", "Power", "", "10C"),
    ("Grace", "Bishop", "", "7R"),
    ("Rose", "Hill", "Rosie", "7R"),
    ("Jack", "Frost", "", "1M"),
    ("Kieran", "Boyle-Hughes", "", "8T"),
    ("Mary-Jane", "O'Neill", "MJ", "5P"),
    ("Harry", "Kane", "", "11B"),
    ("Łukasz", "Wiśniewski", "", "6B"),
    ("Malachi", "Campbell", "", "9T"),
]
STAFF = [("Leon", "Ashby"), ("David", "Rose")]
ROSTER = Roster.from_rows(
    [{"role": "pupil", "first": f, "last": last, "known_as": k, "class": c} for f, last, k, c in PUPILS]
    + [{"role": "staff", "first": f, "last": last} for f, last in STAFF]
)

NAMED = [
    ("Leon Carver's mum was arrested", "Leon Carver"),
    ("leon carver is a pain", "leon carver"),
    ("CARVER, LEON", "CARVER, LEON"),
    ("Leon\U0001f44fCarver", "Leon\U0001f44fCarver"),
    ("Leon C. made me cry", "Leon C"),
    ("@leon.carver09 is on here", "@leon.carver09"),
    ("lcarver_2b again", "lcarver_2b"),
    ("Jaydon in my maths set called me a muppet", "Jaydon"),
    ("Jay finally read a whole page in class", "Jay"),
    ("So proud of Nevaeh today", "Nevaeh"),
    ("Nevaehs mum sent me a message", "Nevaehs"),
    ("Summer in Year 4 won the cup", "Summer"),
    ("Will's mum shouted at me at parents' evening", "Will"),
    ("Grace from 7R was sick on the bus", "Grace"),
    ("K.B. in 8T did it", "K.B"),
    ("LC in 2B bit me", "LC"),
    ("MJ from 5P is hilarious", "MJ"),
    ("Kieran Hughes broke the fire door", "Kieran Hughes"),
    ("Mary-Jane O\u2019Neill wins", "Mary-Jane O\u2019Neill"),
    ("It was that Carver boy", "Carver"),
    ("Harry Kane in 11B got a detention", "Harry Kane"),
    ("A big cheer for Lukasz Wisniewski", "Lukasz Wisniewski"),
    ("Hats off to Nevaeh in Year 3, who made a film about the Blitz", "Nevaeh"),
    ("My Year 3 star Nevaeh read a whole chapter", "Nevaeh"),
    ("The children voted for Nevaeh as class librarian", "Nevaeh"),
    ("House points: Sykes (3H) 25, a new record", "Sykes"),
    ("Carver in 2B is resitting his spelling test", "Carver"),
    ("Little Miss Boyle-Hughes in 8T has a plan", "Boyle-Hughes"),
    ("Malachi Cambell won the title on Saturday", "Malachi Cambell"),
    ("Malahci Campbell won the title on Saturday", "Malahci Campbell"),
    ("Lovely to have both the Carvers, Leon and Ellie, in the band", "Carvers"),
]

NOT_NAMED = [
    "Summer is here at last",
    "Summer is here! Year 4 have been collecting shells",
    "Shout out to Nevaeh at the hairdresser's, who fixed my fringe",
    "Malachi Campion lives in our road",
    "The Carvers next door have a new dog",
    "Our baby boy Leon is here! Mum is doing well",
    "A whippet called Jaydon came to the park",
    "Mr Sykes in 3H was off",
    "Will we ever get a pay rise? I hope Will does",
    "Grace before lunch",
    "Mr Rose is brilliant",
    "Rose Hill Primary has its fair on Friday",
    "Jack Frost nipping at my nose",
    "Leon our caretaker retires",
    "My son Leon passed his driving test",
    "Leon Ashby ran the marathon",
    "Leon Edwards fights tonight",
    "Harry Kane scored again",
    "I may need wine",
    "Jack and the Beanstalk panto with Year 2",
    "Oliver Twist with Year 9",
    "PE in Year 7",
    "My eldest Nevaeh got her GCSEs",
    "A jay landed on my feeder",
    "Our field trip this summer, field and stream",
    "bishop and carver are old trades",
    "Anne Frank is our Year 8 reader",
    "Henry VIII in Year 4 this half term",
    "TA in 2B needed",
]


@pytest.mark.policy("6.3")
@pytest.mark.parametrize(("text", "words"), NAMED)
def test_a_pupil_on_the_list_is_found(text: str, words: str) -> None:
    plain = normalised(text)

    spans = [plain.place(hit.start, hit.end) for hit in found(plain, ROSTER)]

    assert words in [text[start:end] for start, end in spans]


@pytest.mark.parametrize("text", NOT_NAMED)
def test_what_only_looks_like_a_pupil_is_left_alone(text: str) -> None:
    assert found(normalised(text), ROSTER) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Jaydon in my maths set called me a muppet today", ["Jaydon"]),
        ("Ellie from 4B", ["Ellie"]),
        ("Kayden's mum emailed me about homework again", ["Kayden"]),
        ("a boy called Tyler", ["Tyler"]),
        ("Priya in Year 3 lost a tooth", ["Priya"]),
        ("My Year 4 star Aisha read a whole chapter", ["Aisha"]),
        ("Priya (3B) read us her story", ["Priya"]),
        ("Thanks Sophie, our class loved it", []),
        ("Sophie, Year 4 need their kit", []),
        ("Rome in Year 4", []),
        ("Macbeth in Year 10", []),
        ("Matilda in Year 5 was lovely", []),
        ("Emma, our Year 4 teacher", []),
        ("My friend Kate's mum was kind", []),
    ],
)
def test_without_a_list_a_name_needs_a_class_or_a_family_beside_it(text: str, words: list[str]) -> None:
    plain = normalised(text)

    assert [plain.text[hit.start : hit.end] for hit in found(plain, None)] == words


@pytest.mark.parametrize(
    ("word", "name", "off"),
    [
        ("cambell", "campbell", True),
        ("campbelll", "campbell", True),
        ("campbwll", "campbell", True),
        ("capmbell", "campbell", True),
        ("campbell", "campbell", False),
        ("cambel", "campbell", False),
        ("browne", "brown", False),
        ("camden", "campbell", False),
        ("", "campbell", False),
    ],
)
def test_one_letter_off_is_one_letter_and_no_more(word: str, name: str, off: bool) -> None:
    assert one_letter_off(word, name) is off


@given(
    st.sampled_from(["Leon Carver", "Nevaeh Sykes", "Kieran Boyle-Hughes"]),
    st.sampled_from(["\u200b", "\u00ad", "\u2060", "\ufeff", ""]),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
    st.sampled_from(["", "oh ", "well, ", "\U0001f602 "]),
)
def test_invisible_signs_and_case_do_not_hide_a_whole_name(name, sign, case, before) -> None:  # type: ignore[no-untyped-def]
    written = before + sign.join(case(name))

    assert found(normalised(written), ROSTER)


@given(st.sampled_from(["Leon Carver", "Nevaeh Sykes"]), st.sampled_from([" ", ".", "-", "_"]))
def test_gaps_between_letters_do_not_hide_a_whole_name(name: str, gap: str) -> None:
    written = (gap * 3 if gap == " " else " ").join(gap.join(part) for part in name.split())

    assert found(normalised(written), ROSTER)


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_can_be_searched_for_names(text: str) -> None:
    plain = normalised(text)

    assert all(0 <= hit.start < hit.end <= len(plain.text) for hit in found(plain, ROSTER))


def test_a_thousand_pupils_are_searched_in_no_time() -> None:
    many = Roster.from_rows(
        {"role": "pupil", "first": f"Aab{a}", "last": f"Bcd{b}", "class": "7A"}
        for a in "abcdefghijklmnopqrstuvwxyz"
        for b in "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
    )

    assert found(normalised("So proud of Aaba Bcdz in 7A " * 50), many)
