"""What listens over the whole run does hear. Without it these fail, so that its silence elsewhere says something."""

import logging
import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import canaries
import pytest
from canaries import listen, sung
from django.core import mail
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from live import Live, MailServer
from phones import PushService, SmsGateway, push_service, sms_gateway

from forethought.reaching import ways

__all__ = ["push_service", "sms_gateway"]


def heard() -> list[str]:
    """What sort of place each canary was heard in. It is forgotten, so that this test may pass."""
    kinds = [one.split(":")[0] for one in sung]
    sung.clear()
    return kinds


def answer(response: Any, path: str = "/") -> None:
    """Let the program answer so, when it is asked for this path."""

    class Answering(BaseHandler):
        _middleware_chain = staticmethod(lambda request: response)

    Answering().get_response(RequestFactory().get(path))


@pytest.mark.parametrize(
    ("subject", "text", "to"),
    [
        ("About Tess Harlow", "Something waits.", "office@one.example"),
        ("Something waits", "Dear Ben\nFoster,", "office@one.example"),
        ("Something waits", "Hello Tess,", "office@one.example"),
        ("Something waits", "Somebody wrote something vile.", "office@one.example"),
        ("Something waits", "Sign in.", "Susan Patel <lead@one.example>"),
    ],
)
def test_a_mail_is_heard(subject: str, text: str, to: str) -> None:
    mail.EmailMessage(subject, text, to=[to]).send()

    assert heard() == ["mail"]


def test_a_mail_to_a_website_names_whoever_asks() -> None:
    mail.EmailMessage(
        "Please remove it", "David Reed asks.", to=["help@site.example"], reply_to=["o@one.example"]
    ).send()

    assert heard() == []


def test_what_comes_to_a_mail_server_is_heard(mail_server: MailServer) -> None:
    for reply_to in ("", "office@one.example"):
        letter = EmailMessage()
        letter["Subject"], letter["From"], letter["To"] = "Something waits", "f@one.example", "t@one.example"
        if reply_to:
            letter["Reply-To"] = reply_to
        letter.set_content(f"{'It is long. ' * 12}Amina Okafor’s case.")
        with smtplib.SMTP(mail_server.host, mail_server.port) as server:
            server.send_message(letter)
    mail_server.wait_for(2)

    assert heard() == ["mail"]


def test_a_line_of_the_log_is_heard() -> None:
    logging.getLogger("forethought.people").warning("The account of %s was ended.", "Colin Marsh")

    assert heard() == ["log"]


def test_the_log_of_a_server_is_heard_when_it_ends(tmp_path: Path) -> None:
    server = Live(tmp_path, {}, 0, None)  # type: ignore[arg-type]
    server.log.write_text("ERROR forethought.cases: KeyError: 'Joan Whitfield'\n")

    server.kill()

    assert heard() == ["log"]


@pytest.mark.parametrize(
    "path",
    [
        "/people/tess-harlow/",
        "/people/?name=Ben+Foster",
        "/people/?name=Ben%20Foster",
        "/cases/?words=Something%20vile",
    ],
)
def test_an_address_is_heard_when_asked_for_answered_and_linked(path: str) -> None:
    answer(HttpResponse(""), path)
    assert heard() == ["address"]

    answer(HttpResponse(status=302, headers={"Location": path}))
    assert heard() == ["address"]

    for name in ("href", "action", "formaction", "src"):
        answer(HttpResponse(f'<title>A page</title><a class="go" {name}="{path}">Go</a>'))
        assert heard() == ["link"]


def test_a_title_is_heard_and_the_page_under_it_is_not() -> None:
    answer(HttpResponse("<!doctype html><title>The case of Una Reilly</title><p>Una Reilly</p>"))
    assert heard() == ["title"]

    answer(HttpResponse("<!doctype html><title>A case</title><p>Una Reilly reported something vile.</p>"))
    answer(StreamingHttpResponse([b"<title>Una Reilly</title>"]))
    assert heard() == []


def test_the_page_that_says_what_works_is_heard_whole() -> None:
    answer(HttpResponse("<title>Status</title><p>Una Reilly waits.</p>"), "/status/")
    answer(HttpResponse('{"waits": "Una Reilly"}', content_type="application/json"), "/status.json")

    assert heard() == ["status", "status"]


def test_people_of_a_town_are_heard_and_the_name_of_their_school_is_not() -> None:
    listen("title", "Larkfield Zqschoolone")
    listen("mail", "Write to office@zqschool.example, to amina@one.example or to tess@one.example.")
    listen("link", "/read/Zk3-Tess-9f/", address=True)
    assert heard() == []

    listen("title", "Nadia Zqschoolone Frost")
    listen("mail", "What they wrote zq0123456789_report_zq")
    assert heard() == ["title", "mail"]


def test_a_push_and_a_text_message_are_heard(push_service: PushService, sms_gateway: SmsGateway, settings: Any) -> None:
    ways._post(push_service.subscribe("susan-patel"), headers={})
    ways._post(push_service.subscribe("phone"), headers={"Topic": "susan patel"})
    settings.SMS_COMMAND = ""
    ways.text("+447700900123", "Susan Patel waits for you.")
    settings.SMS_COMMAND = "true"
    ways.text("+447700900123", "Susan Patel waits for you.")

    assert heard() == ["push or text message"] * 4


def test_a_browser_is_heard_where_it_goes_and_what_it_is_called(page: Any) -> None:
    page.route("**", lambda route: route.fulfill(content_type="text/html", body="<title>Susan Patel</title>"))
    page.goto("http://localhost/people/susan-patel/")
    canaries.listen_to_page(page)

    assert heard() == ["address", "title", "address"]
