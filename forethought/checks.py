"""What must hold before pages are served. `manage.py serve` and `manage.py ready` ask; nothing else pays for it.

Each is a Django system check of the kind that only a deployment runs. The message is the sentence for whoever
installs, with the cure. Settings that could be written wrongly are refused in settings.py already. What must hold of
the machine stands in place_checks.py.
"""

import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.checks import ERROR, WARNING, CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

TAG = "serving"

Sentences = Iterator[str]


def refusals() -> list[str]:
    """Every reason not to serve, in sentences; an empty list when there is none."""
    return refusals_and_warnings()[0]


def refusals_and_warnings() -> tuple[list[str], list[str]]:
    """Every reason not to serve, and what should be known though it is no such reason; in sentences."""
    said = run_checks(tags=[TAG], include_deployment_checks=True)
    # Two checks that cannot ask the database say the same.
    refused, known = ([one.msg for one in said if (one.level >= ERROR) is hard] for hard in (True, False))
    return list(dict.fromkeys(refused)), list(dict.fromkeys(known))


def refuses(function: Callable[[], Sentences]) -> Callable[[], Sentences]:
    """Make a system check of a function that gives sentences. Its name is the check's id."""
    return _check(function, ERROR)


def warns(function: Callable[[], Sentences]) -> Callable[[], Sentences]:
    """The same for what should be known and is no reason not to serve."""
    return _check(function, WARNING)


def _check(function: Callable[[], Sentences], level: int) -> Callable[[], Sentences]:
    def check(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
        try:
            return [CheckMessage(level, said, id=f"forethought.{function.__name__}") for said in function()]
        except DatabaseError as error:
            kind = type(error).__name__
            return [
                Error(
                    f"The database cannot be asked ({kind}). Is it there, and is `manage.py migrate` done?",
                    id=f"forethought.{function.__name__}",
                )
            ]

    register(check, TAG, deploy=True)
    return function


@refuses
def debug_is_off() -> Sentences:
    """Django's debug pages show settings and what people wrote."""
    if settings.DEBUG:
        yield "DEBUG is on. It shows what people wrote to anybody who meets a fault. Turn it off."


@refuses
def cookies_need_https() -> Sentences:
    """A session cookie in the clear is a session for whoever listens. Only on a closed network, and to try it out."""
    plain = settings.DEMONSTRATION or settings.CLOSED_NETWORK
    if not plain and not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield "Sign-in would work without https. Set FORETHOUGHT_HTTPS to yes, and serve it over https."


@refuses
def secret_key_is_there() -> Sentences:
    """Codes and sessions hang on it."""
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        key = ""
    if len(key) < 32:
        yield "There is no secret key of 32 characters or more. Make one with: manage.py make_keys"
    path = settings.SECRET_KEY_FILE
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield f"Other accounts can read the secret key at {path}. Run: chmod 600 {path}"


@refuses
def master_key_is_there() -> Sentences:
    """Everything people wrote is sealed under it (evidence.md 3.4)."""
    from forethought.evidence.keys import BadKeyFile, load_master

    try:
        load_master(settings.MASTER_KEY_FILE)
    except BadKeyFile as error:
        yield str(error)


@refuses
def log_key_is_there() -> Sentences:
    """Checkpoints of the trail are signed with it (evidence.md 3.3)."""
    from forethought.audit import log_key
    from forethought.core.key_file import BadKeyFile

    try:
        log_key.load(settings.LOG_KEY_FILE, UUID(int=0))
    except BadKeyFile as error:
        yield str(error)


@refuses
def bucket_can_be_used() -> Sentences:
    """Records go there: it must keep what it takes, let go of what is disposed of, and show nothing to anybody."""
    from forethought.core.key_file import BadKeyFile
    from forethought.evidence.bucket_checks import wrong_with_bucket
    from forethought.evidence.places import bucket_place, is_left_in_a_bucket

    if is_left_in_a_bucket():
        yield "The records are in a bucket, and none is set. Set FORETHOUGHT_S3_BUCKET, as it was."
    if settings.S3_BUCKET:
        try:
            yield from wrong_with_bucket(bucket_place())
        except BadKeyFile as error:
            yield str(error)


@warns
def bucket_answers() -> Sentences:
    """A store that is away for an hour must not keep anybody from reporting in words."""
    from forethought.core.key_file import BadKeyFile
    from forethought.evidence.bucket_checks import why_away
    from forethought.evidence.places import bucket_place

    if settings.S3_BUCKET:
        with suppress(BadKeyFile):
            if away := why_away(bucket_place()):
                yield away


@refuses
def time_authorities_are_known() -> Sentences:
    """A stamp that cannot be checked is worth nothing. No authority at all is fine, and said on the page."""
    from forethought.audit.stamps import authorities

    try:
        authorities()
    except ValueError as error:
        yield str(error)


@refuses
def master_key_is_the_right_one() -> Sentences:
    """Another installation's key opens nothing, and would seal what comes under a key that nobody expects."""
    from forethought.evidence import keyring
    from forethought.evidence.keys import BadKeyFile, BrokenSeal, load_master
    from forethought.evidence.models import SchoolKey
    from forethought.people.models import Wake
    from forethought.rows import inside

    try:
        load_master(settings.MASTER_KEY_FILE)
    except BadKeyFile:
        return
    for school_id in Wake.objects.values_list("school_id", flat=True):
        with inside(school_id):
            for row in SchoolKey.objects.filter(retired_at__isnull=True):
                try:
                    keyring.open_school_key(school_id, row)
                except BadKeyFile as error:
                    yield str(error)
                    return
                except BrokenSeal:
                    yield (
                        "A key of a school does not open: its row was altered, or the master key is only called the "
                        "same. Put back the right one."
                    )
                    return


@refuses
def static_files_are_there() -> Sentences:
    """Pages name their style sheets by hash, which only the collected files have."""
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield "The style sheets are not collected. Run: manage.py collectstatic --noinput"


@refuses
def tables_are_current() -> Sentences:
    """A page would fail half-way on a column that is not there."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield "The database is of another version. Run: manage.py migrate"


@refuses
def sqlite_keeps_what_it_confirms() -> Sentences:
    """Read back, because SQLite ignores what it cannot do (reliability.md F1, F3)."""
    if connection.vendor != "sqlite":
        return
    wanted = {"journal_mode": ("wal",), "synchronous": (2, 3), "foreign_keys": (1,)}
    with connection.cursor() as cursor:
        for name, values in wanted.items():
            cursor.execute(f"PRAGMA {name}")
            found = cursor.fetchone()[0]
            if found not in values:
                yield (
                    f"SQLite has {name} at “{found}” instead of “{values[0]}”, so a report could be lost in a power "
                    "cut. Put the database on a local disk, not on a network share."
                )


@refuses
def database_is_the_newest() -> Sentences:
    """An old copy put in place would lose what came since, unseen (reliability.md 9)."""
    from forethought.backups import coming_back

    if (reason := coming_back.behind()) is not None:
        yield reason


@refuses
def sqlite_holds_one_school() -> Sentences:
    """One file, one school: no shared table can leak what it does not hold (reliability.md 5.4)."""
    from forethought.people.models import School

    if connection.vendor == "sqlite" and School.objects.count() > 1:
        yield "This SQLite database holds more than one school. Use PostgreSQL, which keeps schools apart."


@refuses
def postgresql_role_is_plain() -> Sentences:
    """A superuser, or who bypasses or owns the tables, is not held by row-level security (reliability.md 5.4)."""
    if connection.vendor != "postgresql":
        return
    cure = "Set FORETHOUGHT_DATABASE_ROLE to a role that owns nothing, such as forethought_pages."
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        role, is_super, bypasses = cursor.fetchone()
        if is_super or bypasses:
            yield f"The database role {role} sees every school's rows. {cure}"
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relname LIKE 'forethought\\_%%' "
            "AND pg_get_userbyid(relowner) = current_user"
        )
        if cursor.fetchone()[0]:
            yield f"The database role {role} owns the tables, so it could lift the locks on them. {cure}"


@refuses
def demonstration_is_only_that() -> Sentences:
    """In a demonstration anybody signs in as anybody, so no real school's records may be there."""
    from forethought.people.models import School, Wake
    from forethought.rows import inside

    if not settings.DEMONSTRATION:
        return
    for school_id in Wake.objects.values_list("school_id", flat=True):
        with inside(school_id):
            if School.objects.filter(pk=school_id, demonstration=False).exists():
                yield (
                    "This is a real school's database, and FORETHOUGHT_DEMONSTRATION is on, which lets anybody sign in "
                    "as anybody. Turn it off."
                )
                return
