"""Who is on duty: the rota, then the senior managers, then the head, at any hour of any day."""

from datetime import UTC, datetime, timedelta

import pytest

from forethought.people.duty import Away, Shift, on_duty

pytestmark = pytest.mark.policy("8.3")

SECOND = timedelta(seconds=1)


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


EVENING = at(2026, 11, 20, 18)
SHIFT = Shift("deputy", EVENING, at(2026, 11, 21, 8))
ROLES = {"deputy": "Deputy head", "assistant": "Assistant head", "head": "Headteacher"}
USUAL = {"shifts": [SHIFT], "senior_managers": ["assistant", "deputy"], "head": "head", "roles": ROLES}


@pytest.mark.parametrize(
    ("instant", "person"),
    [
        (SHIFT.starts_at - SECOND, "assistant"),
        (SHIFT.starts_at, "deputy"),
        (SHIFT.starts_at + SECOND, "deputy"),
        (at(2026, 11, 21), "deputy"),
        (at(2026, 11, 21, 8) - SECOND, "deputy"),
        (at(2026, 11, 21, 8), "assistant"),
    ],
)
def test_a_shift_begins_at_its_start_and_is_over_at_its_end(instant, person):
    assert on_duty(instant, **USUAL).person == person


@pytest.mark.parametrize(
    ("changed", "person"),
    [
        ({}, "deputy"),
        ({"excluded": {"deputy"}}, "assistant"),
        ({"excluded": {"deputy", "assistant"}}, "head"),
        ({"excluded": {"deputy", "assistant", "head"}}, None),
        ({"away": [Away("deputy", EVENING - SECOND, None)]}, "assistant"),
        ({"away": [Away("deputy", EVENING, EVENING + SECOND)]}, "assistant"),
        ({"away": [Away("deputy", EVENING - SECOND, EVENING)]}, "deputy"),
        ({"away": [Away("deputy", EVENING + SECOND)]}, "deputy"),
        ({"shifts": []}, "assistant"),
        ({"shifts": [], "senior_managers": []}, "head"),
        ({"shifts": [], "senior_managers": [], "head": None}, None),
        ({"shifts": [SHIFT, Shift("head", EVENING - SECOND, None)]}, "deputy"),
        ({"shifts": [SHIFT, Shift("assistant", EVENING, at(2026, 11, 21))]}, "assistant"),
        ({"shifts": [SHIFT, Shift("assistant", EVENING, at(2026, 11, 21))], "excluded": {"assistant"}}, "deputy"),
    ],
)
def test_whoever_is_away_or_excluded_is_passed_by(changed, person):
    assert on_duty(EVENING, **{**USUAL, **changed}).person == person


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (at(2026, 11, 20, 16, 59, 59), "On duty today: Assistant head."),
        (at(2026, 11, 20, 17), "On duty tonight: Assistant head."),
        (at(2026, 11, 20, 19), "On duty tonight: Deputy head."),
        (at(2026, 11, 21, 0), "On duty tonight: Deputy head."),
        (at(2026, 11, 21, 6, 59, 59), "On duty tonight: Deputy head."),
        (at(2026, 11, 21, 7), "On duty today: Deputy head."),
        (at(2026, 7, 1, 16), "On duty tonight: Assistant head."),  # 5pm in London
        (at(2026, 12, 25, 20), "On duty tonight: Assistant head."),
        (at(2026, 10, 25, 1, 30), "On duty tonight: Assistant head."),
        (at(2026, 8, 10, 12), "On duty today: Assistant head."),
    ],
)
def test_the_sentence_names_the_role_only(instant, words):
    assert on_duty(instant, **USUAL).sentence == words


def test_without_roles_the_office_is_said():
    assert on_duty(EVENING, senior_managers=["a"]).sentence == "On duty tonight: Senior manager."
    assert on_duty(EVENING, head="h").sentence == "On duty tonight: Headteacher."


def test_when_nobody_is_left_the_page_says_so():
    nobody = on_duty(EVENING)
    assert nobody.person is None
    assert nobody.sentence == "Nobody is on duty tonight. In danger now? Call 999."
