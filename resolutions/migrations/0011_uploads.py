from django.db import migrations


class Migration(migrations.Migration):
    """The model has another name. Its table keeps the old one, so the database changes in nothing."""

    dependencies = [("resolutions", "0010_rows_by_their_form")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterModelTable("Incoming", "resolutions_incoming"),
                migrations.RenameModel("Incoming", "Upload"),
            ],
        ),
    ]
