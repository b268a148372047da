import amnt.encryption.fields
from django.conf import settings
from django.db import migrations, models

from amnt.encryption.stored import encrypts, fills


class Migration(migrations.Migration):

    dependencies = [
        ('coalitions', '0008_circle_views'),
        ('encryption', '0002_first_keys'),
        ('resolutions', '0004_known_actions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='hintdismissal',
            name='hint_set_aside_once',
        ),
        migrations.RemoveConstraint(
            model_name='hintdismissal',
            name='hint_of_text_set_aside_once',
        ),
        migrations.AddField(
            model_name='hintdismissal',
            name='words_digest',
            field=amnt.encryption.fields.DigestField(default='', editable=False, max_length=64, of='words'),
        ),
        migrations.AlterField(
            model_name='circle',
            name='name',
            field=amnt.encryption.fields.EncryptedCharField(blank=True, max_length=100, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='circle',
            name='purpose',
            field=amnt.encryption.fields.EncryptedCharField(blank=True, max_length=300, verbose_name='why it exists'),
        ),
        migrations.AlterField(
            model_name='followup',
            name='done_means',
            field=amnt.encryption.fields.EncryptedCharField(blank=True, max_length=300, verbose_name='what counts as done'),
        ),
        migrations.AlterField(
            model_name='followup',
            name='evidence',
            field=amnt.encryption.fields.EncryptedURLField(blank=True, max_length=500, verbose_name='link as evidence'),
        ),
        migrations.AlterField(
            model_name='followup',
            name='title',
            field=amnt.encryption.fields.EncryptedCharField(max_length=200, verbose_name='title, beginning with a verb'),
        ),
        migrations.AlterField(
            model_name='hintdismissal',
            name='reason',
            field=amnt.encryption.fields.EncryptedCharField(max_length=300, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='hintdismissal',
            name='words',
            field=amnt.encryption.fields.EncryptedCharField(max_length=300),
        ),
        migrations.AlterField(
            model_name='position',
            name='stance',
            field=amnt.encryption.fields.EncryptedCharField(choices=[('support', 'Support'), ('with-changes', 'Support with changes'), ('current-text', 'Prefer the current text'), ('oppose-unless', 'Oppose unless changed'), ('oppose', 'Oppose'), ('watch', 'Watch only'), ('none', 'No position')], max_length=13, verbose_name='position'),
        ),
        migrations.AlterField(
            model_name='position',
            name='words',
            field=amnt.encryption.fields.EncryptedTextField(blank=True, verbose_name='in two lines'),
        ),
        migrations.AlterField(
            model_name='reading',
            name='note',
            field=amnt.encryption.fields.EncryptedCharField(blank=True, max_length=500, verbose_name='why'),
        ),
        encrypts(
            "coalitions",
            Circle=["name", "purpose"],
            FollowUp=["title", "done_means", "evidence"],
            HintDismissal=["words", "reason"],
            Position=["stance", "words"],
            Reading=["note"],
        ),
        fills("coalitions", "HintDismissal", words_digest="words"),
    ]
