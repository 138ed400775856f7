"""What was proposed and confirmed after a loss, kept apart by school."""

from django.db import migrations

from forethought.schools import KeepApart


class Migration(migrations.Migration):
    dependencies = [("forethought", "0064_restoring")]

    operations = [KeepApart()]
