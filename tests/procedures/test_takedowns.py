"""A takedown from the report on: every move, both clocks, whoever came second, and handing over."""

from datetime import timedelta

import pytest
from builders import World, a_case, ask_the_host, the_takedown
from takedown_acts import ACTS, DAY, HOUR, WAYS, a_takedown, again, look, owed, step_fields

from forethought.core.errors import Refused, TooLate
from forethought.evidence import keyring
from forethought.takedowns import procedures
from forethought.takedowns.ladder import Refusal
from forethought.takedowns.models import Takedown
from forethought.takedowns.rules import MOVES, Result, Status, Wanted
from forethought.takedowns.targets import Target


@pytest.mark.policy("8.3", "8.4", "8.5", "8.6")
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verb", ACTS)
def test_each_verb_moves_from_where_its_table_says_and_from_nowhere_else(
    world: World, verb: str, status: Status
) -> None:
    takedown = a_takedown(world, status)
    before = takedown.version

    if status in MOVES[verb].start:
        ACTS[verb](world, takedown, world.at + 2 * HOUR)
        assert MOVES[verb].to in {again(takedown).status, None}
    else:
        with pytest.raises(Refused) as refused:
            ACTS[verb](world, takedown, world.at + 2 * HOUR)
        assert refused.value.sentence.endswith(".")
        assert (again(takedown).status, again(takedown).version) == (status, before)


# --- Both clocks ---


@pytest.mark.policy("8.3")
def test_asking_the_host_settles_the_first_mark_and_leaves_the_second(world: World) -> None:
    takedown = a_takedown(world)
    assert owed(takedown) == {"approach": world.at + 4 * HOUR, "resolve": world.at + DAY}

    ask_the_host(takedown, by=world.senior, at=world.at + HOUR)

    assert owed(takedown) == {"resolve": world.at + DAY}


@pytest.mark.policy("8.3")
def test_asking_the_author_does_not_stop_the_hosts_clock(world: World) -> None:
    takedown = a_takedown(world, Status.AUTHOR_ASKED)
    assert set(owed(takedown)) == {"approach", "resolve"}


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("group", "danger", "words"),
    [
        ("pupil", "no", "behaviour policy"),
        ("parent", "yes", "threatens"),
        ("unknown", "no", "Nobody knows"),
    ],
)
def test_the_author_is_asked_only_where_that_is_right(world: World, group: str, danger: str, words: str) -> None:
    takedown = the_takedown(a_case(world, group=group, danger=danger))
    with pytest.raises(Refused, match=words):
        ACTS["ask_author"](world, takedown, world.at)


@pytest.mark.policy("8.3")
def test_not_asking_needs_a_reason_and_the_24_hours_still_end(world: World) -> None:
    takedown = a_takedown(world)
    with pytest.raises(Refused, match="Say why"):
        procedures.leave_up(takedown=takedown, version=takedown.version, reason=" ", by=world.senior, at=world.at)

    ACTS["leave_up"](world, takedown, world.at)

    assert set(owed(takedown)) == {"resolve"}
    look(Result.STILL_THERE)(world, again(takedown), world.at + DAY)
    assert owed(takedown) == {}


@pytest.mark.policy("8.3")
def test_a_chat_group_without_an_address_has_the_same_clocks_and_is_looked_at_inside(world: World) -> None:
    takedown = the_takedown(a_case(world, where="Zibzab, the group “Year 4 mums”"))
    assert owed(takedown) == {"approach": world.at + 4 * HOUR, "resolve": world.at + DAY}
    takedown = ask_the_host(takedown, by=world.senior, at=world.at + HOUR)

    with pytest.raises(Refused, match="Only somebody inside the group"):
        look(Result.GONE_SIGNED_OUT)(world, takedown, world.at + 2 * HOUR)
    look(Result.GONE_INSIDE_GROUP)(world, takedown, world.at + 2 * HOUR)

    assert again(takedown).status == Status.GONE


@pytest.mark.policy("8.3")
def test_what_is_wanted_can_change_and_amended_as_asked_is_a_good_end(world: World) -> None:
    takedown = a_takedown(world)
    with pytest.raises(Refused, match="wording"):
        procedures.change_wish(
            takedown=takedown, version=takedown.version, wanted=Wanted.AMEND, wording="", by=world.senior, at=world.at
        )

    takedown = a_takedown_amended(world, takedown)

    assert procedures.target_of(takedown)[1] == "She was not there."
    assert set(owed(takedown)) == {"look"}


def a_takedown_amended(world: World, takedown: Takedown) -> Takedown:
    for act in WAYS[Status.AMENDED]:
        act(world, takedown, world.at + HOUR)
        takedown = again(takedown)
    return takedown


# --- Two at once ---


@pytest.mark.policy("8.3")
@pytest.mark.parametrize("verb", [verb for verb in ACTS if verb != "check_removal"])
def test_whoever_comes_second_is_told_who_was_first_and_when(world: World, verb: str) -> None:
    takedown = a_takedown(world, Status.GONE if verb == "reopen" else Status.TO_ASK)
    stale = again(takedown)
    if verb == "reopen":
        ACTS["reopen"](world, takedown, world.at + 2 * HOUR)
    else:
        procedures.change_wish(
            takedown=takedown,
            version=takedown.version,
            wanted=Wanted.AMEND,
            wording="Say so.",
            by=world.senior,
            at=world.at + 2 * HOUR,
        )

    with pytest.raises(TooLate, match="David Reed did this at 8pm on Friday 20 November, before you"):
        ACTS[verb](world, stale, world.at + 3 * HOUR)


# --- Going on, and handing over ---


@pytest.mark.policy("8.6")
@pytest.mark.parametrize(
    ("status", "refusal", "at", "words"),
    [
        (Status.TO_ASK, Refusal.REFUSED, HOUR, "Ask the host first"),
        (
            Status.HOST_ASKED,
            Refusal.NO_ANSWER,
            DAY - timedelta(seconds=1),
            "The host has until 6pm on Saturday 21 November",
        ),
        (Status.HOST_ASKED, Refusal.NO_ANSWER, DAY, None),
        (Status.HOST_ASKED, Refusal.REFUSED, 2 * HOUR, None),
        (Status.TO_ASK, Refusal.NO_WAY_TO_REACH, HOUR, None),
    ],
)
def test_a_next_step_needs_only_that_the_host_did_not_help(
    world: World, status: Status, refusal: Refusal, at: timedelta, words: str | None
) -> None:
    takedown = a_takedown(world, status)

    def escalate() -> None:
        procedures.escalate(
            takedown=takedown,
            version=takedown.version,
            rung="provider",
            refusal=refusal,
            answer="We will not.",
            way="copied",
            fields=step_fields(takedown, refusal, rung="provider"),
            by=world.senior,
            at=world.at + at,
        )

    if words is None:
        escalate()
        notice = takedown.notices.get(rung="provider")
        assert again(takedown).status == Status.ESCALATED
        assert ("We will not." in keyring.words(notice, case_id=takedown.case_id)["text"]) is (
            refusal is Refusal.REFUSED
        )
    else:
        with pytest.raises(Refused, match=words):
            escalate()


@pytest.mark.policy("8.6")
def test_a_step_is_left_out_once_and_with_a_reason(world: World) -> None:
    takedown = a_takedown(world, Status.HOST_ASKED)
    for reason, words in (
        ("", "Say why"),
        ("They only take reports from abroad.", None),
        ("Again.", "taken or skipped already"),
    ):
        if words:
            with pytest.raises(Refused, match=words):
                procedures.skip_rung(
                    takedown=takedown, rung="search", reason=reason, by=world.senior, at=world.at + HOUR
                )
        else:
            procedures.skip_rung(takedown=takedown, rung="search", reason=reason, by=world.senior, at=world.at + HOUR)


@pytest.mark.policy("8.4")
def test_handing_over_needs_a_helper_and_a_person_and_does_not_stop_our_clock(world: World) -> None:
    takedown = a_takedown(world)
    with pytest.raises(Refused, match="Nobody does this alone"):
        procedures.hand_to_complainant(
            takedown=takedown, version=takedown.version, helper=None, by=world.senior, at=world.at
        )

    ACTS["hand_to_complainant"](world, takedown, world.at + HOUR)

    assert again(takedown).helper == world.colleague
    assert owed(takedown) == {"resolve": world.at + DAY}


@pytest.mark.policy("8.4")
def test_nothing_is_handed_over_while_nobody_is_named_as_harmed(world: World) -> None:
    takedown = the_takedown(a_case(world, about="other"))
    with pytest.raises(Refused, match="First say who the person concerned is"):
        ACTS["hand_to_complainant"](world, takedown, world.at)


@pytest.mark.policy("8.3")
def test_each_place_has_its_own_24_hours(world: World) -> None:
    case = a_case(world)
    later = world.at + 5 * HOUR
    second = procedures.open_takedown(
        case=case,
        target=Target(address="https://copy.example/2"),
        wanted=Wanted.REMOVE,
        reported_at=later,
        by=world.senior,
        at=later,
    )
    assert owed(second)["resolve"] == later + DAY


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target(), "Give the web address"),
        (Target(platform="Zibzab"), "Give the name of the group"),
        (Target(platform="Zibzab", group="Mums"), "Describe it"),
    ],
)
def test_a_takedown_needs_a_place_that_others_can_find(world: World, target: Target, words: str) -> None:
    with pytest.raises(Refused, match=words):
        procedures.open_takedown(
            case=a_case(world), target=target, wanted=Wanted.REMOVE, reported_at=world.at, by=world.senior, at=world.at
        )
