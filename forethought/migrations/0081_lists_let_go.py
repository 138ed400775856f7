"""Lists go by themselves: a post with its steps; and what was said of somebody’s low-level concerns, with the person."""

from django.db import migrations, models

from forethought.schools import MayGoWith, MayLetGo


class Migration(migrations.Migration):
    dependencies = [("forethought", "0080_registers_let_go")]

    operations = [
        migrations.AddField(model_name="schoolpost", name="going_at", field=models.DateTimeField(null=True)),
        MayGoWith("poststep", "post", "going_at"),
        MayLetGo("person", {"patternreview": "about_id"}),
    ]
