"""Who was proposed to chair the governors, kept apart by school."""

from django.db import migrations

from forethought.schools import KeepApart


class Migration(migrations.Migration):
    dependencies = [("forethought", "0074_chair_proposals")]

    operations = [KeepApart()]
