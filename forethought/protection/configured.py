"""What this installation really does with data, read from its settings and from what the school turned on. Clause 11.1.

Nothing of a case is read, so nothing here tells of one. Secrets never come in: of a setting its meaning, not its value.
"""

import ipaddress
import uuid
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from forethought.core.clock import london
from forethought.directory.models import DirectoryKey
from forethought.people import casting, switches
from forethought.people.models import Person, School
from forethought.protection.document_facts import LABELS, NONE, NOT_USED, USED, keeping_key
from forethought.reaching.models import Reach
from forethought.retention import known
from forethought.retention.schedule import rules, said
from forethought.roster.procedures import kept_list
from forethought.signing_in import standing as signing_in


def facts_now(school: School, at: datetime) -> dict[str, str]:
    """What the program does in a school at an instant (UTC), by the keys of LABELS, then by kind of record.

    Every value is words for people. Policy 11.1.
    """
    day = london(at).date()
    found = {
        "school": school.name,
        "officer": _holder(casting.cast_at(at).protection_officer),
        "database": _database(),
        "vault": _vault(),
        "backups": _backups(),
        "backup_days": f"{settings.BACKUPS_KEPT_DAYS} days",
        "mail": _host(settings.EMAIL_HOST) if settings.EMAIL_HOST else NONE,
        "phones": _phones(),
        "time": ", ".join(str(urlsplit(one).hostname) for one, _ in settings.TIME_AUTHORITIES) or NONE,
        "scanner": _scanner(),
        "sign_in": ", ".join(one.name for one in signing_in.providers(school.pk)) or NONE,
        "directory": USED if DirectoryKey.objects.filter(ended_at__isnull=True).exists() else NOT_USED,
        "pupils": USED if kept_list() else NOT_USED,
        "looks": USED if settings.LOOKS else NOT_USED,
        "mail_keys": USED if settings.MAIL_KEYS else NOT_USED,
        "tracker": USED if switches.is_on("full_tracker", day) else NOT_USED,
        "reporting_duty": USED if switches.is_on("reporting_duty", day) else NOT_USED,
        "https": "encrypted (HTTPS)" if settings.HTTPS else "in the clear, on a closed network",
    }
    if missing := LABELS.keys() - found.keys():
        raise KeyError(f"Nobody says what these are: {sorted(missing)}.")
    periods = known.periods()
    for key, rule in rules().items():
        found[keeping_key(key)] = rule.said if rule.always else said(periods[key], rule.moment)
    return found


def _holder(person_id: uuid.UUID | str | None) -> str:
    name = Person.objects.filter(pk=person_id).values_list("name", flat=True).first() if person_id else None
    return str(name or NONE)


def _is_here(host: str) -> bool:
    """Whether a host is this machine."""
    if host in {"", "localhost"} or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(host: str) -> str:
    return "a program on the school’s own server" if _is_here(host) else f"a server called {host}"


def _phones() -> str:
    """What carries nudges to the phones that people added themselves; none where nobody added any."""
    found = set(Reach.objects.filter(ended_at__isnull=True, confirmed_at__isnull=False).values_list("way", flat=True))
    kinds = ["the push services of the browsers that they chose"] if "device" in found else []
    if "number" in found:
        gateway = str(urlsplit(settings.SMS_ADDRESS).hostname or "")
        kinds.append("a program of the school’s" if settings.SMS_COMMAND else _host(gateway))
    return ", ".join(kinds) or NONE


def _database() -> str:
    own = settings.DATABASES["default"]
    if str(own["ENGINE"]).endswith("sqlite3"):
        return "a file on the school’s own server (SQLite)"
    return f"PostgreSQL on {_host(str(own.get('HOST') or ''))}"


def _vault() -> str:
    if not settings.S3_BUCKET:
        return "a folder on the school’s own server"
    host = urlsplit(settings.S3_ENDPOINT).hostname or "Amazon S3"
    return f"a bucket at {host}, in the region {settings.S3_REGION}"


def _backups() -> str:
    kinds = []
    for one in settings.BACKUP_TO:
        parts = urlsplit(one)
        if parts.scheme == "s3":
            kinds.append(f"a bucket at {urlsplit(settings.S3_ENDPOINT).hostname or 'Amazon S3'}")
        elif parts.scheme == "sftp":
            kinds.append(f"a second machine, {parts.hostname}, over SSH")
        else:
            kinds.append("a folder on another disk")
    return ", ".join(dict.fromkeys(kinds)) or NONE


def _scanner() -> str:
    place = settings.VIRUS_SCANNER
    return _host(place.rpartition(":")[0] if not place.startswith("/") else place) if place else NONE
