"""Time stamps in a bundle, checked by OpenSSL through verify.py, against a real authority."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from authority import Authority as Server
from bundle_making import KEY, VERIFIER, Made, accepted, contents, make, verifier, zipped

from forethought.audit.stamping import request_over
from forethought.evidence.bundle_format import Stamp
from forethought.evidence.bundle_zip import of_bytes

pytestmark = pytest.mark.policy("7.3", "7.4")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("tsa"), "one") as made:
        yield made


def stamped_by(server: Server) -> Callable[[str], tuple[Stamp, ...]]:
    """What an authority says over a note, as it is stored."""

    def stamped(note: str) -> tuple[Stamp, ...]:
        request = request_over(note)
        return (Stamp(request, server.reply(request), server.roots.encode()),)

    return stamped


@pytest.fixture(scope="module")
def made(server: Server) -> Made:
    return make(stamped=stamped_by(server))


def run(folder: Path, made: Made, *options: str, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    (folder / "b.zip").write_bytes(made.zip)
    (folder / "b.zip.note").write_text(made.note)
    (folder / "key").write_text(KEY.public().to_text())
    command = [sys.executable, "-I", "-S", str(VERIFIER / "verify.py"), "b.zip", "--key", "key", *options]
    return subprocess.run(command, cwd=folder, env={"PATH": path}, capture_output=True, text=True, check=False)


def test_a_stamp_under_the_named_root_is_ok_and_says_its_time(server: Server, made: Made, tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text(server.roots)
    done = run(tmp_path, made, "--tsa-root", "root.pem")
    assert done.returncode == 0, done.stdout
    (line,) = [line for line in done.stdout.splitlines() if "tsa/1.tsr" in line]
    assert line.startswith("ok")
    assert "it stood so by" in line
    assert line.endswith("GMT")


def test_openssl_alone_agrees(server: Server, made: Made, tmp_path: Path) -> None:
    for path, content in contents(made).items():
        (tmp_path / path.replace("/", "-")).write_bytes(content)
    (tmp_path / "root.pem").write_text(server.roots)
    command = ["openssl", "ts", "-verify", "-data", "log-earlier.note", "-in", "tsa-1.tsr", "-CAfile", "root.pem"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_the_command_that_the_page_names_checks_a_stamp(server: Server, made: Made, tmp_path: Path) -> None:
    for path, content in contents(made).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    (tmp_path / "ROOTS.pem").write_text(server.roots)
    (said,) = re.findall(r"then: (openssl ts [^`]*?\.pem)\. ", (VERIFIER / "verify.html").read_text())
    command = said.replace("${one}", "1").split()
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "log" / "earlier.note").write_text("another note")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_without_a_root_or_without_openssl_it_says_not_checked(made: Made, tmp_path: Path) -> None:
    for done in (run(tmp_path, made), run(tmp_path, made, path="/nowhere")):
        assert done.returncode == 0
        (line,) = [line for line in done.stdout.splitlines() if "tsa/1.tsr" in line]
        assert line.startswith("not checked")


def test_another_root_is_a_failure(made: Made, tmp_path: Path) -> None:
    with Server(tmp_path, "other") as other:
        (tmp_path / "root.pem").write_text(other.roots)
    assert run(tmp_path, made, "--tsa-root", "root.pem").returncode == 1


def test_a_certificate_that_ended_since_does_no_harm(tmp_path: Path) -> None:
    with Server(tmp_path, "past", days=(-20, -10)) as past:
        past.ahead = timedelta(days=-15)
        old = make(stamped=stamped_by(past))
        (tmp_path / "root.pem").write_text(past.roots)
    assert run(tmp_path, old, "--tsa-root", "root.pem").returncode == 0


def test_a_stamp_over_another_log_is_a_failure_even_under_the_right_root(server: Server, tmp_path: Path) -> None:
    swapped = make(stamped=lambda note: stamped_by(server)(note + "x"))
    (tmp_path / "root.pem").write_text(server.roots)
    done = run(tmp_path, swapped, "--tsa-root", "root.pem")
    assert done.returncode == 1
    assert "tsa/1.tsr is wrong" in done.stdout


@pytest.mark.parametrize("change", ["stripped", "swapped", "one byte"])
def test_a_stamp_that_is_stripped_or_exchanged_is_found_without_openssl(
    server: Server, made: Made, change: str
) -> None:
    files = contents(made)
    if change == "stripped":
        files = {path: content for path, content in files.items() if not path.startswith("tsa/")}
    elif change == "swapped":
        files["tsa/1.tsr"] = contents(make(seed=2, stamped=stamped_by(server)))["tsa/1.tsr"]
    else:
        files["tsa/1.tsr"] = files["tsa/1.tsr"][:-1] + bytes([files["tsa/1.tsr"][-1] ^ 1])
    whole = zipped([of_bytes(path, content) for path, content in files.items()])
    module = verifier()
    assert accepted(module, made.zip, made.note)
    assert not accepted(module, whole, made.note)
    assert not accepted(module, whole, None)
