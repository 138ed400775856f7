"""A report while it is being written: the answers so far, sealed, for its writer alone."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from forethought.audit.procedures import Actor, Visitor, acting
from forethought.cases.models import Draft
from forethought.core.errors import Refused
from forethought.core.secrets import mask
from forethought.evidence import keyring
from forethought.people.codes import key_hash
from forethought.people.models import Doorway

#: How long an unsent draft is kept after it was last saved.
KEPT = timedelta(days=30)
Answers = dict[str, object]


def start_draft(*, school_id: uuid.UUID, paper: bool = False, by: Actor, at: datetime) -> Draft:
    """Begin a report: a place for the answers, and the key of the case it may become. Policy 6.7.

    `paper`: it is typed in from a form, whose true times are asked for.
    """
    with acting("reports.start_draft", by=by, at=at) as event:
        draft = Draft(
            id=uuid.uuid4(),
            school_id=school_id,
            case_id=uuid.uuid4(),
            holder=by.id,
            started_at=at,
            saved_at=at,
            by_visitor=isinstance(by, Visitor),
            ends_at=at + KEPT,
        )
        key = keyring.make_case_key(school_id=school_id, case_id=draft.case_id, at=at)
        draft.content = keyring.seal(draft, {"paper": "yes"} if paper else {}, case_id=draft.case_id, key=key)
        draft.save(force_insert=True)
        # So that a form sent after the sign-in ran out still finds its school.
        Doorway.objects.create(
            key_hash=key_hash("draft", str(draft.id)),
            kind="draft",
            school_id=school_id,
            opens=draft.id,
            made_at=at,
        )
        event.about = draft.id
    return draft


def answers_of(draft: Draft) -> Answers:
    """The answers so far."""
    return dict(keyring.words(draft, case_id=draft.case_id))


def save_draft(*, draft: Draft, answers: Answers, at: datetime) -> Answers:
    """Keep the answers so far, anything like a password hidden. Writing is no act until it is sent: no event.

    Raises Refused when the report was sent meanwhile. Policy 6.7, 9.2a.
    """
    with transaction.atomic():
        # Read again, and held: two pages of one draft may come at once, and neither may undo what the other kept.
        latest = Draft.objects.select_for_update().filter(pk=draft.pk, sent_at__isnull=True).first()
        if latest is None:
            raise Refused("This report has been sent. Add to it on its own page.", "6.7")
        kept = {**answers_of(latest), **{name: _masked(value) for name, value in answers.items()}}
        content = keyring.seal(draft, kept, case_id=draft.case_id)
        Draft.objects.filter(pk=draft.pk).update(content=content, saved_at=at, ends_at=at + KEPT)
    draft.content = content
    return kept


def _masked(value: object) -> object:
    return mask(value) if isinstance(value, str) else value
