"""The settings of a rehearsal: no database, broker, cache or mail server of the instance, whatever its environment says.

`manage.py rehearse` starts a process of its own with these. REHEARSAL_DATABASE_URL names a PostgreSQL server where the throw-away
database is made; without it, SQLite in memory.
"""

import os
import uuid

from amnt.config.environment import database
from amnt.settings import *  # noqa: F403
from amnt.settings import STORAGES

IS_REHEARSAL = True
DEBUG = False
DATABASES = {"default": database(os.environ.get("REHEARSAL_DATABASE_URL") or "sqlite:///memory")}
DATABASES["default"]["TEST"] = {"NAME": f"amnt_rehearsal_{uuid.uuid4().hex[:12]}"}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"] |= {"NAME": ":memory:", "TEST": {"NAME": None}}
else:
    DATABASES["default"]["OPTIONS"].pop("pool", None)
MAILERS = {"default": {"BACKEND": "amnt.rehearsal.mail_server.EmailBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# What would wake a worker up wakes nobody: the rehearsal plays the worker.
CELERY_BROKER_URL = "memory://"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# A mail server that fails is part of the play; what fails here is none.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "level": "ERROR"}},
    "root": {"handlers": ["console"]},
}
