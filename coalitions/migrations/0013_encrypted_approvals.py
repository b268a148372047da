from django.db import migrations

import amnt.encryption.fields
from amnt.encryption.stored import encrypts


class Migration(migrations.Migration):
    """What was asked of a second lead holds the new address of whoever is let back in."""

    dependencies = [("coalitions", "0012_kept_copies"), ("encryption", "0002_first_keys")]

    operations = [
        migrations.AlterField(
            model_name="approval",
            name="about",
            field=amnt.encryption.fields.EncryptedJSONField(default=dict),
        ),
        encrypts("coalitions", Approval=["about"]),
    ]
