"""Times in words, and the addresses of our own files, in every template."""

from datetime import datetime
from functools import cache

from django import template
from django.templatetags.static import static

register = template.Library()


@register.filter
def spoken(at: datetime | None) -> str:
    """An instant in London words: “6pm on Friday 20 November 2026”. Empty for nothing."""
    if at is None:
        return ""
    from forethought.core import clock

    return clock.spoken(at)


@register.simple_tag
@cache
def asset(path: str) -> str:
    """The address of a file of ours, looked up once: the frame of every page names seven, and they never change."""
    return static(path)
