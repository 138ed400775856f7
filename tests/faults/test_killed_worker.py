"""A worker killed in the middle of anything loses nothing, and does nothing in the database twice."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from live import ROOT, Live

ROWS, KILLS = 120, 25


@pytest.mark.policy("8.1")
def test_a_worker_that_is_killed_again_and_again_fires_everything_once(live: Live) -> None:
    live.stop()

    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("killed_worker.py"), str(ROWS), str(KILLS), "7"],
        cwd=ROOT,
        env=live.env,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-4000:]
    said = json.loads(done.stdout.splitlines()[-1])
    print(f"{said['killed']} kills")
    assert said["killed"] >= 5, "Too few kills to prove anything: make more rows."
    assert said["ended"]
    assert (said["events"], said["events_once"], said["still_due"]) == (ROWS, ROWS, 0)
    assert said["late_letters"] == said["late_letters_wanted"] > 0
    assert said["trail"] == []
    # Looks by the program: a worker that died left them to the next, and each came to one end.
    assert said["looks"] == [1] * said["looks_ended"] and said["looks_ended"] == 40
    # Every letter went out; at most one mail for each kill came twice, with one Message-ID.
    assert said["waiting"] == 0
    came = Counter(str(message["Message-ID"]) for message in live.mail.messages)
    assert len(came) > ROWS
    assert came.keys() >= set(said["sent"])
    assert sum(count - 1 for count in came.values()) <= said["killed"]
