import amnt.encryption.fields
from django.conf import settings
from django.db import migrations, models

from amnt.encryption import keys
from amnt.encryption.stored import columns_of, encrypts, rewrite


CALLS = "SELECT id FROM calendar_app_historicalmeeting WHERE circle_id IS NOT NULL"


def encrypt_calls(apps, schema_editor):
    """The calls of circles and their deadlines, and what the history of both keeps of them."""
    of_calls = f"meeting_id IN (SELECT id FROM calendar_app_meeting WHERE circle_id IS NOT NULL) OR meeting_id IN ({CALLS})"
    of_meeting, of_deadline = ["title", "title_fr", "title_en", "title_es", "source", "city"], ["title", "title_fr", "title_en", "title_es", "source"]
    for model, names, where in (
        ("Meeting", of_meeting, "circle_id IS NOT NULL"),
        ("HistoricalMeeting", of_meeting, "circle_id IS NOT NULL"),
        ("Deadline", of_deadline, of_calls),
        ("HistoricalDeadline", of_deadline, of_calls),
    ):
        rewrite(*columns_of(apps.get_model("calendar_app", model), names), keys.encrypt, where)


class Migration(migrations.Migration):

    dependencies = [
        ("encryption", "0002_first_keys"),
        ('calendar_app', '0003_reminders_given_up'),
        ('coalitions', '0009_encrypted_texts'),
        ('resolutions', '0006_encrypted_texts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='datechange',
            name='source',
            field=amnt.encryption.fields.EncryptedURLField(blank=True, max_length=500, verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='deadline',
            name='source',
            field=amnt.encryption.fields.TextFieldEncryptedIfPrivate(blank=True, private_by='meeting__circle_id', verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='deadline',
            name='title',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, private_by='meeting__circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='deadline',
            name='title_en',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, null=True, private_by='meeting__circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='deadline',
            name='title_es',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, null=True, private_by='meeting__circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='deadline',
            name='title_fr',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, null=True, private_by='meeting__circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='historicaldeadline',
            name='source',
            field=amnt.encryption.fields.TextFieldEncryptedIfPrivate(blank=True, private_by='meeting__circle_id', verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='historicaldeadline',
            name='title',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, private_by='meeting__circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='historicaldeadline',
            name='title_en',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, null=True, private_by='meeting__circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='historicaldeadline',
            name='title_es',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, null=True, private_by='meeting__circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='historicaldeadline',
            name='title_fr',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, null=True, private_by='meeting__circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='historicalmeeting',
            name='city',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(blank=True, max_length=100, private_by='circle_id', verbose_name='city'),
        ),
        migrations.AlterField(
            model_name='historicalmeeting',
            name='source',
            field=amnt.encryption.fields.TextFieldEncryptedIfPrivate(blank=True, private_by='circle_id', verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='historicalmeeting',
            name='title',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, private_by='circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='historicalmeeting',
            name='title_en',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, null=True, private_by='circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='historicalmeeting',
            name='title_es',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, null=True, private_by='circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='historicalmeeting',
            name='title_fr',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, null=True, private_by='circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='meeting',
            name='city',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(blank=True, max_length=100, private_by='circle_id', verbose_name='city'),
        ),
        migrations.AlterField(
            model_name='meeting',
            name='source',
            field=amnt.encryption.fields.TextFieldEncryptedIfPrivate(blank=True, private_by='circle_id', verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='meeting',
            name='title',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, private_by='circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='meeting',
            name='title_en',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, null=True, private_by='circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='meeting',
            name='title_es',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, null=True, private_by='circle_id', verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='meeting',
            name='title_fr',
            field=amnt.encryption.fields.CharFieldEncryptedIfPrivate(max_length=300, null=True, private_by='circle_id', verbose_name='title'),
        ),
        encrypts("calendar_app", DateChange=["source"]),
        migrations.RunPython(encrypt_calls),
    ]
