"""The tables of redacted copies kept apart by school, and each copy's row kept as it was made."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0018_redacted_copies")]

    operations = [KeepApart(), SealRows("redactedcopy")]
