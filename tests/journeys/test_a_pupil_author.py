"""A pupil posted it: no staff discipline, a pack for the behaviour lead, the outcome back, a word to the teacher."""

from collections.abc import Callable

import pytest
from walking import NARROW, WIDE, Walker

STORY = "pupil-"


@pytest.mark.policy("8.2")
def test_a_pupil_posted_it(somebody: Callable[..., Walker]) -> None:
    teacher = somebody("teacher", screen=NARROW)
    teacher.be("Tess Harlow")
    teacher.press("Report something online")
    teacher.press("Start")
    teacher.choose("Is anyone in danger now?", "No")
    teacher.write("Tell us what happened", "A boy in my class made a video that mocks how I speak.")
    teacher.press("Save and go on")
    teacher.choose("Who do you think it is?", "A pupil")
    teacher.choose("Could it be the headteacher?", "No")
    teacher.choose("Is a child concerned?", "No")
    teacher.press("Save and go on")
    teacher.press("Send report")
    teacher.sees("We have your report")
    teacher.press("Your report")
    own = teacher.page.url.removeprefix(teacher.server.url)

    senior = somebody("senior", screen=WIDE)
    senior.be("David Reed")
    senior.go("/cases/")
    senior.page.locator("main a[href^='/cases/']").first.click()
    senior.page.wait_for_load_state()
    case = senior.page.url.removeprefix(senior.server.url)
    senior.press("Hand it to the behaviour lead")
    senior.sees("Hand it to the behaviour lead")
    senior.page.get_by_label("Who leads on behaviour?").select_option(label="Ben Foster")
    senior.write("The pupil’s reference", "A.B. 9C")
    senior.write("What happened?", "A video that mocks a member of staff.")
    senior.press("Hand it over")
    assert senior.reads("Handed to the behaviour lead")

    behaviour = somebody("behaviour", screen=NARROW)
    behaviour.be("Ben Foster")
    behaviour.go("/next/")
    behaviour.press("Show names")
    assert behaviour.reads("A video that mocks a member of staff.")
    assert behaviour.lacks("how I speak")
    behaviour.press("Give the outcome back")
    behaviour.sees("What came of it")
    behaviour.write("What was decided?", "He takes it down and writes an apology.")
    behaviour.press("Give it back")
    assert behaviour.reads("The outcome went back.")
    behaviour.go(case)
    behaviour.sees("Page not found")

    senior.go(case)
    assert senior.reads("The outcome came back")
    senior.press("Tell the reporter what they may know")
    senior.sees("Tell them what came of it")
    senior.write("What may the person who reported it know?", "It was dealt with, and it is coming down.")
    senior.press("Send")
    teacher.go(own)
    assert teacher.reads("It was dealt with, and it is coming down.")
    assert teacher.lacks("apology")
