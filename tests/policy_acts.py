"""A change to the policy on its way, step by step, by the procedures that people use."""

from datetime import date, datetime, timedelta
from typing import Any

from builders import OWN_TEXT, World

from forethought.acknowledgements import procedures as acknowledgements
from forethought.audit.procedures import PROGRAM
from forethought.core.clock import london
from forethought.people import procedures as people
from forethought.people.models import Kind, Letter, Person
from forethought.policies import consulting, deciding
from forethought.policies import procedures as policies
from forethought.policies.models import (
    Approval,
    Baseline,
    Consultation,
    Policy,
    Response,
    Revision,
    Union,
    Version,
)
from forethought.policies.rules import Basis, Body, Outcome, Stance, Status
from forethought.policies.standing import version_on
from forethought.policies.text import Paragraph, Text

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

FIRST, *REST = OWN_TEXT


def reworded(words: str) -> Text:
    return (Paragraph(FIRST.number, FIRST.title, words), *REST)


#: The text in force; one with a word changed; one with a full stop less; one whose space no eye can tell; and one that
#: the unions had agreed with its supplier.
AGREED = reworded("This policy was agreed by the joint council.")
TEXTS: list[Text] = [
    OWN_TEXT,
    reworded(FIRST.words.replace("protects", "shields")),
    reworded(FIRST.words.rstrip(".")),
    reworded(FIRST.words.replace(" ", "\u00a0", 1)),
    AGREED,
]


def the_policy() -> Policy:
    """The school's policy, as a request would load it."""
    return Policy.objects.select_related("in_force__text", "school").get()


def again(revision: Revision) -> Revision:
    """A change as another request would load it."""
    found: Revision = Revision.objects.select_related("text", "based_on__text", "baseline__text").get(pk=revision.pk)
    return found


def somebody(world: World, name: str, *, email: str = "", kind: Kind = Kind.EMPLOYEE) -> Person:
    """One more adult who works or helps here."""
    return people.add_person(
        school=world.school, name=name, email=email, kind=kind, starts_on=world.at.date(), by=PROGRAM, at=world.at
    )


def a_union(world: World, name: str = "Teachers Together", *, representative: Person | None = None) -> Union:
    """A recognised union. Its representative is nobody's employee here unless one is given."""
    if representative is None:
        key = name.lower().replace(" ", "-")
        representative = somebody(world, f"{name} speaker", email=f"{key}@union.example", kind=Kind.CONTRACTOR)
    return policies.recognise_union(
        school=world.school, name=name, representative=representative, by=world.head, at=world.at
    )


def ask(world: World, revision: Revision, *, days: int = 20, by: Person | None = None, at: datetime) -> Consultation:
    """Ask staff and unions about a change."""
    return consulting.open_consultation(
        policy=the_policy(),
        revision=revision,
        version=again(revision).version,
        days=days,
        staff=[person for person, _ in acknowledgements.engaged(london(at).date())],
        by=by or world.head,
        at=at,
    )


def say(
    consultation: Consultation, by: Person, stance: Stance = Stance.AGREE, *, at: datetime, **more: Any
) -> Response:
    """Give a view."""
    words = more.pop("words", "Say it more plainly." if stance in {Stance.COMMENTS, Stance.NOT_AGREE} else "")
    return consulting.respond(consultation=consultation, stance=stance, words=words, by=by, at=at, **more)


def answer_all(world: World, consultation: Consultation, *, at: datetime) -> None:
    """Answer every view that waits."""
    for response in consultation.responses.filter(reply__isnull=True).select_related("person"):
        consulting.reply(response=response, words="Thank you. We have thought about it.", by=world.head, at=at)


def close(
    world: World, revision: Revision, outcome: Outcome = Outcome.NO_RESPONSE, *, reasons: str = "", at: datetime
) -> None:
    """Close the consultation on a change."""
    consulting.close_consultation(
        revision=revision, version=again(revision).version, outcome=outcome, reasons=reasons, by=world.head, at=at
    )


def approve(world: World, revision: Revision, *, at: datetime, **changes: Any) -> Approval:
    """Record that the governors approved a change."""
    said: dict[str, Any] = {
        "body": Body.FULL_BOARD,
        "met_on": london(at).date(),
        "minute": "GB 7",
        "review_on": None,
        "without": False,
        "reasons": "",
        "decides": True,
        "version": again(revision).version,
        **changes,
    }
    return deciding.approve(policy=the_policy(), revision=revision, by=world.chair, at=at, **said)


def publish(world: World, revision: Revision, *, at: datetime) -> Version:
    """Put a change into force and ask everybody to read it."""
    return acknowledgements.publish(
        policy=the_policy(), revision=revision, version=again(revision).version, by=world.head, at=at
    )


def a_closed_consultation(
    world: World,
    revision: Revision,
    outcome: Outcome = Outcome.NO_RESPONSE,
    *,
    reasons: str = "",
    at: datetime,
) -> datetime:
    """Ask about a change, let the time pass, and close. Returns the instant after it."""
    consultation = ask(world, revision, at=at)
    close(world, revision, outcome, reasons=reasons, at=consultation.closes_at)
    return consultation.closes_at + HOUR


def letters(kind: str, consultation: Consultation | None = None) -> list[str]:
    """To whom letters of a kind are owed, one entry each, in the order of their names."""
    found = Letter.objects.filter(kind=kind, try_at__isnull=False)
    if consultation is not None:
        found = found.filter(about=consultation.id)
    return sorted(name for name in found.values_list("person__name", flat=True) if name)


def a_year_after(day: date) -> date:
    """The same day a year later, as a person counts."""
    return day.replace(year=day.year + 1)


def nothing_slipped_through() -> None:
    """Each published text was asked about, or agreed before, or decided on with reasons; and the last is in force."""
    baselines = {
        bytes(one.text.fingerprint) for one in Baseline.objects.filter(agreed_on__isnull=False) if one.text is not None
    }
    in_force: bytes | None = None
    versions = list(Version.objects.order_by("in_force_on", "published_at"))
    for one in versions:
        assert one.text is not None
        mark = bytes(one.text.fingerprint)
        if not one.brought:
            approval = one.approval
            assert approval is not None and approval.text_id == one.text_id
            assert approval.revision is not None and approval.revision.status == Status.PUBLISHED
            asked = approval.revision.consultations.filter(
                text=one.text, closed_at__lte=approval.approved_at, withdrawn_at__isnull=True
            )
            decided = approval.basis == Basis.DECIDED and approval.reasons.strip()
            assert asked.exists() or mark in {in_force, *baselines} or decided
            # And it says truly on which of these it stands.
            assert (approval.basis == Basis.CONSULTED) == (approval.consultation_id is not None)
            assert approval.consultation is None or approval.consultation in asked
            assert approval.basis != Basis.UNCHANGED or mark in {in_force, *baselines}
            if approval.consultation is not None and approval.consultation.outcome == Outcome.NOT_AGREED:
                assert approval.reasons.strip()
        in_force = mark
    if versions:
        assert the_policy().in_force_id == versions[-1].pk
        assert version_on(versions[-1].in_force_on) == versions[-1]
