"""What must hold of the machine and the place before pages are served: accounts, folders, addresses, disks, clocks.

Beside checks.py, which asks after settings, keys and tables. A demonstration may live in anybody's own folder, so what
only matters where real people's records lie is not asked of it (reliability.md P25).
"""

import ctypes
import ipaddress
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http.request import validate_host

from forethought.backups.far_address import is_far, why_not
from forethought.backups.far_machine import key_file
from forethought.checks import Sentences, refuses, warns
from forethought.core.reserve import BARE

#: File systems that are another machine's, or may be: what was confirmed can be lost with the line.
NETWORKS = frozenset(
    "9p afs ceph cifs coda davfs fuse.rclone fuse.s3fs fuse.sshfs glusterfs nfs nfs4 smb3 smbfs".split()
)

#: Below this many bytes not even the database can be opened safely, after the last room set aside was given back.
LEAST_ROOM = BARE

#: Settings of PostgreSQL without which a power cut takes what was confirmed.
KEEPERS = ("fsync", "full_page_writes", "synchronous_commit")

#: Names that no public server has (RFC 2606, RFC 6761, RFC 6762, RFC 8375).
_AT_HOME = (".local", ".localhost", ".lan", ".internal", ".home.arpa", ".test", ".invalid", ".example")

_TIME_ERROR = 5


# --- The account and the program ---


def _anybodys() -> bool:
    """Whether this may be anybody's account and anybody's folder."""
    return bool(settings.DEMONSTRATION)


@refuses
def service_is_not_root() -> Sentences:
    """A fault in a program that runs as root is a fault of the whole machine."""
    if not _anybodys() and os.geteuid() == 0:
        yield "It runs as root, so whoever found a fault in it had the whole machine. Run it as an account of its own."


@refuses
def program_cannot_change_itself() -> Sentences:
    """Whoever makes the service write a file must not be able to write its own program."""
    if _anybodys() or os.geteuid() == 0:
        return
    for path in (settings.ROOT, settings.ROOT / "forethought", settings.ROOT / "manage.py", Path(sys.prefix)):
        if path.exists() and (path.stat().st_uid == os.geteuid() or os.access(path, os.W_OK)):
            yield (
                f"The account that serves may change the program at {path}. Run: chown -R root:root {settings.ROOT} "
                f"&& chmod -R go-w {settings.ROOT}"
            )
            return


# --- Folders ---


def _kept() -> Iterator[tuple[str, Path]]:
    yield "data folder", settings.DATA
    yield "vault", settings.VAULT


@refuses
def data_is_ours_alone() -> Sentences:
    """Records are sealed, but their number, their size and their times are nobody else's business either."""
    for what, path in _kept():
        if not path.exists():
            continue
        facts = path.stat()
        if facts.st_uid != os.geteuid():
            yield f"The {what} {path} belongs to another account. Run: chown -R {os.geteuid()} {path}"
        elif stat.S_IMODE(facts.st_mode) & 0o077 and not settings.DEMONSTRATION:
            yield f"Other accounts can look into the {what} {path}. Run: chmod 700 {path}"
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield f"Other accounts can read the database {path}. Run: chmod 600 {path}"


@refuses
def data_is_outside_the_program() -> Sentences:
    """A new version takes the old one's place, and everything in its folder goes with it."""
    if _anybodys():
        return
    for what, path in (*_kept(), ("folder of the keys", settings.MASTER_KEY_FILE.parent)):
        if path.resolve().is_relative_to(settings.ROOT.resolve()):
            yield (
                f"The {what} {path} lies inside the program, where the next version would take its place. Move it, and "
                "set FORETHOUGHT_DATA."
            )
            return


def file_system_of(path: Path, mountinfo: str) -> str:
    """The kind of file system that a path lies on, from the text of /proc/self/mountinfo (proc(5)).

    The longest mount point above it holds, and of equals the last, which lies over the others.
    """
    found, length = "", -1
    for line in mountinfo.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split()
        if not dash or len(fields) < 5:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[4])
        if len(point) >= length and (path == Path(point) or path.is_relative_to(point)):
            found, length = after.split()[0], len(point)
    return found


@refuses
def data_is_on_a_local_disk() -> Sentences:
    """Over a network a confirmed report can be lost with the line, and locks may not hold (reliability.md F1)."""
    try:
        mountinfo = Path("/proc/self/mountinfo").read_text()
    except OSError:
        return
    for what, path in _kept():
        kind = file_system_of(path.resolve(), mountinfo)
        if kind in NETWORKS:
            yield (
                f"The {what} {path} is on another machine’s disk ({kind}), which can lose what it has confirmed. Put "
                "it on a disk of this machine."
            )


@refuses
def there_is_room_to_write() -> Sentences:
    """With nothing left not even what is there can be read: SQLite needs a little beside its file (F11).

    With a little left all can be read, and that must not wait for somebody to make room.
    """
    if settings.DATA.exists() and shutil.disk_usage(settings.DATA).free < LEAST_ROOM:
        yield f"The disk of the data folder {settings.DATA} is full. Make room on it."


@warns
def there_is_room_for_files() -> Sentences:
    """Below the reserve files are refused, and reports in words go on."""
    for path in {path for _, path in _kept() if path.exists()}:
        free = shutil.disk_usage(path).free
        if free < settings.FREE_SPACE_RESERVE:
            yield (
                f"Only {free // 1024**2} MiB are free for {path}. Files are refused, and reports in words go on, "
                f"until {settings.FREE_SPACE_RESERVE // 1024**2} MiB are free."
            )


# --- Keys ---


@refuses
def keys_are_different() -> Sentences:
    """One secret for two purposes falls for both at once."""
    try:
        secret = settings.SECRET_KEY
    except ImproperlyConfigured:
        return
    for path in (settings.MASTER_KEY_FILE, settings.LOG_KEY_FILE):
        if not path.is_file() or not os.access(path, os.R_OK):
            continue
        parts = path.read_text(errors="replace")[:10_000].split()
        if secret in parts or any(len(part) >= 32 and part in secret for part in parts):
            yield (
                f"The secret key is the key at {path}, so one theft opens both. Put 64 random characters into a "
                "file of its own, and name it in FORETHOUGHT_SECRET_KEY_FILE."
            )
            return


@refuses
def keys_are_apart_from_backups() -> Sentences:
    """Who finds a backup with the keys beside it reads everything (reliability.md 9; ASVS 13.3.2)."""
    for place in settings.BACKUP_TO:
        if "://" in place:
            continue
        backups = Path(place).resolve()
        for key in (settings.MASTER_KEY_FILE, settings.SECRET_KEY_FILE):
            if key.exists() and (key.resolve().is_relative_to(backups) or backups.is_relative_to(key.resolve().parent)):
                yield f"The key {key} lies with the backups in {place}. Put the backups elsewhere."
                return


@refuses
def second_machine_needs_no_password() -> Sentences:
    """A password in a setting is read by whoever reads settings; a key signs in, and one that others read is none."""
    for place in (*settings.BACKUP_TO, settings.BACKUP_KEYS_TO):
        if is_far(place) and (reason := why_not(place)):
            yield f"FORETHOUGHT_BACKUP_TO or FORETHOUGHT_BACKUP_KEYS_TO cannot be used. {reason}"
            return
    key = key_file()
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield f"Other accounts can read the key that signs in for backups at {key}. Run: chmod 600 {key}"


# --- Addresses ---


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def is_at_home(host: str) -> bool:
    """Whether a name or number can only be this machine's, a private network's or an example's."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_AT_HOME)


@refuses
def hosts_are_named() -> Sentences:
    """A made-up host name would come back in links that people trust."""
    for host in settings.ALLOWED_HOSTS:
        if host == "*" or host.startswith("."):
            yield f"FORETHOUGHT_HOSTS holds “{host}”, which answers to any name. Name each host."
            return


@refuses
def site_is_answered() -> Sentences:
    """Links in mails lead to the site's own name."""
    host = _host(settings.SITE)
    shown = f"[{host}]" if ":" in host else host
    if not host or not validate_host(shown, settings.ALLOWED_HOSTS):
        yield (
            f"FORETHOUGHT_SITE is “{settings.SITE}”, and its name is not answered here. Add it to FORETHOUGHT_HOSTS."
        )


@refuses
def site_is_https() -> Sentences:
    """A link with http in a mail is the one chance that a listener needs."""
    plain = settings.DEMONSTRATION or settings.CLOSED_NETWORK
    if not plain and not settings.SITE.startswith("https://"):
        yield f"FORETHOUGHT_SITE is “{settings.SITE}”. Write it with https://, as people reach it."


@refuses
def records_have_another_name() -> Sentences:
    """Content of records is kept from the pages' cookies by its own name alone (evidence.md 3.9)."""
    if not settings.EVIDENCE_ORIGIN:
        return
    if _host(settings.EVIDENCE_ORIGIN) == _host(settings.SITE):
        yield "FORETHOUGHT_EVIDENCE_ORIGIN has the name of the site. Give it another name, or take it out."
    elif settings.SITE.startswith("https://") and not settings.EVIDENCE_ORIGIN.startswith("https://"):
        yield "FORETHOUGHT_EVIDENCE_ORIGIN is without https. Write it with https://, as browsers reach it."


@refuses
def demonstration_stays_at_home() -> Sentences:
    """In a demonstration anybody is anybody."""
    if settings.DEMONSTRATION and not is_at_home(_host(settings.SITE)):
        yield (
            f"A demonstration must not be reachable from outside, and FORETHOUGHT_SITE is “{settings.SITE}”. Set it to "
            "http://localhost:8000, or FORETHOUGHT_DEMONSTRATION to no."
        )


@refuses
def closed_network_is_closed() -> Sentences:
    """An address of the open internet is on no closed network."""
    if not settings.CLOSED_NETWORK:
        return
    try:
        outside = ipaddress.ip_address(_host(settings.SITE)).is_global
    except ValueError:
        outside = False
    if outside:
        yield f"“{settings.SITE}” is an address of the open internet. Take FORETHOUGHT_CLOSED_NETWORK out; use https."


@warns
def plain_http_is_heard() -> Sentences:
    """Said at each start, so that nobody forgets it."""
    if settings.CLOSED_NETWORK and not settings.DEMONSTRATION and not settings.HTTPS:
        yield (
            "Plain http: whoever can listen on this network reads everything, passwords included. Only for a network "
            "that nobody else can reach."
        )


@refuses
def mail_is_not_overheard() -> Sentences:
    """A link to set a password goes out by mail."""
    if settings.DEMONSTRATION or settings.CLOSED_NETWORK or not settings.EMAIL_HOST or settings.EMAIL_USE_TLS:
        return
    try:
        here = ipaddress.ip_address(settings.EMAIL_HOST).is_loopback
    except ValueError:
        here = settings.EMAIL_HOST == "localhost"
    if not here:
        yield (
            f"Mail goes to {settings.EMAIL_HOST} in the clear, with links that open accounts. Set FORETHOUGHT_SMTP_TLS "
            "to yes, or use a mail server that can."
        )


# --- The database ---


@refuses
def tables_are_not_newer() -> Sentences:
    """An older program would write rows that break what the newer one promised."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations) | {key for each in loader.disk_migrations.values() for key in each.replaces}
    newer = [name for app, name in loader.applied_migrations if app == "forethought" and (app, name) not in known]
    if newer:
        yield f"The database is of a newer version ({max(newer)}). Start the newer program, or restore a backup."


@refuses
def postgresql_keeps_what_it_confirms() -> Sentences:
    """The same promise as on SQLite: what was confirmed outlives a power cut."""
    if connection.vendor != "postgresql" or settings.DEMONSTRATION:
        return
    with connection.cursor() as cursor:
        for name in KEEPERS:
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone()[0] == "off":
                yield (
                    f"PostgreSQL has {name} off, so a report could be lost in a power cut. Turn it on in "
                    "postgresql.conf, and start the server anew."
                )


@refuses
def postgresql_is_not_overheard() -> Sentences:
    """What is not sealed, and the password, would cross the network in the clear."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inet_server_addr() IS NULL OR inet_server_addr() << '127.0.0.0/8' OR inet_server_addr() = '::1', "
            "(SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid())"
        )
        here, sealed = cursor.fetchone()
    if not here and not sealed:
        yield "PostgreSQL is on another machine and asked in the clear. Add ?sslmode=verify-full to DATABASE_URL."


# --- The clock ---


@warns
def clock_is_right() -> Sentences:
    """Every deadline hangs on it, and the worker holds what a jump made due (reliability.md 5.5)."""
    made = (settings.ROOT / "forethought" / "settings.py").stat().st_mtime
    # A file may have been copied from a machine an hour ahead.
    if datetime.now().astimezone().timestamp() < made - 86_400:
        yield "The clock of this machine is behind the program’s own files. Set it, and have it kept right."
    elif _unsynchronised():
        yield "The clock of this machine is not kept right by anything. Install chrony, or turn on systemd-timesyncd."


def _unsynchronised() -> bool:
    """Whether the kernel says that nothing keeps its clock right (adjtimex(2)). False where it cannot be asked."""
    try:
        return ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)) == _TIME_ERROR
    except (OSError, AttributeError):
        return False
