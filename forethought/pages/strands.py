"""One matter, several sides: opening one by hand, and the block that shows what was opened. Clause 8.1."""

from collections.abc import Collection

from django.http import HttpResponseBase
from django.utils import timezone

from forethought.cases.models import Case
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import address_of
from forethought.reports import strands
from forethought.reports.forking import BY_HAND, LED, Strand


class StrandForm(asking.Form):
    """Another side of the matter."""

    strand = fields.Choice(
        label="What else is it?",
        choices=[(str(one), one.words) for one in BY_HAND],
        missing="Choose what it is.",
        hints={str(one): f"Led by {LED[one].lead}. {LED[one].words}" for one in BY_HAND},
    )
    reason = fields.Words(label="Why?", longest=5000, rows=3, missing="Say why in a few words.")

    def offer(self, which: Collection[Strand]) -> None:
        """Offer these sides alone."""
        self.fields["strand"].choices = [(str(one), one.words) for one in which]  # type: ignore[attr-defined]


@page
def open_strand(request: Request, case: Case) -> HttpResponseBase:
    """Open another side of a matter, with the reason."""
    home = address_of(case.kind, case.id)
    form = StrandForm(request.POST if request.method == "POST" else None)
    form.offer([one for one in BY_HAND if not strands.is_for_behaviour(case, one)])
    return acts.act(
        request,
        form,
        lambda said: strands.open_strand(case=case, **said, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="There is another side to this",
        button="Open it",
        done="It was opened. Whoever leads it has been told.",
        back_href=home,
        lead=["Each side has people, words and clocks of its own. Who deals with one may not see the other."],
    )
