"""A captured page goes, is said to be gone, and comes back: a real browser on the real server, 320 pixels wide.

What the program sees is a site of the test's own, asked over real connections by a process beside the server.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from live import Live
from walking import NARROW, Walker

STORY = "gone-and-back-"

TESTS = Path(__file__).resolve().parents[1]

BEGIN = f"""
import sys
sys.path.insert(0, {str(TESTS)!r})
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from builders import World, a_case, the_takedown
from seeing_sites import ADDRESS, GONE, LIVE, a_board, captured
from forethought.people.models import Account, Person, School
from forethought.rows import inside
from forethought.takedowns import site_looks
from forethought.takedowns.asking_models import SiteLook
from forethought.takedowns.models import Takedown
now = timezone.now()

def look(found, board, at):
    # Planned for later, so that the server's own worker leaves it alone.
    site_looks.plan_look(found, "asked", now + timedelta(days=5), at=at)
    row = SiteLook.objects.get(takedown=found, due_at__isnull=False)
    site_looks.take_one(found.school_id, row.pk, own=board.eyes(at))
    row.refresh_from_db()
    print(row.verdict)
"""

GOES = (
    BEGIN
    + """
with inside(Account.objects.first().school_id), a_board() as board:
    named = {one: Person.objects.get(name=who) for one, who in {"head": "Amina Okafor", "senior": "David Reed",
        "lead": "Susan Patel", "chair": "Joan Whitfield", "teacher": "Tess Harlow", "colleague": "Ben Foster"}.items()}
    began = now - timedelta(hours=30)
    world = World(school=School.objects.get(), at=began, vice=named["chair"], **named)
    case = a_case(world, at=began, where=ADDRESS)
    # Seen by no other process before it is kept, or the server's own worker would take it.
    with transaction.atomic():
        captured(world, case, began)
    found = the_takedown(case)
    look(found, board, now - timedelta(hours=3))
    board.pages["/t/1"] = (404, GONE)
    look(found, board, now - timedelta(hours=2))
    look(found, board, now - timedelta(hours=1))
    print(found.id)
"""
)

COMES_BACK = (
    BEGIN
    + """
with inside(Account.objects.first().school_id), a_board() as board:
    look(Takedown.objects.select_related("case__school").get(pk="TAKEDOWN"), board, now)
"""
)


@pytest.mark.policy("8.5")
def test_the_program_finds_it_gone_a_person_says_so_it_comes_back_and_is_opened_again(
    school: Live, somebody: Callable[..., Walker]
) -> None:
    *verdicts, takedown = school.manage("shell", "-c", GOES).split()[-4:]
    assert verdicts == ["still_there", "removed_status", "removed_status"]
    page = f"/takedowns/{takedown}/"

    head = somebody("head", screen=NARROW)
    head.be("Amina Okafor")
    head.go(page)
    head.sees("Taking it down")
    assert head.reads("It looks removed: the site says that there is nothing at this address.")
    assert head.reads("Another page of the site is there.") and head.lacks("board.example.org")
    head.press("Show names")
    head.go(page)
    head.page.get_by_text("What it compared").first.click()
    head.sees("Taking it down")
    assert head.reads("A made-up address beside it") and head.reads("Nothing is here, or it never was.")
    head.page.get_by_text("Looks of the program before").click()
    head.page.get_by_role("link", name="Still there").first.click()
    head.sees("What the program saw")
    head.go(page)
    head.press("Yes, it is gone")
    head.page.get_by_role("heading", level=1, name="Recorded").wait_for(timeout=60_000)
    head.go(page)
    head.sees("Taking it down")
    assert head.reads("Removed, seen at")

    assert school.manage("shell", "-c", COMES_BACK.replace("TAKEDOWN", takedown)).split()[-1] == "still_there"
    head.go(page)
    head.sees("Taking it down")
    assert head.reads("Opened again") and head.reads("The program looked, and found it there again.")
    assert head.reads("for the second time") and head.reads("Ask again by")
    # The history stays: what was seen before stands below.
    assert head.reads("Gone. I was signed out")
    head.go(f"{page}look-now/")
    head.sees("Have the program look")
    head.press("Look now")
    head.sees("Taking it down")
    assert head.reads("The program looks as soon as it can.")
    head.go(f"{page}whom-to-ask/")
    head.sees("Whom to ask")
    head.go(f"{page}ask-register/")
    head.sees("Ask the public registers")
