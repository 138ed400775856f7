"""The tables of sealed records kept apart by school, and each step about them kept as it was taken."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0007_sealed_away")]

    operations = [KeepApart(), SealRows("awaystep", "awaytold")]
