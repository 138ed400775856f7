"""The list of adults: who gets in, taking somebody on, many at once, engagements, and leaving."""

import re
import uuid
from datetime import date, timedelta

import pytest
from builders import World, a_school, a_version_in_force, an_account
from django.test import Client
from reading_acts import ring, task_for
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.procedures import PROGRAM
from forethought.core.clock import london
from forethought.directory.models import Asked
from forethought.people import procedures as people
from forethought.people.models import Account, Engagement, Kind, Person, Role
from forethought.rows import inside

DAY = timedelta(days=1)


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def head(world: World) -> Client:
    return client_of(world.head)


def somebody(world: World, name: str = "Vera Lind", **more: object) -> Person:
    said: dict[str, object] = {"kind": Kind.VOLUNTEER, "starts_on": london(world.at).date(), **more}
    return people.add_person(school=world.school, name=name, by=world.head, at=world.at, **said)  # type: ignore[arg-type]


def search(client: Client, begins: str) -> str:
    """The list after somebody searched it."""
    return text_of(client.post("/people/", {"q": begins}, follow=True))


def boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}_day": f"{day:%d}", f"{name}_month": f"{day:%m}", f"{name}_year": f"{day:%Y}"}


def form(**changes: str) -> dict[str, str]:
    return {"name": "Vera Lind", "email": "", "kind": "volunteer", **boxes("starts_on", date(2028, 2, 29)), **changes}


def plain(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(response).split("<main")[1].split("</main>")[0]).split())


def base_of(person: Person) -> str:
    return f"/people/{person.pk}/"


def engagement_of(person: Person) -> str:
    return f"{base_of(person)}{Engagement.objects.get(person=person).pk}/"


# --- Who gets in ---


@pytest.mark.policy("2.5")
@pytest.mark.parametrize("role", list(Role))
def test_the_list_is_for_the_head_hr_and_the_clerk(world: World, role: Role) -> None:
    holder = somebody(world, "Holder", email="holder@one.example")
    people.appoint(person=holder, role=role, by=PROGRAM, at=world.at)
    client, base = client_of(holder), base_of(world.teacher)
    let_in = role in (Role.HEAD, Role.HR, Role.CLERK)
    lists = ["/people/lists/", "/people/lists/bring-list/"]
    pages = ["/people/", "/people/add-person/", *lists, base, f"{base}engage/", f"{base}leave/"]
    for path in [*pages, f"{base}change-person/", f"{engagement_of(world.teacher)}end-engagement/"]:
        assert client.get(path).status_code == (200 if let_in else 404), path
        if not let_in:
            assert client.post(path).status_code == 404, path


def test_another_schools_people_are_not_here(world: World, head: Client) -> None:
    other = a_school(tag="two", name="Another School", at=world.at)
    with inside(other.school.id):
        theirs, engagement = base_of(other.teacher), engagement_of(other.teacher)
    mine = engagement_of(world.teacher).split("/")[-2]
    nowhere = f"/people/{uuid.uuid4()}/"
    mixed = f"{base_of(world.colleague)}{mine}/"
    for base in (theirs, nowhere):
        for end in ("", "change-person/", "engage/", "leave/"):
            assert head.get(f"{base}{end}").status_code == head.post(f"{base}{end}").status_code == 404
    for base in (engagement, mixed):
        for end in ("end-engagement/", "name-manager/"):
            assert head.get(f"{base}{end}").status_code == head.post(f"{base}{end}").status_code == 404
    assert text_of(head.get("/people/")).count("Tess Harlow") == 1


# --- The list ---


@pytest.mark.policy("2.5")
def test_the_list_says_what_people_are_engaged_as_and_who_signs_in(world: World, head: Client) -> None:
    today = london(world.at).date()
    somebody(world, kind=Kind.AGENCY, starts_on=today, ends_on=today, manager=world.senior)
    somebody(world, "Gus Petersen", kind=Kind.GOVERNOR, starts_on=today + 9 * DAY)
    words = plain(head.get("/people/"))
    assert f"Vera Lind Engaged as Agency, on {today.day} {today:%B %Y} Signs in No Manager David Reed" in words
    assert "Amina Okafor Engaged as Employee, since" in words
    assert re.search(r"Gus Petersen Engaged as Governor or trustee, from \d+ \w+ \d{4} Signs in No Manager None", words)


@pytest.mark.policy("2.5")
def test_the_list_goes_page_by_page_and_is_searched_by_the_beginning_of_a_name(world: World, head: Client) -> None:
    for number in range(40):
        somebody(world, f"Person Number{number:02}")
    first = text_of(head.get("/people/"))
    [following] = re.findall(r'href="([^"]+)" rel="next"', first)
    second = text_of(head.get(following))
    listed = [re.findall(r'href="/people/([0-9a-f-]{36})/"', page) for page in (first, second)]
    assert [len(set(page)) for page in listed] == [25, 22] and not set(listed[0]) & set(listed[1])
    found = search(head, "number3")
    assert "Person Number39" in found and "Person Number29" not in found and "Amina" not in found
    assert "Tess Harlow" in search(head, "TESS")
    assert "Nobody is found." in search(head, "arlow")
    [following] = re.findall(r'href="([^"]+)" rel="next"', search(head, "person"))
    rest = text_of(head.get(following.replace("&amp;", "&")))
    assert "Person Number39" in rest and "Amina" not in rest and 'value="person"' in rest
    [back] = re.findall(r'href="([^"]+)" rel="prev"', rest)
    assert "Person Number00" in text_of(head.get(back)) and "Amina Okafor" in text_of(head.get("/people/"))


@pytest.mark.policy("2.5", "7.3")
@pytest.mark.parametrize("typed", ["Tess Harlow", "\x00", "x" * 999, "", "%"])
def test_a_name_that_is_searched_for_stands_in_no_address(world: World, head: Client, typed: str) -> None:
    answer = head.post("/people/", {"q": typed, "left": "yes"})

    assert answer["Location"] in {"/people/?search=yes&left=yes", "/people/?left=yes"}
    assert text_of(head.get(answer["Location"]))


@pytest.mark.parametrize(
    "query",
    ["?after=x", "?after=5cbcfa8e-29e7-4430-9c3f-9fa4a609aeda", "?q=x", "?search=yes", "?left=x"],
)
def test_what_is_no_query_is_a_page_all_the_same(head: Client, query: str) -> None:
    assert head.get(f"/people/{query}").status_code == 200


# --- Adding somebody ---


@pytest.mark.policy("2.5")
def test_a_governor_without_email_or_sign_in_is_added_and_asked(world: World, head: Client) -> None:
    version = a_version_in_force(world)
    assert "Adults only." in plain(head.get("/people/add-person/"))
    manager = str(world.senior.pk)
    answer = head.post("/people/add-person/", form(kind="governor", manager=manager, name="Gus  Petersen"))
    person = Person.objects.get(name="Gus Petersen")
    assert answer["Location"] == base_of(person)
    made = person.engagements.get()
    assert (made.kind, made.starts_on, made.manager) == ("governor", date(2028, 2, 29), world.senior)
    ring(world, world.at + DAY)
    assert task_for(person, version).due_on == date(2028, 2, 29)
    words = plain(head.get(base_of(person)))
    assert "They are on the list." in words and "Version 1 of the policy" in words
    assert "Their manager is David Reed." in words


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Write their name."),
        ({"name": "x" * 121}, "1 character too long."),
        ({"email": "vera at home"}, "Write an email address, like name@school.example."),
        ({"kind": ""}, "Choose what they are engaged as."),
        ({"kind": "head"}, "Choose what they are engaged as."),
        ({"starts_on_year": "2027"}, "Enter a real date"),
        ({"starts_on_day": ""}, "Enter a real date"),
        (boxes("ends_on", date(2028, 2, 28)), "The last day cannot be before the first."),
        ({"manager": "nobody"}, "Choose an answer."),
    ],
)
def test_a_bad_form_says_what_is_wrong_and_keeps_what_was_typed(
    head: Client, changes: dict[str, str], sentence: str
) -> None:
    answer = head.post("/people/add-person/", form(**changes))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in html and ('value="Vera Lind"' in html or "name" in changes)
    assert not Person.objects.filter(name="Vera Lind").exists()


@pytest.mark.policy("2.5")
def test_somebody_alike_is_shown_first_and_can_be_engaged_once_more_or_added_too(world: World, head: Client) -> None:
    twin = somebody(world)
    answer = head.post("/people/add-person/", form(kind="agency"))
    html = answer.content.decode()
    assert answer.status_code == 422 and "This is the same person: engage them once more" in html
    assert Person.objects.filter(name="Vera Lind").count() == 1 and 'value="Vera Lind"' in html

    engage = f"{base_of(twin)}engage/?kind=agency&amp;starts_on=2028-02-29"
    assert engage in html
    shown = text_of(head.get(engage.replace("&amp;", "&")))
    assert re.search(r'value="agency"[^>]*checked', shown) and 'value="2028"' in shown

    other = head.post("/people/add-person/", form(other="on"))
    assert other.status_code == 302 and Person.objects.filter(name="Vera Lind").count() == 2
    assert 'name="other"' not in text_of(head.get("/people/add-person/"))
    # In a list to choose from, the two can be told apart.
    options = text_of(head.get(f"{engagement_of(world.teacher)}name-manager/"))
    assert options.count("Vera Lind (no email address)") == 2


def test_the_same_address_is_noticed_too(world: World, head: Client) -> None:
    answer = head.post("/people/add-person/", form(email=world.teacher.email.upper()))
    assert answer.status_code == 422 and "Tess Harlow" in answer.content.decode()


# --- One person ---


@pytest.mark.policy("2.5")
def test_a_name_and_an_address_are_put_right(world: World, head: Client) -> None:
    base = base_of(world.teacher)
    bad = head.post(f"{base}change-person/", {"name": "", "email": "x"})
    assert bad.status_code == 422 and "Write their name." in bad.content.decode()
    assert head.post(f"{base}change-person/", {"name": "Tess Marlow", "email": ""})["Location"] == base
    world.teacher.refresh_from_db()
    assert (world.teacher.name, world.teacher.email) == ("Tess Marlow", "")


@pytest.mark.policy("2.5", "7.2")
def test_the_mail_of_whoever_signs_in_goes_elsewhere_only_with_their_own_yes(world: World, head: Client) -> None:
    an_account(world.chair, password="lantern copper meadow")
    base = base_of(world.chair)
    kept = world.chair.email
    assert head.post(f"{base}change-person/", {"name": "Joan White", "email": ""}).status_code == 422
    answer = head.post(f"{base}change-person/", {"name": "Joan White", "email": "thief@one.example"})
    assert answer["Location"] == base
    world.chair.refresh_from_db()
    assert (world.chair.name, world.chair.email) == ("Joan White", kept)
    asked = Asked.objects.get(kind="address")
    assert asked.person_id == world.chair.pk
    assert head.get(f"/people/asked/{asked.pk}/confirm-address/").status_code == 404


@pytest.mark.policy("2.5")
def test_somebody_is_engaged_once_more_and_not_twice_as_the_same(world: World, head: Client) -> None:
    base = base_of(world.teacher)
    said = {"kind": "governor", **boxes("starts_on", date(2028, 2, 29))}
    assert head.post(f"{base}engage/", said)["Location"] == base
    again = head.post(f"{base}engage/", said)
    assert again.status_code == 422 and "engaged as that on those days already" in again.content.decode()
    assert "Governor or trustee, from 29 February 2028." in plain(head.get(base))
    assert head.get(f"{base}engage/?kind=x&starts_on=2028-99-99&ends_on=%00").status_code == 200


@pytest.mark.policy("2.5")
def test_an_engagement_ends_and_a_manager_is_named(world: World, head: Client) -> None:
    path, base = engagement_of(world.teacher), base_of(world.teacher)
    made = Engagement.objects.get(person=world.teacher)
    early = head.post(f"{path}end-engagement/", boxes("ends_on", made.starts_on - DAY))
    assert early.status_code == 422 and "The last day cannot be before the first." in early.content.decode()
    assert head.post(f"{path}end-engagement/", boxes("ends_on", date(2028, 2, 29)))["Location"] == base
    assert head.post(f"{path}name-manager/", {"manager": str(world.senior.pk)})["Location"] == base
    words = plain(head.get(base))
    assert "to 29 February 2028. Their manager is David Reed." in words
    assert str(world.teacher.pk) not in text_of(head.get(f"{path}name-manager/")).split("<select")[1]
    assert head.post(f"{path}name-manager/", {"manager": str(world.teacher.pk)}).status_code == 422
    assert head.post(f"{path}name-manager/", {"manager": ""})["Location"] == base


@pytest.mark.policy("2.5")
def test_leaving_says_what_ends_and_a_leaver_comes_back(world: World, head: Client) -> None:
    an_account(world.senior)
    base = base_of(world.senior)
    made = Engagement.objects.get(person=world.teacher)
    people.name_manager(engagement=made, manager=world.senior, by=world.head, at=world.at)
    words = plain(head.get(f"{base}leave/"))
    assert "their sign-in" in words and "their roles: Senior manager" in words and "manager of one person" in words
    assert Person.objects.get(pk=world.senior.pk).left_at is None

    assert head.post(f"{base}leave/")["Location"] == base
    assert "They have left." in plain(head.get(base))
    assert "David Reed" not in plain(head.get("/people/")) and "David Reed" in plain(head.get("/people/?left=yes"))
    assert "They are off the list already." in plain(head.get(f"{base}leave/"))
    assert head.post(f"{base}leave/").status_code == 422

    today = london(world.at).date()
    assert "This brings them back." in plain(head.get(f"{base}engage/"))
    head.post(f"{base}engage/", {"kind": "agency", **boxes("starts_on", today + DAY)})
    assert "David Reed" in plain(head.get("/people/"))
    assert not Account.objects.get(person_id=world.senior.pk).is_active


@pytest.mark.policy("2.5")
def test_nobody_takes_themselves_off_the_list(world: World, head: Client) -> None:
    base = base_of(world.head)
    assert "You cannot take yourself off the list." in plain(head.get(base))
    assert head.post(f"{base}leave/").status_code == 422
    assert Person.objects.get(pk=world.head.pk).left_at is None


def test_leaving_needs_a_fresh_second_step(world: World, head: Client) -> None:
    session = head.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": 1_000_000_000, "reauthenticated": True}
    ]
    session.save()
    answer = head.post(f"{base_of(world.teacher)}leave/")
    assert answer.status_code == 302 and Person.objects.get(pk=world.teacher.pk).left_at is None


def test_no_title_or_address_holds_a_name(world: World, head: Client) -> None:
    path, base = engagement_of(world.teacher), base_of(world.teacher)
    ends = ("", "change-person/", "engage/", "leave/")
    for page in ["/people/", *(f"{base}{end}" for end in ends), f"{path}end-engagement/", f"{path}name-manager/"]:
        html = text_of(head.get(page))
        assert "Harlow" not in html.split("</title>")[0]
        assert not [one for one in re.findall(r'(?:href|action)="([^"]+)"', html) if "arlow" in one]
