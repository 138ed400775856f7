"""Offices in a live school: who is named, who is told, what passes on; numbers, hours and shifts as data."""

from datetime import UTC, date, datetime, timedelta

import pytest
from builders import World, an_account

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.core.errors import Refused, TooLate
from forethought.founding.standing import undone_for
from forethought.people import casting, describing, offices
from forethought.people import procedures as people
from forethought.people.mailing import why_not_send
from forethought.people.models import Account, Appointment, ClosedTime, Letter, Role, School, Shift
from forethought.people.sessions import roles_of
from forethought.people.settled_rules import SETTLES

AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def told(kind: str) -> set[str]:
    return {one.person.name for one in Letter.objects.filter(kind=kind).select_related("person") if one.person}


@pytest.mark.policy("2.5", "7.2")
def test_a_named_person_holds_the_office_can_sign_in_and_is_told(world: World) -> None:
    offices.fill_office(person=world.teacher, role=Role.SENIOR, by=world.head, at=AT)
    assert roles_of(world.teacher, AT) == {Role.SENIOR}
    assert not Account.objects.get(person_id=world.teacher.pk).has_usable_password()
    assert told("office_changed") == {world.teacher.name, world.chair.name}
    verbs = list(Entry.objects.order_by("-seq").values_list("verb", flat=True)[:3])
    assert verbs == ["people.fill_office", "people.make_account", "people.appoint"]
    assert casting.cast_at(AT).senior_managers == (world.senior.pk, world.teacher.pk)


@pytest.mark.policy("7.2")
def test_an_office_of_one_person_passes_on_in_one_act(world: World) -> None:
    offices.fill_office(person=world.colleague, role=Role.HEAD, by=world.chair, at=AT)
    later = AT + timedelta(seconds=1)
    assert casting.cast_at(later).head == world.colleague.pk
    assert roles_of(world.head, later) == frozenset()
    assert told("office_changed") == {world.colleague.name, world.head.name}
    assert Appointment.objects.filter(role=Role.HEAD, ends_at__isnull=True).count() == 1


@pytest.mark.policy("7.2")
def test_nobody_changes_the_office_that_watches_over_them(world: World) -> None:
    for role in (Role.CHAIR, Role.HEAD, Role.PROTECTION, Role.VICE_CHAIR):
        with pytest.raises(Refused, match="for the governors"):
            offices.fill_office(person=world.teacher, role=role, by=world.head, at=AT)
    with pytest.raises(Refused, match="Nobody names themselves"):
        offices.fill_office(person=world.chair, role=Role.PROTECTION, by=world.chair, at=AT)
    chair = Appointment.objects.get(role=Role.CHAIR)
    with pytest.raises(Refused, match="for the governors"):
        offices.end_office(appointment=chair, by=world.head, at=AT)
    assert told("office_changed") == set()


@pytest.mark.policy("7.2")
def test_an_office_ends_from_the_next_request_on_and_those_concerned_are_told(world: World) -> None:
    senior = Appointment.objects.select_related("person").get(role=Role.SENIOR)
    offices.end_office(appointment=senior, by=world.head, at=AT)
    assert roles_of(world.senior, AT) == frozenset()
    assert told("office_changed") == {world.senior.name, world.chair.name}
    senior.refresh_from_db()
    with pytest.raises(Refused, match="ended already"):
        offices.end_office(appointment=senior, by=world.head, at=AT)


@pytest.mark.policy("7.2")
def test_the_head_takes_nobody_off_who_watches_over_them_to_name_another(world: World) -> None:
    for person in (world.chair, world.vice):
        with pytest.raises(Refused, match="hold an office for the governors"):
            people.leave(person=person, by=world.head, at=AT)
        assert roles_of(person, AT)


def test_where_no_governor_is_left_the_head_notes_a_chair_and_no_more(world: World) -> None:
    people.leave(person=world.vice, by=world.chair, at=AT)
    # Nobody else is left who could say so, and the chair is told.
    people.leave(person=world.chair, by=world.head, at=AT)
    letter = Letter.objects.select_related("person").get(kind="office_changed", person=world.chair)
    assert why_not_send(letter) is None
    with pytest.raises(Refused, match="for the governors"):
        offices.fill_office(person=world.teacher, role=Role.VICE_CHAIR, by=world.head, at=AT)
    offices.fill_office(person=world.teacher, role=Role.CHAIR, by=world.head, at=AT)
    with pytest.raises(Refused, match="for the governors"):
        offices.fill_office(person=world.colleague, role=Role.CHAIR, by=world.head, at=AT)


def verbs() -> list[str]:
    return list(Entry.objects.filter(verb__contains="_chair").order_by("seq").values_list("verb", flat=True))


@pytest.mark.policy("7.2")
def test_the_clerk_alone_names_no_chair_and_a_second_of_the_board_or_the_head_confirms(world: World) -> None:
    people.appoint(person=world.colleague, role=Role.CLERK, by=PROGRAM, at=world.at - timedelta(days=30))
    with pytest.raises(Refused, match="confirmed by a second person"):
        offices.fill_office(person=world.teacher, role=Role.CHAIR, by=world.colleague, at=AT)
    row = offices.propose_chair(person=world.teacher, by=world.colleague, at=AT)
    assert casting.cast_at(AT).chair == world.chair.pk, "until then whoever chairs goes on"
    assert told("to_decide") == {world.chair.name, world.vice.name, world.head.name}
    for person in (world.colleague, world.teacher, world.senior, world.lead):
        with pytest.raises(Refused):
            offices.confirm_chair(proposal=row, by=person, at=AT)
    offices.confirm_chair(proposal=row, by=world.vice, at=AT)
    later = AT + timedelta(seconds=1)
    assert casting.cast_at(later).chair == world.teacher.pk
    assert roles_of(world.chair, later) == frozenset()
    assert told("office_changed") == {world.teacher.name, world.chair.name, world.head.name}
    assert verbs() == ["people.propose_chair", "people.confirm_chair"]
    row.refresh_from_db()
    with pytest.raises(Refused, match="does not wait"):
        offices.confirm_chair(proposal=row, by=world.head, at=later)


@pytest.mark.policy("7.2")
def test_a_vice_chair_named_for_it_confirms_no_chair(world: World) -> None:
    """The clerk names a vice-chair alone. That one is no second for fourteen days, while there are others."""
    people.appoint(person=world.colleague, role=Role.CLERK, by=PROGRAM, at=world.at - timedelta(days=30))
    offices.fill_office(person=world.lead, role=Role.VICE_CHAIR, by=world.colleague, at=AT)
    row = offices.propose_chair(person=world.teacher, by=world.colleague, at=AT)
    with pytest.raises(Refused, match="once in office for 14 days"):
        offices.confirm_chair(proposal=row, by=world.lead, at=AT + SETTLES - timedelta(seconds=1))
    offices.confirm_chair(proposal=row, by=world.head, at=AT + timedelta(days=1))


def test_a_proposed_chair_is_declined_taken_back_or_overtaken_by_the_next(world: World) -> None:
    first = offices.propose_chair(person=world.teacher, by=world.chair, at=AT)
    with pytest.raises(Refused, match="Somebody else decides"):
        offices.decline_chair(proposal=first, by=world.senior, at=AT)
    second = offices.propose_chair(person=world.colleague, by=world.vice, at=AT)
    first.refresh_from_db()
    with pytest.raises(Refused, match="does not wait"):
        offices.confirm_chair(proposal=first, by=world.head, at=AT)
    offices.decline_chair(proposal=second, by=world.head, at=AT)
    assert offices.proposed_chair(AT) is None
    with pytest.raises(TooLate):
        offices.decline_chair(proposal=second, by=world.vice, at=AT)
    assert casting.cast_at(AT).chair == world.chair.pk


def test_whoever_proposed_a_chair_and_lost_the_office_meanwhile_named_nobody(world: World) -> None:
    row = offices.propose_chair(person=world.teacher, by=world.vice, at=AT)
    vice = Appointment.objects.get(role=Role.VICE_CHAIR)
    offices.end_office(appointment=vice, by=world.chair, at=AT + timedelta(minutes=1))
    with pytest.raises(Refused, match="for the governors"):
        offices.confirm_chair(proposal=row, by=world.head, at=AT + timedelta(minutes=2))


def test_somebody_is_invited_once_a_day_until_they_have_a_password(world: World) -> None:
    with pytest.raises(Refused, match="no sign-in"):
        offices.invite(person=world.lead, by=world.head, at=AT)
    account = an_account(world.lead)
    offices.invite(person=world.lead, by=world.head, at=AT)
    with pytest.raises(Refused, match="within the last day"):
        offices.invite(person=world.lead, by=world.head, at=AT + timedelta(hours=23))
    offices.invite(person=world.lead, by=world.head, at=AT + timedelta(hours=25))
    assert Letter.objects.filter(kind="invited").count() == 2
    account.set_password("correct horse battery")
    account.save()
    with pytest.raises(Refused, match="password already"):
        offices.invite(person=world.lead, by=world.head, at=AT + timedelta(days=3))


@pytest.mark.policy("6.5", "8.7")
def test_a_number_is_put_right_with_its_day_and_taken_off_when_empty(world: World) -> None:
    school = world.school

    def change(number: str, on: date = TODAY) -> dict[str, object]:
        describing.change_contact(
            school=school, key="lado", name="LADO", number=number, checked_on=on, by=world.head, at=AT
        )
        return dict(School.objects.get(pk=school.pk).contacts)

    assert change("01234 567890") == {"lado": {"name": "LADO", "number": "01234 567890", "checked_on": "2026-11-20"}}
    with pytest.raises(Refused, match="not come yet"):
        change("0123", AT.date() + timedelta(days=1))
    with pytest.raises(Refused, match="no such line"):
        describing.change_contact(
            school=school, key="999", name="x", number="1", checked_on=AT.date(), by=world.head, at=AT
        )
    assert change("") == {}
    # With its space: the digits alone may stand in some row's id.
    assert "01234 5" not in "".join(Entry.objects.values_list("body", flat=True))


@pytest.mark.policy("8.3")
def test_closed_days_take_the_place_of_those_to_come_and_leave_those_that_were(world: World) -> None:
    def keep(*days: tuple[str, date, date], at: datetime = AT) -> list[str]:
        describing.keep_closed_days(school=world.school, closed=days, by=world.head, at=at)
        return list(ClosedTime.objects.order_by("starts_on").values_list("name", flat=True))

    autumn = ("Autumn", date(2026, 10, 26), date(2026, 10, 30))
    winter = ("Winter", date(2026, 12, 21), date(2027, 1, 1))
    assert keep(autumn, winter, at=AT - timedelta(days=60)) == ["Autumn", "Winter"]
    assert keep(("Spring", date(2027, 2, 15), date(2027, 2, 19))) == ["Autumn", "Spring"]


@pytest.mark.policy("8.3")
def test_a_shift_is_taken_off_and_what_was_of_it_stays(world: World) -> None:
    running = people.put_on_duty(
        person=world.senior, starts_at=AT - timedelta(days=1), ends_at=AT + timedelta(days=1), by=world.head, at=AT
    )
    coming = people.put_on_duty(
        person=world.senior, starts_at=AT + timedelta(days=2), ends_at=AT + timedelta(days=3), by=world.head, at=AT
    )
    people.take_off_duty(shift=running, by=world.head, at=AT)
    people.take_off_duty(shift=coming, by=world.head, at=AT)
    assert [one.ends_at for one in Shift.objects.all()] == [AT]
    running.refresh_from_db()
    with pytest.raises(Refused, match="over"):
        people.take_off_duty(shift=running, by=world.head, at=AT)


@pytest.mark.policy("2.5", "3.7")
def test_what_is_undone_shrinks_as_it_is_done(world: World) -> None:
    def texts(*roles: str) -> list[str]:
        return [one.text for one in undone_for(world.school.pk, frozenset(roles), AT)]

    before = texts(Role.HEAD)
    assert any("code for the staffroom" in one for one in before)
    assert any("mail arrives" in one for one in before)
    people.make_staffroom_code(school=world.school, by=world.head, at=AT)
    describing.note_mail_arrives(school=world.school, by=world.head, at=AT)
    assert len(texts(Role.HEAD)) == len(before) - 2
    assert texts(Role.SENIOR) == []
    assert all("numbers" in one for one in texts(Role.LEAD))
    an_account(world.lead)
    assert any("1 person with an office" in one for one in texts(Role.HEAD))
    School.objects.filter(pk=world.school.pk).update(demonstration=True)
    assert texts(Role.HEAD) == []
