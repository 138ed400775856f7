"""What two people let go of, or was destroyed, is in no byte of any file any more, after real commits.

On PostgreSQL: of any file of the database. Its log of changes is not searched, and the proof says so.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from grounds import on_sqlite
from live import ROOT, settings_for
from migrated import migrate

from tools.with_servers import DATABASE, postgresql


@pytest.fixture
def alone(tmp_path: Path, live_template: tuple[Path, str]) -> Iterator[dict[str, str]]:
    """Settings for a program with a PostgreSQL of its own.

    Earlier rows go once nobody's transaction can see them, on the whole server. The town of tests/walls stands in one
    for a quarter of an hour.
    """
    shutil.copytree(live_template[0] / "data", tmp_path / "data")
    with ExitStack() as servers:
        if on_sqlite():
            yield settings_for(tmp_path, DATABASE)
            return
        env = settings_for(tmp_path, DATABASE, DATABASE_URL=servers.enter_context(postgresql()))
        migrate(env)
        yield env


@pytest.mark.policy("7.3", "11.1")
def test_a_case_that_was_let_go_of_and_a_record_that_was_destroyed_are_in_no_byte_of_any_file(
    alone: dict[str, str],
) -> None:
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("letting_go.py")],
        cwd=ROOT,
        env=alone,
        capture_output=True,
        text=True,
        timeout=600,
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
