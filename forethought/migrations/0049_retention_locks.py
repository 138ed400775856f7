"""Retention kept apart by school; rows of evidence go by a disposal that two people agreed to, and never else."""

from django.db import migrations

from forethought.schools import KeepApart, MayLetGo, SealRows

#: The sealed tables of a case, each with the way to its id.
OF_CASE = {
    "report": "case_id",
    "exclusion": "case_id",
    "message": "case_id",
    "decision": "case_id",
    "citation": "case_id",
    "link": "case_id|other_id",
    "referral": "case_id",
    "exhibit": "case_id",
    "particulars": "exhibit__case_id",
    "viewing": "exhibit__case_id",
    "destruction": "exhibit__case_id",
    "derived": "exhibit__case_id",
    "lineconfirmed": "derived__exhibit__case_id",
    "awaytold": "away__case_id",
    "awaystep": "away__case_id",
    "redactedcopy": "exhibit__case_id",
    "bundle": "case_id",
    "bundleitem": "bundle__case_id",
    "bundlefile": "bundle__case_id",
    "handover": "bundle__case_id",
    "allegation": "case_id",
    "finding": "allegation__case_id",
    "step": "case_id",
    "sentletter": "case_id",
    "weighing": "case_id",
    "cooperationrequest": "case_id",
    "cooperationanswer": "request__case_id",
    "livewarning": "case_id",
    "monitoringnote": "monitoring__case_id",
    "complaintnote": "complaint__case_id",
    "consent": "case_id",
    "crimereference": "police_report__case_id",
    "concernnote": "concern__case_id",
    "ownduty": "concern__case_id",
    "notice": "takedown__case_id",
    "ticket": "notice__takedown__case_id",
    "look": "takedown__case_id",
    "reason": "takedown__case_id",
    "registeranswer": "takedown__case_id",
}


class Migration(migrations.Migration):
    dependencies = [("forethought", "0048_retention")]

    operations = [
        KeepApart(),
        SealRows("keepingrule"),
        MayLetGo("case", OF_CASE),
        MayLetGo("contact", {"contactrecord": "id"}),
        MayLetGo("acknowledgement", {"acknowledgement": "person_id"}),
    ]
