"""The questions before a school goes live: what makes an answer usable, and what nobody could handle yet."""

import smtplib
import socket
import ssl
from datetime import date
from typing import Any

import pytest

from forethought.founding import closed, gaps, mail_faults, rules
from forethought.people.models import Kind, Role
from installer.answers import MOST_ASKED

SMALL: dict[str, dict[str, Any]] = {
    "school": {"name": "Mosside School", "urn": "123456", "phase": "primary", "run_by": "authority", "runs": "Here"},
    "head": {
        "head_name": "Hester Vale",
        "head_email": "hester@mosside.example",
        "lead_name": "Hester Vale",
        "lead_email": "Hester@mosside.example",
    },
    "governors": {"chair_name": "Corin Blythe", "chair_email": "corin@mosside.example"},
}


def test_installer_and_browser_together_ask_ten_questions_and_no_more() -> None:
    assert len(rules.QUESTIONS) + MOST_ASKED <= rules.MOST_QUESTIONS == 10
    assert len({one.key for one in (*rules.QUESTIONS, *rules.TOLD)}) == len(rules.QUESTIONS) + len(rules.TOLD)


def test_what_can_wait_says_what_does_not_work_until_then() -> None:
    assert [one.key for one in rules.QUESTIONS if one.needed] == ["school", "head", "governors"]
    assert all(bool(one.until) is not one.needed for one in rules.QUESTIONS)


def test_each_office_that_is_asked_for_is_a_role_and_each_kind_an_engagement() -> None:
    offices = [one for found in rules.OFFICES.values() for one in found]
    assert {one.role for one in offices} <= set(Role.values)
    assert {one.kind for one in offices} <= set(Kind.values)
    assert len({one.field for one in offices}) == len(offices)


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("urn", "fits"),
    [
        ("123456", True),
        ("100000", True),
        ("999999", True),
        ("012345", False),
        ("12345", False),
        ("1234567", False),
        ("12345a", False),
        ("١٢٣٤٥٦", False),
        ("", False),
    ],
)
def test_a_urn_has_six_figures(urn: str, fits: bool) -> None:
    assert (rules.why_not_urn(urn) is None) is fits


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("run_by", "runs", "said"),
    [
        ("authority", "", "local authority"),
        ("trust", "", "trust"),
        ("other", "", None),
        ("trust", "A Trust", None),
        ("", "", None),
    ],
)
def test_whoever_runs_a_school_is_named(run_by: str, runs: str, said: str | None) -> None:
    found = rules.why_not_runs(run_by=run_by, runs=runs)
    assert (found is None) if said is None else (found is not None and said in found)


KNOWN = {"jo@oak.example": "Jo Rowe"}


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("name", "email", "needed", "said"),
    [
        ("", "", False, None),
        ("", "", True, "name and email"),
        ("Ann Lee", "ann@oak.example", True, None),
        ("Ann Lee", "", False, "email address"),
        ("", "ann@oak.example", False, "write their name"),
        ("", "jo@oak.example", True, None),
        ("", "Jo@Oak.example", True, None),
        ("jo rowe", "jo@oak.example", True, None),
        ("Ann Lee", "jo@oak.example", True, "by another name"),
    ],
)
def test_somebody_is_named_once_and_known_by_their_address(
    name: str, email: str, needed: bool, said: str | None
) -> None:
    found = rules.why_not_named(name=name, email=email, label="Clerk", needed=needed, known=KNOWN)
    assert (found is None) if said is None else (found is not None and said in found)


@pytest.mark.policy("7.2", "8.3")
@pytest.mark.parametrize(
    ("answer", "approach", "fits"),
    [(4, 4, True), (1, 1, True), (9, 12, True), (0, 4, False), (10, 4, False), (4, 0, False), (4, 13, False)],
)
def test_hours_keep_within_their_bounds(answer: int, approach: int, fits: bool) -> None:
    assert (rules.why_not_hours(answer_hours=answer, approach_hours=approach) is None) is fits


@pytest.mark.policy("8.3")
def test_closed_days_are_read_as_people_write_them() -> None:
    text = "Half-term: 26 10 2026 to 30 10 2026\n\nTraining: 1/9/2026\nChristmas: 21 Dec 2026 – 1 January 2027\n"
    found = closed.read_closed(text)
    assert [one.name for one in found] == ["Training", "Half-term", "Christmas"]
    assert found[0].starts_on == found[0].ends_on == date(2026, 9, 1)
    assert found[2].ends_on == date(2027, 1, 1)
    assert closed.read_closed(closed.written_closed(found)) == found


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Half-term 26 10 2026 to 30 10 2026", "Line 1: write it like"),
        ("Half-term: then", "Line 1: write both days"),
        ("A: 1 9 2026\nB: 30 10 2026 to 26 10 2026", "Line 2: the last day"),
        ("Summer: 20 7 2026 to 2 9 2027", "Check the years"),
        ("A: 31 2 2026", "write both days"),
        (": 1 9 2026", "write it like"),
        ("x" * 61 + ": 1 9 2026", "shorter name"),
        ("A: 1 9 2026 to 2 9 2026 to 3 9 2026", "write it like"),
        ("\n".join(["A: 1 9 2026"] * 41), "40 lines"),
    ],
)
def test_a_line_of_closed_days_that_cannot_be_read_is_named(text: str, said: str) -> None:
    found = closed.why_not_closed(text)
    assert found is not None
    assert said in found


def test_the_next_question_is_the_first_that_nobody_answered() -> None:
    assert rules.next_question({}) == "school"
    assert rules.next_question(SMALL) == "officers"
    assert rules.next_question(SMALL, after="officers") == "duty"
    assert rules.next_question(SMALL, after="policy") == "", "nobody is asked for it, so it leads back to the check"
    rest = {one.key: {"later": True} for one in rules.QUESTIONS[3:]}
    assert rules.next_question({**SMALL, **rest}) == ""
    without_head = {key: said for key, said in {**SMALL, **rest}.items() if key != "head"}
    assert rules.next_question(without_head, after="shares") == "head"


@pytest.mark.policy("2.5", "7.2")
def test_a_school_goes_live_once_reports_reach_somebody_whoever_they_are_about() -> None:
    assert rules.why_not_open(SMALL) is None
    for key in SMALL:
        found = rules.why_not_open({one: said for one, said in SMALL.items() if one != key})
        assert found is not None
    assert rules.why_not_open({**SMALL, "head": {"later": True}}) is not None
    without_lead = {name: said for name, said in SMALL["head"].items() if not name.startswith("lead_")}
    assert rules.why_not_open({**SMALL, "head": without_lead}) is not None


@pytest.mark.parametrize(
    ("demonstration", "one_school", "founded", "may"),
    [
        (False, True, False, True),
        (False, True, True, False),
        (False, False, True, True),
        (True, False, False, False),
    ],
)
def test_a_link_founds_the_first_school_and_more_only_on_postgresql(
    demonstration: bool, one_school: bool, founded: bool, may: bool
) -> None:
    found = rules.why_not_set_up(demonstration=demonstration, one_school=one_school, founded=founded)
    assert (found is None) is may


def test_one_person_of_several_offices_stays_one_person() -> None:
    plan = rules.plan_of(SMALL)
    merged = rules.merged(plan.people)
    assert [one.role for one in merged["hester@mosside.example"]] == ["head", "lead"]
    assert {one.name for one in merged["hester@mosside.example"]} == {"Hester Vale"}
    assert plan.holder("chair") is not None
    assert plan.answer_hours == plan.approach_hours == 4
    assert plan.model_text, "the model policy is the usual"
    assert not rules.plan_of({**SMALL, "policy": {"text": "own"}}).model_text


def test_of_somebody_named_before_the_address_is_enough() -> None:
    said = {**SMALL, "officers": {"protection_name": "", "protection_email": "CORIN@mosside.example"}}
    officer = rules.plan_of(said).holder("protection")
    assert officer is not None
    assert officer.name == "Corin Blythe"


def test_shares_and_mail_count_only_once_they_came_back() -> None:
    said = {**SMALL, "shares": {"salt": "aa", "proof": "bb", "ends": ["1", "2", "3"]}, "mail": {"to": "a@b.example"}}
    assert rules.plan_of(said).proof == ""
    assert not rules.plan_of(said).mail_arrives
    came = {**said, "shares": {**said["shares"], "proved": True}, "mail": {"proved": True}}
    assert rules.plan_of(came).proof == "bb"
    assert rules.plan_of(came).mail_arrives


@pytest.mark.policy("7.2")
def test_shares_need_two_people() -> None:
    officer = {"protection_name": "Grace Ade", "protection_email": "grace@dpo.example"}
    same = {"protection_name": "", "protection_email": "corin@mosside.example"}
    assert rules.why_not_shares(rules.plan_of(SMALL)) is not None
    assert rules.why_not_shares(rules.plan_of({**SMALL, "officers": same})) is not None
    assert rules.why_not_shares(rules.plan_of({**SMALL, "officers": officer})) is None


def people(**roles: str) -> rules.Plan:
    """A plan with one person of each role given; the value is who."""
    named = [rules.Named(role, who, f"{who}@oak.example", "employee") for role, who in roles.items()]
    return rules.Plan(name="Oak", people=tuple(named))


WHOLE = {"head": "a", "senior": "b", "lead": "c", "deputy_lead": "d", "chair": "e", "vice_chair": "f"}


@pytest.mark.policy("7.2", "6.5")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"vice_chair": None}, ["vice-chair"]),
        ({"vice_chair": "e"}, ["vice-chair"]),
        ({"chair": "a", "vice_chair": None}, ["about the headteacher. Name a chair"]),
        ({"chair": "a"}, []),
        ({"lead": "a", "deputy_lead": None}, ["only lead"]),
        ({"lead": "a"}, []),
        ({"deputy_lead": None}, []),
        ({"senior": None, "lead": "a", "deputy_lead": None}, ["only lead", "while the headteacher is away"]),
        ({"senior": None}, []),
    ],
)
def test_what_nobody_could_handle_is_said_with_whom_to_name(changes: dict[str, str | None], said: list[str]) -> None:
    held = {role: who for role, who in {**WHOLE, **changes}.items() if who is not None}
    found = gaps.gaps(people(**held))
    for words in said:
        assert any(words in one for one in found), found
    if not said:
        assert found == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (smtplib.SMTPAuthenticationError(535, b"no"), "(It answered 535.)"),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"a@b.example unknown")}), "to that address"),
        (smtplib.SMTPSenderRefused(553, b"no", "x"), "sends from"),
        (smtplib.SMTPNotSupportedError("no starttls"), "TLS"),
        (smtplib.SMTPServerDisconnected("gone"), "hung up"),
        (smtplib.SMTPDataError(451, b"later"), "(It answered 451.)"),
        (ssl.SSLError("bad"), "certificate"),
        (socket.gaierror(-2, "unknown"), "name was found"),
        (ConnectionRefusedError(), "Nobody answers"),
        (TimeoutError(), "ten seconds"),
        (OSError("no route"), "could not be reached"),
        (ValueError("header"), "could not be sent"),
    ],
)
def test_a_mail_server_that_refuses_is_explained_without_its_own_words(error: Exception, said: str) -> None:
    found = mail_faults.why_mail_failed(error)
    assert said in found
    assert "b.example" not in found
