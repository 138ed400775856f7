"""Somebody at a screen, for journeys: they press what they read, and notice what is wrong with a page.

Every page they say they are on is looked at: nothing found by axe, nothing blocked by the content policy, no fault in a
script, nothing that sticks out of the screen.
"""

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from canaries import follow, listen_to_page
from live import Live, screenshot

#: Seconds in which words must have come: a press is answered late by a busy machine.
_PATIENCE = 60.0
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 800}

_LISTEN = """document.addEventListener('securitypolicyviolation', (event) =>
    console.error('blocked by the content policy: ' + event.violatedDirective + ' ' + event.blockedURI))"""


class Walker:
    """One person in one browser. `story` names their screenshots."""

    def __init__(
        self, browser: Any, server: Live, story: str, *, screen: dict[str, int] = NARROW, scripts: bool = True
    ) -> None:
        self.server, self.story, self.scripts = server, story, scripts
        self.context = browser.new_context(viewport=screen, java_script_enabled=scripts)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self._shots = 0
        if scripts:
            self.page.add_init_script(_LISTEN)
        follow(self.page)
        self.page.on("console", lambda message: self._notice(message.type, message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on(
            "response", lambda answer: answer.status >= 500 and self.wrong.append(f"{answer.status} {answer.url}")
        )

    def _notice(self, kind: str, text: str) -> None:
        if kind == "error" and "status of" not in text:
            self.wrong.append(text)

    def go(self, path: str) -> None:
        self.page.goto(self.server.url + path)

    def be(self, name: str) -> None:
        """Be one of the demonstration's cast."""
        self.go("/demonstration/")
        self.press(f"Be {name}")

    def press(self, name: str) -> None:
        """Press the button, or the link that looks like one, with these words."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()

    def write(self, label: str, words: str) -> None:
        self.page.get_by_label(label).first.fill(words)

    def choose(self, question: str, answer: str) -> None:
        """Choose one answer of a question."""
        group = self.page.get_by_role("group", name=re.compile(re.escape(question)))
        group.get_by_label(answer, exact=True).check()

    def says_no_to_all_of_the_gate(self) -> None:
        for question in ("Could anyone in it be", "Does it show an adult", "Does it show a threat"):
            self.choose(question, "No")
        self.press("Go on")

    def attaches(self, *files: Path) -> None:
        self.page.get_by_label("Files", exact=True).set_input_files(files)

    def sees(self, heading: str) -> None:
        """Be on the page with this heading, and find nothing wrong with it."""
        self.page.get_by_role("heading", level=1, name=heading).wait_for(timeout=60_000)
        self._shots += 1
        name = re.sub(r"\W+", "-", heading.lower()).strip("-")
        # axe is a script too. Where they are off, the same page has been looked at in another story.
        for violation in Axe().run(self.page).response["violations"] if self.scripts else []:
            self.wrong.append(f"{name}: {violation['id']} {[node['html'] for node in violation['nodes']]}")
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.wrong.append(f"{name}: wider than the screen")
        listen_to_page(self.page)
        screenshot(self.page, f"{self.story}-{self._shots:02}-{name}")

    def reads(self, words: str, *others: str) -> bool:
        """Whether these words come to stand on the page, or some of the others, however they are broken into lines."""
        latest = time.monotonic() + _PATIENCE
        while all(map(self.lacks, (words, *others))):
            if time.monotonic() > latest:
                return False
            self.page.wait_for_timeout(100)
        return True

    def lacks(self, words: str) -> bool:
        """Whether these words do not stand on the page at this moment."""
        return " ".join(words.split()) not in " ".join(self.page.locator("main").inner_text().split())

    def has_file_control(self) -> bool:
        return bool(self.page.locator("input[type=file], [data-forethought-drop]").count())

    # By keyboard alone

    def tabs_to(self, words: str) -> None:
        """Go on with the Tab key until what has the focus bears these words."""
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if words in self.focused():
                return
        raise AssertionError(f"“{words}” cannot be reached by keyboard on {self.page.url}")

    def focused(self) -> str:
        """The words of what has the focus: its own, or its label's."""
        return str(
            self.page.evaluate(
                """() => { const one = document.activeElement;
            const labels = [...(one.labels ?? [])].map((label) => label.textContent);
            return [...labels, one.textContent].join(' ').replace(/\\s+/g, ' ').trim() }"""
            )
        )

    def leaves(self) -> None:
        self.context.close()


def hands_in(tess: Walker, files: Sequence[Path], happened: str) -> None:
    """A member of staff reports what a parent wrote, with records of it. Whatever the page does with them, it takes."""
    tess.be("Tess Harlow")
    tess.press("Report something online")
    tess.press("Start")
    tess.write("Tell us what happened", happened)
    tess.choose("Is anyone in danger now?", "No")
    tess.press("Save and go on")
    who = tess.page.url.removeprefix(tess.server.url)
    tess.choose("Who do you think it is?", "A parent or carer")
    tess.choose("Could it be the headteacher?", "No")
    tess.choose("Is a child concerned?", "No")
    tess.press("Save and go on")
    tess.go(who.replace("/who/", "/answer-gate/"))
    tess.says_no_to_all_of_the_gate()
    tess.follow("Social media")
    tess.attaches(*files)
    tess.page.get_by_role("button", name="Keep these records").click()
    tess.page.get_by_role("heading", level=1, name="Records").wait_for(timeout=60_000)
    tess.press("Go on to check and send")
    tess.press("Send report")
    tess.sees("We have your report")


def opens_the_first_case(manager: Walker) -> str:
    """A senior manager opens the only case there is. Its address."""
    manager.be("David Reed")
    manager.go("/cases/")
    manager.page.locator("main a[href^='/cases/']").first.click()
    manager.page.wait_for_load_state()
    return str(manager.page.url)
