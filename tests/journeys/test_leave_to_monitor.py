"""Leave to monitor, in a real browser on the real server: one request refused, one given that runs out by the clock.

Nobody presses anything for its end. What was produced is counted, and the rest destroyed with two names.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from live import Live
from walking import NARROW, WIDE, Walker

from forethought.core.clock import london

STORY = "monitoring-"

pytestmark = pytest.mark.policy("10.1")

#: A fortnight passes: the leave's days and its alarms move into the past, and nobody acts.
A_FORTNIGHT_PASSES = """
from datetime import timedelta
from django.db.models import F
from django.utils import timezone
from forethought.cases.models import Papers
from forethought.monitoring.models import Monitoring
from forethought.people.models import Account, Alarm, Wake
from forethought.rows import inside
by = timedelta(days=14)
school = Account.objects.first().school_id
with inside(school):
    row = Monitoring.objects.exclude(authorised_at=None).get()
    Monitoring.objects.filter(pk=row.pk).update(starts_at=F("starts_at") - by, ends_at=F("ends_at") - by)
    Papers.objects.filter(case=row.case_id).update(ends_at=F("ends_at") - by, opened_at=F("opened_at") - by)
    Alarm.objects.filter(kind="monitoring_ends", about=row.pk).update(rings_at=F("rings_at") - by)
Wake.objects.update(at=timezone.now())
"""

IT_SUPPORT = """
from django.utils import timezone
from forethought.audit.procedures import PROGRAM
from forethought.people import procedures as people
from forethought.people.models import Account, Kind, Role, School
from forethought.rows import inside
now = timezone.now()
with inside(Account.objects.first().school_id):
    who = people.add_person(school=School.objects.get(), name="Ines Park", email="ines@larkfield.example",
                            kind=Kind.CONTRACTOR, starts_on=now.date(), by=PROGRAM, at=now)
    people.appoint(person=who, role=Role.IT, by=PROGRAM, at=now)
    people.make_account(person=who, email=who.email, password=None, by=PROGRAM, at=now)
"""


@pytest.fixture
def school(school: Live) -> Live:
    """The demonstration school, with somebody in IT support."""
    school.manage("shell", "-v0", "-c", IT_SUPPORT)
    return school


@pytest.fixture
def somebody(somebody: Callable[..., Walker]) -> Callable[..., Walker]:
    """One of the cast, signed in."""

    def comes(name: str, **how: Any) -> Walker:
        walker = somebody(name.split()[0].lower(), **how)
        walker.be(name)
        return walker

    return comes


def asks(walker: Walker, *, assessment: str) -> None:
    """Fill in the whole request, but for what is left out."""
    walker.go("/monitoring/request-monitoring/")
    walker.sees("Ask for leave to monitor")
    walker.page.get_by_label("Whom is it about?").select_option(label="Owen Price")
    walker.write("What has happened?", "On 18 November the office saw exam papers go to an outside address, at 7:12pm.")
    walker.write("Where does each fact come from?", "The office’s own log of sent mail.")
    walker.write("What do you need to find out?", "Whether more papers were sent.")
    walker.choose("Which purpose in the law", "To look into use of the system that was not allowed")
    walker.choose("What is to be looked at?", "The school’s e-mail")
    walker.write("Which mailboxes, folders or logs", "Mailbox o.price, the word “paper”.")
    walker.write("What else did you think of", "Asking him.")
    walker.write("Why would that not do?", "He was asked on 19 November.")
    walker.write("Reference of the data protection impact assessment", assessment)
    walker.press("Send it for comment")


def comments(officer: Walker, address: str) -> None:
    officer.go(f"{address}comment-on-request/")
    officer.sees("Comment on this request")
    officer.choose("What is the advice?", "Go on")
    officer.write("Why?", "It is narrow enough.")
    officer.press("Save the comment")
    officer.sees("Request of")


def test_a_request_is_refused_and_its_asker_cannot_give_leave(somebody: Callable[..., Walker]) -> None:
    david = somebody("David Reed", screen=NARROW)
    asks(david, assessment="")
    assert david.reads("Give the reference of the data protection impact assessment.")
    david.choose("What is to be looked at?", "A new profile or a friend request, to look")
    david.write("Reference of the data protection impact assessment", "DPIA 7")
    david.press("Send it for comment")
    assert david.reads("No made-up profile and no friend request to look.")
    david.choose("What is to be looked at?", "The school’s e-mail")
    david.press("Send it for comment")
    david.sees("Request of")
    address = david.page.url.removeprefix(david.server.url)
    assert david.reads("You asked for this. Somebody else decides.")
    david.go(f"{address}authorise-monitoring/")
    david.sees("Give leave")
    assert david.reads("You asked for this. Somebody else decides.")
    assert not david.page.get_by_label("Why is it needed").count()

    owen = somebody("Owen Price")
    owen.go(address)
    owen.sees("Page not found")

    comments(somebody("Grace Adeyemi", screen=NARROW), address)
    head = somebody("Amina Okafor", screen=WIDE)
    head.go(address)
    head.sees("Request of")
    # Nobody was told beforehand, so there is no leave to give.
    assert head.reads("Everybody must be told first.")
    head.press("Refuse it")
    head.sees("Refuse this request")
    head.write("Why?", "Ask him again, with his union.")
    head.press("Refuse it")
    head.sees("Request of")
    assert head.reads("Refused") and head.reads("Nothing is owed.")


def test_a_leave_runs_out_by_the_clock_and_what_was_not_needed_is_destroyed(
    school: Live, somebody: Callable[..., Walker]
) -> None:
    head = somebody("Amina Okafor", screen=WIDE)
    for how in ("A banner at sign-in", "A footer under every e-mail"):
        head.go("/monitoring/")
        head.sees("Monitoring")
        head.press("Put a notice on record")
        head.sees("How everybody is told")
        head.choose("How is everybody told?", how)
        day = time.gmtime(time.time() - 48 * 3600)
        for label, value in (("Day", day.tm_mday), ("Month", day.tm_mon), ("Year", day.tm_year)):
            head.write(label, str(value))
        head.write("The words of the notice", "The school may look at its own systems, in rare cases and with leave.")
        head.press("Put it on record")

    david = somebody("David Reed", screen=NARROW)
    asks(david, assessment="DPIA 7")
    david.sees("Request of")
    address = david.page.url.removeprefix(david.server.url)
    comments(somebody("Grace Adeyemi", screen=NARROW), address)

    head.go(f"{address}authorise-monitoring/")
    head.sees("Give leave")
    head.write("Why is it needed", "He was asked twice. One word in one mailbox is little.")
    head.page.get_by_label("I have looked").check()
    head.press("Give leave")
    head.sees("Request of")
    assert head.reads("Running") and head.reads("A leave is never made longer.")

    ines = somebody("Ines Park", screen=NARROW)
    ines.follow("Papers for you")
    ines.sees("Something to carry out on a school system")
    assert ines.reads("Mailbox o.price") and ines.lacks("exam papers")
    papers = ines.page.url.removeprefix(school.url)

    school.manage("shell", "-v0", "-c", A_FORTNIGHT_PASSES)
    head.go(address)
    assert head.reads("Over, by the clock"), "shown as running past its end"
    latest = time.monotonic() + 60
    while head.lacks("Go through what was produced"):
        assert time.monotonic() < latest, "the worker noted nothing"
        time.sleep(0.5)
        head.go(address)
    head.sees("Request of")
    ines.go(papers)
    ines.sees("Page not found")

    head.press("Review what was produced")
    head.sees("What was produced")
    head.choose("Was anything produced?", "Yes")
    head.write("How many items?", "9")
    head.write("How many of them are kept", "2")
    head.write("Where are they kept?", "Case 7K3M")
    head.press("Save the review")
    head.sees("Request of")
    assert head.reads("Have destroyed what was not needed")
    head.press("Note it")
    head.sees("What was not needed is destroyed")
    head.choose("How was it destroyed?", "Erased from the system and its copies")
    today = london(datetime.now(UTC)).date()
    for label, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        head.write(label, str(value))
    head.page.get_by_label("Who stands for it with you?").select_option(label="Joan Whitfield")
    head.press("Note it")
    head.sees("Request of")
    assert head.reads("The rest destroyed") and head.reads("Nothing is owed.")
    head.press("Show names")
    head.sees("Request of")
    assert head.reads("Amina Okafor and Joan Whitfield stand for it.")
