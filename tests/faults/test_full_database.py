"""The disk of PostgreSQL's own data is full: all can be read, nothing is lost unseen, and it recovers by itself.

On a real small disk, as a tablespace in which the database of the test lies (reliability.md F11, P17). The server's
journal lies elsewhere: without room for that PostgreSQL stops, which is why the program stops writing before. The
server is this test's own: one that cannot write what it holds makes no checkpoint, and no database of other tests
could be dropped meanwhile.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import walk
from grounds import on_sqlite, wait_for
from live import Live, MailServer, free_port, settings_for
from migrated import migrate

from tools.with_servers import DATABASE, OWNER, postgresql

MIB = 1024 * 1024
DISK = 400


def as_superuser(address: str, statement: str) -> None:
    """Run one statement outside every database, as whoever may make tablespaces."""
    import psycopg

    [sockets] = parse_qs(urlsplit(address).query)["host"]
    with psycopg.connect(f"host={sockets} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk that belongs to PostgreSQL."""
    if on_sqlite():
        yield tmp_path
        return
    if os.geteuid() != 0:
        pytest.skip("Only root can mount a disk.")
    # Not below the folder of this test, into which the server's own account may not look.
    place = Path("/tmp") / f"ft-disk-{os.getpid()}"
    place.mkdir(mode=0o755)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=755", "none", place], check=True)
    try:
        (place / "pg").mkdir(mode=0o700)
        shutil.chown(place / "pg", "nobody", "nogroup")
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=False)
        place.rmdir()


@pytest.fixture
def small(
    disk: Path, tmp_path: Path, live_template: tuple[Path, str], mail_server: MailServer
) -> Iterator[Live | None]:
    """A server whose database lies on that disk; nothing with SQLite, where it is our own disk."""
    if on_sqlite():
        yield None
        return
    port = free_port()
    shutil.copytree(live_template[0] / "data", tmp_path / "data", dirs_exist_ok=True)
    with postgresql() as address:
        as_superuser(address, f"CREATE TABLESPACE small OWNER {OWNER} LOCATION '{disk / 'pg'}'")
        as_superuser(address, f"ALTER DATABASE {DATABASE} SET TABLESPACE small")
        env = settings_for(
            tmp_path,
            DATABASE,
            DATABASE_URL=address,
            FORETHOUGHT_SITE=f"http://localhost:{port}",
            FORETHOUGHT_SMTP_HOST=mail_server.host,
            FORETHOUGHT_SMTP_PORT=str(mail_server.port),
            FORETHOUGHT_S3_BUCKET="",
            FORETHOUGHT_FREE_SPACE_RESERVE_MIB="1",
            FORETHOUGHT_DATABASE_FOLDER="/nowhere",
        )
        migrate(env)
        server = Live(tmp_path, env, port, mail_server)
        try:
            yield server
        finally:
            server.kill()


def free(disk: Path) -> int:
    facts = os.statvfs(disk)
    return facts.f_bavail * facts.f_frsize


def leave(disk: Path, room: int) -> None:
    """Somebody else's file takes all but so many bytes."""
    with (disk / "somebody-elses").open("ab", buffering=0) as file, suppress(OSError):
        if room:
            os.posix_fallocate(file.fileno(), 0, file.seek(0, 2) + max(1, free(disk) - room))
        else:
            while True:
                file.write(b"\0" * 4096)


def report(browser: walk.Browser) -> str:
    draft = walk.start_draft(browser)
    walk.say(browser, draft)
    walk.file_report(browser, draft)
    return draft


def signed_in(live: Live) -> walk.Browser:
    said = live.manage("demo")
    live.start()
    browser = walk.Browser(walk.over_http("127.0.0.1", live.port))
    accounts = re.findall(r"/demonstration/([0-9a-f-]{36})/be/", browser.get("/demonstration/").body.decode())
    assert accounts, said
    walk.be(browser, accounts[0])
    return browser


@pytest.mark.policy("6.7", "7.2", "7.4")
def test_on_a_full_disk_of_postgresql_all_can_be_read_and_it_takes_reports_again_by_itself(
    small: Live | None, disk: Path
) -> None:
    if small is None:
        return
    browser = signed_in(small)
    before = report(browser)
    wait_for(lambda: b'"database_disk": "unknown"' in browser.get("/status.json").body, "it says what it cannot see")
    assert "cannot be seen from here" in browser.get("/status/").body.decode()

    # Nobody can ask how full it is: the first who finds no room says so to all.
    leave(disk, 0)
    assert free(disk) < 4096
    answers = (browser.post("/report/start-draft/") for _ in range(400))
    turned_away = next((one for one in answers if one.status == 503), None)
    assert turned_away is not None, small.said()
    assert "There is no room to keep this" in turned_away.body.decode()
    for path in ("/", "/reports/", f"/report/{before}/receipt/", "/report/on-paper/"):
        assert browser.get(path).status == 200, (path, small.said())
    wait_for(lambda: b'"reports": false' in browser.get("/status.json").body, "the status page says so")

    # Room again: nobody does anything but make it.
    (disk / "somebody-elses").unlink()
    wait_for(lambda: b'"reports": true' in browser.get("/status.json").body, "it takes reports again", within=120)
    after = report(browser)
    assert browser.get(f"/report/{after}/receipt/").status == 200
    assert browser.get(f"/report/{before}/receipt/").status == 200

    # Where its size can be asked, it stops before the database does.
    small.stop()
    small.env["FORETHOUGHT_DATABASE_FOLDER"] = str(disk / "pg")
    small.start()
    browser.send = walk.over_http("127.0.0.1", small.port)
    wait_for(lambda: b'"database_disk": "watched"' in browser.get("/status.json").body, "it is watched", within=90)
    leave(disk, 100 * MIB)
    wait_for(lambda: b'"files": false' in browser.get("/status.json").body, "no file is taken any more", within=90)
    assert b'"reports": true' in browser.get("/status.json").body
    report(browser)
    leave(disk, 30 * MIB)
    wait_for(lambda: b'"reports": false' in browser.get("/status.json").body, "nothing is taken any more", within=90)
    assert browser.post("/report/start-draft/").status == 503
    assert browser.get(f"/report/{after}/receipt/").status == 200
    (disk / "somebody-elses").unlink()
    wait_for(lambda: b'"files": true' in browser.get("/status.json").body, "all is taken again", within=120)
    report(browser)
