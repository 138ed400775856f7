"""What a bundle is made of, by judges who are not ours: zipfile, bagit, sha256sum, pymerkle; and verify.py alone."""

import ast
import base64
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import bagit
import pytest
from bundle_making import KEY, VERIFIER, Made, contents, make, verifier
from pymerkle import InmemoryTree

from forethought.evidence import bundle_format as fmt
from forethought.evidence.bundle_zip import Member, Unfit, of_bytes, of_pieces, zip_pieces, zip_size

pytestmark = pytest.mark.policy("7.3", "7.4")

#: SHA-256 of 4 GiB and five bytes of nothing, worked out once by sha256sum.
LARGE, OF_LARGE = 2**32 + 5, "709fc0b74f7c916cedccb212d681c035f36ffbb31ebfe806eb40c31592744eb5"


@pytest.fixture(scope="module")
def made() -> Made:
    return make()


@pytest.fixture
def unpacked(made: Made, tmp_path: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(made.zip)) as opened:
        opened.extractall(tmp_path / "bag")
    return tmp_path / "bag"


def test_the_same_facts_give_the_same_bytes(made):
    assert make().zip == made.zip
    assert make(seed=2).zip != made.zip


def test_pythons_own_reader_finds_every_file_in_order_and_whole(made):
    with zipfile.ZipFile(io.BytesIO(made.zip)) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == [member.path for member in made.members]
        assert opened.namelist()[0] == "READ-ME-FIRST.html"
        assert {path: opened.read(path) for path in opened.namelist()} == contents(made)
        assert {one.compress_type for one in opened.infolist()} == {zipfile.ZIP_STORED}
    assert zip_size(made.members) == len(made.zip)


def test_an_archivists_tool_finds_the_bag_valid(unpacked):
    bag = bagit.Bag(str(unpacked))
    assert bag.validate()
    assert bag.info["Bag-Software-Agent"] == "Forethought"


@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_finds_every_file_as_listed(unpacked, manifest):
    done = subprocess.run(["sha256sum", "--strict", "--quiet", "-c", manifest], cwd=unpacked, check=False)
    assert done.returncode == 0


def test_another_librarys_tree_has_the_root_that_the_checkpoint_signs(made):
    other = InmemoryTree(algorithm="sha256")
    for body in made.log.bodies:
        other.append_entry(body)
    root = other.get_root().hex()
    checkpoint = contents(made)["log/checkpoint.note"].decode().split("\n")
    assert base64.b64decode(checkpoint[2]).hex() == root


def test_the_statement_names_every_item_and_every_covering_file(made):
    said = json.loads(contents(made)["statement.json"])
    listed = {item["path"] for item in said["items"]} | set(said["tags"]) | fmt.LATER
    assert listed == {member.path for member in made.members}
    assert [one["why"] for one in said["withheld"]] == ["It was sealed away"]


def test_the_export_entry_alone_says_nothing_of_what_was_handed_over(made):
    body = json.loads(made.log.bodies[-2])
    assert list(body["commitments"]) == ["statement"]
    assert hashlib.sha256(contents(made)["statement.json"]).hexdigest() not in made.log.bodies[-2].decode()


@pytest.mark.parametrize(
    "path", ["../x.txt", "/x.txt", "data/../x.txt", "data/a b.txt", "con.txt", "data/x", "data/é.txt", "data\\x.txt"]
)
def test_a_name_that_could_lead_elsewhere_or_be_refused_somewhere_is_never_written(path):
    with pytest.raises(Unfit):
        list(zip_pieces([of_bytes(path, b"x")]))


def test_two_names_that_one_system_takes_for_the_same_are_never_written():
    with pytest.raises(Unfit):
        list(zip_pieces([of_bytes("data/a.txt", b"x"), of_bytes("data/A.txt", b"y")]))


def test_bytes_that_changed_between_measuring_and_writing_spoil_the_bundle():
    said = iter([b"first", b"later"])
    member = of_pieces("data/a.txt", lambda: [next(said)])
    with pytest.raises(Unfit):
        list(zip_pieces([member]))


def test_a_bundle_beyond_four_gibibytes_can_be_read(tmp_path):
    """Written sparse, so that it takes no room; what lies behind the large file is found through zip64."""
    piece = bytes(2**24)

    def nothing() -> Iterator[bytes]:
        for _ in range(LARGE // 2**24):
            yield piece
        yield bytes(LARGE % 2**24)

    parts = [
        of_bytes("a.txt", b"before"),
        Member("data/large.bin", LARGE, bytes.fromhex(OF_LARGE), 0, nothing),
        of_bytes("data/z.txt", b"behind"),
    ]
    with (tmp_path / "large.zip").open("wb") as out:
        for written in zip_pieces(parts):
            out.seek(len(written), 1) if written is piece else out.write(written)
    with zipfile.ZipFile(tmp_path / "large.zip") as opened:
        assert [one.file_size for one in opened.infolist()] == [6, LARGE, 6]
        assert opened.read("data/z.txt") == b"behind"
        with opened.open("data/large.bin") as large:
            assert large.read(10) == bytes(10)
    assert (tmp_path / "large.zip").stat().st_size == zip_size(parts)


# --- verify.py, alone ---


def run(folder: Path, *options: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """verify.py as its reader runs it: no packages, no settings of ours, an empty folder."""
    env = {} if path is None else {"PATH": path}
    command = [sys.executable, "-I", "-S", str(VERIFIER / "verify.py"), "bundle.zip", *options]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def given(made: Made, tmp_path: Path) -> Path:
    (tmp_path / "bundle.zip").write_bytes(made.zip)
    (tmp_path / "bundle.zip.note").write_text(made.note)
    (tmp_path / "school.key").write_text(KEY.public().to_text() + "\n")
    (tmp_path / "old.note").write_text(made.log.note(made.plan.earlier[0].size))
    return tmp_path


def test_one_command_says_ok(given):
    done = run(given, "--key", "school.key", "--checkpoint", "old.note")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "ok"
    assert "FAILED" not in done.stdout
    assert "not checked" not in done.stdout


def test_without_the_key_it_says_what_was_not_checked(given):
    done = run(given)
    assert done.returncode == 2
    assert done.stdout.splitlines()[-1].startswith("NOT CHECKED")


def test_a_changed_bundle_fails_loudly(given, made):
    changed = bytearray(made.zip)
    changed[len(changed) // 2] ^= 1
    (given / "bundle.zip").write_bytes(changed)
    done = run(given, "--key", "school.key")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("FAILED")


@pytest.mark.parametrize("missing", ["bundle.zip", "school.key", "old.note"])
def test_a_file_that_is_not_there_is_a_failure_and_no_fault(given, missing):
    (given / missing).unlink()
    done = run(given, "--key", "school.key", "--checkpoint", "old.note")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_the_verifier_is_small_and_needs_python_3_9_and_its_own_library_alone():
    source = (VERIFIER / "verify.py").read_text()
    assert len(source.encode()) <= 10 * 1024
    tree = ast.parse(source, feature_version=(3, 9))
    names = {n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names
    assert source.isascii()


def test_a_bundle_of_a_later_format_asks_for_a_later_verifier(monkeypatch):
    monkeypatch.setattr(fmt, "FORMAT", 2)
    later = make()
    with pytest.raises(ValueError, match=r"another verify\.py is needed"):
        list(verifier().check(io.BytesIO(later.zip), later.note.encode(), KEY.public().to_text()))
