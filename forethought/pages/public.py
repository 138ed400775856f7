"""Pages that are the same for everyone and hold nothing of any school, kept in memory once made."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

#: Path to template. Only pages without a form, a name or a date belong here.
PAGES = {
    "/": ("public/start.html", "Forethought"),
    "/report/on-paper/": ("report/on_paper.html", "What happened: a form on paper"),
    "/help/": ("public/help.html", "Get help now"),
    "/accessibility/": ("public/accessibility.html", "Accessibility"),
    "/privacy/": ("public/privacy.html", "Privacy"),
    "/what-this-never-does/": ("public/never.html", "What this system never does"),
    "/departures/": ("public/departures.html", "Where this differs from the policy’s letter"),
}

_made: dict[str, tuple[bytes, dict[str, str]]] = {}


def from_memory(request: HttpRequest) -> HttpResponse | None:
    """A public page for somebody who is not signed in, or nothing.

    The start page is somebody's home once they are signed in or came with a code, so their cookies lead past this.
    """
    path = request.path_info
    if path not in PAGES or {settings.SESSION_COOKIE_NAME, settings.DRAFT_COOKIE_NAME} & request.COOKIES.keys():
        return None
    if path not in _made:
        _made[path] = make(path)
    body, headers = _made[path]
    return HttpResponse(body, headers=headers)


def make(path: str) -> tuple[bytes, dict[str, str]]:
    """A page's bytes and headers."""
    template, title = PAGES[path]
    body = render_to_string(f"forethought/{template}", {"title": title, "public": True}).encode()
    return body, headers_of(body)


def headers_of(body: bytes) -> dict[str, str]:
    """The headers of a page that is made without the rest of the middleware."""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Content-Security-Policy": settings.CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
    return headers


def page(request: HttpRequest, path: str) -> HttpResponse:
    """The same page for somebody signed in, with their own header."""
    template, title = PAGES[path]
    return render(request, f"forethought/{template}", {"title": title})
