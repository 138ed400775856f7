"""Weighing a suspected breach: proposed, concluded, refused while something is missing; and set beside others."""

import uuid
from datetime import date, time, timedelta

import pytest
from breach_steps import a_breach, alleged, an_adult, it_was_serious, it_was_them
from builders import World, found_in_the_clear

from forethought.audit.models import Entry
from forethought.cases.referring import note_referral
from forethought.cases.seating import keep_out
from forethought.core.errors import Refused, TooLate
from forethought.investigations import earlier, people, weighing, work_hours
from forethought.investigations.attribution import ALTERNATIVES, ESTABLISHED, NOT_ESTABLISHED, View
from forethought.investigations.models import Breach, Finding
from forethought.investigations.seriousness import QUESTIONS, SCREENS, TOO_FEW, Factors, consistency
from forethought.investigations.visible import Seen
from forethought.investigations.weighing_models import Weighing, Weighs
from forethought.investigations.work_time import Break, Hours
from forethought.people.models import Person

SAID = {"nature": "The words.", "spread": "Four people.", "effect": "The parent wept."}
LOOKED = dict.fromkeys(ALTERNATIVES, "Looked at, and not so.")
DAY = timedelta(days=1)


def factors(*flags: str, effect: str = "people", seen: Seen | None = None) -> Factors:
    return Factors(
        nature="rude",
        spread="few",
        effect=[effect],
        flags=list(flags) or ["none"],
        seen=seen or Seen(),
        records={},
        around={"intent": "careless"},
    )


def a_view(result: str = ESTABLISHED, **others: str) -> View:
    return View(
        result=result, bases=["link"], basis="The account.", alternatives={**LOOKED, **others}, reasons="It fits."
    )


def weigh_seriousness(world: World, breach: Breach, *flags: str, effect: str = "people", version: int = 0) -> None:
    weighing.conclude_seriousness(
        case=breach.case,
        version=version,
        factors=factors(*flags, effect=effect),
        said=SAID,
        by=world.head,
        at=world.at,
    )


def weigh_proportion(world: World, breach: Breach, result: str = "proportionate", *, version: int = 0) -> None:
    weighing.conclude_proportion(
        case=breach.case,
        version=version,
        result=result,
        answers=dict.fromkeys(QUESTIONS, "Thought about."),
        screens=dict.fromkeys(SCREENS, "no"),
        advice={},
        reasons="HR agrees.",
        by=world.head,
        at=world.at,
    )


def why(world: World, breach: Breach) -> str | None:
    return weighing.why_not_sanction(case=breach.case, at=world.at + DAY)


# --- Was it them? ---


@pytest.mark.policy("9.2c")
def test_a_sanction_waits_until_it_is_shown_that_it_was_them(world: World) -> None:
    breach = a_breach(world)
    assert "Nobody has concluded" in (why(world, breach) or "")

    it_was_them(world, breach)
    it_was_serious(world, breach)

    assert why(world, breach) is None
    assert weighing.why_not_substantiate(case=breach.case, at=world.at) is None


@pytest.mark.policy("5.2", "5.3d")
@pytest.mark.parametrize(
    ("clauses", "effect", "refused"),
    [
        (["5.3d"], "none", True),
        (["5.2"], "none", True),
        (["5.2", "5.3d"], "none", True),
        (["5.3d", "5.3b"], "none", False),
        (["5.3b"], "none", False),
        (["5.3d"], "people", False),
        (["5.2"], "work", False),
    ],
)
def test_a_wide_rule_alone_needs_an_effect_before_a_sanction(
    world: World, clauses: list[str], effect: str, refused: bool
) -> None:
    breach = a_breach(world)
    alleged(world, breach, clauses=clauses)
    it_was_them(world, breach)

    weigh_seriousness(world, breach, effect=effect)

    assert ("Only a wide rule is named" in (why(world, breach) or "")) is refused


@pytest.mark.policy("5.3d", "9.4")
def test_what_was_not_found_to_be_so_makes_disrepute_no_stronger(world: World) -> None:
    breach = a_breach(world)
    points = {clause: alleged(world, breach, clauses=[clause]) for clause in ("5.3d", "5.3b")}
    it_was_them(world, breach)
    weigh_seriousness(world, breach, effect="none")
    assert why(world, breach) is None

    for clause, result in (("5.3d", "substantiated"), ("5.3b", "unfounded")):
        Finding.objects.create(
            id=uuid.uuid4(),
            school_id=breach.school_id,
            allegation=points[clause],
            result=result,
            content=b"",
            found_at=world.at,
            found_by=str(world.head.id),
        )

    assert "Only a wide rule is named" in (why(world, breach) or "")


@pytest.mark.policy("9.2c")
def test_not_shown_is_no_finding_and_the_newest_conclusion_counts(world: World) -> None:
    breach = a_breach(world)
    it_was_them(world, breach)
    it_was_serious(world, breach)
    later = world.at + timedelta(hours=1)

    weighing.conclude_attribution(case=breach.case, version=1, view=a_view(NOT_ESTABLISHED), by=world.head, at=later)

    assert "no breach is found" in (weighing.why_not_substantiate(case=breach.case, at=later) or "")
    assert "no sanction is given" in (why(world, breach) or "")
    assert Weighing.objects.filter(case=breach.case, question=Weighs.ATTRIBUTION).count() == 2, "both stay"


@pytest.mark.policy("9.2c")
def test_without_one_alternative_looked_at_nothing_is_written(world: World) -> None:
    breach = a_breach(world)

    with pytest.raises(Refused, match="made with ai"):
        weighing.conclude_attribution(case=breach.case, version=0, view=a_view(ai_made=" "), by=world.head, at=world.at)

    assert not Weighing.objects.exists()
    assert not Entry.objects.filter(verb="investigations.conclude_attribution").exists()


@pytest.mark.policy("9.2c")
def test_what_was_found_about_each_alternative_is_kept_sealed_and_one_event_is_left(world: World) -> None:
    breach = a_breach(world)

    row = weighing.propose_attribution(
        case=breach.case, version=0, view=a_view(hacked="No strange sign-in."), by=world.head, at=world.at
    )

    said = weighing.words_of(row)
    assert said["alternatives"]["hacked"] == "No strange sign-in."  # type: ignore[index]
    assert found_in_the_clear("No strange sign-in.") == []
    (event,) = Entry.objects.filter(verb="investigations.propose_attribution")
    assert (event.case_id, event.about) == (breach.case_id, row.id)
    assert not row.concluded and "Nobody has concluded" in (why(world, breach) or "")


@pytest.mark.policy("9.1", "9.2c")
def test_whoever_looked_into_it_proposes_and_does_not_conclude(world: World) -> None:
    breach = a_breach(world)
    looks = an_adult(world, "Iris Cole")
    people.choose_person(breach=breach, part="investigator", person=looks, by=world.head, at=world.at)
    weighing.propose_attribution(case=breach.case, version=0, view=a_view(), by=looks, at=world.at)

    with pytest.raises(Refused, match="You looked into this"):
        weighing.conclude_attribution(case=breach.case, version=1, view=a_view(), by=looks, at=world.at)


@pytest.mark.policy("9.1")
def test_once_somebody_is_chosen_to_decide_only_they_conclude(world: World) -> None:
    breach = a_breach(world)
    people.choose_person(breach=breach, part="decider", person=world.vice, by=world.head, at=world.at)

    with pytest.raises(Refused, match="Somebody else was chosen"):
        weighing.conclude_attribution(case=breach.case, version=0, view=a_view(), by=world.head, at=world.at)

    assert weighing.conclude_attribution(case=breach.case, version=0, view=a_view(), by=world.vice, at=world.at).pk


@pytest.mark.policy("9.2c")
def test_who_concludes_second_is_told_who_was_first(world: World) -> None:
    breach = a_breach(world)
    it_was_them(world, breach)

    with pytest.raises(TooLate, match="Amina Okafor did this at"):
        weighing.conclude_attribution(
            case=breach.case, version=0, view=a_view(NOT_ESTABLISHED), by=world.chair, at=world.at
        )


@pytest.mark.policy("6.5", "9.1")
def test_nothing_is_weighed_before_the_designated_officer_was_consulted(world: World) -> None:
    breach = a_breach(world, child="not_sure")
    with pytest.raises(Refused, match="designated officer first"):
        it_was_them(world, breach)

    note_referral(
        case=breach.case,
        agency="lado",
        step="consulted",
        reason="A child may be concerned.",
        who="Ms Hart",
        done_at=world.at,
        by=world.head,
        at=world.at,
    )
    it_was_them(world, breach)

    assert "how serious" in (why(world, breach) or "")


# --- How serious, and in proportion ---


@pytest.mark.policy("2.4", "9.3")
@pytest.mark.parametrize("flag", ["belief", "opinion", "union", "whistleblowing"])
def test_a_flag_makes_proportion_compulsory(world: World, flag: str) -> None:
    breach = a_breach(world)
    it_was_them(world, breach)
    weigh_seriousness(world, breach, flag)
    assert "Weigh proportion first" in (why(world, breach) or "")

    weigh_proportion(world, breach)

    assert why(world, breach) is None


@pytest.mark.policy("2.4")
def test_reputation_alone_makes_it_compulsory_too(world: World) -> None:
    breach = a_breach(world)
    it_was_them(world, breach)
    weigh_seriousness(world, breach, effect="reputation")

    assert "what others may think of the school" in (why(world, breach) or "")


@pytest.mark.policy("2.4", "9.3")
def test_that_a_sanction_would_go_too_far_holds(world: World) -> None:
    breach = a_breach(world)
    it_was_them(world, breach)
    weigh_seriousness(world, breach, "union")
    weigh_proportion(world, breach, "not_proportionate")

    assert "would go too far" in (why(world, breach) or "")


@pytest.mark.policy("9.3")
def test_a_flag_that_comes_later_asks_for_proportion_again(world: World) -> None:
    breach = a_breach(world)
    it_was_them(world, breach)
    weigh_seriousness(world, breach, "union")
    weigh_proportion(world, breach)
    weighing.conclude_seriousness(
        case=breach.case,
        version=1,
        factors=factors("union", "belief"),
        said=SAID,
        by=world.head,
        at=world.at + timedelta(minutes=1),
    )

    assert "Weigh proportion first" in (why(world, breach) or "")


@pytest.mark.policy("9.3")
def test_proportion_comes_after_the_factors(world: World) -> None:
    with pytest.raises(Refused, match="how serious"):
        weigh_proportion(world, a_breach(world))


@pytest.mark.policy("9.3")
def test_how_long_it_could_be_seen_is_kept_as_a_band_and_in_words(world: World) -> None:
    breach = a_breach(world)
    seen = Seen(first_seen_at=world.at - timedelta(hours=2), gone_at=world.at)

    row = weighing.conclude_seriousness(
        case=breach.case, version=0, factors=factors(seen=seen), said=SAID, by=world.head, at=world.at
    )

    assert row.choices["visible"] == "hours" and weighing.words_of(row)["visible_said"] == "About 2 hours"


# --- Beside earlier matters ---


def ended(world: World, who: Person, outcome: str) -> Breach:
    """A matter that was weighed and ended. Its outcome is set as the procedure would at its end."""
    breach = a_breach(world, subject=who)
    weigh_seriousness(world, breach)
    Breach.objects.filter(pk=breach.pk).update(outcome=outcome)
    return breach


@pytest.mark.policy("9.3")
def test_earlier_matters_are_counted_without_those_the_viewer_is_kept_out_of(world: World) -> None:
    others = [an_adult(world, f"Person {number}") for number in range(10)]
    matters = [ended(world, who, "informal" if number % 2 else "first_warning") for number, who in enumerate(others)]
    this = a_breach(world)

    found = consistency({"nature": "rude"}, earlier.past_of(this.case, world.head))
    assert found[0].said == "10 earlier matters. 5 ended with a sanction, 5 without."

    keep_out(case=matters[0].case, people={world.chair.pk: "May be part of it"}, at=world.at)
    assert len(earlier.past_of(this.case, world.chair)) == 9
    assert consistency({"nature": "rude"}, earlier.past_of(this.case, world.chair))[0].said == TOO_FEW


@pytest.mark.policy("9.3", "9.6")
def test_a_live_warning_is_shown_in_a_later_matter_and_a_spent_one_never(world: World) -> None:
    before = ended(world, world.colleague, "first_warning")
    last = date(2027, 5, 20)
    earlier.note_live_warning(case=before.case, given_on=date(2026, 11, 20), ends_on=last, by=world.head, at=world.at)
    this = a_breach(world)

    assert [one.ends_on for one in earlier.live_warnings(case=this.case, viewer=world.head, day=last)] == [last]
    assert earlier.live_warnings(case=this.case, viewer=world.head, day=last + DAY) == []
    assert earlier.live_warnings(case=a_breach(world, subject=world.teacher).case, viewer=world.head, day=last) == []


@pytest.mark.policy("9.3")
def test_a_warning_that_an_appeal_took_away_is_not_shown(world: World) -> None:
    before = ended(world, world.colleague, "first_warning")
    last = date(2027, 5, 20)
    earlier.note_live_warning(case=before.case, given_on=date(2026, 11, 20), ends_on=last, by=world.head, at=world.at)
    Breach.objects.filter(pk=before.pk).update(outcome="no_case")

    assert earlier.live_warnings(case=a_breach(world).case, viewer=world.head, day=last) == []


@pytest.mark.policy("9.3")
def test_no_warning_is_shown_from_a_matter_that_the_viewer_is_kept_out_of(world: World) -> None:
    before = ended(world, world.colleague, "first_warning")
    last = date(2027, 5, 20)
    earlier.note_live_warning(case=before.case, given_on=date(2026, 11, 20), ends_on=last, by=world.head, at=world.at)
    keep_out(case=before.case, people={world.chair.pk: "May be part of it"}, at=world.at)

    assert earlier.live_warnings(case=a_breach(world).case, viewer=world.chair, day=last) == []


@pytest.mark.policy("9.6")
def test_what_was_no_warning_has_no_end(world: World) -> None:
    with pytest.raises(Refused, match="did not end with a warning"):
        earlier.note_live_warning(
            case=ended(world, world.colleague, "training").case,
            given_on=date(2026, 11, 20),
            ends_on=date(2027, 5, 20),
            by=world.head,
            at=world.at,
        )


# --- Work time ---


@pytest.mark.policy("3.3")
def test_lunch_is_not_work_time_and_needs_a_reason_to_go_on(world: World) -> None:
    case = a_breach(world).case
    said = {
        "day": date(2026, 11, 20),
        "starts": time(12, 10),
        "ends": time(12, 50),
        "how_known": "told",
        "excuse": "none",
        "effect": "None.",
    }
    with pytest.raises(Refused, match="Not work time: lunch is from"):
        weighing.note_use(case=case, version=0, reason="", by=world.head, at=world.at, **said)  # type: ignore[arg-type]

    row = weighing.note_use(  # type: ignore[arg-type]
        case=case, version=0, reason="They were on duty in the hall.", by=world.head, at=world.at, **said
    )

    assert row.result == "outside"
    assert str(weighing.words_of(row)["outside"]).startswith("Not work time")


@pytest.mark.policy("3.3")
def test_the_school_says_what_work_time_is_and_earlier_days_stay_as_they_were(world: World) -> None:
    new = Hours(time(8), time(15), (Break("Lunch", time(11), time(12)),))
    work_hours.set_work_time(school=world.school, hours=new, from_day=date(2026, 11, 20), by=world.head, at=world.at)

    assert work_hours.hours_on(date(2026, 11, 20)) == new
    assert work_hours.hours_on(date(2026, 11, 19)) == Hours()


@pytest.mark.policy("9.1")
def test_a_closed_case_is_weighed_no_more(world: World) -> None:
    breach = a_breach(world)
    case = breach.case
    case.status = "closed"
    with pytest.raises(Refused, match="closed"):
        weighing.conclude_attribution(case=case, version=0, view=a_view(), by=world.head, at=world.at)
