"""A post that is union business, in a real browser on the real server.

A colleague’s post about pay was reported as a breach, and the matter is with HR. It was them, and it was harsh. But
union business is protected, so no sanction is noted until proportion is weighed; and then none is.
"""

import re
from collections.abc import Callable

import pytest
from live import Live
from walking import NARROW, WIDE, Walker

STORY = "union-"

#: The matter as the head left it: written down, under a procedure, with HR outside, support offered.
WITH_HR = """
from django.utils import timezone
from forethought.audit.procedures import PROGRAM
from forethought.cases import procedures as cases
from forethought.cases.models import Capacity
from forethought.core.clock import london
from forethought.investigations import allegations, handing_over, procedures
from forethought.investigations.standing import breach_of
from forethought.people.models import Account, Person, School
from forethought.rows import inside
now = timezone.now()
with inside(Account.objects.first().school_id):
    head, ben = Person.objects.get(name="Amina Okafor"), Person.objects.get(name="Ben Foster")
    day = london(now).date()
    case = procedures.open_breach(school=School.objects.get(), subject=ben, words="A post about pay.", happened_on=day,
        reporter=None, affected=[], from_case=None, child="no", by=PROGRAM, at=now)
    allegations.make_allegation(breach=breach_of(case), words="Wrote that the head lies about pay.", happened_on=day,
        clauses=["5.5"], policies=[], by=head, at=now)
    procedures.choose_procedure(breach=breach_of(case), procedure="disciplinary", engagement="", reason="It was open.",
        not_informal="It was done before.", version=1, by=head, at=now)
    party = case.parties.get(capacity=Capacity.REPORTED)
    cases.offer_support(case=case, party=party, offered=["union"], by=head, at=now)
    handing_over.hand_to_hr(breach=breach_of(case), adviser=None, outside="The authority", note_for_hr="", hear_by=None,
        version=2, by=head, at=now)
    print(case.id)
"""


def tries(head: Walker, matter: str, outcome: str) -> None:
    """Note what came back from HR, with an outcome."""
    head.go(f"{matter}note-hr-outcome/")
    head.choose("What follows?", outcome)
    head.write("Why?", "As HR advised.")
    head.page.get_by_label("They are told of their right to appeal").check()
    head.press("Save")


@pytest.mark.policy("2.4", "9.2a", "9.2c", "9.3", "9.6")
def test_no_sanction_for_a_union_post_until_proportion_is_weighed_and_then_none(
    school: Live, somebody: Callable[..., Walker]
) -> None:
    case_id = school.manage("shell", "-c", WITH_HR).split()[-1]
    matter = f"/breaches/{case_id}/"
    head = somebody("head", screen=WIDE)
    head.be("Amina Okafor")

    # He is asked first, in his own time, and may say no.
    head.go(f"{matter}cooperation/ask-cooperation/")
    head.sees("Ask them to co-operate")
    head.choose("Whose account or device is it about?", "Their own account or device")
    head.write("Which posts, or which dates?", "The post of today about pay.")
    head.write("Why do you ask?", "To read it whole.")
    head.press("Ask them")
    head.sees("What was weighed")

    ben = somebody("colleague", screen=NARROW)
    ben.be("Ben Foster")
    ben.follow("You are asked for something")
    ben.sees("What you are asked")
    assert ben.reads("You may say no.") and ben.reads("Your device stays in your own hands.")
    ben.press("Answer")
    ben.sees("Your answer")
    ben.choose("What would you like to do?", "I would rather not")
    ben.write("Do you want to say why?", "My union advises me not to.")
    ben.press("Send my answer")
    ben.sees("What you are asked")
    ben.go(matter)
    ben.sees("Page not found")

    # Was it them? His saying no counts for nothing; the account does.
    head.go(f"{matter}weighing/conclude-attribution/")
    head.sees("Was it them?")
    head.page.get_by_label("The account is known to be theirs").check()
    head.write("What is there, and where does it come from?", "His own account, used for years.")
    for box in head.page.get_by_label(re.compile("what did you find")).all():
        box.fill("Looked at, and nothing found.")
    head.choose("What is shown?", "More likely than not, it was them")
    head.write("Why?", "Nobody disputes it.")
    head.press("Conclude")
    head.sees("What was weighed")

    # How serious? It may be union business.
    head.go(f"{matter}weighing/conclude-seriousness/")
    head.sees("How serious is it?")
    head.choose("What kind of thing was it?", "Rude or insulting")
    head.write("What does that rest on?", "It calls the head a liar.")
    head.choose("How far may it have spread?", "A closed group of few people")
    head.write("What shows how far it went?", "The union’s own group.")
    head.page.get_by_label("What others may think of the school").check()
    head.write("What shows what it did?", "Two parents asked.")
    head.page.get_by_label("Union business").check()
    head.press("Conclude")
    head.sees("What was weighed")
    assert head.reads("Weigh proportion first: this may be protected.")

    # The point is found to be so. Even then, no warning.
    head.go(matter)
    head.page.get_by_role("link", name=re.compile("Say what was found")).first.click()
    head.choose("What was found?", "Substantiated")
    head.write("Why?", "It stands there.")
    head.press("Save")
    tries(head, matter, "First written warning")
    head.sees("What came back from HR")
    assert head.reads("Weigh proportion first: this may be protected.")

    head.go(f"{matter}weighing/conclude-proportion/")
    head.sees("Is a sanction in proportion?")
    for box in head.page.locator("textarea[name^=on_]").all():
        box.fill("Said among members, about their own pay.")
    head.choose("Does any of it tell of a crime", "No")
    head.choose("Is any of it part of union work", "Yes")
    head.page.locator("textarea[name=advice_union]").fill("HR: members may speak like this.")
    head.choose("Would a sanction go too far?", "A sanction would go too far")
    head.page.locator("textarea[name=reasons]").fill("It was union business.")
    head.press("Conclude")
    head.sees("What was weighed")

    tries(head, matter, "First written warning")
    head.sees("What came back from HR")
    assert head.reads("It was found that a sanction would go too far.")
    tries(head, matter, "No case. Nothing is done")
    head.page.wait_for_url(f"**{matter}**")
    assert head.reads("No case. Nothing is done")
