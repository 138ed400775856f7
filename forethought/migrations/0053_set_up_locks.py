"""Closed days kept apart by school. A school that is set up belongs to none yet."""

from django.db import migrations

from forethought.schools import KeepApart


class Migration(migrations.Migration):
    dependencies = [("forethought", "0052_set_up")]

    operations = [KeepApart()]
