"""The program looks whether it is gone, at its times and when asked; a person says so; what is back is opened again."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from builders import World, a_case, ask_the_host, found_in_the_clear, the_takedown, world  # noqa: F401
from PIL import Image
from pytest_django.fixtures import Settings
from seeing_sites import ADDRESS, GONE, HOST, LIVE, POST, SOON, Board, a_board, captured, look
from takedown_acts import owed

from forethought.audit.models import Entry
from forethought.capture.marks import marks_of
from forethought.cases import procedures as cases
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.evidence.gate import Answer
from forethought.evidence.procedures import give_grant
from forethought.pages.seen_times import first_gone
from forethought.people.models import Letter, Wake
from forethought.takedowns import procedures, site_looks
from forethought.takedowns.asking_models import SiteLook
from forethought.takedowns.before import NOTHING_CAPTURED
from forethought.takedowns.models import Takedown
from forethought.takedowns.rules import Result
from forethought.takedowns.seeing import Drawn

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def board() -> Iterator[Board]:
    with a_board() as made:
        yield made


@pytest.fixture
def found(world: World) -> Takedown:
    case = a_case(world, where=ADDRESS)
    captured(world, case, world.at)
    return the_takedown(case)


def fresh(takedown: Takedown) -> Takedown:
    return the_takedown(takedown.case)


def planned(takedown: Takedown) -> tuple[str, Any]:
    return SiteLook.objects.values_list("mark", "due_at").get(takedown=takedown, due_at__isnull=False)


def done(takedown: Takedown) -> list[SiteLook]:
    return list(SiteLook.objects.filter(takedown=takedown).exclude(ended="").order_by("ended_at"))


def gone(world: World, found: Takedown, board: Board) -> SiteLook:
    """Seen gone twice, at the end of the 24 hours and a quarter of an hour later."""
    board.pages["/t/1"] = (404, GONE)
    for at in (found.resolve_due_at, found.resolve_due_at + SOON):
        look(found, board, at)
    return done(found)[-1]


@pytest.mark.policy("8.5")
def test_a_look_is_planned_for_the_end_of_the_24_hours_and_then_after_24_hours_7_and_30_days(
    found: Takedown, board: Board
) -> None:
    due = found.resolve_due_at
    assert planned(found) == ("deadline", due)
    look(found, board, due - timedelta(seconds=1))
    assert board.asked == []
    for mark, after in (("day", DAY), ("week", 7 * DAY), ("month", 30 * DAY)):
        look(found, board, planned(found)[1])
        assert planned(found) == (mark, due + after)
    look(found, board, due + 30 * DAY)
    assert not SiteLook.objects.filter(takedown=found, due_at__isnull=False).exists()
    assert [one.verdict for one in done(found)] == ["still_there"] * 4
    assert Entry.objects.filter(verb="takedowns.keep_site_look", about=found.id).count() == 4


@pytest.mark.policy("8.5")
def test_two_looks_a_quarter_of_an_hour_apart_propose_and_a_person_says_it(
    world: World, found: Takedown, board: Board
) -> None:
    ask_the_host(found, by=world.senior, at=world.at)
    board.pages["/t/1"] = (404, GONE)
    due = found.resolve_due_at
    look(found, board, due)
    [first] = done(found)
    assert first.verdict == "removed_status" and planned(found) == ("again", due + timedelta(minutes=16))
    with pytest.raises(Refused, match="found gone once"):
        site_looks.confirm_site_look(look=first, result=Result.GONE_SIGNED_OUT, by=world.senior, at=due)
    assert fresh(found).status == "host_asked"
    assert not Letter.objects.filter(kind="press_due", about=found.id).exists()

    look(found, board, due + SOON)
    second = done(found)[-1]
    assert fresh(found).status == "host_asked", "The program alone says nothing."
    assert Letter.objects.filter(kind="press_due", about=found.id).count() == 1
    assert planned(found)[0] == "day"

    pressed = due + HOUR
    site_looks.confirm_site_look(look=second, result=Result.GONE_SIGNED_OUT, by=world.senior, at=pressed)
    after = fresh(found)
    assert (after.status, after.seen_gone_at) == ("gone", pressed)
    assert owed(after)["look"] == planned(after)[1] == pressed + DAY
    with pytest.raises(Refused, match="already"):
        second.refresh_from_db()
        site_looks.confirm_site_look(look=second, result=Result.GONE_SIGNED_OUT, by=world.head, at=pressed)


@pytest.mark.policy("8.5")
def test_a_person_may_say_that_it_is_still_there_against_the_program(
    world: World, found: Takedown, board: Board
) -> None:
    last = gone(world, found, board)
    said = site_looks.confirm_site_look(
        look=last, result=Result.STILL_THERE, by=world.senior, at=found.resolve_due_at + HOUR
    )
    assert said.result == "still_there" and fresh(found).status == "to_ask"


@pytest.mark.policy("8.5")
def test_what_comes_back_is_opened_again_by_the_look_with_its_history_and_its_case(
    world: World, found: Takedown, board: Board
) -> None:
    last = gone(world, found, board)
    pressed = last.ended_at + HOUR
    site_looks.confirm_site_look(look=last, result=Result.GONE_SIGNED_OUT, by=world.senior, at=pressed)
    board.pages["/t/1"] = (200, LIVE)
    back = pressed + DAY
    look(found, board, back)

    after = fresh(found)
    assert (after.status, after.rounds, after.gone_before_at) == ("to_ask", 2, pressed)
    assert owed(after).keys() >= {"approach", "resolve"} and after.looks.count() == 1
    assert planned(after) == ("deadline", back + DAY)
    assert after.reasons.get(verb="reopen").given_by == "program"
    assert Letter.objects.filter(kind="needs_you", about=found.id).count() == 1
    # The looks of the round before prove nothing about this one.
    board.pages["/t/1"] = (404, GONE)
    look(found, board, back + DAY)
    with pytest.raises(Refused, match="found gone once"):
        site_looks.confirm_site_look(
            look=done(found)[-1], result=Result.GONE_SIGNED_OUT, by=world.senior, at=back + DAY
        )


@pytest.mark.policy("8.5")
def test_nothing_is_visited_that_nobody_had_captured(world: World, board: Board) -> None:
    takedown = the_takedown(a_case(world, where=ADDRESS))
    look(takedown, board, takedown.resolve_due_at)
    [one] = done(takedown)
    assert board.asked == [] and one.ended == "not_done"
    assert keyring.words(one, case_id=takedown.case_id)["reasons"] == [NOTHING_CAPTURED]
    with pytest.raises(Refused, match="not captured"):
        site_looks.look_now(takedown=takedown, by=world.senior, at=world.at)


@pytest.mark.policy("7.4", "8.5")
def test_nothing_is_visited_in_a_case_that_the_gate_stopped(world: World, found: Takedown, board: Board) -> None:
    answers = {"under_18": Answer.YES, "adult_intimate": Answer.NO, "danger": Answer.NO}
    give_grant(case_id=found.case_id, school_id=found.school_id, by=world.senior, at=world.at, **answers)
    look(found, board, found.resolve_due_at)
    assert board.asked == [] and done(found)[0].ended == "not_done"


@pytest.mark.policy("8.5")
def test_somebody_has_it_looked_at_now(world: World, found: Takedown, board: Board) -> None:
    site_looks.look_now(takedown=found, by=world.senior, at=world.at + HOUR)
    assert planned(found) == ("asked", world.at + HOUR)
    assert Wake.objects.get(pk=world.school.pk).at <= world.at + HOUR
    look(found, board, world.at + HOUR)
    assert done(found)[0].verdict == "still_there" and planned(found) == ("deadline", found.resolve_due_at)


@pytest.mark.policy("8.5")
def test_where_nothing_answers_it_is_tried_again_and_then_said(found: Takedown, board: Board) -> None:
    board.down = True
    at = found.resolve_due_at
    for wait in site_looks.AGAIN:
        look(found, board, at)
        assert done(found) == [] and planned(found) == ("deadline", at + wait)
        at += wait
    look(found, board, at)
    [one] = done(found)
    assert one.verdict == "unreachable" and fresh(found).status == "to_ask"
    assert keyring.words(one, case_id=found.case_id)["it"]["status"] is None


@pytest.mark.policy("8.5")
def test_a_look_that_dies_with_its_worker_is_done_once(found: Takedown, board: Board) -> None:
    at = found.resolve_due_at
    claimed: list[Any] = []
    site_looks.take_due(found.school_id, at, aside=claimed.append, own=board.eyes(at))
    # That worker was killed. Nobody takes it before its time, and then one does.
    look(found, board, at + site_looks.LEASE - timedelta(seconds=1))
    assert board.asked == []
    look(found, board, at + site_looks.LEASE)
    assert len(done(found)) == 1
    # Were it not dead, it would find that it was overtaken.
    claimed[0]()
    assert len(done(found)) == 1 and Entry.objects.filter(verb="takedowns.keep_site_look").count() == 1


@pytest.mark.policy("8.5")
def test_two_workers_at_once_keep_one_look(found: Takedown, board: Board) -> None:
    at = found.resolve_due_at
    site_looks.plan_look(found, "asked", at, at=at)
    one = SiteLook.objects.select_related("takedown__case__school").get(takedown=found, ended="")

    def meanwhile(address: str) -> Drawn:
        site_looks.take_one(found.school_id, one.pk, own=board.eyes(at))
        return Drawn(trouble="It broke.")

    board.pages["/t/1"] = (404, GONE)
    site_looks.take_one(found.school_id, one.pk, own=board.eyes(at, drawn=meanwhile))
    assert len(done(found)) == 1 and Entry.objects.filter(verb="takedowns.keep_site_look").count() == 1


@pytest.mark.policy("8.5")
def test_a_page_that_only_scripts_fill_is_not_called_removed(found: Takedown, board: Board) -> None:
    shell = "<div id=app></div><script>load()</script>"
    board.pages["/t/1"], board.otherwise = (200, shell), (200, shell)
    board.pages["/"] = (200, "<h1>Forum</h1><p>Choose one of the many boards on this page to begin reading now.</p>")
    look(found, board, found.resolve_due_at)
    one = done(found)[0]
    assert one.verdict == "cannot_tell"
    assert any("No browser" in reason for reason in keyring.words(one, case_id=found.case_id)["reasons"])

    def drawn(address: str) -> Drawn:
        return Drawn(status=200, led_to=address, text=f"Forum {POST}" if address == ADDRESS else "Forum. Not here.")

    look(found, board, planned(found)[1], drawn=drawn)
    assert done(found)[-1].verdict == "still_there"

    def empty(address: str) -> Drawn:
        front = "Forum. Choose one of the many boards on this page to begin reading what others have written here."
        return Drawn(status=200, led_to=address, text=front if address.endswith("org/") else "Forum. Not here.")

    look(found, board, planned(found)[1], drawn=empty)
    assert done(found)[-1].verdict == "removed_as_made_up"


@pytest.mark.policy("8.5")
def test_a_picture_that_remains_is_found_at_its_own_address(world: World, board: Board) -> None:
    made = io.BytesIO()
    Image.radial_gradient("L").resize((400, 300)).convert("RGB").save(made, "PNG")
    [mark] = marks_of([made.getvalue()])
    assert mark is not None
    case = a_case(world, where=ADDRESS)
    picture = {"address": f"http://{HOST}/p.png", "pdq": mark.pdq, "quality": mark.quality}
    captured(world, case, world.at, pictures=[picture])
    found = the_takedown(case)
    board.pages["/t/1"], board.pages["/p.png"] = (404, GONE), (200, made.getvalue())
    look(found, board, found.resolve_due_at)
    assert done(found)[-1].verdict == "image_remains"
    board.pages["/p.png"] = (404, GONE)
    look(found, board, planned(found)[1])
    assert done(found)[-1].verdict == "removed_status"


@pytest.mark.policy("8.5")
def test_a_site_is_left_alone_for_a_moment_between_two_looks(world: World, found: Takedown, board: Board) -> None:
    other = procedures.open_takedown(
        case=found.case,
        target=procedures.target_of(found)[0],
        wanted=procedures.Wanted.REMOVE,
        reported_at=world.at,
        by=world.senior,
        at=world.at,
    )
    look(found, board, found.resolve_due_at, seconds=30)
    assert len(done(found)) + len(done(other)) == 1 and len(board.asked) == 3
    waits = SiteLook.objects.get(mark="deadline", due_at__isnull=False)
    assert found.resolve_due_at < waits.due_at <= found.resolve_due_at + timedelta(seconds=30)


@pytest.mark.policy("8.3")
def test_what_was_withdrawn_is_not_looked_at(world: World, found: Takedown, board: Board) -> None:
    procedures.withdraw(
        takedown=found, version=found.version, reason="They apologised.", by=world.senior, at=world.at + HOUR
    )
    look(found, board, found.resolve_due_at + 40 * DAY)
    assert board.asked == [] and [one.ended for one in done(found)] == ["not_needed"]


@pytest.mark.policy("8.5")
def test_a_closed_case_is_looked_at_on_and_opened_again(world: World, found: Takedown, board: Board) -> None:
    last = gone(world, found, board)
    at = last.ended_at + HOUR
    site_looks.confirm_site_look(look=last, result=Result.GONE_SIGNED_OUT, by=world.senior, at=at)
    type(found.case).objects.filter(pk=found.case_id).update(status="closed")
    board.pages["/t/1"] = (200, LIVE)
    look(found, board, planned(found)[1])
    found.case.refresh_from_db()
    assert fresh(found).status == "to_ask" and found.case.status != "closed"
    assert cases.Decision.objects.filter(case=found.case, verb="reopen").exists()


def test_switched_off_nothing_is_visited_and_nothing_is_lost(found: Takedown, board: Board, settings: Settings) -> None:
    settings.LOOKS = False
    look(found, board, found.resolve_due_at + DAY)
    assert board.asked == [] and site_looks.next_site_look_due() is None
    settings.LOOKS = True
    assert site_looks.next_site_look_due() == found.resolve_due_at


@pytest.mark.policy("8.5")
def test_nothing_of_what_was_seen_stands_in_the_clear(found: Takedown, board: Board) -> None:
    look(found, board, found.resolve_due_at)
    assert not found_in_the_clear("board.example.org") and not found_in_the_clear("charity box")


@pytest.mark.policy("9.3")
def test_the_looks_of_the_program_say_how_long_it_could_be_seen(world: World, found: Takedown, board: Board) -> None:

    due = found.resolve_due_at
    look(found, board, due)
    last = gone_after(found, board)
    pressed = last.ended_at + 5 * HOUR
    site_looks.confirm_site_look(look=last, result=Result.GONE_SIGNED_OUT, by=world.senior, at=pressed)
    # The first of the two looks that did not find it, not the press; what was seen there before is before.
    assert first_gone(fresh(found)) == last.ended_at - SOON


def gone_after(found: Takedown, board: Board) -> SiteLook:
    board.pages["/t/1"] = (404, GONE)
    at = planned(found)[1]
    look(found, board, at)
    look(found, board, at + SOON)
    return done(found)[-1]
