"""Addresses of sign-in. Only what is used: nobody signs up here, changes an address, or signs in by a mailed code.

Each keeps allauth's name, under which allauth itself looks for it.
"""

from typing import Any

from allauth.account.views import PasswordResetDoneView, PasswordResetFromKeyDoneView
from django.urls import URLPattern, include, path, re_path, reverse_lazy

from forethought.pages import account, elsewhere_views, own_restoring


def page(address: str, view: type[Any], name: str, title: str, back: str = "") -> URLPattern:
    """One page, its title, and the page that “Back” leads to."""
    shown = {"title": title, "back_href": reverse_lazy(back) if back else ""}
    return path(address, view.as_view(extra_context=shown), name=name)


second_step = [
    page("", account.YourSignIn, "mfa_index", "How you sign in"),
    page("set-up/", account.SetUp, "second_step", "Set up a second step"),
    page("code/", account.SecondStepAtSignIn, "mfa_authenticate", "Your second step"),
    page("again/", account.AgainByCode, "mfa_reauthenticate", "Is it you?"),
    page("app/add/", account.NewApp, "mfa_activate_totp", "Set up an app for codes", "second_step"),
    page("app/remove/", account.TakeOffApp, "mfa_deactivate_totp", "Take off the app", "mfa_index"),
    path("use-restoring-code/", own_restoring.UseRestoringCode.as_view(), name="use_restoring_code"),
    path("stop-restoring/", own_restoring.StopRestoring.as_view(), name="stop_restoring"),
    page("recovery-codes/", account.RecoveryCodes, "mfa_view_recovery_codes", "Your recovery codes"),
    page(
        "recovery-codes/new/",
        account.NewRecoveryCodes,
        "mfa_generate_recovery_codes",
        "Make new recovery codes",
        "mfa_index",
    ),
    page("passkeys/", account.Passkeys, "mfa_list_webauthn", "Your passkeys", "mfa_index"),
    page("passkeys/add/", account.NewPasskey, "mfa_add_webauthn", "Set up a passkey", "second_step"),
    page("passkeys/again/", account.AgainByPasskey, "mfa_reauthenticate_webauthn", "Is it you?"),
    page("passkeys/sign-in/", account.PasskeySignIn, "mfa_login_webauthn", "Sign in"),
    page("passkeys/<int:pk>/name/", account.NamePasskey, "mfa_edit_webauthn", "Change a passkey", "mfa_list_webauthn"),
    page(
        "passkeys/<int:pk>/remove/",
        account.TakeOffPasskey,
        "mfa_remove_webauthn",
        "Take off a passkey",
        "mfa_list_webauthn",
    ),
]

_ONE = "<uuid:school_id>/<slug:kind>/"

elsewhere = [
    path("connect-identity/", elsewhere_views.ConnectIdentity.as_view(), name="connect_identity"),
    path("<uuid:school_id>/", elsewhere_views.OfSchool.as_view(), name="sign_in_of_school"),
    path(f"{_ONE}sign-in/", elsewhere_views.SignInElsewhere.as_view(), name="sign_in_elsewhere"),
    path(f"{_ONE}connect/", elsewhere_views.ConnectElsewhere.as_view(), name="connect_elsewhere"),
    path(f"{_ONE}prove/", elsewhere_views.ProveElsewhere.as_view(), name="prove_elsewhere"),
    path(f"{_ONE}come-back/", elsewhere_views.ComeBackElsewhere.as_view(), name="come_back_elsewhere"),
    path(f"{_ONE}disconnect-identity/", elsewhere_views.DisconnectElsewhere.as_view(), name="disconnect_elsewhere"),
]

set_a_password = account.NewPassword.as_view(extra_context={"title": "Set a new password"})

urlpatterns = [
    page("login/", account.SignInPage, "account_login", "Sign in"),
    page("logout/", account.SignOut, "account_logout", "Sign out"),
    page("again/", account.AgainByPassword, "account_reauthenticate", "Is it you?"),
    page("password/change/", account.ChangePassword, "account_change_password", "Change your password", "mfa_index"),
    page(
        "password/reset/",
        account.ForgottenPassword,
        "account_reset_password",
        "Forgotten your password?",
        "account_login",
    ),
    page("password/reset/sent/", PasswordResetDoneView, "account_reset_password_done", "Look in your mail"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        set_a_password,
        name="account_reset_password_from_key",
    ),
    page(
        "password/reset/done/",
        PasswordResetFromKeyDoneView,
        "account_reset_password_from_key_done",
        "Your password is set",
    ),
    path("second-step/", include(second_step)),
    path("elsewhere/", include(elsewhere)),
]
