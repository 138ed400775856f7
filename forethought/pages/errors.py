"""Pages for when something is not there, not allowed, or broken. “Not yours” and “no such” are one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page, or not yours: the same answer."""
    return render(request, "forethought/errors/not_found.html", {"title": "Page not found"}, status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What arrived could not be read."""
    return render(request, "forethought/errors/bad_request.html", {"title": "That could not be read"}, status=400)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form did not come from our own page, or has been open too long."""
    return render(request, "forethought/errors/csrf.html", {"title": "Please send that again"}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours. Needs no database."""
    from django.template.loader import render_to_string

    body = render_to_string("forethought/errors/broken.html", {"title": "Something went wrong", "public": True})
    return HttpResponse(body, status=500)
