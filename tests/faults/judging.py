"""What ten simulated years must have left, judged by the plan, the rows, the trail and the mails.

early   something was said before its time, by true time; a clock wrong by under ten minutes is believed
lost    something was never said, or a letter never went
twice   something was said twice: two events, two letters to one person, or a mail twice without a kill to explain it
"""

import uuid
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from school_years import BEGINS, BELIEVED, DAY, PRESSES, WARNED, Deadline, Item, all_of

from forethought.audit.models import Entry
from forethought.audit.verifying import wrong_in_trail
from forethought.cases.models import Case, Owed
from forethought.people.models import Alarm, Letter
from forethought.rows import inside
from forethought.takedowns.models import NoticeSent


def newest_case() -> Case:
    """The case that was opened last."""
    case_id = Entry.objects.filter(verb="tests.case").order_by("-seq").values_list("case_id", flat=True)[0]
    return Case.objects.get(pk=case_id)


def case_of(about: uuid.UUID) -> Case:
    """The case in which something is owed."""
    return Owed.objects.select_related("case").get(about=about).case


def waiting_for_a_wrong_clock(wall: datetime) -> list[str]:
    """Letters that would be tried only when the clock shows again what it showed when it was wrong."""
    late = Letter.objects.filter(sent_at__isnull=True, tries__gt=0, try_at__gt=wall + timedelta(minutes=61))
    return [f"A letter waits until {letter.try_at} at {wall}." for letter in late]


class Looks:
    """When the worker looked, by true time and by its clock, from what was written down beside the database."""

    def __init__(self, folder: Path) -> None:
        self.true: dict[datetime, tuple[float, float]] = {}
        for line in (folder / "begun").read_text().splitlines():
            wall, now, error = line.split()
            self.true[datetime.fromisoformat(wall)] = (float(now), float(error))
        #: Turns that came to their end without being held: what the clock showed and true time, in seconds.
        self.whole: list[tuple[float, float]] = []
        for line in (folder / "turns").read_text().splitlines():
            wall, now, _, held = line.split()
            if held == "0":
                self.whole.append(((datetime.fromisoformat(wall) - BEGINS).total_seconds(), float(now)))
        self.whole.sort()

    def between(self, first: float, last: float, since: float, until: float) -> bool:
        """Whether it looked while its clock showed a time from `first` to before `last`, between two true times.

        A clock that was believed an hour ahead shows that hour a second time when it is put right.
        """
        some = self.whole[bisect_left(self.whole, (first, 0.0)) : bisect_left(self.whole, (last, 0.0))]
        return any(since < now < until for _, now in some)


def judge(
    school_id: uuid.UUID, plan: Sequence[Item], folder: Path, came: Counter[str], now: datetime
) -> dict[str, Any]:
    """Everything that is wrong, in sentences, and what was counted."""
    wrong: dict[str, list[str]] = {"early": [], "lost": [], "twice": []}
    looks, deadlines = Looks(folder), all_of(plan)
    kills = len(_lines(folder / "kills"))
    with inside(school_id):
        _judge_events(deadlines, looks, wrong)
        _judge_times(deadlines, looks, plan, wrong)
        wrong["lost"] += _lines(folder / "stuck")
        wrong["lost"] += [f"{one.kind} is still due" for one in Owed.objects.filter(fires_at__lte=now, done_at=None)]
        came = came + Counter(_lines(folder / "mails"))
        mails, twins = _judge_mails(came, kills, wrong)
        trail = wrong_in_trail(school_id)
    kinds = Counter("far" if abs(one.error) > BELIEVED else "near" for one in plan if one.what == "clock" and one.error)
    return {
        "deadlines": len(deadlines),
        "settled": sum(one.settled is not None for one in deadlines),
        "kills": kills,
        "clock_jumps": kinds["far"],
        "clock_steps": kinds["near"],
        "reboots": sum(one.what == "reboot" for one in plan),
        "looks": len(looks.true),
        "mails": mails,
        "twins": twins,
        **{name: len(found) for name, found in wrong.items()},
        "wrong": {name: found[:5] for name, found in wrong.items()},
        "trail": trail,
    }


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _verbs(one: Deadline) -> tuple[str, str]:
    """The event of the first step, if it has one, and that of the last."""
    if one.kind == "alarm":
        return "", "tests.ring"
    if one.kind in PRESSES:
        return "cases.remind", "cases.fall_late"
    return ("cases.warn" if WARNED[one.kind] else ""), "cases.fall_late"


def _steps(one: Deadline) -> tuple[float, float]:
    """From when the first step, and from when the last, in seconds."""
    if one.kind in PRESSES:
        return one.due, one.due + DAY
    return max(one.due - WARNED[one.kind], one.put), one.due


def _judge_events(deadlines: Sequence[Deadline], looks: Looks, wrong: dict[str, list[str]]) -> None:
    """One event for each step that was to be taken, and none more; one letter each for whoever was told."""
    events: dict[Any, list[tuple[str, Any]]] = defaultdict(list)
    for about, verb, seq in Entry.objects.filter(about__isnull=False).values_list("about", "verb", "seq"):
        events[about].append((verb, seq))
    letters: Counter[tuple[Any, str, Any]] = Counter(Letter.objects.values_list("about", "kind", "person_id"))
    wrong["twice"] += [f"{kind}: {count} letters to one person" for (about, kind, _), count in letters.items()
                       if count > 1 and about in {one.about for one in deadlines}]  # fmt: skip
    told = Counter((about, kind) for about, kind, _ in letters)
    late = dict(Owed.objects.values_list("about", "late_at"))
    for one in deadlines:
        first, last = _verbs(one)
        counted = Counter(verb for verb, _ in events[one.about])
        wrong["twice"] += [f"{one}: {verb} {times} times" for verb, times in counted.items() if times > 1]
        if one.settled is not None:
            wrong["twice"] += [f"{one}: {last} although it was done"] if counted[last] else []
            continue
        if not counted[last]:
            wrong["lost"].append(f"{one}: never {last}")
        elif not told[one.about, "needs_you" if one.kind == "alarm" else "late"]:
            wrong["lost"].append(f"{one}: nobody was told")
        begins, ends = _steps(one)
        # A step that was slept through is left out, and only then.
        fell = looks.true[late[one.about]][0] if late.get(one.about) else float("inf")
        if first and not counted[first] and looks.between(begins + 0.01, ends, since=one.put + 1, until=fell):
            wrong["lost"].append(f"{one}: never {first}")


def _judge_times(
    deadlines: Sequence[Deadline], looks: Looks, plan: Sequence[Item], wrong: dict[str, list[str]]
) -> None:
    """Nothing before its time by true time, but for what a clock was believed that nobody put right for hours."""
    moves = [item for item in plan if item.what == "clock"]
    places = [item.at for item in moves]
    times: dict[Any, dict[str, datetime]] = {
        about: {"first": warned, "last": late}
        for about, warned, late in Owed.objects.values_list("about", "warned_at", "late_at")
    }
    times |= {about: {"last": rung} for about, rung in Alarm.objects.values_list("about", "rung_at")}
    for one in deadlines:
        for step, threshold in zip(("first", "last"), _steps(one), strict=True):
            fired = times[one.about].get(step)
            if fired is None or (one.settled is not None and step == "last"):
                continue
            now, error = looks.true[fired]
            place = bisect_right(places, now) - 1
            if place >= 0 and moves[place].stays:
                continue
            believed = max(error, 0.0) if abs(error) <= BELIEVED else 0.0
            if now + believed < threshold - 1e-3:
                wrong["early"].append(f"{one}: {step} {threshold - now:.3f} s early, clock wrong by {error} s")


def _judge_mails(came: Counter[str], kills: int, wrong: dict[str, list[str]]) -> tuple[int, int]:
    """Every letter went, or rode with one that went; and a mail came twice only where a kill explains it."""
    letters = Letter.objects.filter(person__isnull=False)
    for kind, dropped, waits in letters.filter(sent_at__isnull=True).values_list("kind", "dropped", "try_at"):
        if waits is not None or dropped not in {"joined", "done"}:
            wrong["lost"].append(f"A letter did not go: {kind} {dropped} {waits}")
    ids = set(letters.filter(sent_at__isnull=False).values_list("message_id", flat=True))
    ids |= set(NoticeSent.objects.filter(taken_at__isnull=False).values_list("message_id", flat=True))
    wrong["lost"] += [f"A mail is noted as sent and did not come: {one}" for one in ids - came.keys()]
    wrong["lost"] += [f"A notice did not go: {one.try_at}" for one in NoticeSent.objects.filter(taken_at=None)]
    twins = sum(count - 1 for count in came.values())
    if twins > kills:
        wrong["twice"].append(f"{twins} mails came twice, and there were {kills} kills")
    return len(came), twins
