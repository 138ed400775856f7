"""The looks of the night kept apart by school."""

from django.db import migrations

from forethought.schools import KeepApart


class Migration(migrations.Migration):
    dependencies = [("forethought", "0033_nightly_look")]

    operations = [KeepApart()]
