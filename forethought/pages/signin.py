"""How sign-in behaves: who may come in, what is answered, which mails go out, where one lands.

allauth asks these two classes whenever it decides something (settings.ACCOUNT_ADAPTER and MFA_ADAPTER).
"""

import base64
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse

from forethought.evidence import keyring, keys
from forethought.pages import proving, sign_in_notes
from forethought.people.models import Account
from forethought.rows import inside
from forethought.signing_in import standing

logger = logging.getLogger(__name__)

#: One answer for an unknown address, a wrong password, somebody who has left, and too many tries.
NOT_SIGNED_IN = (
    "We could not sign you in. Check the email address and the password. After five tries, wait five minutes."
)
DID_NOT_WORK = "That did not work. Please try again."

#: What allauth reports, as the person reads it. Anything else it would say is left out.
SAID = {
    "account/messages/password_changed.txt": "Your password is changed.",
    "mfa/messages/totp_activated.txt": "Your app is set up.",
    "mfa/messages/totp_deactivated.txt": "Your app is taken off this account.",
    "mfa/messages/webauthn_added.txt": "Your passkey is set up.",
    "mfa/messages/webauthn_removed.txt": "The passkey is taken off this account.",
}

#: What a mail about a change says; it goes to the address on the account. None is sent about anything else.
CHANGED = {
    "account/email/password_changed": "The password was changed.",
    "account/email/password_reset": "A new password was set with a link from a mail.",
    "mfa/email/totp_activated": "An app for codes was added.",
    "mfa/email/totp_deactivated": "The app for codes was taken off.",
    "mfa/email/webauthn_added": "A passkey was added.",
    "mfa/email/webauthn_removed": "A passkey was taken off.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made.",
}

#: Mails leave from here and not from the request: waiting for a mail server would tell that an address is known, and
#: a mail server that is down would turn that answer alone into an error.
post = ThreadPoolExecutor(max_workers=1, thread_name_prefix="account-mail")


class SignIn(DefaultAccountAdapter):
    """Accounts are made by the school, never by whoever comes along."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": NOT_SIGNED_IN,
        "enter_current_password": "That is not your password now. Type it again.",
        "incorrect_password": "That did not work. Type your password again. After five tries, wait five minutes.",
        "incorrect_code": DID_NOT_WORK,
        "rate_limited": "Too many tries. Wait five minutes, then try again.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Only the passkey button asks for JSON. No other page has a second face to be tested."""
        asked = request.headers.get("accept") == "application/json"
        return asked and request.path == reverse("mfa_login_webauthn")

    # --- Coming in ---

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """The account, or nothing, in the same time and with the same words whatever the reason (bad input 62)."""
        try:
            account = super().authenticate(request, **credentials)
        except ValidationError:
            # Too many tries. A refusal without the work of checking a password would come back at once.
            Account().set_password(credentials.get("password") or "")
            return None
        return account if isinstance(account, Account) and account.is_active else None

    def respond_user_inactive(self, request: HttpRequest, user: Account) -> HttpResponse:
        """Somebody who has left learns no more than a stranger."""
        tell(request, NOT_SIGNED_IN, wrong=True)
        return redirect("account_login")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth adds the host that was asked for, which would give every host name its own five tries.
        return str(credentials.get("email") or "").lower()

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign somebody in, and note it. Where it cannot be noted, nobody comes in."""
        super().login(request, user)
        sign_in_notes.came_in(request, user)

    def logout(self, request: HttpRequest) -> None:
        """Sign somebody out, and note it."""
        going = sign_in_notes.Going(request)
        super().logout(request)
        going.gone()

    # --- Proving it again ---

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether to ask again before something about the sign-in is changed. Having just come in is proof enough."""
        return not proving.may_change_sign_in(self.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """The ways to prove it again, the likeliest first. A password is none, once there is a second step."""
        ways = {way["id"]: way for way in super().get_reauthentication_methods(user)}
        kinds = proving.kinds_of(user)
        words = {
            "reauthenticate": "Use your password",
            "mfa_reauthenticate": "Use a code from your app" if "totp" in kinds else "Use a recovery code",
            "mfa_reauthenticate:webauthn": "Use your passkey",
        }
        order = ["mfa_reauthenticate:webauthn", "mfa_reauthenticate"]
        if not kinds & proving.SECOND_STEPS:
            order = ["reauthenticate"]
        with inside(user.school_id):
            there = standing.proves(user)
        if there is not None:
            # A password is no second step; a fresh sign-in with one, at a provider that the school trusts, is.
            path = reverse("prove_elsewhere", kwargs={"school_id": there.school_id, "kind": there.kind})
            ways["elsewhere"], words["elsewhere"] = {"id": "elsewhere", "url": path}, f"Sign in with {there.name} again"
            order = [way for way in order if way != "reauthenticate"] + ["elsewhere"]
        elif "totp" in kinds and proving.last_kind(self.request) == "totp":
            order.reverse()
        return [{**ways[way], "description": words[way]} for way in order if way in ways]

    def get_login_stages(self) -> list[str]:
        """allauth's steps of signing in, with ours for the second."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "forethought.pages.signin.SecondStepStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    # --- Where one lands ---

    def is_safe_url(self, url: str | None) -> bool:
        """Whether a `next` address names a page of ours. Paths such as /%09/evil and /..//evil name none."""
        if not url or not url.startswith("/") or not super().is_safe_url(url):
            return False
        try:
            resolve(url.split("?")[0])
        except Resolver404:
            return False
        return True

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """The page about one's sign-in, which says that it is done."""
        return reverse("mfa_index")

    # --- What is said ---

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Keep allauth's report for the next page of this section, in our words."""
        if sentence := SAID.get(message_template or ""):
            tell(request, sentence)

    def format_email_subject(self, subject: str) -> str:
        """As it stands, without the host name that allauth puts before it."""
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in a reset mail. Its host comes from the settings, never from the request (bad input 64)."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE + path.replace("UID-KEY", quote(key))

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """To the address that is kept, not to the one typed, which may only look the same (bad input 63)."""
        super().send_password_reset_mail(user, user.email, context)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the owner of an account what was changed, so that they notice when it was not they."""
        if sentence := CHANGED.get(template_prefix):
            self.say_changed(user, sentence)

    def say_changed(self, user: Any, sentence: str) -> None:
        """One mail to the owner of an account about how they sign in."""
        self.send_mail("account/email/sign_in_changed", user.email, {"what": sentence})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails about accounts hold no name and nothing of a case."""
        known = {key: value for key, value in context.items() if key in {"password_reset_url", "what"}}
        post.submit(deliver, self.render_mail(template_prefix, email, known))


class SecondStepStage(AuthenticateStage):
    """Asks for the second step, unless it was made elsewhere and the school lets that count."""

    def _should_handle(self, request: HttpRequest) -> bool:
        records = get_authentication_records(request, self.login.user)
        made = any(
            record.get("method") == proving.SECOND_STEP and record.get("type") == proving.ELSEWHERE
            for record in records
        )
        return not made and super()._should_handle(request)


class SecondStep(DefaultMFAAdapter):
    """Codes from an app, passkeys and recovery codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "This is your only second step. Set up another one first.",
        "cannot_generate_recovery_codes": "Set up a second step first.",
        "incorrect_code": DID_NOT_WORK,
    }

    #: Secrets of second steps belong to no school and no row: allauth does not say whose it is.
    PLACE = keys.Binding("second step", UUID(int=0), None, UUID(int=0))

    def encrypt(self, text: str) -> str:
        """A secret sealed under the installation's key, which no copy of the database holds."""
        return base64.b64encode(keys.seal_text(text, key=keyring.master(), about=self.PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. Raises keys.BrokenSeal when it was not sealed here."""
        sealed = base64.b64decode(encrypted_text)
        return keys.open_text(sealed, key=keyring.master_above(sealed), about=self.PLACE)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one: nobody goes back to a password alone."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=proving.SECOND_STEPS)
        return others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """“Passkey”, “Passkey 2”, and so on."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site that passkeys are made for: the one in the settings, whatever host was asked for."""
        return {"id": urlsplit(settings.SITE).hostname or "localhost", "name": "Forethought"}


def first_password_link(account: Account) -> str:
    """The path at which somebody sets their first password: good once, and for twenty minutes."""
    key = {"uidb36": user_pk_to_url_str(account), "key": default_token_generator.make_token(account)}
    return reverse("account_reset_password_from_key", kwargs=key)


def tell(request: HttpRequest, sentence: str, *, wrong: bool = False) -> None:
    """Keep a sentence for the next page of this section: something done, or something that went wrong."""
    request.session["told"] = {"sentence": sentence, "wrong": wrong}


def deliver(message: EmailMessage) -> None:
    """Hand a mail to the mail server. A failure leaves a line without the address; the person can ask again."""
    try:
        message.send()
    except Exception as error:  # whatever a mail server may answer, nobody is waiting for it here
        logger.warning("A mail about an account was not sent: %s", type(error).__name__)


def too_many(request: HttpRequest) -> HttpResponse:
    """For urls.handler429: too many tries from one address."""
    return render(request, "forethought/errors/too_many.html", {"title": "Please wait a minute"}, status=429)
