"""What every page shows around its own content."""

from django.conf import settings

from forethought.pages.asked import Request


def everywhere(request: Request) -> dict[str, object]:
    """The school's name, the menu, and how long the session lasts without a press."""
    viewer = getattr(request, "viewer", None)
    nav = [
        {"text": "Home", "href": "/", "current": request.path == "/"},
        {"text": "Report", "href": "/report/", "current": request.path.startswith("/report/")},
        {"text": "Get help now", "href": "/help/", "current": request.path == "/help/"},
    ]
    if viewer is None and request.path != settings.LOGIN_URL:
        nav.append({"text": "Sign in", "href": settings.LOGIN_URL, "current": False})
    return {
        "nav": nav,
        "viewer": viewer,
        "school_name": viewer.school_name if viewer else "",
        "idle_seconds": settings.IDLE_SECONDS if viewer else 0,
        "demonstration": settings.DEMONSTRATION,
    }
