"""What the worker does for the trail every ten minutes: it goes round all schools and signs what grew.

In a thread of its own, so that nothing else waits for it: neither a deadline nor a letter. Where it is killed half-way
it begins again; a checkpoint is there whole or not at all.
"""

import logging
import threading
import uuid

from django.db import close_old_connections
from django.utils import timezone

from forethought.audit.checkpoints import make_checkpoint
from forethought.audit.procedures import PROGRAM
from forethought.core.key_file import BadKeyFile
from forethought.people.models import Wake
from forethought.rows import inside

#: Seconds from one round to the next.
EVERY = 600.0

log = logging.getLogger(__name__)


def keep_going(stop: threading.Event) -> None:
    """Go round now and then every ten minutes, until told to stop."""
    while not stop.is_set():
        try:
            go_round(stop)
        except Exception:
            # The database is away or busy. What grew is signed next time.
            log.exception("The round of the trail could not be made.")
        close_old_connections()
        stop.wait(EVERY)


def go_round(stop: threading.Event | None = None) -> None:
    """Go round all schools once. What goes wrong in one holds up no other."""
    # The list of schools stands outside every school and holds no names.
    for school_id in list(Wake.objects.order_by("school_id").values_list("school_id", flat=True)):
        if stop is not None and stop.is_set():
            return
        try:
            see_to(school_id)
        except BadKeyFile as error:
            log.error("No checkpoint is made. %s", error)
        except Exception:
            log.exception("The trail of a school could not be seen to.")


def see_to(school_id: uuid.UUID) -> None:
    """Sign the trail of one school, if it grew."""
    with inside(school_id):
        make_checkpoint(by=PROGRAM, at=timezone.now())
