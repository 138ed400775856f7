"""The salt of what was read out of a record comes from its key, and is gone with it."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("forethought", "0025_witnesses_locks"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="derived",
            name="salt",
        ),
    ]
