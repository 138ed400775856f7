"""Where apps are asked, and what registers said, kept apart by school and never changed."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0027_whom_to_ask")]

    operations = [KeepApart(), SealRows("registeranswer", "route")]
