import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('resolutions', '0007_encrypted_texts_rules'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('paste', 'a pasted table'), ('file', 'a file')], max_length=5)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('taken_back_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'import job',
                'verbose_name_plural': 'import jobs',
            },
        ),
        migrations.RemoveConstraint(
            model_name='contribution',
            name='contribution_once',
        ),
        migrations.RemoveConstraint(
            model_name='proposal',
            name='proposal_once_a_contribution',
        ),
        migrations.AddField(
            model_name='contribution',
            name='taken_back_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='proposal',
            name='taken_back_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='proposal',
            name='words_of',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='resolutions.proposal'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.UniqueConstraint(condition=models.Q(('access', 'public'), ('taken_back_at', None)), fields=('assembly', 'number', 'revision', 'language'), name='contribution_once'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('identifier', ''), _negated=True), ('taken_back_at', None)), fields=('contribution', 'identifier', 'resolution'), name='proposal_once_a_contribution'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('words_of', None), ('taken_back_at__isnull', False), _connector='OR'), name='words_of_another_are_taken_back'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('taken_back_at', None), ('superseded_at__isnull', False), _connector='OR'), name='taken_back_stands_nowhere'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='proposalevent',
            name='job',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='events', to='resolutions.importjob'),
        ),
    ]
