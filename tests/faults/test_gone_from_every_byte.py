"""What two people let go of is in no byte of any file any more, after real commits."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from grounds import on_sqlite
from live import ROOT, Live


@pytest.mark.policy("7.3", "11.1")
def test_a_case_that_was_let_go_of_is_in_no_byte_of_any_file(live: Live) -> None:
    live.stop()

    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("letting_go.py")],
        cwd=ROOT,
        env=live.env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-4000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said["went"], said["object"], said["trail"]) == (1, False, [])
    if on_sqlite():
        assert said["before"] == said["needles"] > 8, "They were there, or the search proves nothing."
        assert said["after"] == 0
        assert said["proof"][0].startswith("Searched every byte of the database and its log")
    else:
        assert "This was not searched" in said["proof"][1]
