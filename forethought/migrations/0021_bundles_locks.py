"""Bundles kept apart by school. What was decided, written and handed over is never changed."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0020_bundles")]

    operations = [KeepApart(), SealRows("bundle", "bundleitem", "bundlefile", "handover")]
