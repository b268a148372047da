import amnt.encryption.fields
from django.db import migrations

from amnt.encryption.stored import encrypts


class Migration(migrations.Migration):

    dependencies = [
        ("encryption", "0002_first_keys"),
        ('mail', '0002_refusals'),
    ]

    operations = [
        migrations.AlterField(
            model_name='email',
            name='subject',
            field=amnt.encryption.fields.EncryptedCharField(blank=True, max_length=200),
        ),
        encrypts("mail", Email=["subject"]),
    ]
