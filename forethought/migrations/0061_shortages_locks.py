"""The times when the disk was nearly full, kept apart by school."""

from django.db import migrations

from forethought.schools import KeepApart


class Migration(migrations.Migration):
    dependencies = [("forethought", "0060_shortages")]

    operations = [KeepApart()]
