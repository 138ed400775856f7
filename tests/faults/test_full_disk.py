"""A full disk: reading works, a report in words works, files are refused politely, and it recovers without a person.

On a real small file system, the server's own data on it (reliability.md F11, P17).
"""

import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import walk
from grounds import on_sqlite, wait_for
from live import Live, MailServer, _on_the_server, free_port, settings_for

MIB = 1024 * 1024
#: The disk, what files leave free of it, and what is set aside (MiB).
DISK, FOR_FILES, ASIDE = 96, 24, 8


@pytest.fixture
def small(tmp_path: Path, live_template: tuple[Path, str], mail_server: MailServer) -> Iterator[Live]:
    """A server whose data lie on a disk of 96 MiB."""
    if os.geteuid() != 0:
        pytest.skip("Only root can mount a disk.")
    template, template_database = live_template
    port = free_port()
    database = f"small_{port}_{os.getpid()}"
    (tmp_path / "data").mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=700", "none", tmp_path / "data"], check=True)
    _on_the_server(f"CREATE DATABASE {database} TEMPLATE {template_database}")
    try:
        shutil.copytree(template / "data", tmp_path / "data", dirs_exist_ok=True)
        env = settings_for(
            tmp_path,
            database,
            FORETHOUGHT_SITE=f"http://localhost:{port}",
            FORETHOUGHT_SMTP_HOST=mail_server.host,
            FORETHOUGHT_SMTP_PORT=str(mail_server.port),
            FORETHOUGHT_S3_BUCKET="",
            FORETHOUGHT_FREE_SPACE_RESERVE_MIB=str(FOR_FILES),
            FORETHOUGHT_DISK_RESERVE_MIB=str(ASIDE),
        )
        server = Live(tmp_path, env, port, mail_server)
        try:
            yield server
        finally:
            server.kill()
    finally:
        subprocess.run(["umount", "-l", tmp_path / "data"], check=False)
        _on_the_server(f"DROP DATABASE {database} WITH (FORCE)")


class Filler:
    """Somebody else's file on the same disk, which takes whatever is left."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self.path = live.home / "data" / "somebody-elses"
        self.folder = live.home / "data"

    def free(self) -> int:
        facts = os.statvfs(self.folder)
        return facts.f_bavail * facts.f_frsize

    def fill(self) -> None:
        """Take all, in one instant for the server: what it gives back meanwhile would be taken as well."""
        up = self._live.process is not None and self._live.process.poll() is None
        running = self._live.children().values() if up else ()
        for child in running:
            os.kill(child, signal.SIGSTOP)
        with self.path.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 4096)
        for child in running:
            os.kill(child, signal.SIGCONT)

    def leave(self, room: int) -> None:
        with self.path.open("ab") as file:
            file.write(b"\0" * max(0, self.free() - room))

    def go(self) -> None:
        self.path.unlink()


def report(browser: walk.Browser) -> str:
    draft = walk.start_draft(browser)
    walk.say(browser, draft)
    walk.file_report(browser, draft)
    return draft


def looked_into(live: Live) -> None:
    """Open the database alone and close it in order, which puts its journal away."""
    with contextlib.closing(sqlite3.connect(live.home / "data" / "forethought.sqlite3")) as database:
        database.execute("SELECT count(*) FROM django_migrations").fetchone()


@pytest.mark.policy("6.7", "7.2", "7.4")
def test_on_a_full_disk_reading_and_words_go_on_files_are_refused_and_it_recovers_by_itself(small: Live) -> None:
    said = small.manage("demo")
    small.start()
    filler, browser = Filler(small), walk.Browser(walk.over_http("127.0.0.1", small.port))
    accounts = re.findall(r"/demonstration/([0-9a-f-]{36})/be/", browser.get("/demonstration/").body.decode())
    assert accounts, said
    walk.be(browser, accounts[0])
    before = report(browser)
    wait_for(lambda: (small.home / "data" / "reserve").exists(), "the reserve is set aside")

    # Nearly full: files are refused, words are taken.
    draft = walk.start_draft(browser)
    walk.say(browser, draft)
    grant = walk.pass_gate(browser, draft)
    filler.leave((FOR_FILES - 2) * MIB)
    refused = browser.upload(f"/upload/{grant}/", walk.a_picture(200_000, 1), {"kind": "social"})
    assert refused.status == 422 and "There is no room for files at the moment" in refused.body.decode()
    walk.file_report(browser, draft)
    letters = [one["Subject"] for one in small.mail.messages]
    wait_for(
        lambda: "The server’s disk is nearly full" in [one["Subject"] for one in small.mail.messages],
        f"head and IT are told {letters}",
        within=90,
    )

    # Full: what was set aside is given back, and words go on.
    filler.fill()
    assert filler.free() < MIB
    full = report(browser)
    assert not (small.home / "data" / "reserve").exists()
    assert browser.get("/").status == 200 and browser.get(f"/report/{before}/receipt/").status == 200
    assert b'"reports": true' in browser.get("/status.json").body

    # Full again: everything can still be read, and what cannot be kept is handed back.
    filler.fill()
    for path in ("/", "/reports/", "/report/", f"/report/{full}/receipt/", "/status/", "/report/on-paper/"):
        assert browser.get(path).status == 200, (path, small.said())
    turned_away = browser.post("/report/start-draft/")
    assert turned_away.status == 503 and "There is no room to keep this" in turned_away.body.decode()
    # One answer serves everybody for two seconds.
    wait_for(lambda: b'"reports": false' in browser.get("/status.json").body, "the status page says so")

    # Stopped in order and started again: it reads all the same.
    small.stop()
    if on_sqlite():
        filler.go()
        looked_into(small)
        filler.fill()
        # Without what is set aside for the start, this is the end of reading.
        with pytest.raises(sqlite3.OperationalError):
            looked_into(small)
    filler.fill()
    assert filler.free() < 4096
    small.start()
    browser.send = walk.over_http("127.0.0.1", small.port)
    for path in ("/", "/reports/", f"/report/{full}/receipt/"):
        assert browser.get(path).status == 200, (path, small.said())

    # Room again: nobody does anything but make it.
    filler.go()
    after = report(browser)
    assert browser.get(f"/report/{after}/receipt/").status == 200
    draft = walk.start_draft(browser)
    walk.say(browser, draft)
    walk.upload(browser, walk.pass_gate(browser, draft), walk.a_picture(200_000, 2))
    wait_for(lambda: (small.home / "data" / "reserve").exists(), "the reserve is set aside again", within=90)
