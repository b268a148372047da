from django.db import migrations, models


class Migration(migrations.Migration):
    """After the texts are encrypted and committed: PostgreSQL alters no table whose rows were written twice in the same transaction."""

    dependencies = [("calendar_app", "0004_encrypted_texts")]

    operations = [
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('circle__isnull', False), _negated=True), models.Q(models.Q(('title', None), ('title', ''), models.Q(('title__contains', ':gAAAA'), ('title__startswith', 'k')), _connector='OR'), models.Q(('title_fr', None), ('title_fr', ''), models.Q(('title_fr__contains', ':gAAAA'), ('title_fr__startswith', 'k')), _connector='OR'), models.Q(('title_en', None), ('title_en', ''), models.Q(('title_en__contains', ':gAAAA'), ('title_en__startswith', 'k')), _connector='OR'), models.Q(('title_es', None), ('title_es', ''), models.Q(('title_es__contains', ':gAAAA'), ('title_es__startswith', 'k')), _connector='OR'), models.Q(('source', None), ('source', ''), models.Q(('source__contains', ':gAAAA'), ('source__startswith', 'k')), _connector='OR'), models.Q(('city', None), ('city', ''), models.Q(('city__contains', ':gAAAA'), ('city__startswith', 'k')), _connector='OR')), _connector='OR'), name='meeting_of_a_circle_is_encrypted'),
        ),
    ]
