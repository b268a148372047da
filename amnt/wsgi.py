import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amnt.settings")

application = get_wsgi_application()

from amnt.encryption.startup_check import refuse_wrong_field_key  # noqa: E402 -- needs the settings

refuse_wrong_field_key()
