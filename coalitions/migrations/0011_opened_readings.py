from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coalitions', '0010_encrypted_texts_rules'),
    ]

    operations = [
        migrations.AlterField(
            model_name='circleview',
            name='thing',
            field=models.CharField(choices=[('circle', 'the page of the circle'), ('follow-up', 'a follow-up'), ('call', 'a call'), ('reading', 'a reading of a proposal'), ('position', 'a draft of a position')], max_length=9),
        ),
    ]
