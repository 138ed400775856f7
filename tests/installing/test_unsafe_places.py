"""Each unsafe thing is set up for real in an installation, and refused by exactly its sentence (reliability.md P25).

What takes more than settings and files is proved elsewhere: SQLite's and PostgreSQL's own in tests/procedures.
"""

from dataclasses import dataclass, field
from pathlib import Path

import fresh_tree
import pytest
from fresh_tree import HOST, Tree

from forethought.place_checks import NETWORKS, file_system_of, is_at_home

DATA, ENV, KEYS = "/var/lib/forethought", "/etc/forethought/forethought.env", "/var/lib/forethought/keys"


@dataclass(frozen=True)
class Unsafe:
    """One thing to get wrong: settings that are added, what is done, how it is undone, and the sentence."""

    name: str
    sentence: str
    settings: dict[str, str] = field(default_factory=dict)
    done: str = ""
    undone: str = ""
    warned: bool = False


#: An installation with https, to begin with.
SOUND = {"FORETHOUGHT_SITE": f"https://{HOST}", "FORETHOUGHT_CLOSED_NETWORK": "no"}
A_LINE = "printf %064d 7"

TABLE = (
    Unsafe("cookies without https", "Sign-in would work without https.", {"FORETHOUGHT_HTTPS": "no"}),
    Unsafe(
        "no secret key",
        "There is no secret key",
        done=f"mv {KEYS}/django.key /tmp",
        undone=f"mv /tmp/django.key {KEYS}",
    ),
    Unsafe("short secret key", "There is no secret key", {"FORETHOUGHT_SECRET_KEY": "short"}),
    Unsafe(
        "secret key for all",
        f"Other accounts can read the secret key at {KEYS}/django.key. Run: chmod 600",
        done=f"chmod 640 {KEYS}/django.key",
        undone=f"chmod 600 {KEYS}/django.key",
    ),
    Unsafe(
        "secret key is the master",
        "The secret key is the key at",
        {"FORETHOUGHT_SECRET_KEY_FILE": f"{KEYS}/master.key"},
    ),
    Unsafe(
        "no master key",
        f"There is no master key at {KEYS}/master.key.",
        done=f"mv {KEYS}/master.key /tmp",
        undone=f"mv /tmp/master.key {KEYS}",
    ),
    Unsafe(
        "master key for all",
        f"Other accounts can reach the master key at {KEYS}/master.key.",
        done=f"chmod 644 {KEYS}/master.key",
        undone=f"chmod 600 {KEYS}/master.key",
    ),
    Unsafe(
        "damaged log key",
        "is not a log key, or was copied with a slip",
        done=f"cp -a {KEYS}/log.key /tmp && sed -i 's/.$/x/' {KEYS}/log.key",
        undone=f"cp -a /tmp/log.key {KEYS}",
    ),
    Unsafe(
        "unknown time authority",
        "FORETHOUGHT_TIME_AUTHORITIES",
        {"FORETHOUGHT_TIME_AUTHORITIES": "https://a.example /no"},
    ),
    Unsafe(
        "no style sheets",
        "The style sheets are not collected.",
        done="mv /opt/forethought/current/static-built /tmp",
        undone="mv /tmp/static-built /opt/forethought/current/",
    ),
    Unsafe(
        "tables of an older version",
        "The database is of another version. Run: manage.py migrate",
        done="{sql} DELETE FROM django_migrations WHERE id = "
        "(SELECT max(id) FROM django_migrations WHERE app = 'forethought')",
        undone="{restore}",
    ),
    Unsafe(
        "tables of a newer version",
        "The database is of a newer version (9999_later).",
        done="{sql} INSERT INTO django_migrations VALUES (9999, 'forethought', '9999_later', '2030-01-01')",
        undone="{restore}",
    ),
    Unsafe(
        "program it could change",
        "The account that serves may change the program at /opt/forethought/",
        done="chown forethought /opt/forethought/current/manage.py",
        undone="chown root /opt/forethought/current/manage.py",
    ),
    Unsafe(
        "data for all",
        f"Other accounts can look into the data folder {DATA}. Run: chmod 700",
        done=f"chmod 755 {DATA}",
        undone=f"chmod 700 {DATA}",
    ),
    Unsafe(
        "vault of another account",
        "The vault /srv/vault belongs to another account.",
        {"FORETHOUGHT_VAULT": "/srv/vault"},
        done="mkdir -p /srv/vault",
    ),
    Unsafe(
        "database for all",
        f"Other accounts can read the database {DATA}/forethought.sqlite3.",
        done=f"chmod 644 {DATA}/forethought.sqlite3",
        undone=f"chmod 600 {DATA}/forethought.sqlite3",
    ),
    Unsafe(
        "vault inside the program", "lies inside the program", {"FORETHOUGHT_VAULT": "/opt/forethought/current/vault"}
    ),
    Unsafe(
        "full disk",
        "Only 8 MiB are free for /mnt/small. Files are refused",
        {"FORETHOUGHT_VAULT": "/mnt/small"},
        done="mkdir -p /mnt/small && mount -t tmpfs -o size=8m,uid=$(id -u forethought),mode=700 none /mnt/small",
        undone="umount /mnt/small",
        warned=True,
    ),
    Unsafe("any host", "FORETHOUGHT_HOSTS holds “*”", {"FORETHOUGHT_HOSTS": f"{HOST} *"}),
    Unsafe("any host below one", "FORETHOUGHT_HOSTS holds “.internal”", {"FORETHOUGHT_HOSTS": f"{HOST} .internal"}),
    Unsafe(
        "site not answered",
        "its name is not answered here. Add it to FORETHOUGHT_HOSTS.",
        {"FORETHOUGHT_HOSTS": "localhost"},
    ),
    Unsafe("site without https", "Write it with https://", {"FORETHOUGHT_SITE": f"http://{HOST}"}),
    Unsafe(
        "records under the site's name", "has the name of the site", {"FORETHOUGHT_EVIDENCE_ORIGIN": f"https://{HOST}"}
    ),
    Unsafe(
        "records without https",
        "FORETHOUGHT_EVIDENCE_ORIGIN is without https",
        {"FORETHOUGHT_EVIDENCE_ORIGIN": "http://r.internal"},
    ),
    Unsafe(
        "mail in the clear",
        "Mail goes to smtp.oak.internal in the clear",
        {"FORETHOUGHT_SMTP_HOST": "smtp.oak.internal", "FORETHOUGHT_SMTP_TLS": "no"},
    ),
    Unsafe(
        "demonstration outside",
        "A demonstration must not be reachable from outside",
        {
            "FORETHOUGHT_DEMONSTRATION": "yes",
            "FORETHOUGHT_SITE": "https://f.oak.sch.uk",
            "FORETHOUGHT_HOSTS": "f.oak.sch.uk",
        },
    ),
    Unsafe(
        "closed network outside",
        "is an address of the open internet",
        {
            "FORETHOUGHT_HTTPS": "yes",
            "FORETHOUGHT_CLOSED_NETWORK": "yes",
            "FORETHOUGHT_SITE": "https://1.1.1.1",
            "FORETHOUGHT_HOSTS": "1.1.1.1",
        },
    ),
    Unsafe("keys beside backups", f"The key {KEYS}/master.key lies with the backups", {"FORETHOUGHT_BACKUP_TO": DATA}),
    Unsafe(
        "password for backups",
        "The address of the second machine holds a password.",
        {"FORETHOUGHT_BACKUP_TO": "sftp://oak:secret@nas/backups"},
    ),
    Unsafe("plain http", "Plain http: whoever can listen", {"FORETHOUGHT_CLOSED_NETWORK": "yes"}, warned=True),
    Unsafe(
        "little room",
        "Files are refused, and reports in words go on",
        {"FORETHOUGHT_FREE_SPACE_RESERVE_MIB": "1000000"},
        warned=True,
    ),
    Unsafe(
        "clock behind",
        "The clock of this machine is behind the program’s own files.",
        done="touch -d '+3 days' /opt/forethought/current/forethought/settings.py",
        undone="touch -d '-1 day' /opt/forethought/current/forethought/settings.py",
        warned=True,
    ),
)


if fresh_tree.wanted():

    @pytest.fixture(scope="module")
    def sound(tree: Tree) -> Tree:
        """The installation with https, and copies to go back to."""
        tree.run("cp", "-a", ENV, "/tmp/env")
        tree.run("cp", "-a", f"{DATA}/forethought.sqlite3", "/tmp/database")
        with_settings(tree, {})
        return tree

    def with_settings(tree: Tree, settings: dict[str, str]) -> None:
        lines = "".join(f'{name}="{value}"\n' for name, value in (SOUND | settings).items())
        tree.run("sh", "-c", f'cp -a /tmp/env {ENV} && printf %s "$0" >>{ENV}', lines)

    def do(tree: Tree, script: str) -> None:
        """A script of the shell; one statement of SQL after {sql}; the database as it was for {restore}."""
        database = f"{DATA}/forethought.sqlite3"
        if script.startswith("{sql} "):
            program = f"import sqlite3; c = sqlite3.connect({database!r}); c.execute({script[6:]!r}); c.commit()"
            tree.run("/usr/bin/python3", "-c", program)
        else:
            restore = f"rm -f {database}-*; cp -a /tmp/database {database}"
            tree.run("sh", "-ec", script.replace("{restore}", restore))

    def said_by_ready(tree: Tree) -> list[str]:
        done = tree.run("/usr/local/sbin/forethought", "ready", check=False)
        assert "Traceback" not in done.stderr, done.stderr
        refused = [line for line in done.stderr.splitlines() if not line.startswith("CommandError: Not ready")]
        assert (done.returncode == 0) is all(line.startswith("Warning: ") for line in refused), done.stderr
        # Whether the clock of the machine that tests is kept right is not ours to say.
        return [line for line in refused if "kept right by anything" not in line]

    def test_a_sound_installation_is_ready(sound: Tree) -> None:
        assert said_by_ready(sound) == []

    @pytest.mark.parametrize("unsafe", TABLE, ids=lambda unsafe: unsafe.name)
    def test_what_is_unsafe_is_refused_by_exactly_its_sentence(sound: Tree, unsafe: Unsafe) -> None:
        with_settings(sound, unsafe.settings)
        do(sound, unsafe.done)

        said = said_by_ready(sound)

        do(sound, unsafe.undone)
        with_settings(sound, {})
        assert len(said) == 1, said
        assert unsafe.sentence in said[0]
        assert said[0].startswith("Warning: ") is unsafe.warned

    def test_it_does_not_serve_as_root(sound: Tree) -> None:
        script = f"set -a; . {ENV}; cd /opt/forethought/current; exec .venv/bin/python manage.py ready"

        done = sound.run("sh", "-c", script, check=False)

        assert done.returncode == 1
        assert "It runs as root" in done.stderr

    def test_a_setting_that_is_none_stops_it_with_a_sentence(sound: Tree) -> None:
        with_settings(sound, {"FORETHOUGHT_HTTPS": "perhaps"})

        done = sound.run("/usr/local/sbin/forethought", "ready", check=False)

        with_settings(sound, {})
        assert "FORETHOUGHT_HTTPS is “perhaps”. Set it to yes or no." in done.stderr


# --- Without an installation ---


MOUNTS = """\
23 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 23 0:26 / /srv rw shared:5 - nfs4 files.oak.internal:/srv rw,vers=4.2
31 30 254:2 / /srv/local\\040disk rw shared:6 - ext4 /dev/vdb rw
32 23 0:27 / /home/files rw shared:7 - fuse.sshfs files:/ rw
33 23 254:3 / /home/files rw shared:8 - xfs /dev/vdc rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/forethought", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/vault", "nfs4"),
        ("/srv/local disk/vault", "ext4"),
        ("/srvs", "ext4"),
        ("/home/files/vault", "xfs"),
    ],
)
def test_a_folder_lies_on_the_nearest_mount_above_it(path: str, kind: str) -> None:
    assert file_system_of(Path(path), MOUNTS) == kind
    assert (kind in NETWORKS) is (kind == "nfs4")


@pytest.mark.parametrize(
    ("host", "at_home"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("192.168.1.5", True),
        ("fd00::1", True),
        ("server", True),
        ("forethought.local", True),
        ("8.8.8.8", False),
        ("2606:4700::1111", False),
        ("forethought.oak.sch.uk", False),
    ],
)
def test_what_is_at_home_is_told_from_what_is_outside(host: str, at_home: bool) -> None:
    assert is_at_home(host) is at_home
