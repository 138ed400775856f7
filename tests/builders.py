"""The cast, and cases in every state, made by the procedures that people use: no test stands on what cannot happen."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps

from forethought.acknowledgements import procedures as acknowledgements
from forethought.audit.procedures import PROGRAM, Visitor
from forethought.cases import procedures as cases
from forethought.cases.models import Capacity, Case, Draft, Party, Report
from forethought.core.clock import london
from forethought.evidence import keyring
from forethought.evidence.gate import Answer
from forethought.evidence.intake import SealedUpload, exhibit_binding, exhibit_key_binding
from forethought.evidence.keys import new_key, wrap
from forethought.evidence.kinds import HEAD_LENGTH, kind_of
from forethought.evidence.models import Exhibit, Grant
from forethought.evidence.procedures import give_grant, keep_records
from forethought.evidence.reading import vault
from forethought.people import procedures as people
from forethought.people.models import Account, Kind, Person, Role, School
from forethought.policies import procedures as policies
from forethought.policies.models import Policy, Revision, Version
from forethought.policies.rules import Body
from forethought.policies.standing import text_of
from forethought.policies.text import Paragraph, Text
from forethought.reports import drafts
from forethought.reports.procedures import file_report
from forethought.rows import inside
from forethought.takedowns import procedures as takedowns
from forethought.takedowns.models import Takedown

#: Friday 20 November 2026, 6pm in London: the Friday of clauses.md 8.3.
FRIDAY_6PM = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)

ANSWERS: dict[str, object] = {
    "danger": "no",
    "happened": "Somebody wrote something vile about me.",
    "where": "https://board.example/t/1",
    "first_seen": "",
    "group": "parent",
    "name": "",
    "head": "no",
    "child": "no",
}


@dataclass(frozen=True)
class World:
    """A school and its cast. `at` is when it begins, in UTC."""

    school: School
    at: datetime
    head: Person
    senior: Person
    lead: Person
    chair: Person
    vice: Person
    teacher: Person
    colleague: Person

    def everybody(self) -> list[Person]:
        return [self.head, self.senior, self.lead, self.chair, self.vice, self.teacher, self.colleague]


def a_school(*, at: datetime = FRIDAY_6PM, name: str = "Larkfield Primary School", tag: str = "one") -> World:
    """A school with a head, a senior manager, a safeguarding lead, two governors and two teachers.

    Leave it before entering another; inside it, use `with inside(world.school.id)`.
    """
    began = at - timedelta(days=30)
    school = people.found_school(name=name, demonstration=False, by=PROGRAM, at=began)
    cast: dict[str, Person] = {}
    with inside(school.id):
        keyring.make_school_key(school_id=school.id, at=began)
        for key, who, role in (
            ("head", "Amina Okafor", Role.HEAD),
            ("senior", "David Reed", Role.SENIOR),
            ("lead", "Susan Patel", Role.LEAD),
            ("chair", "Joan Whitfield", Role.CHAIR),
            ("vice", "Colin Marsh", Role.VICE_CHAIR),
            ("teacher", "Tess Harlow", None),
            ("colleague", "Ben Foster", None),
        ):
            person = people.add_person(
                school=school,
                name=who,
                email=f"{key}@{tag}.example",
                kind=Kind.EMPLOYEE,
                starts_on=began.date(),
                by=PROGRAM,
                at=began,
            )
            if role is not None:
                people.appoint(person=person, role=role, by=PROGRAM, at=began)
            cast[key] = person
    return World(school=school, at=at, **cast)


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A school that the test is inside of."""
    made = a_school()
    with inside(made.school.id):
        yield made


def an_account(person: Person, *, password: str | None = None, at: datetime = FRIDAY_6PM) -> Account:
    """A way for somebody to sign in."""
    return people.make_account(person=person, email=person.email, password=password, by=PROGRAM, at=at)


def a_draft(
    world: World, *, by: Person | Visitor | None = None, at: datetime | None = None, **answers: object
) -> Draft:
    """A report that is written and not yet sent."""
    writer, when = by or world.teacher, at or world.at
    draft = drafts.start_draft(school_id=world.school.id, by=writer, at=when)
    drafts.save_draft(draft=draft, answers={**ANSWERS, **answers}, at=when)
    draft.refresh_from_db()
    return draft


def a_report(
    world: World, *, by: Person | Visitor | None = None, at: datetime | None = None, **answers: object
) -> Report:
    """A report that the school has."""
    draft = a_draft(world, by=by, at=at, **answers)
    return file_report(draft=draft, school=world.school, by=by or world.teacher, at=at or world.at).report


def a_case(world: World, *, at: datetime | None = None, **answers: object) -> Case:
    """A case that a senior manager has taken up."""
    case = a_report(world, at=at, **answers).case
    manager = case.manager or world.head
    cases.take_up(case=case, version=1, answers={}, harmed="", by=manager, at=at or world.at)
    case.refresh_from_db()
    return case


def the_takedown(case: Case) -> Takedown:
    """The takedown that the report began."""
    return Takedown.objects.select_related("case__school", "helper").get(case=case)


def harmed_in(case: Case) -> Party:
    """The person harmed in a case."""
    return case.parties.select_related("case", "person").get(capacity=Capacity.HARMED)


def notice_fields(takedown: Takedown, **changes: object) -> dict[str, object]:
    """Complete fields of a report in the app."""
    target, wording = takedowns.target_of(takedown)
    return {
        "reference": takedown.case.reference,
        "sent_at": takedown.reported_at,
        "sender_name": "David Reed",
        "sender_role": "Senior manager",
        "authority": "school",
        "recipient": "The site",
        "found_how": "On its help page",
        "category": "Harassment",
        "rule": "It is about a named teacher.",
        "account_used": "The school’s own account",
        "address": target.address,
        "platform": target.platform,
        "group": target.group,
        "handle": target.handle,
        "description": target.description,
        "first_seen_at": takedown.reported_at,
        "wanted": takedown.wish,
        "wording": wording,
        "reply_by": takedown.resolve_due_at,
        "reply_to": "office@larkfield.example",
        **changes,
    }


def ask_the_host(takedown: Takedown, *, by: Person, at: datetime) -> Takedown:
    """A takedown whose host has been asked."""
    takedowns.ask_host(
        takedown=takedown,
        version=takedown.version,
        kind="N1",
        way="copied",
        by=by,
        at=at,
        fields=notice_fields(takedown),  # type: ignore[arg-type]
    )
    return the_takedown(takedown.case)


def a_grant(draft: Draft, *, by: Person | Visitor, at: datetime, under_18: str = "no", adult: str = "no") -> Grant:
    """The answers to the gate for a draft."""
    return give_grant(
        case_id=draft.case_id,
        school_id=draft.school_id,
        under_18=Answer(under_18),
        adult_intimate=Answer(adult),
        danger=Answer.NO,
        by=by,
        at=at,
    )


def an_upload(draft: Draft, content: bytes = b"\x89PNG\r\n\x1a\nnot really", name: str = "shot.png") -> SealedUpload:
    """A file as the intake hands it over: sealed, durable, without a row yet."""
    where = {"school": draft.school_id, "case": draft.case_id, "exhibit": uuid.uuid4()}
    key = new_key()
    with vault(draft.school_id).begin(key=key, about=exhibit_binding(**where), ceiling=2**30) as incoming:
        incoming.write(content)
        kept = incoming.keep()
    wrapped = wrap(key, under=keyring.case_key(draft.school_id, draft.case_id), about=exhibit_key_binding(**where))
    return SealedUpload(
        exhibit=where["exhibit"],
        kept=kept,
        wrapped_key=wrapped,
        kind=kind_of(content[:HEAD_LENGTH], name),
        raw_name=name,
        claimed_type="image/png",
    )


def an_exhibit(draft: Draft, *, by: Person | Visitor, at: datetime, content: bytes = b"\x89PNG\r\n\x1a\nx") -> Exhibit:
    """A record with a file, kept under a grant."""
    grant = a_grant(draft, by=by, at=at)
    kept = keep_records(grant=grant, kind="social", uploads=[an_upload(draft, content)], particulars={}, by=by, at=at)
    return kept[0]


#: A short policy of the school's own. Its second paragraph has two sentences.
OWN_TEXT: Text = (
    Paragraph("1.1", "Why this is here", "This policy protects everybody who works here."),
    Paragraph("1.2", "Who it is for", "It is for every adult who works here. It holds after hours too."),
    Paragraph("8.3", "Reporting", "Report what you see within 24 hours."),
)


def a_policy(world: World, *, at: datetime | None = None) -> Policy:
    """The school's policy, begun here, with the model policy kept as a baseline. No version is in force yet."""
    when = at or world.at
    policy = policies.start_policy(school=world.school, by=world.head, at=when)
    policies.keep_model(school=world.school, by=world.head, at=when)
    return policy


def a_version_in_force(
    world: World, *, text: Text = OWN_TEXT, label: str = "1", at: datetime | None = None, reviewed: date | None = None
) -> Version:
    """A version from before the school began here, put in force, so that everybody was asked to read it.

    The governors approved it a month before the school began, so its review is late only where `reviewed` says so.
    """
    when = at or world.at
    policy = a_policy(world, at=when)
    before = london(world.school.created_at).date()
    version = policies.bring_version(
        policy=policy,
        label=label,
        summary="Brought along.",
        who="The governors",
        in_force_on=before - timedelta(days=1),
        text=text,
        body=Body.FULL_BOARD,
        met_on=before - timedelta(days=30),
        minute="12",
        review_on=reviewed,
        by=world.head,
        at=when,
    )
    acknowledgements.put_in_force(policy=policy, version=policy.version, bring=version, by=world.head, at=when)
    return version


def a_revision(world: World, *, changed: bool = True, at: datetime | None = None) -> Revision:
    """A change on its way: to the version in force, which is made where there is none. One word of it differs."""
    when = at or world.at
    policy = Policy.objects.select_related("in_force__text", "school").filter(pk=world.school.pk).first()
    if policy is None or policy.in_force_id is None:
        a_version_in_force(world, at=when)
        policy = Policy.objects.select_related("in_force__text", "school").get(pk=world.school.pk)
    revision = policies.start_revision(policy=policy, baseline=None, by=world.head, at=when)
    if changed:
        first, *rest = text_of(revision.text)
        policies.change_text(
            revision=revision,
            version=revision.version,
            text=(Paragraph(first.number, first.title, first.words.replace("protects", "shields")), *rest),
            label=revision.label,
            summary="One word is plainer.",
            by=world.head,
            at=when,
        )
    return revision


def found_in_the_clear(word: str) -> list[tuple[str, str]]:
    """Where a word stands readable in a column of any table of ours."""
    found = []
    for model in apps.get_app_config("forethought").get_models():
        for row in model._base_manager.all().values():
            for column, value in row.items():
                text = bytes(value).decode("utf-8", "replace") if isinstance(value, (bytes, memoryview)) else str(value)
                if word.lower() in text.lower():
                    found.append((model._meta.db_table, column))
    return found
