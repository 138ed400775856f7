"""How backups stand kept apart by school, and drills that never change."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0056_backups")]

    operations = [KeepApart(), SealRows("drill")]
