"""The commands of the README: they can be read by a bare bash, ask no private server, and say what is missing."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted([*(ROOT / "bin").iterdir(), ROOT / ".ci" / "run"])

#: What a script may name: itself to look at, and nothing to fetch from. Registries are whatever the machine uses.
ADDRESS = re.compile(
    r"https?://(?!localhost[:/ ]|127\.0\.0\.1)[^\s\"']+|--(?:extra-)?index(?:-url)?\b|-i +https", re.IGNORECASE
)


def bash(*args: object, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", *map(str, args)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **env},
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_whole_and_may_be_run(script: Path) -> None:
    assert bash("-n", script).stderr == ""
    assert os.access(script, os.X_OK)
    first, *rest = script.read_text(encoding="utf-8").splitlines()
    assert first == "#!/bin/bash"
    assert "set -euo pipefail" in rest


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_names_no_registry(script: Path) -> None:
    assert ADDRESS.findall(script.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_a_lock_is_hashed_and_names_no_registry(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    assert "http://" not in text and "https://" not in text
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert "==" in entry and "--hash=sha256:" in entry, entry


def test_the_commands_of_the_readme_are_there() -> None:
    assert {"setup", "run", "test", "check", "bench"} <= {path.name for path in SCRIPTS}
    assert "bin/test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A clone that has no .venv, on a machine where nothing of Debian's is installed and we are not root."""
    clone = tmp_path / "clone"
    (clone / "bin").mkdir(parents=True)
    for name in ("bin/setup", "requirements.lock", "requirements-dev.lock", "requirements-uv.lock"):
        shutil.copy2(ROOT / name, clone / name)
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    for name, does in (("dpkg-query", "exit 1"), ("id", "echo 1000"), ("apt-get", "echo apt-get was run; exit 9")):
        (stubs / name).write_text(f"#!/bin/bash\n{does}\n")
        (stubs / name).chmod(0o755)
    for name in ("bash", "cat", "cut", "dirname", "mktemp", "rm", "sha256sum", "touch"):
        os.symlink(shutil.which(name) or name, stubs / name)
    return clone


def test_somebody_who_is_not_root_is_told_what_to_ask_for(fresh: Path) -> None:
    done = bash(fresh / "bin" / "setup", "dev", PATH=str(fresh.parent / "stubs"))

    assert done.returncode == 1
    [line] = [line for line in done.stderr.splitlines() if "apt-get install" in line]
    wanted = "python3 python3-venv ca-certificates g++ python3-dev chromium git strace openssl openssh-client "
    more = "libeatmydata1 procps tesseract-ocr ffmpeg libatomic1 fonts-dejavu-core"
    assert line.split("--no-install-recommends ")[1].split() == f"{wanted} {more}".split()
    assert "apt-get was run" not in done.stdout + done.stderr
    assert not (fresh / ".venv").exists()


def test_to_run_it_less_is_needed_than_to_work_on_it(fresh: Path) -> None:
    done = bash(fresh / "bin" / "setup", PATH=str(fresh.parent / "stubs"))

    assert "chromium" not in done.stderr
    assert "python3-venv ca-certificates" in done.stderr


def test_when_debian_cannot_install_the_reason_is_shown(fresh: Path) -> None:
    (fresh.parent / "stubs" / "id").write_text("#!/bin/bash\necho 0\n")

    done = bash(fresh / "bin" / "setup", PATH=str(fresh.parent / "stubs"))

    assert done.returncode == 1
    assert "apt-get was run" in done.stderr


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_what_is_made_already_is_not_made_again(fresh: Path, lock: str) -> None:
    """The set for working holds the set for running, so bin/run after bin/test takes nothing away."""
    from hashlib import sha256

    (fresh / ".venv" / "bin").mkdir(parents=True)
    python = fresh / ".venv" / "bin" / "python"
    python.write_text("")
    python.chmod(0o755)
    both = (fresh / lock).read_bytes() + (fresh / "requirements-uv.lock").read_bytes()
    (fresh / ".venv" / f".made-{sha256(both).hexdigest()[:16]}").touch()

    done = bash(fresh / "bin" / "setup", PATH=str(fresh.parent / "stubs"))

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_unknown_set_is_refused() -> None:
    assert bash(ROOT / "bin" / "setup", "everything").returncode == 2
