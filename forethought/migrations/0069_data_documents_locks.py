"""Documents about data, kept apart by school. A wording and a signature never change."""

from django.db import migrations

from forethought.schools import KeepApart, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0068_data_documents")]

    operations = [KeepApart(), SealRows("datadocumenttext", "datadocumentsignature")]
