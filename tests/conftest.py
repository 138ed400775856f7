"""What every test stands on: keys and folders of its own, a database as in production, and no test passed over in CI.

Tests roll back (`db`). Nothing here may use `transactional_db`: sealed rows refuse to be flushed away.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

# pytest-django has read the settings by now, so what is this run's own is put into them here, before anything uses it.
HOME = Path(tempfile.mkdtemp(prefix="ft-tests-"))

settings.DATA = HOME
settings.MASTER_KEY_FILE = HOME / "keys" / "master.key"
settings.LOG_KEY_FILE = HOME / "keys" / "log.key"
settings.SECRET_KEY_FILE = HOME / "keys" / "django.key"
settings.SECRET_KEY = "the tests' own secret key, which signs nothing that lasts"
settings.VAULT = HOME / "vault"
# Beside PostgreSQL the vault is a bucket (tools/with_servers.py), and each process has its own part of it.
settings.S3_PREFIX = f"tests-{secrets.token_hex(6)}"
# A folder that is there, or each client warns that it is not.
settings.STATIC_ROOT = HOME / "static"
settings.STATIC_ROOT.mkdir()
settings.FREE_SPACE_RESERVE = settings.DISK_RESERVE = 0
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
if not settings.DATABASE_URL:
    # A file, because a database in memory knows neither WAL nor fsync. xdist adds the worker's number.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(HOME / "test.sqlite3")
# Playwright keeps an event loop in the very thread in which tests use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

from buckets import s3  # noqa: E402, F401
from builders import world  # noqa: E402, F401
from canaries import canaries, none_sings  # noqa: E402, F401
from live import browser, demonstration, live, live_template, mail_server, page  # noqa: E402, F401
from migrated import copy_to  # noqa: E402
from passed_over import pytest_sessionfinish, pytest_terminal_summary  # noqa: E402, F401


def pytest_configure(config: pytest.Config) -> None:
    """Make this process's keys and vault; each xdist worker has its own."""
    from forethought.audit import log_key
    from forethought.evidence.keys import make_master
    from forethought.evidence.vault import make_store
    from forethought.management.commands.make_keys import make_secret

    if not settings.DATABASE_URL:
        # xdist's workers get a file each; pytest-django finds the migrations done and keeps them.
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        copy_to(HOME / f"test.sqlite3{'_' if worker else ''}{worker}")
        config.option.reuse_db = True
    make_master(settings.MASTER_KEY_FILE)
    make_secret(settings.LOG_KEY_FILE, log_key.new_line())
    make_store(settings.VAULT)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture
def in_a_folder(settings: Any) -> None:
    """Keep this test's files in a folder, also beside PostgreSQL: it is about what lies on the disk."""
    settings.S3_BUCKET = ""


# --- PostgreSQL: the owner makes the tables, and every test runs as the role that serves ---


def _be_owner() -> None:
    from django.db import connection

    if connection.vendor == "postgresql":
        connection.settings_dict["OPTIONS"].pop("options", None)
        connection.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, request: pytest.FixtureRequest
) -> None:
    """Before pytest-django makes the test database, be somebody who may; and let it copy what was migrated once."""
    _be_owner()
    if settings.DATABASE_URL:
        from django.db import connection

        connection.settings_dict["TEST"]["TEMPLATE"] = request.getfixturevalue("live_template")[1]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """After it is made, be the role that serves; and at the end the owner again, who may remove it."""
    from django.db import connection

    if connection.vendor == "postgresql" and settings.DATABASE_ROLE:
        connection.settings_dict["OPTIONS"]["options"] = f"-c role={settings.DATABASE_ROLE}"
        connection.close()
    yield
    _be_owner()
