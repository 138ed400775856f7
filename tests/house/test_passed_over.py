"""With CI=true a test that was skipped turns the run red, and says which."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

SKIPPED = """
import pytest
def test_a(): pass
@pytest.mark.skip(reason="no loop devices here")
def test_b(): pass
"""
EXPECTED_TO_FAIL = """
import pytest
@pytest.mark.xfail(reason="known")
def test_c(): assert False
"""
AT_IMPORT = """
import pytest
pytest.skip("not on this machine", allow_module_level=True)
"""


SPREAD = ("-p", "xdist.plugin", "-n", "2")


@pytest.mark.parametrize(
    ("content", "ci", "more", "code", "said"),
    [
        ("def test_a(): pass", "true", (), 0, "1 passed"),
        (SKIPPED, "true", (), 1, "test_b (skipped: Skipped: no loop devices here)"),
        (SKIPPED, "true", SPREAD, 1, "test_b (skipped: Skipped: no loop devices here)"),
        (SKIPPED, "", (), 0, "1 passed, 1 skipped"),
        (EXPECTED_TO_FAIL, "true", (), 1, "test_c (xfailed: known)"),
        (AT_IMPORT, "true", (), 1, "not on this machine"),
    ],
    ids=["passed", "skipped", "skipped on two processes", "skipped at home", "expected to fail", "skipped at import"],
)
def test_what_was_passed_over_fails_in_ci_alone(
    tmp_path: Path, content: str, ci: str, more: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "test_it.py").write_text(content + "\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "passed_over", "-p", "no:cacheprovider", *more, tmp_path],
        cwd=tmp_path,
        env={**env, "CI": ci, "PYTHONPATH": str(TESTS), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

    # A file skipped as a whole is no test at all, which pytest by itself calls an error.
    assert done.returncode in ({code, 5} if content is AT_IMPORT else {code}), done.stdout + done.stderr
    assert said in done.stdout
