"""Takedowns in every status, made by the acts that people use, and what each owes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from builders import World, a_case, ask_the_host, notice_fields, the_takedown

from forethought.cases.models import Owed
from forethought.takedowns import procedures
from forethought.takedowns.ladder import Refusal
from forethought.takedowns.models import Takedown
from forethought.takedowns.rules import Result, Status, Wanted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def owed(takedown: Takedown) -> dict[str, datetime]:
    return dict(Owed.objects.filter(about=takedown.id, done_at__isnull=True).values_list("kind", "due_at"))


def again(takedown: Takedown) -> Takedown:
    return the_takedown(takedown.case)


def step_fields(takedown: Takedown, refusal: Refusal, **changes: object) -> dict[str, Any]:
    return {
        **notice_fields(takedown),
        "rung": "host_abuse",
        "host": "The site",
        "refusal": str(refusal),
        "refusal_words": "We will not.",
        "asked_at": takedown.asked_at,
        "reason": "It is about a named teacher.",
        **changes,
    }


def look(result: Result) -> Callable[[World, Takedown, datetime], object]:
    return lambda world, takedown, at: procedures.check_removal(
        takedown=takedown, result=result, by=world.senior, at=at
    )


ACTS: dict[str, Callable[[World, Takedown, datetime], object]] = {
    "ask_author": lambda w, t, at: procedures.ask_author(takedown=t, version=t.version, safe=True, by=w.senior, at=at),
    "ask_host": lambda w, t, at: ask_the_host(t, by=w.senior, at=at),
    "leave_up": lambda w, t, at: procedures.leave_up(
        takedown=t, version=t.version, reason="The police asked us to.", by=w.senior, at=at
    ),
    "escalate": lambda w, t, at: procedures.escalate(
        takedown=t,
        version=t.version,
        rung="host_abuse",
        refusal=Refusal.NO_WAY_TO_REACH,
        answer="",
        way="copied",
        fields=step_fields(t, Refusal.NO_WAY_TO_REACH),
        by=w.senior,
        at=at,
    ),
    "hand_to_complainant": lambda w, t, at: procedures.hand_to_complainant(
        takedown=t, version=t.version, helper=w.colleague, by=w.senior, at=at
    ),
    "check_removal": look(Result.STILL_THERE),
    "reopen": lambda w, t, at: procedures.reopen(
        takedown=t, version=t.version, reason="It is back.", by=w.senior, at=at
    ),
    "withdraw": lambda w, t, at: procedures.withdraw(
        takedown=t, version=t.version, reason="Enough.", by=w.senior, at=at
    ),
}

#: How to come to each status from a new takedown, in acts.
WAYS: dict[Status, list[Callable[[World, Takedown, datetime], object]]] = {
    Status.TO_ASK: [],
    Status.AUTHOR_ASKED: [ACTS["ask_author"]],
    Status.HOST_ASKED: [ACTS["ask_host"]],
    Status.ESCALATED: [ACTS["escalate"]],
    Status.LEFT_UP: [ACTS["leave_up"]],
    Status.HANDED: [ACTS["hand_to_complainant"]],
    Status.SEEN_SIGNED_IN: [ACTS["ask_host"], look(Result.GONE_SIGNED_IN)],
    Status.GONE: [ACTS["ask_host"], look(Result.GONE_SIGNED_OUT)],
    Status.AMENDED: [
        lambda w, t, at: procedures.change_wish(
            takedown=t, version=t.version, wanted=Wanted.AMEND, wording="She was not there.", by=w.senior, at=at
        ),
        ACTS["ask_host"],
        look(Result.AMENDED_AS_ASKED),
    ],
    Status.WITHDRAWN: [ACTS["withdraw"]],
}


def a_takedown(world: World, status: Status = Status.TO_ASK) -> Takedown:
    takedown = the_takedown(a_case(world))
    for act in WAYS[status]:
        act(world, takedown, world.at + HOUR)
        takedown = again(takedown)
    assert takedown.status == status
    return takedown
