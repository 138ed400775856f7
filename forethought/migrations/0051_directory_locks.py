"""The tables of lists and directories kept apart by school."""

from django.db import migrations

from forethought.schools import KeepApart


class Migration(migrations.Migration):
    dependencies = [("forethought", "0050_directory")]

    operations = [KeepApart()]
