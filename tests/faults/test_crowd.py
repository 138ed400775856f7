"""Sixteen report at once from one address, and clients who never finish what they say keep none of them waiting."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import crowd
import pytest
import walk
from grounds import Ground
from live import Live

from forethought.management import serving

REPORTERS, ROUNDS = 16, 3


def open_for_all(live: Live) -> str:
    """Fill the demonstration. The staffroom code."""
    said = live.manage("demo")
    found = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", said)
    assert found is not None, said
    return found.group(0)


@pytest.mark.policy("6.7", "7.2")
def test_sixteen_who_report_at_once_from_one_address_are_all_heard(live: Live, tmp_path: Path) -> None:
    came = crowd.reporters_at_once(live.port, open_for_all(live), reporters=REPORTERS, rounds=ROUNDS)

    assert came.wrong == [], live.said()[-4000:]
    print(f"{len(came.tickets)} reports, {len(came.statuses)} requests, slowest report {max(came.seconds):.1f} s")
    assert set(came.statuses) == {200, 302}, live.said()
    assert len(came.tickets) == REPORTERS * ROUNDS
    assert_all_there(live, came)


def assert_all_there(live: Live, came: crowd.Crowd) -> None:
    """Every acknowledged report stands whole with its record's bytes and its event, and every code leads back."""
    ground = Ground(live.home, live.env)
    try:
        drafts = [ticket["draft"] for ticket in came.tickets]
        found = ground.do("check", home=str(live.home / "data"), tickets=came.tickets, acknowledged=drafts, again=False)
    finally:
        ground.stop()
    assert found["wrong"] == []
    assert found["recorded"] == len(came.tickets)
    codes = [ticket["code"] for ticket in came.tickets if ticket["code"]]
    assert len(set(codes)) == len(came.tickets) // 2
    for code in codes:
        crowd.come_back(live.port, code)


@pytest.mark.policy("7.2")
def test_a_process_that_commits_slowly_and_begins_again_at_once_turns_nobody_away(live: Live) -> None:
    """With SQLite's own waiting, some of these came back with an error after twenty seconds."""
    code = open_for_all(live)
    browsers = [walk.Browser(walk.over_http("127.0.0.1", live.port)) for _ in range(8)]
    for browser in browsers:
        walk.come_in(browser, code)

    with crowd.a_slow_writer(live), ThreadPoolExecutor(len(browsers)) as pool:
        drafts = set(pool.map(walk.start_draft, browsers))

    assert len(drafts) == len(browsers), live.said()[-4000:]


def test_clients_who_stall_in_headers_or_body_keep_no_report_waiting(live: Live) -> None:
    code = open_for_all(live)
    crowd.report(walk.Browser(walk.over_http("127.0.0.1", live.port)), "", code, seed=1)

    with crowd.stall(live.port, in_headers=80, in_form=80, in_file=40):
        time.sleep(0.2)
        browser = walk.Browser(walk.over_http("127.0.0.1", live.port, timeout=60))
        crowd.report(browser, "", code, seed=2)
        draft = walk.start_draft(browser)
        walk.say(browser, draft, name="Agency Teacher")
        began = time.monotonic()
        walk.file_report(browser, draft)
        took = time.monotonic() - began

    print(f"with 200 stalled clients, sending took {took:.2f} s")
    # Whoever waited for them would wait until they are given up.
    assert took < serving.HEADERS_WITHIN / 1000 - 1
