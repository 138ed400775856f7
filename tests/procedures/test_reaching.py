"""A nudge goes once, beside the mail, to whoever is on duty and wants it. It holds nothing, and never holds up mail."""

import logging
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from builders import World, a_case, found_in_the_clear
from django.utils import timezone
from live import MailServer
from phones import PushService, SmsGateway, push_service, sms_gateway  # noqa: F401
from pytest_django.fixtures import Settings

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM, acting
from forethought.cases.models import Exclusion
from forethought.core.errors import Refused
from forethought.management.commands import worker
from forethought.people import mailing
from forethought.people import procedures as people
from forethought.people.models import Letter, Person
from forethought.people.post import owe_letter
from forethought.protection.configured import facts_now
from forethought.protection.document_facts import NONE
from forethought.reaching import nudging, procedures, rules, ways
from forethought.reaching.models import PushKey, Reach

pytestmark = pytest.mark.policy("8.3")

MINUTE = timedelta(minutes=1)
NUMBER = "+447700900123"


@pytest.fixture(autouse=True)
def now(world: World) -> None:
    """Tokens of a push are good for hours, so the school's day is today."""
    Letter.objects.update(nudged_at=world.at)


def a_device(person: Person, service: PushService, name: str = "one") -> Reach:
    return procedures.add_device(
        person=person, address=service.subscribe(name), name="My phone", by=person, at=timezone.now()
    )


def a_number(person: Person, number: str = NUMBER) -> Reach:
    reach = procedures.add_number(
        person=person, number=number, name="My phone", code="012345", by=person, at=timezone.now()
    )
    assert procedures.confirm_number(reach=reach, code="012 345", by=person, at=timezone.now())
    return reach


def owed(person: Person, kind: str = "needs_you_now") -> Letter:
    at = timezone.now()
    with acting("tests.owe_letter", by=PROGRAM, at=at):
        letter = owe_letter(person=person, kind=kind, at=at)
    assert letter is not None
    return letter


def nudge(world: World, withheld: nudging.Withheld = lambda letters, at: {}) -> None:
    nudging.send_due(world.school.id, timezone.now(), withheld=withheld, aside=lambda do: do())


def settle(world: World) -> None:
    """Let what adding itself owed be over, and the quiet after a nudge."""
    Letter.objects.update(nudged_at=world.at)
    Reach.objects.update(tried_at=None)


def verbs() -> list[str]:
    return list(Entry.objects.order_by("seq").values_list("verb", flat=True))


# --- A push ---


def test_a_push_is_one_that_a_push_service_takes_and_holds_not_a_byte(world: World, push_service: PushService) -> None:
    reach = a_device(world.senior, push_service)
    owed(world.senior)

    nudge(world)

    assert push_service.faults == []
    assert (push_service.pushes, push_service.bodies) == (["/push/one"], [b""])
    key = procedures.push_key()
    assert key is not None and push_service.keys == {ways.public_half(key)}
    reach.refresh_from_db()
    assert reach.taken is True


def test_a_letter_is_a_nudge_once(world: World, push_service: PushService) -> None:
    a_device(world.senior, push_service)
    letter = owed(world.senior)

    nudge(world)
    settle(world)
    nudge(world)

    assert len(push_service.pushes) == 1
    letter.refresh_from_db()
    assert letter.nudged_at is not None and letter.sent_at is None


def test_several_letters_at_once_are_one_nudge_on_each_device(
    world: World, push_service: PushService, sms_gateway: SmsGateway
) -> None:
    a_device(world.senior, push_service)
    a_device(world.senior, push_service, "two")
    a_number(world.senior)
    owed(world.senior)
    owed(world.senior, "waits")

    nudge(world)
    owed(world.senior)
    nudge(world)

    assert sorted(push_service.pushes) == ["/push/one", "/push/two"]
    assert sms_gateway.messages == [(NUMBER, rules.TEXT)]


def test_a_new_case_nudges_whoever_is_on_duty_and_nobody_else(world: World, push_service: PushService) -> None:
    for person in (world.head, world.senior, world.chair):
        a_device(person, push_service, person.email)
    a_case(world, at=timezone.now())

    nudge(world)

    assert push_service.pushes == [f"/push/{world.senior.email}"]


def test_whoever_is_away_has_left_or_may_no_longer_know_is_not_nudged(world: World, push_service: PushService) -> None:
    for person in (world.senior, world.head, world.lead):
        a_device(person, push_service, person.email)
    people.be_away(person=world.senior, until=None, by=world.senior, at=timezone.now())
    Person.objects.filter(pk=world.head.pk).update(left_at=timezone.now())
    letters = [owed(person) for person in (world.senior, world.head, world.lead)]

    nudge(world, withheld=lambda found, at: {one.pk: "kept_out" for one in found if one.person_id == world.lead.pk})

    assert push_service.pushes == []
    assert Letter.objects.get(pk=letters[0].pk).nudged_at is not None


def test_the_worker_asks_the_list_of_a_case_before_it_nudges(world: World, push_service: PushService) -> None:
    a_device(world.senior, push_service)
    case = a_case(world, at=timezone.now())
    Exclusion.objects.create(
        school=world.school, case=case, person=world.senior, why="conflict", given_at=timezone.now()
    )

    nudge(world, withheld=worker.withheld)

    assert push_service.pushes == []


def test_a_device_that_the_service_knows_no_more_is_let_go(world: World, push_service: PushService) -> None:
    reach = a_device(world.senior, push_service)
    push_service.answer = 410
    owed(world.senior)

    nudge(world)

    reach.refresh_from_db()
    assert reach.ended_at is not None and bytes(reach.content) == b"" and bytes(reach.mark) == b""
    assert verbs()[-1] == "reaching.lose_reach"


@pytest.mark.parametrize("status", [301, 307, 400, 429, 500])
def test_what_is_not_taken_is_said_on_the_page_followed_nowhere_and_mailed_all_the_same(
    world: World, push_service: PushService, mail_server: MailServer, settings: Settings, status: int
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mail_server.host, mail_server.port
    reach = a_device(world.senior, push_service)
    Letter.objects.update(try_at=None)
    push_service.answer = status
    owed(world.senior)

    nudge(world)
    mailing.send_due(world.school.id, timezone.now(), postman=mailing.Postman(), withheld=worker.withheld)

    reach.refresh_from_db()
    assert (reach.taken, reach.ended_at) == (False, None)
    assert push_service.pushes == ["/push/one"]
    assert [one["To"] for one in mail_server.messages] == [world.senior.email]


def test_a_service_that_is_gone_costs_a_nudge_and_nothing_else(world: World, push_service: PushService) -> None:
    reach = a_device(world.senior, push_service)
    push_service.stop()
    owed(world.senior)

    nudge(world)

    reach.refresh_from_db()
    assert reach.taken is False


def test_without_a_device_or_a_way_nothing_is_waited_for(
    world: World, push_service: PushService, settings: Settings
) -> None:
    owed(world.senior)
    assert nudging.next_nudge() is None
    a_device(world.senior, push_service)
    assert nudging.next_nudge() is not None
    settings.PUSH_SERVICES = []
    assert nudging.next_nudge() is None


def test_what_a_nudge_goes_to_is_sealed_and_reaches_no_log_and_no_trail(
    world: World, push_service: PushService, sms_gateway: SmsGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    a_device(world.senior, push_service, "this-is-secret")
    a_number(world.senior)
    owed(world.senior)
    sms_gateway.refuse, push_service.answer = True, 500

    nudge(world)

    assert not found_in_the_clear("this-is-secret") and not found_in_the_clear(NUMBER[3:])
    ours = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("forethought"))
    assert "not taken" in ours and NUMBER[3:] not in ours and "secret" not in ours


# --- Adding and taking off ---


def test_the_key_is_made_once(world: World, push_service: PushService) -> None:
    key = procedures.make_push_key(school_id=world.school.id, by=world.senior, at=timezone.now())
    a_device(world.senior, push_service)

    assert procedures.make_push_key(school_id=world.school.id, by=world.head, at=timezone.now()) == key
    assert PushKey.objects.count() == 1
    assert verbs().count("reaching.make_push_key") == 1


def test_a_shared_browser_tells_whoever_said_so_last(world: World, push_service: PushService) -> None:
    first = a_device(world.senior, push_service)
    assert a_device(world.senior, push_service).pk == first.pk
    second = a_device(world.head, push_service)

    first.refresh_from_db()
    assert first.ended_at is not None and second.ended_at is None


def test_somebody_is_mailed_when_how_they_are_reached_changes(world: World, push_service: PushService) -> None:
    reach = a_device(world.senior, push_service)
    procedures.remove_reach(reach=reach, by=world.senior, at=timezone.now())

    assert Letter.objects.filter(person=world.senior, kind="reach_changed").count() == 2
    with pytest.raises(Refused):
        procedures.remove_reach(reach=reach, by=world.senior, at=timezone.now())


def test_a_teacher_adds_nothing_and_nobody_a_sixth(world: World, push_service: PushService) -> None:
    with pytest.raises(Refused):
        a_device(world.teacher, push_service)
    for name in "abcde":
        a_device(world.head, push_service, name)
    with pytest.raises(Refused):
        a_device(world.head, push_service, "f")


def test_a_number_is_told_nothing_before_its_code_was_typed(world: World, sms_gateway: SmsGateway) -> None:
    at = timezone.now()
    reach = procedures.add_number(person=world.head, number=NUMBER, name="Mine", code="012345", by=world.head, at=at)
    owed(world.head)
    nudge(world)
    assert sms_gateway.messages == []

    for _ in range(rules.MOST_TRIES):
        reach.refresh_from_db()
        assert not procedures.confirm_number(reach=reach, code="999999", by=world.head, at=at)
    reach.refresh_from_db()
    with pytest.raises(Refused):
        procedures.confirm_number(reach=reach, code="012345", by=world.head, at=at)
    assert not procedures.live(world.head).exists()


def test_the_same_number_is_not_added_twice_and_three_an_hour_are_enough(world: World, sms_gateway: SmsGateway) -> None:
    a_number(world.head)
    with pytest.raises(Refused, match="there already"):
        a_number(world.head)
    for last in "12":
        a_number(world.head, f"+44770090090{last}")
    with pytest.raises(Refused, match="within an hour"):
        a_number(world.head, "+447700900909")


def test_whoever_leaves_is_told_nothing_any_more(world: World, push_service: PushService) -> None:
    reach = a_device(world.senior, push_service)
    worker.ring_left(world.senior.pk, timezone.now())
    reach.refresh_from_db()
    assert reach.ended_at is None
    people.leave(person=world.senior, by=world.head, at=timezone.now())
    worker.ring_left(world.senior.pk, timezone.now())

    reach.refresh_from_db()
    assert reach.ended_at is not None and bytes(reach.content) == b""


def test_the_documents_about_data_say_what_carries_it_once_somebody_wants_it(
    world: World, push_service: PushService, sms_gateway: SmsGateway
) -> None:
    assert facts_now(world.school, timezone.now())["phones"] == NONE
    a_device(world.senior, push_service)
    a_number(world.senior)

    said = facts_now(world.school, timezone.now())["phones"]

    assert "push services" in said and "own server" in said


# --- Text messages ---


def test_a_gateway_is_told_its_key_the_number_and_the_one_sentence(
    world: World, sms_gateway: SmsGateway, settings: Settings, tmp_path: Path
) -> None:
    key = tmp_path / "sms.key"
    key.write_text("a-long-key\n")
    settings.SMS_KEY_FILE = str(key)
    a_number(world.head)
    owed(world.head)

    nudge(world)

    assert sms_gateway.messages == [(NUMBER, "There is something for you in Forethought. Please sign in.")]
    assert sms_gateway.keys == ["Bearer a-long-key"]


@pytest.fixture
def command(settings: Settings, tmp_path: Path) -> Callable[[str], Path]:
    """A command that sends text messages by writing what it was given to a file."""

    def make(ends: str) -> Path:
        taken, script = tmp_path / "taken", tmp_path / "send.py"
        script.write_text(
            f"import os, sys\nsaid = sys.stdin.read() + repr(sys.argv[1:]) + repr(sorted(os.environ))\n"
            f"open({str(taken)!r}, 'w').write(said)\n{ends}\n"
        )
        settings.SMS_COMMAND = f"{sys.executable} '{script}' --from school"
        return taken

    return make


def test_a_command_reads_number_and_words_and_knows_nothing_of_ours(command: Callable[[str], Path]) -> None:
    taken = command("")

    assert ways.text(NUMBER, rules.TEXT) == ways.TAKEN

    said = taken.read_text()
    assert said.startswith(f"{NUMBER}\n{rules.TEXT}\n['--from', 'school']")
    assert "FORETHOUGHT" not in said and "DATABASE" not in said


def test_a_command_that_fails_or_is_not_there_is_said_to(command: Callable[[str], Path], settings: Settings) -> None:
    command("sys.exit(1)")
    assert ways.text(NUMBER, rules.TEXT) == ways.FAILED
    settings.SMS_COMMAND = "/nowhere/send-sms"
    assert ways.text(NUMBER, rules.TEXT) == ways.FAILED


def test_a_command_that_does_not_end_is_ended(command: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "SECONDS", 0.5)
    command("import time; time.sleep(600)")

    assert ways.text(NUMBER, rules.TEXT) == ways.FAILED
