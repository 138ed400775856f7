"""Somebody who has never seen Forethought sets a school up in a browser, and counts what they are asked."""

import re
from typing import Any

from live import Live, MailServer, run_manage
from walking import Walker

#: What they answer, by the heading of the question: labels and what is typed into them.
PEOPLE = {
    "The headteacher and safeguarding": {
        "Headteacher: full name": "Hester Vale",
        "Headteacher: email address": "hester@mosside.example",
        "Safeguarding lead: full name": "Lena Holt",
        "Safeguarding lead: email address": "lena@mosside.example",
        "Deputy: email address": "hester@mosside.example",
    },
    "Who chairs the governors?": {
        "Chair: full name": "Corin Blythe",
        "Chair: email address": "corin@mosside.example",
        "Vice-chair: full name": "Vera Sand",
        "Vice-chair: email address": "vera@mosside.example",
    },
}
OFFICERS = {
    "HR, data protection and unions": {
        "Data protection officer: full name": "Grace Ade",
        "Data protection officer: email address": "grace@dpo.example",
    },
}


class Beginner(Walker):
    """Somebody in front of the wizard. `asked` are the headings of the questions they answered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: list[str] = []

    def question(self, heading: str, *, look: bool = True) -> None:
        """Be on the page of a question, and count it once."""
        if look:
            self.sees(heading)
        else:
            self.page.get_by_role("heading", level=1, name=heading).wait_for(timeout=60_000)
        if heading not in self.asked:
            self.asked.append(heading)

    def comes(self, link: str) -> None:
        """Open the link that was printed on the server."""
        self.page.goto(link)
        self.sees("Set up your school")
        self.press("Begin")
        self.sees("Set up your school")

    def answers_the_first(self) -> None:
        """The school and its people."""
        self.press("Go on")
        self.question("Your school")
        self.write("Name of the school", "Mosside School")
        self.write("URN", "123456")
        self.page.get_by_label("Phase").select_option(label="Primary")
        self.choose("Who runs the school?", "The local authority")
        self.write("Its name", "Mossshire")
        self.press("Save and go on")
        self.answers(PEOPLE)

    def answers(self, people: dict[str, dict[str, str]]) -> None:
        """Questions for people."""
        for heading, typed in people.items():
            # The others are made of the same boxes.
            self.question(heading, look=heading == "The headteacher and safeguarding")
            for label, words in typed.items():
                self.write(label, words)
            self.press("Save and go on")

    def answers_the_rest(self, mail: MailServer) -> None:
        """HR, unions, duty, mail with a real message, and the shares with paper and pen."""
        self.answers(OFFICERS)
        self.question("Who answers, and when is the school closed?")
        self.write("Senior manager: email address", "lena@mosside.example")
        self.write("When is the school closed?", "Christmas: 21 12 2026 to 1 1 2027")
        self.press("Save and go on")
        self.tries_mail(mail)
        self.writes_shares_down()

    def tries_mail(self, mail: MailServer) -> None:
        """The mail server refuses at first, which is explained; then the message comes."""
        self.question("Does mail arrive?")
        mail.refuse = True
        self.press("Send a message")
        assert self.reads("The mail server refused the message. (It answered 451.)")
        mail.refuse = False
        self.write("Send a message to this address", "hester@mosside.example")
        self.press("Send a message")
        self.page.get_by_label("The number in the message").wait_for()
        number = re.search(r"[0-9]{6}", str(mail.wait_for(1)[-1].get_content()))
        assert number
        self.write("The number in the message", number[0])
        self.press("It came")

    def writes_shares_down(self) -> None:
        """Three sheets, and the last four of each read back."""
        self.question("Three shares for the safe")
        self.press("Show the three shares now")
        self.sees("Three shares")
        sheets = [one.inner_text() for one in self.page.locator("main p.govuk-body-l strong").all()]
        self.press("We have three sheets")
        for label, sheet in zip(("The chair", "The data protection officer", "The sheet for"), sheets, strict=True):
            self.write(label, sheet[-4:])
        self.press("They are in safe hands")

    def goes_live(self) -> None:
        """The last look, and the press that founds the school."""
        self.sees("Check, and go live")
        assert self.reads("The model policy, as a draft"), "what was not asked is said"
        self.press("Go live")
        self.sees("Your school is live")


def printed_link(server: Live) -> str:
    """The link to set a school up, as a real installation prints it.

    The server itself stays one for tests: a real one refuses to run as root, or at an address without https.
    """
    return run_manage({**server.env, "FORETHOUGHT_DEMONSTRATION": "no"}, "setup_link", "--quiet").strip()
