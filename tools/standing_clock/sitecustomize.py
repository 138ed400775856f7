"""For the pictures of the guides: the program takes another time for now, so that they always show the same days.

Python reads this at its start where this folder is on PYTHONPATH. Nothing in the program knows of it.
"""

import os
from contextlib import suppress
from datetime import timedelta

if _later := os.environ.get("FORETHOUGHT_PICTURES_LATER"):
    # Another program's Python may have no Django. It keeps its own time.
    with suppress(ImportError):
        from django.utils import timezone

        _now = timezone.now
        timezone.now = lambda: _now() + timedelta(seconds=float(_later))
