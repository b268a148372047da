from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("resolutions", "0004_longer_identifiers")]

    operations = [
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["resolution", "-moved_at"], name="proposal_last_move"),
        ),
    ]
