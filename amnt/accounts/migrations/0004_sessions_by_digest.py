from hashlib import sha256

import django.db.models.deletion
import django.utils.dateparse
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import amnt.encryption.fields
from amnt.encryption import keys

OLD_SESSIONS, OLD_DEVICES = "django_session", "usersessions_usersession"


def move(apps, schema_editor):
    """Log-ins stay open: the key in each cookie is looked up by its digest from here on. The tables that held keys are dropped."""
    connection = schema_editor.connection
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if OLD_SESSIONS in tables:
            cursor.execute(f"SELECT session_key, session_data, expire_date FROM {OLD_SESSIONS}")
            apps.get_model("accounts", "Session").objects.bulk_create(
                (
                    apps.get_model("accounts", "Session")(session_key=digest(key), session_data=data, expire_date=aware(until))
                    for key, data, until in cursor.fetchall()
                ),
                batch_size=1000,
            )
        if OLD_DEVICES in tables:
            cursor.execute(f"SELECT user_id, session_key, ip, user_agent, created_at, last_seen_at FROM {OLD_DEVICES}")
            apps.get_model("accounts", "Device").objects.bulk_create(
                (
                    apps.get_model("accounts", "Device")(
                        user_id=user,
                        digest=digest(key),
                        ip=str(ip),
                        user_agent=agent,
                        created_at=aware(created),
                        last_seen_at=aware(seen),
                    )
                    for user, key, ip, agent, created, seen in cursor.fetchall()
                ),
                batch_size=1000,
            )
        for table in (OLD_DEVICES, OLD_SESSIONS):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute("DELETE FROM django_migrations WHERE app IN ('sessions', 'usersessions')")


def digest(key):
    return sha256(key.encode()).hexdigest()


def aware(instant):
    """As the column of the old table has it: SQLite stores UTC without saying so, as text where no model reads it."""
    if isinstance(instant, str):
        instant = django.utils.dateparse.parse_datetime(instant)
    return instant if django.utils.timezone.is_aware(instant) else instant.replace(tzinfo=django.utils.timezone.UTC)


def encrypt_second_factors(apps, schema_editor):
    """What was stored under the field key itself comes under a data key, like all else: the field key can then be changed."""
    for row in apps.get_model("mfa", "Authenticator").objects.filter(type__in=("totp", "recovery_codes")):
        for name in ("secret", "seed"):
            if name in row.data:
                row.data[name] = keys.encrypt(keys.decrypt(row.data[name]))
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_account_recovery"),
        ("encryption", "0002_first_keys"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("session_key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("session_data", amnt.encryption.fields.EncryptedTextField()),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("ip", amnt.encryption.fields.EncryptedCharField(max_length=39)),
                ("user_agent", amnt.encryption.fields.EncryptedCharField(max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="devices", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RunPython(encrypt_second_factors, migrations.RunPython.noop),
    ]
