"""How many questions stand between a bare machine and a live school: the installer’s, and those in a browser."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.rows import Row
from bench.server import real


def wizard_questions() -> list[Row]:
    """Every question in the browser, answered in Chromium, and the most that bin/install asks; which cannot wait."""
    from playwright.sync_api import sync_playwright
    from setting_up import Beginner, printed_link

    from installer.answers import MOST_ASKED

    with tempfile.TemporaryDirectory(prefix="ft-bench-") as folder:
        home, database = Path(folder), f"bench_{os.getpid()}_{time.monotonic_ns()}"
        port, mail = real.free_port(), real.MailServer()
        real._on_the_server(f"CREATE DATABASE {database}")
        env = real.settings_for(
            home,
            database,
            FORETHOUGHT_SITE=f"http://localhost:{port}",
            FORETHOUGHT_SMTP_HOST=mail.host,
            FORETHOUGHT_SMTP_PORT=str(mail.port),
        )
        server = real.Live(home, env, port, mail)
        try:
            for command in (["collectstatic", "--noinput", "-v0"], ["make_keys"], ["migrate", "-v0"]):
                server.manage(*command)
            server.start()
            with sync_playwright() as playwright:
                flags = ["--no-sandbox"] if os.geteuid() == 0 else []
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
                began = time.monotonic()
                beginner = Beginner(browser, server, "bench-set-up-")
                beginner.comes(printed_link(server))
                beginner.answers_the_first()
                cannot_wait = len(beginner.asked)
                beginner.press("Go on")
                beginner.answers_the_rest(mail)
                beginner.goes_live()
                seconds = time.monotonic() - began
                beginner.leaves()
                browser.close()
        finally:
            server.kill()
            mail.stop()
            real._on_the_server(f"DROP DATABASE {database} WITH (FORCE)")
    how = (
        f"{MOST_ASKED} at most by bin/install, {len(beginner.asked)} in the browser with mail and shares, of which "
        f"{cannot_wait} cannot wait; the browser's take {seconds:.0f} s by machine"
    )
    return [Row("wizard_questions", MOST_ASKED + len(beginner.asked), "", MOST_ASKED + cannot_wait, how, limit=10)]


FIGURES: dict[str, Callable[[], list[Row]]] = {"wizard_questions": wizard_questions}
