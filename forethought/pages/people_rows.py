"""The list of adults in rows, and one adult in lines."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q

from forethought.acknowledgements.models import Task
from forethought.acknowledgements.picture import team_of
from forethought.core.clock import london, spoken_day
from forethought.people.models import Account, Appointment, Engagement, Kind, Person, Role

LIST = "/people/"
PAGE = 25

Cells = list[dict[str, Any]]


def listed(*, begins: str, left: bool, after: uuid.UUID | None) -> tuple[list[Person], bool]:
    """A page of people by name, from after one of them, and whether there are more. Never counted, never sorted whole.

    `begins`: the beginning of their name, or of a word in it.
    """
    people = Person.objects.filter(left_at__isnull=not left)
    if begins:
        people = people.filter(Q(name__istartswith=begins) | Q(name__icontains=f" {begins}"))
    mark = Person.objects.filter(pk=after).values_list("name", "id").first() if after else None
    if mark:
        name, person = mark
        people = people.filter(Q(name__gt=name) | Q(name=name, id__gt=person), name__gte=name)
    rows = list(people.order_by("name", "id")[: PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


def list_href(*, search: bool, left: bool, after: uuid.UUID | None = None) -> str:
    """The address of a page of the list: whether it is a search, not what was searched for."""
    asked = {"search": "yes" if search else "", "left": "yes" if left else "", "after": str(after or "")}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{LIST}?{query}" if query else LIST


def pages_of(
    people: Sequence[Person], more: bool, *, search: bool, left: bool, after: uuid.UUID | None
) -> dict[str, str]:
    """The values of the pagination component for a list."""
    return {
        "next_href": list_href(search=search, left=left, after=people[-1].pk) if more else "",
        "previous_href": list_href(search=search, left=left) if after else "",
        "previous_label": "The beginning",
    }


def person_rows(people: Sequence[Person], today: date) -> list[Cells]:
    """A line for each person: what they are engaged as and when, whether they sign in, and who manages them."""
    engagements: dict[uuid.UUID, list[Engagement]] = defaultdict(list)
    for one in Engagement.objects.filter(person__in=people).select_related("manager").order_by("starts_on", "id"):
        engagements[one.person_id].append(one)
    ids = [person.pk for person in people]
    sign_in = set(Account.objects.filter(person_id__in=ids, is_active=True).values_list("person_id", flat=True))
    return [person_row(one, engagements[one.pk], one.pk in sign_in, today) for one in people]


def person_row(person: Person, engagements: Sequence[Engagement], signs_in: bool, today: date) -> Cells:
    """One line of the list."""
    now = [one for one in engagements if one.ends_on is None or one.ends_on >= today]
    shown = [said(one, today) for one in now or engagements[-1:]]
    managers = dict.fromkeys(one.manager.name for one in now if one.manager is not None)
    return [
        {"label": "Name", "text": person.name, "href": f"{LIST}{person.pk}/"},
        {"label": "Engaged as", "text": "; ".join(shown) or "Not engaged here"},
        {"label": "Signs in", "text": "Yes" if signs_in else "No"},
        {"label": "Manager", "text": ", ".join(managers) or "None"},
    ]


def day(value: date) -> str:
    """A day without its weekday: a list has many."""
    return f"{value.day} {value:%B %Y}"


def said(one: Engagement, today: date) -> str:
    """What somebody is engaged as and when: “Agency, on 3 March 2026”."""
    label = str(Kind(one.kind).label)
    if one.ends_on is None:
        return f"{label}, {'since' if one.starts_on <= today else 'from'} {day(one.starts_on)}"
    if one.ends_on < one.starts_on:
        return f"{label}, did not begin"
    if one.ends_on == one.starts_on:
        return f"{label}, on {day(one.starts_on)}"
    return f"{label}, {day(one.starts_on)} to {day(one.ends_on)}"


def pick_from(besides: Person | None) -> tuple[list[tuple[str, str]], dict[str, Person]]:
    """Everybody who is here, to choose from: two of the same name are told apart by their address."""
    people = Person.objects.filter(left_at__isnull=True).order_by("name", "id")
    here = [one for one in people if besides is None or one.pk != besides.pk]
    often = Counter(one.name for one in here)
    named = [
        (str(one.pk), f"{one.name} ({one.email or 'no email address'})" if often[one.name] > 1 else one.name)
        for one in here
    ]
    return named, {str(one.pk): one for one in here}


def lines_of(person: Person, at: datetime) -> list[dict[str, str]]:
    """Somebody in lines; `ends` says of a line what ends when they leave."""
    rows = [("Email address", person.email or "None", "")]
    signs_in = Account.objects.filter(person_id=person.pk, is_active=True).exists()
    rows.append(("Signs in", "Yes", "their sign-in") if signs_in else ("Signs in", "No", ""))
    held = Appointment.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), person=person)
    roles = [str(Role(role).label) for role in held.order_by("starts_at", "id").values_list("role", flat=True)]
    if roles:
        names = ", ".join(dict.fromkeys(roles))
        rows.append(("Roles", names, f"their roles: {names}"))
    count = team_of(person, london(at).date()).values("person").distinct().count()
    if count:
        many = "one person" if count == 1 else f"{count} people"
        rows.append(("Manages", many.capitalize(), f"being the manager of {many}, who then have none"))
    if person.left_at is not None:
        rows.append(("Left", spoken_day(person.left_at, year=True), ""))
    return [{"key": key, "value": value, "ends": ends} for key, value, ends in rows]


def engagement_rows(person: Person, home: str, today: date) -> list[dict[str, str]]:
    """Each engagement of somebody, the latest first, with what can be done about those that go on."""
    found = Engagement.objects.filter(person=person).select_related("manager")
    rows = []
    for one in found.order_by(F("ends_on").desc(nulls_first=True), "-starts_on", "id"):
        goes_on = (one.ends_on is None or one.ends_on >= today) and person.left_at is None
        rows.append(
            {
                "said": said(one, today),
                "manager": one.manager.name if one.manager is not None else "",
                "end_href": f"{home}{one.pk}/end-engagement/" if goes_on else "",
                "manager_href": f"{home}{one.pk}/name-manager/" if goes_on else "",
            }
        )
    return rows


def reading_links(person: Person) -> list[dict[str, str]]:
    """What somebody was asked to read. Whether they confirmed stands behind the link, where looking is noted."""
    tasks = Task.objects.filter(person=person).select_related("reading").defer("seen").order_by("-asked_at", "id")
    return [
        {"text": f"{one.reading.title[:1].upper()}{one.reading.title[1:]}", "href": f"/readers/tasks/{one.pk}/"}
        for one in tasks
    ]
