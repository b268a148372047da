from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from amnt.encryption import keys, startup_check


class EncryptionConfig(AppConfig):
    name = "amnt.encryption"

    def ready(self) -> None:
        pre_migrate.connect(startup_check.refuse_wrong_field_key, sender=self, dispatch_uid="refuse a wrong field key")
        post_migrate.connect(keys.create_missing, sender=self, dispatch_uid="create missing data keys")
