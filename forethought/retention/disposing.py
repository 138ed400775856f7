"""Carrying out what two people agreed to: rows, keys and bytes go in one act, then it is proved that they are gone.

The database's own locks let rows of evidence go only while such a disposal is carried out (schools.py, MayLetGo).
"""

import logging
import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection, models
from django.db.models import Q

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.clock import london
from forethought.core.errors import Refused, insist
from forethought.evidence.models import CaseKey, Exhibit, ExhibitKey
from forethought.evidence.places import let_go as let_bytes_go
from forethought.evidence.shredding import HOLDING, forget_exhibit, prove_absence, secrets_of
from forethought.people.models import Account, Alarm, Doorway, Letter, Person
from forethought.retention import elsewhere, leavers
from forethought.retention.classes import tables_of
from forethought.retention.due import find, refresh, standing_of
from forethought.retention.models import Disposal, Due, KeptLonger, What
from forethought.retention.procedures import GONE, backups_until, stop_disposal, why_not_now
from forethought.retention.rules import why_not_carry_out
from forethought.rows import inside

#: Sealed texts whose own bytes are searched for besides the keys.
SAMPLED = 32

log = logging.getLogger(__name__)

Ways = Mapping[type[models.Model], Q]


def rows_of(what: str, about: uuid.UUID) -> Ways:
    """The tables that hold a thing, each with its rows, those that point at others before the others. Policy 11.1."""
    ways = {apps.get_model("forethought", name): way for name, way in tables_of(what).items()}
    ordered: dict[type[models.Model], None] = {}

    def put(model: type[models.Model]) -> None:
        if model in ordered:
            return
        targets = {
            field.related_model
            for field in model._meta.local_fields
            if isinstance(field, models.ForeignKey) and field.related_model in ways and field.related_model != model
        }
        for target in targets:
            put(target)  # type: ignore[arg-type]
        ordered[model] = None

    for one in ways:
        put(one)
    found: dict[type[models.Model], Q] = {}
    for model in reversed(ordered):
        asked = Q()
        for way in ways[model].split("|"):
            asked |= Q(**{way: about})
        found[model] = asked
    return found


def secrets_in(what: str, about: uuid.UUID) -> list[bytes]:
    """What must be nowhere once a thing is gone: keys, salts, hashes, some sealed texts. Read before."""
    gone: list[bytes] = []
    if what == What.CASE:
        gone += [bytes(wrapped) for wrapped in CaseKey.objects.filter(case_id=about).values_list("wrapped", flat=True)]
        for exhibit in Exhibit.objects.select_related("key").filter(case_id=about, key__isnull=False):
            gone += secrets_of(exhibit)
    if what == What.PERSON:
        gone += leavers.addresses_of(about)
    texts: list[bytes] = []
    for model, asked in rows_of(what, about).items():
        if any(field.name == "content" for field in model._meta.local_fields) and len(texts) < SAMPLED:
            rows = _manager(model).filter(asked).exclude(content=None)[: SAMPLED - len(texts)]
            texts += [bytes(row) for row in rows.values_list("content", flat=True)]
    # An empty one is everywhere.
    return [one for one in [*gone, *texts] if len(one) >= 16]


def carry_out_disposal(*, disposal: Disposal, by: Actor, at: datetime) -> list[bytes]:
    """Destroy a thing that two people agreed to let go of, once it has waited. What must now be nowhere, for the proof.

    Raises Refused when anything stands in the way at this instant (UTC): a hold wins. Policy 7.3, 11.1.
    """
    what, about = disposal.what, disposal.about
    case_id = about if what == What.CASE else None
    with acting("retention.carry_out_disposal", by=by, at=at, about=about, case_id=case_id) as event:
        disposal.refresh_from_db()
        thing = find(what, about)
        insist(
            why_not_carry_out(
                refused=why_not_now(thing, at) if thing else GONE,
                waits_until=disposal.waits_until,
                stopped=disposal.stopped_at is not None or disposal.done_at is not None,
                at=at,
            ),
            "11.1",
        )
        Disposal.objects.filter(pk=disposal.pk).update(begun_at=at)
        elsewhere.part_from(what, about)
        gone = secrets_in(what, about)
        rows, exhibits = let_go(what, about, school_id=disposal.school_id)
        Disposal.objects.filter(pk=disposal.pk).update(
            done_at=at, rows=rows, exhibits=exhibits, in_backups_until=backups_until(at)
        )
        disposal.refresh_from_db()
        event.facts.update(
            rule=disposal.rule, rows=rows, exhibits=exhibits, in_backups_until=str(disposal.in_backups_until)
        )
    return gone


def let_go(what: str, about: uuid.UUID, *, school_id: uuid.UUID) -> tuple[int, int]:
    """Destroy every row of a thing, and its bytes once this is committed. How many rows and exhibits.

    Part of a larger act. The database refuses it outside a disposal that two people agreed to.
    """
    elsewhere.part_from(what, about)
    exhibits = 0
    if what == What.CASE:
        exhibits = Exhibit.objects.filter(case_id=about).count()
        for exhibit in Exhibit.objects.filter(
            pk__in=ExhibitKey.objects.filter(exhibit__case_id=about).values("exhibit")
        ):
            forget_exhibit(exhibit)
    ids: set[uuid.UUID] = {about}
    names: set[str] = set()
    ways = rows_of(what, about)
    for model, asked in ways.items():
        ids.update(_manager(model).filter(asked).values_list("pk", flat=True))
        if any(field.name == "object_name" for field in model._meta.local_fields):
            names.update(_manager(model).filter(asked).values_list("object_name", flat=True))
    rows = 0
    for model, asked in ways.items():
        # Past the collector, which refuses whatever is pointed at, also from rows that go with it.
        pks = list(_manager(model).filter(asked).values_list("pk", flat=True))
        rows += _manager(model).filter(pk__in=pks)._raw_delete(using=connection.alias) if pks else 0
    if what == What.PERSON:
        rows += 1 + leavers.unname(about)
    let_bytes_go(school_id, names - {""})
    # What led to it, or was to say something of it: codes, alarms, mails.
    Doorway.objects.filter(school_id=school_id, opens__in=ids).delete()
    Alarm.objects.filter(about__in=ids).delete()
    Letter.objects.filter(about__in=ids - {about}).delete()
    if what != What.CASE:
        rows += KeptLonger.objects.filter(what=what, about=about).delete()[0]
    Due.objects.filter(what=what, about=about).delete()
    return rows, exhibits


def _manager(model: type[models.Model]) -> "models.QuerySet[Any]":
    found: models.QuerySet[Any] = model._default_manager.all()
    return found


def note_proof(*, disposal: Disposal, proof: list[str], by: Actor, at: datetime) -> None:
    """Note on the certificate how it was shown that a thing is gone. Policy 11.1."""
    case_id = disposal.about if disposal.what == What.CASE else None
    with acting("retention.note_proof", by=by, at=at, about=disposal.about, case_id=case_id):
        Disposal.objects.filter(pk=disposal.pk, proved_at__isnull=True).update(proved_at=at, proof=proof)
        disposal.refresh_from_db()


#: What is said where the files could not be searched with what was destroyed still in memory.
UNSEARCHED = (
    "The rows are gone, and each page of the database that held them was written over with zeros. The files were not "
    "searched byte for byte: they were in use, or the program was ended first."
)
#: The same on PostgreSQL, which writes over nothing by itself.
NOT_ANEW = "The rows are gone. The tables that held them were not written anew: older rows may stand in their files."


def proof_of(gone: list[bytes], kinds: Collection[str]) -> list[str]:
    """How it was shown that these bytes of things of these kinds are gone, in sentences.

    Never raises: what could not be shown is said.
    """
    tables = {*HOLDING, *(apps.get_model("forethought", name) for what in kinds for name in tables_of(what))}
    if What.PERSON in kinds:
        tables |= {Person, Account, EmailAddress}
    try:
        return prove_absence(gone, tables)
    except Exception:
        log.exception("That something let go of is gone could not be shown.")
        return [UNSEARCHED if connection.vendor == "sqlite" else NOT_ANEW]


def of_tonight(school_id: uuid.UUID, at: datetime, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Do in one night what is due in a school: carry out what has waited, prove it, work the list out anew.

    How many went. `at` is UTC. What a hold or something else stops is stopped for good, and can be proposed again.
    """
    with inside(school_id):
        waiting = list(
            Disposal.objects.filter(waits_until__lte=at, done_at__isnull=True, stopped_at__isnull=True)
            .order_by("waits_until", "id")
            .values_list("id", "what")
        )
        # From a night that was cut off between the two: what to search for was in its memory alone.
        unproved = dict(Disposal.objects.filter(done_at__lt=at, proved_at__isnull=True).values_list("id", "what"))
    went: dict[uuid.UUID, str] = {}
    gone: list[bytes] = []
    for one, what in [] if stopped() else waiting:
        try:
            with inside(school_id):
                found = carry_or_stop(Disposal.objects.get(pk=one), at)
        except Exception:
            log.exception("Something that was to go tonight did not.")
            continue
        if found is not None:
            went[one] = what
            gone += found
    # After the commits, outside any transaction: the log of the database is written back, and all is searched once.
    if went:
        _note(school_id, went, proof_of(gone, went.values()), at)
    if unproved:
        # Tables can be written anew without knowing what stood in them; a search needs to know what for.
        late = [UNSEARCHED] if connection.vendor == "sqlite" else proof_of([], unproved.values())
        _note(school_id, unproved, late, at)
    refresh(school_id, at)
    return len(went)


def _note(school_id: uuid.UUID, ids: Collection[uuid.UUID], proof: list[str], at: datetime) -> None:
    for one in ids:
        with inside(school_id):
            note_proof(disposal=Disposal.objects.get(pk=one), proof=proof, by=PROGRAM, at=at)


def carry_or_stop(disposal: Disposal, at: datetime) -> list[bytes] | None:
    """Carry a disposal out, or stop it where something has come up for good. What must be nowhere now, or nothing."""
    try:
        return carry_out_disposal(disposal=disposal, by=PROGRAM, at=at)
    except Refused:
        why = why_stopped(disposal, at)
        if why:
            stop_disposal(disposal=disposal, why=why, by=PROGRAM, at=at)
        return None


def why_stopped(disposal: Disposal, at: datetime) -> str:
    """Why a disposal that could not be carried out is over, as one of STOPPED; empty where it only waits on."""
    thing = find(disposal.what, disposal.about)
    if thing is None:
        return "not_due"
    now = standing_of(thing, at)
    if now.holds:
        return "hold"
    if not now.closed:
        return "reopened"
    kept = now.kept_until is not None and now.kept_until > london(at).date()
    if kept or thing.due is None or thing.due.due_on > disposal.due_on:
        return "not_due"
    return ""
