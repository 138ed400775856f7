"""Every way out of a page that we know, and the port that must never be reached (evidence.md 3.5, cases 33 and 34).

Three things hold a page in: what the way out refuses, how the browser is started, and that it has no network but the
way out. Each is tried without the others, and there is a control in which the port is reached, or nothing is proved.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import egress_ways
import pytest
from archives import PATIENT, capture
from egress_ways import COUNT, HOSTS, PAST_US, WAYS, Watch, lines_to
from hard_site import HARD, Site

from forethought.capture import _house, housing, visiting
from forethought.capture.bounds import NotVisited


@pytest.fixture
def watch() -> Iterator[Watch]:
    made = Watch()
    yield made
    made.stop()


@pytest.fixture
def site(tmp_path: Path, watch: Watch) -> Iterator[Site]:
    made = Site(tmp_path)
    egress_ways.serve(made, watch.port)
    yield made
    made.stop()


def permitted() -> bool:
    """Whether this machine lets a browser have a network of its own. Where it must and does not, the test fails."""
    tried = subprocess.run([sys.executable, "-c", (
        "import ctypes, os; os.getuid() or os.setresuid(65534, 65534, 65534);"
        "raise SystemExit(bool(ctypes.CDLL(None).unshare(0x50020000)))"
    )], check=False)  # fmt: skip
    allowed = tried.returncode == 0
    if not allowed:
        assert not os.environ.get("CI"), "CI must prove that a page cannot leave its namespace, and namespaces are off."
        said = "NOT PROVED HERE: this machine permits no namespaces, so only what the way out refuses was tried."
        warnings.warn(said, stacklevel=2)
        print(said)
    return allowed


def refused_ways(facts: dict[str, Any]) -> set[str]:
    """The ways that came to the way out and were refused there."""
    asked = [one["address"] for one in facts["refused"]]
    return {way for way in WAYS if any(one.split("?")[0].endswith(f"/{way}") for one in asked)}


def test_there_are_at_least_forty_ways_and_most_of_them_lead_somewhere(site: Site, watch: Watch, page: Any) -> None:
    # The control: an ordinary browser on an ordinary network, and a page of this very machine.
    page.goto(f"http://127.0.0.1:{site.ways['93.184.216.34', 80]}/ways", wait_until="commit")
    latest = time.monotonic() + 60
    while len(watch.ways()) < 40 or "udp" not in watch.seen:
        assert time.monotonic() < latest, (sorted(watch.ways()), watch.seen)
        page.wait_for_timeout(250)

    assert COUNT >= 40 and len(WAYS) >= 60 and len(HOSTS) >= 30
    found = watch.ways()
    print(f"{COUNT} ways; {len(found)} of {len(WAYS)} reach the port from an ordinary browser: not {set(WAYS) - found}")
    assert len(found) >= 40 and "udp" in watch.seen


@pytest.mark.policy("7.4")
def test_none_of_the_ways_leads_into_ones_own_network(site: Site, watch: Watch) -> None:
    captured = capture(f"https://{HARD}/ways", lines=lines_to(site, watch), quiet=PATIENT)
    time.sleep(1)

    assert watch.seen == [] and "trying" in captured.visit.text
    refused = refused_ways(captured.facts)
    print(f"{len(captured.facts['refused'])} requests refused, of {len(refused)} ways by name")
    assert len(refused) >= 40
    # Whatever was dialled was the site's own number.
    assert {line["dialled"] for line in captured.facts["connections"]} <= {"93.184.216.34"}
    assert {one["code"] for one in captured.facts["refused"]} >= {"number", "not_public", "single_word"}


@pytest.mark.policy("7.4")
def test_with_the_checks_off_a_page_in_its_namespace_has_no_other_way_out(site: Site, watch: Watch) -> None:
    if not permitted():
        return
    captured = capture(f"https://{HARD}/ways", lines=lines_to(site, watch), more_switches=PAST_US, quiet=PATIENT)
    time.sleep(1)

    assert watch.seen == [] and "trying" in captured.visit.text
    assert captured.facts["set_apart"]["network"]
    # They went past us, so nobody refused them: there is nothing past us.
    assert refused_ways(captured.facts) == set()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_an_address_inside_that_nobody_checked_is_not_reached_either(
    host: str, site: Site, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not permitted():
        return
    monkeypatch.setattr(visiting, "read_address", lambda text: (SimpleNamespace(host="x"), text))
    with pytest.raises(NotVisited):
        capture(f"http://{host}:{watch.port}/", lines=lines_to(site, watch), more_switches=["--no-proxy-server"])
    assert watch.seen == []


def test_without_a_namespace_the_same_browser_reaches_the_port(
    site: Site, watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The control of the test above: what held there was the namespace.
    stay_in(tmp_path, monkeypatch)
    past_us = "--proxy-bypass-list=127.*;localhost;[::1]"
    switches = [past_us, *PAST_US[1:]]
    captured = capture(f"https://{HARD}/ways", lines=lines_to(site, watch), more_switches=switches, quiet=PATIENT)

    assert not captured.facts["set_apart"]["network"]
    # What came is noted by threads, some of which may still be about it.
    latest = time.monotonic() + 30
    while len(watch.ways()) < 30:
        assert time.monotonic() < latest, watch.seen
        time.sleep(0.05)


@pytest.mark.policy("7.4")
def test_without_a_namespace_the_way_out_still_refuses_all_of_them_and_the_record_says_so(
    site: Site, watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stay_in(tmp_path, monkeypatch)
    captured = capture(f"https://{HARD}/ways", lines=lines_to(site, watch), quiet=PATIENT)
    time.sleep(1)

    assert watch.seen == [] and len(refused_ways(captured.facts)) >= 40
    apart = captured.facts["set_apart"]
    assert (apart["network"], apart["memory"], apart["hidden"]) == (False, False, False)
    assert any("no network of its own" in note for note in captured.visit.notes)


def stay_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that finds the system unwilling, as its own call would."""
    source = Path(_house.__file__).read_text()
    changed = source.replace("if _LIBC.unshare(", "if True or _LIBC.unshare(")
    assert changed != source
    house = folder / "house.py"
    house.write_text(changed)
    monkeypatch.setattr(housing, "_house", SimpleNamespace(__file__=str(house)))


@pytest.mark.policy("7.4")
def test_where_the_system_permits_no_namespaces_at_all_a_capture_refuses_plainly(site: Site, tmp_path: Path) -> None:
    pem = tmp_path / "roots.pem"
    pem.write_text(site.ca.pem)
    plain, secured = (str(site.ways["93.184.216.34", port]) for port in (80, 443))
    # A folder of its own: in the usual one, other tests leave and remove things of theirs meanwhile.
    own = Path(tempfile.mkdtemp(prefix="nowhere-"))
    own.chmod(0o711)

    done = subprocess.run(
        [sys.executable, Path(egress_ways.__file__).with_name("without_namespaces.py"),
         f"https://{HARD}/ordinary", plain, secured, str(pem)],
        env={**os.environ, "TMPDIR": str(own)}, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    if "text" in said:
        # Chromium came with a helper of its own that still locks it in: then the page is kept, and the record says how.
        assert "Post 59" in said["text"] and not said["apart"]["network"]
        assert any("no network of its own" in note for note in said["notes"])
    else:
        assert said["code"] == "no_sandbox" and "was not started" in said["sentence"] and said["sentence"].endswith(".")
    assert list(own.glob("capture-*")) == []
    shutil.rmtree(own)
