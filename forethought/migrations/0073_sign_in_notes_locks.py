"""Who signed in when, kept apart by school."""

from django.db import migrations

from forethought.schools import KeepApart


class Migration(migrations.Migration):
    dependencies = [("forethought", "0072_sign_in_notes")]

    operations = [KeepApart()]
