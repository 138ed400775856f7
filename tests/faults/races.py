"""Two people, or ten presses, at one instant: real processes and threads, each with a connection of its own.

A program, because what it writes is committed. It prints one line of JSON:

    races.py close ROUNDS           two managers close one case, in two processes and in two threads by turns, until
                                    they did so at one instant in nine of ten of so many rounds
    races.py press DRAFTS TIMES     one report is sent by so many threads at once, through the pages
    races.py files DRAFTS TIMES     one file is sent by so many threads at once, under one passed gate
    races.py pieces DRAFTS TIMES    one file that came in pieces is kept by so many threads at once
    races.py words DRAFTS           two pages of one report are sent at once, or a page while the report is sent
"""

import json
import multiprocessing
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forethought.settings")

import django  # noqa: E402

django.setup()

import builders  # noqa: E402
import walk  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connections  # noqa: E402

from forethought.audit.models import Entry  # noqa: E402
from forethought.audit.verifying import wrong_in_trail  # noqa: E402
from forethought.cases import procedures as cases  # noqa: E402
from forethought.cases.models import Case, Decision, Draft, Message, Report  # noqa: E402
from forethought.cases.rules import lost_race  # noqa: E402
from forethought.cases.standing import close_as_it_stands  # noqa: E402
from forethought.core.errors import TooLate  # noqa: E402
from forethought.evidence import keyring  # noqa: E402
from forethought.evidence.copy_models import RedactedCopy  # noqa: E402
from forethought.evidence.models import Exhibit  # noqa: E402
from forethought.evidence.nightly import wrong_with  # noqa: E402
from forethought.people.codes import key_hash, tidy  # noqa: E402
from forethought.people.models import Account, Doorway, Person  # noqa: E402
from forethought.rows import inside  # noqa: E402

Said = dict[str, Any]
SOON = 0.003  # seconds in which both are told of the instant at which they go
MOST = 10  # times the rounds that were asked for, before too few of them were races


# --- Two managers close one case ---


def a_case_to_close() -> tuple[builders.World, Case]:
    """A case in which nothing stands in the way of closing."""
    world = builders.a_school()
    with inside(world.school.id):
        case = builders.a_case(world, where="")
        cases.offer_support(
            case=case, party=builders.harmed_in(case), offered=["manager"], by=world.senior, at=world.at
        )
    return world, case


def be_manager(line: Connection, school: str, person: str) -> None:
    """Close a case at the instant that is told, and say how it went, until there are no more."""
    while order := line.recv():
        said: Said
        try:
            with inside(school):  # type: ignore[arg-type]
                by, case = Person.objects.get(pk=person), Case.objects.select_related("school").get(pk=order["case"])
                line.send("ready")
                instant = line.recv()
                while time.monotonic() < instant:
                    pass
                began = time.monotonic()
                close_as_it_stands(
                    case=case,
                    version=order["version"],
                    outcome="gone",
                    reasons=f"{by.name} saw that it is gone.",
                    sentence="It is gone.",
                    by=by,
                    at=order["at"],
                )
            said = {"won": True, "began": began}
        except TooLate as late:
            said = {"won": False, "told": late.sentence, "began": began}
        except Exception as error:
            said = {"won": False, "told": repr(error), "began": 0.0}
        line.send({**said, "ended": time.monotonic()})
    connections.close_all()


def close(rounds: int) -> Said:
    """Let two managers close one case at once, again and again; each time it is opened again for the next.

    Where a busy machine lets one of them go too late, there are more rounds than were asked for, so that enough of
    them are races.
    """
    world, case = a_case_to_close()
    people = [world.head, world.senior]
    connections.close_all()
    both = [two_managers(multiprocessing.get_context("fork").Process, world, people)]
    both.append(two_managers(threading.Thread, world, people))
    bad: list[str] = []
    asked, rounds, together, at = rounds, 0, 0, world.at
    wins = dict.fromkeys([person.name for person in people], 0)
    while rounds < asked or (together <= asked * 0.9 and rounds < asked * MOST):
        number, rounds = rounds, rounds + 1
        lines, at = both[number % 2], at + timedelta(hours=1)
        with inside(world.school.id):
            case = Case.objects.select_related("school").get(pk=case.pk)
        times = [at, at + timedelta(minutes=7)]
        for line, when in zip(lines, times, strict=True):
            line.send({"case": case.pk, "version": case.version, "at": when})
        assert [line.recv() for line in lines] == ["ready", "ready"]
        instant = time.monotonic() + SOON
        for line in lines:
            line.send(instant)
        said = [line.recv() for line in lines]
        bad += wrong_with_round(number, said, people, times)
        together += max(one["began"] for one in said) < min(one["ended"] for one in said)
        for person, one in zip(people, said, strict=True):
            wins[person.name] += one["won"]
        with inside(world.school.id):
            case.refresh_from_db()
            cases.reopen(
                case=case, version=case.version, reasons="It is back.", by=world.head, at=at + timedelta(minutes=30)
            )
    for line in (*both[0], *both[1]):
        line.send(None)
    with inside(world.school.id):
        counts = {
            "decisions": Decision.objects.filter(verb="close").count(),
            "events": Entry.objects.filter(verb="cases.close").count(),
            "sentences": Message.objects.filter(kind="end").count(),
        }
        bad += [f"{count} {what} of {rounds}" for what, count in counts.items() if count != rounds]
        bad += wrong_in_trail(world.school.id)
    return {"rounds": rounds, "together": together, "wins": wins, "bad": bad}


def two_managers(kind: Callable[..., Any], world: builders.World, people: list[Person]) -> list[Connection]:
    """Two workers of this kind, one for each person, and the lines to them."""
    lines = []
    for person in people:
        ours, theirs = multiprocessing.Pipe()
        kind(target=be_manager, args=(theirs, world.school.id, person.id), daemon=True).start()
        lines.append(ours)
    return lines


def wrong_with_round(number: int, said: list[Said], people: list[Person], times: list[datetime]) -> list[str]:
    """One wins, and the other is told who and when."""
    if [one["won"] for one in said].count(True) != 1:
        return [f"Round {number}: {said}"]
    winner = 0 if said[0]["won"] else 1
    wanted = lost_race(role=people[winner].name, at=times[winner])
    told = said[1 - winner]["told"]
    return [] if told == wanted else [f"Round {number}: told {told!r} and not {wanted!r}"]


# --- One report, sent many times at once ---


def press(drafts: int, times: int) -> Said:
    """Send each of some reports from several threads at once. By turns a person's and a visitor's."""
    code, tess, application = the_demonstration()
    bad: list[str] = []
    statuses: Counter[int] = Counter()
    barrier = threading.Barrier(times)
    with ThreadPoolExecutor(times) as pool:
        for number in range(drafts):
            browser, draft = a_draft(application, code if number % 2 else "", tess)
            answers = list(pool.map(partial(send_it, application, browser, draft), [barrier] * times))
            statuses.update(answer["status"] for answer in answers)
            bad += [f"{draft}: {one}" for one in wrong_with_presses(tess, draft, answers, visitor=bool(number % 2))]
    with inside(tess.school_id):
        bad += wrong_in_trail(tess.school_id)
    return {"drafts": drafts, "presses": drafts * times, "statuses": statuses, "bad": bad}


def the_demonstration() -> tuple[str, Account, Callable[..., Any]]:
    """The school of the demonstration: its staffroom code, the account of a teacher, and its pages."""
    call_command("demo", stdout=sys.stderr)
    code = (settings.DATA / "staffroom-code.txt").read_text().strip()
    return code, Account.objects.get(email="tess@larkfield.example"), get_wsgi_application()


def a_draft(application: Callable[..., Any], code: str, tess: Account) -> tuple[walk.Browser, str]:
    """A report that is ready to send, a visitor's with a code and the teacher's without."""
    browser = walk.Browser(walk.in_process(application))
    if code:
        walk.come_in(browser, code)
    else:
        walk.be(browser, str(tess.id))
    draft = walk.start_draft(browser)
    walk.say(browser, draft, name="Agency Teacher" if code else "")
    connections.close_all()
    return browser, draft


def send_it(application: Callable[..., Any], browser: walk.Browser, draft: str, barrier: threading.Barrier) -> Said:
    """One press among several: the same browser's cookies, all at one instant."""
    mine = walk.Browser(walk.in_process(application), dict(browser.cookies))
    barrier.wait(300)
    try:
        return {"code": walk.file_report(mine, draft), "status": mine.statuses[-1], "wrong": ""}
    except walk.Unexpected as error:
        return {"code": "", "status": error.answer.status, "wrong": str(error)}


def wrong_with_presses(account: Account, draft: str, answers: list[Said], *, visitor: bool) -> list[str]:
    """One report, one event, one case. Each answer to a visitor has a code, and each code leads to the report."""
    wrong = [answer["wrong"] for answer in answers if answer["wrong"]]
    with inside(account.school_id):
        reports = list(Report.objects.filter(draft__id=draft))
        if len(reports) != 1:
            return [*wrong, f"{len(reports)} reports"]
        case = Draft.objects.get(pk=draft).case_id
        counts = {
            "cases": Case.objects.filter(pk=case).count(),
            "events": Entry.objects.filter(verb="reports.file_report", about=draft).count(),
            "openings": Entry.objects.filter(verb="cases.open_case", case_id=case).count(),
        }
        wrong += [f"{count} {what}" for what, count in counts.items() if count != 1]
    for answer in answers:
        door = Doorway.objects.filter(kind="receipt", key_hash=key_hash("receipt", tidy(answer["code"]))).first()
        if (door is not None and door.opens == reports[0].id) is not visitor:
            wrong.append(f"The code {answer['code']!r} leads to {door and door.opens}")
    return wrong


# --- One file, sent many times at once ---


def files(drafts: int, times: int, *, in_pieces: bool = False) -> Said:
    """Send a file several times at once under one grant, which takes one batch: one is kept, and no other stays.

    In pieces, it has come whole and is kept several times at once.
    """
    _, tess, application = the_demonstration()
    bad: list[str] = []
    statuses: Counter[int] = Counter()
    sent: dict[str, str] = {}
    barrier = threading.Barrier(times)

    def send(browser: walk.Browser, grant: str) -> int:
        mine = walk.Browser(walk.in_process(application), dict(browser.cookies))
        barrier.wait(300)
        if in_pieces:
            return mine.post(f"/upload/{grant}/keep-uploads/", {"kind": "social", "uploads": sent[grant]}).status
        return mine.upload(f"/upload/{grant}/", walk.a_picture(200_000, 1), {"kind": "social"}).status

    with ThreadPoolExecutor(times) as pool:
        for _ in range(drafts):
            browser, draft = a_draft(application, "", tess)
            grant = walk.pass_gate(browser, draft)
            if in_pieces:
                sent[grant] = walk.pieces_sent(browser, grant, walk.a_picture(200_000, 1))
            connections.close_all()
            answers = list(pool.map(partial(send, browser), [grant] * times))
            statuses.update(answers)
            with inside(tess.school_id):
                kept = Exhibit.objects.filter(grant__id=grant).count()
            if (kept, answers.count(302)) != (1, 1):
                bad.append(f"{draft}: {kept} records, answered {answers}")
    with inside(tess.school_id):
        exhibits = list(Exhibit.objects.exclude(object_name=""))
        bad += [sentence for exhibit in exhibits if (sentence := wrong_with(exhibit))]
        bad += wrong_in_trail(tess.school_id)
        # The demonstration has made a copy of a record.
        named = len(exhibits) + RedactedCopy.objects.count()
    there = sum(path.is_file() for path in settings.VAULT.rglob("*"))
    if there != named:
        bad.append(f"{there} files lie in the vault for {named} records and copies")
    return {"drafts": drafts, "sent": drafts * times, "statuses": statuses, "bad": bad}


# --- Words that are kept while something else happens to their draft ---


def words(drafts: int) -> Said:
    """Send two pages of one report at once, by turns with one page while the report itself is sent."""
    _, tess, application = the_demonstration()
    bad: list[str] = []
    kept = 0
    barrier = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        for number in range(drafts):
            browser, draft = a_draft(application, "", tess)
            told, name = f"These words are number {number}.", f"Account {number}"
            what = ("what", {**walk.WHAT, "happened": told})
            other = ("who", {**walk.WHO, "name": name}) if number % 2 else ("file-report", {})
            first, second = pool.map(partial(send_page, application, browser, draft, barrier), (what, other))
            statuses = {first.status, second.status}
            if not statuses <= {302}:
                bad.append(f"{draft}: answered {statuses}")
            said = words_of(tess, draft, sent=not number % 2)
            if first.location.endswith("/who/"):
                kept += 1
                if said.get("happened") != told:
                    bad.append(f"{draft}: step 1 was kept while {other[0]} was sent, and is lost")
            if number % 2 and said.get("name") != name:
                bad.append(f"{draft}: step 2 was kept while step 1 was sent, and is lost")
    return {"drafts": drafts, "kept": kept, "bad": bad}


def send_page(
    application: Callable[..., Any],
    browser: walk.Browser,
    draft: str,
    barrier: threading.Barrier,
    page: tuple[str, dict[str, str]],
) -> walk.Answer:
    """One page of two, both at one instant."""
    mine = walk.Browser(walk.in_process(application), dict(browser.cookies))
    barrier.wait(300)
    return mine.post(f"/report/{draft}/{page[0]}/", page[1])


def words_of(account: Account, draft: str, *, sent: bool) -> Said:
    """What the report says, or the draft while it is one."""
    with inside(account.school_id):
        row = Draft.objects.get(pk=draft)
        if not sent:
            return dict(keyring.words(row, case_id=row.case_id))
        return dict(keyring.words(Report.objects.get(draft=row), case_id=row.case_id))


if __name__ == "__main__":
    races: dict[str, Callable[..., Said]] = {
        "close": close,
        "press": press,
        "files": files,
        "pieces": partial(files, in_pieces=True),
        "words": words,
    }
    said = races[sys.argv[1]](*map(int, sys.argv[2:]))
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
    os._exit(0)
