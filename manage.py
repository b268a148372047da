#!/usr/bin/env python
import os
import sys

from amnt.management.terminal import Terminal

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amnt.settings")
    Terminal(sys.argv).execute()
