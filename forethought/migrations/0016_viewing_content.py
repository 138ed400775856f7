"""Which sign-in a viewing belongs to is sealed like all other words."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("forethought", "0015_cases_by_kind")]

    operations = [migrations.RenameField("viewing", "session", "content")]
