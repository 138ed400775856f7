"""The looks of the night, on a thread of their own, so that neither a deadline nor a checkpoint waits for them."""

import logging
import threading
import uuid

from django.db import close_old_connections
from django.utils import timezone

from forethought.evidence import nightly
from forethought.management.backing import is_quiet
from forethought.people.models import Wake
from forethought.retention import by_itself, disposing, lists
from forethought.rows import inside
from forethought.signing_in import noting

#: Seconds from one time of asking what is due to the next. After a start the pages come first.
EVERY = 600.0

log = logging.getLogger(__name__)


def keep_going(stop: threading.Event) -> None:
    """Do whatever look is due in whichever school, every ten minutes, until told to stop."""
    while not stop.wait(EVERY):
        try:
            schools = list(Wake.objects.order_by("school_id").values_list("school_id", flat=True))
        except Exception:
            log.exception("What is due tonight could not be read.")
            schools = []
        for school_id in schools:
            look(school_id, stop)
        close_old_connections()


def look(school_id: uuid.UUID, stop: threading.Event) -> None:
    """One school's look. What goes wrong in one holds up no other, and is tried again."""
    try:
        if is_quiet(school_id):
            return
        if nightly.look(school_id, timezone.now(), stopped=stop.is_set):
            # Once all was read: whether the trail that will prove it verifies has been said.
            disposing.of_tonight(school_id, timezone.now(), stopped=stop.is_set)
            by_itself.of_tonight(school_id, timezone.now(), stopped=stop.is_set)
            lists.of_tonight(school_id, timezone.now(), stopped=stop.is_set)
            with inside(school_id):
                noting.forget_old(timezone.now())
    except Exception:
        log.exception("The look of the night could not be done in a school.")
