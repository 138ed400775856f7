"""How long it could be seen, how serious, in proportion, in work time; and what is missing before a sanction."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from forethought.investigations import seriousness, work_time
from forethought.investigations.attribution import ESTABLISHED, NOT_ESTABLISHED, why_not_find_breach
from forethought.investigations.rules import LADO_FIRST
from forethought.investigations.seriousness import Past, Weighed
from forethought.investigations.visible import Band, Seen, time_visible
from forethought.investigations.work_time import Break, Hours

AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# --- How long could it be seen? ---

VISIBLE = [
    # Both ends known: about.
    (Seen(first_seen_at=AT, gone_at=AT + 2 * HOUR), "About 2 hours", Band.HOURS),
    (Seen(first_seen_at=AT, gone_at=AT + timedelta(minutes=1)), "About an hour", Band.HOURS),
    (Seen(first_seen_at=AT, gone_at=AT + timedelta(minutes=90)), "About 2 hours", Band.HOURS),
    (Seen(first_seen_at=AT, gone_at=AT + DAY - timedelta(seconds=1)), "About 24 hours", Band.HOURS),
    (Seen(first_seen_at=AT, gone_at=AT + DAY), "About 24 hours", Band.DAYS),
    (Seen(first_seen_at=AT, gone_at=AT + 2 * DAY), "About 2 days", Band.DAYS),
    (Seen(first_seen_at=AT, gone_at=AT + 7 * DAY), "About 7 days", Band.DAYS),
    (Seen(first_seen_at=AT, gone_at=AT + 7 * DAY + HOUR), "About 7 days", Band.LONGER),
    (Seen(first_seen_at=AT, gone_at=AT + 5 * HOUR, to_the_day=True), "About a day", Band.HOURS),
    (Seen(first_seen_at=AT, gone_at=AT + 30 * HOUR, to_the_day=True), "About 1 day", Band.DAYS),
    # The start is not known: at least, from when it was noticed.
    (Seen(noticed_at=AT, gone_at=AT + 2 * HOUR), "At least 2 hours", Band.HOURS),
    # The end is not known: at least, until the last look that found it.
    (
        Seen(first_seen_at=AT, there_at=AT + 3 * DAY),
        "At least 3 days, and still there when last looked at",
        Band.DAYS,
    ),
    (
        Seen(noticed_at=AT, there_at=AT + HOUR),
        "At least 1 hour, and still there when last looked at",
        Band.HOURS,
    ),
    (
        Seen(first_seen_at=AT, gone_at=AT + 3 * DAY, came_back=True),
        "About 3 days, with a break in between",
        Band.DAYS,
    ),
    # Neither.
    (Seen(), "Not known", Band.UNKNOWN),
    (Seen(first_seen_at=AT), "Not known", Band.UNKNOWN),
    (Seen(gone_at=AT), "Not known", Band.UNKNOWN),
    (Seen(first_seen_at=AT, gone_at=AT - HOUR), "Not known", Band.UNKNOWN),
]


@pytest.mark.policy("9.3")
@pytest.mark.parametrize(("seen", "said", "band"), VISIBLE)
def test_how_long_it_could_be_seen(seen: Seen, said: str, band: Band) -> None:
    found = time_visible(seen)
    assert (found.said, found.band) == (said, band)


# --- How serious? ---

EVIDENCE = {"nature": "The words.", "spread": "Four people.", "effect": "She wept."}
SERIOUS: list[tuple[dict[str, object], str | None]] = [
    ({}, None),
    ({"nature": "very bad"}, "what kind"),
    ({"spread": ""}, "how far"),
    ({"effect": []}, "what it did"),
    ({"effect": ["none", "people"]}, "none and something else"),
    ({"evidence": {**EVIDENCE, "nature": " "}}, "what kind of thing"),
    ({"evidence": {**EVIDENCE, "spread": ""}}, "how far it may have spread"),
    ({"evidence": {**EVIDENCE, "effect": ""}}, "what it did"),
    ({"flags": []}, "belief, opinion, union business"),
    ({"flags": ["none", "union"]}, "none of these and one of them"),
    ({"flags": ["union", "belief"]}, None),
]


@pytest.mark.policy("9.3")
@pytest.mark.parametrize(("changes", "says"), SERIOUS)
def test_each_factor_needs_its_evidence(changes: dict[str, object], says: str | None) -> None:
    said: dict[str, object] = {
        "nature": "rude",
        "spread": "few",
        "effect": ["people"],
        "evidence": EVIDENCE,
        "flags": ["none"],
    }
    reason = seriousness.why_not_weigh_seriousness(**{**said, **changes})  # type: ignore[arg-type]
    assert (reason is None) if says is None else says in (reason or "")


FLAGGED = [
    (["none"], ["people"], set()),
    (["none"], ["none"], set()),
    (["none"], ["reputation"], {"reputation"}),
    (["none"], ["reputation", "people"], set()),
    (["union"], ["reputation"], {"union", "reputation"}),
    (["belief", "whistleblowing"], ["work"], {"belief", "whistleblowing"}),
]


@pytest.mark.policy("2.4")
@pytest.mark.parametrize(("ticked", "effect", "flags"), FLAGGED)
def test_reputation_alone_is_weighed_like_a_belief(ticked: list[str], effect: list[str], flags: set[str]) -> None:
    assert seriousness.flags_of(ticked, effect) == flags


@pytest.mark.policy("1.2")
@pytest.mark.parametrize(("purpose", "flags"), [("own", {"own"}), ("both", set()), ("work", set()), ("unknown", set())])
def test_somebodys_own_private_use_calls_for_the_link_to_their_work(purpose: str, flags: set[str]) -> None:
    factors = seriousness.Factors(
        nature="rude",
        spread="open",
        effect=["people"],
        flags=["none"],
        seen=Seen(),
        records={},
        around={"purpose": purpose},
    )
    assert factors.flags == flags
    reason = seriousness.why_not_by_proportion(Weighed(flags=factors.flags))
    assert bool(reason) is bool(flags)
    assert "work_link" in seriousness.QUESTIONS


@pytest.mark.policy("9.3")
def test_there_is_no_score_anywhere_in_what_was_chosen() -> None:
    factors = seriousness.Factors(
        nature="rude", spread="few", effect=["people"], flags=["none"], seen=Seen(), records={}, around={}
    )
    assert not any(isinstance(value, int | float) for value in factors.choices().values())


def past(sanctions: int, without: int, **choices: str) -> list[Past]:
    return [Past(choices, sanction=True)] * sanctions + [Past(choices, sanction=False)] * without


BESIDE = [
    ([], seriousness.TOO_FEW),
    (past(4, 4, nature="rude"), seriousness.TOO_FEW),
    (past(5, 4, nature="rude"), seriousness.TOO_FEW),
    (past(4, 50, nature="rude"), seriousness.TOO_FEW),
    (past(50, 0, nature="rude"), seriousness.TOO_FEW),
    (past(5, 5, nature="rude"), "10 earlier matters. 5 ended with a sanction, 5 without."),
    (past(5, 5, nature="opinion"), seriousness.TOO_FEW),
    (
        [*past(5, 5, nature="rude"), *past(9, 9, nature="threat")],
        "10 earlier matters. 5 ended with a sanction, 5 without.",
    ),
]


@pytest.mark.policy("9.3")
@pytest.mark.parametrize(("rows", "said"), BESIDE)
def test_earlier_matters_stand_beside_by_factor_and_small_numbers_are_never_said(rows: list[Past], said: str) -> None:
    (found,) = seriousness.consistency({"nature": "rude"}, rows)
    assert found.said == said


# --- In proportion? ---

ANSWERED = dict.fromkeys(seriousness.QUESTIONS, "Thought about.")
NO = dict.fromkeys(seriousness.SCREENS, "no")


@pytest.mark.policy("2.4", "9.3")
@pytest.mark.parametrize("left_out", list(seriousness.QUESTIONS))
def test_proportion_is_not_complete_while_one_question_is_open(left_out: str) -> None:
    reason = seriousness.why_not_weigh_proportion(
        result="proportionate", answers={**ANSWERED, left_out: " "}, screens=NO, advice={}, reasons="So."
    )
    assert reason is not None and seriousness.QUESTIONS[left_out] in reason


SCREENED = [
    (NO, {}, None),
    ({**NO, "disclosure": "yes"}, {}, "get advice"),
    ({**NO, "disclosure": "not_sure"}, {}, "get advice"),
    ({**NO, "union": "yes"}, {"disclosure": "Asked."}, "get advice"),
    ({**NO, "union": "yes"}, {"union": "HR says it is protected."}, None),
    ({"disclosure": "no"}, {}, "part of union work"),
    ({**NO, "union": "maybe"}, {}, "part of union work"),
]


@pytest.mark.policy("2.4")
@pytest.mark.parametrize(("screens", "advice", "says"), SCREENED)
def test_a_screen_that_is_no_plain_no_needs_advice(
    screens: dict[str, str], advice: dict[str, str], says: str | None
) -> None:
    reason = seriousness.why_not_weigh_proportion(
        result="proportionate", answers=ANSWERED, screens=screens, advice=advice, reasons="So."
    )
    assert (reason is None) if says is None else says in (reason or "")


def test_proportion_ends_with_a_result_and_a_reason() -> None:
    said = {"answers": ANSWERED, "screens": NO, "advice": {}}
    assert seriousness.why_not_weigh_proportion(result="", reasons="So.", **said) is not None  # type: ignore[arg-type]
    assert seriousness.why_not_weigh_proportion(result="proportionate", reasons="", **said) is not None  # type: ignore[arg-type]


# --- May a sanction follow? ---

UNION = frozenset({"union"})
SANCTION = [
    (Weighed(), "Say first whether it was them"),
    (Weighed(attribution=NOT_ESTABLISHED, seriousness=True), "It is not shown"),
    (Weighed(attribution=ESTABLISHED), "how serious"),
    (Weighed(attribution=ESTABLISHED, seriousness=True), None),
    (Weighed(attribution=ESTABLISHED, seriousness=True, lado_first=True), LADO_FIRST),
    (Weighed(attribution=ESTABLISHED, seriousness=True, only_wide=True), "Only a wide rule is named"),
    (Weighed(attribution=ESTABLISHED, seriousness=True, flags=UNION), "Weigh proportion first"),
    (
        Weighed(attribution=ESTABLISHED, seriousness=True, flags=UNION, proportion="proportionate"),
        "Weigh proportion first",
    ),
    (
        Weighed(
            attribution=ESTABLISHED,
            seriousness=True,
            flags=UNION,
            proportion="proportionate",
            proportion_flags=UNION,
        ),
        None,
    ),
    # A flag that came after proportion was weighed asks for it again.
    (
        Weighed(
            attribution=ESTABLISHED,
            seriousness=True,
            flags=UNION | {"belief"},
            proportion="proportionate",
            proportion_flags=UNION,
        ),
        "Weigh proportion first",
    ),
    (
        Weighed(
            attribution=ESTABLISHED,
            seriousness=True,
            flags=UNION,
            proportion="not_proportionate",
            proportion_flags=UNION,
        ),
        "would go too far",
    ),
    # Weighed though nothing called for it: what was found still holds.
    (Weighed(attribution=ESTABLISHED, seriousness=True, proportion="not_proportionate"), "would go too far"),
]


@pytest.mark.policy("2.4", "9.2c", "9.3", "9.6")
@pytest.mark.parametrize(("now", "says"), SANCTION)
def test_what_is_missing_before_a_sanction(now: Weighed, says: str | None) -> None:
    reason = seriousness.why_not_sanction(now, not_theirs=why_not_find_breach(now.attribution))
    assert (reason is None) if says is None else says in (reason or "")


# --- Work time ---

MONDAY = date(2026, 11, 23)
HOURS = Hours()
TIMES = [
    (MONDAY, time(10), time(10, 30), None),
    (MONDAY, time(12), time(13), "lunch"),
    (MONDAY, time(12, 10), time(12, 20), "lunch"),
    (MONDAY, time(11, 59), time(12, 20), None),
    (MONDAY, time(12, 30), time(13, 1), None),
    (MONDAY, time(16), time(17), "from 8:30am to 4pm"),
    (MONDAY, time(7), time(8, 30), "from 8:30am to 4pm"),
    (MONDAY, time(15, 59), time(17), None),
    (date(2026, 11, 21), time(10), time(11), "no working day"),
    (date(2026, 12, 25), time(10), time(11), "no working day"),
    # Half-term counts as working time in general; a school that closes says so as a reason.
    (date(2026, 10, 28), time(10), time(11), None),
    (date(2099, 11, 23), time(10), time(11), None),
]


@pytest.mark.policy("3.3")
@pytest.mark.parametrize(("day", "starts", "ends", "says"), TIMES)
def test_lunch_and_evening_are_not_work_time(day: date, starts: time, ends: time, says: str | None) -> None:
    reason = work_time.not_work_time(day=day, starts=starts, ends=ends, hours=HOURS)
    assert (reason is None) if says is None else says in (reason or "") and reason.startswith("Not work time")  # type: ignore[union-attr]


USES: list[tuple[dict[str, object], str | None]] = [
    ({}, None),
    ({"ends": time(10)}, "after the start"),
    ({"effect": ""}, "what it did"),
    ({"how_known": "watched"}, "how it is known"),
    ({"outside": "Not work time: lunch."}, "Not work time: lunch. Say why"),
    ({"outside": "Not work time: lunch.", "reason": "They were on duty."}, None),
    ({"excuse": "bored"}, "one of these"),
    ({"excuse": "union"}, "Union duties: that is no use for oneself"),
    ({"excuse": "emergency"}, "An emergency: that is no use"),
    ({"excuse": "carer"}, "Say why you go on with it"),
    ({"excuse": "asked"}, "Say why you go on with it"),
    ({"excuse": "carer", "reason": "They said themselves that it was not."}, None),
]


@pytest.mark.policy("3.3", "5.7")
@pytest.mark.parametrize(("changes", "says"), USES)
def test_use_outside_work_time_needs_a_reason_to_go_on(changes: dict[str, object], says: str | None) -> None:
    said: dict[str, object] = {
        "starts": time(10),
        "ends": time(11),
        "how_known": "told",
        "excuse": "none",
        "effect": "A class waited.",
        "outside": None,
        "reason": "",
    }
    reason = work_time.why_not_note_use(**{**said, **changes})  # type: ignore[arg-type]
    assert (reason is None) if says is None else says in (reason or "")


@pytest.mark.policy("3.3")
def test_nobody_can_say_that_somebody_was_watched() -> None:
    words = " ".join(work_time.KNOWN_BY.values()).lower()
    assert not any(one in words for one in ("watch", "monitor", "log", "filter", "track"))


@pytest.mark.policy("3.3")
@pytest.mark.parametrize(
    ("ends", "breaks", "fits"),
    [
        (time(16), (), True),
        (time(8, 30), (), False),
        (time(16), (Break("Lunch", time(12), time(13)),), True),
        (time(16), (Break("Lunch", time(13), time(12)),), False),
        (time(16), (Break("Lunch", time(15, 30), time(16, 30)),), False),
        (time(16), (Break("Lunch", time(8), time(9)),), False),
    ],
)
def test_a_break_lies_inside_the_day(ends: time, breaks: tuple[Break, ...], fits: bool) -> None:
    assert (work_time.why_not_hours(starts=time(8, 30), ends=ends, breaks=breaks) is None) is fits
