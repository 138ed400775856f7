"""Looks by the program, and questions to registers, kept apart by school."""

from django.db import migrations

from forethought.schools import KeepApart


class Migration(migrations.Migration):
    dependencies = [("forethought", "0035_site_looks")]

    operations = [KeepApart()]
