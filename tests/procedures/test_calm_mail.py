"""What no clock demands comes as one mail for everything, at most one a day, and never as the third in a week."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from builders import FRIDAY_6PM, World
from live import MailServer
from posting import AT, DAY, HOUR, MINUTE, SECOND, links, mail, owed, send, state, text  # noqa: F401
from pytest_django import DjangoAssertNumQueries

from forethought.audit.procedures import PROGRAM, acting
from forethought.cases import sweep
from forethought.people import mailing
from forethought.people import procedures as people
from forethought.people.models import Doorway, Kind, Letter
from forethought.people.post import CALM, SEVERAL, WORDS, owe_letters

# --- One mail for everything ---


def test_three_calm_letters_come_as_one_mail(world: World, mail: MailServer) -> None:
    news, reading, view = (
        owed(world.head, kind, by_when=by_when)
        for kind, by_when in (("news", None), ("to_read", AT + 2 * DAY), ("view_wanted", AT + DAY))
    )

    send(world)

    [message] = mail.messages
    assert message["Subject"] == SEVERAL
    assert text(message).split("\n\n")[:3] == [
        "There is news for you. Sign in to read it.",
        "Your view is wanted. Read the change and reply by midday on Sunday 22 November. You get a written answer.",
        "A policy for you to read. Please read it by midday on Monday 23 November.",
    ]
    assert sorted(state(letter)[::3] for letter in (view, reading)) == [(None, "joined")] * 2
    assert state(news) == (AT, None, 1, "")
    assert mailing.next_try() is None


def test_several_of_one_kind_say_what_they_are_and_the_soonest_time(world: World, mail: MailServer) -> None:
    later, sooner = (owed(world.head, by_when=AT + days * DAY) for days in (3, 2))

    send(world)

    [message] = mail.messages
    assert (message["Subject"], message["Message-ID"]) == (WORDS["to_read"][0], sooner.message_id)
    assert text(message).startswith("Please read it by midday on Monday 23 November.\n\n")
    assert state(later)[3] == "joined"


def test_a_thousand_people_get_one_mail_each(
    world: World, mail: MailServer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with acting("tests.take_in", by=PROGRAM, at=FRIDAY_6PM):
        staff = [
            people.add_person(
                school=world.school,
                name=f"Person {number}",
                email=f"person{number}@one.example",
                kind=Kind.EMPLOYEE,
                starts_on=FRIDAY_6PM.date(),
                by=PROGRAM,
                at=FRIDAY_6PM,
            )
            for number in range(1000)
        ]
    with django_assert_max_num_queries(30), acting("tests.publish", by=PROGRAM, at=AT):
        told = owe_letters(people=staff, kind="to_read", at=AT, by_when=AT + 5 * DAY)
    with django_assert_max_num_queries(30):
        first = mailing._claim(world.school.id, AT, sweep.withheld)
    Letter.objects.filter(tries=1).update(try_at=AT)

    for after in range(4):
        send(world, AT + after * MINUTE)

    assert (told, len(first)) == (1000, mailing.BATCH)
    assert Counter(message["To"] for message in mail.messages) == Counter(person.email for person in staff)
    assert len({links(message)[0] for message in mail.messages}) == 1000
    assert mailing.next_try() is None


def test_letters_of_one_person_are_joined_across_the_end_of_a_batch(
    world: World, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "BATCH", 2)
    for kind in ("news", "to_read", "answered", "to_decide"):
        owed(world.head, kind)

    send(world)
    send(world)

    assert len(mail.messages) == 1
    assert mailing.next_try() is None


# --- At most one a day, and never the third in a week ---


@pytest.mark.parametrize(("after", "goes"), [(SECOND, AT + DAY), (DAY - SECOND, AT + DAY), (DAY, AT + DAY)])
def test_the_next_calm_mail_goes_24_hours_after_the_last(
    after: timedelta, goes: datetime, world: World, mail: MailServer
) -> None:
    owed(world.head)
    send(world)
    letter = owed(world.head, "news", at=AT + after)

    send(world, AT + after)
    if AT + after < goes:
        assert (len(mail.messages), state(letter)) == (1, (None, goes, 0, ""))
        send(world, goes - SECOND)
    send(world, goes)

    assert len(mail.messages) == 2
    assert state(letter) == (goes, None, 1, "")


def test_the_third_mail_of_a_week_waits_until_the_seventh_day(world: World, mail: MailServer) -> None:
    owed(world.head, "needs_you")
    send(world)
    owed(world.head, at=AT + DAY)
    send(world, AT + DAY)
    letter = owed(world.head, "news", at=AT + 3 * DAY)

    send(world, AT + 3 * DAY)
    assert state(letter) == (None, AT + 7 * DAY, 0, "")
    send(world, AT + 7 * DAY - SECOND)
    assert len(mail.messages) == 2
    send(world, AT + 7 * DAY)

    assert state(letter) == (AT + 7 * DAY, None, 1, "")


def test_a_joined_letter_is_no_mail_of_its_own(world: World, mail: MailServer) -> None:
    for kind in ("news", "to_read", "to_decide"):
        owed(world.head, kind)
    send(world)
    letter = owed(world.head, "answered", at=AT + DAY)

    send(world, AT + DAY)

    assert state(letter) == (AT + DAY, None, 1, "")


def test_what_waits_goes_together_with_what_came_later(world: World, mail: MailServer) -> None:
    owed(world.head)
    send(world)
    early = owed(world.head, "news", at=AT + HOUR, by_when=None)
    later = owed(world.head, "to_decide", at=AT + 9 * HOUR, by_when=None)
    for hour in (1, 9):
        send(world, AT + hour * HOUR)

    send(world, AT + DAY)

    assert [message["Message-ID"] for message in mail.messages[1:]] == [early.message_id]
    assert state(later)[3] == "joined"


def test_mails_that_a_clock_demands_never_wait_and_count(world: World, mail: MailServer) -> None:
    night = AT + 14 * HOUR
    for kind in sorted(set(WORDS) - CALM):
        owed(world.head, kind, at=night)
    letter = owed(world.head, "news", at=AT + DAY)

    send(world, night)
    send(world, AT + DAY)

    assert len(mail.messages) == len(set(WORDS) - CALM)
    # Seven days after that night, and then in the morning.
    assert state(letter) == (None, datetime(2026, 11, 29, 7, tzinfo=UTC), 0, "")


def test_what_goes_in_the_same_sweep_counts_too(world: World, mail: MailServer) -> None:
    calm = owed(world.head, "news")
    for _ in range(2):
        owed(world.head, "needs_you")

    send(world)

    assert [message["Subject"] for message in mail.messages] == [WORDS["needs_you"][0]] * 2
    assert state(calm) == (None, AT + 7 * DAY, 0, "")


def test_one_persons_mails_hold_up_nobody_elses(world: World, mail: MailServer) -> None:
    owed(world.head)
    send(world)
    owed(world.head, "news", at=AT + HOUR)
    other = owed(world.senior, "news", at=AT + HOUR)

    send(world, AT + HOUR)

    assert state(other)[0] == AT + HOUR


def test_in_the_evening_calm_letters_wait_for_the_morning(world: World, mail: MailServer) -> None:
    letters = [owed(person, at=AT + 8 * HOUR) for person in (world.head, world.teacher)]

    send(world, AT + 8 * HOUR)

    assert [state(letter) for letter in letters] == [(None, AT + 19 * HOUR, 0, "")] * 2
    assert (mail.messages, mailing.next_try()) == ([], AT + 19 * HOUR)
    assert not Doorway.objects.filter(kind="personal").exists()


def test_a_full_batch_takes_what_a_clock_demands_first(
    world: World, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "BATCH", 2)
    for person in (world.head, world.senior, world.lead):
        owed(person, at=AT - HOUR)
    owed(world.chair, "needs_you_now")

    send(world)

    assert sorted(message["To"].partition("@")[0] for message in mail.messages)[0] == "chair"
    assert len(mail.messages) == 2


# --- Tried again ---


def test_a_retry_has_the_same_id_and_the_same_link(
    world: World, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = owed(world.teacher)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mailing, "_note_sent", killed)
    with pytest.raises(KeyboardInterrupt):
        send(world)
    monkeypatch.undo()
    # What comes meanwhile, however soon it is due, does not speak for the mail.
    meanwhile = owed(world.teacher, "view_wanted", at=AT + SECOND, by_when=AT + HOUR)
    send(world, AT + MINUTE)

    first, second = mail.messages
    assert first["Message-ID"] == second["Message-ID"] == letter.message_id
    assert links(first) == links(second)
    assert state(meanwhile)[3] == "joined"
    assert Doorway.objects.filter(kind="personal").count() == 1


def test_while_a_mail_may_be_under_way_the_rest_joins_its_next_try(world: World, mail: MailServer) -> None:
    owed(world.head)
    assert len(mailing._claim(world.school.id, AT, sweep.withheld)) == 1
    letter = owed(world.head, "news", at=AT + SECOND)

    send(world, AT + SECOND)

    assert (mail.messages, state(letter)) == ([], (None, AT + MINUTE, 0, ""))


def test_a_refused_mail_leaves_each_letter_owed_and_is_tried_as_one(world: World, mail: MailServer) -> None:
    letters = [owed(world.head, kind) for kind in ("news", "to_read")]
    mail.refuse = True
    for at in (AT, AT + MINUTE):
        send(world, at)
    assert [state(letter) for letter in letters] == [(None, AT + 3 * MINUTE, 2, "")] * 2
    mail.refuse = False

    send(world, AT + 3 * MINUTE)

    assert len(mail.messages) == 1


def test_somebody_who_left_gets_nothing_calm(world: World, mail: MailServer) -> None:
    letter = owed(world.teacher)
    people.leave(person=world.teacher, by=world.head, at=AT)

    send(world)

    assert (mail.messages, state(letter)[3]) == ([], "left")
    assert not Doorway.objects.filter(kind="personal").exists()


# --- What a mail never says ---


@pytest.mark.policy("7.2")
@pytest.mark.parametrize("kind", [*sorted(WORDS), SEVERAL])
def test_no_mail_names_or_counts_anything(kind: str, world: World, mail: MailServer) -> None:
    for person in (world.teacher, world.head):
        for one in [kind] if kind in WORDS else sorted(CALM):
            owed(person, one)

    send(world)

    assert len(mail.messages) == 2
    for message in mail.messages:
        said = re.sub(r"http\S+|midday on \w+ \d+ \w+", "", f"{message['Subject']}\n{text(message)}").lower()
        assert not re.search(r"\d", said)
        names = [word for person in world.everybody() for word in person.name.lower().split()]
        for word in (*names, "larkfield", "case", "http"):
            assert not re.search(rf"\b{re.escape(word)}\b", said), word
