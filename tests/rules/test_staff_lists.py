"""A list of adults as text: its letters, its lines, its columns, and what each line says (reliability.md 7, 70-78)."""

from datetime import date

import pytest

from forethought.core.cells import guarded
from forethought.directory import columns, tables
from forethought.directory.columns import FIELDS, in_order, recognised
from forethought.directory.entries import Read, name_of, read_entries
from forethought.directory.tables import Unread, read_text, read_words

KINDS = {"employee": "Employee", "agency": "Agency", "governor": "Governor or trustee", "volunteer": "Volunteer"}
PLAIN = "Name;Email\nJörg Öz;joerg@one.example\n"


def cells(data: bytes) -> list[tuple[str, ...]]:
    return [row for _, row in read_text(data).rows]


def reading(words: str, *, otherwise: str = "employee") -> Read:
    rows = read_words(words).rows
    heads = recognised([one for _, one in rows])
    assert heads is not None
    whole = [(number, in_order(one, heads.places)) for number, one in rows[heads.above :]]
    return read_entries(whole, kinds=KINDS, otherwise=otherwise, is_email=lambda typed: "@" in typed)


# --- Letters ---


@pytest.mark.policy("2.5")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_letters_are_read_as_they_were_written(encoding: str) -> None:
    assert cells(PLAIN.encode(encoding))[1] == ("Jörg Öz", "joerg@one.example")


def test_guessed_letters_are_asked_about_and_mixed_ones_too() -> None:
    assert read_text(PLAIN.encode("cp1252")).notes == (tables.WINDOWS,)
    mixed = read_text(b"Name;Email\n" + "Zoë;z@one.example\n".encode() + "Zoë;y@one.example\n".encode("cp1252"))
    assert mixed.notes == (tables.MIXED,)
    assert [row[0] for _, row in mixed.rows] == ["Name", "Zoë", "Zoë"]
    assert read_text(PLAIN.encode()).notes == ()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"Name,Email\nTess\0Harlow,t@one.example\n", "Line 2 holds a character"),
        (b"\xff\xfeN\0a\0m", "cannot be read"),
        (b'Name,Email\n"Tess,t@one.example\nBen,b@one.example\n', "Line 2: a quotation mark opens there"),
        (b"Name,Email\n" + b'"Tess\n' + b"Ben,b@one.example\n" * 30 + b'x",y\n', "Line 2: a quotation mark"),
        (b"Name\n" + b"a" * 25_000 + b"\n", "Line 2 is far longer"),
        (b"Name\n" + b"a b," * 200_000 + b"\n", "Line 2"),
        (b"Name,Email\n" + b"Ann Other,\n" * 10_020, "more than 10,000 lines"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_with_its_line(data: bytes, sentence: str) -> None:
    with pytest.raises(Unread, match=sentence):
        read_text(data)


# --- Lines ---


@pytest.mark.policy("2.5")
@pytest.mark.parametrize("mark", ["\t", ";", ",", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_cells_are_told_apart_whatever_stands_between_them(mark: str, newline: str) -> None:
    lines = [["Name", "Email", "Kind"], ["Ann Other", "ann@one.example", "Agency"], ["", "", ""], ["Bo Li", "", ""]]
    found = read_words(newline.join(mark.join(line) for line in lines))
    assert found.rows == ((1, tuple(lines[0])), (2, tuple(lines[1])), (4, tuple(lines[3])))


def test_a_quoted_comma_and_newline_stay_in_their_cell_and_lines_keep_their_numbers() -> None:
    found = read_words('Name,Email\n"Other, Ann\nMarie",a@one.example\nBo Li,b@one.example\nsaid "so" here,c\n')
    assert [number for number, _ in found.rows] == [1, 2, 4, 5]
    assert found.rows[1][1][0] == "Other, Ann\nMarie"
    broken = read_words('Name,Email\n"Ann" Other,a@one.example\nBo Li,b@one.example\n')
    assert [number for number, _ in broken.broken] == [2] and broken.rows[-1][0] == 3
    assert read_words("sep=;\nName;Email\nBo Li;b@one.example\n").rows[1] == (3, ("Bo Li", "b@one.example"))


# --- Columns ---


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("headings", "fields", "system"),
    [
        ("Email address, Last name, First name, Start date", {"email", "last", "first", "starts"}, ""),
        ("Legal Surname,Legal Forename,Preferred Forename,Staff Code", {"last", "first", "known", "number"}, ""),
        ("Personnel No,Surname,Forename,Main E-Mail,Role", {"number", "last", "first", "email"}, "SIMS"),
        ("Arbor Staff ID,First Name,Last Name,Default Email", {"number", "first", "last", "email"}, "Arbor"),
        ("Bromcom ID,Full name,Staff Email,School Start Date", {"number", "name", "email", "starts"}, "Bromcom"),
        ("SP ID,Forename,Surname,Date Joined", {"number", "first", "last", "starts"}, "ScholarPack"),
        ("Employee Ref,Forename 1,Surname,Occupancy End Date", {"number", "first", "last", "ends"}, "iTrent"),
        ("NAME", {"name"}, ""),
    ],
)
def test_the_headings_of_common_systems_are_known_in_any_order(headings: str, fields: set[str], system: str) -> None:
    line = [one.strip() for one in headings.split(",")]
    heads = recognised([line, ["x"] * len(line)])
    assert heads is not None and set(heads.places) == fields and heads.above == 1 and heads.system == system
    assert heads.offices == ("Role" in headings)


def test_titles_above_the_headings_and_a_second_line_of_headings_are_passed_over() -> None:
    rows = [
        ["Staff list"],
        ["1 September 2026", ""],
        ["Surname", "Forename"],
        ["Last name", "First name"],
        ["Li", "Bo"],
    ]
    heads = recognised(rows)
    assert heads is not None and heads.above == 4 and heads.places == {"last": 0, "first": 1}


def test_unknown_headings_are_left_to_a_person_and_typed_lines_are_not() -> None:
    assert recognised([["Kollege", "Anschrift"], ["Bo Li", "b@one.example"]]) is None
    assert recognised([["Surname", "Class"], ["Li", "4B"]]) is None
    typed = recognised([["Bo Li", "b@one.example", "Agency"], ["Ann Other", "", "Agency", "1 9 2026", "2 9 2026"]])
    assert typed is not None and typed.above == 0
    assert typed.places == {"name": 0, "email": 1, "kind": 2, "starts": 3, "ends": 4}


def test_only_what_is_read_is_kept_of_a_line() -> None:
    heads = recognised([["National Insurance", "Surname", "Forename", "Home phone"], ["QQ123456C", "Li", "Bo", "0161"]])
    assert heads is not None and heads.passed_over == ("National Insurance", "Home phone")
    assert in_order(["QQ123456C", "Li", "Bo", "0161"], heads.places) == ["", "", "Bo", "Li", "", "", "", "", ""]
    assert set(columns.SAID) == set(FIELDS)


# --- What a line says ---


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"name": "Ms  Tess Harlow"}, "Tess Harlow"),
        ({"name": "Harlow, Tess"}, "Tess Harlow"),
        ({"name": "Dr Tess Harlow"}, "Dr Tess Harlow"),
        ({"first": "Theresa", "last": "Harlow", "known": "Tess"}, "Tess Harlow"),
        ({"first": "Tess", "last": "Harlow"}, "Tess Harlow"),
        ({"name": "Mr"}, "Mr"),
    ],
)
def test_a_name_is_read_however_a_system_writes_it(said: dict[str, str], name: str) -> None:
    assert name_of(dict.fromkeys(FIELDS, "") | said) == name


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("1/9/2026", date(2026, 9, 1)),
        ("01-Sep-26", date(2026, 9, 1)),
        ("2026-09-01", date(2026, 9, 1)),
        ("2026-09-01 00:00:00", date(2026, 9, 1)),
        ("01/09/2026 00:00", date(2026, 9, 1)),
        ("29.2.1988", date(1988, 2, 29)),
        ("", None),
    ],
)
def test_days_are_read_day_first_and_those_of_long_ago_too(typed: str, found: date | None) -> None:
    [entry] = reading(f"Name\tEmail\tStart date\nBo Li\tb@one.example\t{typed}").entries
    assert entry.posts[0].starts_on == found


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",b@one.example,,", "The name is missing"),
        ("Bo Li,nobody,,", "“nobody” is not an email address"),
        ("Bo Li,,09/13/2026,", "“09/13/2026” is no first day"),
        pytest.param(f"Bo Li,,1{' ' * 15_000}x,", "is no first day", id="a long way to no day"),
        ("Bo Li,,1/9/2026,31/8/2026", "The last day cannot be before the first"),
        ("12345,,,", "“12345” is no name"),
        ("b@one.example,,,", "is no name"),
        ("B\x07o Li,,,", "hidden character"),
        ("x" * 130 + ",,,", "too long"),
        ("the password is hunter2,,,", "looks like a password"),
    ],
)
def test_a_line_that_is_not_understood_says_why(line: str, reason: str) -> None:
    found = reading(f"Name,Email,Start date,End date\n{line}\nAnn Other,,,")
    [fault] = found.faults
    assert fault.line == 2 and reason in fault.reason and len(found.entries) == 1


@pytest.mark.policy("2.5")
def test_a_formula_in_a_name_is_words_and_goes_out_as_words() -> None:
    [entry] = reading("Name,Email\n=cmd|' /C calc'!A0,b@one.example").entries
    assert entry.name == "=cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("cell", "out"),
    [
        ("=1+1", "'=1+1"),
        ("+44 161", "+44 161"),
        ("-12.5", "-12.5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =x", "'  =x"),
        ("\uff1dx", "'\uff1dx"),
        ("\t=x", "'\t=x"),
        (";x", "';x"),
        ("|x", "'|x"),
        ("Bo Li", "Bo Li"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_work_out_is_made_text(cell: str, out: str) -> None:
    assert guarded(cell) == out


@pytest.mark.policy("2.5")
def test_lines_that_contradict_each_other_are_all_asked_about() -> None:
    found = reading(
        "Name,Email,Staff number\n"
        "Ann Other,same@one.example,1\nBo Li,same@one.example,2\n"
        "Cy Dee,c@one.example,3\nDi Eff,d@one.example,3\n"
        "Ed Fox,,\nEd Fox,e@one.example,\n"
        "Flo Gee,f@one.example,7\nFlo Gee,f@one.example,7\n"
    )
    assert [fault.line for fault in found.faults] == [2, 3, 4, 5, 6, 7]
    assert [entry.name for entry in found.entries] == ["Flo Gee"]
    assert "Lines 2, 3 have the same email address" in found.faults[0].reason


@pytest.mark.policy("2.5")
def test_two_posts_of_one_person_are_one_person() -> None:
    [entry] = reading(
        "Name,Email,Contract type,Start date,End date\n"
        "Ann Other,a@one.example,Permanent,1/9/2020,\nAnn Other,a@one.example,Fixed term,1/9/2019,31/8/2027\n"
        "Ann Other,a@one.example,Governor,1/1/2024,\n"
    ).entries
    said = [(post.kind, post.starts_on, post.ends_on) for post in entry.posts]
    assert said == [("employee", date(2019, 9, 1), None), ("governor", date(2024, 1, 1), None)]


def test_a_kind_that_is_not_known_is_read_as_the_one_that_was_chosen_and_said() -> None:
    found = reading("Name,Email,Kind\nAnn Other,,Supply\nBo Li,,Wizard\n", otherwise="volunteer")
    assert [entry.posts[0].kind for entry in found.entries] == ["agency", "volunteer"]
    assert found.unknown_kinds == ("Wizard",)
