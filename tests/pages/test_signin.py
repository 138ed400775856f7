"""Signing in and out, and forgotten passwords: who gets in, and what everybody else is told."""

import re
from datetime import timedelta

import pytest
from accounts import (
    NEW_PASSWORD,
    NOW,
    PASSWORD,
    SIGN_IN,
    an_account,
    asking,
    at_second_step,
    begin,
    give_app,
    is_in,
    mails,
    say,
    signed_in,
)
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from forethought.audit.procedures import PROGRAM
from forethought.pages import errors, proving, signin
from forethought.people import procedures
from forethought.people.models import Account, Person
from forethought.rows import inside

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(settings) -> None:
    begin(settings)


@pytest.fixture
def account() -> Account:
    return an_account()


def words_of(response: HttpResponse) -> str:
    """A page without what differs from one request to the next."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value=)"[^"]*"', r"\1", response.content.decode())
    return re.sub(r'value="[^"]*@[^"]*"', "", text)


# --- Who gets in ---


def test_a_password_alone_opens_a_session_and_asks_for_a_second_step(account: Account) -> None:
    client = signed_in(account)

    assert proving.needs_second_step(asking(client, account))


def test_the_questions_are_in_plain_words() -> None:
    page = Client().get(SIGN_IN).content.decode()

    assert "Email address" in page and ">Password<" in page and "placeholder" not in page


@pytest.mark.parametrize(
    "path",
    [
        "",
        "signup/",
        "email/",
        "confirm-email/",
        "login/code/confirm/",
        "password/set/",
        "inactive/",
        "2fa/",
        "second-step/recovery-codes/download/",
    ],
)
def test_what_is_not_used_is_not_there(path: str) -> None:
    assert Client().get(f"/accounts/{path}").status_code == 404


def test_everybody_who_may_not_come_in_is_told_the_same() -> None:
    known, leaver = an_account("known@cedar.example"), an_account("left@cedar.example")
    locked, _ = an_account("locked@cedar.example"), an_account("nopassword@cedar.example", None)
    Account.objects.filter(pk=leaver.pk).update(is_active=False)
    for _ in range(6):
        say(Client(), locked.email, "not the password")

    answers = [
        say(Client(), email, password)
        for email, password in [
            ("nobody@cedar.example", PASSWORD),
            (known.email, "not the password"),
            (leaver.email, PASSWORD),
            (leaver.email, "not the password"),
            (locked.email, PASSWORD),
            ("nopassword@cedar.example", PASSWORD),
        ]
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert len({words_of(answer) for answer in answers}) == 1
    assert signin.NOT_SIGNED_IN in answers[0].content.decode()


@pytest.mark.parametrize("who", ["nobody", "known", "leaver", "locked", "without a password"])
def test_each_refusal_costs_one_password_check(who: str, monkeypatch) -> None:
    account = an_account(password=None if who == "without a password" else PASSWORD)
    if who == "leaver":
        Account.objects.update(is_active=False)
    if who == "locked":
        for _ in range(6):
            say(Client(), account.email, "not the password")
    checks: list[str] = []
    real = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: checks.append("one") or real(*args))
    email = "nobody@cedar.example" if who == "nobody" else account.email

    say(Client(), email, "wrong" if who == "known" else PASSWORD)

    assert len(checks) == 1


def test_tries_are_counted_for_each_account_and_not_for_the_schools_one_address() -> None:
    tried, other = an_account("one@cedar.example"), an_account("other@cedar.example")
    for _ in range(6):
        say(Client(), tried.email, "not the password")
    for number in range(80):
        say(Client(), f"nobody{number}@cedar.example", "not the password")

    assert not is_in(at_second_step(tried))
    assert is_in(at_second_step(other))


def test_another_host_name_gives_no_more_tries(account: Account) -> None:
    for host in ["localhost", "127.0.0.1"] * 3:
        Client().post(SIGN_IN, {"login": account.email, "password": "no"}, headers={"host": host})

    assert not is_in(at_second_step(account))


def test_the_session_gets_a_new_key_at_sign_in(account: Account) -> None:
    client = Client()
    client.get("/accounts/second-step/passkeys/sign-in/", HTTP_ACCEPT="application/json")
    planted = client.session.session_key

    say(client, account.email, PASSWORD)

    assert planted and client.session.session_key != planted
    assert not Session.objects.filter(pk=planted).exists()


# --- Signing out, and being out ---


def test_a_link_signs_nobody_out_and_the_button_clears_the_browser(account: Account) -> None:
    client = signed_in(account)
    client.get("/accounts/logout/")
    assert is_in(client)

    response = client.post("/accounts/logout/")

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(client)
    assert client.get("/accounts/second-step/").headers["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize("how", ["the whole procedure", "the account alone", "the person alone"])
def test_whoever_leaves_is_out_at_the_next_request(how: str, account: Account) -> None:
    client = signed_in(account)
    assert client.get("/accounts/second-step/").status_code == 200
    with inside(account.school_id):
        person = Person.objects.get(pk=account.person_id)
        if how == "the whole procedure":
            procedures.leave(person=person, by=PROGRAM, at=NOW)
        elif how == "the account alone":
            Account.objects.filter(pk=account.pk).update(is_active=False)
        else:
            Person.objects.filter(pk=person.pk).update(left_at=NOW)

    answer = client.get("/accounts/second-step/")

    assert answer.headers["Location"].startswith(SIGN_IN)


EVIL = [
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "/%09/evil.example",
    "/..//evil.example",
    "javascript:alert(1)",
    "/no/such/page/",
    "\t//evil.example",
    "///evil.example",
    "/accounts/login/#@evil.example",
]


@pytest.mark.parametrize("evil", EVIL)
def test_sign_in_leads_only_to_pages_of_ours(evil: str, account: Account) -> None:
    assert say(Client(), account.email, PASSWORD, next=evil).headers["Location"] == "/"


def test_sign_in_leads_back_to_where_one_wanted_to_go(account: Account) -> None:
    response = say(Client(), account.email, PASSWORD, next="/accounts/second-step/?a=b")

    assert response.headers["Location"] == "/accounts/second-step/?a=b"


# --- A forgotten password ---


def ask_for_link(email: str, **headers: str) -> HttpResponse:
    return Client().post("/accounts/password/reset/", {"email": email}, **headers)


def link_in(mail: EmailMessage) -> str:
    return re.search(r"https?://[^/]+(/\S+)", str(mail.body))[1]


def test_a_stranger_is_told_the_same_and_gets_no_mail(account: Account, mailoutbox) -> None:
    known, unknown = ask_for_link(account.email), ask_for_link("nobody@cedar.example")

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [mail.to for mail in mails(mailoutbox)] == [[account.email]]


def test_a_mail_server_that_is_down_gives_nobody_away(account: Account, settings, caplog) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert ask_for_link(account.email).status_code == 302
    signin.post.submit(int).result()
    assert "was not sent" in caplog.text and account.email not in caplog.text


def test_the_mail_holds_no_name_and_its_link_comes_from_the_settings(account: Account, mailoutbox, settings) -> None:
    ask_for_link(account.email, HTTP_HOST="127.0.0.1")

    [mail] = mails(mailoutbox)
    assert f"{settings.SITE}/accounts/password/reset/key/" in mail.body
    for word in ("Canarybird", "Amira", "Cedar", "127.0.0.1", account.email):
        assert word not in mail.body + mail.subject


def test_a_link_goes_to_the_address_that_is_kept(mailoutbox) -> None:
    an_account("kelvin@cedar.example")

    ask_for_link("\u212aelvin@cedar.example")

    assert {tuple(mail.to) for mail in mails(mailoutbox)} <= {("kelvin@cedar.example",)}


def test_a_link_works_once_and_the_second_step_stays(account: Account, mailoutbox) -> None:
    give_app(account)
    ask_for_link(account.email)
    path, client, new = link_in(mails(mailoutbox)[0]), Client(), NEW_PASSWORD
    form = client.get(path).headers["Location"]

    done = client.post(form, {"password1": new})

    assert done.headers["Location"] == "/accounts/password/reset/done/"
    assert "does not work any more" in Client().get(path).content.decode()
    assert say(Client(), account.email, new).headers["Location"] == "/accounts/second-step/code/"
    assert [mail.subject for mail in mails(mailoutbox)][1:] == ["How you sign in was changed"]


def test_after_a_new_password_a_second_step_can_be_set_up(account: Account, mailoutbox) -> None:
    ask_for_link(account.email)
    client = Client()
    form = client.get(link_in(mails(mailoutbox)[0])).headers["Location"]
    client.post(form, {"password1": NEW_PASSWORD})

    say(client, account.email, NEW_PASSWORD)

    assert client.get("/accounts/second-step/app/add/").status_code == 200
    assert not EmailAddress.objects.exists()  # allauth's own list of addresses is not used


def test_a_link_ends_after_twenty_minutes(account: Account, mailoutbox, monkeypatch) -> None:
    ask_for_link(account.email)
    path = link_in(mails(mailoutbox)[0])
    real = PasswordResetTokenGenerator._now

    for later, works in [(timedelta(minutes=19), True), (timedelta(minutes=21), False)]:
        monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self, later=later: real(self) + later)
        assert (Client().get(path).status_code == 302) is works


def test_a_link_ends_when_the_password_is_changed(account: Account, mailoutbox) -> None:
    ask_for_link(account.email)
    client = signed_in(account)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW_PASSWORD})

    answer = Client().get(link_in(mails(mailoutbox)[0]))

    assert "does not work any more" in answer.content.decode()


@pytest.mark.parametrize("weak", ["short", "password1234", "amira@cedar.example", "x" * 129])
def test_a_weak_password_is_refused(weak: str, account: Account) -> None:
    client = signed_in(account)

    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": weak})

    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_a_new_password_ends_every_other_session(account: Account) -> None:
    here, elsewhere = signed_in(account), signed_in(account)

    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW_PASSWORD})

    assert here.get("/accounts/second-step/").status_code == 200
    assert elsewhere.get("/accounts/second-step/").status_code == 302


# --- Pages for when something goes wrong ---


def test_a_form_that_cannot_be_trusted_gives_the_words_back_to_their_writer_alone() -> None:
    typed = {"what": "He wrote that I am a liar.", "password": "not to be shown", "csrfmiddlewaretoken": "x" * 64}

    own = errors.csrf_failed(_as_seen_from("same-origin", typed)).content.decode()
    foreign = errors.csrf_failed(_as_seen_from("cross-site", typed)).content.decode()

    assert "He wrote that I am a liar." in own and "not to be shown" not in own and "xxxx" not in own
    assert "He wrote" not in foreign


def _as_seen_from(where: str, typed: dict[str, str]) -> HttpRequest:
    request = RequestFactory().post("/report/", typed, headers={"sec-fetch-site": where})
    request.viewer = None
    return request


def test_too_many_tries_are_answered_in_words() -> None:
    answer = signin.too_many(_as_seen_from("same-origin", {}))

    assert answer.status_code == 429 and "Wait a minute" in answer.content.decode()


def test_the_page_for_a_fault_needs_no_database(django_db_blocker) -> None:
    with django_db_blocker.block():
        answer = errors.broken(RequestFactory().get("/"))

    assert answer.status_code == 500 and "our fault" in answer.content.decode()
