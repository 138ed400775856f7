"""Who sees a declaration of family, from when it stands, and when it is looked at again."""

from datetime import date

import pytest

from forethought.boundaries import family_rules as rules

pytestmark = pytest.mark.policy("5.5")


@pytest.mark.parametrize(
    ("declarer", "viewer", "own", "sees"),
    [
        ((), ("head",), False, True),
        ((), ("chair",), False, False),
        ((), ("senior",), False, False),
        ((), ("lead",), False, False),
        (("senior",), ("head",), False, True),
        (("head",), ("chair",), False, True),
        (("head",), ("vice_chair",), False, True),
        (("head",), ("head",), False, False),
        (("head",), ("head",), True, False),
        (("chair",), ("head",), False, True),
        (("head", "chair"), ("chair",), True, False),
    ],
)
def test_the_head_sees_it_and_the_governors_the_heads_own(
    declarer: tuple[str, ...], viewer: tuple[str, ...], own: bool, sees: bool
) -> None:
    assert rules.may_see(declarer=declarer, viewer=viewer, own=own) is sees


@pytest.mark.parametrize(
    ("day", "again"),
    [(date(2026, 11, 20), date(2027, 11, 20)), (date(2028, 2, 29), date(2029, 2, 28))],
)
def test_it_is_looked_at_again_after_a_year(day: date, again: date) -> None:
    assert rules.review_on(day) == again


def test_it_is_renewed_from_its_day_on_and_by_its_owner_alone() -> None:
    day = date(2027, 11, 20)
    asked = {"own": True, "ended": False, "due_on": day, "today": day}
    assert rules.why_not_renew_family(**asked) is None  # type: ignore[arg-type]
    assert rules.why_not_renew_family(**{**asked, "today": date(2027, 11, 19)}) is not None  # type: ignore[arg-type]
    assert rules.why_not_renew_family(**{**asked, "own": False}) is not None  # type: ignore[arg-type]
    assert rules.why_not_renew_family(**{**asked, "ended": True}) is not None  # type: ignore[arg-type]
