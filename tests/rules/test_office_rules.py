"""Nobody names themselves, and nobody changes the office that watches over them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from forethought.founding.undone import Facts, undone
from forethought.people import numbers
from forethought.people import office_rules as rules
from forethought.people.models import Role

TODAY = date(2026, 11, 20)
PROPOSED = datetime(2026, 11, 20, 18, tzinfo=UTC)


def test_each_role_is_named_by_somebody() -> None:
    assert rules.BY_HEAD | rules.BY_GOVERNORS | {"union"} == set(Role.values)
    assert not rules.BY_HEAD & rules.BY_GOVERNORS
    assert rules.SINGLE | rules.NEEDED <= set(Role.values)


@pytest.mark.policy("7.2")
@pytest.mark.parametrize(
    ("role", "roles", "governors", "may"),
    [
        ("senior", {"head"}, True, True),
        ("lead", {"head"}, True, True),
        ("it", {"head"}, True, True),
        ("senior", {"chair"}, True, False),
        ("senior", {"senior"}, True, False),
        ("chair", {"head"}, True, False),
        ("chair", {"head"}, False, True),
        ("vice_chair", {"head"}, False, False),
        ("head", {"head"}, True, False),
        ("protection", {"head"}, True, False),
        ("head", {"chair"}, True, True),
        ("chair", {"clerk"}, True, True),
        ("chair", {"vice_chair"}, True, True),
        ("protection", {"trust_lead"}, True, True),
        ("head", {"protection"}, True, False),
        ("head", {"it"}, True, False),
        ("lead", set(), True, False),
    ],
)
def test_the_head_names_those_who_work_to_them_and_the_governors_the_rest(
    role: str, roles: set[str], governors: bool, may: bool
) -> None:
    assert rules.may_name(role, roles=roles, governors_here=governors) is may


@pytest.mark.policy("7.2")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"themselves": True}, "Nobody names themselves"),
        ({"left": True}, "have left"),
        ({"held": {"senior"}}, "hold that office already"),
        ({"roles": {"chair"}}, "The headteacher names"),
        ({"role": "chair", "roles": {"clerk"}, "held": {"head"}}, "cannot chair"),
        ({"role": "head", "roles": {"clerk"}, "held": {"chair"}}, "cannot chair"),
        ({"role": "chair"}, "for the governors"),
    ],
)
def test_why_somebody_is_not_named(changes: dict[str, object], said: str | None) -> None:
    case = {
        "role": "senior",
        "roles": {"head"},
        "governors_here": True,
        "themselves": False,
        "left": False,
        "held": set(),
        **changes,
    }
    found = rules.why_not_fill_office(case.pop("role"), **case)  # type: ignore[arg-type]
    assert (found is None) if said is None else (found is not None and said in found)


@pytest.mark.policy("7.2")
@pytest.mark.parametrize(
    ("role", "roles", "ended", "last", "said"),
    [
        ("senior", {"head"}, False, True, None),
        ("senior", {"head"}, True, True, "ended already"),
        ("senior", {"clerk"}, False, True, "The headteacher names"),
        ("lead", {"head"}, False, True, "cannot be without"),
        ("lead", {"head"}, False, False, None),
        ("chair", {"clerk"}, False, True, "cannot be without"),
        ("vice_chair", {"chair"}, False, True, None),
        ("head", {"head"}, False, True, "for the governors"),
        ("union", {"head"}, False, True, "with the policy"),
    ],
)
def test_an_office_that_a_school_cannot_be_without_is_handed_over(
    role: str, roles: set[str], ended: bool, last: bool, said: str | None
) -> None:
    found = rules.why_not_end_office(role, roles=roles, governors_here=True, ended=ended, last=last)
    assert (found is None) if said is None else (found is not None and said in found)


@pytest.mark.parametrize(
    ("left", "account", "password", "lately", "may"),
    [
        (False, True, False, False, True),
        (True, True, False, False, False),
        (False, False, False, False, False),
        (False, True, True, False, False),
        (False, True, False, True, False),
    ],
)
def test_somebody_is_told_how_to_sign_in_while_they_never_have(
    left: bool, account: bool, password: bool, lately: bool, may: bool
) -> None:
    found = rules.why_not_invite(left=left, has_account=account, has_password=password, lately=lately)
    assert (found is None) is may


# --- Numbers ---


@pytest.mark.policy("6.5", "8.7")
@pytest.mark.parametrize(
    ("checked", "old"),
    [(TODAY, False), (TODAY - timedelta(days=366), False), (TODAY - timedelta(days=367), True), (None, True)],
)
def test_a_number_is_to_be_checked_again_after_a_year(checked: date | None, old: bool) -> None:
    kept = {"lado": {"name": "LADO", "number": "0123", "checked_on": checked.isoformat() if checked else "never"}}
    assert (numbers.stale(kept, TODAY) == ["The designated officer (LADO)"]) is old


@pytest.mark.policy("6.5", "8.7")
def test_the_needed_numbers_are_missed_until_they_are_there() -> None:
    needed = [one for one in numbers.NUMBERS if one.needed]
    assert numbers.missing({}) == [one.label for one in needed]
    assert numbers.missing({one.key: {"number": "1"} for one in needed}) == []
    assert numbers.why_not_checked(checked_on=TODAY, today=TODAY) is None
    assert numbers.why_not_checked(checked_on=TODAY + timedelta(days=1), today=TODAY) is not None


# --- What is undone ---

EVERYTHING = Facts(
    mail_arrives=False,
    staffroom_code=False,
    key_copied=False,
    shares_made=False,
    policy_in_force=False,
    closed_to_come=False,
    only_officers=True,
    without_password=2,
    missing=("The school office", "LADO"),
    stale=("CEOP",),
    gaps=("What is about the chair.",),
)


@pytest.mark.policy("2.5", "3.7")
def test_what_is_undone_stands_with_its_way_and_goes_when_it_is_done() -> None:
    lines = undone(EVERYTHING, {"head"})
    assert len(lines) == 11
    assert lines[0].text == "What is about the chair."
    assert undone(Facts(), {"head", "chair", "lead", "clerk"}) == []
    assert all(one.href.startswith("/") for one in lines)


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("role", "count"), [("head", 11), ("chair", 2), ("clerk", 2), ("lead", 2), ("senior", 0), ("it", 0)]
)
def test_only_whoever_may_do_it_sees_it(role: str, count: int) -> None:
    assert len(undone(EVERYTHING, {role})) == count


# --- Who chairs ---


@pytest.mark.policy("7.2")
@pytest.mark.parametrize(("role", "seconds", "alone"), [("chair", 0, True), ("chair", 1, False), ("clerk", 3, True)])
def test_who_chairs_is_never_one_persons_word_while_there_is_a_second(role: str, seconds: int, alone: bool) -> None:
    assert (rules.why_not_alone(role, seconds=seconds) is None) is alone


@pytest.mark.policy("7.2")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"at": PROPOSED + rules.CHAIR_WAITS - timedelta(seconds=1)}, None),
        ({"at": PROPOSED + rules.CHAIR_WAITS}, "does not wait"),
        ({"open_now": False}, "does not wait"),
        ({"themselves": True}, "Nobody names themselves"),
        ({"proposed_it": True}, "Somebody else confirms"),
        ({"is_second": False}, "once in office for 14 days"),
    ],
)
def test_a_second_of_the_board_or_the_head_confirms_who_chairs(changes: dict[str, object], said: str | None) -> None:
    case = {
        "is_second": True,
        "proposed_it": False,
        "themselves": False,
        "open_now": True,
        "proposed_at": PROPOSED,
        "at": PROPOSED,
        **changes,
    }
    found = rules.why_not_confirm_chair(**case)  # type: ignore[arg-type]
    assert (found is None) if said is None else (found is not None and said in found)
