"""What the witnesses were told, and what checks found, kept apart by school and never changed."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0024_witnesses")]

    operations = [KeepApart(), SealRows("telling", "verification")]
