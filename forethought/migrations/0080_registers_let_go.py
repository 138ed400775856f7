"""Entries in the registers of data protection go by a disposal that two people agreed to, and never else."""

from django.db import migrations

from forethought.schools import KeepApart, MayLetGo


class Migration(migrations.Migration):
    dependencies = [("forethought", "0079_registers_let_go_kinds")]

    operations = [
        KeepApart(),
        MayLetGo("data_breach", {"databreachstep": "data_breach_id"}),
        MayLetGo("data_complaint", {"datacomplaintnote": "data_complaint_id"}),
        MayLetGo("data_request", {"accessstep": "access_request_id"}),
        MayLetGo(
            "data_document",
            {"datadocumentsignature": "text__data_document_id", "datadocumenttext": "data_document_id"},
        ),
    ]
