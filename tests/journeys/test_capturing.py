"""Chromium visits a page that is hard to keep, and pages that mean harm; what was kept is judged by others' code."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from archives import LONG, PATIENT, capture, judge, lookup, members
from hard_site import BAD, HARD, HARD_PARTS, OTHER, Site, content_of
from PIL import Image

from forethought.capture import browser, visiting, wacz
from forethought.capture.bounds import Limits, NotVisited
from forethought.capture.visiting import Captured

PAGE = "text/html; charset=utf-8"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    made.stop()


@pytest.fixture
def site(served: Site) -> Site:
    served.asked.clear()
    served.more.clear()
    return served


@pytest.fixture(scope="module")
def hard(served: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[Captured, Path, list[Any]]:
    """One capture of the hard page, its WACZ on the disk, and what the server was asked for twice."""
    served.asked.clear()
    captured = capture(f"https://{HARD}/", lines=served.lines(), limits=LONG, quiet=PATIENT)
    path = tmp_path_factory.mktemp("kept") / "capture.wacz"
    path.write_bytes(captured.archive.read())
    return captured, path, served.second_fetches()


def page(site: Site, path: str, body: str, **headers: str) -> str:
    """Put a page on the site. Its address."""
    content = f"<!doctype html><title>Made for a test</title>{body}".encode()
    site.more[path] = lambda handler: handler.give(200, PAGE, content, **headers)
    return f"https://{HARD}{path}"


@pytest.mark.policy("7.4")
def test_all_sixteen_parts_of_the_hard_page_are_kept_and_none_is_asked_for_twice(
    hard: tuple[Captured, Path, list[Any]],
) -> None:
    captured, path, twice = hard
    found = members(path)

    assert twice == []
    for address in HARD_PARTS:
        key = wacz.key_of(address)
        if address.endswith("/beacon"):
            key = wacz.key_of(f"{address}?__wb_method=POST&__wb_post_data=c2Vlbg==")
        about, body, _ = lookup(found, key)
        assert about["url"] == address
        expected = content_of(address.removeprefix(f"https://{HARD}").removeprefix(f"https://{OTHER}"))
        assert body == (expected[1] if expected else {"204": b"", "302": b"over there"}[about["status"]])
    rows = found["indexes/index.cdx"].decode().splitlines()
    assert len(rows) == len(HARD_PARTS) == 16 and rows == sorted(rows)
    assert captured.facts["answers_kept"] == 16 and not captured.facts["cut_off"]


def test_others_judge_the_archive_whole(hard: tuple[Captured, Path, list[Any]], tmp_path: Path) -> None:
    _, path, _ = hard
    judge(path)

    # The index of the usual tool has the same keys.
    warc = path.with_suffix(".warc.gz")
    tool = Path(sys.executable).with_name("cdxj-indexer")
    theirs = subprocess.run([tool, "-p", "-s", warc], capture_output=True, text=True, check=True).stdout.splitlines()
    ours = members(path)["indexes/index.cdx"].decode().splitlines()
    keys = {row.split(" ")[0] for row in theirs if " urn:" not in row and "urn:" not in row.split(" ")[0]}
    assert {row.split(" ")[0].split("__wb")[0] for row in ours} == {key.split("__wb")[0] for key in keys}


def test_the_page_of_the_archive_has_the_time_of_its_record(hard: tuple[Captured, Path, list[Any]]) -> None:
    captured, path, _ = hard
    found = members(path)
    head, row = map(json.loads, found["pages/pages.jsonl"].splitlines())

    _, body, date = lookup(found, wacz.key_of(row["url"]))
    assert head["format"] == "json-pages-1.0" and row["ts"] == date == captured.facts["answered_at"]
    assert b"Words in the page." in body and row["title"] == "A hard page"


def test_the_words_reach_into_shadows_and_into_frames_of_other_sites(hard: tuple[Captured, Path, list[Any]]) -> None:
    text = hard[0].visit.text
    for words in ("Words in the page.", "Words in the shadow.", "Words in the frame.", "All of it came."):
        assert words in text


def test_the_record_says_who_was_asked_and_how_far_they_proved_it(hard: tuple[Captured, Path, list[Any]]) -> None:
    facts = hard[0].facts
    assert {line["host"] for line in facts["connections"]} == {HARD, OTHER}
    assert {line["verdict"] for line in facts["connections"]} == {"verified"}
    assert all(line["answers"] == (line["dialled"],) for line in facts["connections"])
    assert facts["status"] == 200 and facts["began_at"] < facts["answered_at"] < facts["ended_at"]
    assert facts["browser_called_home"] and not facts["refused"]


def test_the_browser_is_nobody_in_a_house_of_its_own_with_its_own_sandbox_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, str]] = []
    # By this folder our browser is told from those of other tests, which run meanwhile and have other houses.
    folder = Path(tempfile.mkdtemp(prefix="own-"))
    folder.chmod(0o711)
    # A folder that anybody could reach, so that only the house keeps it from the browser.
    secret = Path(tempfile.mkdtemp(prefix="keys-"))
    secret.chmod(0o755)
    (secret / "master.key").write_text("secret")

    def ours() -> list[dict[str, str]]:
        everybody = {one.name: process(one, secret) for one in Path("/proc").glob("[0-9]*")}
        home = f"--user-data-dir={folder}/capture-"
        found = {pid for pid, one in everybody.items() if home in one.get("command", "") and one["uid"] != "0"}
        for _ in range(4):
            found |= {pid for pid, one in everybody.items() if one.get("parent") in found}
        return [everybody[pid] for pid in found]

    def look(handler: Any) -> None:
        latest = time.monotonic() + 10
        # A renderer that is only just being born, to be at hand, has the name before it has the filter.
        while time.monotonic() < latest:
            now = ours()
            if {one["seccomp"] for one in now if one["type"] == "renderer"} == {"2"}:
                break
            time.sleep(0.1)
        seen.extend(now)
        handler.give(200, "text/plain", b"seen")

    site.more["/look"] = look
    address = page(site, "/house", "<p>Here</p><script>fetch('/look')</script>")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    captured = capture(address, lines=site.lines(), hide=[secret])
    shutil.rmtree(secret)
    shutil.rmtree(folder)

    kinds = {one["type"] for one in seen}
    assert {"", "renderer"} <= kinds
    assert all("--no-sandbox" not in one["command"] for one in seen)
    assert all(one["uid"] != "0" for one in seen)
    assert os.readlink("/proc/self/ns/net") not in {one["net"] for one in seen}
    assert {one["seccomp"] for one in seen if one["type"] == "renderer"} == {"2"}
    assert {one["sees"] for one in seen} == {"False"}
    assert captured.facts["set_apart"] == {"user": int(seen[0]["uid"]), "network": True, "memory": True, "hidden": True}


def process(folder: Path, secret: Path) -> dict[str, str]:
    """A process of this machine, as /proc tells; nothing when it ended meanwhile."""
    try:
        command = (folder / "cmdline").read_bytes().decode("utf-8", "replace").replace("\0", " ").split()
        status = dict(row.split(":\t", 1) for row in (folder / "status").read_text().splitlines() if ":\t" in row)
        return {
            "type": next((part.removeprefix("--type=") for part in command if part.startswith("--type=")), ""),
            "uid": status["Uid"].split()[0],
            "parent": status["PPid"],
            "seccomp": status["Seccomp"],
            "command": " ".join(command),
            "net": os.readlink(folder / "ns/net"),
            "sees": str(os.path.exists(f"{folder}/root{secret}/master.key")),
        }
    except (OSError, KeyError):
        return {}


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("/round", "not_shown"),
        ("http://169.254.169.254/latest/meta-data/", "number"),
        ("https://inner.example.org/", "not_public"),
        ("file:///etc/passwd", "not_shown"),
        ("data:text/html,hello", "not_shown"),
        ("javascript:alert(1)", "not_shown"),
    ],
)
def test_a_redirect_to_where_nobody_may_go_is_said(to: str, code: str, site: Site) -> None:
    site.names["inner.example.org"] = "127.0.0.1"
    site.more["/round"] = lambda handler: handler.give(302, "text/plain", b"", Location=to)

    with pytest.raises(NotVisited) as why:
        capture(f"https://{HARD}/round", lines=site.lines())

    assert why.value.code == code and why.value.sentence.endswith(".") and HARD not in why.value.sentence


def test_a_page_full_of_boxes_windows_and_files_is_kept_all_the_same(site: Site) -> None:
    site.more["/file"] = lambda handler: handler.give(
        200, "application/octet-stream", b"x", Content_Disposition="attachment; filename=x.exe"
    )
    address = page(
        site, "/boxes",
        "<p>Still here</p><script>alert('hello'); confirm('sure?'); prompt('who?'); window.open('/ordinary');"
        "print(); navigator.geolocation.getCurrentPosition(() => 0); Notification.requestPermission();"
        "navigator.mediaDevices.getUserMedia({video: true}).catch(() => 0);"
        "onbeforeunload = e => e.preventDefault(); location.href = '/file';</script>",
    )  # fmt: skip
    captured = capture(address, lines=site.lines())

    notes = " ".join(captured.visit.notes)
    assert "Still here" in captured.visit.text and "box (alert)" in notes and "box (prompt)" in notes


def test_an_address_that_is_a_file_is_said_to_be_one(site: Site) -> None:
    site.more["/file"] = lambda handler: handler.give(
        200, "application/zip", b"PK", Content_Disposition="attachment; filename=x.zip"
    )
    with pytest.raises(NotVisited, match="gives a file to save"):
        capture(f"https://{HARD}/file", lines=site.lines())


def test_a_page_longer_than_any_picture_comes_in_tiles_that_are_right(site: Site) -> None:
    bands = "".join(
        f"<div style='height:100px;background:rgb({n % 256},{n // 256 * 60},90)'></div>" for n in range(1000)
    )
    captured = capture(page(site, "/long", f"<body style=margin:0>{bands}"), lines=site.lines())

    tiles = captured.visit.tiles
    assert captured.visit.height == 100_000 and len(tiles) == 13 and not captured.visit.notes
    for tile in tiles:
        picture = Image.open(BytesIO(tile.png)).convert("RGB")
        assert picture.size == (1280, 8000)
        for down in range(50, 8000, 100):
            number = (tile.top + down) // 100
            assert picture.getpixel((640, down)) == (number % 256, number // 256 * 60, 90)


def test_frames_of_other_sites_are_in_the_pictures_and_cutting_off_is_said(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "MOST_TILES", 2)
    frames = "".join(
        f"<iframe style='position:absolute;left:0;top:{top}px;border:0' width=300 height=80 src=https://{OTHER}/frame>"
        "</iframe>" for top in range(0, 20_000, 1000)
    )  # fmt: skip
    captured = capture(page(site, "/frames", f"<body style='margin:0;height:20000px'>{frames}"), lines=site.lines())

    assert "The pictures were cut off 16000 pixels down; the page is 20000 pixels long." in captured.visit.notes
    for tile in captured.visit.tiles:
        picture = Image.open(BytesIO(tile.png)).convert("L")
        for top in range(0, 8000, 1000):
            assert picture.crop((0, top, 300, top + 80)).getextrema()[0] < 100, tile.top + top


def test_a_page_that_never_stops_is_kept_as_far_as_it_came(site: Site, tmp_path: Path) -> None:
    site.more["/drip"] = lambda handler: handler.stream([b"x"] * 3000, pause=0.1)
    address = page(site, "/never", "<p>So far</p><script>fetch('/drip')</script>")
    began = time.monotonic()
    captured = capture(address, lines=site.lines(), limits=Limits(seconds=22))

    # Long before the page would have stopped, which is after five minutes.
    assert time.monotonic() - began < 150
    assert "So far" in captured.visit.text
    assert "The page did not stop loading. This is how far it had come." in captured.visit.notes


def test_a_page_that_is_not_there_is_kept_as_such_and_an_expired_one_with_its_verdict(site: Site) -> None:
    site.more["/gone"] = lambda handler: handler.give(404, PAGE, b"<title>Gone</title>Nothing here")
    gone = capture(f"https://{BAD}/gone", lines=site.lines())

    assert gone.facts["status"] == 404 and "Nothing here" in gone.visit.text
    assert {line["verdict"] for line in gone.facts["connections"]} == {"not verified: it has expired"}


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://unknown.example.org/", "no_such_name"),
        ("http://localhost/", "single_word"),
        ("file:///etc/passwd", "scheme"),
    ],
)
def test_what_cannot_be_visited_is_said_in_a_sentence(address: str, code: str, site: Site) -> None:
    with pytest.raises(NotVisited) as why:
        capture(address, lines=site.lines())
    assert why.value.code == code and why.value.sentence.endswith(".")


def test_without_a_browser_it_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting, "browser_program", lambda: None)
    with pytest.raises(NotVisited, match="no Chromium"):
        capture(f"https://{HARD}/", lines=site.lines())


def test_nothing_is_left_behind(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where others may pass through, which pytest's own folder does not allow.
    folder = Path(tempfile.mkdtemp(prefix="left-"))
    folder.chmod(0o711)
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    site.more["/crash"] = lambda handler: os.kill(_browser(folder), signal.SIGKILL)

    capture(f"https://{HARD}/picture.png", lines=site.lines())
    with pytest.raises(NotVisited):
        capture(page(site, "/ends", "<script>fetch('/crash')</script>"), lines=site.lines(), limits=Limits(seconds=16))

    def left() -> list[object]:
        return [
            *folder.iterdir(),
            *(pid for pid in Path("/proc").glob("[0-9]*") if str(folder) in process(pid, folder).get("command", "")),
        ]

    # What was killed takes a moment to be gone.
    latest = time.monotonic() + 30
    while left() and time.monotonic() < latest:
        time.sleep(0.1)
    assert left() == []
    folder.rmdir()


def _browser(folder: Path) -> int:
    """The whole browser, killed in the middle."""
    for pid in Path("/proc").glob("[0-9]*"):
        one = process(pid, folder)
        if f"--user-data-dir={folder}" in one.get("command", "") and not one["type"] and "node" not in one["command"]:
            return int(pid.name)
    raise AssertionError("no browser was found")
