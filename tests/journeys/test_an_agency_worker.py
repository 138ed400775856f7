"""An agency worker is reported, in a real browser on the real server.

The school runs the procedure itself. The companion cannot come, so the hearing moves. Papers open to the agency worker
and the companion; what may follow is what fits an agency worker; support is offered to the person reported too.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from live import Live
from walking import NARROW, WIDE, Walker

from forethought.core.clock import london
from forethought.investigations.companions import latest_alternative

STORY = "agency-"

#: Somebody from an agency is reported, and the school has turned the full tracker on. What it prints is the case.
REPORTED = """
import secrets
from datetime import timedelta
from django.utils import timezone
from forethought.audit.procedures import PROGRAM
from forethought.core.clock import london
from forethought.investigations.procedures import open_breach
from forethought.people import procedures as people, switches
from forethought.people.models import Account, Kind, Person, School
from forethought.rows import inside
now = timezone.now()
with inside(Account.objects.first().school_id):
    school, head = School.objects.get(), Person.objects.get(name="Amina Okafor")
    today = london(now).date()
    switches.turn(school=school, kind="full_tracker", on=True, from_day=today, source="Minute 9", by=head, at=now)
    worker = people.add_person(school=school, name="Yusuf Amin", email="yusuf@larkfield.example", kind=Kind.AGENCY,
                               starts_on=today - timedelta(days=20), by=PROGRAM, at=now)
    people.make_account(person=worker, email=worker.email, password=secrets.token_urlsafe(24), by=PROGRAM, at=now)
    case = open_breach(school=school, subject=worker, words="He wrote about a parent by name.", happened_on=today,
                       reporter=Person.objects.get(name="Nadia Khan"), affected=[], from_case=None, child="no",
                       by=PROGRAM, at=now)
    print("case", case.id)
"""

#: The day of the hearing has come.
THE_DAY_COMES = """
from django.utils import timezone
from datetime import timedelta
from forethought.investigations.models import Meeting
from forethought.people.models import Account
from forethought.rows import inside
with inside(Account.objects.first().school_id):
    theirs = Meeting.objects.filter(case__breach__subject__name="Yusuf Amin", moved_to__isnull=True)
    theirs.update(starts_at=timezone.now() - timedelta(minutes=5))
"""

#: It was them, and how serious it was: tests/journeys of the weighing tell that story.
WEIGHED = """
from django.utils import timezone
from forethought.cases.models import Case
from forethought.investigations import weighing
from forethought.investigations.attribution import ALTERNATIVES, ESTABLISHED, View
from forethought.investigations.seriousness import Factors
from forethought.investigations.visible import Seen
from forethought.people.models import Account, Person
from forethought.rows import inside
with inside(Account.objects.first().school_id):
    case, head = Case.objects.get(breach__subject__name="Yusuf Amin"), Person.objects.get(name="Amina Okafor")
    now = timezone.now()
    view = View(result=ESTABLISHED, bases=["admission"], basis="He said so.",
                alternatives={one: "Looked at, and not so." for one in ALTERNATIVES}, reasons="He said so.")
    weighing.conclude_attribution(case=case, version=0, view=view, by=head, at=now)
    factors = Factors(nature="rude", spread="few", effect=["people"], flags=["none"], seen=Seen(), records={},
                      around={})
    weighing.conclude_seriousness(case=case, version=0, factors=factors, by=head, at=now,
                                  said={"nature": "The words.", "spread": "Four people.", "effect": "She wept."})
"""


@pytest.fixture
def somebody(somebody: Callable[..., Walker]) -> Callable[..., Walker]:
    """One of the cast, signed in."""

    def comes(name: str, **how: Any) -> Walker:
        walker = somebody(name.split()[0].lower(), **how)
        walker.be(name)
        return walker

    return comes


def on(walker: Walker, question: str, day: date) -> None:
    """Fill in a day."""
    group = walker.page.get_by_role("group", name=re.compile(re.escape(question)))
    for part, value in zip(("Day", "Month", "Year"), (day.day, day.month, day.year), strict=True):
        group.get_by_label(part, exact=True).fill(str(value))


def back(walker: Walker) -> None:
    """Be back on the matter's page. It was looked at closely before."""
    walker.page.get_by_role("heading", level=1, name="Matter of").wait_for(timeout=60_000)


def letter(walker: Walker, kind: str, home: str) -> None:
    """Write a letter from its first words, and keep it as sent."""
    walker.go(home + "start-letter/")
    walker.sees("Write a letter")
    walker.choose("Which letter?", kind)
    walker.press("Begin")
    box = walker.page.get_by_label("The letter")
    box.fill(re.sub(r"\[[a-z ]+\]", "as we said", box.input_value()))
    walker.press("Save")
    walker.sees(kind)
    walker.press("Keep it as sent")
    walker.sees("Keep it as sent")
    walker.choose("How was it sent?", "Handed over")
    walker.write("What shows that it was sent?", "He signed for it.")
    walker.press("Keep it")
    walker.sees("Matter of")


def choose(walker: Walker, part: str, name: str, home: str) -> None:
    """Choose somebody for a part."""
    walker.go(home + "choose-person/")
    walker.sees("Choose who does what")
    walker.choose("For what?", part)
    walker.page.get_by_label("Who?", exact=False).first.select_option(label=name)
    walker.choose("Are they close to anybody in this?", "No")
    walker.press("Choose them")
    walker.sees("Matter of")


@pytest.mark.policy("9.1", "9.5", "9.6", "8.8")
def test_an_agency_worker_is_heard_with_a_companion_and_goes_back_to_the_agency(
    school: Live, somebody: Callable[..., Walker]
) -> None:
    said = school.manage("shell", "-c", REPORTED)
    home = f"/breaches/{re.search('case (.*)', said)[1]}/"  # type: ignore[index]
    head = somebody("Amina Okafor", screen=WIDE)
    head.go(home)
    back(head)
    assert head.lacks("Yusuf") and head.page.get_by_role("button", name="Choose a procedure").is_disabled()
    head.press("Show names")
    assert head.reads("Yusuf Amin") and head.reads("(agency)") and head.reads("A right. They may bring")

    head.press("Write down what is said")
    head.sees("What is said to have happened")
    head.write("What is said to have happened?", "He wrote about a parent by name, in a group of four.")
    head.page.get_by_label(re.compile(r"^5\.2 ")).check()
    head.press("Save")
    back(head)
    assert head.reads("They had not been asked to read it", "They had been asked to read it")

    head.press("Offer support")
    head.sees("Offer support")
    head.press("I have offered this")
    back(head)

    head.press("Choose a procedure")
    head.sees("Choose a procedure")
    head.choose("Which procedure?", "Disciplinary")
    head.write("Why this procedure?", "It names a parent.")
    head.write("Why will a quiet word not do?", "It was done twice.")
    head.press("Choose it")
    back(head)
    letter(head, "You are told of it", home)
    head.press("They have been told in writing")
    head.press("They have been told")
    back(head)

    head.press("Write the terms of reference")
    head.sees("Terms of reference")
    head.write("What is to be looked into?", "This one post, by Friday.")
    head.press("Save")
    choose(head, "Looks into it", "David Reed", home)
    head.go(home + "choose-person/")
    head.choose("For what?", "Decides, alone or on a panel")
    head.page.get_by_label("Who?", exact=False).first.select_option(label="David Reed")
    head.choose("Are they close to anybody in this?", "No")
    head.press("Choose them")
    assert head.page.get_by_text("Whoever looks into a matter does not decide it.").first.is_visible()
    choose(head, "Decides, alone or on a panel", "Amina Okafor", home)

    looks_into_it(somebody("David Reed", screen=NARROW), home)

    head.go(home)
    head.press("There is a case to answer")
    head.write("Why?", "The post is his, as he says.")
    head.press("There is a case to answer")
    head.sees("Matter of")
    the_hearing_is_planned_and_moved(head, home)
    letter(head, "Notice of a hearing", home)
    head.press("Notice of the hearing was given")
    head.write("Which evidence went with it?", "1. The post")
    head.press("Notice was given")
    back(head)

    for who, reader in (("The person reported", "Yusuf Amin"), ("The companion named for a meeting", "Ben Foster")):
        head.go(home + "propose-disclosure/")
        head.sees("Open papers")
        head.choose("Who may read them?", who)
        head.press("Ask the second person")
        back(head)
        assert head.reads("It waits for: the chair of governors")
        opens_as_second(somebody("Joan Whitfield", screen=NARROW))
        reads_papers(somebody(reader, screen=NARROW), home)

    school.manage("shell", "-c", THE_DAY_COMES)
    it_is_heard_and_decided(head, school, home)


def opens_as_second(joan: Walker) -> None:
    """The second person reads what would be opened, and agrees."""
    joan.go("/")
    joan.page.locator('a[href*="/disclosures/"]').first.click()
    joan.sees("Papers to open as the second person")
    joan.press("Agree, and open them")


def looks_into_it(david: Walker, home: str) -> None:
    """The investigating officer sees the matter, nothing about support, and reports."""
    david.go(home)
    back(david)
    assert david.lacks("Support was offered") and david.lacks("Timeline")
    david.press("Start looking into it")
    david.sees("Start looking into it")
    david.press("Start")
    back(david)
    david.press("Give the report")
    david.sees("Give the report")
    david.write("What was found?", "Four people saw the post.")
    david.write("What speaks for the person?", "He took it down at once.")
    david.choose("What do you recommend?", "There is a case to answer")
    david.press("Give the report")
    back(david)


def the_hearing_is_planned_and_moved(head: Walker, home: str) -> None:
    """A hearing, its companion, and another time because the companion is away."""
    day = london(datetime.now(UTC)).date() + timedelta(days=14)
    day += timedelta(days=(7 - day.weekday()) % 7)
    head.go(home + "plan-meeting/?kind=hearing")
    head.sees("Plan a meeting")
    on(head, "On which day?", day)
    head.write("At what time?", "2pm")
    head.write("Where, or how to join?", "The library")
    head.write("What would make it easier", "A break every half hour.")
    head.press("Plan it")
    head.sees("Matter of")
    head.follow("Who comes with them")
    head.sees("Who comes with them?")
    head.choose("What is the companion?", "Somebody who works here too")
    head.page.get_by_label("Who?", exact=False).last.select_option(label="Ben Foster")
    head.press("Save")
    back(head)

    head.follow("Another time")
    head.sees("Another time")
    head.choose("Why does it move?", "The companion cannot come")
    on(head, "On which day?", latest_alternative(day))
    head.choose("What do you say to the other time?", "It stays as it is")
    head.write("Anything to add", "Too late for us.")
    head.press("Save")
    assert head.page.get_by_text("The school must move it.").first.is_visible()
    head.choose("What do you say to the other time?", "It is moved")
    head.press("Save")
    back(head)
    assert head.reads("The companion could not come.")
    head.follow("All dates")
    head.sees("Dates")


def reads_papers(reader: Walker, home: str) -> None:
    """Somebody off the list reads the papers opened to them, and nothing else."""
    reader.go("/")
    reader.page.get_by_role("link", name=re.compile("^Papers for you")).first.click()
    reader.page.wait_for_load_state()
    reader.sees("Papers for")
    assert reader.reads("in a group of four")
    reader.go(home)
    assert reader.lacks("Matter of")


def it_is_heard_and_decided(head: Walker, school: Live, home: str) -> None:
    """The hearing, the finding, and an outcome that fits an agency worker."""
    head.go(home)
    head.follow("Note how it went")
    head.sees("How the meeting went")
    head.write("Who was there?", "All of them, and Ben Foster.")
    head.write("What was said?", "Both sides spoke.")
    head.press("Save")
    back(head)
    head.follow("Note what they said about the minutes")
    head.sees("The minutes")
    head.choose("What did they say about the minutes?", "They agree")
    head.press("Save")
    back(head)

    school.manage("shell", "-c", WEIGHED)
    head.follow("Say what was found")
    head.sees("What was found about this point")
    head.choose("What was found?", "Substantiated")
    head.write("Why?", "He says so himself.")
    head.press("Save")
    head.sees("Matter of")
    head.press("Decide")
    head.sees("What follows?")
    assert not head.page.get_by_label(re.compile("Dismissal")).count()
    head.choose("What follows?", "End the assignment and tell the agency")
    head.write("Why?", "It names a parent, twice.")
    head.write("Referral to the DBS", "Thought of. No child was at risk, so no.")
    head.press("Decide")
    assert head.page.get_by_text("Say when and how the agency was told.").first.is_visible()
    head.write("Who else was told", "The agency, by phone, today.")
    head.press("Decide")
    back(head)
    assert head.reads("End the assignment and tell the agency")
    letter(head, "The decision", home)
    head.press("End this")
    head.write("Why?", "The assignment has ended.")
    head.press("End it")
    back(head)
    assert head.reads("Ended.")
