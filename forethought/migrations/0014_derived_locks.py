"""What is read out of records kept apart by school, and kept as it was read. Its keys can be destroyed."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0013_derived")]

    operations = [KeepApart(), SealRows("derived", "lineconfirmed")]
