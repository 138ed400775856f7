"""A browser with the extension in it, as its person has it: loaded from a folder, its button pressed as by hand.

The button is pressed over the browser's own line for that (`Extensions.triggerAction`), so that the leave for one tab
(`activeTab`) is the real one. Only the leave to reach the school is given beforehand, in a copy of the manifest: no
test can press the browser's own question.
"""

import http.server
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from live import screenshot

EXTENSION = Path(__file__).resolve().parents[1] / "extension"
NO, GO_ON, SEND = "No", "Go on", "Send to the school"


def loaded_from(folder: Path, school: str) -> Path:
    """A copy of the extension that may reach this school already, and nothing else that the real one may not."""
    copy = shutil.copytree(EXTENSION, folder / "extension")
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["host_permissions"] = [f"{school}/*"] if school else []
    (copy / "manifest.json").write_text(json.dumps(manifest))
    return copy


class Site:
    """Pages on this machine that belong to nobody, under another name than the school's."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, bytes]] = {}
        pages = self.pages

        class Answers(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, content = pages.get(self.path, ("text/html", b""))
                self.send_response(200 if self.path in pages else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def page(self, path: str, body: str, title: str = "What they wrote", kind: str = "text/html; charset=utf-8") -> str:
        """Put a page there. Its address."""
        self.pages[path] = kind, f"<!doctype html><title>{title}</title>{body}".encode()
        return self.url + path

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


ACTIVE = "new Promise(done => { const look = () => registration.active ? done(1) : setTimeout(look, 50); look() })"


class Person:
    """Somebody with the extension in their browser. `wrong` is what was wrong with what they met."""

    def __init__(self, context: Any, story: str) -> None:
        self.context, self.story, self.wrong, self._shots = context, story, [], 0
        workers = context.service_workers
        worker = workers[0] if workers else context.wait_for_event("serviceworker")
        # It is there before it listens; a press that comes sooner is lost.
        worker.evaluate(ACTIVE)
        self.id = worker.url.split("/")[2]
        self.page = context.pages[0]

    def be(self, school: str, name: str) -> None:
        """Sign in at the school, in a tab that is closed again."""
        tab = self.context.new_page()
        tab.goto(f"{school}/demonstration/")
        tab.get_by_role("button", name=f"Be {name}", exact=True).first.click()
        tab.wait_for_load_state()
        tab.close()

    def tells_school(self, typed: str) -> Any:
        """Type the school's address into the settings."""
        tab = self.context.new_page()
        tab.goto(f"chrome-extension://{self.id}/settings.html")
        tab.get_by_label("Address of your school").fill(typed)
        tab.get_by_role("button", name="Save").click()
        return tab

    def presses_the_button(self) -> Any:
        """Press the extension's button over the page. The window that comes."""
        self.page.bring_to_front()
        line = self.context.browser.new_browser_cdp_session()
        found = line.send("Target.getTargets", {"filter": [{"type": "tab", "exclude": False}, {"exclude": True}]})
        tabs = [one["targetId"] for one in found["targetInfos"] if one["url"] == self.page.url]
        with self.context.expect_page() as came:
            line.send("Extensions.triggerAction", {"id": self.id, "targetId": tabs[0]})
        line.detach()
        window = came.value
        window.on("console", lambda message: message.type == "error" and self._notice(message.text))
        window.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        window.get_by_role("heading", level=1).wait_for()
        return window

    def _notice(self, text: str) -> None:
        # That the school is not there is part of a story, and the browser notes it by itself.
        if "ERR_CONNECTION_REFUSED" not in text:
            self.wrong.append(text)

    def answers(self, window: Any, *, under_18: str = NO, adult: str = NO, danger: str = NO) -> None:
        """Answer the three questions, and what kind of page it is."""
        for question, answer in (
            ("Could anyone in it be", under_18),
            ("Does it show an adult", adult),
            ("Does it show a threat", danger),
        ):
            window.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
        window.get_by_label("Another website").check()
        window.get_by_role("button", name=GO_ON, exact=True).click()

    def sees(self, window: Any, heading: str, *, within: float = 60) -> None:
        """Be in the window with this heading, on a narrow screen, and find nothing wrong with it."""
        window.get_by_role("heading", level=1, name=heading).wait_for(timeout=within * 1000)
        self.looks(window, heading)

    def looks(self, window: Any, name: str) -> None:
        window.set_viewport_size({"width": 320, "height": 640})
        self._shots += 1
        for violation in Axe().run(window).response["violations"]:
            self.wrong.append(f"{name}: {violation['id']} {[node['html'] for node in violation['nodes']]}")
        if window.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.wrong.append(f"{name}: wider than the screen")
        screenshot(window, f"{self.story}-{self._shots:02}-{name.lower().replace(' ', '-')}")

    def says(self, window: Any, words: str, *, within: float = 60) -> None:
        """Wait until its line of progress says this."""
        latest = time.monotonic() + within
        while words not in (said := window.locator("#progress").inner_text()):
            assert time.monotonic() < latest, said
            time.sleep(0.1)

    def kept(self, window: Any) -> list[dict[str, Any]]:
        """What the extension keeps on this computer, without the bytes."""
        found: list[dict[str, Any]] = window.evaluate("import('./queue.js').then((queue) => queue.kept())")
        return found

    def sends(self, window: Any) -> Any:
        """Press Send. The school's page that comes."""
        with self.context.expect_page() as came:
            window.get_by_role("button", name=SEND).click()
        tab = came.value
        tab.get_by_role("heading", level=1, name="Where does it belong?").wait_for()
        return tab


@contextmanager
def a_person(browser: Any, school: str, story: str, *, screen: tuple[int, int] = (900, 700)) -> Iterator[Person]:
    """A browser of its own with the extension in it. At the end nothing may have been wrong."""
    folder = Path(tempfile.mkdtemp(prefix="extension-"))
    copy = loaded_from(folder, school)
    # Chromium's own sandbox refuses to run as root; the new headless mode is the one that takes extensions.
    without_sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    context = browser.browser_type.launch_persistent_context(
        folder / "profile",
        executable_path=shutil.which("chromium"),
        headless=False,
        timeout=120_000,
        viewport={"width": screen[0], "height": screen[1]},
        args=[
            "--headless=new", *without_sandbox, f"--disable-extensions-except={copy}", f"--load-extension={copy}",
            "--enable-unsafe-extension-debugging", "--disable-features=DisableLoadExtensionCommandLineSwitch",
        ],
    )  # fmt: skip
    try:
        context.set_default_timeout(120_000)
        person = Person(context, story)
        yield person
        assert person.wrong == []
    finally:
        context.close()
        shutil.rmtree(folder, ignore_errors=True)
