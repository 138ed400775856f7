"""Setting up a new second step with the code that was read out, and stopping what one did not ask for. Clause 2.5."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views import View

from forethought.core.errors import Refused
from forethought.pages import asking, fields, proving
from forethought.pages.signin import tell
from forethought.people.models import Account, Person
from forethought.signing_in import restoring
from forethought.signing_in.models import Restoring

_RESTORED = "restored"


def must_type_code(request: HttpRequest) -> bool:
    """Whether somebody's second step was taken off because it was lost, and this session has not shown the code yet."""
    if not request.user.is_authenticated or proving.came_with_second_step(request):
        return False
    row = restoring.to_set_up(request.user)
    return row is not None and request.session.get(_RESTORED) != str(row.pk)


class CodeFirst:
    """A page that sets up a second step: after a loss only for whoever has the code, since a password is not enough."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if must_type_code(request):
            return redirect("use_restoring_code")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc, no-any-return]


class CodeForm(asking.Form):
    """The code that was read out."""

    code = fields.Line(
        label="Code",
        longest=20,
        width=10,
        hint="The second of the two who helped you reads it out. For example, K7QW-4M2X.",
        missing="Type the code.",
        attrs={"autocomplete": "off", "spellcheck": "false"},
    )


class UseRestoringCode(LoginRequiredMixin, View):
    """Type the code."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.show(request, CodeForm()) if must_type_code(request) else redirect("second_step")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form, account = CodeForm(request.POST), own(request)
        if not must_type_code(request):
            return redirect("second_step")
        if not form.is_valid():
            return self.show(request, form)
        person = Person.objects.get(pk=account.person_id)
        try:
            row = restoring.use_restoring_code(
                account=account, code=form.cleaned_data["code"], by=person, at=timezone.now()
            )
        except Refused as refusal:
            asking.refuse(form, refusal)
            return self.show(request, form)
        if row is None:
            form.add_error("code", restoring.WRONG_CODE)
            return self.show(request, form)
        request.session[_RESTORED] = str(row.pk)
        return redirect("second_step")

    def show(self, request: HttpRequest, form: CodeForm) -> HttpResponse:
        return asking.ask(
            request,  # type: ignore[arg-type]
            form,
            title="Set up a new second step",
            button="Go on",
            lead=["Your old second step was taken off, because it was lost. The code works once, for a day."],
        )


class StopRestoring(LoginRequiredMixin, View):
    """Stop what somebody proposed for oneself and one did not ask for."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        account = own(request)
        person = Person.objects.get(pk=account.person_id)
        for row in waiting_for(account):
            try:
                restoring.decline_restoring(restoring=row, by=person, at=timezone.now())
                tell(request, "It is stopped. Nothing was changed. Tell the headteacher or the chair of governors.")
            except Refused as refusal:
                tell(request, refusal.sentence, wrong=True)
        return redirect("mfa_index")


def waiting_for(account: Account) -> list[Restoring]:
    """What was proposed for somebody and waits for the second of two."""
    return [one for one in restoring.waiting(timezone.now()) if one.account_id == account.pk]


def own(request: HttpRequest) -> Account:
    """The account of whoever is signed in."""
    assert request.user.is_authenticated
    return request.user
