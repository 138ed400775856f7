"""The sentences of “Owed next” on a takedown, word for word."""

from datetime import UTC, datetime, timedelta

import pytest

from forethought.takedowns.marks import approach_due, resolve_due
from forethought.takedowns.owing import owed
from forethought.takedowns.rules import MOVES, Status

SECOND = timedelta(seconds=1)


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


REPORTED = at(2026, 11, 20, 18)
APPROACH = at(2026, 11, 20, 22)
RESOLVE = at(2026, 11, 21, 18)


def say(status: Status, now: datetime, **extra):
    usual = {"reported_at": REPORTED, "approach_due_at": APPROACH, "resolve_due_at": RESOLVE}
    return owed(status=status, at=now, **{**usual, **extra})


ASKED = {"asked_at": at(2026, 11, 20, 19, 12), "role": "Deputy head"}
LOOKED = {"last_look_at": at(2026, 11, 21, 18, 30)}
GONE = {"seen_gone_at": at(2026, 11, 20, 20, 40)}


@pytest.mark.policy("8.3", "8.4", "8.5")
@pytest.mark.parametrize(
    ("status", "now", "extra", "what", "late", "sentence"),
    [
        (Status.TO_ASK, at(2026, 11, 20, 18, 10), {}, "ask_host", False,
         "Ask the host by 10pm today, Friday 20 November. 3 hours 50 minutes left."),
        (Status.TO_ASK, at(2026, 11, 20, 21), {}, "ask_host", False,
         "Due soon. Ask the host by 10pm today, Friday 20 November. 1 hour left."),
        (Status.TO_ASK, at(2026, 11, 20, 20, 59, 59), {}, "ask_host", False,
         "Ask the host by 10pm today, Friday 20 November. 1 hour left."),
        (Status.TO_ASK, at(2026, 11, 20, 21, 5), {}, "ask_host", False,
         "Due soon. Ask the host by 10pm today, Friday 20 November. 55 minutes left."),
        (Status.TO_ASK, APPROACH, {}, "ask_host", False,
         "Due soon. Ask the host by 10pm today, Friday 20 November. Due now."),
        (Status.TO_ASK, APPROACH + SECOND, {}, "ask_host", True,
         "Late. The host was to be asked by 10pm on Friday 20 November. Ask now, or say why not."),
        (Status.TO_ASK, RESOLVE + SECOND, {}, "ask_host", True,
         "Late. The host was to be asked by 10pm on Friday 20 November, and the 24 hours ended at 6pm on Saturday "
         "21 November. Ask now, or say why not."),
        (Status.TO_ASK, at(2026, 11, 20, 18, 10), {"gone_at": at(2026, 11, 14, 18)}, "ask_host", False,
         "Back. Reported at 6pm, after 6 days gone. Ask again by 10pm today, Friday 20 November. "
         "3 hours 50 minutes left."),
        (Status.TO_ASK, APPROACH + SECOND, {"gone_at": at(2026, 11, 14, 18)}, "ask_host", True,
         "Late. It is back. The host was to be asked again by 10pm on Friday 20 November. Ask now, or say why not."),
        (Status.AUTHOR_ASKED, at(2026, 11, 20, 19), {"asked_at": at(2026, 11, 20, 18, 40)}, "ask_host", False,
         "Author asked at 6:40pm. Still ask the host by 10pm today, Friday 20 November, unless it goes first."),
        (Status.AUTHOR_ASKED, at(2026, 11, 20, 21, 30), {"asked_at": at(2026, 11, 20, 18, 40)}, "ask_host", False,
         "Due soon. Author asked at 6:40pm. Still ask the host by 10pm today, Friday 20 November, unless it goes "
         "first. 30 minutes left."),
        (Status.AUTHOR_ASKED, at(2026, 11, 21, 8), {"asked_at": at(2026, 11, 20, 18, 40)}, "ask_host", True,
         "Late. Author asked at 6:40pm on Friday 20 November. The host was to be asked by 10pm on Friday 20 November. "
         "Ask now, or say why not."),
        (Status.HOST_ASKED, at(2026, 11, 20, 20), ASKED, "check_removal", False,
         "Asked at 7:12pm. Look by 6pm on Saturday 21 November, when the 24 hours end."),
        (Status.HOST_ASKED, at(2026, 11, 21, 17, 5), ASKED, "check_removal", False,
         "Due soon. Asked at 7:12pm on Friday 20 November. Look by 6pm today, Saturday 21 November, when the 24 hours "
         "end. 55 minutes left."),
        (Status.HOST_ASKED, RESOLVE, ASKED, "check_removal", False,
         "Due soon. Asked at 7:12pm on Friday 20 November. Look by 6pm today, Saturday 21 November, when the 24 hours "
         "end. Due now."),
        (Status.HOST_ASKED, RESOLVE + SECOND, ASKED, "check_removal", True,
         "Late. The 24 hours ended at 6pm on Saturday 21 November. Look now. Still there? Go to the next step."),
        (Status.HOST_ASKED, at(2026, 11, 21, 20), {**ASKED, **LOOKED}, "escalate", True,
         "Late. The 24 hours ended at 6pm on Saturday 21 November. Still there at 6:30pm. Go to the next step, and "
         "look again."),
        (Status.ESCALATED, at(2026, 11, 20, 20), ASKED, "check_removal", False,
         "Next step taken at 7:12pm. Look by 6pm on Saturday 21 November, when the 24 hours end."),
        (Status.LEFT_UP, at(2026, 11, 20, 20), ASKED, "check_removal", False,
         "Deputy head said why not. The 24 hours still end at 6pm on Saturday 21 November."),
        (Status.LEFT_UP, RESOLVE + SECOND, ASKED, "check_removal", True,
         "Late. The 24 hours ended at 6pm on Saturday 21 November. Deputy head said why not. Look now: is it still "
         "there?"),
        (Status.LEFT_UP, at(2026, 11, 21, 19), {**ASKED, **LOOKED}, "", False,
         "Deputy head said why not. Looked at 6:30pm. Nothing more is owed, unless the reason ends."),
        (Status.HANDED, at(2026, 11, 20, 20), ASKED, "check_removal", False,
         "Only the person concerned can complain. Their pack is ready; Deputy head is helping. Our 24 hours do not "
         "pause: look by 6pm on Saturday 21 November."),
        (Status.HANDED, RESOLVE + SECOND, ASKED, "check_removal", True,
         "Late. The 24 hours ended at 6pm on Saturday 21 November. Only the person concerned can complain; Deputy head "
         "is helping. Look now."),
        (Status.SEEN_SIGNED_IN, at(2026, 11, 20, 20), {}, "check_removal", False,
         "Seen gone, signed in. Look signed out by 6pm on Saturday 21 November."),
        (Status.SEEN_SIGNED_IN, RESOLVE + SECOND, {}, "check_removal", True,
         "Late. The 24 hours ended at 6pm on Saturday 21 November. Seen gone, signed in. Look signed out now."),
        (Status.GONE, at(2026, 11, 20, 21), GONE, "check_removal", False,
         "Removed, seen at 8:40pm on Friday 20 November, 2 hours 40 minutes after the report. Look again by 8:40pm on "
         "Saturday 21 November."),
        (Status.GONE, at(2026, 11, 22), {**GONE, "last_look_at": at(2026, 11, 21, 20)}, "check_removal", False,
         "Removed, seen at 8:40pm on Friday 20 November, 2 hours 40 minutes after the report. Look again by 8:40pm on "
         "Friday 27 November."),
        (Status.AMENDED, at(2026, 11, 22), GONE, "check_removal", True,
         "Late. Amended as asked, seen at 8:40pm on Friday 20 November, 2 hours 40 minutes after the report. Somebody "
         "was to look again by 8:40pm on Saturday 21 November. Look now."),
        (Status.GONE, at(2027, 1, 2), {**GONE, "last_look_at": at(2026, 12, 20, 20)}, "", False,
         "Removed, seen at 8:40pm on Friday 20 November 2026, 2 hours 40 minutes after the report. Looked again after "
         "30 days. Nothing is owed."),
        (Status.WITHDRAWN, RESOLVE, {}, "", False, "Withdrawn. Nothing is owed."),
    ],
)  # fmt: skip
def test_what_is_owed_is_said_in_one_sentence(status, now, extra, what, late, sentence):
    said = say(status, now, **extra)
    assert (said.what, said.late, said.sentence) == (what, late, sentence)
    assert said.what in {"", *MOVES}
    assert (said.due_at is None) is (said.what == "")


@pytest.mark.policy("8.3")
def test_a_report_at_nine_in_the_evening():
    reported = at(2026, 11, 20, 21)
    said = owed(
        status=Status.TO_ASK, reported_at=reported, approach_due_at=approach_due(reported),
        resolve_due_at=resolve_due(reported), at=reported,
    )  # fmt: skip
    assert said.sentence == "Ask the host by 10am on Saturday 21 November. 13 hours left."


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("hours", [0, 3, 5, 24, 30, 24 * 8, 24 * 40])
def test_no_sentence_says_tomorrow_and_each_names_the_day(status, hours):
    said = say(status, REPORTED + timedelta(hours=hours), seen_gone_at=REPORTED + timedelta(hours=2)).sentence
    assert "tomorrow" not in said.lower()
    assert "day" in said or status is Status.WITHDRAWN
    assert say(status.value, REPORTED, seen_gone_at=REPORTED).sentence


@pytest.mark.policy("8.5")
@pytest.mark.parametrize(
    ("looked", "waiting", "left_up"),
    [
        (RESOLVE - SECOND, "check_removal", "check_removal"),
        (RESOLVE, "escalate", ""),
        (RESOLVE + SECOND, "escalate", ""),
    ],
)
def test_a_look_at_the_very_end_of_the_24_hours_counts(looked, waiting, left_up):
    now = RESOLVE + timedelta(hours=1)
    assert say(Status.HOST_ASKED, now, **ASKED, last_look_at=looked).what == waiting
    assert say(Status.LEFT_UP, now, **ASKED, last_look_at=looked).what == left_up
