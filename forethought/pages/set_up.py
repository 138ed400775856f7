"""Setting a school up in the browser: a link that opens once, seven questions, and the school is live.

No school and no account stands behind these pages yet. Whoever came by the link holds a cookie, and nobody else finds
anything here: an unknown link, a used one and one that has ended are the same page. Clause 2.5.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.audit.procedures import Visitor
from forethought.cases import quorum
from forethought.core import shamir
from forethought.core.errors import Refused
from forethought.founding import gaps, links, mail_try, procedures, rules
from forethought.founding.models import SettingUp
from forethought.pages import asking, crowding
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.set_up_forms import FORMS, ArrivedForm, MailForm, PeopleForm, SharesForm
from forethought.pages.set_up_rows import LEAD, USUAL, lines_of, task_rows
from forethought.pages.signin import first_password_link, too_many
from forethought.people.models import Account, Appointment, Role
from forethought.rows import inside

HOME = "/set-up/"
CHECK = "/set-up/open-school/"
HOLDERS = ("The chair of governors", "The data protection officer", "The safe")

#: Wrong links from one address in an hour, after which it waits, with a right one too.
MOST_WRONG = 20

View = Callable[..., HttpResponseBase]


def ended(request: Request) -> HttpResponseBase:
    """The one page for a link that was used, has ended or never was."""
    return render(request, "forethought/set_up/ended.html", {"title": "This link opens nothing"}, status=404)


def in_set_up(view: View) -> View:
    """Give a page the set-up that this browser goes on with; to everybody else it is the page of a link that ended."""

    @wraps(view)
    def held(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = links.behind_cookie(request.COOKIES.get(settings.SET_UP_COOKIE_NAME, ""), timezone.now())
        if row is None:
            return ended(request)
        if row.finished_at is not None and view.__name__ not in {"live", "set_first_password"}:
            return redirect("set_up_live")
        return view(request, row, *args, **kwargs)

    return held


@page
def begin(request: Request, token: str) -> HttpResponseBase:
    """What the link opens. Only pressing the button uses it up, so that a program that follows links does not."""
    if crowding.so_far(request, "set-up") >= MOST_WRONG:
        return too_many(request)
    now = timezone.now()
    if request.method != "POST":
        if links.behind_link(token, now) is None:
            return wrong_link(request)
        return render(request, "forethought/set_up/begin.html", {"title": "Set up your school"})
    cookie = links.open_link(token, now)
    if cookie is None:
        return wrong_link(request)
    response = redirect("set_up")
    response.set_cookie(
        settings.SET_UP_COOKIE_NAME,
        cookie,
        max_age=int(links.BROWSER.total_seconds()),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def wrong_link(request: Request) -> HttpResponseBase:
    """Count a wrong link, and say what is said of each."""
    crowding.counted(request, "set-up")
    return ended(request)


@page
@in_set_up
def overview(request: Request, row: SettingUp) -> HttpResponseBase:
    """The questions, which are answered, and where to go on."""
    answers = links.answers_of(row)
    following = rules.next_question(answers)
    return render(
        request,
        "forethought/set_up/overview.html",
        {
            "title": "Set up your school",
            "tasks": task_rows(answers),
            "go_on": f"{HOME}{following}/" if following else CHECK,
            "begun": bool(answers),
            "enough": bool(following) and rules.why_not_open(answers) is None,
            "ends_at": row.cookie_ends_at,
        },
    )


@page
@in_set_up
def question(request: Request, row: SettingUp, key: str) -> HttpResponseBase:
    """One question. What is sent is kept, and the next one comes; what was answered before stands in it."""
    asked = rules.question(key)
    if asked is None:
        raise Http404
    answers = links.answers_of(row)
    if request.method == "POST" and request.POST.get("later") == "yes" and not asked.needed:
        return keep(row, key, {**answers.get(key, {}), "later": True})
    if key in {"mail", "shares"}:
        return {"mail": mail, "shares": shares}[key](request, row, answers)
    data, before = request.POST if request.method == "POST" else None, dict(answers.get(key, {}))
    initial = {**(USUAL if key == "policy" else {}), **before}
    kind = FORMS[key]
    if issubclass(kind, PeopleForm):
        form: asking.Form = kind(data, initial=initial, known=rules.known_people(answers, besides=key))
    else:
        form = kind(data, initial=initial)
    if form.is_valid():
        return keep(row, key, dict(form.cleaned_data))
    return show(request, answers, key, form)


def keep(row: SettingUp, key: str, said: dict[str, Any]) -> HttpResponseBase:
    """Keep an answer and go on with the next question, or with the check of all."""
    links.change_answers(row, lambda answers: answers.update({key: said}))
    row.refresh_from_db()
    answers = links.answers_of(row)
    following = rules.next_question(answers, after=key)
    asked = rules.question(key)
    if asked is not None and asked.needed and following and rules.why_not_open(answers) is None:
        # Enough is known: somebody in a hurry may go live now, and is told so.
        return redirect(HOME)
    return redirect(f"{HOME}{following}/" if following else CHECK)


def show(
    request: Request,
    answers: rules.Answers,
    key: str,
    form: asking.Form,
    *,
    button: str = "Save and go on",
    **more: Any,
) -> HttpResponseBase:
    """The page of a question, with its number and the way back to the one before."""
    keys = [one.key for one in rules.QUESTIONS]
    number = keys.index(key) + 1 if key in keys else 0
    asked = rules.QUESTIONS[number - 1] if number else rules.TOLD[0]
    values = {
        "template": "forethought/set_up/question.html",
        "title": asked.title,
        "number": number,
        "of": len(keys),
        "lead": LEAD[key],
        "later": number and not asked.needed,
        "back_href": f"{HOME}{keys[number - 2]}/" if number > 1 else HOME if number else CHECK,
        **more,
    }
    return asking.ask(request, form, button=button, **values)


# --- Mail and shares: in two steps ---


def mail(request: Request, row: SettingUp, answers: dict[str, dict[str, Any]]) -> HttpResponseBase:
    """A real message to an address, and the number that stood in it."""
    said = answers.get("mail", {})
    if request.method == "POST" and "number" in request.POST and said.get("number"):
        form: asking.Form = ArrivedForm(request.POST)
        if form.is_valid():
            if form.cleaned_data["number"].replace(" ", "") == said["number"]:
                return keep(row, "mail", {"to": said["to"], "proved": True})
            form.add_error("number", "That is not the number in the last message. Look again, or send another.")
        return show(request, answers, "mail", form, button="It came", sent_to=said["to"])
    if request.method == "POST":
        form = MailForm(request.POST)
        if form.is_valid():
            number = mail_try.new_number()
            wrong = mail_try.try_mail(to=form.cleaned_data["to"], number=number)
            if wrong:
                form.add_error(None, wrong)
            else:
                kept = {"to": form.cleaned_data["to"], "number": number}
                links.change_answers(row, lambda answers: answers.update({"mail": kept}))
                return redirect(f"{HOME}mail/?sent=yes")
        return show(request, answers, "mail", form, button="Send a message")
    if said.get("number") and request.GET.get("sent") == "yes":
        return show(request, answers, "mail", ArrivedForm(), button="It came", sent_to=said["to"])
    form = MailForm(initial={"to": said.get("to") or answers.get("head", {}).get("head_email", "")})
    return show(request, answers, "mail", form, button="Send a message", proved=bool(said.get("proved")))


def shares(request: Request, row: SettingUp, answers: dict[str, dict[str, Any]]) -> HttpResponseBase:
    """Three shares, shown once; then the last four of each, read off the sheets. The shares are kept nowhere."""
    plan, said = rules.plan_of(answers), answers.get("shares", {})
    if reason := rules.why_not_shares(plan):
        return show(request, answers, "shares", asking.Form(), reason=reason)
    if request.method == "POST" and request.POST.get("make") == "yes":
        made, salt, proof = quorum.new_shares()
        kept = {"salt": salt.hex(), "proof": proof.hex(), "ends": [one[-4:] for one in made]}
        links.change_answers(row, lambda answers: answers.update({"shares": kept}))
        rows = [{"who": who, "share": one} for who, one in zip(HOLDERS, made, strict=True)]
        return render(request, "forethought/set_up/shares.html", {"title": "Three shares", "rows": rows})
    if request.method == "POST" and said.get("ends"):
        form = SharesForm(request.POST)
        if form.is_valid():
            wrong = [
                name
                for name, end in zip(("chair", "officer", "safe"), said["ends"], strict=True)
                if shamir.tidied(form.cleaned_data[name]) != end
            ]
            if not wrong:
                return keep(row, "shares", {"salt": said["salt"], "proof": said["proof"], "proved": True})
            for name in wrong:
                form.add_error(name, "That does not fit. Look at the sheet again. Lost? Make three new ones.")
        return show(request, answers, "shares", form, button="They are in safe hands", asks=True)
    if said.get("ends") and request.GET.get("written") == "yes":
        return show(request, answers, "shares", SharesForm(), button="They are in safe hands", asks=True)
    return show(request, answers, "shares", asking.Form(), makes=True, proved=bool(said.get("proved")))


# --- Live ---


@page
@in_set_up
def open_school(request: Request, row: SettingUp) -> HttpResponseBase:
    """Everything that was answered, what could not be handled yet, and the button that founds the school."""
    answers = links.answers_of(row)
    form = asking.Form(request.POST if request.method == "POST" else None)
    reason = rules.why_not_open(answers)
    if request.method == "POST" and form.is_valid():
        try:
            if reason:
                raise Refused(reason)
            procedures.open_school(plan=rules.plan_of(answers), setting_up=row, by=Visitor(row.pk), at=timezone.now())
            return redirect("set_up_live")
        except Refused as refusal:
            asking.refuse(form, refusal)
    plan = rules.plan_of(answers)
    last = rules.QUESTIONS[-1].key
    return asking.ask(
        request,
        form,
        title="Check, and go live",
        button="Go live",
        template="forethought/set_up/check.html",
        reason=reason if request.method != "POST" else "",
        rows=lines_of(answers),
        gaps=gaps.gaps(plan),
        later=[one for one in rules.QUESTIONS if not one.needed and not rules.is_done(answers, one.key)],
        back_href=f"{HOME}{last}/",
    )


@page
@in_set_up
def live(request: Request, row: SettingUp) -> HttpResponseBase:
    """The school is live: what works from now on, and how the headteacher comes in."""
    if row.founded is None:
        return redirect("set_up")
    with inside(row.founded):
        head = head_of(row)
    return render(
        request,
        "forethought/set_up/live.html",
        {"title": "Your school is live", "waits": head is not None and not head.has_usable_password()},
    )


@page
@in_set_up
def set_first_password(request: Request, row: SettingUp) -> HttpResponseBase:
    """Lead the headteacher to their first password: only while they have none, from this browser, within the hour."""
    if request.method != "POST" or row.founded is None:
        return redirect("set_up_live")
    with inside(row.founded):
        head = head_of(row)
    if head is None or head.has_usable_password():
        return redirect("account_login")
    return redirect(first_password_link(head))


def head_of(row: SettingUp) -> Account | None:
    """How the headteacher signs in, where somebody holds the office."""
    held = Appointment.objects.filter(role=Role.HEAD, ends_at__isnull=True).order_by("rank", "starts_at").first()
    return Account.objects.filter(person_id=held.person_id).first() if held else None
