"""A lost second step comes back through two others; for the headteacher, one of the two stands above them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forethought.people.settled_rules import SETTLES, TOO_NEW, settled
from forethought.signing_in.restoring_rules import (
    CODE_LASTS,
    MOST_TRIES,
    OWN,
    WAITS,
    two_could,
    why_not_confirm_restoring,
    why_not_propose_restoring,
    why_not_use_code,
)

pytestmark = pytest.mark.policy("2.5")

AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def proposes(**more: Any) -> str | None:
    said = {
        "roles": frozenset({"senior"}),
        "too_new": False,
        "themselves": False,
        "account": True,
        "second_step": True,
        "waits": False,
    }
    return why_not_propose_restoring(**{**said, **more})


def confirms(**more: Any) -> str | None:
    said = {
        "roles": frozenset({"head"}),
        "proposer_roles": frozenset({"senior"}),
        "too_new": False,
        "themselves": False,
        "proposed_it": False,
        "for_head": False,
        "for_watching": False,
        "open_now": True,
        "proposed_at": AT,
        "at": AT,
    }
    return why_not_confirm_restoring(**{**said, **more})


def test_it_is_proposed_by_an_office_for_somebody_else_who_has_one_to_lose() -> None:
    assert proposes() is None
    assert proposes(themselves=True) == OWN
    for wrong in ({"roles": frozenset({"it"})}, {"account": False}, {"second_step": False}, {"waits": True}):
        assert proposes(**wrong) is not None, wrong


def test_it_is_confirmed_by_a_second_office_and_never_by_the_one_it_is_for() -> None:
    assert confirms() is None
    assert confirms(themselves=True) == OWN
    for wrong in ({"proposed_it": True}, {"roles": frozenset({"it", "hr", "union"})}, {"open_now": False}):
        assert confirms(**wrong) is not None, wrong
    # Whoever proposed it may have lost the office meanwhile.
    for wrong in ({"proposer_roles": frozenset()}, {"proposer_roles": frozenset({"hr"})}):
        assert confirms(**wrong) is not None, wrong


def test_for_the_headteacher_one_of_the_two_stands_above_them() -> None:
    two_below = {"roles": frozenset({"senior"}), "proposer_roles": frozenset({"lead"}), "for_head": True}
    assert confirms(**two_below) is not None
    assert confirms(**{**two_below, "roles": frozenset({"chair"})}) is None
    assert confirms(**{**two_below, "proposer_roles": frozenset({"vice_chair"})}) is None


def test_whoever_watches_over_the_headteacher_is_not_brought_back_by_them_and_their_own() -> None:
    head_and_senior = {"roles": frozenset({"head"}), "proposer_roles": frozenset({"senior"}), "for_watching": True}
    assert confirms(**head_and_senior) is not None
    assert confirms(**{**head_and_senior, "proposer_roles": frozenset({"clerk"})}) is None
    assert confirms(**{**head_and_senior, "roles": frozenset({"vice_chair"})}) is None


def test_it_waits_three_days() -> None:
    assert confirms(at=AT + WAITS - SECOND) is None
    assert confirms(at=AT + WAITS) is not None


def test_a_code_works_for_a_day_and_not_after_five_wrong_ones() -> None:
    def works(*, after: timedelta = SECOND, tries: int = 0, open_now: bool = True) -> bool:
        return why_not_use_code(open_now=open_now, confirmed_at=AT, tries=tries, at=AT + after) is None

    assert works(after=CODE_LASTS - SECOND)
    assert not works(after=CODE_LASTS)
    assert works(tries=MOST_TRIES - 1)
    assert not works(tries=MOST_TRIES)
    assert not works(open_now=False)


def test_somebody_new_in_office_is_neither_of_the_two() -> None:
    assert proposes(too_new=True) == TOO_NEW
    assert confirms(too_new=True) == TOO_NEW
    # Whoever proposed it counts by what they have held for long.
    assert confirms(proposer_roles=frozenset()) is not None


@pytest.mark.parametrize(
    ("people", "for_head", "for_watching", "could"),
    [
        (["head", "senior"], False, False, True),
        (["head", "it"], False, False, False),
        (["head", ""], False, False, False),
        (["head"], False, False, False),
        ([], False, False, False),
        (["senior", "lead"], True, False, False),
        (["senior", "lead", "chair"], True, False, True),
        (["lead", "clerk"], True, False, False),
        (["head", "senior"], False, True, False),
        (["head", "clerk"], False, True, True),
        (["hr", "chair"], False, True, False),
    ],
)
def test_whether_two_are_there_who_could_help(
    people: list[str], for_head: bool, for_watching: bool, could: bool
) -> None:
    roles = [frozenset({one} - {""}) for one in people]
    assert two_could(roles, for_head=for_head, for_watching=for_watching) is could


@pytest.mark.parametrize(
    ("since", "counts"),
    [
        (timedelta(0), False),
        (timedelta(seconds=1), False),
        (SETTLES - SECOND, False),
        (SETTLES, True),
        (SETTLES + SECOND, True),
        (timedelta(days=4000), True),
    ],
)
def test_an_office_counts_once_it_was_held_for_fourteen_days(since: timedelta, counts: bool) -> None:
    assert (settled([("senior", AT - since)], AT) == {"senior"}) is counts


def test_of_two_offices_the_older_counts_alone() -> None:
    held = [("senior", AT - timedelta(days=400)), ("chair", AT - timedelta(days=1))]
    assert settled(held, AT) == {"senior"}
    assert settled([], AT) == frozenset()
