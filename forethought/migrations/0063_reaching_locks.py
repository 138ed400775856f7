"""Where people are told on a phone, kept apart by school. A school's push key never changes."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0062_reaching")]

    operations = [KeepApart(), SealRows("pushkey")]
