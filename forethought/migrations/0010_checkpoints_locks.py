"""Checkpoints kept apart by school, and never changed once they are there."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0009_checkpoints")]

    operations = [KeepApart(), SealRows("checkpoint", "tile", "timestamp")]
