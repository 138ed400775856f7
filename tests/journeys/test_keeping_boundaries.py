"""Somebody is contacted on their own account: on a phone, by a leaver about to turn 18, and by a parent."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from walking import NARROW, WIDE, Walker

from forethought.boundaries.rules import grown_up_on
from forethought.core.clock import london

STORY = "contacted-"


def asks(one: Walker, who: str) -> None:
    one.be("Tess Harlow")
    one.follow("A pupil or parent contacted me")
    one.sees("A pupil or parent contacted me")
    assert one.reads("Nothing that you know through the school may be used to find, approach")
    one.choose("Who is it?", who)
    one.choose("What happened?", "They wrote to me, or asked to connect")


def born_so_that_18_on(day: date) -> date:
    """A birthday from which somebody is 18 on a day; the day before 1 March serves 29 February too."""
    born = day.replace(year=day.year - 18) if (day.month, day.day) != (2, 29) else date(day.year - 18, 3, 1)
    assert grown_up_on(born) >= day
    return born


def fills_in(one: Walker, born: date) -> None:
    for label, value in (("Day", born.day), ("Month", born.month), ("Year", born.year)):
        one.page.get_by_label(label, exact=True).first.fill(str(value))


@pytest.mark.policy("5.4", "6.2")
def test_a_friend_request_from_a_leaver_whose_birthday_is_tomorrow(somebody: Callable[..., Walker]) -> None:
    tomorrow = london(timezone.now()).date() + timedelta(days=1)
    who = somebody("leaver", screen=NARROW)
    asks(who, "A former pupil")
    fills_in(who, born_so_that_18_on(tomorrow))
    who.press("What should I do?")
    who.sees("Decline")
    assert who.reads("allowed from tomorrow, take care") and who.reads("Receiving it is no fault of yours.")
    who.write("Who was it?", "R. T.")
    who.write("What happened, and what did you do?", "A request on a photo app. I declined it.")
    who.press("Keep a record")
    who.sees("A record of contact")
    assert who.reads("Your record is kept.") and who.reads("Under 18") and who.reads("Nobody else.")


@pytest.mark.policy("5.4")
def test_the_day_after_it_is_allowed_and_care_is_taken(somebody: Callable[..., Walker]) -> None:
    today = london(timezone.now()).date()
    who = somebody("leaver-after", screen=NARROW, scripts=False)
    asks(who, "A former pupil")
    fills_in(who, born_so_that_18_on(today - timedelta(days=1)))
    who.press("What should I do?")
    who.sees("Allowed. Take care")
    assert who.reads("You need not accept.")


@pytest.mark.policy("5.5", "5.6")
def test_a_parent_on_messenger_is_sent_to_the_schools_account(somebody: Callable[..., Walker]) -> None:
    who = somebody("parent", screen=WIDE)
    asks(who, "A parent or carer")
    who.write("On which app or site?", "Messenger")
    who.press("What should I do?")
    who.sees("Use the school’s account")
    reply = who.page.get_by_label("A reply you can send").input_value()
    assert "Please write to the school" in reply
    who.go("/families/declare-family/")
    who.write("How are you related?", "My sister’s son")
    who.write("Who is it?", "J. H., 4B")
    who.press("Declare")
    who.sees("Family at this school")
    assert who.reads("Not seen yet.")
