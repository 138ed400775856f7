"""A worker killed while it reads records loses none of them, and keeps what one says once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from live import ROOT, Live

RECORDS = 30


@pytest.mark.policy("7.3")
def test_a_worker_that_is_killed_while_it_reads_reads_every_record_once(live: Live) -> None:
    live.stop()

    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("killed_reader.py"), str(RECORDS), "7"],
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
    assert said["killed"] >= 3, "Too few kills to prove anything: make more records."
    assert said["waiting"] == 0
    assert (said["records"], said["read"], said["letters"]) == (RECORDS + 1, RECORDS, 1)
    # One row for each chat, and two for the picture: no reading was kept twice.
    assert said["rows"] == RECORDS + 2
    assert said["trail"] == []
