"""For workers of the tests in this folder: the database of the test that started them, and a letter that any worker can write."""

import os

from amnt.settings import *  # noqa: F403
from amnt.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
DATABASES["default"]["OPTIONS"].pop("pool", None)
CELERY_TASK_DEFAULT_QUEUE = os.environ["TEST_QUEUE"]
CELERY_IMPORTS = ["tests.services.letters"]
