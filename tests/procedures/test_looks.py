"""Looking whether it has gone: after a day, a week and a month, and when it is back."""

import pytest
from builders import World, harmed_in
from takedown_acts import DAY, HOUR, a_takedown, again, look, owed

from forethought.cases import procedures as cases
from forethought.cases.models import Case, Owed
from forethought.cases.standing import close_as_it_stands
from forethought.core.errors import Refused
from forethought.takedowns import procedures
from forethought.takedowns.models import Look, Takedown
from forethought.takedowns.rules import Result, Status

# --- Looks ---


@pytest.mark.policy("8.5")
def test_it_is_looked_at_again_after_a_day_a_week_and_a_month(world: World) -> None:
    takedown, gone_at = a_takedown(world, Status.GONE), world.at + HOUR
    for due in (gone_at + DAY, gone_at + 7 * DAY, gone_at + 30 * DAY):
        assert owed(takedown) == {"look": due}
        look(Result.GONE_SIGNED_OUT)(world, again(takedown), due)
    assert owed(takedown) == {}
    assert again(takedown).looks.count() == 4


@pytest.mark.policy("8.5")
def test_gone_while_signed_in_asks_for_a_look_signed_out(world: World) -> None:
    takedown = a_takedown(world, Status.SEEN_SIGNED_IN)
    assert "resolve" in owed(takedown)

    look(Result.GONE_SIGNED_OUT)(world, takedown, world.at + 2 * HOUR)

    assert set(owed(takedown)) == {"look"}


@pytest.mark.policy("8.5")
def test_what_comes_back_starts_both_clocks_anew_with_its_history(world: World) -> None:
    takedown, back_at = a_takedown(world, Status.GONE), world.at + 3 * DAY

    look(Result.STILL_THERE)(world, takedown, back_at)

    takedown = again(takedown)
    assert (takedown.status, takedown.rounds) == (Status.TO_ASK, 2)
    assert takedown.gone_before_at == world.at + HOUR
    assert owed(takedown) == {"approach": back_at + 4 * HOUR, "resolve": back_at + DAY}
    assert (takedown.notices.count(), takedown.looks.count()) == (1, 2)


@pytest.mark.policy("8.5")
def test_looks_go_on_after_the_case_is_closed_and_what_is_back_opens_it_again(world: World) -> None:
    takedown = a_takedown(world, Status.GONE)
    case = closed(world, takedown)
    assert owed(takedown) == {"look": world.at + HOUR + DAY}

    look(Result.STILL_THERE)(world, again(takedown), world.at + 2 * DAY)

    case.refresh_from_db()
    assert case.status == "open"
    assert list(case.decisions.order_by("decided_at").values_list("verb", flat=True)) == ["close", "reopen"]
    assert Owed.objects.filter(case=case, kind="answer", done_at__isnull=True).exists()


def closed(world: World, takedown: Takedown) -> Case:
    case = takedown.case
    cases.offer_support(case=case, party=harmed_in(case), offered=["manager"], by=world.senior, at=world.at + HOUR)
    close_as_it_stands(
        case=case,
        version=case.version,
        outcome="gone",
        reasons="Removed.",
        sentence="It is gone.",
        by=world.senior,
        at=world.at + HOUR,
    )
    return case


@pytest.mark.policy("8.5")
def test_a_wrong_press_is_put_right_without_a_new_24_hours(world: World) -> None:
    takedown = a_takedown(world, Status.GONE)
    wrong = takedown.looks.get()

    procedures.check_removal(
        takedown=takedown, result=Result.STILL_THERE, corrects=wrong, by=world.senior, at=world.at + 2 * HOUR
    )

    takedown = again(takedown)
    assert (takedown.status, takedown.rounds, takedown.reported_at) == (Status.HOST_ASKED, 1, world.at)
    assert owed(takedown) == {"resolve": world.at + DAY}
    assert set(Look.objects.values_list("result", flat=True)) == {"gone_signed_out", "still_there"}


@pytest.mark.policy("8.5")
def test_a_wrong_still_there_does_not_make_it_come_back(world: World) -> None:
    takedown = a_takedown(world, Status.GONE)
    look(Result.STILL_THERE)(world, takedown, world.at + 2 * DAY)
    wrong = takedown.looks.order_by("-seen_at").first()

    procedures.check_removal(
        takedown=again(takedown), result=Result.GONE_SIGNED_OUT, corrects=wrong, by=world.senior, at=world.at + 2 * DAY
    )

    takedown = again(takedown)
    assert (takedown.status, takedown.rounds, takedown.seen_gone_at) == (Status.GONE, 1, world.at + HOUR)
    assert set(owed(takedown)) == {"look"}


@pytest.mark.policy("8.5")
def test_a_press_on_which_something_was_built_is_not_taken_back(world: World) -> None:
    takedown = a_takedown(world, Status.GONE)
    wrong = takedown.looks.get()
    look(Result.STILL_THERE)(world, takedown, world.at + 2 * DAY)

    with pytest.raises(Refused, match="Somebody has acted since"):
        procedures.check_removal(
            takedown=again(takedown), result=Result.STILL_THERE, corrects=wrong, by=world.senior, at=world.at + 3 * DAY
        )


@pytest.mark.policy("8.5")
def test_the_person_harmed_is_never_the_one_who_looks(world: World) -> None:
    takedown = a_takedown(world, Status.HOST_ASKED)
    with pytest.raises(Refused, match="Ask a colleague to look"):
        procedures.check_removal(
            takedown=takedown, result=Result.GONE_SIGNED_OUT, by=world.teacher, at=world.at + 2 * HOUR
        )
