"""Views in a consultation go by a disposal that two people agreed to, and never else."""

from django.db import migrations

from forethought.schools import MayLetGo


class Migration(migrations.Migration):
    dependencies = [("forethought", "0077_views_let_go_kind")]

    operations = [
        MayLetGo("consultation", {"reply": "response__consultation_id", "response": "consultation_id"}),
    ]
