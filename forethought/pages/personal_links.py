"""Coming in by a personal link: a page that says nothing of anybody, one's name, and a visit of two hours. Clause 2.5.

Opening a link changes nothing, whoever or whatever opens it. A link that has ended and one that never was are one page.
"""

from django.conf import settings
from django.db.models import Sum
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.acknowledgements import links
from forethought.acknowledgements.models import Reading
from forethought.pages import asking, doorways, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.people.models import Doorway, Person
from forethought.rows import inside

NOT_YOURS = "This link was made for someone else. Ask for yours."


class NameForm(asking.Form):
    """Whose link it is, as far as a name tells. What is typed is kept nowhere."""

    name = fields.Line(
        label="Your name",
        longest=120,
        hint="First and last name, as the school knows you.",
        missing="Type your name.",
        # On a shared computer nobody is offered the names of others.
        attrs={"autocomplete": "off", "spellcheck": "false"},
    )


@page
def arrive(request: Request, token: str) -> HttpResponseBase:
    """What a personal link opens: first what is to be read, then the question for one's name."""
    door = doorways.find("personal", token, timezone.now())
    if door is None:
        return ended(request)
    with inside(door.school_id):
        person = links.person_behind(door)
        if person is None:
            return ended(request)
        if request.method != "POST":
            return front(request, door, person)
        if request.viewer:
            # Whoever is signed in would read and confirm as themselves.
            if request.viewer.person.pk == person.pk:
                return redirect("readings")
            return front(request, door, person, status=422, signed_in=True, errors=[{"text": NOT_YOURS}])
        return ask_name(request, door, person)


def front(request: Request, door: Doorway, person: Person, *, status: int = 200, **values: object) -> HttpResponseBase:
    """The school, how long it takes, when the link ends. Nothing about a person."""
    minutes = Reading.objects.filter(ended_at__isnull=True).aggregate(whole=Sum("minutes"))["whole"]
    values |= {"title": "A policy to read", "school_name": person.school.name, "minutes": minutes, "door": door}
    return render(request, "forethought/readings/arrive.html", values, status=status)


def ask_name(request: Request, door: Doorway, person: Person) -> HttpResponseBase:
    """Ask for the name; one that fits opens a visit, and the token leaves the address."""
    form = NameForm(request.POST if "name" in request.POST else None)
    if form.is_valid():
        now = timezone.now()
        if links.opens_to(door=door, typed=form.cleaned_data["name"], name=person.name, at=now):
            return with_reader(redirect("readings"), links.open_visit(door=door, at=now))
        if not links.is_live(door=door, at=now):
            return ended(request)
        form.add_error("name", NOT_YOURS)
    return asking.ask(
        request,
        form,
        title="Type your name",
        button="Go on",
        school_name=person.school.name,
        lead=["So that nobody confirms for somebody else. What you type here is not kept."],
    )


def ended(request: Request) -> HttpResponseBase:
    """The one page for a link that has ended, was ended, or never was."""
    return render(request, "forethought/readings/ended.html", {"title": "This link has ended"}, status=404)


def with_reader(response: HttpResponseBase, token: str) -> HttpResponseBase:
    """Give a browser the cookie of a reader's visit."""
    response.set_cookie(
        settings.READER_COOKIE_NAME,
        token,
        max_age=int(links.VISIT.total_seconds()),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


@page
@require_POST
def forget_visit(request: Request) -> HttpResponseBase:
    """Leave: the visit ends and nothing of it stays in the browser."""
    if token := request.COOKIES.get(settings.READER_COOKIE_NAME, ""):
        links.end_visit(token=token, at=timezone.now())
    response = render(request, "forethought/readings/left.html", {"title": "You have left"})
    response.delete_cookie(settings.READER_COOKIE_NAME, samesite="Lax")
    response["Clear-Site-Data"] = '"cache"'
    return response
