"""A lost second step comes back through two others; for the headteacher, one of the two stands above them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forethought.signing_in.restoring_rules import (
    CODE_LASTS,
    MOST_TRIES,
    OWN,
    WAITS,
    why_not_confirm_restoring,
    why_not_propose_restoring,
    why_not_use_code,
)

pytestmark = pytest.mark.policy("2.5")

AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def proposes(**more: Any) -> str | None:
    said = {"roles": frozenset({"senior"}), "themselves": False, "account": True, "second_step": True, "waits": False}
    return why_not_propose_restoring(**{**said, **more})


def confirms(**more: Any) -> str | None:
    said = {
        "roles": frozenset({"head"}),
        "proposer_roles": frozenset({"senior"}),
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
