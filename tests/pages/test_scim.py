"""SCIM 2.0 by a small client written from RFC 7643 and 7644, and by requests as Entra and Okta send them."""

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from builders import World, a_case, a_school, an_account
from django.core.cache import cache
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.directory import keys
from forethought.directory.models import Asked, DirectoryKey, Outside
from forethought.pages import scim
from forethought.people.models import Account, Appointment, Doorway, Person
from forethought.rows import inside

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


class Directory:
    """A directory that speaks SCIM with a key."""

    def __init__(self, token: str) -> None:
        self.client, self.token = Client(), token

    def __call__(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        said = json.dumps(body) if body is not None else ""
        address = f"/scim/v2/{path}"
        if query:
            from urllib.parse import urlencode

            address += f"?{urlencode(query)}"
        answer = self.client.generic(
            method,
            address,
            said,
            content_type="application/scim+json",
            headers={"authorization": f"Bearer {self.token}"},
        )
        if answer.status_code != 204:
            assert answer["Content-Type"].startswith("application/scim+json"), answer.content
            answer.said = answer.json()
        return answer

    def patch(self, pk: object, *operations: dict[str, Any]) -> Any:
        return self("PATCH", f"Users/{pk}", {"schemas": [PATCH], "Operations": list(operations)})


@pytest.fixture
def world(school_now: World) -> World:
    cache.clear()
    return school_now


@pytest.fixture
def entra(world: World) -> Directory:
    _, token = keys.make_directory_key(school=world.school, label="Entra", by=world.head, at=world.at)
    return Directory(token)


def new(user_name: str = "bjensen@one.example", **more: Any) -> dict[str, Any]:
    """As in RFC 7644, 3.3."""
    return {
        "schemas": [USER],
        "userName": user_name,
        "externalId": "701984",
        "name": {"formatted": "Ms. Barbara J Jensen III", "familyName": "Jensen", "givenName": "Barbara"},
        "emails": [{"value": user_name, "type": "work", "primary": True}],
        **more,
    }


def wrong(answer: Any, status: int, kind: str = "") -> None:
    assert answer.status_code == status, answer.content
    assert answer.said["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert answer.said["status"] == str(status) and answer.said.get("scimType", "") == kind


# --- The door ---


@pytest.mark.parametrize("token", ["", "x", "ftd_" + "x" * 43, "ftd_\u00e4", "ftd_" + "x" * 9000])
def test_without_a_key_nothing_is_answered(world: World, token: str) -> None:
    for path in ("Users", f"Users/{world.head.pk}", "ServiceProviderConfig", "Schemas", "ResourceTypes"):
        answer = Client().get(
            f"/scim/v2/{path}", headers={"authorization": f"Bearer {token}".encode().decode("latin-1")}
        )
        assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["status"] == "401"
    assert client_of(world.head).get("/scim/v2/Users").status_code == 401


def test_a_key_that_has_ended_or_is_another_schools_opens_nothing_here(world: World, entra: Directory) -> None:
    other = a_school(tag="two", name="Another School", at=world.at)
    with inside(other.school.id):
        _, token = keys.make_directory_key(school=other.school, label="Okta", by=other.head, at=other.at)
    theirs = Directory(token)
    assert entra("GET", f"Users/{world.teacher.pk}").status_code == 200
    wrong(theirs("GET", f"Users/{world.teacher.pk}"), 404)
    assert theirs("GET", "Users").said["totalResults"] == 7
    wrong(theirs.patch(world.teacher.pk, {"op": "replace", "path": "active", "value": False}), 404)
    with inside(world.school.id):
        keys.end_directory_key(key=DirectoryKey.objects.get(), by=world.head, at=world.at + timedelta(seconds=1))
    wrong(entra("GET", "Users"), 401)


def test_too_many_requests_are_put_off(world: World, entra: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scim, "MOST", 3)
    monkeypatch.setattr(scim, "MOST_WRONG", 2)
    for _ in range(3):
        assert entra("GET", "ServiceProviderConfig").status_code == 200
    answer = entra("GET", "ServiceProviderConfig")
    wrong(answer, 429)
    assert answer["Retry-After"] == "60"
    stranger = Directory("ftd_no")
    assert [stranger("GET", "Users").status_code for _ in range(3)] == [401, 401, 429]


def test_the_head_makes_a_key_that_is_shown_once_and_kept_as_a_hash(world: World) -> None:
    head = client_of(world.head)
    assert client_of(world.senior).get("/people/directory/").status_code == 404
    shown = head.post("/people/directory/make-directory-key/", {"label": "Entra"})
    [token] = re.findall(r"ftd_[\w-]{43}", shown.content.decode())
    assert token not in text_of(head.get("/people/directory/")) and "Never used" in text_of(
        head.get("/people/directory/")
    )
    door = Doorway.objects.get(kind="directory")
    assert token.encode() not in bytes(door.key_hash)
    assert not [body for body in Entry.objects.values_list("body", flat=True) if token in body]
    assert Directory(token)("GET", "Users").status_code == 200
    assert "Last used" in text_of(head.get("/people/directory/"))
    key = DirectoryKey.objects.get()
    assert head.post(f"/people/directory/{key.pk}/end-directory-key/").status_code == 302
    wrong(Directory(token)("GET", "Users"), 401)
    assert head.post(f"/people/directory/{key.pk}/end-directory-key/").status_code == 404
    for _ in range(keys.MOST):
        head.post("/people/directory/make-directory-key/", {"label": "More"})
    full = head.post("/people/directory/make-directory-key/", {"label": "More"})
    assert full.status_code == 422 and "End one of them first" in full.content.decode()


# --- What it says of itself ---


def test_it_says_what_it_can_do(entra: Directory) -> None:
    said = entra("GET", "ServiceProviderConfig").said
    assert said["patch"]["supported"] and not said["bulk"]["supported"] and said["filter"]["maxResults"] == 200
    assert entra("GET", "ResourceTypes").said["Resources"][0]["endpoint"] == "/Users"
    assert entra("GET", "ResourceTypes/User").said["schema"] == USER
    names = {one["name"] for one in entra("GET", f"Schemas/{USER}").said["attributes"]}
    assert {"userName", "name", "emails", "active"} <= names and not names & {"roles", "groups", "password"}
    assert entra("GET", "Schemas").said["totalResults"] == 1
    wrong(entra("GET", "Schemas/x"), 404)
    wrong(entra("POST", "ServiceProviderConfig", {}), 405)
    wrong(entra("PUT", "Users", {}), 405)


# --- Reading ---


def test_people_are_read_page_by_page_and_found_by_their_name(world: World, entra: Directory) -> None:
    first = entra("GET", "Users", startIndex="1", count="4").said
    second = entra("GET", "Users", startIndex="5", count="4").said
    assert first["totalResults"] == second["totalResults"] == 7
    assert (first["itemsPerPage"], second["itemsPerPage"], second["startIndex"]) == (4, 3, 5)
    ids = {one["id"] for one in first["Resources"] + second["Resources"]}
    assert len(ids) == 7
    assert entra("GET", "Users", count="0").said["Resources"] == []
    assert entra("GET", "Users", startIndex="-7", count="-1").said["itemsPerPage"] == 0
    found = entra("GET", "Users", filter='userName eq "TEACHER@one.example"').said
    assert found["totalResults"] == 1 and found["Resources"][0]["id"] == str(world.teacher.pk)
    for said in ('emails[type eq "work"].value eq "teacher@one.example"', 'emails.value eq "teacher@one.example"'):
        assert entra("GET", "Users", filter=said).said["totalResults"] == 1
    assert entra("GET", "Users", filter=f'id eq "{world.teacher.pk}"').said["totalResults"] == 1
    assert entra("GET", "Users", filter='userName eq "nobody"').said["Resources"] == []
    for said in (
        'userName co "a"',
        'roles eq "head"',
        "userName eq",
        'userName eq "a" or active eq true',
        "active eq true",
    ):
        wrong(entra("GET", "Users", filter=said), 400, "invalidFilter")
    wrong(entra("GET", "Users", count="x"), 400, "invalidValue")


@pytest.mark.policy("7.2")
def test_a_user_shows_who_somebody_is_and_nothing_of_a_case_or_a_role(world: World, entra: Directory) -> None:
    a_case(world)
    said = entra("GET", f"Users/{world.senior.pk}").said
    assert set(said) == {"schemas", "id", "userName", "name", "displayName", "emails", "active", "meta"}
    assert said["name"] == {"formatted": "David Reed", "givenName": "David", "familyName": "Reed"}
    few = entra("GET", f"Users/{world.senior.pk}", attributes="userName").said
    assert set(few) == {"schemas", "id", "userName"}
    less = entra("GET", f"Users/{world.senior.pk}", excludedAttributes="emails,name").said
    assert "emails" not in less and "userName" in less
    for nowhere in ("x", str(uuid.uuid4()), "%00", "1" * 999):
        assert entra("GET", f"Users/{nowhere}").status_code == 404


# --- Bringing ---


@pytest.mark.policy("2.5")
def test_somebody_is_brought_as_in_the_rfc_and_not_twice(world: World, entra: Directory) -> None:
    answer = entra("POST", "Users", new(roles=[{"value": "head"}], userType="Governor", password="t1meMa$heen"))
    assert answer.status_code == 201 and answer["Location"].endswith(f"/scim/v2/Users/{answer.said['id']}")
    person = Person.objects.get(pk=answer.said["id"])
    assert (person.name, person.email) == ("Barbara Jensen", "bjensen@one.example")
    assert person.engagements.get().kind == "governor" and not Appointment.objects.filter(person=person).exists()
    assert not Account.objects.filter(person_id=person.pk).exists()
    assert answer.said["externalId"] == "701984" and answer.said["active"] is True
    assert entra("GET", "Users", filter='externalId eq "701984"').said["totalResults"] == 1
    wrong(entra("POST", "Users", new("BJENSEN@one.example", externalId="2")), 409, "uniqueness")
    wrong(entra("POST", "Users", new("other@one.example")), 409, "uniqueness")
    wrong(entra("POST", "Users", new("teacher@one.example", externalId="3")), 409, "uniqueness")
    entries = set(Entry.objects.filter(about=person.pk).values_list("verb", flat=True))
    assert entries == {"people.add_person", "directory.provision_person"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("not json", "invalidSyntax"),
        ([], "invalidSyntax"),
        ({}, "invalidValue"),
        (new(""), "invalidValue"),
        (new("x" * 300), "invalidValue"),
        (new("a\x00b"), "invalidValue"),
        (new(active="perhaps"), "invalidValue"),
        (new(name="Barbara"), "invalidValue"),
        (new(name={"givenName": "x" * 121}), "invalidValue"),
        (new(emails="nobody"), "invalidValue"),
        (new(emails={"value": 1}), "invalidValue"),
        (new(emails=[{"value": 1}]), "invalidValue"),
        (new(name={"givenName": "the password is", "familyName": "hunter2"}), "invalidValue"),
    ],
)
def test_what_cannot_be_kept_is_refused_as_scim_says(entra: Directory, body: Any, kind: str) -> None:
    before = Person.objects.count()
    wrong(entra("POST", "Users", body), 400, kind)
    assert Person.objects.count() == before and not Outside.objects.exists()


def test_a_body_that_is_far_too_large_is_refused(entra: Directory) -> None:
    wrong(entra("POST", "Users", new(displayName="x" * 600_000)), 413)


@pytest.mark.policy("2.5")
def test_somebody_who_left_is_brought_back_as_the_same_person(world: World, entra: Directory) -> None:
    entra("DELETE", f"Users/{world.teacher.pk}")
    wrong(entra("GET", f"Users/{world.teacher.pk}"), 404)
    again = entra("POST", "Users", new("teacher@one.example", name={"formatted": "Tess Harlow"}))
    assert again.status_code == 201 and again.said["id"] == str(world.teacher.pk) and again.said["active"]


@pytest.mark.policy("2.5")
def test_somebody_new_who_is_given_a_leavers_address_is_not_taken_for_them(world: World, entra: Directory) -> None:
    entra("DELETE", f"Users/{world.teacher.pk}")
    new_one = entra("POST", "Users", new("teacher@one.example"))
    assert new_one.status_code == 201 and new_one.said["id"] != str(world.teacher.pk)
    assert Person.objects.get(pk=world.teacher.pk).left_at is not None


@pytest.mark.policy("2.5", "7.2")
def test_a_directory_ends_no_office_by_itself(world: World, entra: Directory) -> None:
    answer = entra.patch(world.chair.pk, {"op": "replace", "value": {"active": False}})
    assert answer.said["active"] is False and Person.objects.get(pk=world.chair.pk).left_at is None
    asked = Asked.objects.get(kind="leave")
    # Nor does the head, over whom the chair watches.
    assert client_of(world.head).post(f"/people/asked/{asked.pk}/let-leave/").status_code == 422
    assert Person.objects.get(pk=world.chair.pk).left_at is None


# --- Changing: as Entra and Okta send it (from knowledge of them) ---


@pytest.mark.policy("2.5")
def test_okta_turns_somebody_off_and_they_are_out_with_their_next_request(world: World, entra: Directory) -> None:
    an_account(world.teacher)
    theirs = client_of(world.colleague)
    assert theirs.get("/reading/").status_code == 200
    answer = entra.patch(world.colleague.pk, {"op": "replace", "value": {"active": False}})
    assert answer.status_code == 200 and answer.said["active"] is False
    assert theirs.get("/reading/").status_code == 302
    assert Entry.objects.filter(verb="people.leave", about=world.colleague.pk).exists()
    back = entra.patch(world.colleague.pk, {"op": "replace", "value": {"active": True}})
    assert back.said["active"] is True and Person.objects.get(pk=world.colleague.pk).left_at is None


@pytest.mark.policy("2.5")
def test_entra_changes_names_and_addresses_its_own_way(world: World, entra: Directory) -> None:
    pk = world.teacher.pk
    answer = entra.patch(
        pk,
        {"op": "Replace", "path": "name.familyName", "value": "Marlowe"},
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "tess.marlowe@one.example"},
        {"op": "Add", "path": "externalId", "value": "abc"},
        {"op": "Replace", "path": "userName", "value": "tess.marlowe@one.example"},
        {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Maths"},
        {"op": "Add", "path": 'phoneNumbers[type eq "work"].value', "value": "0161"},
        {"op": "Replace", "path": 'roles[primary eq "True"].value', "value": "head"},
    )
    assert answer.status_code == 200, answer.content
    person = Person.objects.get(pk=pk)
    assert (person.name, person.email) == ("Tess Marlowe", "tess.marlowe@one.example")
    assert answer.said["userName"] == "tess.marlowe@one.example" and answer.said["externalId"] == "abc"
    off = entra.patch(pk, {"op": "Replace", "path": "active", "value": "False"})
    assert off.said["active"] is False
    removed = entra.patch(pk, {"op": "remove", "path": "externalId"})
    assert "externalId" not in removed.said
    assert not Appointment.objects.filter(person=person).exists()


@pytest.mark.policy("2.5")
def test_a_user_is_replaced_whole(world: World, entra: Directory) -> None:
    said = new("tess@one.example", name={"givenName": "Tess", "familyName": "Marlowe"}, active=True)
    answer = entra("PUT", f"Users/{world.teacher.pk}", said)
    assert answer.status_code == 200 and answer.said["displayName"] == "Tess Marlowe"
    same = entra("PUT", f"Users/{world.teacher.pk}", said)
    assert same.said["displayName"] == "Tess Marlowe"
    wrong(entra("PUT", f"Users/{world.teacher.pk}", new("colleague@one.example")), 409, "uniqueness")


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ({"op": "swap", "path": "active"}, "invalidSyntax"),
        ({"op": "replace", "path": 7, "value": 1}, "invalidPath"),
        ({"op": "replace", "value": "x"}, "invalidValue"),
        ({"op": "replace", "path": "active", "value": "maybe"}, "invalidValue"),
        ({"op": "replace", "path": "active", "value": {"a": {"b": []}}}, "invalidValue"),
        ({"op": "remove"}, "noTarget"),
        ({"op": "remove", "path": "userName"}, "mutability"),
        ({"op": "replace", "path": "userName", "value": ""}, "invalidValue"),
        ({"op": "replace", "path": "emails", "value": [{"value": "nobody"}]}, "invalidValue"),
        ("replace", "invalidSyntax"),
    ],
)
def test_a_patch_that_is_none_changes_nothing(world: World, entra: Directory, operation: Any, kind: str) -> None:
    wrong(entra.patch(world.teacher.pk, operation), 400, kind)
    assert Person.objects.get(pk=world.teacher.pk).name == "Tess Harlow" and not Outside.objects.exists()
    for said in ({"Operations": []}, {"schemas": 5, "Operations": [{}]}):
        wrong(entra("PATCH", f"Users/{world.teacher.pk}", said), 400, "invalidSyntax")


@pytest.mark.parametrize("value", [r"\ud800", r"a\u0000b"])
def test_a_filter_that_no_database_could_look_for_is_refused(entra: Directory, value: str) -> None:
    wrong(entra("GET", "Users", filter=f'userName eq "{value}"'), 400, "invalidFilter")


# --- What waits for a person ---


@pytest.mark.policy("2.5", "7.2")
def test_a_handler_who_is_turned_off_waits_for_whoever_keeps_the_list(world: World, entra: Directory) -> None:
    case = a_case(world)
    off = {"op": "replace", "value": {"active": False}}
    handler, other = entra.patch(world.senior.pk, off), entra.patch(world.colleague.pk, off)
    # The directory is told the same of both, so it learns nothing of who handles what.
    assert handler.said["active"] is other.said["active"] is False
    assert Person.objects.get(pk=world.senior.pk).left_at is None
    entra.patch(world.senior.pk, off)
    asked = Asked.objects.get(kind="leave")
    assert str(case.pk) not in handler.content.decode()
    head, theirs = client_of(world.head), client_of(world.senior)
    assert "Does somebody leave?" in text_of(head.get("/"))
    page = f"/people/asked/{asked.pk}/let-leave/"
    assert theirs.get(page).status_code == 404 and "David Reed" in text_of(head.get(page))
    assert head.post(f"/people/asked/{asked.pk}/keep-on/").status_code == 302
    assert entra("GET", f"Users/{world.senior.pk}").said["active"] is True
    entra.patch(world.senior.pk, off)
    asked = Asked.objects.get(kind="leave", answered_at__isnull=True)
    assert head.post(f"/people/asked/{asked.pk}/let-leave/").status_code == 302
    assert Person.objects.get(pk=world.senior.pk).left_at is not None
    assert head.get(f"/people/asked/{asked.pk}/let-leave/").status_code == 404


@pytest.mark.policy("2.5")
def test_turned_on_again_nothing_waits_any_more(world: World, entra: Directory) -> None:
    a_case(world)
    entra.patch(world.senior.pk, {"op": "replace", "value": {"active": False}})
    entra.patch(world.senior.pk, {"op": "replace", "value": {"active": True}})
    assert not Asked.objects.filter(answered_at__isnull=True).exists()
    assert entra("GET", f"Users/{world.senior.pk}").said["active"] is True


@pytest.mark.policy("2.5")
def test_a_new_address_of_an_office_holder_is_theirs_to_confirm(world: World, entra: Directory) -> None:
    def bring(address: str) -> Asked:
        change = {"op": "replace", "path": 'emails[type eq "work"].value', "value": address}
        assert entra.patch(world.lead.pk, change).said["emails"][0]["value"] == address
        assert Person.objects.get(pk=world.lead.pk).email == "lead@one.example"
        return Asked.objects.get(kind="address", answered_at__isnull=True)

    lead, head = client_of(world.lead), client_of(world.head)
    asked = bring("first@one.example")
    page = f"/people/asked/{asked.pk}/confirm-address/"
    assert "Is this your new email address?" in text_of(lead.get("/"))
    assert head.get(page).status_code == head.post(page).status_code == 404
    assert lead.post(f"/people/asked/{asked.pk}/decline-address/").status_code == 302
    asked = bring("second@one.example")
    assert "second@one.example" in text_of(lead.get(f"/people/asked/{asked.pk}/confirm-address/"))
    assert lead.post(f"/people/asked/{asked.pk}/confirm-address/").status_code == 302
    assert Person.objects.get(pk=world.lead.pk).email == "second@one.example"
    assert lead.post(f"/people/asked/{asked.pk}/confirm-address/").status_code == 404
    assert not Asked.objects.exclude(content=None).exists()
