"""On your phone: each adds, tries and takes off their own; nobody sees another's; bad input gets a sentence."""

import re

import pytest
from builders import World
from phones import PushService, SmsGateway, push_service, sms_gateway  # noqa: F401
from pytest_django.fixtures import Settings
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.people.models import Letter
from forethought.reaching import rules, ways
from forethought.reaching.models import PushKey, Reach

pytestmark = pytest.mark.policy("8.3")

PAGE = "/on-your-phone/"


def test_a_device_is_added_tried_and_taken_off(school_now: World, push_service: PushService) -> None:
    client = client_of(school_now.head)
    assert "Nothing is added" in text_of(client.get(PAGE))
    assert PushKey.objects.count() == 0
    key = client.post(f"{PAGE}make-push-key/").json()["key"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{87}", key)

    said = {"address": push_service.subscribe("one"), "name": "My phone"}
    client.post(f"{PAGE}add-device/", said)
    assert "It is added" in text_of(client.get(PAGE))
    client.post(f"{PAGE}try-reaches/")
    page = text_of(client.get(PAGE))
    assert "Every one of them took it" in page and "Last told at" in page
    assert push_service.faults == [] and push_service.pushes == ["/push/one"]
    client.post(f"{PAGE}try-reaches/")
    assert "in the last five minutes" in text_of(client.get(PAGE))
    assert len(push_service.pushes) == 1

    client.post(f"{PAGE}{Reach.objects.get().pk}/remove-reach/")
    assert "Nothing is added" in text_of(client.get(PAGE))


def test_a_try_that_is_not_taken_is_said_honestly(school_now: World, push_service: PushService) -> None:
    client = client_of(school_now.head)
    client.post(f"{PAGE}add-device/", {"address": push_service.subscribe("one"), "name": "My phone"})
    push_service.answer = 500
    client.post(f"{PAGE}try-reaches/")

    page = text_of(client.get(PAGE))
    assert "Not all of them took it" in page and "and not taken" in page


def test_a_number_is_added_by_the_code_that_came(school_now: World, sms_gateway: SmsGateway) -> None:
    client = client_of(school_now.lead)
    assert client.post(f"{PAGE}add-number/", {"number": "123", "name": "Mine"}).status_code == 422
    answer = client.post(f"{PAGE}add-number/", {"number": "07700 900 123", "name": "Mine"})
    [(number, words)] = sms_gateway.messages
    found = re.search(r"\d{6}", words)
    assert number == "+447700900123" and found is not None

    wrong = client.post(answer["Location"], {"code": "000000" if found[0] != "000000" else "1"})
    assert wrong.status_code == 422 and rules.WRONG_CODE in wrong.content.decode()
    client.post(answer["Location"], {"code": found[0]})
    page = text_of(client.get(PAGE))
    assert "A number that ends in 123" in page and "900123" not in page and "900 123" not in page
    assert client.get(answer["Location"]).status_code == 302
    assert Letter.objects.filter(kind="reach_changed").count() == 1


def test_a_number_whose_code_could_not_be_sent_is_not_added(school_now: World, sms_gateway: SmsGateway) -> None:
    sms_gateway.refuse = True
    answer = client_of(school_now.head).post(f"{PAGE}add-number/", {"number": "07700 900123", "name": "Mine"})

    assert answer.status_code == 422 and "The number was not added" in answer.content.decode()
    assert not Reach.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"address": "https://evil.example/x", "name": "My phone"},
        {"address": "http://127.0.0.1:5432/", "name": "My phone"},
        {"address": "", "name": "My phone"},
        {"address": "https://fcm.googleapis.com/" + "x" * 5000, "name": "My phone"},
        {"name": "My phone"},
        {},
    ],
)
def test_a_browser_with_another_address_is_told_why_not(
    school_now: World, push_service: PushService, said: dict[str, str]
) -> None:
    client = client_of(school_now.head)

    assert client.post(f"{PAGE}add-device/", said).status_code == 302
    assert "It is added" not in text_of(client.get(PAGE))
    assert not Reach.objects.exists()


def test_nobody_reaches_into_what_is_anothers(school_now: World, push_service: PushService) -> None:
    head = client_of(school_now.head)
    head.post(f"{PAGE}add-device/", {"address": push_service.subscribe("one"), "name": "Red phone"})
    reach, senior = Reach.objects.get(), client_of(school_now.senior)

    assert "Red phone" not in text_of(senior.get(PAGE))
    assert senior.post(f"{PAGE}{reach.pk}/remove-reach/").status_code == 404
    assert senior.post(f"{PAGE}{reach.pk}/confirm-number/", {"code": "1"}).status_code == 404
    assert Reach.objects.filter(ended_at__isnull=True).count() == 1


def test_a_teacher_reads_that_mail_is_all_there_is_for_them(
    school_now: World, push_service: PushService, sms_gateway: SmsGateway
) -> None:
    client = client_of(school_now.teacher)

    page = text_of(client.get(PAGE))
    assert "Only those who handle cases" in page and "add-device" not in page
    assert client.post(f"{PAGE}add-device/", {"address": "x", "name": "y"}).status_code == 404
    assert client.get(f"{PAGE}add-number/").status_code == 404


def test_a_school_without_any_way_says_so(school_now: World, settings: Settings) -> None:
    settings.PUSH_SERVICES, settings.SMS_ADDRESS, settings.SMS_COMMAND = [], "", ""
    client = client_of(school_now.head)

    assert "mail alone" in text_of(client.get(PAGE))
    assert client.get(f"{PAGE}add-number/").status_code == 302
    assert not ways.texts()
