"""The school's account stays the school's: one who looks after it leaves, and a post goes through two pairs of eyes."""

import re
from collections.abc import Callable

import picture_making as make
import pytest
from PIL import Image
from walking import NARROW, Walker

STORY = "school-account-"


def registers(head: Walker) -> None:
    """The head puts an account on the register, with Tess Harlow and David Reed."""
    head.be("Amina Okafor")
    head.follow("Accounts of the school")
    head.sees("Accounts of the school")
    head.press("Put an account on the register")
    head.sees("Put an account on the register")
    head.write("Which app or site is it on?", "Facebook")
    head.write("What is it called there?", "Larkfield Primary")
    head.write("What is it for?", "News for families.")
    head.page.get_by_label("Which office answers for it?").select_option("Headteacher")
    head.choose("Who gets the mail or call", "A mailbox or phone of the school that several people can reach")
    head.choose("Do parents reach the school there?", "Yes")
    head.page.get_by_label("Who looks after it?").select_option("Tess Harlow")
    head.page.get_by_label("And who else?").select_option("David Reed")
    head.press("Put it on the register")
    head.sees("Facebook: Larkfield Primary")
    assert head.reads("It is on the register.")


def finds_at_home(one: Walker, words: str) -> None:
    """The worker does it within a second or so, beside the pages."""
    for _ in range(300):
        one.go("/")
        if not one.lacks(words):
            return
        one.page.wait_for_timeout(300)
    raise AssertionError(f"“{words}” did not come to stand on the home page")


def opens(one: Walker, words: str) -> None:
    """Press the button beside a line of the home page."""
    one.page.locator(".ft-deadline").filter(has_text=words).first.get_by_role("button").click()
    one.page.wait_for_load_state()


@pytest.mark.policy("2.1", "5.6")
def test_a_custodian_leaves_and_another_takes_over(somebody: Callable[..., Walker]) -> None:
    head = somebody("register", screen=NARROW)
    registers(head)
    head.go("/people/")
    head.write("Search by the beginning of a name", "Tess")
    head.press("Search")
    head.follow("Tess Harlow")
    head.press("They leave")
    head.sees("They leave")
    assert head.reads("They look after these accounts of the school.")
    head.press("They leave now")

    david = somebody("hand-over", screen=NARROW, scripts=False)
    david.be("David Reed")
    finds_at_home(david, "Somebody who looked after an account of the school has left.")
    head.go("/")
    head.page.get_by_text("Somebody who looked after an account of the school has left.").wait_for()
    opens(david, "Somebody who looked after an account")
    david.sees("Facebook: Larkfield Primary")
    assert david.reads("Only one person looks after it.") and david.reads("They may still have a way in.")
    david.page.get_by_role("link", name=re.compile("Hand over to somebody ?: Tess Harlow")).click()
    david.sees("Hand over from somebody who has left")
    assert david.reads("Tess Harlow has left.")
    david.page.get_by_label("Who takes over?").select_option("Ben Foster")
    david.press("Begin")
    david.sees("Handing over an account")

    ben = somebody("take-over", screen=NARROW)
    ben.be("Ben Foster")
    opens(ben, "An account of the school is handed over to you.")
    ben.press("Take it over")
    ben.sees("Take it over")
    ben.page.get_by_label("I signed in by a way of my own").check()
    ben.press("I look after it now")
    ben.sees("Handing over an account")
    assert ben.reads("You look after it now.")

    david.go("/")
    opens(david, "Finish handing an account over.")
    david.press("The old way in is removed")
    david.page.get_by_label("Their way in is removed").check()
    david.press("It is handed over")
    david.sees("Handing over an account")
    assert david.reads("Both have confirmed it.")
    ben.go("/school-accounts/")
    ben.follow("Facebook: Larkfield Primary")
    ben.sees("Facebook: Larkfield Primary")
    assert ben.lacks("Tess Harlow") and ben.reads("David Reed")


@pytest.mark.policy("2.1", "6.3")
def test_a_post_is_proposed_sent_back_and_approved(somebody: Callable[..., Walker]) -> None:
    head = somebody("post-register", screen=NARROW)
    registers(head)

    ben = somebody("post-writer", screen=NARROW)
    ben.be("Ben Foster")
    ben.go("/school-accounts/posts/")
    ben.sees("Posts for the school")
    ben.follow("For Facebook: Larkfield Primary")
    ben.sees("Write a post for the school")
    assert ben.reads("This is work. Whoever approves it sees your words")
    ben.write("Your post", "So proud of Tom in Year 4, who won the spelling cup today!")
    ben.choose("Did the families of all pupils who can be seen agree?", "No pupil can be seen")
    ben.choose("Is a pupil named?", "I am not sure")
    ben.press("Check it")
    ben.sees("A post for the school")
    assert ben.reads("Nobody is sure about the names in it.") and ben.reads("What the check says")
    ben.follow("Add a picture")
    ben.sees("Before you choose a picture")
    assert not ben.has_file_control()
    ben.says_no_to_all_of_the_gate()
    ben.sees("Add a picture")
    assert ben.has_file_control()
    ben.page.get_by_label("The picture").set_input_files(
        {"name": "hedge.png", "mimeType": "image/png", "buffer": make.png(Image.new("RGB", (640, 480), "#7a9"))}
    )
    ben.write("What does it show?", "A silver cup.")
    ben.press("Add this picture")
    ben.sees("A post for the school")
    assert ben.page.get_by_role("img", name="A silver cup.").evaluate("one => one.naturalWidth") == 640
    ben.press("Propose it")
    ben.press("Propose it")
    assert ben.reads("It waits for a custodian.")

    tess = somebody("post-custodian", screen=NARROW, scripts=False)
    tess.be("Tess Harlow")
    assert tess.reads("A post for the school waits for you to read it.")
    tess.go("/school-accounts/posts/")
    tess.follow("For Facebook: Larkfield Primary")
    tess.sees("A post for the school")
    assert tess.reads("A pupil in it may lack consent.")
    tess.follow("Send it back with a reason")
    tess.write("What should be different?", "Leave the name and the year out.")
    tess.press("Send it back")

    ben.go("/")
    opens(ben, "A post that you wrote for the school was sent back.")
    assert ben.reads("Leave the name and the year out.")
    ben.follow("Change the words or your answers")
    ben.write("Your post", "A pupil won the spelling cup today. Well done!")
    ben.choose("Is a pupil named?", "No pupil is named")
    ben.press("Check it again")
    ben.press("Propose it")
    ben.press("Propose it")

    tess.go("/school-accounts/posts/")
    tess.follow("For Facebook: Larkfield Primary")
    tess.press("Approve it")
    tess.press("Approve it")
    tess.sees("A post for the school")
    assert tess.reads("Approved, not up yet")
    tess.press("It is up")
    tess.sees("It is up")
    tess.press("It is up")
    tess.sees("A post for the school")
    assert tess.reads("Went up") and not tess.page.get_by_role("img", name="A silver cup.").count()
    tess.press("Show it as a good post")
    tess.write("What is good in it?", "It is kind, and names nobody.")
    tess.press("Show it to all staff")
    ben.go("/school-accounts/good-posts/")
    ben.sees("Good posts")
    assert ben.reads("It is kind, and names nobody.")
