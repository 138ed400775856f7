"""Backups cover every table, and keep every key apart."""

from django.apps import apps

from forethought.backups.apart import COLUMNS
from forethought.backups.postgres_copy import THEIRS, tables

#: Of others' tables, those that hold nothing of ours: sign-ins, and what `migrate` makes anew.
WITHOUT = {
    "auth_group",
    "auth_permission",
    "django_content_type",
    "django_session",
    "account_emailconfirmation",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
}


def test_every_column_that_holds_a_key_is_kept_apart() -> None:
    keys = {
        (model._meta.db_table, field.column)
        for model in apps.get_app_config("forethought").get_models()
        for field in model._meta.local_fields
        if field.name == "wrapped"
    }

    assert keys <= {(table, column) for table, columns in COLUMNS.items() for column in columns}


def test_every_table_is_in_a_backup_or_known_not_to_be() -> None:
    there = {model._meta.db_table for model in apps.get_models()}

    assert there - set(tables()) - WITHOUT == set()
    assert {"account_emailaddress", "mfa_authenticator"} <= set(tables()) & set(THEIRS)
