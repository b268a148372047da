import amnt.encryption.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coalitions', '0011_opened_readings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='followupevent',
            name='kind',
            field=models.CharField(choices=[('created', 'created'), ('assigned', 'assigned'), ('accepted', 'accepted'), ('declined', 'declined'), ('handed-back', 'handed back'), ('blocked', 'blocked'), ('resumed', 'taken up again'), ('done', 'done'), ('dropped', 'dropped'), ('reopened', 'reopened'), ('changed', 'changed'), ('snoozed', 'reminder snoozed'), ('put-back', 'earlier words put back')], max_length=11),
        ),
        migrations.CreateModel(
            name='KeptCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=60)),
                ('about', models.UUIDField()),
                ('content', amnt.encryption.fields.EncryptedJSONField(verbose_name='what stood there')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('belongs_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('circle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coalitions.circle')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'copy of what was overwritten or thrown away',
                'verbose_name_plural': 'copies of what was overwritten or thrown away',
                'indexes': [models.Index(fields=['about', '-at'], name='kept_copy_of_thing')],
                'constraints': [models.CheckConstraint(condition=models.Q(('circle', None), ('owner', None), _connector='XOR'), name='kept_copy_is_of_circle_or_person')],
            },
        ),
    ]
