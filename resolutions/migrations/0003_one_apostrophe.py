from django.db import migrations


def fold_anew(apps, schema_editor):
    """What was folded before either apostrophe stood for the other."""
    resolutions = apps.get_model("resolutions", "Resolution").objects.using(schema_editor.connection.alias)
    for resolution in resolutions.filter(search_text__contains="'"):
        resolution.save(update_fields=["search_text"])


class Migration(migrations.Migration):
    dependencies = [
        ("resolutions", "0002_texts"),
    ]

    operations = [
        migrations.RunPython(fold_anew, migrations.RunPython.noop),
    ]
