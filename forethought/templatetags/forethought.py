"""Times in words, in every template."""

from datetime import datetime

from django import template

register = template.Library()


@register.filter
def spoken(at: datetime | None) -> str:
    """An instant in London words: “6pm on Friday 20 November 2026”. Empty for nothing."""
    if at is None:
        return ""
    from forethought.core import clock

    return clock.spoken(at)
