"""Whom a nudge goes to and when, and which devices and numbers are taken, with the edges."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.core import env
from forethought.pages.door_rules import READERS
from forethought.people.post import WORDS
from forethought.reaching import rules

AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SERVICES = ["fcm.googleapis.com", "*.push.apple.com", "http://push.school.internal:8080"]

pytestmark = pytest.mark.policy("8.3")


def goes(kind: str = "needs_you", **change: object) -> bool:
    given = {"of_case": True, "owed_at": AT, "at": AT, "away": False, "on_duty": True, **change}
    return rules.goes_on_phone(kind=kind, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "on_duty", "of_case", "nudged"),
    [
        ("needs_you_now", False, False, True),
        ("waits", False, False, True),
        ("needs_you", True, True, True),
        ("needs_you", False, True, False),
        ("needs_you", True, False, False),
        ("due_soon", True, True, True),
        ("late", False, True, False),
        ("to_read", True, True, False),
        ("news", True, True, False),
    ],
)
def test_what_is_urgent_goes_to_all_and_the_rest_of_a_case_to_whoever_is_on_duty(
    kind: str, on_duty: bool, of_case: bool, nudged: bool
) -> None:
    assert goes(kind, on_duty=on_duty, of_case=of_case) is nudged


def test_whoever_is_away_is_left_in_peace() -> None:
    assert not any(goes(kind, away=True) for kind in rules.URGENT)


def test_a_letter_of_an_hour_ago_is_left_to_the_mail() -> None:
    assert goes(owed_at=AT - rules.YOUNG + SECOND)
    assert not goes(owed_at=AT - rules.YOUNG)


def test_one_nudge_stands_for_what_comes_in_five_minutes() -> None:
    assert not rules.is_quiet(tried_at=None, at=AT)
    assert rules.is_quiet(tried_at=AT - rules.QUIET + SECOND, at=AT)
    assert not rules.is_quiet(tried_at=AT - rules.QUIET, at=AT)
    # One that a clock set wrong told in the future holds up nothing.
    assert not rules.is_quiet(tried_at=AT + SECOND, at=AT)


def test_every_urgent_letter_is_one_and_every_reader_of_cases_may_be_told() -> None:
    assert WORDS.keys() >= rules.URGENT
    assert rules.REACHED >= READERS


@pytest.mark.parametrize(
    "address",
    [
        "https://fcm.googleapis.com/fcm/send/abc:APA91b",
        "https://fcm.googleapis.com:443/wp/abc",
        "https://web.push.apple.com/QGv",
        "http://push.school.internal:8080/p/1",
    ],
)
def test_a_browser_of_a_known_service_is_taken(address: str) -> None:
    assert rules.why_not_device(address, SERVICES) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://user:word@fcm.googleapis.com/x",
        "https://evilfcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://push.apple.com.evil.example/x",
        "https://notpush.apple.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::1/x",
        "https://localhost:99999/x",
        "https://push.school.internal:8080/x",
        "http://push.school.internal/x",
        "file:///etc/passwd",
        "https://fcm.googleapis.com/a b",
        "https://fcm.googleapis.com/a\r\nX: y",
        "https://fcm.googleapis.com/" + "x" * rules.LONGEST_ADDRESS,
        "",
    ],
)
def test_no_browser_sends_the_server_anywhere_else(address: str) -> None:
    assert rules.why_not_device(address, SERVICES) == rules.NOT_OURS


@given(st.text())
def test_whatever_a_browser_names_is_answered_with_a_sentence(address: str) -> None:
    assert rules.why_not_device(address, SERVICES) == rules.NOT_OURS


@pytest.mark.parametrize(
    "typed", ["07700 900123", "+44 7700 900123", "0044 7700-900123", "+44 (0)7700 900123", "447700900123"]
)
def test_a_mobile_number_is_read_however_it_is_written(typed: str) -> None:
    assert rules.tidy_number(typed) == "+447700900123"
    assert rules.why_not_number(rules.tidy_number(typed)) is None


@pytest.mark.parametrize(
    "typed", ["", "07700 90012", "07700 9001234", "020 7946 0000", "+1 202 555 0100", "07000 900123", "07624", "seven"]
)
def test_what_is_no_uk_mobile_is_refused(typed: str) -> None:
    assert rules.why_not_number(rules.tidy_number(typed)) == rules.NOT_A_NUMBER


def test_a_code_works_for_a_quarter_of_an_hour_and_five_tries() -> None:
    def why(**change: object) -> str | None:
        given = {"open_now": True, "added_at": AT, "tries": 0, "at": AT, **change}
        return rules.why_not_confirm(**given)  # type: ignore[arg-type]

    assert why(at=AT + rules.CODE_LASTS - SECOND, tries=rules.MOST_TRIES - 1) is None
    assert why(at=AT + rules.CODE_LASTS) is not None
    assert why(tries=rules.MOST_TRIES) is not None
    assert why(open_now=False) is not None


def test_only_whoever_handles_cases_adds_five_and_three_numbers_an_hour() -> None:
    head = frozenset({"head"})
    assert rules.why_not_add(roles=frozenset({"clerk", "it"}), count=0) is not None
    assert rules.why_not_add(roles=head, count=rules.MOST - 1, numbers_lately=rules.MOST_NUMBERS - 1) is None
    assert rules.why_not_add(roles=head, count=rules.MOST) == rules.TOO_MANY
    assert rules.why_not_add(roles=head, count=0, numbers_lately=rules.MOST_NUMBERS) is not None


def test_what_is_sent_says_nothing_of_anybody_and_fits_one_message() -> None:
    for words in (rules.TEXT, rules.CODE_TEXT.format(code="123456")):
        assert len(words) <= 160 and words.isascii()
        assert not any(one in words.lower() for one in ("case", "report", "child", "pupil", "case", "danger", "urgent"))


# --- The settings ---


@pytest.mark.parametrize("value", ["https://sms.example/send", "http://localhost:9000/x", "http://127.0.0.1/x", ""])
def test_a_gateway_is_spoken_to_over_https_or_on_this_machine(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_GATEWAY", value)
    assert env.gateway("SOME_GATEWAY") == value


@pytest.mark.parametrize("value", ["http://sms.example/send", "sms.example", "ftp://localhost/x", "https:///x"])
def test_a_gateway_in_the_clear_stops_the_program(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_GATEWAY", value)
    with pytest.raises(env.WrongSetting):
        env.gateway("SOME_GATEWAY")


def test_push_services_are_hosts_domains_or_origins_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, found in (
        ("none", []),
        ("", []),
        ("*.b.example, http://c:80", ["*.b.example", "http://c:80"]),
    ):
        monkeypatch.setenv("SOME_SERVICES", value)
        assert env.services("SOME_SERVICES", "a.example") == found
    monkeypatch.delenv("SOME_SERVICES")
    assert env.services("SOME_SERVICES", "a.example") == ["a.example"]
    for value in ("*", "*.com/x", "https://a.example/x", "localhost", "*.*.example"):
        monkeypatch.setenv("SOME_SERVICES", value)
        with pytest.raises(env.WrongSetting):
            env.services("SOME_SERVICES", "")
