"""The one page on which a record is sealed away, wherever somebody met it. Clause 7.4; law.md 1.4."""

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from forethought.evidence import away_rules as rules
from forethought.evidence.models import Exhibit
from forethought.pages import acts, asking, fields
from forethought.pages.asked import Request
from forethought.safeguarding import sealing_away


class SealForm(asking.Form):
    """Why it should not have been kept. Nobody is asked to describe it."""

    why = fields.Choice(
        label="Why should it not have been kept?", choices=list(rules.WHYS.items()), missing="Choose a reason."
    )
    words = fields.Words(
        label="Anything that others must know",
        longest=1000,
        rows=3,
        hint="Do not describe what it shows, and do not look again.",
        required=False,
    )


def seal_page(
    request: Request, exhibit: Exhibit, answers: dict[str, Any], *, by: Any, back: str, **values: Any
) -> HttpResponseBase:
    """The one page on which a record is sealed away, wherever somebody met it."""
    form = SealForm(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: sealing_away.seal_away(
            exhibit=exhibit, why=said["why"], words=said["words"], answers=answers, by=by, at=timezone.now()
        ),
        to=back,
        title="Seal this record away",
        button="Seal it away now",
        done="Sealed away. Nobody can open it.",
        back_href=back,
        lead=[
            "From this moment nobody can open it, you included. Nothing is deleted.",
            "Those who must know are told at once. Only two of them together can release it or have it destroyed.",
            "You have done nothing wrong. You need not look again, and you need not explain what it shows.",
        ],
        **values,
    )
