import os

from celery import Celery
from celery.signals import beat_init, worker_init

import amnt.config.broker  # noqa: F401 -- makes files:// known
from amnt.encryption import startup_check

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amnt.settings")

app = Celery("amnt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_wrong_field_key(**kwargs):
    startup_check.refuse_wrong_field_key()
