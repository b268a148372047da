from django.db import migrations

from amnt.encryption import keys


class Migration(migrations.Migration):
    """Keys are there before the migrations of other apps encrypt what they hold."""

    dependencies = [("encryption", "0001_initial")]

    operations = [migrations.RunPython(lambda apps, schema_editor: keys.create_missing(), migrations.RunPython.noop)]
