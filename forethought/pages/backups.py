"""Backups, for those who answer for the school: is there one, was it tested, does the card work."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.backups import procedures, quarantine, rules
from forethought.backups.standing import Far, Standing, standing
from forethought.core.clock import london, spoken, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import BACKERS
from forethought.people.models import Person

HOME = "/backups/"


class DrillForm(asking.Form):
    """How a drill went: the minutes it took, and whether everything came back."""

    minutes = fields.Line(
        label="How many minutes did it take?",
        hint="From taking the card out to seeing a page. A whole number.",
        longest=40,
        width=5,
        missing="Give the minutes.",
    )
    whole = fields.Choice(
        label="Did everything come back?",
        choices=[("yes", "Yes, the program said so"), ("no", "No, or it could not be done")],
        missing="Say whether everything came back.",
    )

    def clean_minutes(self) -> int:
        """The minutes as a number."""
        text = self.cleaned_data["minutes"]
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= 10_000):
            raise asking.forms.ValidationError("Give the minutes as a whole number, such as 40.")
        return int(text)


@page
def backups(request: Request) -> HttpResponseBase:
    """How the backups stand, and the drill from the card."""
    now, found = timezone.now(), standing()
    return render(
        request,
        "forethought/backups/backups.html",
        {
            "title": "Backups",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "wrong": found.wrong(now),
            "rows": rows_of(found, now),
            "elsewhere": found.elsewhere,
            "quiet": quarantine.stands(),
            "drill_due": drill_due(found, now),
        },
    )


@page
def take_over_places(request: Request) -> HttpResponseBase:
    """Say that this installation keeps its backups in the places that are set, whoever had them before."""
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda _: procedures.take_over_places(by=request.viewer.person, at=timezone.now()),
        to=HOME,
        title="This machine takes over the backups",
        button="Yes, this machine takes over",
        done="This machine keeps its backups there from now on. The next one comes within ten minutes.",
        back_href=HOME,
        lead=[
            "Say so when the old server is gone and this one takes its place.",
            "Another machine that kept backups there makes none from then on, and tells its own people.",
            "Was this machine made to try the card? Then do not take over. Ask whoever looks after it to empty it.",
        ],
    )


def rows_of(found: Standing, now: datetime) -> list[dict[str, str]]:
    """The lines of the page."""
    schedule = rules.Schedule(*settings.BACKUP_SCHEDULE)
    return [
        {"key": "Last good backup", "value": spoken(found.backed_up_at, now) if found.backed_up_at else "None."},
        {"key": "Last test", "value": tested(found)},
        {"key": "Last drill from the card", "value": drilled(found)},
        {
            "key": "Kept",
            "value": f"The newest of each of {schedule.hourly} hours, {schedule.daily} days and {schedule.monthly} "
            f"months. What is destroyed here can be opened from none after {settings.BACKUPS_KEPT_DAYS} days.",
        },
        {
            "key": "The school’s keys",
            "value": "Copied to another place, locked to the card."
            if found.keys_are_set
            else "In no backup. They must be on paper in the safe: without them nobody can read what is restored.",
        },
        *([{"key": "The second machine", "value": on_far(found.far)}] if found.far else []),
    ]


def on_far(far: Far) -> str:
    """How the second machine stands, without its name."""
    if not far.is_confirmed:
        return "Nobody has confirmed yet that it is the right one. Until then nothing goes there. Ask IT support."
    if not far.is_sure:
        return (
            "It takes backups, and does not promise to keep the newest ones through a power cut. The test of each "
            "night reads them back."
        )
    return "It is known by its key. A backup counts once that machine says that it is on its disk."


def tested(found: Standing) -> str:
    """What came of the last test of the night."""
    if found.tried_at is None:
        return "Not yet. It is done every night, from half past three."
    day = spoken_day(london(found.tried_at).date(), year=True)
    if found.faults:
        return f"{day}: it did not pass. The log of the server says why. The earlier backups are kept."
    return f"{day}: it came back whole, and its trail is in order."


def drilled(found: Standing) -> str:
    """When somebody last brought a backup back from the card."""
    if found.drill is None:
        return "Never. Until then nobody knows whether the card works."
    day = spoken_day(london(found.drill.drilled_at).date(), year=True)
    said = "everything came back" if found.drill.whole else "it did not work"
    return f"{day}: {said}, in {found.drill.minutes} minutes. {name_of(found.drill.drilled_by)} did it."


def drill_due(found: Standing, now: datetime) -> bool:
    """Whether a drill is due: once a term, and after one that failed."""
    drill = found.drill
    return drill is None or not drill.whole or now - drill.drilled_at > rules.DRILL_EVERY


def name_of(person_id: str) -> str:
    """Who somebody is, by the id in a row."""
    found = Person.objects.filter(pk=person_id).first()
    return found.name if found else "Somebody"


@page
def record_drill(request: Request) -> HttpResponseBase:
    """Record how a drill from the card went."""
    return acts.act(
        request,
        DrillForm(request.POST if request.method == "POST" else None),
        lambda said: procedures.record_drill(
            school_id=request.viewer.person.school_id,
            minutes=said["minutes"],
            whole=said["whole"] == "yes",
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=HOME,
        title="Record a drill",
        button="Record it",
        done="The drill is recorded.",
        back_href=HOME,
    )


@page
def restored(request: Request) -> HttpResponseBase:
    """What is missing since the backup that this school came back from, and who has looked at it."""
    now, row = timezone.now(), quarantine.standing()
    values: dict[str, Any] = {"title": "Back from a backup", "back_href": HOME, "row": row}
    if row is not None:
        values |= {
            "notice": acts.noted(request),
            "notice_kind": "success",
            "backup": spoken(row.backup_at, now),
            "restored": spoken(row.restored_at, now),
            "lines": gap_lines(row.gap),
            "elsewhere": standing().elsewhere,
            "reviewed": name_of(row.reviewed_by) if row.reviewed_by else "",
            "mine": row.reviewed_by == str(request.viewer.person.id),
        }
    return render(request, "forethought/backups/restored.html", values)


def gap_lines(gap: dict[str, Any]) -> list[str]:
    """What is known to be missing, in sentences that say nothing of a case.

    Whether anything was destroyed, and whether anybody was kept out of a case, stands here for nobody: whoever reads
    this may be the one who is kept out. The same sentence stands on every such page.
    """
    lines = []
    if gap.get("acts"):
        lines.append("Things were done after the backup was made. What they were is not known here: ask everybody.")
    if left := gap.get("left"):
        names = Person.objects.filter(pk__in=left).order_by("name").values_list("name", flat=True)
        lines.append(f"Left since. It was noted again, and they cannot sign in: {', '.join(names)}.")
    lines.append("What had been destroyed on an instruction, and who may not see what: done again by itself.")
    return lines


@page
def release_school(request: Request) -> HttpResponseBase:
    """Say that one has looked at what is missing."""
    row = quarantine.standing()
    if row is None:
        return redirect(HOME)
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda _: procedures.release_school(quarantine=row, by=request.viewer.person, at=timezone.now()),
        to=lambda ended: HOME if ended else f"{HOME}restored/",
        title="I have looked at what is missing",
        button="Yes, letters and deadlines may go on" if row.reviewed_by else "Yes, I have looked",
        done="It is noted.",
        back_href=f"{HOME}restored/",
        lead=[
            "Two people say so, one of them the headteacher. After the second, letters go out and deadlines fire. "
            "Those of the time in between too.",
        ],
    )


def banner_for(roles: frozenset[str], now: datetime) -> dict[str, str]:
    """What the home page says at its top about backups to those who answer for them; empty when all is well."""
    if not roles & BACKERS or settings.DEMONSTRATION:
        return {}
    if quarantine.stands():
        return {
            "text": "The school came back from a backup. Nothing goes out until two people have looked.",
            "href": f"{HOME}restored/",
            "link": "Look at it",
        }
    wrong = standing().wrong(now)
    return {"text": wrong, "href": HOME, "link": "Backups"} if wrong else {}
