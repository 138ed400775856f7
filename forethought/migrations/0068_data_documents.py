"""Documents about data: versions, wordings, signatures."""

import django.db.models.deletion
import forethought.rows
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forethought', '0075_chair_proposals_locks'),
    ]

    operations = [
        migrations.CreateModel(
            name='DataDocument',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', forethought.rows.Words(max_length=12)),
                ('number', models.PositiveIntegerField()),
                ('facts', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('signed_at', models.DateTimeField(null=True)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('dropped_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forethought.person')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forethought.person')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forethought.school')),
            ],
        ),
        migrations.CreateModel(
            name='DataDocumentText',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('sections', models.JSONField()),
                ('sha256', forethought.rows.Words(max_length=64)),
                ('written_at', models.DateTimeField()),
                ('data_document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='forethought.datadocument')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forethought.school')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forethought.person')),
            ],
        ),
        migrations.CreateModel(
            name='DataDocumentSignature',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('office', forethought.rows.Words(max_length=12)),
                ('signed_at', models.DateTimeField()),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forethought.school')),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forethought.person')),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='forethought.datadocumenttext')),
            ],
        ),
        migrations.AddConstraint(
            model_name='datadocument',
            constraint=models.UniqueConstraint(fields=('school', 'kind', 'number'), name='data_document_number'),
        ),
        migrations.AddConstraint(
            model_name='datadocument',
            constraint=models.UniqueConstraint(condition=models.Q(('dropped_at__isnull', True), ('signed_at__isnull', True)), fields=('school', 'kind'), name='data_document_one_written'),
        ),
        migrations.AddConstraint(
            model_name='datadocument',
            constraint=models.CheckConstraint(condition=models.Q(('signed_at__isnull', True), ('dropped_at__isnull', True), _connector='OR'), name='data_document_signed_is_not_dropped'),
        ),
        migrations.AddConstraint(
            model_name='datadocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dropped_at__isnull', True), ('dropped_by__isnull', True)), models.Q(('dropped_at__isnull', False), ('dropped_by__isnull', False)), _connector='OR'), name='datadocument_dropped_at_with_dropped_by'),
        ),
        migrations.AddConstraint(
            model_name='datadocumenttext',
            constraint=models.UniqueConstraint(fields=('school', 'data_document', 'number'), name='data_document_text_number'),
        ),
        migrations.AddConstraint(
            model_name='datadocumentsignature',
            constraint=models.UniqueConstraint(fields=('school', 'text', 'office'), name='data_document_signed_once'),
        ),
    ]
