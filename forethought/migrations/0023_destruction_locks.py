"""Destructions kept as they were; a destroyed record may lose its salt and its hash, and nothing else."""

from django.db import migrations

from forethought.schools import KeepApart, MayForget, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0022_destruction")]

    operations = [KeepApart(), SealRows("destruction"), MayForget("exhibit", "salt", "sha256")]
