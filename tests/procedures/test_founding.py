"""A school is founded in one act from what was answered, or not at all; the link to it opens once."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import a_school, found_in_the_clear
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from forethought.audit.models import Entry
from forethought.audit.procedures import Visitor
from forethought.cases import quorum
from forethought.core.errors import Refused, TooLate
from forethought.founding import links, procedures, rules
from forethought.founding.models import SettingUp
from forethought.people import casting
from forethought.people.models import Account, Appointment, ClosedTime, Engagement, Person, Role, School
from forethought.policies.models import Baseline, Policy, Revision, Union
from forethought.rows import inside

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)

SAID: dict[str, dict[str, Any]] = {
    "school": {"name": "Mosside School", "urn": "123456", "phase": "primary", "run_by": "authority", "runs": "Here"},
    "head": {
        "head_name": "Hester Vale",
        "head_email": "Hester@mosside.example",
        "lead_name": "",
        "lead_email": "hester@mosside.example",
        "deputy_name": "Tam Rook",
        "deputy_email": "tam@mosside.example",
    },
    "governors": {"chair_name": "Corin Blythe", "chair_email": "corin@mosside.example"},
    "officers": {
        "protection_name": "Grace Ade",
        "protection_email": "grace@dpo.example",
        "union": "NEU",
        "union_name": "Una Reilly",
        "union_email": "una@union.example",
    },
    "duty": {"senior_email": "tam@mosside.example", "closed": "Christmas: 21 12 2026 to 1 1 2027"},
    "policy": {"text": "model", "answer_hours": "3", "approach_hours": "2"},
    "mail": {"to": "a@b.example", "proved": True},
}


def with_shares() -> tuple[dict[str, dict[str, Any]], list[str]]:
    made, salt, proof = quorum.new_shares()
    return {**SAID, "shares": {"salt": salt.hex(), "proof": proof.hex(), "proved": True}}, made


@pytest.fixture
def row(db: None) -> SettingUp:
    cookie = links.open_link(links.make_link(another=False, at=AT), AT)
    assert cookie is not None
    found = links.behind_cookie(cookie, AT)
    assert found is not None
    return found


@pytest.fixture
def founded(row: SettingUp) -> Iterator[School]:
    said, made = with_shares()
    school = procedures.open_school(plan=rules.plan_of(said), setting_up=row, by=Visitor(row.pk), at=AT)
    with inside(school.id):
        assert quorum.fits(made[:2])
        yield school


@pytest.mark.policy("2.5", "3.7", "8.3")
def test_a_school_is_founded_with_all_that_was_answered(founded: School) -> None:
    founded.refresh_from_db()
    assert (founded.name, founded.urn, founded.phase, founded.runs) == ("Mosside School", "123456", "primary", "Here")
    assert (founded.answer_hours, founded.approach_hours) == (3, 2)
    assert founded.mail_arrived_at == AT
    held = {(one.person.name, one.role) for one in Appointment.objects.select_related("person")}
    assert held == {
        ("Hester Vale", Role.HEAD),
        ("Hester Vale", Role.LEAD),
        ("Tam Rook", Role.DEPUTY_LEAD),
        ("Tam Rook", Role.SENIOR),
        ("Corin Blythe", Role.CHAIR),
        ("Grace Ade", Role.PROTECTION),
        ("Una Reilly", Role.UNION),
    }
    assert Person.objects.count() == 5
    assert Engagement.objects.count() == 4, "a union's officer is engaged by nobody here"
    assert [one.name for one in ClosedTime.objects.all()] == ["Christmas"]
    assert Union.objects.get().representative.name == "Una Reilly"
    assert Policy.objects.filter(pk=founded.pk).exists()
    assert Baseline.objects.count() == 1
    assert Revision.objects.get().baseline == Baseline.objects.get(), "the model is a draft to go on with"
    accounts = Account.objects.filter(school_id=founded.pk)
    assert accounts.count() == 5
    assert not any(one.has_usable_password() for one in accounts)
    cast = casting.cast_at(AT)
    assert cast.dsl == cast.head
    assert cast.senior_managers


def test_founding_leaves_its_event_and_one_for_each_act_in_it(founded: School) -> None:
    verbs = list(Entry.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs[0] == "people.found_school"
    assert verbs[-1] == "founding.open_school"
    for verb in ("people.describe_school", "people.set_hours", "people.keep_closed_days", "cases.keep_first_shares"):
        assert verbs.count(verb) == 1
    assert verbs.count("people.add_person") == 4
    assert {one.by for one in Entry.objects.all()} == {str(SettingUp.objects.get().pk)}


def test_nothing_of_the_set_up_is_left_but_that_it_was(founded: School) -> None:
    row = SettingUp.objects.get()
    assert (bytes(row.answers), row.link_hash, row.founded, row.finished_at) == (b"", None, founded.pk, AT)
    assert row.cookie_ends_at == AT + links.AFTERWARDS


def test_a_second_press_founds_no_second_school(founded: School) -> None:
    row = SettingUp.objects.get()
    other = rules.Plan(name="Another", people=(rules.Named("head", "A B", "a@other.example", "employee"),))
    with pytest.raises((Refused, TooLate)):
        procedures.open_school(plan=other, setting_up=row, by=Visitor(row.pk), at=AT)
    assert not Account.objects.filter(email="a@other.example").exists()


def test_an_address_that_signs_in_elsewhere_founds_nothing(row: SettingUp) -> None:
    Account.objects.create(school_id=row.pk, person_id=row.pk, email="corin@mosside.example", made_at=AT)
    with pytest.raises(Refused, match="signs in here already"):
        procedures.open_school(plan=rules.plan_of(SAID), setting_up=row, by=Visitor(row.pk), at=AT)
    assert not procedures.is_founded()
    row.refresh_from_db()
    assert row.finished_at is None


@pytest.mark.policy("2.5")
def test_one_database_file_holds_one_school_and_postgresql_more(row: SettingUp) -> None:
    a_school(at=AT)
    if connection.vendor == "sqlite":
        with pytest.raises(Refused, match="a school here already"):
            procedures.open_school(plan=rules.plan_of(SAID), setting_up=row, by=Visitor(row.pk), at=AT)
    else:
        assert procedures.open_school(plan=rules.plan_of(SAID), setting_up=row, by=Visitor(row.pk), at=AT)


# --- The link ---


def test_a_link_opens_once(db: None) -> None:
    token = links.make_link(another=False, at=AT)
    assert links.behind_link(token, AT) is not None
    assert links.open_link(token, AT) is not None
    assert links.open_link(token, AT) is None
    assert links.behind_link(token, AT) is None


@pytest.mark.parametrize(("after", "opens"), [(links.LINK - timedelta(seconds=1), True), (links.LINK, False)])
def test_a_link_is_good_for_a_day(db: None, after: timedelta, opens: bool) -> None:
    token = links.make_link(another=False, at=AT)
    assert (links.open_link(token, AT + after) is not None) is opens


def test_a_newer_link_ends_the_older_one_and_brings_the_answers_back(db: None) -> None:
    first = links.make_link(another=False, at=AT)
    cookie = links.open_link(first, AT)
    assert cookie is not None
    row = links.behind_cookie(cookie, AT)
    assert row is not None
    links.change_answers(row, lambda answers: answers.update(SAID))
    second = links.make_link(another=False, at=AT)
    assert links.behind_cookie(cookie, AT) is None, "whoever held the older one holds nothing"
    again = links.behind_cookie(links.open_link(second, AT) or "", AT)
    assert again is not None
    assert again.pk == row.pk
    assert links.answers_of(again) == SAID
    links.make_link(another=True, at=AT)
    assert SettingUp.objects.count() == 2


def test_neither_link_nor_answers_lie_readable_in_the_database(row: SettingUp) -> None:
    token = links.make_link(another=True, at=AT)
    links.change_answers(row, lambda answers: answers.update(SAID))
    assert found_in_the_clear(token) == []
    assert found_in_the_clear("Hester") == []
    assert found_in_the_clear("mosside.example") == []


def test_the_command_prints_a_link_and_refuses_where_it_may_not(db: None, settings: Settings) -> None:
    settings.SITE = "https://oak.example"
    said = io.StringIO()
    call_command("setup_link", quiet=True, stdout=said)
    address = said.getvalue().strip()
    assert address.startswith("https://oak.example/set-up/begin/")
    assert links.behind_link(address.rstrip("/").rsplit("/", 1)[1], datetime.now(UTC)) is not None
    call_command("setup_link", stdout=said)
    assert "opens once" in said.getvalue()
    settings.DEMONSTRATION = True
    with pytest.raises(CommandError, match="demonstration"):
        call_command("setup_link", stdout=said)
    settings.DEMONSTRATION = False
    a_school(at=AT)
    if connection.vendor == "sqlite":
        with pytest.raises(CommandError, match="a school here already"):
            call_command("setup_link", stdout=said)
    else:
        call_command("setup_link", stdout=said)


def test_one_command_still_founds_a_school(db: None) -> None:
    said = io.StringIO()
    call_command(
        "found_school",
        "Oak School",
        head=["Jo Example <jo@oak.example>"],
        lead=["Jo Example <jo@oak.example>"],
        senior=["Al Sample <al@oak.example>"],
        chair=["Di Specimen <di@oak.example>"],
        staff=["Bo Pattern <bo@oak.example>"],
        stdout=said,
    )
    assert "Oak School is founded" in said.getvalue()
    assert said.getvalue().count("/accounts/password/reset/key/") == 4
    school = Account.objects.get(email="jo@oak.example").school_id
    with inside(school):
        assert Appointment.objects.filter(person__name="Jo Example").count() == 2
        assert Person.objects.filter(name="Bo Pattern", appointments__isnull=True).exists()
