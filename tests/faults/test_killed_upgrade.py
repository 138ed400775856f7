"""An upgrade that is killed at any moment leaves the old version or the new one, and every row (reliability.md 9)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from live import ROOT

if not os.environ.get("DATABASE_URL"):

    def test_killed_at_each_statement_of_a_migration_nothing_is_lost(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("FORETHOUGHT_")}
        program = ROOT / "tests" / "faults" / "killed_upgrade.py"

        done = subprocess.run([sys.executable, program, tmp_path], env=env, capture_output=True, text=True, check=False)

        assert done.returncode == 0, done.stdout + done.stderr
        said = json.loads(done.stdout.splitlines()[-1])
        with capsys.disabled():
            print(f"\nkilled at {said['statements']} statements and {said['lines']} lines of the way back")
        assert said["statements"] >= 15 and said["lines"] >= 30
        assert said["lost"] == 0
        assert said["stays"] == 1
