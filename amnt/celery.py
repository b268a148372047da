import os

from celery import Celery

import amnt.broker  # noqa: F401 -- makes files:// known

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amnt.settings")

app = Celery("amnt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
