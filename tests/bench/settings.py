"""As in production, with a database of its own and two more addresses: a floor to compare with."""

import os
import tempfile

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="amnt-bench-"))

from amnt.settings import *  # noqa: F403
from amnt.settings import DATABASES, REST_FRAMEWORK, STORAGES

DEBUG = DEMO = WHITENOISE_USE_FINDERS = False
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "tests.bench.urls"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Mail stays in memory, but for what measures its sending.
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
# What would wake a worker up wakes nobody: the bench delivers by itself.
CELERY_BROKER_URL = "memory://"
# The API is asked more often in a minute than anybody may.
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_CLASSES": []}
LOGGING = {"version": 1, "disable_existing_loggers": True}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["OPTIONS"].pop("pool")
