"""The headteacher brings in everybody from a payroll's export, on a phone, and thinks better of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from live import Live
from walking import NARROW, Walker

EXPORT = """Staff list
Employee Ref,Surname,Forename 1,Work email,Position,Employment category,Occupancy start date,National Insurance
1,Ng,Ana,ana.ng@oak.example,Teacher,Permanent,01/09/2026,QQ123456C
2,Hart,Cal,nobody,Cook,Permanent,,QQ123457C
3,Reed,David,d.reed@new.example,Deputy head,Permanent,,QQ123458C
"""


@pytest.fixture
def amina(browser: Any, demonstration: Live) -> Iterator[Walker]:
    walker = Walker(browser, demonstration, "people-by-list", screen=NARROW)
    yield walker
    wrong = list(walker.wrong)
    walker.leaves()
    assert wrong == []


@pytest.mark.policy("2.5")
def test_a_head_brings_in_a_list_and_undoes_it(amina: Walker) -> None:
    amina.be("Amina Okafor")
    amina.go("/people/")
    amina.press("Bring in people")
    amina.sees("Bring in people")
    amina.press("Bring in a list")
    amina.sees("Bring in people")
    amina.write("Paste the list", EXPORT)
    amina.press("See what it would do")
    amina.sees("What this list would do")
    shown = amina.page.content()
    assert "The headings look like those of iTrent." in shown and "QQ123456C" not in shown
    assert "once they say yes themselves" in shown and "“nobody” is not an email address." in shown
    amina.press("Bring it in")
    amina.sees("A list that was brought in")
    amina.press("Undo this list")
    amina.sees("Undo this list")
    amina.press("Undo it")
    amina.sees("A list that was brought in")
    assert "Undone at" in amina.page.content()
    amina.go("/people/lists/bring-list/")
    amina.write("Paste the list", "Kollege,Post\nAna Ng,ana.ng@oak.example\n")
    amina.press("See what it would do")
    amina.sees("What is in each column?")
    amina.go("/people/directory/")
    amina.sees("Kept up to date by a directory")
    amina.press("Make a key")
    amina.sees("Make a key for a directory")
    amina.write("What is it for?", "Entra")
    amina.press("Make the key")
    amina.sees("Copy the key now")
