"""The second step: setting it up, using it, and how long having used it counts."""

import re
import time

import pytest
from accounts import (
    APP_SECRET,
    PASSWORD,
    SIGN_IN,
    age_records,
    an_account,
    asking,
    at_second_step,
    begin,
    code,
    give_app,
    is_in,
    mails,
    signed_in,
)
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context as current
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client, RequestFactory

from forethought.core.errors import Refused
from forethought.pages import proving, signin
from forethought.people.models import Account, School
from forethought.rows import inside

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(settings) -> None:
    begin(settings)


@pytest.fixture
def account() -> Account:
    return an_account()


# --- The second step at sign-in ---


@pytest.mark.parametrize(("windows", "gets_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_for_its_window_and_one_either_side(
    windows: int, gets_in: bool, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_app(account)
    client = at_second_step(account)
    # The next window must not begin between the code and the question.
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)

    client.post("/accounts/second-step/code/", {"code": code(windows)})

    assert (is_in(client)) is gets_in


def test_a_code_works_once(account: Account) -> None:
    give_app(account)
    first, second = at_second_step(account), at_second_step(account)
    first.post("/accounts/second-step/code/", {"code": code()})

    answer = second.post("/accounts/second-step/code/", {"code": code()})

    assert is_in(first) and not is_in(second)
    assert "Each code works once" in answer.content.decode()


def test_after_five_wrong_codes_a_right_one_is_refused(account: Account) -> None:
    give_app(account)
    client = at_second_step(account)
    for _ in range(5):
        client.post("/accounts/second-step/code/", {"code": "000000"})

    answer = client.post("/accounts/second-step/code/", {"code": code()})

    assert "Too many tries" in answer.content.decode() and not is_in(client)


def test_a_recovery_code_works_once_typed_in_any_way(account: Account) -> None:
    give_app(account)
    first, second = at_second_step(account), at_second_step(account)
    with current.request_context(RequestFactory().get("/")):
        paper = RecoveryCodes.activate(account).get_unused_codes()[0]

    first.post("/accounts/second-step/code/", {"code": f" {paper[:4]} {paper[4:]}"})
    second.post("/accounts/second-step/code/", {"code": paper})

    assert is_in(first) and not is_in(second)


def test_secrets_of_second_steps_are_sealed_in_the_database(account: Account) -> None:
    data = give_app(account).data
    codes = RecoveryCodes.activate(account)

    assert APP_SECRET not in str(data) and signin.SecondStep().decrypt(data["secret"]) == APP_SECRET
    assert codes.instance.data["seed"] != signin.SecondStep().decrypt(codes.instance.data["seed"])


# --- Setting one up, and changing it ---


def test_setting_up_an_app_shows_recovery_codes_once_and_goes_on(
    account: Account, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    client = signed_in(account)
    client.get("/accounts/second-step/set-up/?next=/help/")
    client.get("/accounts/second-step/app/add/")
    right = code(secret=client.session["mfa.totp.secret"])

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/accounts/second-step/app/add/", {"code": right}, follow=True)

    assert answer.redirect_chain == [("/accounts/second-step/recovery-codes/", 302)]
    codes = re.findall(r"<strong>(\d{4} \d{4})</strong>", answer.content.decode())
    assert len(codes) == 10 and 'href="/help/"' in answer.content.decode()
    again = client.get("/accounts/second-step/recovery-codes/").content.decode()
    assert codes[0] not in again
    assert not proving.needs_second_step(asking(client, account))
    assert proving.proved_within(asking(client, account), 300)
    assert [mail.subject for mail in mails(mailoutbox)] == ["How you sign in was changed"]


def test_changing_the_second_step_asks_for_it_and_a_password_is_not_enough(account: Account) -> None:
    client = signed_in(account, app=True)
    age_records(client, 301)

    asked = client.get("/accounts/second-step/passkeys/add/")
    assert asked.headers["Location"].startswith("/accounts/second-step/again/")
    # The page for the password sends one on to the second step, and takes no password.
    answer = client.post("/accounts/again/", {"password": PASSWORD})
    assert answer.headers["Location"].startswith("/accounts/second-step/again/")
    assert client.get("/accounts/second-step/passkeys/add/").status_code == 302


def test_without_a_second_step_the_password_is_asked_for_again_after_five_minutes(account: Account) -> None:
    client = signed_in(account)
    assert client.get("/accounts/second-step/app/add/").status_code == 200
    age_records(client, 301)
    assert client.get("/accounts/second-step/app/add/").headers["Location"].startswith("/accounts/again/")

    client.post("/accounts/again/", {"password": PASSWORD})

    assert client.get("/accounts/second-step/app/add/").status_code == 200


def test_a_form_sent_too_late_leaves_nothing_of_itself_in_the_session(account: Account, monkeypatch) -> None:
    monkeypatch.setenv("FORETHOUGHT_CANARY", "canary-of-the-environment")
    client = signed_in(account, app=True)
    age_records(client, 301)

    client.post(
        "/accounts/second-step/recovery-codes/new/",
        {"canary": "canary-of-the-form"},
        SERVER_CANARY="canary-of-the-environment",
    )

    assert "canary" not in str(dict(client.session.items()))


def test_the_only_second_step_stays(account: Account) -> None:
    client = signed_in(account, app=True)

    page = client.post("/accounts/second-step/app/remove/")

    assert "only second step" in page.content.decode()
    assert Authenticator.objects.filter(user=account, type="totp").exists()


def test_somebody_elses_passkey_is_not_there() -> None:
    mine, other = an_account("mine@cedar.example"), an_account("other@cedar.example")
    theirs = Authenticator.objects.create(user=other, type="webauthn", data={"name": "Theirs"})
    client = signed_in(mine, app=True)

    for page in ("name", "remove"):
        assert client.post(f"/accounts/second-step/passkeys/{theirs.pk}/{page}/", {"name": "x"}).status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


NONSENSE = [
    "",
    "{}",
    "[]",
    "1",
    '"x"',
    "null",
    "NaN",
    "[" * 5000,
    '{"response": []}',
    '{"id": 1, "response": {}}',
    "\x00",
    '{"rawId": "\\ud83d", "response": {"userHandle": 5}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", "authenticatorData": "AA", '
    '"signature": "AA", "userHandle": "not a uuid"}}',
]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_a_passkey_that_answers_nonsense_is_refused_and_nothing_breaks(nonsense: str, account: Account) -> None:
    anybody, inside_already = Client(), signed_in(account, app=True)
    anybody.get("/accounts/second-step/passkeys/sign-in/", HTTP_ACCEPT="application/json")
    inside_already.get("/accounts/second-step/passkeys/add/")

    assert anybody.post("/accounts/second-step/passkeys/sign-in/", {"credential": nonsense}).status_code == 302
    added = inside_already.post("/accounts/second-step/passkeys/add/", {"credential": nonsense, "name": "x"})
    assert added.status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()
    assert signin.NOT_SIGNED_IN in anybody.get(SIGN_IN).content.decode()


# --- Having proved it lately ---


@pytest.mark.parametrize(("age", "counts"), [(0, True), (298, True), (301, False)])
def test_a_second_step_counts_for_as_long_as_it_should(age: int, counts: bool, account: Account) -> None:
    client = signed_in(account, app=True)
    age_records(client, age)

    request = asking(client, account)

    assert proving.proved_within(request, 300) is counts
    assert (proving.why_not_proved(request, 300) is None) is counts


def test_a_password_never_counts(account: Account) -> None:
    client = signed_in(account)
    request = asking(client, account)
    record_authentication(request, account, "password", reauthenticated=True)

    assert not proving.proved_within(request, 1800)
    assert proving.why_not_proved(request, 300) == (
        "Show that it is you first. For this you must have done so in the last 5 minutes."
    )


def test_a_proof_from_the_future_or_of_another_account_does_not_count() -> None:
    mine, other = an_account("mine@cedar.example"), an_account("other@cedar.example")
    client = signed_in(mine, app=True)

    assert not proving.proved_within(asking(client, other), 300)
    age_records(client, -3600)
    assert not proving.proved_within(asking(client, mine), 300)


@pytest.mark.parametrize(
    ("has", "used", "leads_to"),
    [
        ({"totp", "recovery_codes"}, "totp", "/accounts/second-step/again/"),
        ({"webauthn", "recovery_codes"}, "webauthn", "/accounts/second-step/passkeys/again/"),
        ({"webauthn", "recovery_codes"}, "recovery_codes", "/accounts/second-step/passkeys/again/"),
        ({"webauthn", "totp", "recovery_codes"}, "webauthn", "/accounts/second-step/passkeys/again/"),
        ({"webauthn", "totp", "recovery_codes"}, "totp", "/accounts/second-step/again/"),
        (set(), "", "/accounts/second-step/set-up/"),
    ],
)
def test_one_is_asked_for_the_second_step_one_has(has: set[str], used: str, leads_to: str, account: Account) -> None:
    client = signed_in(account)
    for kind in has:
        Authenticator.objects.create(user=account, type=kind, data={})
    request = asking(client, account, "/cases/7/?page=2")
    if used:
        record_authentication(request, account, "mfa", type=used)

    with current.request_context(request):
        answer = proving.ask_to_prove(request)

    assert answer.headers["Location"] == f"{leads_to}?next=%2Fcases%2F7%2F%3Fpage%3D2"


def test_proving_it_again_leads_back(account: Account) -> None:
    client = signed_in(account, app=True)
    age_records(client, 3600)

    answer = client.post("/accounts/second-step/again/", {"code": code(), "next": "/help/"})

    assert answer.headers["Location"] == "/help/"
    assert proving.proved_within(asking(client, account), 300)


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/help/?a=b", "/help/?a=b"),
        ("https://testserver/help/", "/help/"),
        ("", "/"),
        ("http://evil.example/help/", "/"),
        ("http://testserver//evil.example", "/"),
    ],
)
def test_a_sent_form_leads_back_to_its_page_and_is_not_sent_again(referer: str, back: str) -> None:
    request = RequestFactory().post("/decide/", headers={"referer": referer} if referer else {})

    with current.request_context(request):
        assert proving.way_back(request) == back


def test_the_database_is_asked_about_the_second_step_until_there_is_one(
    account: Account, django_assert_num_queries
) -> None:
    client = signed_in(account, app=True)
    request = asking(client, account)
    assert not proving.needs_second_step(request)

    with django_assert_num_queries(0):
        assert not proving.needs_second_step(request)


# --- The demonstration ---


def test_a_demonstration_needs_no_second_step(account: Account, settings) -> None:
    settings.DEMONSTRATION = True
    request = asking(Client(), account)

    proving.sign_in_as(request, account)

    assert proving.proved_within(request, 300) and not proving.needs_second_step(request)
    settings.DEMONSTRATION = False
    assert not proving.proved_within(request, 300) and proving.needs_second_step(request)


@pytest.mark.parametrize(("installation", "of_the_school"), [(False, True), (True, False), (False, False)])
def test_nobody_is_signed_in_without_a_password_elsewhere(
    installation: bool, of_the_school: bool, account: Account, settings
) -> None:
    settings.DEMONSTRATION = installation
    with inside(account.school_id):
        School.objects.update(demonstration=of_the_school)
    request = asking(Client(), account)

    with pytest.raises(Refused):
        proving.sign_in_as(request, account)
    assert "_auth_user_id" not in request.session
