"""How a matter may end, was it them, asking to co-operate: as tables, without a database."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from forethought.investigations import attribution, cooperation, outcomes
from forethought.investigations.attribution import ALTERNATIVES, ESTABLISHED, NOT_ESTABLISHED, View, why_not_find_breach
from forethought.investigations.outcomes import Need

AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# --- Outcomes ---

SANCTIONS_FOR = [
    (
        "employee",
        {"first_warning", "final_warning", "dismissal", "summary_dismissal", "demotion_transfer"},
    ),
    ("trust", {"first_warning", "final_warning", "dismissal", "summary_dismissal", "demotion_transfer"}),
    ("agency", {"end_assignment"}),
    ("governor", {"board_suspends", "board_removes"}),
    ("volunteer", {"end_role"}),
    ("contractor", {"end_contract_work"}),
    ("trainee", {"end_placement"}),
    ("", set()),
    ("visitor", set()),
]


@pytest.mark.policy("2.5", "9.6")
@pytest.mark.parametrize(("kind", "sanctions"), SANCTIONS_FOR)
def test_what_is_open_depends_on_how_somebody_is_engaged(kind: str, sanctions: set[str]) -> None:
    found = outcomes.offered(kind)

    assert {one for one in found if outcomes.is_sanction(one)} == sanctions
    assert list(found)[:3] == ["no_case", "informal", "training"]


@pytest.mark.policy("9.6")
@pytest.mark.parametrize("kind", ["governor", "volunteer", "agency", "contractor", "trainee"])
def test_nobody_without_a_contract_of_employment_is_offered_dismissal(kind: str) -> None:
    assert not {"dismissal", "summary_dismissal", "first_warning"} & set(outcomes.offered(kind))


@pytest.mark.policy("9.6")
@pytest.mark.parametrize("outcome", ["dismissal", "summary_dismissal"])
def test_a_dismissal_needs_panel_reasons_advice_barring_and_appeal(outcome: str) -> None:
    assert set(outcomes.needs(outcome)) == {Need.PANEL, Need.REASONS, Need.HR_ADVICE, Need.BARRING, Need.APPEAL}


NEEDS = [
    ("end_assignment", "agency", Need.AGENCY),
    ("board_removes", "governor", Need.BOARD),
    ("demotion_transfer", "employee", Need.CONTRACT),
    ("dismissal", "trust", Need.EMPLOYER),
    ("end_contract_work", "contractor", Need.CONTRACTOR),
    ("end_placement", "trainee", Need.PROVIDER),
]


@pytest.mark.policy("9.6")
@pytest.mark.parametrize(("outcome", "kind", "need"), NEEDS)
def test_each_ending_says_whom_else_it_concerns(outcome: str, kind: str, need: Need) -> None:
    assert outcomes.needs(outcome, kind)[need].endswith((".", "here."))


@pytest.mark.policy("9.6")
def test_what_takes_nothing_needs_nothing_and_the_unknown_is_refused_quietly() -> None:
    assert outcomes.needs("informal", "trust") == {} and outcomes.needs("nonsense") == {}
    assert outcomes.is_sanction("nonsense"), "what is not known is not let through as harmless"


@pytest.mark.policy("9.6")
def test_the_length_of_a_warning_is_a_suggestion_to_check() -> None:
    assert outcomes.suggested_end("first_warning", date(2026, 11, 20)) == date(2027, 5, 20)
    assert outcomes.suggested_end("final_warning", date(2026, 11, 20)) == date(2027, 11, 20)
    assert outcomes.suggested_end("training", date(2026, 11, 20)) is None
    assert all("Check" in one.said for one in outcomes.LIVE_FOR.values())


@pytest.mark.policy("9.3")
def test_a_warning_is_live_on_its_last_day_and_spent_the_day_after() -> None:
    last = date(2027, 5, 20)
    assert outcomes.is_live(last, last) and not outcomes.is_live(last, last + DAY)


WARNINGS = [
    ("training", date(2026, 11, 20), date(2027, 5, 20), "did not end"),
    ("first_warning", date(2026, 11, 20), None, "until which day"),
    ("first_warning", date(2026, 11, 20), date(2026, 11, 20), "until which day"),
    ("first_warning", date(2026, 11, 20), date(2026, 11, 21), None),
]


@pytest.mark.policy("9.6")
@pytest.mark.parametrize(("outcome", "given", "ends", "says"), WARNINGS)
def test_a_warning_has_an_end(outcome: str, given: date, ends: date | None, says: str | None) -> None:
    reason = outcomes.why_not_note_warning(outcome=outcome, given_on=given, ends_on=ends)
    assert (reason is None) if says is None else says in (reason or "")


# --- Was it them? ---

LOOKED = dict.fromkeys(ALTERNATIVES, "Looked at, and not so.")


def a_view(**changes: object) -> View:
    said: dict[str, object] = {
        "result": ESTABLISHED,
        "bases": ["admission"],
        "basis": "They said so.",
        "alternatives": LOOKED,
        "reasons": "They said so.",
    }
    return View(**{**said, **changes})  # type: ignore[arg-type]


VIEWS: list[tuple[dict[str, object], str | None]] = [
    ({}, None),
    ({"result": ""}, "Choose what is shown."),
    ({"result": "guilty"}, "Choose what is shown."),
    ({"bases": []}, "Say on what this rests."),
    ({"bases": ["a_feeling"]}, "Say on what this rests."),
    ({"basis": " "}, "Say on what this rests."),
    ({"reasons": ""}, "Say why, in a few words."),
    # That it is not shown needs no basis and no alternative, only a reason.
    ({"result": NOT_ESTABLISHED, "bases": [], "basis": "", "alternatives": {}}, None),
    ({"result": NOT_ESTABLISHED, "reasons": "\u200b"}, "Say why, in a few words."),
]


@pytest.mark.policy("9.2c")
@pytest.mark.parametrize(("changes", "reason"), VIEWS)
def test_that_it_was_them_needs_a_basis_and_a_reason(changes: dict[str, object], reason: str | None) -> None:
    assert attribution.why_not_weigh_attribution(a_view(**changes)) == reason


@pytest.mark.policy("9.2c")
@pytest.mark.parametrize("left_out", list(ALTERNATIVES))
@pytest.mark.parametrize("blank", ["", " ", "\u200b", None])
def test_that_it_was_them_is_refused_while_one_alternative_was_not_looked_at(left_out: str, blank: str | None) -> None:
    others: Mapping[str, str] = {k: v for k, v in LOOKED.items() if k != left_out}
    others = others if blank is None else {**others, left_out: blank}

    reason = attribution.why_not_weigh_attribution(a_view(alternatives=others))

    assert reason is not None and ALTERNATIVES[left_out].lower() in reason


@pytest.mark.policy("9.2c")
def test_blank_and_not_shown_both_stop_a_finding() -> None:
    assert why_not_find_breach(ESTABLISHED) is None
    assert "no breach is found" in (why_not_find_breach(NOT_ESTABLISHED) or "")
    assert "Nobody has concluded" in (why_not_find_breach("") or "")


@pytest.mark.policy("9.1", "9.2c")
@pytest.mark.parametrize(
    ("looked", "others", "says"),
    [(False, False, None), (True, False, "You looked into this."), (False, True, "Somebody else was chosen")],
)
def test_whoever_looked_proposes_and_whoever_decides_concludes(looked: bool, others: bool, says: str | None) -> None:
    reason = attribution.why_not_conclude(looked=looked, decided_by_others=others)
    assert (reason is None) if says is None else (reason or "").startswith(says)


# --- Co-operation ---


@pytest.mark.policy("2.3", "9.2a")
def test_for_somebodys_own_device_nothing_is_offered_that_the_school_would_do_to_it() -> None:
    assert cooperation.acts_for("own") == ("note_showing", "withdraw_request")
    assert set(cooperation.answers_for("own")) == {"show", "export", "decline"}
    assert "pass_access_on" in cooperation.acts_for("school") and "note_showing" not in cooperation.acts_for("school")
    words = " ".join([*cooperation.answers_for("own").values()]).lower()
    assert not any(one in words for one in ("inspect", "hand over", "look into", "unlock", "password"))


REQUESTS: list[tuple[dict[str, object], str | None]] = [
    ({}, None),
    ({"person_known": False}, "who it may be about"),
    ({"lado_first": True}, "designated officer"),
    ({"device": "both"}, "whose account"),
    ({"scope": " "}, "which posts"),
    ({"reasons": ""}, "why you ask"),
    ({"rights_told": False}, "advice first"),
    ({"due_at": AT + DAY - timedelta(seconds=1)}, "at least a day"),
    ({"due_at": AT + DAY}, None),
]


@pytest.mark.policy("9.2", "9.2a")
@pytest.mark.parametrize(("changes", "says"), REQUESTS)
def test_a_request_has_scope_reasons_time_and_the_right_to_advice(changes: dict[str, object], says: str | None) -> None:
    said: dict[str, object] = {
        "device": "own",
        "scope": "The posts of 12 November.",
        "reasons": "To see the whole thread.",
        "rights_told": True,
        "due_at": AT + 7 * DAY,
        "at": AT,
        "person_known": True,
        "lado_first": False,
    }
    reason = cooperation.why_not_ask_cooperation(**{**said, **changes})  # type: ignore[arg-type]
    assert (reason is None) if says is None else says in (reason or "")


@pytest.mark.policy("9.2a")
@pytest.mark.parametrize(
    ("answer", "device", "reasons", "ended", "refused"),
    [
        ("show", "own", "", False, False),
        ("export", "own", "", False, False),
        ("decline", "own", "It is private.", False, False),
        ("decline", "own", "", False, True),
        ("pass_on", "own", "", False, True),
        ("pass_on", "school", "", False, False),
        ("show", "school", "", False, True),
        ("show", "own", "", True, True),
    ],
)
def test_every_answer_is_open_and_only_a_no_needs_a_word(
    answer: str, device: str, reasons: str, ended: bool, refused: bool
) -> None:
    reason = cooperation.why_not_answer_cooperation(answer=answer, device=device, reasons=reasons, ended=ended)
    assert (reason is not None) is refused


@pytest.mark.policy("9.2a")
def test_what_is_noted_of_an_answer_judges_nobody() -> None:
    words = " ".join(cooperation.NOTED.values()).lower()
    assert not any(one in words for one in ("refus", "fail", "unhelpful", "suspicious", "must"))


SHOWINGS: list[tuple[dict[str, object], str | None]] = [
    ({}, None),
    ({"device": "school"}, "own account"),
    ({"witness": ""}, "witness"),
    ({"companion": ""}, "companion"),
    ({"shown": ""}, "what they showed"),
    ({"shown_at": AT + HOUR}, "not come yet"),
    ({"ended": True}, "ended"),
]


@pytest.mark.policy("9.2a")
@pytest.mark.parametrize(("changes", "says"), SHOWINGS)
def test_a_showing_has_a_witness_a_companion_and_a_time(changes: dict[str, object], says: str | None) -> None:
    said: dict[str, object] = {
        "device": "own",
        "witness": "Mr Reed",
        "companion": "Their union representative",
        "shown": "The whole thread.",
        "shown_at": AT,
        "at": AT,
        "ended": False,
    }
    reason = cooperation.why_not_note_showing(**{**said, **changes})  # type: ignore[arg-type]
    assert (reason is None) if says is None else says in (reason or "")


@pytest.mark.policy("9.2")
def test_the_usual_deadline_is_five_working_days_over_christmas_too() -> None:
    assert cooperation.usual_deadline(date(2026, 11, 20)) == date(2026, 11, 27)
    assert cooperation.usual_deadline(date(2026, 12, 23)) == date(2027, 1, 4)
