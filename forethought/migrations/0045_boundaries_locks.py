"""Records of contact and declarations of family, kept apart by school. A record of contact never changes."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0044_boundaries")]

    operations = [KeepApart(), SealRows("contactrecord")]
