"""Posts for school accounts: written, checked, proposed. A custodian who is another decides (post_deciding.py)."""

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from forethought.core.clock import spoken
from forethought.pages import acts, asking, fields, post_checks
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.school_accounts import HOME, load, named
from forethought.people.models import Person
from forethought.school_accounts import post_rules as rules
from forethought.school_accounts import post_standing, posting, standing
from forethought.school_accounts.post_models import SchoolPost
from forethought.school_accounts.post_rules import Consent, Names, Status
from forethought.school_accounts.posting import Written

POSTS = f"{HOME}posts/"
GOOD = f"{HOME}good-posts/"
#: Whose turn it is, in a word's colour.
COLOURS = {Status.PROPOSED: "yellow", Status.SENT_BACK: "red", Status.APPROVED: "blue"}


class PostForm(asking.Form):
    """The words, and two answers about pupils."""

    words = fields.Words(
        label="Your post",
        longest=rules.LONGEST_POST,
        rows=8,
        missing="Write the post first.",
        advice="Make it shorter.",
    )
    consent = fields.Choice(
        label="Did the families of all pupils who can be seen agree?",
        choices=Consent.choices(),
        missing="Say whether they agreed.",
        hint="Look at the school’s list first. Think of the picture too.",
    )
    names = fields.Choice(
        label="Is a pupil named?",
        choices=Names.choices(),
        missing="Say whether a pupil is named.",
        hint="In the words, in the picture, on a peg or a piece of work.",
    )

    def written(self) -> Written:
        """What was written, as the procedures take it."""
        return Written(**{name: self.cleaned_data[name] for name in Written.__dataclass_fields__})


class ChangeForm(PostForm, acts.Versioned):
    """The same once more, as it stood when its writer opened it."""


def line_of(one: SchoolPost) -> dict[str, object]:
    """A post in a list: for which account, and how it stands. None of its words."""
    status = Status(one.status)
    found: dict[str, object] = {
        "text": f"For {named(one.account)}",
        "hint": f"Begun at {spoken(one.written_at, timezone.now())}",
        "status": status.words,
        "href": f"{POSTS}{one.pk}/",
    }
    return {**found, "colour": COLOURS[status]} if status in COLOURS else found


@page
def posts(request: Request) -> HttpResponseBase:
    """One's own posts, and those of others that wait for one as a custodian."""
    me = request.viewer.person
    return render(
        request,
        "forethought/school_accounts/posts.html",
        {
            "title": "Posts for the school",
            "waiting": [line_of(one) for one in post_standing.to_approve(me)],
            "own": [line_of(one) for one in post_standing.own_posts(me)],
            "accounts": [
                {"text": named(one), "href": f"{HOME}{one.pk}/write-post/"}
                for one in standing.accounts().filter(closed_at__isnull=True)
            ],
            "back_href": HOME,
        },
    )


@page
def good_posts(request: Request) -> HttpResponseBase:
    """Posts that custodians show to all staff as good ones. Policy 2.1."""
    now = timezone.now()
    found = [
        {
            "account": named(one.account),
            "words": post_standing.words_of(one),
            "why": one.example_why,
            "address": one.address,
            "when": spoken(one.shown_at, now, year=True) if one.shown_at else "",
        }
        for one in post_standing.good_posts()
    ]
    return render(
        request,
        "forethought/school_accounts/good_posts.html",
        {"title": "Good posts", "posts": found, "back_href": HOME},
    )


def load_post(request: Request, post_id: uuid.UUID, *, own: bool | None = None) -> SchoolPost:
    """A post that the viewer may read, or “no such page”. `own`: only their own; False, only as a custodian."""
    found, me = post_standing.post_for(post_id, request.viewer.person), request.viewer.person
    if found is None or (own is True and found.proposer_id != me.pk):
        raise Http404
    if own is False and not standing.is_custodian(found.account, me):
        raise Http404
    return found


@page
@sensitive_post_parameters()
@sensitive_variables()
def write_post(request: Request, school_account_id: uuid.UUID) -> HttpResponseBase:
    """Begin a post for an account. Any member of staff may."""
    account = load(request, school_account_id)
    form = PostForm(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: posting.write_post(
            account=account, written=form.written(), by=request.viewer.person, at=timezone.now()
        ),
        to=lambda made: f"{POSTS}{made.pk}/",
        title="Write a post for the school",
        button="Check it",
        reason="This account is closed." if account.closed_at else None,
        back_href=f"{HOME}{account.pk}/",
        lead=[
            f"For {named(account)}. Next you see what the check says, and can add a picture. Then you propose it.",
            "This is work. Whoever approves it sees your words, your answers and what the check says.",
        ],
    )


@page
@sensitive_variables()
def school_post(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """One post: its words, what the check says of it, its steps, and what can be done now."""
    found, me, now = load_post(request, post_id), request.viewer.person, timezone.now()
    words, picture = post_standing.words_of(found), post_standing.picture_of(found)
    open_now = found.status not in post_standing.FINAL
    return render(
        request,
        "forethought/school_accounts/post.html",
        {
            "title": "A post for the school",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "status": Status(found.status).words,
            "words": words,
            "check": post_checks.check_of(request, words) if open_now else None,
            "flags": rules.flags(consent=found.consent, names=found.names, picture=picture is not None)
            if open_now
            else (),
            "rows": _rows(found, now),
            "picture": picture,
            "picture_href": f"{POSTS}{found.pk}/post-picture/",
            "picture_check_href": f"{POSTS}{found.pk}/look-at-picture/",
            "steps": [_step(one, now) for one in post_standing.steps_of(found)],
            "base": f"{POSTS}{found.pk}/",
            "version": found.version,
            **can(found, me),
            "back_href": POSTS,
        },
    )


def can(post: SchoolPost, me: Person) -> dict[str, object]:
    """What somebody can do with a post now, and why they cannot approve it."""
    own, custodian = post.proposer_id == me.pk, standing.is_custodian(post.account, me)
    waits = post.status == Status.PROPOSED
    approve = rules.why_not_approve_post(
        status=post.status, custodian=custodian, own=own, consent=post.consent, names=post.names
    )
    return {
        "own": own,
        "edits": own and rules.why_not_move("change_post", post.status) is None,
        "withdraws": rules.why_not_withdraw_post(status=post.status, own=own) is None,
        "decides": custodian and not own and waits,
        "why_not_approve": approve,
        "sends_back": custodian and not own and rules.why_not_move("send_back", post.status) is None,
        "puts_up": custodian and post.status == Status.APPROVED,
        "marks": custodian and post.status == Status.POSTED and post.example_at is None,
        "unmarks": custodian and post.example_at is not None,
        "waits_for_other": waits and (own or not custodian),
    }


def _rows(one: SchoolPost, now: datetime) -> list[dict[str, str]]:
    rows = [
        ("For", named(one.account)),
        ("Written by", one.proposer.name),
        ("Families agreed", Consent(one.consent).words),
        ("Pupils named", Names(one.names).words),
    ]
    if one.approved_at and one.approved_by:
        rows.append(("Approved", f"{spoken(one.approved_at, now)}, by {one.approved_by.name}"))
    if one.shown_at and one.posted_by:
        rows.append(("Went up", f"{spoken(one.shown_at, now)}, says {one.posted_by.name}"))
    rows += [("Address", one.address), ("A good post, because", one.example_why)]
    return [{"key": key, "value": value} for key, value in rows if value]


_STEPS = {
    "propose_post": "Proposed",
    "send_back": "Sent back",
    "approve_post": "Approved",
    "note_posted": "Went up",
}


def _step(one: post_standing.Step, now: datetime) -> dict[str, str]:
    return {"said": f"{_STEPS[one.kind]}, {spoken(one.row.taken_at, now)}, by {one.by}.", "why": one.why}


def press(
    request: Request, found: SchoolPost, do: Any, form: asking.Form | None = None, *, back: str = "", **words: Any
) -> HttpResponseBase:
    """A page with one button for a post, and one procedure."""
    first = {"version": str(found.version)}
    form = form or acts.Versioned(request.POST if request.method == "POST" else None, initial=first)
    return acts.act(
        request,
        form,
        lambda said: do(post=found, **said, by=request.viewer.person, at=timezone.now()),
        to=back or f"{POSTS}{found.pk}/",
        row=found,
        back_href=f"{POSTS}{found.pk}/",
        **words,
    )


@page
@sensitive_post_parameters()
@sensitive_variables()
def change_post(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """Change one's own post."""
    found = load_post(request, post_id, own=True)
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        initial={
            "words": post_standing.words_of(found),
            "consent": found.consent,
            "names": found.names,
            "version": str(found.version),
        },
    )
    return press(
        request,
        found,
        lambda **said: posting.change_post(
            post=found, version=said["version"], written=form.written(), by=said["by"], at=said["at"]
        ),
        form,
        title="Change your post",
        button="Check it again",
        done="It is saved.",
    )


@page
def propose_post(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """Ask the custodians to approve it."""
    return press(
        request,
        load_post(request, post_id, own=True),
        posting.propose_post,
        title="Propose this post",
        button="Propose it",
        done="It waits for a custodian.",
        lead=["The people who look after the account read it, with what the check says. One of them approves it."],
    )


@page
def withdraw_post(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """Take one's own post back."""
    return press(
        request,
        load_post(request, post_id, own=True),
        posting.withdraw_post,
        title="Withdraw this post",
        button="Withdraw it",
        done="It is withdrawn.",
        lead=["It will not go up. Its picture is removed."],
    )
