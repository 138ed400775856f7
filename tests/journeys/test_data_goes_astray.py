"""A list goes to the wrong family, a parent complains, a teacher asks for their own data, a notice is signed."""

import re
from collections.abc import Callable

import pytest
from walking import NARROW, Walker

STORY = "data-"
GRAVE = (
    ("Could somebody see, take, change or lose data who should not?", "Yes"),
    ("Is it certain that nobody could use it?", "Not sure"),
    ("Can it be told whose data it is?", "Yes"),
    ("Does it say something very private?", "No"),
    ("Is it about children, or about adults who could be in danger?", "Yes"),
    ("Could somebody be hurt by it?", "Not sure"),
    ("Is it about more than a few people?", "Yes"),
)


@pytest.mark.policy("11.1")
def test_a_breach_is_told_weighed_and_closed(somebody: Callable[..., Walker]) -> None:
    tess = somebody("teller", screen=NARROW, scripts=False)
    tess.be("Tess Harlow")
    tess.follow("Data protection: data got out or was lost, and complaints")
    tess.sees("Data protection")
    tess.press("Tell of it now")
    tess.sees("Personal data got out, or was lost")
    tess.choose("Did it happen, or did it nearly happen?", "It happened, or I am not sure")
    tess.write("What happened?", "A list of Year 4 went to the wrong family.")
    tess.choose("Could it be something that one of these did?", "Neither of them")
    tess.press("Tell those who see to it")
    tess.sees("Data protection")
    assert tess.reads("Being seen to")

    head = somebody("head", screen=NARROW)
    head.be("Amina Okafor")
    head.page.locator(".ft-deadline").filter(has_text="A breach of personal data.").get_by_role("button").click()
    head.sees("Breach of personal data")
    head.follow("Weigh the risk to people")
    head.sees("What may it mean for people?")
    for question, answer in GRAVE:
        head.choose(question, answer)
    head.press("See what it comes to")
    assert head.reads("Your answers come to: The risk to people is high")
    head.sees("What may it mean for people?")
    head.press("This is what I say")
    head.sees("Breach of personal data")
    head.follow("Text for the ICO")
    head.sees("Text for the ICO")
    head.page.goto(head.page.url.replace("text-for-ico", "note-ico-told"))
    head.write("The reference that it gave", "IC-1234")
    head.press("Save")
    head.follow("note that they were told")
    head.write("How were they told, and what?", "By phone, each family.")
    head.press("Save")
    head.follow("Stop it or get it back, and note what was done")
    head.choose("What do you want to note?", "So that it does not happen again")
    head.write("In a few words", "Lists go through the office.")
    head.press("Save")
    head.follow("Close it, once something was learned")
    head.press("Close it")
    head.sees("Breach of personal data")
    assert head.reads("This is closed.") and head.reads("IC-1234")

    pat = somebody("parent", screen=NARROW, scripts=False)
    pat.go("/data-protection/complain/")
    pat.sees("Complain about how your data was treated")
    pat.write("What was done with the data that should not have been?", "Our address went to another family.")
    pat.choose("Is it about something that one of these did?", "I am not sure")
    pat.press("Send")
    pat.sees("We have your complaint")
    code = re.findall(r"[0-9A-Z]{5}(?:-[0-9A-Z]+)+-.", pat.page.inner_text("main"))[0]

    joan = somebody("chair", screen=NARROW)
    joan.be("Joan Whitfield")
    joan.page.locator(".ft-deadline").filter(has_text="A complaint about data.").get_by_role("button").click()
    joan.sees("Complaint about data")
    joan.follow("Say that you have it")
    joan.press("Send")
    joan.follow("Answer and end it")
    joan.sees("Answer and end it")
    joan.write("The answer", "You are right, and we are sorry.")
    joan.choose("What came of it?", "They were right, and it was put right")
    joan.press("Send the answer")
    joan.sees("Complaint about data")

    pat.go("/come-back/")
    pat.write("Your code", code)
    pat.press("Open my report")
    pat.sees("We have your complaint")
    assert pat.reads("You are right, and we are sorry.")


@pytest.mark.policy("11.1")
def test_a_teacher_asks_for_their_own_data_and_reads_it(somebody: Callable[..., Walker]) -> None:
    ben = somebody("asker", screen=NARROW, scripts=False)
    ben.be("Ben Foster")
    ben.go("/data-protection/")
    ben.press("Ask for your own data")
    ben.sees("Ask for your own data")
    ben.press("Ask for it")
    ben.sees("Your request")
    assert ben.reads("The answer comes here by")
    own = ben.page.url

    head = somebody("answerer", screen=NARROW)
    head.be("Amina Okafor")
    head.page.locator(".ft-deadline").filter(has_text="A request for one’s own data.").get_by_role("button").click()
    head.sees("Request for one’s own data")
    head.page.get_by_role("link", name="Search", exact=True).click()
    head.sees("Search")
    head.press("Search now")
    head.follow("What is held outside cases")
    head.sees("A part of an answer")
    head.choose("Does something of this go into the answer?", "Yes, what stands below")
    head.press("Take names out")
    head.sees("A part of an answer")
    head.press("This part is ready")
    head.sees("Request for one’s own data")
    head.follow("Read the answer as it stands")
    head.sees("The answer")
    assert head.reads("Name: Ben Foster") and head.reads("This sentence stands in every answer.")

    ben.page.goto(own)
    ben.sees("Your request")


@pytest.mark.policy("11.1")
def test_a_notice_is_written_signed_by_two_and_read_by_anybody(somebody: Callable[..., Walker]) -> None:
    grace = somebody("officer", screen=NARROW)
    grace.be("Grace Adeyemi")
    grace.page.locator(".ft-deadline").filter(has_text="A document about data").get_by_role("button").click()
    grace.sees("Privacy notice for pupils and parents")
    assert grace.reads("Not signed by the data protection officer.")
    grace.press("Sign it")
    grace.sees("Sign: Privacy notice for pupils and parents")
    grace.press("Sign it")
    grace.sees("Privacy notice for pupils and parents")
    assert grace.reads("Grace Adeyemi, data protection officer")
    grace.go("/data-protection/documents/")
    grace.sees("Documents about data")
    grace.follow("Record of processing")
    grace.press("Write it")
    grace.sees("Record of processing")
    assert grace.reads("Still to be filled in")
    grace.page.locator("a[href$='/sections/about/rewrite-section/']").click()
    grace.sees("Who is responsible")
    grace.write("The words of this part", "The governors of the school.\n\n- one\n- two")
    grace.press("Save")
    grace.sees("Record of processing")
    assert grace.reads("The governors of the school.")

    pat = somebody("reader", screen=NARROW, scripts=False)
    pat.go("/privacy/")
    pat.follow("Your school’s own privacy notices")
    pat.sees("Privacy notices")
    pat.follow("Privacy notice for pupils and parents")
    pat.sees("Privacy notice for pupils and parents")
    assert pat.reads("What we may keep about you")
