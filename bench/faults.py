"""What is lost when things go wrong: every kill point, power cuts, races, crowds. The tests try a choice of the same.

`kill_points`         every system call of a report, of making a bundle or a copy with something cut, and of keeping a
                      capture: killed there, and failing there (strace; on PostgreSQL the client)
`power_cuts`          an ext4 disk that forgets what was not synced: here alone, because it needs root and loop devices
`power_cut_controls`  the same with files that are never synced, and under eatmydata: the cuts must be seen to lose
`close_races`, `double_submits`, `file_submits`, `kept_words`, `crowds`, `stalled_clients`   reliability.md P8, P9, P16

Every count of what was lost or wrong should be 0. Where something cannot run here, it says why and gives no figure.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.rows import Row
from bench.server import ROOT, database_name, serving

sys.path[:0] = [str(ROOT / "tests" / "faults")]

import crowd  # noqa: E402
import grounds  # noqa: E402
import kill_points as points  # noqa: E402
import power_cuts as power  # noqa: E402
import walk  # noqa: E402

CUTS, CONTROL_CUTS, PAIRS, DUPLICATES, PRESSES, FILES, PAGES = 300, 15, 1000, 10_000, 5, 200, 300
ERRORS = ("EIO", "ENOSPC", "EINTR")


@contextmanager
def a_place() -> Iterator[tuple[Path, dict[str, str]]]:
    """A migrated folder and database, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ft-faults-") as folder:
        (Path(folder) / "template").mkdir()
        template = grounds.make_template(Path(folder) / "template")
        try:
            with grounds.a_place(Path(folder) / "place", template) as env:
                yield Path(folder) / "place", env
        finally:
            grounds.on_the_server(f"DROP DATABASE {template[1]} WITH (FORCE)")


@contextmanager
def a_ground(**more: str) -> Iterator[grounds.Ground]:
    """A place with the program in it that sends reports."""
    with a_place() as (folder, env):
        ground = grounds.Ground(folder, {**env, **more})
        try:
            yield ground
        finally:
            ground.stop()


def none_wrong(name: str, wrong: float, how: str) -> Row:
    """A count that should be 0."""
    return Row(name, wrong, "", 0, f"{how}, {database_name()}", limit=0)


# --- Kills and failing calls ---


def kill_points() -> list[Row]:
    """Every call between the last press but one and the answer to the last, killed and failing."""
    with a_ground() as ground:
        workshop = points.Workshop(ground)
        calls = workshop.calls_of_a_report()
        killed = workshop.disturb_all(points.points_of(calls))
        as_visitor = workshop.calls_of_a_report(visitor=True)
        killed.outcomes += workshop.disturb_all(points.points_of(as_visitor), visitor=True).outcomes
        failed = points.Tally()
        for error in ERRORS:
            failed.outcomes += workshop.disturb_all(points.points_of(calls, error)).outcomes
        wrong_order = workshop.disturb_all(
            points.points_of(workshop.calls_of_a_report(order="rows first")), order="rows first"
        )
    how = f"{len(calls)} calls, a visitor's {len(as_visitor)}; {killed}"
    return [
        none_wrong("kill_points_wrong", len(killed.bad), how),
        none_wrong("failing_calls_wrong", len(failed.bad), str(failed)),
        Row(
            "kill_points_wrong_rows_first",
            sum(bool(one.wrong) for one in wrong_order.outcomes),
            "runs",
            0,
            f"control, row before file: {wrong_order}, {database_name()}",
        ),
    ]


def kill_points_of_acts() -> list[Row]:
    """The same of making a bundle, and of keeping what a capture found."""
    rows = []
    for act in ("bundle", "capture", "copy"):
        with a_ground() as ground:
            workshop = points.Workshop(ground, act)
            calls = workshop.calls_of_a_report()
            found = points.Tally()
            for what in ("KILL", *ERRORS):
                found.outcomes += workshop.disturb_all(points.points_of(calls, what)).outcomes
        rows.append(none_wrong(f"kill_points_wrong_{act}", len(found.bad), f"{len(calls)} calls; {found}"))
    return rows


# --- Power cuts ---


def power_cuts() -> list[Row]:
    """Acknowledged reports that a power cut took away."""
    if cannot_cut():
        return []
    found = cut(CUTS)
    return [
        none_wrong("power_cut_lost", found.lost, f"{found}, ext4"),
        none_wrong("power_cut_damaged", found.damaged, f"{found}, ext4"),
    ]


def power_cut_controls() -> list[Row]:
    """The same cuts under a program that does not sync: if they lose nothing, the measurement is blind."""
    if cannot_cut():
        return []
    never = cut(CONTROL_CUTS, order="never synced")
    why = f"control, files as Django keeps them: {never}, ext4"
    rows = [Row("power_cut_damaged_never_synced", never.damaged, "cuts", 0, why)]
    settings = power.eatmydata()
    if not settings:
        sys.stderr.write("Not measured under eatmydata: apt-get install libeatmydata1\n")
        return rows
    eaten = cut(CONTROL_CUTS, **settings)
    why = f"control, no sync at all under eatmydata: {eaten}, ext4"
    return [*rows, Row("power_cut_lost_eatmydata", eaten.lost, "lost", 0, why)]


def cannot_cut() -> bool:
    """Whether no power can be cut here; then it is said why. PostgreSQL's own files are PostgreSQL's to keep."""
    reason = power.why_not() or ("" if grounds.on_sqlite() else "The cut is under SQLite's file.")
    if reason:
        sys.stderr.write(f"Power cuts are not measured here. {reason}\n")
    return bool(reason)


def cut(cuts: int, *, order: str = "right", **more: str) -> power.Cuts:
    """So many cuts under a program with these settings."""
    in_memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    more["FORETHOUGHT_FREE_SPACE_RESERVE_MIB"] = "0"  # the disk is small
    memory = tempfile.TemporaryDirectory(prefix="ft-plug-", dir=in_memory)
    with a_ground(**more) as ground, memory as folder:
        return power.cut_again_and_again(ground, Path(folder), cuts, order=order)


# --- Races ---


def close_races() -> list[Row]:
    """Two managers close one case at once."""
    with a_place() as (_, env):
        said = grounds.run_there(env, "races.py", "close", str(PAIRS))
    how = f"{PAIRS} pairs in processes and threads by turns, {said['together']} truly at once; {said['wins']}"
    return [none_wrong("close_races_wrong", len(said["bad"]), how)]


def double_submits() -> list[Row]:
    """One report, sent several times at once."""
    drafts = DUPLICATES // (PRESSES - 1)
    with a_place() as (_, env):
        said = grounds.run_there(env, "races.py", "press", str(drafts), str(PRESSES))
    how = f"{drafts} reports sent {PRESSES} times at once: {drafts * (PRESSES - 1)} duplicates; {said['statuses']}"
    return [none_wrong("double_submits_wrong", len(said["bad"]), how)]


def file_submits() -> list[Row]:
    """One file, sent several times at once under one passed gate."""
    with a_place() as (_, env):
        said = grounds.run_there(env, "races.py", "files", str(FILES), str(PRESSES))
    how = f"{FILES} files sent {PRESSES} times at once, one answer each says kept; {said['statuses']}"
    return [none_wrong("file_submits_wrong", len(said["bad"]), how)]


def kept_words() -> list[Row]:
    """Two pages of a draft at once, or a page while the report is sent."""
    with a_place() as (_, env):
        said = grounds.run_there(env, "races.py", "words", str(PAGES))
    return [none_wrong("kept_words_lost", len(said["bad"]), f"{PAGES} races, {said['kept']} pages kept")]


# --- The served site ---


def crowds() -> list[Row]:
    """Sixteen people report at once, over and over."""
    with serving() as server:
        code = (server.home / "data" / "staffroom-code.txt").read_text().strip()
        came = crowd.reporters_at_once(server.port, code, reporters=16, rounds=10)
        ground = grounds.Ground(server.home, server.env)
        told = [ticket["draft"] for ticket in came.tickets]
        found = ground.do("check", home=str(ground.data), tickets=came.tickets, acknowledged=told, again=False)
        ground.stop()
    broken = sum(status >= 400 for status in came.statuses)
    seconds = sorted(came.seconds)
    how = f"{len(told)} reports of 200 kB from 16 at once, {len(came.statuses)} requests"
    return [
        none_wrong("reports_lost_16_clients", len(came.wrong) + len(found["wrong"]) + broken, how),
        Row(
            "crowd_report_p95_s",
            seconds[int(len(seconds) * 0.95)],
            "s",
            seconds[0],
            f"{how}; a whole report of 14 requests; floor: the fastest; {database_name()}",
        ),
    ]


def stalled_clients() -> list[Row]:
    """How long a whole report takes while 200 connections stall in headers, in a form or in a file."""

    def whole(port: int, code: str) -> float:
        began = time.monotonic()
        crowd.report(walk.Browser(walk.over_http("127.0.0.1", port, timeout=60)), "", code, seed=1)
        return time.monotonic() - began

    with serving() as server:
        code = (server.home / "data" / "staffroom-code.txt").read_text().strip()
        whole(server.port, code)
        alone = min(whole(server.port, code) for _ in range(5))
        with crowd.stall(server.port, in_headers=80, in_form=80, in_file=40):
            time.sleep(0.5)
            beside = max(whole(server.port, code) for _ in range(5))
    how = f"a whole report, slowest of 5, beside 200 stalled; floor: fastest alone; {database_name()}"
    return [Row("stalled_report_s", beside, "s", alone, how, limit=2)]


FIGURES: dict[str, Callable[[], list[Row]]] = {
    "kill_points_wrong": kill_points,
    "kill_points_wrong_bundle": kill_points_of_acts,
    "power_cut_lost": power_cuts,
    "power_cut_controls": power_cut_controls,
    "close_races_wrong": close_races,
    "double_submits_wrong": double_submits,
    "file_submits_wrong": file_submits,
    "kept_words_lost": kept_words,
    "reports_lost_16_clients": crowds,
    "stalled_report_s": stalled_clients,
}
