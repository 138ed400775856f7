"""Urgencies and lists of pupils kept apart by school."""

from django.db import migrations

from forethought.schools import KeepApart


class Migration(migrations.Migration):
    dependencies = [("forethought", "0037_urgencies_and_rosters")]

    operations = [KeepApart()]
