"""bin/install on a fresh Debian tree, to the first page: what it makes, that it repairs, what it leaves behind.

Run where a tree can be made (tests/fresh_tree.py). Elsewhere, as where tests are not root’s, the refusal is asked for.
"""

import subprocess
from collections.abc import Iterator
from typing import Any

import fresh_tree
import pytest
from fresh_tree import HOST, ROOT, Tree

if not fresh_tree.possible():

    def test_who_is_not_root_is_told_so() -> None:
        done = subprocess.run([ROOT / "bin" / "install", "--yes"], capture_output=True, text=True, check=False)

        assert done.returncode == 1
        assert "root" in done.stderr

elif fresh_tree.wanted():

    def test_from_nothing_to_the_first_page(installation: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
        said, seconds = installation["said"], installation["seconds"]["first page"]

        with capsys.disabled():
            print(f"\nbin/install to the first page: {seconds:.1f} s, with Debian's and Python's packages at hand")
        assert f"Forethought is installed: http://{HOST}:8000" in said
        assert "WARNING: PLAIN HTTP" in said
        assert "/usr/local/sbin/forethought serve --host 0.0.0.0 --port 8000" in said

    @pytest.fixture
    def served(tree: Tree) -> Iterator[Tree]:
        tree.serve()
        yield tree
        tree.stop()

    @pytest.mark.parametrize(
        ("path", "facts"),
        [
            ("/opt/forethought/current/manage.py", "root root 755"),
            ("/opt/forethought/current/forethought/settings.py", "root root 644"),
            ("/opt/forethought/current/.venv/bin", "root root 755"),
            ("/etc/forethought", "root forethought 750"),
            ("/etc/forethought/forethought.env", "root forethought 640"),
            ("/var/lib/forethought", "forethought forethought 700"),
            ("/var/lib/forethought/forethought.sqlite3", "forethought forethought 600"),
            ("/var/lib/forethought/keys/master.key", "forethought forethought 600"),
            ("/etc/systemd/system/forethought.service", "root root 644"),
            ("/usr/local/sbin/forethought", "root root 755"),
        ],
    )
    def test_everything_has_its_owner_and_its_mode(tree: Tree, path: str, facts: str) -> None:
        assert tree.facts(path) == facts

    def test_nothing_of_the_program_is_the_services_to_change(tree: Tree) -> None:
        assert tree.run("find", "/opt/forethought", "!", "-user", "root").stdout == ""
        assert tree.run("find", "/opt/forethought", "!", "-type", "l", "-perm", "/022").stdout == ""

    def test_it_serves_as_its_own_account_without_rights(served: Tree) -> None:
        tree = served

        [pid] = tree.run("pgrep", "-x", "ft-web").stdout.split()
        facts = dict(line.split(":\t", 1) for line in tree.read(f"/proc/{pid}/status").splitlines() if ":\t" in line)

        assert tree.facts(f"/proc/{pid}").split()[0] == "forethought"
        assert {facts[name] for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
        assert facts["NoNewPrivs"] == "1"

    def test_run_again_it_repairs_and_loses_nothing(tree: Tree) -> None:
        kept = "cd /var/lib/forethought && sha256sum keys/* && sqlite=$(stat -c %i forethought.sqlite3) && echo $sqlite"
        before = tree.run("sh", "-c", kept).stdout
        tree.run("sh", "-c", "echo FORETHOUGHT_LOOKS=no >>/etc/forethought/forethought.env")
        for words in (
            "chmod 777 /var/lib/forethought /opt/forethought/current/manage.py",
            "rm /usr/local/sbin/forethought /opt/forethought/current",
            "chown forethought /opt/forethought/versions/*/forethought/settings.py",
        ):
            tree.run("sh", "-c", words)

        tree.install()

        assert tree.run("sh", "-c", kept).stdout == before
        assert "FORETHOUGHT_LOOKS=no" in tree.read("/etc/forethought/forethought.env")
        assert tree.facts("/var/lib/forethought") == "forethought forethought 700"
        assert tree.facts("/opt/forethought/current/forethought/settings.py") == "root root 644"
        assert tree.run("/usr/local/sbin/forethought", "ready").stdout == "Ready.\n"

    def test_a_change_of_database_is_refused(tree: Tree) -> None:
        done = tree.install("--database", "postgresql", check=False)

        assert done.returncode == 1
        assert "what was kept would stay in the old one" in done.stderr

    def test_without_systemd_it_says_how_to_go_on(tree: Tree) -> None:
        done = tree.run(f"{fresh_tree.SOURCE}/bin/install", check=False)

        assert done.returncode == 1
        assert "bin/install --no-start" in done.stderr

    def test_uninstalled_everything_that_was_kept_is_left_and_named() -> None:
        """In a tree of its own, with the files alone: nothing needs to have run for this."""
        with fresh_tree.a_tree() as tree:
            for path in (
                "opt/forethought/current",
                "var/lib/forethought/keys",
                "etc/forethought",
                "etc/systemd/system",
            ):
                tree.run("mkdir", "-p", f"/{path}")
            tree.run("touch", "/etc/systemd/system/forethought.service", "/usr/local/sbin/forethought")
            tree.run("touch", "/etc/forethought/forethought.env", "/var/lib/forethought/keys/master.key")

            said = tree.run(f"{fresh_tree.SOURCE}/bin/install", "--uninstall").stdout

            there = "ls -d /opt/forethought /etc/systemd/system/forethought.service /usr/local/sbin/forethought"
            assert tree.run("sh", "-c", there, check=False).stdout == ""
            tree.run("ls", "/etc/forethought/forethought.env", "/var/lib/forethought/keys/master.key")
            assert "/var/lib/forethought" in said and "/etc/forethought" in said
