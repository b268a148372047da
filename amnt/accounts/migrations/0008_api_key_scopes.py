from django.db import migrations, models

CHOICES = [("read", "Read"), ("write", "Read and write")]


class Migration(migrations.Migration):
    """Keys that exist keep what they could; new ones only read unless told otherwise."""

    dependencies = [("accounts", "0007_known_places")]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="scope",
            field=models.CharField(choices=CHOICES, default="write", max_length=5, verbose_name="what it may do"),
        ),
        migrations.AlterField(
            model_name="apitoken",
            name="scope",
            field=models.CharField(choices=CHOICES, default="read", max_length=5, verbose_name="what it may do"),
        ),
    ]
