"""Fill an empty database with a demonstration school: a cast, and a case at every step."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from forethought.audit.procedures import PROGRAM, Visitor
from forethought.cases import procedures as cases
from forethought.cases.models import Capacity, Case
from forethought.cases.standing import standing_of
from forethought.evidence import keyring
from forethought.management import demo_keeping, demo_policy, demo_protection
from forethought.people import procedures as people
from forethought.people.models import Account, Kind, Person, Role, School
from forethought.reports import drafts
from forethought.reports.procedures import file_report
from forethought.rows import inside
from forethought.safeguarding import procedures as safeguarding
from forethought.takedowns import procedures as takedowns
from forethought.takedowns.models import Takedown
from forethought.takedowns.rules import Result

#: Name, role, rank, how engaged. Nobody here is real.
CAST = [
    ("Amina Okafor", Role.HEAD, 0, Kind.EMPLOYEE),
    ("David Reed", Role.SENIOR, 0, Kind.EMPLOYEE),
    ("Priya Nair", Role.SENIOR, 1, Kind.EMPLOYEE),
    ("Susan Patel", Role.LEAD, 0, Kind.EMPLOYEE),
    ("Marek Nowak", Role.DEPUTY_LEAD, 0, Kind.EMPLOYEE),
    ("Joan Whitfield", Role.CHAIR, 0, Kind.GOVERNOR),
    ("Colin Marsh", Role.VICE_CHAIR, 0, Kind.GOVERNOR),
    ("Grace Adeyemi", Role.PROTECTION, 0, Kind.CONTRACTOR),
    ("Helen Brook", Role.CLERK, 0, Kind.EMPLOYEE),
    ("Owen Price", None, 0, Kind.EMPLOYEE),
    ("Nadia Khan", None, 0, Kind.EMPLOYEE),
    ("Tess Harlow", None, 0, Kind.EMPLOYEE),
    ("Ben Foster", None, 0, Kind.EMPLOYEE),
]

ANSWERS = {
    "danger": "no",
    "where": "",
    "first_seen": "",
    "group": "parent",
    "name": "",
    "head": "no",
    "child": "no",
}


class Command(BaseCommand):
    help = "Fills an empty database with a demonstration school. Refuses any other."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the school unless there is one already; refuse a real one."""
        if not settings.DEMONSTRATION:
            raise CommandError("This is not a demonstration: set FORETHOUGHT_DEMONSTRATION=yes for an empty database.")
        if account := Account.objects.first():
            with inside(account.school_id):
                if School.objects.filter(pk=account.school_id, demonstration=True).exists():
                    return
            raise CommandError("This database holds a real school. The demonstration never touches one.")
        code = make(timezone.now())
        settings.DATA.mkdir(parents=True, exist_ok=True)
        (settings.DATA / "staffroom-code.txt").write_text(f"{code}\n")
        self.stdout.write(f"Staffroom code for people without an account: {code}")


def make(now: datetime) -> str:
    """Make the demonstration school. Returns its staffroom code."""
    began = now - timedelta(days=40)
    school = people.found_school(name="Larkfield Primary School", demonstration=True, by=PROGRAM, at=began)
    with inside(school.id):
        keyring.make_school_key(school_id=school.id, at=began)
        cast = {}
        for name, role, rank, kind in CAST:
            address = f"{name.split()[0].lower()}@larkfield.example"
            person = people.add_person(
                school=school, name=name, email=address, kind=kind, starts_on=began.date(), by=PROGRAM, at=began
            )
            if role is not None:
                people.appoint(person=person, role=role, rank=rank, by=PROGRAM, at=began)
            people.make_account(person=person, email=address, password=secrets.token_urlsafe(24), by=PROGRAM, at=began)
            cast[name.split()[0]] = person
        code = people.make_staffroom_code(school=school, by=PROGRAM, at=began)
        people.put_on_duty(
            person=cast["David"],
            starts_at=now - timedelta(hours=2),
            ends_at=now + timedelta(days=5),
            by=PROGRAM,
            at=began,
        )
        fill(school, cast, now)
        demo_policy.fill(school, cast, began, now)
        demo_keeping.fill(school, cast, began, now)
        demo_protection.fill(school, cast, began, now)
    return code


def report(school: School, by: Person | Visitor, at: datetime, **answers: object) -> Case:
    """Send a report as somebody would."""
    draft = drafts.start_draft(school_id=school.id, by=by, at=at - timedelta(minutes=2))
    drafts.save_draft(draft=draft, answers={**ANSWERS, **answers}, at=at)
    draft.refresh_from_db()
    return file_report(draft=draft, school=school, by=by, at=at).report.case


def fill(school: School, cast: dict[str, Person], now: datetime) -> None:
    """A case at every step, made by the procedures that people use."""
    tess, ben, david, amina = cast["Tess"], cast["Ben"], cast["David"], cast["Amina"]

    def minutes(ago: float) -> datetime:
        return now - timedelta(minutes=ago)

    report(
        school,
        tess,
        minutes(25),
        happened="Somebody wrote that I shout at children, under a photo of me at the gate.",
        where="https://mums-of-larkfield.example/posts/4411",
    )
    chat = report(
        school,
        ben,
        minutes(200),
        happened="In the Year 4 parents’ group they call me useless and share my timetable.",
        where="WhatsApp, the group “Year 4 Larkfield”",
        name="A parent, I think",
    )
    cases.take_up(case=chat, version=1, answers={"replied": "no", "hours": "own"}, harmed="", by=david, at=minutes(190))

    asked = report(
        school,
        tess,
        minutes(600),
        happened="A fake account uses my name and picture.",
        where="https://social.example/@tess.harlow.fake",
        group="unknown",
    )
    cases.take_up(case=asked, version=1, answers={"replied": "no"}, harmed="", by=amina, at=minutes(590))
    ask(asked, david if asked.manager_id == david.id else amina, minutes(580))

    threat = report(
        school,
        ben,
        minutes(300),
        danger="not_sure",
        happened="He wrote that he knows where I park my car.",
        where="https://forum.example/t/99",
        group="parent",
    )
    cases.take_up(case=threat, version=1, answers={"safe": "unknown"}, harmed="", by=amina, at=minutes(290))
    party = threat.parties.get(capacity=Capacity.HARMED)
    safeguarding.ask_consent(party=party, by=amina, at=minutes(280))

    gone = report(
        school, tess, minutes(2900), happened="A made-up review of my lessons.", where="https://rate.example/r/7"
    )
    cases.take_up(case=gone, version=1, answers={}, harmed="", by=david, at=minutes(2890))
    ask(gone, david, minutes(2880))
    takedowns.check_removal(takedown=gone.takedowns.get(), result=Result.GONE_SIGNED_OUT, by=david, at=minutes(2400))

    done = report(
        school,
        Visitor(id=school.id),
        minutes(9000),
        reporter_name="Agency teacher",
        about="me",
        happened="A pupil’s brother posted my car’s number plate.",
        where="https://clips.example/v/1",
    )
    cases.take_up(case=done, version=1, answers={}, harmed="", by=david, at=minutes(8990))
    ask(done, david, minutes(8950))
    takedowns.check_removal(takedown=done.takedowns.get(), result=Result.GONE_SIGNED_OUT, by=david, at=minutes(8600))
    for one in done.parties.filter(capacity=Capacity.HARMED):
        cases.offer_support(case=done, party=one, offered=["manager", "counselling"], by=david, at=minutes(8500))
    done.refresh_from_db()
    cases.close(
        case=done,
        version=done.version,
        outcome="gone",
        reasons="Removed by the site on the same day.",
        sentence="It was removed on the day you told us. Thank you for telling us.",
        standing=standing_of(done),
        by=david,
        at=minutes(8400),
    )

    report(
        school,
        ben,
        minutes(50),
        happened="Somebody posted that the head has stolen money.",
        group="staff",
        head="yes",
        where="https://blog.example/larkfield",
    )


def ask(case: Case, by: Person, at: datetime) -> None:
    """Ask the host of a case's first takedown, through its own form."""
    takedown = Takedown.objects.select_related("case__school").filter(case=case).get()
    target, _ = takedowns.target_of(takedown)
    takedowns.ask_host(
        takedown=takedown,
        version=takedown.version,
        kind="N1",
        way="copied",
        by=by,
        at=at,
        fields={
            "reference": case.reference,
            "sent_at": at,
            "sender_name": by.name,
            "sender_role": "Senior manager",
            "authority": "school",
            "recipient": "The site’s report form",
            "found_how": "On its help page",
            "category": "Harassment",
            "rule": "It names and shames a member of staff.",
            "account_used": "The school’s own account",
            "address": target.address,
            "platform": target.platform,
            "group": target.group,
            "description": target.description,
            "first_seen_at": case.opened_at,
            "wanted": "remove",
            "reply_by": takedown.resolve_due_at,
            "reply_to": "office@larkfield.example",
        },
    )
