"""The complaint page in a flood: from one address it asks for one step more, and everybody else goes straight on."""

import uuid

import pytest
from builders import World
from django.core.cache import cache
from django.test import Client, RequestFactory
from signed import school_now, text_of  # noqa: F401

from forethought.pages import crowding
from forethought.reports.forking import MOST_FROM_ONE
from forethought.reports.models import Complaint, HeldComplaint

pytestmark = pytest.mark.policy("8.1")

FORM = {"danger": "no", "who": "parent", "happened": "A post.", "staff": "no", "head": "no", "child": "no",
        "name": "Pat", "reach": "01234"}  # fmt: skip
AT = "/complain/receive-complaint/"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def sent(client: Client, address: str) -> object:
    return client.post(AT, {**FORM, "press": str(uuid.uuid4())}, REMOTE_ADDR=address)


@pytest.mark.parametrize(
    ("line", "forwarded", "network"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("::1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("127.0.0.1", "", ""),
        ("127.0.0.1", "nonsense", ""),
        ("127.0.0.1", "127.0.0.1", ""),
        ("", "", ""),
    ],
)
def test_what_counts_as_one_address(line: str, forwarded: str, network: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=line, headers={"X-Forwarded-For": forwarded})
    assert crowding.network_of(request) == network  # type: ignore[arg-type]


def test_a_flood_from_one_address_is_held_and_an_honest_sender_from_another_is_not(school_now: World) -> None:
    for _ in range(MOST_FROM_ONE):
        assert "We have your complaint" in text_of(sent(Client(), "203.0.113.9"))
    flood = Client()
    html = text_of(sent(flood, "203.0.113.9"))
    assert "One more step" in html and "Write down this code now" in html
    assert "We have your complaint" in text_of(sent(Client(), "198.51.100.1"))
    assert (Complaint.objects.count(), HeldComplaint.objects.count()) == (MOST_FROM_ONE + 1, 1)

    row = HeldComplaint.objects.get()
    page = f"/complaint/{row.pk}/"
    assert "nobody at the school has been told" in text_of(flood.get(page))
    assert flood.post(page + "confirm-complaint/", {"code": "AAAA-AAAA"}).status_code == 422
    row.refresh_from_db()
    assert row.tries == 1
    assert Client().get(page + "confirm-complaint/").status_code == 404
    # The code of a held complaint opens that complaint, and no form of the staff's.
    assert flood.get("/report/start-draft/").status_code in {302, 404, 405}
    assert flood.get("/concern/raise-concern/").status_code == 302


def test_no_address_is_kept_in_any_row(school_now: World) -> None:
    for _ in range(MOST_FROM_ONE + 1):
        sent(Client(), "203.0.113.9")
    assert not any("203.0.113" in str(key) for key in cache._cache)  # type: ignore[attr-defined]
