"""A flood of complaints shuts nobody out: what is too much waits for a code, and nobody is alerted of it before."""

import uuid
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from builders import World

from forethought.audit.procedures import Visitor
from forethought.cases.models import Case, Kind
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.people import codes
from forethought.people.mailing import Mail
from forethought.people.models import Doorway, Letter
from forethought.reports import complaints, held, mailing
from forethought.reports.forking import CALM_AFTER, MOST_FROM_ONE, MOST_IN_AN_HOUR, MOST_TRIES
from forethought.reports.models import Complaint, HeldComplaint

pytestmark = pytest.mark.policy("8.1")

SAID = {"happened": "A teacher wrote about my son.", "who": "parent", "staff": "yes", "head": "no", "child": "no",
        "danger": "no", "about": "Foster", "name": "Pat Parent", "reach": "pat@home.example"}  # fmt: skip
HOUR = timedelta(hours=1)


def one_held(world: World, **answers: str) -> tuple[HeldComplaint, str]:
    return held.hold_complaint(
        school=world.school, answers={**SAID, **answers}, press=uuid.uuid4(), by=Visitor(uuid.uuid4()), at=world.at
    )


def flooded(on: bool = True) -> Any:
    return mock.patch.object(held, "in_last_hour", lambda at: MOST_IN_AN_HOUR if on else 0)


def code_of(row: HeldComplaint) -> str:
    return str(keyring.words_at_school(row, "content")["code"])


def confirm(world: World, row: HeldComplaint, code: str = "", after: timedelta = timedelta()) -> Complaint:
    row.refresh_from_db()
    return held.confirm_complaint(held=row, code=code, by=Visitor(row.pk), at=world.at + after)


class Post:
    """Takes every mail."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def deliver(self, mail: Mail) -> bool:
        self.mails.append(mail)
        return True


def test_from_one_address_only_a_few_in_an_hour_become_cases_at_once(world: World) -> None:
    assert not held.is_crowded(from_here=MOST_FROM_ONE, at=world.at)
    assert held.is_crowded(from_here=MOST_FROM_ONE + 1, at=world.at)
    # An honest sender from elsewhere, and one whose address is not known, are not held by it.
    assert not held.is_crowded(from_here=1, at=world.at)
    assert not held.is_crowded(from_here=0, at=world.at)


def test_of_what_is_held_nobody_hears_and_there_is_no_case(world: World) -> None:
    before = Letter.objects.count(), Case.objects.count()
    row, _ = one_held(world)
    assert (Letter.objects.count(), Case.objects.count()) == before
    assert b"Foster" not in bytes(row.content) and b"pat@home" not in bytes(row.content)


def test_an_honest_sender_gets_through_a_flood_with_the_code_from_the_mail(world: World, settings: Any) -> None:
    settings.EMAIL_HOST, post = "mail.example", Post()
    row, _ = one_held(world)
    assert mailing.next_try() == world.at
    assert mailing.send_due(world.school.pk, world.at, postman=post)  # type: ignore[arg-type]
    (mail,) = post.mails
    assert (mail.to, mail.subject) == ("pat@home.example", "Your code")
    assert code_of(row) in mail.text and "Foster" not in mail.text and world.school.name not in mail.text
    assert mailing.next_try() is None
    with flooded():
        complaint = confirm(world, row, code_of(row).lower())
    assert complaint.case.kind == Kind.COMPLAINT and complaint.case.manager == world.head
    assert Letter.objects.filter(case_id=complaint.case_id, person=world.head).exists()
    assert not HeldComplaint.objects.exists()


def test_the_receipt_leads_on_to_the_complaint(world: World) -> None:
    row, receipt = one_held(world)
    with flooded():
        complaint = confirm(world, row, code_of(row))
    door = Doorway.objects.get(key_hash=codes.key_hash("receipt", codes.tidy(receipt)))
    assert (door.opens, door.ends_at) == (complaint.pk, None)


def test_whoever_has_no_mail_gets_through_once_it_is_calm(world: World) -> None:
    row, _ = one_held(world, reach="01234 567890")
    assert row.mail_at is None
    with flooded(), pytest.raises(Refused, match="Type the code from the mail"):
        confirm(world, row, after=HOUR)
    with flooded(on=False), pytest.raises(Refused, match="Type the code from the mail"):
        confirm(world, row, after=CALM_AFTER - timedelta(seconds=1))
    with flooded(on=False):
        assert confirm(world, row, after=CALM_AFTER).case.manager == world.head


def test_wrong_codes_are_counted_and_then_only_waiting_helps(world: World) -> None:
    row, _ = one_held(world)
    with flooded():
        for _ in range(MOST_TRIES):
            with pytest.raises(Refused, match="not the code"):
                confirm(world, row, "0000-0000")
            held.note_wrong_code(held=row, by=Visitor(row.pk), at=world.at)
        with pytest.raises(Refused, match="Too many codes"):
            confirm(world, row, code_of(row))
    with flooded(on=False):
        assert confirm(world, row, after=HOUR)


def test_two_presses_hold_one_and_a_week_later_it_is_gone(world: World) -> None:
    row, _ = one_held(world)
    again, code = held.hold_complaint(
        school=world.school, answers=SAID, press=row.press, by=Visitor(uuid.uuid4()), at=world.at
    )
    assert again == row and code
    with pytest.raises(Refused, match="kept for a week"):
        confirm(world, row, code_of(row), after=held.KEPT)
    held.hold_complaint(
        school=world.school, answers=SAID, press=uuid.uuid4(), by=Visitor(uuid.uuid4()), at=world.at + held.KEPT
    )
    assert not HeldComplaint.objects.filter(pk=row.pk).exists()


def test_many_that_name_one_address_send_it_one_mail_in_a_sweep(world: World, settings: Any) -> None:
    settings.EMAIL_HOST, post = "mail.example", Post()
    for _ in range(5):
        one_held(world)
    mailing.send_due(world.school.pk, world.at, postman=post)  # type: ignore[arg-type]
    assert len(post.mails) == 1


def test_a_complaint_is_never_refused_for_others_being_many(world: World) -> None:
    assert complaints.why_not_complain(happened="A post.", who="parent") is None
    with flooded():
        row, code = one_held(world)
    assert HeldComplaint.objects.filter(pk=row.pk).exists() and not codes.mistyped(codes.tidy(code))
