"""What two people let go of, or was destroyed, is in no byte of any file any more, after real commits.

On PostgreSQL: of any file of the database. Its log of changes is not searched, and the proof says so.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from grounds import on_sqlite
from live import ROOT, Live


@pytest.mark.policy("7.3", "11.1")
def test_a_case_that_was_let_go_of_and_a_record_that_was_destroyed_are_in_no_byte_of_any_file(live: Live) -> None:
    live.stop()

    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("letting_go.py")],
        cwd=ROOT,
        env=live.env,
        capture_output=True,
        text=True,
        timeout=2500,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-4000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said["went"], said["object"], said["trail"]) == (1, False, [])
    assert said["before"] == said["needles"] > 8, "They were there, or the search proves nothing."
    assert said["after"] == 0
    record = said["record"]
    assert (record["needles"], record["before"], record["after"]) == (3, 3, 0), record["said"]
    if on_sqlite():
        assert said["proof"][0].startswith("Searched every byte of the database and its log")
    else:
        assert (
            re.match(r"Written anew, without earlier rows: (\d+) of \1 tables", said["proof"][0])
            and len(said["proof"]) == 1
        )
        assert "5 of 5 tables" in record["said"] and "Neither was searched." in record["said"]
