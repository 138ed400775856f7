"""The law register, the watch list and what is read beside them: complete, plain, and honest about how sure it is."""

import re
import sys
from dataclasses import FrozenInstanceError
from datetime import date
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from forethought.policies.clauses import clauses
from forethought.reviews import register
from forethought.reviews.register import BadRegister, Certainty, Kind, Law, Status, Watch, due_watch, laws, laws_beside
from forethought.reviews.rules import Trigger

sys.path.append(str(Path(__file__).resolve().parents[1] / "house"))
from test_reading_age import SENTENCE_END, grade_of, words_of

HARDEST_GRADE = 8
LONGEST_SENTENCE = 27  # words

LAWS = list(laws().values())
WATCHED = {item.key: item for item in register.watch_list()}

each_law = pytest.mark.parametrize("law", LAWS, ids=lambda law: law.key)


def texts() -> list[str]:
    """What a person reads, names and titles apart."""
    return [
        *(law.governs for law in LAWS),
        *(item.what for item in register.watch_list()),
        *(linked.use for linked in register.linked_policies()),
        *(edition.to_read for edition in register.guidance()),
    ]


# --- What is shipped ---


@pytest.mark.policy("11.1")
@pytest.mark.parametrize("took_over", ["ipa-2016", "si-2018-356"])
def test_the_act_of_2000_is_superseded_in_part_and_leads_to_what_took_over(took_over: str) -> None:
    ripa = laws()["ripa-2000"]

    assert ripa.status is Status.SUPERSEDED_IN_PART
    assert took_over in ripa.superseded_by
    assert laws()[took_over].link.startswith("https://www.legislation.gov.uk/")
    assert took_over in [law.key for law in laws_beside("10.1")]


@pytest.mark.policy("11.1")
@pytest.mark.parametrize(
    "citation",
    # The five that older policies list, and those that they miss (clauses.md 11.1).
    """
    2000 c. 23 | 2018 c. 12 | 1998 c. 42 | 2010 c. 15 | 2013 c. 26 | 2016 c. 25 | SI 2018/356 | 2025 c. 18
    | SI 2013/3028 | 1997 c. 40 | 1988 c. 27 | 2003 c. 21 | 2023 c. 50 | 1990 c. 18 | 1978 c. 37 | 2003 c. 42
    | 1988 c. 48 | 1999 c. 26 | 1996 c. 18 | 2025 c. 36 | 2002 c. 32 | 2006 c. 40 | 2026 c. 20 | 2026 c. 21
    | 1992 c. 52 | SI 2002/2013 | SI 2009/2680
    """.replace("\n", " ").split(" | "),
)
def test_every_law_that_matters_here_is_in_the_register(citation: str) -> None:
    assert citation.strip() in [law.citation for law in LAWS]


@pytest.mark.policy("11.1")
def test_the_name_that_no_law_has_leads_to_three_that_exist() -> None:
    assert laws()["gdpr-2018"].status is Status.SUPERSEDED
    assert laws()["gdpr-2018"].superseded_by == ("uk-gdpr", "dpa-2018", "duaa-2025")


@each_law
def test_a_law_points_to_clauses_and_laws_that_exist(law: Law) -> None:
    assert set(law.clauses) <= set(clauses())
    assert set(law.superseded_by) <= set(laws()) - {law.key}


@each_law
def test_a_law_fits_the_row_in_which_a_school_corrects_it(law: Law) -> None:
    assert len(law.key) <= 60
    assert len(law.name) <= 200 and len(law.citation) <= 200
    assert len(law.status) <= 20 and len(", ".join(law.superseded_by)) <= 200
    assert len(law.governs) <= 1000 and len(law.link) <= 300
    assert date(2026, 11, 25) < law.review_on < date(2028, 1, 1), "Somebody looks again, and not too late."


@pytest.mark.parametrize(
    "link", [law.link for law in LAWS if law.link] + [edition.link for edition in register.guidance()]
)
def test_every_link_is_https_and_official(link: str) -> None:
    address = urlsplit(link)

    assert address.scheme == "https"
    assert address.netloc in {"www.legislation.gov.uk", "www.gov.uk", "caselaw.nationalarchives.gov.uk"}


@pytest.mark.parametrize("law", [law for law in LAWS if "legislation.gov.uk" in law.link], ids=lambda law: law.key)
def test_a_link_agrees_with_the_citation(law: Law) -> None:
    kind, year, number = urlsplit(law.link).path.split("/")[1:4]

    if kind == "ukpga":
        assert law.kind is Kind.ACT
        assert law.citation.split(",")[0] == f"{year} c. {number}"
        assert year in law.name
    elif kind == "uksi":
        assert law.kind is Kind.REGULATIONS
        assert law.citation == f"SI {year}/{number}"
    else:
        assert law.kind is Kind.RETAINED and f"{year}/{number}" in law.citation


@pytest.mark.parametrize(
    "key",
    ["uk-gdpr", "hra-1998", "equality-2010", "soa-2003", "employment-1996", "union-1992", "staffing-2009", "cdpa-1988"],
)
def test_law_that_nobody_here_has_read_says_so(key: str) -> None:
    assert laws()[key].certainty is Certainty.MEMORY
    assert "check before relying" in laws()[key].certainty


@pytest.mark.policy("11.1")
def test_a_duty_without_a_start_date_is_not_said_to_be_in_force() -> None:
    law = laws()["crime-2026-reporting"]

    assert law.status is Status.NOT_COMMENCED
    assert "No start date was found" in law.governs
    assert "6.5" in law.clauses


@pytest.mark.policy("11.1")
@pytest.mark.parametrize("clause_id", list(clauses()))
def test_only_the_few_closest_laws_stand_beside_a_screen(clause_id: str) -> None:
    beside = laws_beside(clause_id)
    places = [law.clauses.index(clause_id) for law in beside]

    assert len(beside) <= register.MOST_BESIDE
    assert places == sorted(places)
    assert Status.SUPERSEDED not in [law.status for law in beside]


@pytest.mark.policy("11.1")
@pytest.mark.parametrize(
    ("clause_id", "keys"),
    [
        ("9.5", ["relations-1999", "staffing-2009", "acas-code"]),
        ("9.3", ["higgs-2025", "uk-gdpr", "hra-1998"]),
        ("8.5", []),
        ("99.9", []),
    ],
)
def test_the_closest_law_stands_first(clause_id: str, keys: list[str]) -> None:
    assert [law.key for law in laws_beside(clause_id)] == keys


@pytest.mark.policy("3.2")
def test_the_policies_that_go_with_this_one_are_named() -> None:
    keys = "conduct behaviour bullying disciplinary it-use equality safeguarding whistleblowing data-protection"

    assert [linked.key for linked in register.linked_policies()] == keys.split()
    assert all(len(linked.key) <= 40 and len(linked.name) <= 120 for linked in register.linked_policies())


@pytest.mark.policy("6.4")
def test_the_newest_guidance_comes_first_and_is_read_in_full() -> None:
    newest, before = register.guidance()

    assert (newest.in_force_on, before.in_force_on) == (date(2026, 9, 1), date(2025, 9, 1))
    assert newest.to_read.startswith("Read Part one in full.")
    assert newest.certainty is Certainty.HEARD
    assert all(len(one.name) <= 120 and len(one.to_read) <= 500 for one in register.guidance())


def test_nothing_can_be_changed_once_it_is_read() -> None:
    with pytest.raises(FrozenInstanceError):
        laws()["osa-2023"].status = Status.UNKNOWN  # type: ignore[misc]
    with pytest.raises(TypeError):
        laws()["osa-2023"] = laws()["cma-1990"]  # type: ignore[index]


# --- The watch list ---


@pytest.mark.policy("10.2")
@pytest.mark.parametrize(
    ("key", "trigger", "when"),
    [
        ("kcsie", Trigger.GUIDANCE, "1 September each year"),
        ("filtering", Trigger.GUIDANCE, "1 October each year"),
        ("ofcom-codes", Trigger.GUIDANCE, "1 February each year"),
        ("higgs", Trigger.CASE_LAW, "1 March each year"),
        ("copying-images", Trigger.LAW, "29 June 2026"),
        ("48-hours", Trigger.LAW, "29 June 2026"),
        ("reporting-duty", Trigger.LAW, register.NO_DATE),
        ("outsiders", Trigger.LAW, "1 October 2026"),
        ("time-limits", Trigger.LAW, "1 October 2026"),
        ("unfair-dismissal", Trigger.LAW, "1 January 2027"),
        ("data-complaints", Trigger.LAW, "19 June 2026"),
        ("sharing-duty", Trigger.LAW, "1 September 2026"),
        ("under-16", Trigger.LAW, register.NO_DATE),
    ],
)
def test_the_watch_list_says_what_changes_and_when(key: str, trigger: Trigger, when: str) -> None:
    assert (WATCHED[key].trigger, WATCHED[key].when) == (trigger, when)


@pytest.mark.parametrize("item", WATCHED.values(), ids=lambda item: item.key)
def test_what_is_watched_touches_clauses_and_laws_that_exist(item: Watch) -> None:
    assert item.clauses and set(item.clauses) <= set(clauses())
    assert not item.law or item.law in laws()
    assert len(f"{item.title}. {item.what}") <= 500, "A review keeps it as what called for it."
    assert item.certainty is not Certainty.READ


@pytest.mark.parametrize(
    ("key", "words"),
    [("outsiders", "the exact day"), ("sharing-duty", "the exact day"), ("time-limits", "was not confirmed")],
)
def test_a_date_that_nobody_is_sure_of_says_so(key: str, words: str) -> None:
    assert words in WATCHED[key].what


def watched(*, on: date | None = None, each: str = "") -> Watch:
    return Watch("one", "One", Trigger.LAW, on, each, "Look.", ("8.3",), Certainty.HEARD, law="")


JUNE = watched(on=date(2026, 6, 29))
SEPTEMBER = watched(each="09-01")
LEAP_DAY = watched(each="02-29")
NEW_YEAR = watched(each="01-01")


@pytest.mark.policy("10.2")
@pytest.mark.parametrize(
    ("item", "since", "until", "due"),
    [
        # A date: the day before, on it, the day after.
        (JUNE, "2026-06-28", "2026-06-29", ["2026-06-29"]),
        (JUNE, "2026-06-27", "2026-06-28", []),
        (JUNE, "2026-06-29", "2026-06-30", []),
        (JUNE, "2026-06-29", "2026-06-29", []),
        (JUNE, "2020-01-01", "2030-01-01", ["2026-06-29"]),
        (JUNE, "2026-06-30", "2026-06-28", []),
        (SEPTEMBER, "2027-01-01", "2026-01-01", []),
        # Each year.
        (SEPTEMBER, "2026-08-31", "2026-09-01", ["2026-09-01"]),
        (SEPTEMBER, "2026-09-01", "2026-09-01", []),
        (SEPTEMBER, "2026-09-01", "2027-08-31", []),
        (SEPTEMBER, "2026-09-01", "2027-09-01", ["2027-09-01"]),
        (SEPTEMBER, "2024-09-01", "2027-12-31", ["2025-09-01", "2026-09-01", "2027-09-01"]),
        # Over the end of a year.
        (NEW_YEAR, "2026-12-31", "2027-01-01", ["2027-01-01"]),
        (NEW_YEAR, "2026-12-30", "2026-12-31", []),
        (watched(each="12-31"), "2026-12-30", "2027-01-01", ["2026-12-31"]),
        # 29 February, in a leap year, in other years, and in 2100, which is none.
        (LEAP_DAY, "2028-02-27", "2028-02-28", []),
        (LEAP_DAY, "2028-02-28", "2028-02-29", ["2028-02-29"]),
        (LEAP_DAY, "2027-02-27", "2027-02-28", ["2027-02-28"]),
        (LEAP_DAY, "2027-02-28", "2027-03-01", []),
        (LEAP_DAY, "2027-02-01", "2029-03-01", ["2027-02-28", "2028-02-29", "2029-02-28"]),
        (LEAP_DAY, "2100-02-01", "2100-03-01", ["2100-02-28"]),
        # No date yet.
        (watched(), "2000-01-01", "2100-01-01", []),
    ],
)
def test_a_watched_change_falls_due_once_after_the_one_day_and_up_to_the_other(
    item: Watch, since: str, until: str, due: list[str]
) -> None:
    assert [str(day) for day in due_watch(item, date.fromisoformat(since), date.fromisoformat(until))] == due


@pytest.mark.policy("10.2")
def test_day_by_day_nothing_is_missed_and_nothing_comes_twice() -> None:
    days = [date.fromordinal(day) for day in range(date(2026, 1, 1).toordinal(), date(2029, 1, 1).toordinal() + 1)]
    for item in (*register.watch_list(), LEAP_DAY):
        step_by_step = [due for since, until in pairwise(days) for due in due_watch(item, since, until)]

        assert tuple(step_by_step) == due_watch(item, days[0], days[-1])


# --- The words ---


def test_the_register_can_be_read_by_a_twelve_year_old() -> None:
    assert grade_of([sentence for text in texts() for sentence in SENTENCE_END.split(text)]) <= HARDEST_GRADE


@pytest.mark.parametrize("text", texts())
def test_what_a_person_reads_is_in_short_whole_sentences(text: str) -> None:
    assert text.endswith(".")
    for sentence in SENTENCE_END.split(text):
        assert len(words_of(sentence)) <= LONGEST_SENTENCE, sentence


def test_nobody_is_judged_and_the_words_are_those_of_the_house() -> None:
    said = " ".join([*texts(), *(law.name for law in LAWS), *(item.title for item in register.watch_list())]).lower()

    assert not re.search("offender|culprit|victim|perpetrator|students|lead safeguarding officer", said)


# --- What the reader refuses ---

HEARD = {"certainty": '"second hand"'}
ABOUT = {"clauses": '["8.3"]', **HEARD}
LAW = {
    **{"key": '"one-law"', "name": '"One Act"', "citation": '"2000 c. 1"', "kind": '"act"', "status": '"in_force"'},
    **{"governs": '"It governs this."', "link": '"https://www.legislation.gov.uk/ukpga/2000/1"', **ABOUT},
    "review_on": "2027-09-01",
}
WATCH = {
    **{"key": '"one-change"', "title": '"One change"', "trigger": '"law"', "on": "2026-06-29"},
    **{"what": '"Look at it."', "law": '"one-law"', **ABOUT},
}
LINKED = {"key": '"conduct"', "name": '"Code of conduct"', "use": '"It says what is asked."'}
EDITION = {
    **{"key": '"edition"', "name": '"Edition"', "in_force_on": "2026-09-01", "to_read": '"Read it."'},
    **{"link": '"https://www.gov.uk/edition"', **HEARD},
}
WHOLE = [("law", LAW), ("watch", WATCH), ("linked", LINKED), ("guidance", EDITION)]

Entries = list[tuple[str, dict[str, str]]]


def a_file(entries: Entries) -> str:
    return "\n".join(
        "\n".join([f"[[{table}]]", *(f"{field} = {value}" for field, value in row.items())]) for table, row in entries
    )


def but(table: str, /, **fields: str | None) -> Entries:
    """The small register with one entry changed; None leaves the field out."""
    return [
        (name, {key: value for key, value in {**row, **fields}.items() if value is not None} if name == table else row)
        for name, row in WHOLE
    ]


def test_the_small_register_of_these_tests_is_read() -> None:
    found = register.read(a_file(WHOLE))

    assert list(found.laws) == ["one-law"]
    assert [item.key for item in found.watch] == ["one-change"]
    assert found.laws["one-law"].superseded_by == ()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"key": '"One Law"'}, "a key is made of small letters, digits and hyphens"),
        ({"key": None}, "key is missing or empty"),
        ({"name": '"  "'}, "name is missing or empty"),
        ({"name": "7"}, "name is not text"),
        ({"kind": '"bill"'}, "kind cannot be 'bill'"),
        ({"status": '"old"'}, "status cannot be 'old'"),
        ({"certainty": '"sure"'}, "certainty cannot be 'sure'"),
        ({"governs": '"It governs this"'}, "governs does not end with a full stop"),
        ({"clauses": '["8.9"]'}, "the policy has no clause 8.9"),
        ({"clauses": '["8.3", "8.3"]'}, "clauses names something twice"),
        ({"clauses": '"8.3"'}, "clauses is not a list of texts"),
        ({"clauses": "[8.3]"}, "clauses is not a list of texts"),
        ({"clauses": "[]"}, "it is shown beside some clause"),
        ({"link": '"http://www.legislation.gov.uk/ukpga/2000/1"'}, "link is not an https address"),
        ({"link": '"https://legislation.example/ukpga/2000/1"'}, "link is not an https address"),
        ({"link": '"https://example/www.gov.uk"'}, "link is not an https address"),
        ({"link": '"https://notgov.uk/"'}, "link is not an https address"),
        ({"review_on": None}, "review_on is missing"),
        ({"review_on": '"2027-09-01"'}, "review_on is not a date"),
        ({"review_on": "2027-09-01T09:00:00"}, "review_on is not a date"),
        ({"status": '"superseded_in_part"'}, "superseded_by is there when, and only when"),
        ({"superseded_by": '["one-law"]'}, "superseded_by is there when, and only when"),
        ({"status": '"superseded_in_part"', "superseded_by": '["other"]'}, "the register has no law other"),
        ({"status": '"superseded_in_part"', "superseded_by": '["one-law"]'}, "it cannot take over from itself"),
        ({"status": '"superseded"', "superseded_by": '["one-law"]'}, "unless it is wholly superseded"),
        ({"colour": '"red"'}, "colour should not be there"),
    ],
)
def test_a_law_that_does_not_fit_is_refused(fields: dict[str, str | None], sentence: str) -> None:
    with pytest.raises(BadRegister, match=re.escape(sentence)):
        register.read(a_file(but("law", **fields)))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"each": '"09-01"'}, "it comes on a date or each year, not both"),
        ({"on": None, "each": '"02-30"'}, "'02-30' is not a day of the year"),
        ({"on": None, "each": '"13-01"'}, "'13-01' is not a day of the year"),
        ({"on": None, "each": '"9-1"'}, "'9-1' is not a day of the year"),
        ({"on": None, "each": '"2026-09-01"'}, "is not a day of the year"),
        ({"on": '"29 June"'}, "on is not a date"),
        ({"trigger": '"rumour"'}, "trigger cannot be 'rumour'"),
        ({"trigger": '"incident"'}, "no incident can be foreseen"),
        ({"clauses": "[]"}, "it touches at least one clause"),
        ({"law": '"other"'}, "the register has no law other"),
        ({"what": None}, "what is missing or empty"),
        ({"due": "2026-06-29"}, "due should not be there"),
    ],
)
def test_a_watched_change_that_does_not_fit_is_refused(fields: dict[str, str | None], sentence: str) -> None:
    with pytest.raises(BadRegister, match=re.escape(sentence)):
        register.read(a_file(but("watch", **fields)))


@pytest.mark.parametrize("fields", [{"on": None}, {"on": None, "each": '"02-29"'}, {"law": None}])
def test_a_watched_change_may_lack_a_date_or_a_law(fields: dict[str, str | None]) -> None:
    assert len(register.read(a_file(but("watch", **fields))).watch) == 1


@pytest.mark.parametrize(
    ("table", "fields", "sentence"),
    [
        ("linked", {"use": None}, "use is missing or empty"),
        ("linked", {"link": '"https://www.gov.uk/"'}, "link should not be there"),
        ("guidance", {"link": None}, "link is missing or empty"),
        ("guidance", {"in_force_on": None}, "in_force_on is missing"),
        ("guidance", {"to_read": '"Read it"'}, "to_read does not end with a full stop"),
    ],
)
def test_what_is_read_beside_it_is_checked_too(table: str, fields: dict[str, str | None], sentence: str) -> None:
    with pytest.raises(BadRegister, match=re.escape(sentence)):
        register.read(a_file(but(table, **fields)))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("this is = not TOML", "is not TOML"),
        ("", "has no [[law]]"),
        (a_file(WHOLE[:1]), "has no [[watch]]"),
        ("law = 7", "has no [[law]]"),
        (a_file([*WHOLE, ("judge", LINKED)]), "has no table called judge"),
        (a_file([*WHOLE, ("law", LAW)]), "law one-law: it stands twice"),
        (a_file([*WHOLE, ("guidance", {**EDITION, "key": '"b"', "in_force_on": "2027-09-01"})]), "newest guidance"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(source: str, sentence: str) -> None:
    with pytest.raises(BadRegister, match=re.escape(sentence)):
        register.read(source)
