"""Downloads that end with the right to them: asked between pieces, not only before the first.

Somebody who leaves, signs out, or is taken off a case's list while a large record is on its way gets no more of it than
what is on the wire already (reliability.md, P19). Clause 7.3.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from forethought.cases.door import opened_to
from forethought.pages.access import lets_in
from forethought.pages.asked import Request
from forethought.pages.matrix import MATRIX
from forethought.pages.middleware import Viewer
from forethought.people.models import Account
from forethought.people.sessions import person_of, roles_of
from forethought.rows import inside

#: Seconds between two looks. A piece is 1 MiB, so a slow line is asked about for each.
BETWEEN = 0.5

Still = Callable[[Viewer, datetime], bool]


class NoMore(Exception):
    """Whoever asked for it may not have the rest. The connection ends in the middle, so that no half passes for all."""


def while_allowed(
    request: Request, pieces: Iterable[bytes], still: Still, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[bytes]:
    """The pieces of a download, for as long as whoever asked is here, signed in, and may have it. Raises NoMore.

    `still` is asked inside their school, of who they are and what they hold then. `clock` gives seconds.
    """
    viewer, session = request.viewer, request.session.session_key or ""
    account, school = viewer.account.pk, viewer.account.school_id
    looked = clock()
    for piece in pieces:
        if clock() - looked >= BETWEEN:
            if not _allowed(account, school, session, still):
                raise NoMore
            looked = clock()
        yield piece


def still_opens(case_id: uuid.UUID, name: str) -> Still:
    """Whether a door of a case still opens: its list and exclusions, then the role or seat."""

    def still(viewer: Viewer, at: datetime) -> bool:
        case = opened_to(viewer.person, case_id, at)
        return case is not None and lets_in(viewer.roles, case, MATRIX[name], name, reads=True)

    return still


def _allowed(account_id: uuid.UUID, school_id: uuid.UUID, session: str, still: Still) -> bool:
    now = timezone.now()
    try:
        with inside(school_id):
            # Not whether they did anything lately: a large file may take an hour, and nothing is pressed meanwhile.
            if not Session.objects.filter(session_key=session, expire_date__gt=now).exists():
                return False
            account = Account.objects.filter(pk=account_id, is_active=True).first()
            found = person_of(account) if account is not None else None
            if account is None or found is None:
                return False
            return still(Viewer(found[0], account, roles_of(found[0], now), found[1]), now)
    finally:
        # The server sends from threads of its own, which would each keep a connection for ever.
        if not connection.in_atomic_block:
            connection.close()
