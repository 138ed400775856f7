"""“Exit this page”: gone at once, signed out, with nothing left behind that Back could show."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseBase
from django.utils.html import format_html

from forethought.pages.asked import Request
from forethought.pages.sign_in_notes import Going


def leave(request: Request) -> HttpResponseBase:
    """Sign out, drop the visit, and go on to a page that says nothing of us.

    Not a redirect: browsers hold one to the rule that our forms post to our own site alone, and would stay on the page
    that somebody had to leave.
    """
    going = Going(request)
    logout(request)
    going.gone()
    response = HttpResponse(
        format_html(
            '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>One moment</title>'
            '<meta name="viewport" content="width=device-width">'
            '<meta http-equiv="refresh" content="0; url={to}"></head>'
            '<body><p><a href="{to}">Go on</a></p></body></html>',
            to=settings.EXIT_TO,
        )
    )
    response.delete_cookie(settings.DRAFT_COOKIE_NAME, samesite="Lax")
    response["Clear-Site-Data"] = '"cache"'
    return response
