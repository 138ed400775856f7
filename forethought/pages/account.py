"""Signing in and out, the second step, and changing either: allauth's views with our questions and our words."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account import forms as account_forms
from allauth.account import views as account_views
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.base import views as code_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import forms as app_forms
from allauth.mfa.totp import views as app_views
from allauth.mfa.webauthn import forms as passkey_forms
from allauth.mfa.webauthn import views as passkey_views
from allauth.mfa.webauthn.internal import auth as passkeys
from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.generic import TemplateView

from forethought.pages import elsewhere_rows, own_restoring, proving, sign_in_notes
from forethought.pages.own_restoring import CodeFirst
from forethought.pages.signin import DID_NOT_WORK, NOT_SIGNED_IN, tell

WRONG_CODE = "That code did not work. Each code works once: wait for the next one, then type it."
HINT = "12 characters or more. Three words with a space between them are easy to keep in mind."
LONGEST_PASSWORD = 128
LONGEST_NAME = 60


# --- Questions ---


def email_field() -> forms.EmailField:
    """An address as a browser's password store knows it."""
    wrong = "Enter your email address, like name@school.sch.uk."
    return forms.EmailField(
        label="Email address",
        max_length=254,
        error_messages={"required": "Enter your email address.", "invalid": wrong, "max_length": wrong},
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}),
    )


def ask(field: forms.Field, label: str, missing: str, hint: str = "", **attrs: str) -> None:
    """Give one of allauth's questions our words."""
    field.label, field.help_text = label, hint
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({name.replace("_", "-"): value for name, value in attrs.items()})


def ask_new_password(form: forms.Form) -> None:
    """Ask for a new password once: what is typed twice is pasted twice. A slip is cured by another link."""
    del form.fields["password2"]
    field = form.fields["password1"]
    ask(field, "New password", "Enter a new password.", HINT)
    field.validators.append(MaxLengthValidator(LONGEST_PASSWORD, f"Use {LONGEST_PASSWORD} characters or fewer."))


class SignInForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = email_field()
        ask(self.fields["password"], "Password", "Enter your password.")


class PasswordForm(account_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask(self.fields["password"], "Password", "Enter your password.")


class ResetForm(account_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = email_field()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """A link for whoever has an account. Nobody else is written to: this is no way to send mail to strangers."""
        return super().save(request, **kwargs) if self.users else self.cleaned_data["email"]


class NewPasswordForm(account_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_new_password(self)


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask(self.fields["oldpassword"], "Your password now", "Enter the password you have now.")
        ask_new_password(self)


class OneCode(forms.Form):
    """A code from an app or from the list of recovery codes, each of which works once."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        new = isinstance(self, app_forms.ActivateTOTPForm)
        if new or "totp" in proving.kinds_of(self.user):
            hint = "The six numbers that it shows now." if new else "No phone at hand? A recovery code works too."
            ask(self.fields["code"], "Code from your app", "Enter the code that your app shows.", hint)
        else:
            ask(self.fields["code"], "Recovery code", "Enter one of your recovery codes.", "Each one works once.")
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        self.fields["code"].widget.attrs.update(attrs, **{"class": "govuk-input--width-10"})

    def clean_code(self) -> str:
        """The code, once. allauth forgets it after one period, while it may be good for three (bad input 65)."""
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError as error:
            if error.code == "incorrect_code":
                self.missed()
            raise error if error.code != "incorrect_code" else ValidationError(WRONG_CODE) from None
        used = f"second-step-code:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(used, True, timeout=3 * mfa_settings.TOTP_PERIOD):
            self.missed()
            raise ValidationError(WRONG_CODE)
        return code

    def missed(self) -> None:
        """Note a wrong second step. The first code of an app that is being set up is none yet."""
        if not isinstance(self, app_forms.ActivateTOTPForm):
            sign_in_notes.missed(self.user, "code" if "totp" in proving.kinds_of(self.user) else "recovery")


class SignInCodeForm(OneCode, code_forms.AuthenticateForm):
    pass


class AgainCodeForm(OneCode, code_forms.ReauthenticateForm):
    pass


class NewAppForm(OneCode, app_forms.ActivateTOTPForm):
    pass


class Credential(forms.JSONField):
    """What a passkey answered. Whatever else arrives here is a wrong answer, never a fault of ours."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """The answer, unless it is nested too deep to be one."""
        return usable(lambda: super(Credential, self).to_python(value))

    def bound_data(self, data: Any, initial: Any) -> None:
        """Nothing: a wrong answer is not shown again, and Django would have to read it for that."""

    def prepare_value(self, value: Any) -> str:
        return ""


class PasskeyAnswer(forms.Form):
    credential = Credential()

    def clean_credential(self) -> Any:
        return usable(super().clean_credential)  # type: ignore[misc]


def usable(read: Callable[[], Any]) -> Any:
    """What `read` makes of a passkey's answer. fido2 and json raise many things for what they cannot read."""
    try:
        return read()
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, ValidationError):
        raise ValidationError(DID_NOT_WORK) from None


class SignInPasskeyForm(PasskeyAnswer, passkey_forms.LoginWebAuthnForm):
    pass


class SecondStepPasskeyForm(PasskeyAnswer, passkey_forms.AuthenticateWebAuthnForm):
    pass


class AgainPasskeyForm(PasskeyAnswer, passkey_forms.ReauthenticateWebAuthnForm):
    pass


class NewPasskeyForm(passkey_forms.AddWebAuthnForm):
    credential = Credential()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]  # each of ours is
        name_passkey(self.fields["name"])

    def clean(self) -> dict[str, Any]:
        return usable(super().clean)


class NamePasskeyForm(passkey_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_passkey(self.fields["name"])


def name_passkey(field: forms.Field) -> None:
    """Ask what a passkey is to be called."""
    ask(field, "Name of the passkey", "Give it a name.", "So that you can tell it from others, like “My phone”.")
    field.validators.append(MaxLengthValidator(LONGEST_NAME, f"Use {LONGEST_NAME} characters or fewer."))


# --- Pages ---


class Told:
    """A page that shows the sentence kept for it by the one before."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        if told := self.request.session.pop("told", None):
            if told["wrong"]:
                context["errors"] = [{"text": told["sentence"]}]
            else:
                context["notice"], context["notice_kind"] = told["sentence"], "success"
        return context


class ProvedFirst(LoginRequiredMixin):
    """A page that changes how somebody signs in: first they prove again who they are.

    allauth would do the same, but keeps a sent form in the session meanwhile, together with the whole environment of
    the server's process. Here only the way back is kept.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and is_reauthentication_required(request, app="allauth.mfa"):
            ways = get_adapter().get_reauthentication_methods(request.user)
            to = ways[0]["url"] if ways else reverse("account_login")
            return redirect(f"{to}?{urlencode({'next': request.path})}")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class SignInPage(Told, account_views.LoginView):
    form_class = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "elsewhere": elsewhere_rows.offered()}


class PasskeySignIn(passkey_views.LoginWebAuthnView):
    form_class = SignInPasskeyForm

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        tell(self.request, f"{NOT_SIGNED_IN} Or try your passkey again.", wrong=True)
        go_on = self.request.POST.get("next")
        query = f"?{urlencode({'next': go_on})}" if get_adapter().is_safe_url(go_on) else ""
        return redirect(reverse("account_login") + query)


class SignOut(account_views.LogoutView):
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        there = elsewhere_rows.sign_out_there(self.request)
        response: HttpResponse = super().post(*args, **kwargs)
        if there:
            values = {"title": "You are signed out here", "there": there}
            response = render(self.request, "forethought/account/signed_out_here.html", values)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class SecondStepAtSignIn(Told, code_views.AuthenticateView):
    form_class = SignInCodeForm
    webauthn_form_class = SecondStepPasskeyForm

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        if isinstance(form, SecondStepPasskeyForm):
            sign_in_notes.missed(self.stage.login.user, "passkey")
            tell(self.request, DID_NOT_WORK, wrong=True)
            return redirect("mfa_authenticate")
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["has_passkey"] = "webauthn" in proving.kinds_of(self.stage.login.user)
        return context


class AgainByPassword(Told, account_views.ReauthenticateView):
    form_class = PasswordForm


class AgainByCode(Told, code_views.ReauthenticateView):
    form_class = AgainCodeForm


class AgainByPasskey(Told, passkey_views.ReauthenticateWebAuthnView):
    form_class = AgainPasskeyForm

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        sign_in_notes.missed(own_restoring.own(self.request), "passkey")
        tell(self.request, DID_NOT_WORK, wrong=True)
        return redirect(self.passthrough_next_url(self.request.path))


class SetUp(CodeFirst, Told, LoginRequiredMixin, TemplateView):
    """The way to a second step, for somebody who has none."""

    template_name = "forethought/account/set_up.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        go_on = request.GET.get("next")
        if get_adapter().is_safe_url(go_on):
            request.session["after_set_up"] = go_on
        if not proving.needs_second_step(request):
            return redirect("mfa_index")
        return super().get(request, *args, **kwargs)


class NewApp(CodeFirst, ProvedFirst, app_views.ActivateTOTPView):
    form_class = NewAppForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        # In groups of four, as it has to be typed where there is no camera.
        context["key"] = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return context

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        proving.record_set_up(self.request, "totp")
        return response


class TakeOffApp(ProvedFirst, app_views.DeactivateTOTPView):
    pass


class NewPasskey(CodeFirst, ProvedFirst, passkey_views.AddWebAuthnView):
    form_class = NewPasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        # One that is kept on the device, asks for face, finger or PIN, and so can sign in by itself.
        context["js_data"] = {"creation_options": passkeys.begin_registration(self.request.user, True)}
        return context

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        proving.record_set_up(self.request, "webauthn")
        return response


class TakeOffPasskey(ProvedFirst, passkey_views.RemoveWebAuthnView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        mine = Authenticator.objects.filter(user_id=request.user.pk, pk=kwargs["pk"]).first()
        if mine is not None and not get_mfa_adapter().can_delete_authenticator(mine):
            tell(request, get_mfa_adapter().error_messages["cannot_delete_authenticator"], wrong=True)
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)


class NamePasskey(ProvedFirst, passkey_views.EditWebAuthnView):
    form_class = NamePasskeyForm


class Passkeys(Told, passkey_views.ListWebAuthnView):
    pass


class YourSignIn(Told, code_views.IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **own_values(self.request)}


def own_values(request: HttpRequest) -> dict[str, Any]:
    """What “How you sign in” shows beside allauth's: accounts elsewhere, and what others propose after a loss."""
    account = own_restoring.own(request)
    return {
        "elsewhere": elsewhere_rows.own_rows(account),
        "restoring": bool(own_restoring.waiting_for(account)),
        "sign_ins": sign_in_notes.own_rows(request, account),
    }


class RecoveryCodes(Told, ProvedFirst, recovery_views.ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["go_on"] = self.request.session.pop("after_set_up", "/") if context["can_view_codes"] else "/"
        return context


class NewRecoveryCodes(ProvedFirst, recovery_views.GenerateRecoveryCodesView):
    pass


class ForgottenPassword(account_views.PasswordResetView):
    form_class = ResetForm


class NewPassword(account_views.PasswordResetFromKeyView):
    form_class = NewPasswordForm


class ChangePassword(account_views.PasswordChangeView):
    form_class = ChangePasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Without a password there is none to ask for first, so it comes by mail.
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("account_reset_password")
        return super().dispatch(request, *args, **kwargs)
