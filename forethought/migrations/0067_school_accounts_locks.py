"""School accounts and their posts, kept apart by school. A step of a post never changes."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0066_school_accounts")]

    operations = [KeepApart(), SealRows("poststep")]
