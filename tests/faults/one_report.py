"""A report, as the program that serves takes it: a process that may be killed at any call.

Run as a program it loads the site once, and then forks a child for each report, so that a hundred of them cost no more
than one start. It is told what to do by lines of JSON, and answers each with one line:

    prepare   walk a number of reports up to their last two presses, and say how to go on with each
    report    fork a child that waits
    go        let it send its file and its report
    end       wait until it has ended, and say what it said
    check     in a child of its own, say everything that is wrong, and press again whatever was not finished
"""

import ctypes
import json
import os
import sys
import traceback
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forethought.settings")

import django  # noqa: E402

django.setup()

import proofs  # noqa: E402
import walk  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from other_acts import OTHERS, application, the_school  # noqa: E402

#: Some seals and several writes: more than one piece of the vault's, less than would take long.
SIZE = 200_000
_PR_SET_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1)

Said = dict[str, Any]


# --- Preparing ---


def prepare(*, count: int, visitors: bool, act: str = "report") -> list[Said]:
    """Make the demonstration school unless it is there, and walk reports up to where only file and Send are left.

    For another act on a case, each report is sent, and the ticket is of that act.

    One more is walked to its end first: whatever is loaded late has been loaded when a child is forked.
    """
    from django.core.management import call_command

    from forethought.people.models import Account

    call_command("demo", stdout=sys.stderr)
    # A child owns a copy of the file, and PostgreSQL's connection would be one for both.
    code = (settings.DATA / "staffroom-code.txt").read_text().strip()
    account = str(Account.objects.get(email="tess@larkfield.example").id)
    tickets = [a_ticket(number, code if visitors else "", account) for number in range(count + 1)]
    finish(tickets[0])
    if act in OTHERS:
        for ticket in tickets[1:]:
            finish(ticket)
        tickets = [{**OTHERS[act].prepare(ticket), "act": act} for ticket in tickets]
        OTHERS[act].do(tickets[0])
    return tickets[1:]


def a_ticket(number: int, code: str, account: str) -> Said:
    """One report before its last two presses."""
    browser = walk.Browser(walk.in_process(application))
    if code:
        walk.come_in(browser, code)
    else:
        walk.be(browser, account)
    draft = walk.start_draft(browser)
    walk.say(browser, draft, name="Agency Teacher" if code else "")
    grant = walk.pass_gate(browser, draft)
    return {
        "id": draft,
        "draft": draft,
        "grant": grant,
        "cookies": browser.cookies,
        "seed": number,
        "sha256": sha256(walk.a_picture(SIZE, number)).hexdigest(),
    }


def finish(ticket: Said, *, uploaded: bool = False, order: str = "right") -> None:
    """The last two presses: send the picture, send the report."""
    browser = walk.Browser(walk.in_process(application), dict(ticket["cookies"]))
    if not uploaded:
        send = walk.send_in_pieces if order == "in pieces" else walk.upload
        send(browser, ticket["grant"], walk.a_picture(SIZE, ticket["seed"]))
    walk.file_report(browser, ticket["draft"])


# --- Orders that are wrong, to show that the checks can see ---


def rows_before_files() -> Callable[[], None]:
    """From now on a file is made to last only after its row. Returns what does so at the end of the request."""
    from forethought.evidence.store import Incoming, Kept

    later: list[Incoming] = []

    def keep(self: Incoming) -> Kept:
        self._sealer.finish()
        self._open = False
        later.append(self)
        return Kept(self.object_name, self._sealer.sha256, self._sealer.size, self._stored)

    def at_last() -> None:
        for one in later:
            one._sink.make_last()

    Incoming.keep = keep  # type: ignore[method-assign]
    return at_last


def never_sync() -> None:
    """From now on files are written as Django's own storage writes them."""
    from forethought.evidence.disk import Disk

    Disk.sync = Disk.sync_folder = lambda self, where: None  # type: ignore[assignment,method-assign]


def sync_nothing() -> None:
    """From now on neither files nor the database wait for the disk."""
    never_sync()
    options = connection.settings_dict["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


# --- Children ---


def be_at(home: str) -> None:
    """From now on, in this process, the database and the vault in this folder are ours."""
    settings.DATA = Path(home)
    settings.VAULT = Path(home) / "vault"
    if connection.vendor == "sqlite":
        connection.settings_dict["NAME"] = str(Path(home) / "forethought.sqlite3")


def report(order: Said, go: int, told: int) -> Said:
    """Send reports one after another, and say of each when it was answered."""
    be_at(order["home"])
    after = rows_before_files() if order["order"] == "rows first" else None
    if order["order"] == "never synced":
        never_sync()
    if order["order"] == "nothing synced":
        sync_nothing()
    # A debugger that is not our parent may follow us, also where the system is strict about it.
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
    os.write(told, b"ready\n")
    os.read(go, 1)
    heard_at = os.open(order["acks"], os.O_WRONLY | os.O_CREAT | os.O_APPEND) if order["acks"] else told
    for ticket in order["tickets"]:
        if other := OTHERS.get(ticket.get("act", "")):
            if other.do(ticket):
                os.write(heard_at, f"ACK {ticket['id']}\n".encode())
            continue
        browser = walk.Browser(walk.in_process(application), dict(ticket["cookies"]))
        send = walk.send_in_pieces if order["order"] == "in pieces" else walk.upload
        send(browser, ticket["grant"], walk.a_picture(SIZE, ticket["seed"]))
        if after is not None:
            after()
        walk.file_report(browser, ticket["draft"])
        os.write(heard_at, f"ACK {ticket['id']}\n".encode())
    return {}


def check(order: Said) -> Said:
    """Everything that is wrong; and, where asked, after pressing again whatever was not finished."""
    be_at(order["home"])
    acknowledged = dict.fromkeys(order["acknowledged"], True)
    wrong = proofs.wrong_with_school(order["tickets"], acknowledged)
    recorded = proofs.recorded(order["tickets"])
    again = []
    if order["again"]:
        for ticket in order["tickets"]:
            try:
                go_on(ticket, order.get("order", "right"))
            except walk.Unexpected as error:
                again.append(f"Pressed again, it was refused: {error}")
        everybody = {ticket["id"]: True for ticket in order["tickets"]}
        again += [f"Pressed again: {one}" for one in proofs.wrong_with_school(order["tickets"], everybody)]
    return {"wrong": wrong, "again": again, "recorded": recorded}


def go_on(ticket: Said, order: str) -> None:
    """Bring to its end whatever a fault left unfinished."""
    from forethought.evidence.models import Grant
    from forethought.rows import inside

    if other := OTHERS.get(ticket.get("act", "")):
        other.finish(ticket)
        return
    with inside(the_school()):
        uploaded = Grant.objects.filter(pk=ticket["grant"], used_at__isnull=False).exists()
    finish(ticket, uploaded=uploaded, order=order)


def fork(work: Callable[[], Said], out: int) -> int:
    """A child that does this and writes what came of it as one line. Its process id."""
    pid = os.fork()
    if pid:
        return pid
    _child(work, out)


def _child(work: Callable[[], Said], out: int) -> NoReturn:
    said: Said = {}
    try:
        said = work()
    except BaseException as error:
        said = {"failed": "".join(traceback.format_exception_only(error)).strip()[:2000]}
    finally:
        os.write(out, json.dumps(said).encode() + b"\n")
        os._exit(0)


def main() -> None:
    """Do what the lines say, until there are no more."""
    waiting: list[tuple[int, int, int]] = []
    for line in sys.stdin:
        order = json.loads(line)
        answer: Said
        if order["do"] == "prepare":
            made = prepare(count=order["count"], visitors=order["visitors"], act=order.get("act", "report"))
            answer = {"tickets": made}
            connection.close()
        elif order["do"] == "report":
            wait, go = os.pipe()
            heard, tell = os.pipe()
            pid = fork(lambda order=order, wait=wait, tell=tell: report(order, wait, tell), tell)  # type: ignore[misc]
            os.close(wait)
            os.close(tell)
            assert os.read(heard, 6) == b"ready\n"
            waiting.append((pid, go, heard))
            answer = {"pid": pid}
        elif order["do"] == "go":
            os.write(waiting[-1][1], b".")
            answer = {}
        elif order["do"] == "end":
            pid, go, heard = waiting.pop()
            os.close(go)
            with open(heard, "rb") as pipe:
                lines = pipe.read().decode().splitlines()
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            answer = {"exit": status, "lines": lines}
        else:
            heard, tell = os.pipe()
            pid = fork(lambda order=order: check(order), tell)  # type: ignore[misc]
            os.close(tell)
            with open(heard, "rb") as pipe:
                answer = json.loads(pipe.read() or b"null") or {"failed": "it said nothing"}
            os.waitpid(pid, 0)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
