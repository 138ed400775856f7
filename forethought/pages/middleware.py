"""What happens around every page: public pages from memory, headers, and the one school a request belongs to."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from forethought.audit.procedures import Visitor
from forethought.pages import doorways, public, status
from forethought.pages.asked import Request
from forethought.people.models import Account, Person
from forethought.people.sessions import person_of, roles_of
from forethought.rows import inside

#: Where somebody who came by a personal link may go: what they are asked to read, and the change they may speak to.
READER_PATHS = ("/reading/", "/consultations/")

Answer = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True)
class Viewer:
    """Who is looking: the person, the account they came with, and the roles they hold now."""

    person: Person
    account: Account
    roles: frozenset[str]
    school_name: str

    @property
    def actor(self) -> Person:
        return self.person


class PublicPages:
    """Pages that are the same for everyone, made once and served from memory; and the headers of every answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"} and (page := public.from_memory(request) or status.before_all(request)):
            return page
        # Django checks the name it was called by only where it is used; an unknown one is refused everywhere.
        request.get_host()
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "geolocation=(), camera=(), microphone=(), interest-cohort=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith(settings.STATIC_URL):
            # Nothing about a person is left in a browser on a shared machine.
            response.headers["Cache-Control"] = "no-store"
        return response


class LargeForms:
    """Lets a page read its form before the token in it is looked for: one that takes a whole policy, and says what is
    too large in it. Only for somebody signed in.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Request, view: object, args: object, kwargs: object) -> None:
        reads = getattr(view, "reads_first", None)
        if reads is not None and request.method == "POST" and request.viewer is not None:
            reads(request)


class OneSchool:
    """Finds who is looking and does everything else inside their school, and no other."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.viewer = None
        request.visitor = None
        request.reader = None
        now = timezone.now()
        account = request.user if request.user.is_authenticated else None
        if account is not None and not still_here(request, now):
            logout(request)
            account = None
        if account is not None:
            with inside(account.school_id):
                found = person_of(account)
                if found is None:
                    logout(request)
                else:
                    person, school_name = found
                    request.viewer = Viewer(person, account, roles_of(person, now), school_name)
                    request.reader = person
                    return self.get_response(request)
        if request.path.startswith(READER_PATHS) and (came := doorways.reader_of(request, now)):
            with inside(came[0]):
                here = Person.objects.select_related("school").filter(left_at__isnull=True)
                request.reader = here.filter(pk=came[1]).first()
                return self.get_response(request)
        school_id, visit = doorways.of(request, now)
        if visit is not None:
            request.visitor = Visitor(visit)
        with inside(school_id) if school_id else nullcontext():
            return self.get_response(request)


def still_here(request: HttpRequest, now: datetime) -> bool:
    """Whether a session is younger than eight hours and was used in the last ten minutes (reliability.md 4).

    Written back at most once a minute, so that reading pages costs no write.
    """
    seconds = int(now.timestamp())
    session = request.session
    started = session.get("started", seconds)
    seen = session.get("seen", seconds)
    if seconds - seen > settings.IDLE_SECONDS or seconds - started > settings.SESSION_COOKIE_AGE:
        return False
    if ("started" not in session or seconds - seen > 60) and not getattr(request, "reads_only", False):
        session["started"], session["seen"] = started, seconds
    return True
