from django.apps import AppConfig
from django.db.models.signals import post_migrate

from amnt.encryption import keys


class EncryptionConfig(AppConfig):
    name = "amnt.encryption"

    def ready(self) -> None:
        post_migrate.connect(keys.create_missing, sender=self, dispatch_uid="create missing data keys")
