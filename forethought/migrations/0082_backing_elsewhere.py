"""A school knows that its place of backups belongs to another installation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forethought", "0081_lists_let_go")]

    operations = [
        migrations.AddField(model_name="backing", name="elsewhere", field=models.BooleanField(default=False)),
    ]
