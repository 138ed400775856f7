"""A post that somebody proposed for a school account: sent back, approved by another, put up, shown as a good one."""

import uuid
from datetime import date, time
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from forethought.core.clock import NoSuchTime, TwiceThatTime, from_london, london
from forethought.pages import acts, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.school_posts import GOOD, load_post, press
from forethought.school_accounts import posting
from forethought.school_accounts.rules import LONGEST, LONGEST_ADDRESS


class ReasonForm(acts.Versioned):
    """A few words with a decision."""

    why = fields.Words(
        label="What should be different?", longest=LONGEST, rows=4, missing="Say what should be different."
    )


class ExampleForm(acts.Versioned):
    """What is good in a post."""

    why = fields.Words(label="What is good in it?", longest=LONGEST, rows=3, missing="Say what is good in it.")


class PostedForm(acts.Versioned):
    """When and where it went up."""

    on_day = fields.DateBoxes(label="On which day did it go up?", missing="Enter the day.")
    at_time = fields.TimeText(label="At what time?", missing="Enter the time.", hint="For example, 2pm.")
    address = fields.Line(
        label="Its address", longest=LONGEST_ADDRESS, required=False, hint="The link to the post, if it has one."
    )

    def clean(self) -> dict[str, Any]:
        """Day and time as one instant; a time that the clocks skip or repeat is asked for again."""
        cleaned = super().clean()
        day, clock = cleaned.get("on_day"), cleaned.get("at_time")
        if isinstance(day, date) and isinstance(clock, time):
            try:
                cleaned["shown_at"] = from_london(day, clock)
            except (NoSuchTime, TwiceThatTime) as error:
                self.add_error("at_time", error.sentence)
            except OverflowError:
                self.add_error("on_day", "Choose another day.")
        return cleaned


@page
def send_back(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """Send a post back with a reason."""
    found = load_post(request, post_id, own=False)
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"version": str(found.version)})
    return press(
        request,
        found,
        posting.send_back,
        form,
        title="Send it back",
        button="Send it back",
        done="It is with its writer again.",
        lead=[f"{found.proposer.name} reads your words and can change the post."],
    )


@page
def approve_post(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """Approve somebody else's post."""
    found = load_post(request, post_id, own=False)
    return press(
        request,
        found,
        posting.approve_post,
        title="Approve this post",
        button="Approve it",
        done="It is approved. It can go up now.",
        lead=["You approve it word for word, and with its picture, as you read it. That you did is kept."],
    )


@page
def note_posted(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """Say when and where it went up."""
    found, now = load_post(request, post_id, own=False), london(timezone.now())
    form = PostedForm(
        request.POST if request.method == "POST" else None,
        initial={"version": str(found.version), "on_day": now.date(), "at_time": now.time().replace(second=0)},
    )
    return press(
        request,
        found,
        lambda **said: posting.note_posted(
            **{name: said[name] for name in ("post", "version", "shown_at", "address", "by", "at")}
        ),
        form,
        title="It is up",
        button="It is up",
        done="That is noted.",
        lead=["Put it up on the account first, as it was approved. Its picture is removed here then."],
    )


@page
def mark_example(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """Show it to all staff as a good one."""
    found = load_post(request, post_id, own=False)
    form = ExampleForm(request.POST if request.method == "POST" else None, initial={"version": str(found.version)})
    return press(
        request,
        found,
        posting.mark_example,
        form,
        back=GOOD,
        title="Show it as a good post",
        button="Show it to all staff",
        lead=["All staff read the words of the post and yours, on the page “Good posts”."],
    )


@page
def unmark_example(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """Take it off the page of good posts."""
    return press(
        request,
        load_post(request, post_id, own=False),
        posting.unmark_example,
        title="Take it off the good posts",
        button="Take it off",
        done="It is off the page.",
    )
