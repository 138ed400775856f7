"""The new tables kept apart by school, and what is evidence in them kept as it is."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0003_policy")]

    operations = [
        KeepApart(),
        SealRows(
            "policytext", "baseline", "version", "response", "reply", "approval", "acknowledgement", "lawnote",
            "guidanceedition", "linkedversion", "citation",
        ),
    ]
