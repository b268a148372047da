from django.db import migrations, models


class Migration(migrations.Migration):
    """After the texts are encrypted and committed: PostgreSQL alters no table whose rows were written twice in the same transaction."""

    dependencies = [("coalitions", "0009_encrypted_texts")]

    operations = [
        migrations.AddConstraint(
            model_name='hintdismissal',
            constraint=models.UniqueConstraint(fields=('circle', 'rule', 'proposal', 'clause', 'words_digest'), name='hint_set_aside_once'),
        ),
        migrations.AddConstraint(
            model_name='hintdismissal',
            constraint=models.UniqueConstraint(fields=('circle', 'rule', 'revision', 'clause', 'words_digest'), name='hint_of_text_set_aside_once'),
        ),
    ]
