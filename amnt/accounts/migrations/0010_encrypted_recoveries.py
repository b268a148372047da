from django.db import migrations

import amnt.encryption.fields
from amnt.encryption.stored import encrypts


class Migration(migrations.Migration):
    """What the host wrote of a recovery names people and says how it was made sure who they are."""

    dependencies = [("accounts", "0009_instance_lock_devices"), ("encryption", "0002_first_keys")]

    operations = [
        migrations.AlterField(
            model_name="accountrecovery",
            name="asked_by",
            field=amnt.encryption.fields.EncryptedCharField(
                blank=True, max_length=200, verbose_name="who asked, and how that was made sure of"
            ),
        ),
        migrations.AlterField(
            model_name="accountrecovery",
            name="reason",
            field=amnt.encryption.fields.EncryptedCharField(blank=True, max_length=200, verbose_name="why it could not wait"),
        ),
        encrypts("accounts", AccountRecovery=["asked_by", "reason"]),
    ]
