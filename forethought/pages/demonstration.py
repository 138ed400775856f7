"""Being one of the cast of the demonstration school with one click. Never outside it."""

import uuid

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.pages import proving, sign_in_notes
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.people.models import Account, Person, Role, School
from forethought.people.sessions import roles_of
from forethought.rows import inside


def school_shown() -> School:
    """The demonstration school, or “no such page” anywhere else."""
    if not settings.DEMONSTRATION:
        raise Http404
    account = Account.objects.filter(is_active=True).first()
    if account is None:
        raise Http404
    with inside(account.school_id):
        school = School.objects.filter(pk=account.school_id, demonstration=True).first()
    if school is None:
        raise Http404
    return school


@page
def cast(request: Request) -> HttpResponseBase:
    """Everybody one can be here."""
    school = school_shown()
    now, rows = timezone.now(), []
    with inside(school.id):
        for account in Account.objects.filter(school_id=school.id, is_active=True).order_by("made_at", "email"):
            person = Person.objects.get(pk=account.person_id)
            roles = [Role(role).label for role in sorted(roles_of(person, now))]
            rows.append({"account": account, "name": person.name, "roles": ", ".join(roles) or "Member of staff"})
    return render(
        request,
        "forethought/demonstration/cast.html",
        {
            "title": "Who would you like to be?",
            "rows": rows,
            "demonstrated": school.name,
            "staffroom_code": staffroom_code(),
        },
    )


def staffroom_code() -> str:
    """The code that `manage.py demo` left beside the data. The database itself holds only its hash."""
    try:
        return (settings.DATA / "staffroom-code.txt").read_text().strip()
    except OSError:
        return ""


@page
@require_POST
def be(request: Request, account_id: uuid.UUID) -> HttpResponseBase:
    """Sign in as one of the cast."""
    school = school_shown()
    account = Account.objects.filter(pk=account_id, school_id=school.id, is_active=True).first()
    if account is None:
        raise Http404
    proving.sign_in_as(request, account)
    sign_in_notes.came_in(request, account)
    return redirect("/")
