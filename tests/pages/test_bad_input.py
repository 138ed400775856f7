"""Whatever comes in, there is a sentence and never a fault: reliability.md 7.

Every address of ours is sent every kind of bad input as a member of staff, a manager and a visitor. Django's test
client raises what a server would answer with 500, so a fault fails the test by itself.
"""

import uuid
from urllib.parse import quote

import pytest
from builders import World, a_case, a_draft, a_grant, the_takedown
from django.test import Client
from doors import client_of, ours

TEXTS = {
    "nul": "a\x00b",
    "only zero-width": "\u200b\u200d\ufeff",
    "only spaces": "\u00a0\u3000 ",
    "right to left": "x\u202egpj.exe",
    "zalgo": "Z" + "\u0301" * 500,
    # As much as all the fields together may hold: what is more is refused unread, below.
    "long": "x" * 7_000,
    "markup": "<script>alert(1)</script>{{7*7}}{% debug %}${7*7}%s%n",
    "line ends": "a\r\nBcc: head@school.example\r\n",
    "number": "9" * 7_000,
    "exponent": "1e999",
    "arabic digits": "٢٠٢٦",
    "emoji": "👩‍👩‍👧‍👦" * 60,
    "link": "[x](javascript:alert(1))",
    "address": "javascript:alert(1)",
    "lone": "\udcff",
}
LEAVING = ("/leave/",)
FIELDS = (
    "danger",
    "happened",
    "where",
    "first_seen_day",
    "first_seen_month",
    "first_seen_year",
    "group",
    "name",
    "head",
    "child",
    "reporter_name",
    "code",
    "under_18",
    "adult_intimate",
    "kind",
    "sentence",
    "answer",
    "version",
    "outcome",
    "reasons",
    "reason",
    "result",
    "corrects",
    "person",
    "capacity",
    "harmed",
    "offered",
    "basis",
    "second",
    "reference",
    "address",
    "platform",
    "handle",
    "description",
    "wanted",
    "wording",
    "recipient",
    "contact",
    "found_how",
    "category",
    "account_used",
    "sender_address",
    "reply_to",
    "why",
    "way",
    "rung",
    "refusal",
    "refusal_words",
    "host",
    "ticket",
    "helper",
    "safe",
    "until_day",
    "until_month",
    "until_year",
    "seen_on_day",
    "seen_time",
    "zone",
    "number",
    "only_mentioned",
    "next",
    "email",
    "password",
    "login",
    "state",
    "school_id",
    "created_by",
    "is_superuser",
    "sealed_at",
)


def addresses(world: World) -> list[str]:
    case, draft = a_case(world), a_draft(world)
    grant = a_grant(draft, by=world.teacher, at=world.at)
    known = {
        "case_id": case.id,
        "takedown_id": the_takedown(case).id,
        "party_id": case.parties.all()[0].id,
        "draft_id": draft.id,
        "grant_id": grant.id,
        "report_id": case.reports.get().id,
    }
    found = []
    for route, _ in ours():
        address = "/" + route
        for part in route.split("<")[1:]:
            kind, name = part.split(">")[0].split(":")
            value = "helpline" if kind == "slug" else known.get(name, uuid.UUID(int=1))
            address = address.replace(f"<{kind}:{name}>", str(value))
        found.append(address)
    # Leaving comes last: whoever has left is only asked to sign in.
    return sorted(found, key=lambda address: address in LEAVING)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("kind", TEXTS)
def test_bad_text_in_every_field_of_every_form_is_a_sentence(world: World, kind: str) -> None:
    places = addresses(world)
    body = "&".join(f"{name}={quote(TEXTS[kind].encode('utf-8', 'surrogateescape'))}" for name in FIELDS)
    for client in (client_of(world.teacher), client_of(world.senior), Client()):
        was_signed_in, read = is_signed_in(client), 0
        for address in places:
            assert address in LEAVING or is_signed_in(client) == was_signed_in, address
            answer = client.post(address, body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code < 500, (address, answer.status_code)
            read += answer.status_code != 400
        assert read > 0.9 * len(places), "What is too large is not read, and proves nothing."


def test_more_than_a_form_may_hold_is_refused_unread(world: World) -> None:
    client, words = client_of(world.teacher), "x" * 70_000
    for address in addresses(world):
        answer = client.post(address, dict.fromkeys(FIELDS, words))
        assert answer.status_code < 500, (address, answer.status_code)


@pytest.mark.parametrize(
    "query", ["?id=%00", "?page=-1", "?after=inf", "?after=%ff", "?kind=" + "x" * 5000, "?a=1&a=2", "?" + "&" * 900]
)
def test_a_strange_query_is_never_a_fault(world: World, query: str) -> None:
    places = addresses(world)
    for client in (client_of(world.senior), Client()):
        for address in places:
            assert client.get(address + query).status_code < 500, address


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace", "head"])
def test_an_unknown_way_of_asking_is_refused(world: World, method: str) -> None:
    client = client_of(world.senior)
    for address in addresses(world):
        status = getattr(client, method)(address).status_code
        assert status < 500
        if method != "head":
            # A directory without a key is asked for one first, and to wait if it asks without an end.
            allowed = {401, 404, 405, 429} if address.startswith("/scim/") else {404, 405}
            assert status in allowed, (method, address, status)


@pytest.mark.parametrize(
    "path",
    [
        "/cases/%00/",
        "/cases/..%2f..%2fsettings/",
        "/report/%c0%ae/",
        "/cases/1;drop/",
        "/x.css",
        "/cases/2" + "0" * 500,
    ],
)
def test_a_made_up_address_is_not_found(world: World, path: str) -> None:
    assert client_of(world.senior).get(path).status_code == 404


def test_too_many_fields_are_refused(world: World) -> None:
    draft = a_draft(world)
    answer = client_of(world.teacher).post(f"/report/{draft.id}/what/", {f"f{n}": "x" for n in range(1001)})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded; charset=nope",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
    ],
)
def test_a_body_of_another_kind_is_refused(world: World, content_type: str) -> None:
    draft = a_draft(world)
    client = client_of(world.teacher)
    for body in (b"", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'):
        answer = client.generic("POST", f"/report/{draft.id}/what/", body, content_type=content_type)
        assert answer.status_code in {400, 403, 413, 415, 422}


def test_a_strange_host_is_refused() -> None:
    assert Client(headers={"host": "evil.example"}).get("/report/").status_code == 400
