"""The new tables kept apart by school, and what must stay as it was said kept so."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0005_fair")]

    operations = [
        KeepApart(),
        SealRows(
            "allegation",
            "complaintnote",
            "concernnote",
            "cooperationanswer",
            "cooperationrequest",
            "finding",
            "link",
            "livewarning",
            "monitoringnote",
            "ownduty",
            "patternreview",
            "referral",
            "risktag",
            "sentletter",
            "step",
            "switch",
            "usernotice",
            "weighing",
            "worktime",
        ),
    ]
