from django.db import migrations, models


class Migration(migrations.Migration):
    """After the texts are encrypted and committed: PostgreSQL alters no table whose rows were written twice in the same transaction."""

    dependencies = [("resolutions", "0006_encrypted_texts")]

    operations = [
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('access', 'public'), ('kept_number', ''), models.Q(('number', ''), _negated=True)), models.Q(('access', 'number'), ('number', ''), models.Q(('kept_number', ''), _negated=True)), _connector='OR'), name='contribution_has_a_number'),
        ),
    ]
