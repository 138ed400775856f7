"""Letters are owed to many at once, written together, and taken back when what they ask for is done."""

import uuid
from datetime import datetime, timedelta

import pytest
from builders import FRIDAY_6PM as AT
from builders import World
from pytest_django import DjangoAssertNumQueries

from forethought.audit.procedures import PROGRAM, acting
from forethought.people.models import Letter, Person, Wake
from forethought.people.post import owe_letter, owe_letters, withdraw_letters

HOUR = timedelta(hours=1)


def owe(people: list[Person], kind: str = "to_read", *, about: uuid.UUID | None = None, at: datetime = AT) -> int:
    with acting("tests.owe_letters", by=PROGRAM, at=at):
        return owe_letters(people=people, kind=kind, at=at, about=about, by_when=AT + 24 * HOUR)


def readers(**chosen: object) -> list[str]:
    return sorted(Letter.objects.filter(**chosen).values_list("person__name", flat=True))


def waiting(**chosen: object) -> list[str]:
    return readers(try_at__isnull=False, dropped="", **chosen)


# --- Owed ---


def test_a_letter_is_owed_to_each_and_the_school_is_woken_once(world: World) -> None:
    Wake.objects.update(at=None)
    about = uuid.uuid4()

    told = owe([world.head, world.teacher], about=about)

    assert (told, readers()) == (2, sorted([world.head.name, world.teacher.name]))
    letters = list(Letter.objects.all())
    assert {(x.kind, x.about, x.by_when, x.owed_at, x.try_at, x.case_id) for x in letters} == {
        ("to_read", about, AT + 24 * HOUR, AT, AT, None)
    }
    assert len({letter.message_id for letter in letters}) == 2
    assert Wake.objects.get(pk=world.school.id).at == AT


def test_somebody_without_an_address_is_owed_none(world: World) -> None:
    Wake.objects.update(at=None)
    world.teacher.email = ""

    assert owe([world.teacher]) == 0
    assert owe([]) == 0
    assert not Letter.objects.exists()
    assert Wake.objects.get(pk=world.school.id).at is None
    assert owe([world.teacher, world.head]) == 1


def test_no_letter_has_an_unknown_kind(world: World) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        owe([world.head], "nonsense")


def test_letters_owed_one_by_one_and_together_are_written_at_the_end_of_the_act(world: World) -> None:
    with acting("tests.owe_both", by=PROGRAM, at=AT):
        owe_letters(people=[world.head, world.senior], kind="to_read", at=AT)
        one = owe_letter(person=world.teacher, kind="news", at=AT)
        owe_letters(people=[world.lead], kind="to_read", at=AT)
        assert not Letter.objects.exists()

    assert one is not None
    assert Letter.objects.get(kind="news") == one
    assert len(readers()) == 4


def test_many_letters_cost_a_few_queries_however_they_are_owed(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(25), acting("tests.owe_many", by=PROGRAM, at=AT):
        for _ in range(1000):
            owe_letter(person=world.head, kind="news", at=AT)

    assert Letter.objects.count() == 1000


# --- Taken back ---


def test_what_is_done_is_asked_of_nobody_any_more(world: World) -> None:
    about = uuid.uuid4()
    owe([world.head, world.teacher], about=about)
    owe([world.head], about=uuid.uuid4())
    owe([world.lead], "view_wanted", about=about)

    withdraw_letters(about=about, kinds=("to_read",), at=AT + HOUR)

    assert readers(dropped="done", try_at=None) == sorted([world.head.name, world.teacher.name])
    assert waiting() == sorted([world.head.name, world.lead.name])


def test_only_those_who_have_done_it_are_let_off(world: World) -> None:
    about, everybody = uuid.uuid4(), [world.head, world.senior, world.lead, world.teacher]
    owe(everybody, about=about)

    withdraw_letters(about=about, kinds={"to_read"}, person_id=world.head.id, at=AT)
    withdraw_letters(about=about, kinds={"to_read"}, people=[world.senior.id, world.lead.id], at=AT)
    withdraw_letters(about=about, kinds={"to_read"}, people=[], at=AT)

    assert waiting() == [world.teacher.name]


def test_a_letter_that_went_or_came_later_stays_as_it_is(world: World) -> None:
    about = uuid.uuid4()
    owe([world.head], about=about)
    Letter.objects.update(sent_at=AT, try_at=None)
    owe([world.teacher], about=about, at=AT + HOUR)

    withdraw_letters(about=about, kinds=("to_read",), at=AT + HOUR - timedelta(seconds=1))

    assert not Letter.objects.filter(dropped="done").exists()
    assert waiting() == [world.teacher.name]


def test_what_was_owed_in_the_same_act_is_taken_back_too(world: World) -> None:
    about = uuid.uuid4()
    with acting("tests.owe_and_do", by=PROGRAM, at=AT):
        owe_letters(people=[world.head], kind="to_read", at=AT, about=about)
        withdraw_letters(about=about, kinds=("to_read",), at=AT)
        owe_letters(people=[world.teacher], kind="to_read", at=AT, about=about)

    assert waiting() == [world.teacher.name]
