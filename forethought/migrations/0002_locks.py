"""Schools kept apart by the database, and rows that nobody changes."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0001_first")]

    operations = [
        KeepApart(),
        SealRows(
            "entry", "exhibit", "particulars", "report", "message", "decision", "exclusion", "notice", "ticket", "look",
            "reason", "consent", "crimereference",
        ),
    ]
