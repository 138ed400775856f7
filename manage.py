#!/usr/bin/env python3
"""Run a management command of Forethought."""

import os
import sys

if __name__ == "__main__":
    # Whatever a command makes, a database among it, is for this account alone.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forethought.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
