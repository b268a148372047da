#!/usr/bin/env python
import os
import sys

import django
from django.core.management import execute_from_command_line
from django.utils import translation

from amnt.terminal import chosen_language

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amnt.settings")
    django.setup()
    language, arguments = chosen_language(sys.argv)
    with translation.override(language):
        execute_from_command_line(arguments)
