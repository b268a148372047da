from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("resolutions", "0002_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="proposalevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new", "new"),
                    ("late", "late"),
                    ("changed", "new wording"),
                    ("status", "new status"),
                    ("signed", "other States sign it"),
                    ("withdrawn", "withdrawn"),
                    ("fate", "decided by the assembly"),
                ],
                max_length=9,
            ),
        ),
    ]
