"""A list beside the people who are here (reliability.md 7, cases 74 to 79)."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest

from forethought.directory.comparing import Engaged, Known, Plan, compare, why_not_import
from forethought.directory.entries import Entry, Fault, Post

TODAY = date(2026, 11, 29)
DAY = timedelta(days=1)
WORKS = Post("employee", None, None)


def known(name: str, **more: object) -> Known:
    kinds = more.pop("kinds", ("employee",))
    engaged = tuple(Engaged(uuid.uuid4(), kind, TODAY - 300 * DAY, None) for kind in kinds)  # type: ignore[attr-defined]
    said: dict[str, object] = {"email": f"{name.split()[0].lower()}@one.example", "engaged": engaged, **more}
    return Known(id=uuid.uuid4(), name=name, **said)  # type: ignore[arg-type]


def entry(name: str, line: int = 2, *, email: str | None = None, number: str = "", **more: object) -> Entry:
    address = f"{name.split()[0].lower()}@one.example" if email is None else email
    return Entry(line, number, name, address, more.get("posts", (WORKS,)))  # type: ignore[arg-type]


def plan(entries: list[Entry], people: list[Known], **more: object) -> Plan:
    said: dict[str, object] = {"today": TODAY, "first_day": TODAY, **more}
    return compare(entries, more.pop("faults", ()), people, **{k: v for k, v in said.items() if k != "faults"})  # type: ignore[arg-type]


ANN, BO, CY = known("Ann Other"), known("Bo Li"), known("Cy Dee")


@pytest.mark.policy("2.5")
def test_the_same_list_again_changes_nothing() -> None:
    found = plan([entry("Ann Other"), entry("BO LI", email="BO@one.example")], [ANN, BO], everybody=["employee"])
    assert found.empty and found.unchanged == (ANN, BO)


@pytest.mark.policy("2.5")
def test_somebody_new_joins_from_the_day_that_the_list_or_its_bringer_says() -> None:
    later = Post("agency", TODAY + 9 * DAY, None)
    found = plan([entry("Di Eff"), entry("Ed Fox", 3, posts=(later,))], [ANN])
    assert [one.posts for one in found.joiners] == [(Post("employee", TODAY, None),), (later,)]


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (entry("Ann Newname", email="ann@one.example"), [("name", "Ann Other", "Ann Newname")]),
        (entry("Ann Other", email="new@one.example"), [("email", "ann@one.example", "new@one.example")]),
        (entry("Ann Other", email=""), []),
        (entry("Ann Other", posts=(Post("governor", None, None),)), [("engaged", "", "governor")]),
        (entry("Ann Other", posts=(Post("employee", None, TODAY + DAY),)), [("ends", "", str(TODAY + DAY))]),
    ],
)
def test_what_changes_is_said_old_and_new(line: Entry, parts: list[tuple[str, str, str]]) -> None:
    found = plan([line], [ANN, BO])
    assert [(part.what, part.old, part.new) for one in found.changes for part in one.parts] == parts


@pytest.mark.policy("2.5")
def test_a_staff_number_knows_somebody_under_another_name_and_address() -> None:
    numbered = replace(ANN, number="77")
    [change] = plan([entry("Ann Married", email="new@one.example", number="77")], [numbered, BO]).changes
    assert change.person == numbered and [part.what for part in change.parts] == ["name", "email"]
    assert plan([entry("Ann Other", number="77")], [ANN]).numbers == {ANN.id: "77"}


@pytest.mark.policy("2.5")
def test_a_new_address_of_somebody_in_office_waits_for_their_own_yes() -> None:
    head = replace(ANN, asks=True)
    [change] = plan([entry("Ann Other", email="thief@one.example")], [head]).changes
    assert [part.what for part in change.parts] == ["asked"]


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("lines", "people"),
    [
        # Two addresses swapped.
        ([entry("Ann Other", email="bo@one.example"), entry("Bo Li", 3, email="ann@one.example")], [ANN, BO]),
        # The same, although a number says who is who.
        ([entry("Ann Other", email="bo@one.example", number="1")], [replace(ANN, number="1"), BO]),
        # Two here of one name, and no address to tell them.
        ([entry("Ann Other", email="")], [ANN, replace(ANN, id=uuid.uuid4(), email="ann2@one.example")]),
        # One address that two people here have.
        ([entry("Zed Else", email="ann@one.example")], [ANN, replace(BO, email="ann@one.example")]),
        # A name of somebody gone.
        ([entry("Ann Other", email="")], [replace(ANN, left=True)]),
        # An address whose holder has another number.
        ([entry("Ann Other", number="9")], [replace(ANN, number="1")]),
    ],
)
def test_what_could_mean_another_is_asked_about_and_nobody_leaves(lines: list[Entry], people: list[Known]) -> None:
    found = plan(lines, people, everybody=["employee"])
    assert len(found.faults) == len(lines) and not found.changes and not found.joiners
    assert not found.leavers


@pytest.mark.policy("2.5")
def test_nobody_leaves_unless_the_list_is_everybody_of_their_kind() -> None:
    both = known("Gus Petersen", kinds=("employee", "governor"))
    nothing = known("Una Rep", kinds=())
    people = [ANN, BO, CY, both, nothing]
    assert not plan([entry("Ann Other")], people).leavers
    found = plan([entry("Ann Other")], people, everybody=["employee"], keep=[CY.id])
    assert [one.person for one in found.leavers] == [BO] and found.stay == (CY,) and found.scope == 3
    assert not plan([entry("Ann Other")], people, everybody=["volunteer"]).leavers


@pytest.mark.policy("2.5")
def test_whoever_a_line_that_is_not_understood_may_mean_does_not_leave() -> None:
    found = plan(
        [entry("Ann Other")],
        [ANN, BO],
        everybody=["employee"],
        faults=[Fault(3, "“x” is no first day.")],
        fields_of={3: ("", "Bo Li", "")},
    )
    assert not found.leavers and len(found.faults) == 1


@pytest.mark.policy("2.5")
def test_a_last_day_that_has_been_is_leaving_unless_they_are_here_as_more() -> None:
    gone = (Post("employee", None, TODAY - DAY),)
    [leaver] = plan([entry("Ann Other", posts=gone)], [ANN]).leavers
    assert leaver.last_day == TODAY - DAY
    both = known("Ann Other", kinds=("employee", "governor"))
    assert not plan([entry("Ann Other", posts=gone)], [both]).leavers
    assert plan([entry("Ann Other", posts=gone)], [ANN], keep=[ANN.id]).stay == (ANN,)
    [fault] = plan([entry("New Body", posts=gone)], [ANN]).faults
    assert "Their last day has been" in fault.reason
    today = plan([entry("Ann Other", posts=(Post("employee", None, TODAY),))], [ANN])
    assert not today.leavers and len(today.changes) == 1


@pytest.mark.policy("2.5")
def test_somebody_who_left_and_is_known_by_address_comes_back() -> None:
    [change] = plan([entry("Ann Other")], [replace(ANN, left=True)]).changes
    assert [part.what for part in change.parts] == ["back", "engaged"]


def test_two_lines_that_mean_one_person_here_are_asked_about() -> None:
    lines = [entry("Ann Other", 2), entry("Ann Other", 3, email="else@one.example")]
    found = plan(lines, [ANN], everybody=["employee"])
    assert [fault.line for fault in found.faults] == [2, 3] and not found.leavers


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, None),
        ({"count": " 1,000 "}, "One person leaves"),
        ({"count": ""}, "One person leaves by this list. Type that number"),
        ({"count": "one"}, "One person leaves"),
        ({"count": "9" * 5000}, "One person leaves"),
        ({"applied": True}, "brought in already"),
        ({"over": True}, "forgotten"),
        ({"seen": False}, "Something changed"),
        ({"plan": Plan()}, "nothing to do"),
    ],
)
def test_a_list_is_brought_in_as_it_was_shown_with_the_number_of_leavers(
    more: dict[str, object], sentence: str | None
) -> None:
    found = plan([entry("Ann Other")], [ANN, BO], everybody=["employee"])
    said: dict[str, object] = {"plan": found, "count": "1", "applied": False, "over": False, "seen": True, **more}
    reason = why_not_import(**said)  # type: ignore[arg-type]
    assert (reason is None) if sentence is None else sentence in str(reason)


def test_the_mark_of_a_plan_is_another_when_anything_of_it_is() -> None:
    marks = {
        plan([entry("Di Eff")], [ANN]).mark(),
        plan([entry("Di Eff"), entry("Ed Fox", 3)], [ANN]).mark(),
        plan([entry("Di Eff", email="")], [ANN]).mark(),
        plan([entry("Di Eff")], [ANN], everybody=["employee"]).mark(),
    }
    assert len(marks) == 4
