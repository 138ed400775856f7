"""A day without it: the form is printed on one page, and typed in the day after, on a phone. Clauses 7.2, 8.3."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from walking import NARROW, Walker

from forethought.core.clock import london

STORY = "paper-"


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.policy("7.2", "8.3")
def test_a_form_is_printed_on_one_page_and_typed_in_with_its_true_times(somebody: Callable[..., Walker]) -> None:
    office = somebody("form", screen=NARROW)
    office.go("/report/on-paper/")
    office.sees("What happened: a form on paper")
    printed = office.page.pdf(format="A4", prefer_css_page_size=True)
    assert pages_of(printed) == 1
    office.go("/status/")
    office.sees("Is it working?")
    assert office.reads("Reports are taken.")

    office.be("Ben Foster")
    office.press("Report something online")
    office.sees("Report something online")
    office.press("Type in a form")
    office.sees("From a form on paper")
    office.press("Save and go on")
    office.page.get_by_text("There is a problem").wait_for()
    office.sees("From a form on paper")
    office.choose("Who wrote the form?", "Somebody else")
    office.write("Their name", "Tess Harlow")
    yesterday = london(timezone.now() - timedelta(days=1))
    for name in ("written", "knew"):
        for box, number in (("day", yesterday.day), ("month", yesterday.month), ("year", yesterday.year)):
            office.page.locator(f"#id_{name}_on-{box}").fill(str(number))
    office.write("Time the school first knew", "midday")
    office.press("Save and go on")
    office.sees("What happened")
    office.choose("Is anyone in danger now?", "No")
    office.write("Tell us what happened", "A parent wrote about me on a board.")
    office.write("Where is it, if you know?", "https://board.example/t/9")
    office.press("Save and go on")
    office.choose("Who do you think it is?", "A parent or carer")
    office.choose("Could it be the headteacher?", "No")
    office.choose("Is a child concerned?", "No")
    office.press("Save and go on")
    office.sees("Check and send")
    assert office.reads("The school knew")
    office.press("Send report")
    office.sees("We have your report")
    assert office.reads("Give it to whoever wrote the form.") and office.reads("run from when the school knew")
