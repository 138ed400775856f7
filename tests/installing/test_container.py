"""The container: what its files say, and its entry point as it runs there, an ordinary account on a read-only system.

Neither docker nor podman runs where these tests do. Built by hand with buildah, it served: CONTRIBUTING.md says how.
"""

import re
import subprocess

import fresh_tree
import yaml
from fresh_tree import ROOT, Tree
from migrated import migrated_file

from installer import installing, program

CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))

#: What only an installation on a machine needs.
_ELSEWHERE = {"bin/install", "bin/upgrade", "installer"}


def last(word: str) -> str:
    """What the last line with this instruction says."""
    return re.findall(rf"^{word} (.*)$", CONTAINERFILE, re.M)[-1]


def test_the_image_holds_what_an_installation_holds() -> None:
    copied = {name for line in re.findall(r"^COPY (?!--)(.*) \S+$", CONTAINERFILE, re.M) for name in line.split()}

    assert copied == set(program.PARTS) - _ELSEWHERE
    assert all((ROOT / name).exists() for name in copied)
    assert [name for name in installing.EXTRAS if name not in CONTAINERFILE] == []


def test_it_runs_as_an_ordinary_account_by_the_same_entry_point() -> None:
    assert last("USER") == "10001:10001"
    assert last("ENTRYPOINT") == '["/opt/forethought/.venv/bin/python", "manage.py"]'
    assert last("CMD") == '["serve", "--prepare"]'


def test_what_the_build_makes_as_root_the_ordinary_account_can_read() -> None:
    """manage.py writes for its own account alone, and who builds is another than who serves."""
    made = CONTAINERFILE.index("collectstatic")

    assert "chmod -R a+rX static-built" in CONTAINERFILE[made:]
    # One file of olefile is for Python 2, and compileall fails for it.
    assert "-x olefile/olefile2" in CONTAINERFILE


def test_composed_it_may_write_to_its_data_alone_and_has_no_rights() -> None:
    service = COMPOSE["services"]["forethought"]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["user"] == "10001:10001"
    assert service["volumes"] == ["data:/data"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "FORETHOUGHT_CLOSED_NETWORK" not in service["environment"]
    assert COMPOSE["services"]["https"]["network_mode"] == "service:forethought"
    assert set(COMPOSE["volumes"]) == {"data", "certificates", "web"}


if fresh_tree.wanted():

    def test_on_a_read_only_system_the_entry_point_prepares_and_serves(tree: Tree) -> None:
        """The installed files, as in the image, and a database that has its tables: those are made elsewhere."""
        tree.run("sh", "-ec", "mkdir /tmp/data; ln -sfn /opt/forethought/current /tmp/program")
        with migrated_file().open("rb") as file:
            tree.pour("sh", "-c", "umask 077; cat >/tmp/data/forethought.sqlite3", given=file)
        tree.run("sh", "-ec", "chown -R 10001:10001 /tmp/data; chmod 700 /tmp/data")
        # Everything but /tmp cannot be written to, for this process and its children alone.
        script = """
            for place in / /opt /var/lib/forethought; do mount -o remount,ro,bind $place; done
            ! touch /etc/x 2>/dev/null && cd /tmp/program &&
            exec setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --bounding-set=-all \\
                env -i FORETHOUGHT_DATA=/tmp/data HOME=/tmp/data LANG=C.UTF-8 \\
                FORETHOUGHT_SITE=https://f.oak.internal FORETHOUGHT_HOSTS=f.oak.internal \\
                .venv/bin/python manage.py serve --prepare --port 8123 >/tmp/container.log 2>&1
        """
        server = subprocess.Popen(tree.words("unshare", "--mount", "sh", "-c", script), stdin=subprocess.DEVNULL)

        came = tree.first_page("f.oak.internal", 8123)

        server.terminate()
        server.wait(30)
        assert came, tree.read("/tmp/container.log")
        assert tree.facts("/tmp/data/keys/master.key") == "UNKNOWN UNKNOWN 600"
        assert "Keep a copy of all three" in tree.read("/tmp/container.log")


def test_what_is_sent_to_be_built_has_no_tests_and_no_secrets() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    assert {".git", ".venv", "tests", "var"} <= set(ignored)
