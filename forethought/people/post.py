"""Mails owed to people: queued with the act that causes them, sent by the worker after the commit.

A letter says that something needs its reader, never what. Subjects and words are the same for every case (pages.md 7).
"""

import operator
import secrets
import uuid
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db.models import Q

from forethought.audit.procedures import put_off
from forethought.core import clock
from forethought.people.models import Letter, Person, Wake

#: Kind of letter: its subject, and the sentence above the link. `{time}` is filled with a time in words.
WORDS = {
    "needs_you": (
        "Something needs you",
        "Sign in to see what. Away? Press “I am away” and it goes on to somebody else.",
    ),
    "needs_you_now": ("Something needs you now", "Sign in now. Unseen by {time}, others are told too."),
    "due_soon": ("Something is due soon", "It is due by {time}."),
    "late": ("Something is late", "It was due at {time}. Do it now, or say why not."),
    "press_due": ("One press is due", "Sign in, look, and press one button, by {time}."),
    "waits": (
        "A report waits for somebody to handle it",
        "Nobody at the school can act on it now. Sign in to see whom to call.",
    ),
    "news": ("There is news for you", "Sign in to read it."),
}


FOOT = "This mail holds no names and no details, so that nobody else learns anything from it."


def wake(school_id: uuid.UUID, at: datetime) -> None:
    """See to it that the worker looks at this school no later than this instant. Part of a larger act."""

    put_off(("wake", school_id), at, partial(_wake, school_id))


def _wake(school_id: uuid.UUID, at: datetime) -> None:
    Wake.objects.filter(Q(at__isnull=True) | Q(at__gt=at), school_id=school_id).update(at=at)


def owe_letter(
    *,
    person: Person,
    kind: str,
    at: datetime,
    case_id: uuid.UUID | None = None,
    about: uuid.UUID | None = None,
    by_when: datetime | None = None,
) -> Letter | None:
    """Queue a letter inside the act that causes it. Somebody without a mail address gets none, and sees it at sign-in.

    The Message-ID is fixed now, so that a second try after a lost answer is the same mail (reliability.md 5.5).
    """
    if kind not in WORDS:
        raise ValueError(f"No letter is called {kind}.")
    if not person.email:
        return None
    letter = Letter(
        school_id=person.school_id,
        person=person,
        kind=kind,
        case_id=case_id,
        about=about,
        by_when=by_when,
        owed_at=at,
        try_at=at,
        message_id=f"<{secrets.token_hex(16)}@forethought>",
    )
    # All letters of an act are written together when it ends.
    put_off(("letters", person.school_id), [letter], _write, of_two=operator.add)
    wake(person.school_id, at)
    return letter


def _write(letters: list[Letter]) -> None:
    Letter.objects.bulk_create(letters)


def composed(letter: Letter) -> tuple[str, str]:
    """Subject and text of a letter. The link opens what is due first, after sign-in; it acts on nothing."""
    subject, sentence = WORDS[letter.kind]
    sentence = sentence.replace("{time}", clock.spoken(letter.by_when or letter.owed_at))
    return subject, f"{sentence}\n\n{settings.SITE}/next/\n\n{FOOT}\n"
