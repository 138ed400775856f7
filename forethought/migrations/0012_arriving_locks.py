"""What comes in pieces kept apart by school, and each viewing kept as it was."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0011_arriving")]

    operations = [KeepApart(), SealRows("viewing")]
