"""Data protection, kept apart by school. What was noted never changes."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0058_data_protection")]

    operations = [KeepApart(), SealRows("accessstep", "databreachstep", "datacomplaintnote")]
