from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("resolutions", "0003_signed")]

    operations = [
        migrations.AlterField(
            model_name="proposal",
            name="identifier",
            field=models.CharField(blank=True, help_text="As in EUR/38A7/1.", max_length=200, verbose_name="identifier"),
        ),
    ]
