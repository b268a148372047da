"""The real settings; only faster. Services come from the environment, as in production."""

import os
import tempfile

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("SITE_URL", "http://testserver")
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="amnt-test-"))

from amnt.settings import *  # noqa: F403
from amnt.settings import DATABASES, STORAGES, TEMPLATES

DEBUG = DEMO = WHITENOISE_USE_FINDERS = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Tests run side by side and each empties the cache, which on Redis would empty the queues of the others too.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]
TEMPLATES[0]["OPTIONS"] = {**TEMPLATES[0]["OPTIONS"], "string_if_invalid": "!! undefined: %s !!"}  # type: ignore[dict-item]
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # The pool keeps connections that would hold the test database when it is dropped.
    DATABASES["default"]["OPTIONS"].pop("pool")
    # No test survives a power cut: waiting for the disk at each commit would be most of what committing tests take.
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
