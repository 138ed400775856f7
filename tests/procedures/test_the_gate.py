"""No sequence of acts publishes a changed text without a closed consultation about it, or a decision with its reasons.

Twice over: on the rules alone, with fingerprints in place of texts, and on the database with the procedures that people
use. What must hold is worked out here afresh, from what was recorded, and never by asking the gate.
"""

import inspect
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from builders import FRIDAY_6PM, World, a_revision, a_version_in_force
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from policy_acts import AGREED, TEXTS, again, answer_all, nothing_slipped_through, the_policy

from forethought.acknowledgements import procedures as acknowledgements
from forethought.core.errors import Refused
from forethought.policies import consulting, deciding, rules
from forethought.policies import procedures as policies
from forethought.policies.models import Approval, Consultation, Policy, Revision, Version
from forethought.policies.rules import Basis, Body, Outcome, Stance, Standing, Status
from forethought.policies.text import fingerprint
from forethought.rows import inside

QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck))

WHICH = st.sampled_from(range(len(TEXTS)))
YES_OR_NO = st.booleans()
REASONS = st.sampled_from(["", " ", "A court ruled today."])


#: What each act is given, by the name of its argument. `back`: how many screens ago somebody looked.
GIVEN: dict[str, st.SearchStrategy[Any]] = {
    "which": WHICH,
    "other": st.one_of(st.none(), WHICH),
    "before": st.one_of(st.none(), WHICH),
    "days": st.sampled_from([0, 3, 5, 20]),
    "stance": st.sampled_from(Stance),
    "outcome": st.sampled_from(Outcome),
    "reasons": REASONS,
    "without": YES_OR_NO,
    "decides": st.sampled_from([True, True, True, False]),
    "reply": YES_OR_NO,
    "back": st.sampled_from([0, 0, 0, 0, 1, 2]),
    "fresh": YES_OR_NO,
    "withdraw": st.sampled_from([False, False, False, True]),
}


def act_at_random(machine: Any, data: st.DataObject) -> None:
    """Do one of the acts that are possible now, with what it is given drawn too."""
    act = data.draw(st.sampled_from(machine.possible()))
    act(**{name: data.draw(GIVEN[name]) for name in inspect.signature(act).parameters})


# --- The rules alone ---


@dataclass(frozen=True)
class Asked:
    """A consultation of the model: about which text, of which change, and how it ended."""

    revision: int
    text: bytes
    outcome: str = ""
    withdrawn: bool = False


class Rules(RuleBasedStateMachine):
    """The life of a policy as plain values, held by rules.py alone."""

    def __init__(self) -> None:
        super().__init__()
        self.marks = [fingerprint(text) for text in TEXTS]
        self.in_force = [self.marks[0]]
        self.asked: list[Asked] = []
        self.revision = 0
        self.approved: bytes | None = None
        self.footing: tuple[Basis, str] | None = None
        self.published: list[tuple[int, bytes, tuple[Basis, str], frozenset[bytes]]] = []
        self.begin()

    def begin(self) -> None:
        self.revision += 1
        self.status, self.text = Status.DRAFTING, self.in_force[-1]
        self.approved = self.footing = None

    def agreed(self) -> frozenset[bytes]:
        return frozenset({self.in_force[-1], fingerprint(AGREED)})

    def standing(self) -> Standing:
        closed = [one for one in self.asked if one.revision == self.revision and one.outcome and not one.withdrawn]
        last = next((one for one in reversed(closed) if one.text == self.text), closed[-1] if closed else None)
        return Standing(
            text=self.text,
            consulted=last.text if last else None,
            outcome=last.outcome if last else "",
            agreed=self.agreed(),
            approved=self.approved,
        )

    def move(self, verb: str) -> None:
        self.status = rules.MOVES[verb][1]

    # One rule, and the act is drawn inside it: of several rules, Hypothesis leaves most out in any one example.
    @rule(data=st.data())
    def somebody_acts(self, data: st.DataObject) -> None:
        act_at_random(self, data)

    def possible(self) -> list[Callable[..., None]]:
        """What is tried, the likelier the more often it stands here. What the state forbids is tried too."""
        every: list[Callable[..., None]] = [
            self.change_text,
            self.open_consultation,
            self.end_consultation,
            self.approve,
            self.publish,
        ]
        likely: dict[Status, list[Callable[..., None]]] = {
            Status.DRAFTING: [self.change_text, self.open_consultation, self.open_consultation, self.open_consultation],
            Status.CONSULTING: [self.end_consultation] * 5,
            Status.CONSULTED: [self.change_text, self.approve, self.approve, self.approve],
            Status.APPROVED: [self.publish, self.publish, self.publish, self.change_text, self.drop_revision],
        }
        return [*every, *likely[self.status]]

    def change_text(self, which: int) -> None:
        if rules.why_not_move("change_text", status=self.status) is None:
            self.text = self.marks[which]
            self.move("change_text")

    def open_consultation(self) -> None:
        changed = self.text not in self.agreed()
        if rules.why_not_open_consultation(status=self.status, changed=changed, days=20) is None:
            self.asked.append(Asked(self.revision, self.text))
            self.move("open_consultation")

    def end_consultation(self, outcome: Outcome, withdraw: bool) -> None:
        verb = "withdraw_consultation" if withdraw else "close_consultation"
        if rules.why_not_move(verb, status=self.status) is None:
            how: dict[str, Any] = {"withdrawn": True} if withdraw else {"outcome": outcome}
            self.asked[-1] = replace(self.asked[-1], **how)
            self.move(verb)

    def approve(self, decides: bool, without: bool, reasons: str) -> None:
        standing = self.standing()
        reason = rules.why_not_approve(
            status=self.status, standing=standing, decides=decides, without=without, reasons=reasons
        )
        basis = rules.basis_of(standing, without=without)
        if reason is None:
            assert basis is not None and decides
            self.approved, self.footing = self.text, (basis, reasons)
            self.move("approve")

    def publish(self) -> None:
        if rules.why_not_publish(status=self.status, standing=self.standing()) is None:
            assert self.footing is not None
            self.published.append((self.revision, self.text, self.footing, self.agreed()))
            self.in_force.append(self.text)
            self.begin()

    def drop_revision(self) -> None:
        if rules.why_not_move("drop_revision", status=self.status) is None:
            self.begin()

    @invariant()
    def whatever_was_published_stands_on_something(self) -> None:
        for revision, text, (basis, reasons), agreed in self.published:
            consulted = any(
                (one.revision, one.text) == (revision, text) and one.outcome and not one.withdrawn for one in self.asked
            )
            assert consulted or text in agreed or (basis is Basis.DECIDED and reasons.strip())


@pytest.mark.policy("F3", "10.3")
def test_no_sequence_gets_past_the_rules() -> None:
    run_state_machine_as_test(Rules, settings=settings(QUICK, max_examples=200, stateful_step_count=40))


# --- The procedures, on the database ---


class Acts(RuleBasedStateMachine):
    """The life of a policy on the database, by the procedures that people use, in any order and from stale pages."""

    world: World
    #: How many changes were published in all examples together.
    published = 0

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)
        self.stack.enter_context(inside(self.world.school.id))
        self.at = FRIDAY_6PM
        #: Changes as other people's screens still show them, each with the version that it had.
        self.screens: list[tuple[Revision, int]] = []
        self.known = recorded()
        self.moved = True

    def teardown(self) -> None:
        self.stack.close()

    def try_to(self, do: Any, **given: Any) -> bool:
        """Do something. When it is refused, nothing may have changed."""
        self.at += timedelta(minutes=1)
        try:
            do(by=self.world.head, at=self.at, **given)
        except Refused:
            assert recorded() == self.known
            return False
        self.known, self.moved = recorded(), True
        return True

    def seen(self, back: int = 0, fresh: bool = True) -> dict[str, Any]:
        """A change and its version: as they are, or as an older screen shows them, perhaps with the version of now."""
        now = Revision.objects.order_by("-started_at").select_related("text").first()
        assert now is not None
        self.screens.append((now, now.version))
        revision, version = self.screens[max(len(self.screens) - 1 - back, 0)]
        return {"revision": revision, "version": again(revision).version if back and fresh else version}

    def status(self) -> str:
        """Where the newest change stands."""
        return str(self.known[0][-1][2])  # type: ignore[index]

    @rule(data=st.data())
    def somebody_acts(self, data: st.DataObject) -> None:
        act_at_random(self, data)

    def possible(self) -> list[Callable[..., None]]:
        """What is tried, the likelier the more often it stands here. What the state forbids is tried too."""
        every: list[Callable[..., None]] = [self.change_text, self.approve, self.publish]
        match self.status():
            case Status.PUBLISHED | Status.DROPPED:
                return [*every, *[self.start_again] * 6]
            case Status.DRAFTING:
                return [*every, *[self.open_consultation] * 4, self.hurry, self.drop_revision, self.time_passes]
            case Status.CONSULTING:
                ends: list[Callable[..., None]] = [
                    self.withdraw_consultation,
                    self.close_consultation,
                    *[self.ask_to_the_end] * 4,
                ]
                return [*every, self.respond, self.respond, self.time_passes, *ends]
            case Status.CONSULTED:
                return [*every, *[self.approve] * 2, *[self.hurry] * 3, self.respond]
            case _:
                return [*every, *[self.publish] * 3, self.change_text]

    def change_text(self, which: int, back: int, fresh: bool) -> None:
        seen = self.seen(back, fresh)
        self.try_to(policies.change_text, text=TEXTS[which], label=seen["revision"].label, summary="", **seen)

    def start_again(self, which: int) -> None:
        assert self.try_to(policies.start_revision, policy=the_policy(), baseline=None)
        self.change_text(which, 0, True)

    def open_consultation(self, days: int, back: int, fresh: bool) -> None:
        self.try_to(consulting.open_consultation, policy=the_policy(), days=days, staff=[], **self.seen(back, fresh))

    def withdraw_consultation(self, back: int, fresh: bool) -> None:
        self.try_to(consulting.withdraw_consultation, **self.seen(back, fresh))

    def respond(self, stance: Stance, reply: bool) -> None:
        consultation = Consultation.objects.order_by("-opened_at").first()
        assert consultation is not None
        self.try_to(consulting.respond, consultation=consultation, stance=stance, words="Because.")
        if reply:
            answer_all(self.world, consultation, at=self.at)

    def close_consultation(self, outcome: Outcome, reasons: str, back: int, fresh: bool) -> None:
        self.try_to(consulting.close_consultation, outcome=outcome, reasons=reasons, **self.seen(back, fresh))

    def ask_to_the_end(self) -> None:
        """Wait, answer everybody, and close as well as can be: the road that people mean to take."""
        self.at += timedelta(days=60)
        for consultation in Consultation.objects.filter(closed_at=None, withdrawn_at=None):
            answer_all(self.world, consultation, at=self.at)
        closing = consulting.close_consultation
        assert any(self.try_to(closing, outcome=one, reasons="So.", **self.seen()) for one in Outcome)

    def approve(self, without: bool, decides: bool, reasons: str, back: int, fresh: bool) -> None:
        done = self.try_to(
            deciding.approve,
            policy=the_policy(),
            body=Body.FULL_BOARD,
            met_on=self.at.date(),
            minute="GB 7",
            review_on=None,
            without=without,
            reasons=reasons,
            decides=decides,
            **self.seen(back, fresh),
        )
        assert decides or not done

    def publish(self, back: int, fresh: bool) -> None:
        done = self.try_to(acknowledgements.publish, policy=the_policy(), **self.seen(back, fresh))
        Acts.published += done

    def hurry(self, before: int | None, without: bool, reasons: str, other: int | None) -> None:
        """Have it approved and published, with the text changed before and in between, or not."""
        if before is not None:
            self.change_text(before, 0, True)
        self.approve(without, True, reasons, 0, True)
        if other is not None:
            self.change_text(other, 0, True)
        self.publish(0, True)
        if other is not None:
            self.publish(1, True)

    def drop_revision(self) -> None:
        self.try_to(policies.drop_revision, **self.seen())

    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days * 8, hours=1)

    @invariant()
    def whatever_was_published_stands_on_something(self) -> None:
        # After a refused act everything is as it was.
        if self.moved:
            nothing_slipped_through()
        self.moved = False


def recorded() -> tuple[list[Any], ...]:
    """What a refused act must leave as it was."""
    return (
        list(Revision.objects.order_by("started_at").values_list("pk", "version", "status", "text")),
        list(Consultation.objects.order_by("pk").values_list("pk", "outcome", "closed_at", "withdrawn_at")),
        list(Approval.objects.order_by("pk").values_list("pk")),
        list(Version.objects.order_by("pk").values_list("pk")),
        list(Policy.objects.values_list("version", "in_force", "review_on")),
    )


@pytest.mark.policy("F3", "10.3")
def test_no_sequence_of_acts_publishes_what_nobody_was_asked_about(world: World) -> None:
    a_version_in_force(world)
    policies.keep_baseline(
        school=world.school,
        label="JCC 2",
        supplier="County",
        forum="Joint council",
        agreed_on=date(2026, 2, 1),
        text=AGREED,
        by=world.head,
        at=world.at,
    )
    a_revision(world, changed=False)
    machine = type("ActsInASchool", (Acts,), {"world": world})
    run_state_machine_as_test(machine, settings=settings(QUICK, max_examples=20, stateful_step_count=25))
    assert Acts.published > 3, "the roads that lead somewhere were hardly walked"
