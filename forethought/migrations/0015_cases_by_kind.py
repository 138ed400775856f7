from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("forethought", "0014_derived_locks"),
    ]

    operations = [
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['school', 'kind', 'status'], name='case_by_kind'),
        ),
    ]
