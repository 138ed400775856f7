"""Mails owed to people: queued with the act that causes them, sent by the worker after the commit.

A letter says that something needs its reader, never what. Subjects and words are the same for every case (pages.md 7).
"""

import operator
import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db.models import Q

from forethought.audit.procedures import do_now, put_off
from forethought.core import clock
from forethought.people.models import Letter, Person, Wake
from forethought.rows import school_in_scope

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
    "to_read": ("A policy for you to read", "Please read it by {time}."),
    "view_wanted": ("Your view is wanted", "Read the change and reply by {time}. You get a written answer."),
    "answered": ("An answer waits for you", "Sign in to read it."),
    "view_answered": ("An answer waits for you", "It stands where you gave your view."),
    "to_decide": ("Something waits for your decision", "Sign in to see what."),
    "unverified": (
        "The record does not verify",
        "Something that was recorded here is not what it was. Change nothing, and ask IT to run: manage.py verify",
    ),
    "invited": (
        "You can sign in now",
        "Your school has given you a way to sign in. Set a password first: type this mail address in at",
    ),
    "restoring": (
        "How you sign in is to be changed",
        "Two people at your school are to let you set up a new second step, because yours is lost. Is it not lost? "
        "Then sign in and stop this, under “How you sign in”.",
    ),
    "restored": (
        "How somebody signs in was changed",
        "A lost second step was taken off, by two people. You are one of the two, or it is yours. Did you not do this, "
        "or not ask for it? Then tell the headteacher or the chair of governors now.",
    ),
    "restored_by_new": (
        "How somebody signs in was changed",
        "A lost second step was taken off by two people. One of them has held their office for less than two weeks, "
        "because there were no others. Please ask the headteacher or the chair of governors whether it was right.",
    ),
    "reach_changed": (
        "How we reach you was changed",
        "A phone or computer of yours was added, or taken off. Did you not do this? Sign in, look under “On your "
        "phone”, change your password, and tell the headteacher or the chair of governors.",
    ),
    "backup_late": (
        "There has been no backup for a day",
        "Nothing is lost yet. Ask IT to look at the page “Backups”, and at the disk.",
    ),
    "backup_gone": (
        "There has been no backup for three days",
        "The head and IT support were told. If the server failed now, three days would be lost. Please ask them.",
    ),
    "backup_faulty": (
        "A backup did not pass its test",
        "It may not come back whole. Ask IT to look at the page “Backups”. The earlier ones are kept.",
    ),
    "backup_elsewhere": (
        "The place for backups belongs to another machine",
        "So this one makes no backup there. Ask IT to look at the page “Backups”, which says what can be done.",
    ),
    "lock_failing": (
        "Files in a bucket could not be locked anew",
        "They are all there. Ask IT to look at the log: the key to the bucket must be allowed to lock objects.",
    ),
    "disk_low": (
        "The server’s disk is nearly full",
        "Reports in words are still taken, files are not. Ask IT to make room. Nothing has to be started again.",
    ),
    "news": ("There is news for you", "Sign in to read it."),
    "office_changed": (
        "Who holds which office has changed",
        "Sign in and look under “Offices”. Was it not to be so? Tell the chair of governors or the headteacher.",
    ),
    "witness": (
        "The trail’s code for this week",
        "Please keep this mail. Whoever changes what was recorded before it is found out by this code.\n\n{code}\n\n"
        "And a question: does a code from an older mail still hold? Type it in here:",
    ),
}

#: Letters that no clock demands. They keep to the pace of people/pacing.py, and one mail stands for all of somebody's.
CALM = frozenset({"to_read", "view_wanted", "view_answered", "answered", "to_decide", "news"})

#: Calm letters that somebody without an account can follow, by a link of their own.
WITHOUT_ACCOUNT = frozenset({"to_read", "view_wanted", "view_answered", "answered"})

#: What a letter says instead to whoever follows a link of their own.
BY_LINK_WORDS = {"answered": "It stands under “Your questions”."}

#: What a letter says instead, once its time has passed.
LATE_WORDS = {"to_read": "It was to be read by {time}. Please read it now."}

SEVERAL = "Some things for you to read"
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
    letters = _queued([person], kind=kind, at=at, case_id=case_id, about=about, by_when=by_when)
    return letters[0] if letters else None


def owe_letters(
    *,
    people: Sequence[Person],
    kind: str,
    at: datetime,
    about: uuid.UUID | None = None,
    by_when: datetime | None = None,
) -> int:
    """Queue the same letter to many of one school, inside the act that causes it. How many have a mail address."""
    return len(_queued(people, kind=kind, at=at, case_id=None, about=about, by_when=by_when))


def _queued(
    people: Sequence[Person],
    *,
    kind: str,
    at: datetime,
    case_id: uuid.UUID | None,
    about: uuid.UUID | None,
    by_when: datetime | None,
) -> list[Letter]:
    if kind not in WORDS:
        raise ValueError(f"No letter is called {kind}.")
    letters = [
        Letter(
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
        for person in people
        if person.email
    ]
    if letters:
        school_id = letters[0].school_id
        # All letters of an act are written together when it ends. The list is added to in place, and is nobody else's.
        put_off(("letters", school_id), list(letters), _write, of_two=operator.iadd)
        wake(school_id, at)
    return letters


def _write(letters: list[Letter]) -> None:
    Letter.objects.bulk_create(letters)


def withdraw_letters(
    *,
    about: uuid.UUID,
    kinds: Collection[str],
    person_id: uuid.UUID | None = None,
    people: Collection[uuid.UUID] | None = None,
    at: datetime,
) -> None:
    """Take back letters owed until now and not sent yet, so that nobody is mailed about what is done meanwhile.

    Part of a larger act. Those to one person, to several, or to everybody.
    """
    # Some may have been owed earlier in this very act.
    do_now(("letters", school_in_scope()))
    found = Letter.objects.filter(about=about, kind__in=kinds, owed_at__lte=at)
    if person_id is not None:
        found = found.filter(person=person_id)
    if people is not None:
        found = found.filter(person__in=people)
    found.filter(try_at__isnull=False, sent_at__isnull=True).update(try_at=None, dropped="done")


@dataclass(frozen=True)
class Link:
    """A personal link: its address, and the instant in UTC at which it ends."""

    address: str
    ends_at: datetime


def _with_code(code: str) -> tuple[str, str]:
    """The weekly mail to a witness, which leads to where an old code is checked."""
    subject, sentence = WORDS["witness"]
    return subject, "\n\n".join([sentence.replace("{code}", code), f"{settings.SITE}/trail/", FOOT]) + "\n"


def _invitation() -> tuple[str, str]:
    """The mail to somebody who is new here. It opens nothing by itself: the link to set a password is asked for."""
    subject, sentence = WORDS["invited"]
    return subject, "\n\n".join([sentence, f"{settings.SITE}/accounts/password/reset/", FOOT]) + "\n"


def composed(letter: Letter, *others: Letter, link: Link | None = None, code: str = "") -> tuple[str, str]:
    """Subject and text of one mail for these letters, with one sentence for each kind and its soonest time.

    The usual link opens what is due first, after sign-in; it acts on nothing. A personal one stands in its place.
    """
    if letter.kind == "witness":
        return _with_code(code)
    if letter.kind == "invited":
        return _invitation()
    by_kind: dict[str, list[datetime]] = {}
    for one in (letter, *others):
        by_kind.setdefault(one.kind, []).extend([one.by_when] if one.by_when else [])
    lines = []
    for kind, times in by_kind.items():
        subject, sentence = WORDS[kind]
        time = min(times, default=letter.owed_at)
        if time < letter.owed_at:
            sentence = LATE_WORDS.get(kind, sentence)
        sentence = sentence.replace("{time}", clock.spoken(time))
        if link is not None:
            sentence = BY_LINK_WORDS.get(kind, sentence)
        if link is not None and kind not in WITHOUT_ACCOUNT:
            # Whoever has no account cannot be told to sign in.
            sentence = ""
        lines.append(sentence if len(by_kind) == 1 else f"{subject}. {sentence}".rstrip())
    subject = SEVERAL if len(by_kind) > 1 else WORDS[letter.kind][0]
    if link is None:
        return subject, "\n\n".join([*lines, f"{settings.SITE}/next/", FOOT]) + "\n"
    alone = f"This link is for you alone. It ends at {clock.spoken(link.ends_at)}. Please do not pass it on."
    return subject, "\n\n".join([*lines, link.address, alone, FOOT]) + "\n"
