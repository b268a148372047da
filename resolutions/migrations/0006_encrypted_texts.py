import amnt.encryption.fields
from django.conf import settings
from base64 import b64encode

from django.db import migrations, models

from amnt.encryption import keys
from amnt.encryption.stored import columns_of, encrypts, rewrite


def encrypt_files(apps, schema_editor):
    """The few that no worker has read yet: bytes in SQLite, which PostgreSQL has made hexadecimal text of."""

    def change(data):
        data = bytes.fromhex(data.removeprefix("\\x")) if isinstance(data, str) else bytes(data)
        return keys.encrypt(b64encode(data).decode())

    rewrite(*columns_of(apps.get_model("resolutions", "Incoming"), ["data"]), change)


def move_kept_numbers(apps, schema_editor):
    contribution = apps.get_model("resolutions", "Contribution")
    kept = list(contribution.objects.filter(access="number").only("pk", "number"))
    for row in kept:
        row.kept_number, row.number = row.number, ""
    contribution.objects.bulk_update(kept, ["kept_number", "number"], batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ("encryption", "0002_first_keys"),
        ('resolutions', '0005_kept_comparisons'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='contribution',
            name='contribution_has_a_number',
        ),
        migrations.AddField(
            model_name='contribution',
            name='kept_number',
            field=amnt.encryption.fields.EncryptedCharField(blank=True, max_length=60, verbose_name='number'),
        ),
        migrations.AlterField(
            model_name='contribution',
            name='file_name',
            field=amnt.encryption.fields.EncryptedCharField(blank=True, max_length=200, verbose_name='name of the file'),
        ),
        migrations.AlterField(
            model_name='contribution',
            name='number',
            field=models.CharField(blank=True, help_text='As in 38A7: Addendum 7 to Document 38.', max_length=60, verbose_name='number'),
        ),
        migrations.AlterField(
            model_name='incoming',
            name='choices',
            field=amnt.encryption.fields.EncryptedJSONField(default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name='incoming',
            name='data',
            field=amnt.encryption.fields.EncryptedBinaryField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='incoming',
            name='extraction',
            field=amnt.encryption.fields.EncryptedJSONField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='incoming',
            name='file_name',
            field=amnt.encryption.fields.EncryptedCharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name='incoming',
            name='number',
            field=amnt.encryption.fields.EncryptedCharField(blank=True, max_length=60),
        ),
        migrations.AlterField(
            model_name='incoming',
            name='sha256',
            field=amnt.encryption.fields.EncryptedCharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='revisiontext',
            name='file_name',
            field=amnt.encryption.fields.EncryptedCharField(blank=True, max_length=200, verbose_name='name of the file'),
        ),
        encrypts(
            "resolutions",
            Contribution=["file_name"],
            Incoming=["file_name", "sha256", "number", "extraction", "choices"],
            RevisionText=["file_name"],
        ),
        migrations.RunPython(encrypt_files),
        migrations.RunPython(move_kept_numbers),
    ]
