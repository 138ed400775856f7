"""A concern reaches the safeguarding lead and nobody named in it, goes on when unseen, and ends with what was done."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from builders import World, found_in_the_clear

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM, Visitor
from forethought.cases.models import Case, Kind, Owed
from forethought.cases.opening import linked_to
from forethought.cases.referring import lado_was_consulted, note_referral
from forethought.cases.seating import keep_out
from forethought.core.errors import Refused, TooLate
from forethought.people import procedures as people
from forethought.people import switches
from forethought.people.models import Letter, Person, Role
from forethought.safeguarding import concerns, low_level, outside, tagging
from forethought.safeguarding.codes import concern_code
from forethought.safeguarding.models import AlertTold, Concern, PoliceReport
from forethought.safeguarding.sweep import pass_on_due, withheld

TOLD = {"told": "A child said somebody messages her at night.", "danger": "no", "adult": "no", "child": "Kit, 4B"}


def a_concern(world: World, *, by: Person | None = None, head: str = "no", **answers: Any) -> Concern:
    teller = by or world.teacher
    case = concerns.raise_concern(
        school=world.school, answers={**TOLD, **answers}, head_maybe=head, reporter=teller, by=teller, at=world.at
    )
    return Concern.objects.select_related("case", "school", "about").get(case=case)


def on_list(case: Case, world: World) -> set[Person]:
    return {one for one in world.everybody() if Case.objects.seen_by(one, world.at).filter(pk=case.pk).exists()}


def a_deputy(world: World) -> Person:
    people.appoint(person=world.colleague, role=Role.DEPUTY_LEAD, by=PROGRAM, at=world.at)
    return world.colleague


def told(case: Case) -> set[Person]:
    return {one.person for one in AlertTold.objects.filter(alert__case_id=case.id).select_related("person")}


@pytest.mark.policy("6.5")
def test_a_concern_about_a_child_alone_is_seen_by_lead_and_deputies_and_nobody_else(world: World) -> None:
    deputy = a_deputy(world)
    concern = a_concern(world)

    assert on_list(concern.case, world) == {world.lead, deputy}
    assert concern.case.manager == world.lead
    assert told(concern.case) == {world.lead, deputy}
    assert concern.threshold == ""
    assert not Owed.objects.filter(case=concern.case, kind="lado").exists()


@pytest.mark.policy("6.2", "6.5")
def test_one_about_an_adult_goes_to_the_head_and_the_lead_and_proposes_the_designated_officer(world: World) -> None:
    concern = a_concern(world, adult="yes", name="Ben Foster")

    assert on_list(concern.case, world) == {world.head, world.lead}
    assert concern.case.manager == world.head
    assert told(concern.case) == {world.head, world.lead}
    assert concern.threshold == "not_sure"
    assert Owed.objects.filter(case=concern.case, kind="lado", done_at__isnull=True).exists()
    assert concern.case.exclusions.filter(person=world.colleague).exists()


@pytest.mark.policy("6.5")
def test_one_about_the_lead_leaves_the_lead_out(world: World) -> None:
    concern = a_concern(world, adult="yes", name="Susan Patel")
    assert on_list(concern.case, world) == {world.head}
    assert world.lead not in told(concern.case)


@pytest.mark.policy("6.5")
@pytest.mark.parametrize("head", ["yes", "not_sure"])
def test_one_that_may_be_about_the_head_never_reaches_the_head(world: World, head: str) -> None:
    concern = a_concern(world, adult="yes", head=head)

    assert concern.case.manager == world.chair
    assert world.head not in on_list(concern.case, world)
    assert world.head not in told(concern.case)
    assert pass_on_due(world.school.id, world.at + timedelta(hours=2))
    assert world.head not in told(concern.case)
    assert not Letter.objects.filter(person=world.head).exists()


@pytest.mark.policy("6.5")
def test_unseen_for_an_hour_it_goes_on_to_the_head_who_can_then_read_it(world: World) -> None:
    concern = a_concern(world)

    pass_on_due(world.school.id, world.at + timedelta(minutes=59))
    assert told(concern.case) == {world.lead}
    pass_on_due(world.school.id, world.at + timedelta(minutes=60))
    assert told(concern.case) == {world.lead, world.head}
    assert world.head in on_list(concern.case, world)


@pytest.mark.policy("6.5")
def test_with_the_lead_away_it_goes_to_a_deputy_and_with_nobody_to_whoever_may(world: World) -> None:
    people.be_away(person=world.lead, until=None, by=world.lead, at=world.at)
    alone = a_concern(world).case
    assert on_list(alone, world) == told(alone) == {world.head}
    deputy = a_deputy(world)
    assert on_list(a_concern(world).case, world) == {deputy}


@pytest.mark.policy("6.5")
def test_the_teller_never_sits_on_the_list_and_two_presses_are_one_concern(world: World) -> None:
    press = uuid.uuid4()
    cases = {
        concerns.raise_concern(
            school=world.school, answers=TOLD, reporter=world.teacher, press=press, by=world.teacher, at=world.at
        )
        for _ in range(2)
    }
    assert len(cases) == 1
    assert world.teacher not in on_list(cases.pop(), world)


@pytest.mark.policy("6.5")
def test_what_was_told_is_kept_sealed(world: World) -> None:
    a_concern(world)
    assert found_in_the_clear("messages her at night") == []
    assert found_in_the_clear("Kit, 4B") == []


@pytest.mark.policy("6.2")
def test_four_plain_noes_end_the_wait_for_the_designated_officer_and_one_doubt_does_not(world: World) -> None:
    concern = a_concern(world, adult="yes", name="Ben Foster")
    doubt = {"harmed": "no", "crime": "no", "risk": "not_sure", "unsuitable": "no"}
    weigh = {"concern": concern, "words": "Seen twice.", "by": world.head, "at": world.at}

    assert concerns.weigh_threshold(answers=doubt, **weigh) == "not_sure"  # type: ignore[arg-type]
    assert Owed.objects.filter(case=concern.case, kind="lado", done_at__isnull=True).exists()
    assert concerns.weigh_threshold(answers=dict.fromkeys(doubt, "no"), **weigh) == "no"  # type: ignore[arg-type]
    assert not Owed.objects.filter(case=concern.case, kind="lado", done_at__isnull=True).exists()
    concern.case.refresh_from_db()
    assert concern.case.status == "open"


def refer(world: World, case: Case, agency: str, step: str = "referred", **more: Any) -> None:
    note_referral(
        case=case,
        agency=agency,
        step=step,
        reason="As the guidance says.",
        done_at=world.at,
        by=world.head,
        at=world.at,
        **more,
    )


@pytest.mark.policy("6.5")
def test_not_telling_anybody_outside_needs_a_reason_before_a_concern_ends(world: World) -> None:
    concern = a_concern(world)
    end = {"concern": concern, "words": "Spoke with the child's parents.", "by": world.lead, "at": world.at}

    with pytest.raises(Refused, match="If nobody, note why not"):
        concerns.end_concern(version=1, **end)  # type: ignore[arg-type]
    refer(world, concern.case, "social_care", "not_referred")
    concerns.end_concern(version=1, **end)  # type: ignore[arg-type]

    concern.case.refresh_from_db()
    assert concern.case.status == "closed"
    assert not Owed.objects.filter(case=concern.case, done_at__isnull=True).exists()
    with pytest.raises(TooLate):
        concerns.end_concern(version=1, **end)  # type: ignore[arg-type]


@pytest.mark.policy("6.2", "9.7")
def test_the_designated_officer_asked_in_one_case_counts_in_those_of_the_same_matter(world: World) -> None:
    concern = a_concern(world, adult="yes", name="Ben Foster")
    other = concerns.raise_concern(
        school=world.school,
        answers={**TOLD, "told": "More of it."},
        reporter=None,
        from_case=concern.case,
        by=world.head,
        at=world.at,
    )
    assert not lado_was_consulted(other)
    refer(world, concern.case, "lado", "consulted", matter="child")
    assert lado_was_consulted(other) and lado_was_consulted(concern.case)
    assert not Owed.objects.filter(case=concern.case, kind="lado", done_at__isnull=True).exists()
    assert linked_to(case=other, person=world.lead, at=world.at) == [concern.case]
    assert linked_to(case=other, person=world.colleague, at=world.at) == []


@pytest.mark.policy("6.5")
def test_telling_the_police_oneself_is_noted_apart_and_the_duty_is_a_dated_switch(world: World) -> None:
    today, day = world.at.date(), timedelta(days=1)
    assert not switches.is_on("reporting_duty", today)
    switches.turn(
        school=world.school,
        kind="reporting_duty",
        on=True,
        from_day=today,
        source="The Act.",
        by=world.head,
        at=world.at,
    )
    assert switches.is_on("reporting_duty", today) and not switches.is_on("reporting_duty", today - day)
    with pytest.raises(Refused, match="Say where this is written"):
        switches.turn(
            school=world.school,
            kind="reporting_duty",
            on=False,
            from_day=today,
            source=" ",
            by=world.head,
            at=world.at,
        )
    concern = a_concern(world)
    row = concerns.note_own_duty(
        concern=concern, to="Police, 101", told_at=world.at, reference="42", by=world.teacher, at=world.at
    )
    assert row.person == world.teacher
    assert Entry.objects.filter(verb="safeguarding.note_own_duty").count() == 1


@pytest.mark.policy("6.5")
def test_a_visitor_gets_a_code_and_adds_to_what_they_told(world: World) -> None:
    visitor = Visitor(id=uuid.uuid4())
    case = concerns.raise_concern(
        school=world.school, answers={**TOLD, "reporter_name": "Vera"}, reporter=None, by=visitor, at=world.at
    )
    concern = Concern.objects.select_related("case__manager").get(case=case)
    assert concern_code(concern=concern, by=visitor, at=world.at)
    concerns.add_to_concern(concern=concern, words="It happened again.", by=visitor, at=world.at)
    assert Letter.objects.filter(person=world.lead, kind="needs_you", case_id=case.id).count() == 1


@pytest.mark.policy("6.5")
@pytest.mark.parametrize("lead", ["yes", "not_sure"])
def test_one_that_may_be_about_the_lead_reaches_no_lead_and_no_deputy(world: World, lead: str) -> None:
    deputy = a_deputy(world)
    concern = a_concern(world, adult="yes", lead=lead)
    assert on_list(concern.case, world) == {world.head}
    assert told(concern.case) == {world.head}
    assert concern.case.exclusions.filter(person=world.lead).exists()
    assert not concern.case.exclusions.filter(person=deputy).exists()


@pytest.mark.policy("6.5")
def test_the_letter_of_an_alert_is_withheld_from_whoever_is_named_meanwhile(world: World) -> None:
    concern = a_concern(world)
    letters = list(Letter.objects.filter(person=world.lead))
    assert letters and withheld(letters, world.at) == {}
    keep_out(case=concern.case, people={world.lead.id: "May be part of it"}, at=world.at)
    assert set(withheld(letters, world.at).values()) == {"kept_out"}


@pytest.mark.policy("8.7")
def test_police_are_told_of_a_child_without_a_yes_and_somebody_on_the_list_hears_of_it(world: World) -> None:
    deputy = a_deputy(world)
    concern = a_concern(world)
    outside.note_referral(
        case=concern.case,
        agency="police",
        step="referred",
        reason="He waits for her.",
        danger=True,
        done_at=world.at,
        by=world.lead,
        at=world.at,
    )
    report = PoliceReport.objects.get(case=concern.case)
    assert (report.basis, report.second, report.reported_at) == ("danger", deputy, world.at)
    assert on_list(concern.case, world) == {world.lead, deputy}
    assert Owed.objects.filter(kind="inform", about=report.id, done_at__isnull=True).exists()
    assert not concern.case.consents.exists()


@pytest.mark.policy("6.1")
def test_a_word_for_a_risk_is_added_put_away_and_brought_back(world: World) -> None:
    hour, by = timedelta(hours=1), world.lead
    row = tagging.add_tag(school=world.school, words="Gambling", by=by, at=world.at)
    assert tagging.tags()[row.key] == "Gambling"
    tagging.put_tag(school=world.school, key=row.key, on=False, by=by, at=world.at + hour)
    assert row.key not in tagging.tags()
    tagging.put_tag(school=world.school, key=row.key, on=True, by=by, at=world.at + 2 * hour)
    assert tagging.tags()[row.key] == "Gambling"
    with pytest.raises(Refused, match="no such word"):
        tagging.put_tag(school=world.school, key="x", on=True, by=by, at=world.at)


# --- Low-level concerns ---


def low(world: World, about: Person, *, by: Person | None = None, sort: str = "friendly") -> Concern:
    teller = by or world.teacher
    case = low_level.raise_low_level(
        school=world.school,
        about=about,
        sort=sort,
        told="Sits with one pupil at every break.",
        unnamed=True,
        reporter=teller,
        press=uuid.uuid4(),
        by=teller,
        at=world.at,
    )
    return Concern.objects.select_related("case", "about", "school").get(case=case)


@pytest.mark.policy("6.5")
def test_a_low_level_concern_is_for_the_head_and_one_about_the_head_for_the_chair(world: World) -> None:
    assert on_list(low(world, world.colleague).case, world) == {world.head}
    assert on_list(low(world, world.head).case, world) == {world.chair}


@pytest.mark.policy("6.5")
def test_somebody_may_write_about_themselves_and_sees_nothing_of_it_afterwards(world: World) -> None:
    concern = low(world, world.teacher, by=world.teacher)
    assert on_list(concern.case, world) == {world.head}
    assert concern.case.exclusions.filter(person=world.teacher).exists()


@pytest.mark.policy("6.5")
def test_two_about_one_person_are_looked_at_together_and_may_meet_the_threshold(world: World) -> None:
    first, _ = low(world, world.colleague), low(world, world.colleague)
    [pattern] = low_level.patterns_for(world.head, world.at)
    assert pattern.about == world.colleague.id
    assert low_level.patterns_for(world.chair, world.at) == []

    with pytest.raises(Refused, match="nothing of this in the log"):
        low_level.review_pattern(about=world.colleague, choice="talk", reasons="x", by=world.chair, at=world.at)
    low_level.review_pattern(
        about=world.colleague, choice="threshold", reasons="The same child.", by=world.head, at=world.at
    )
    case = low_level.raise_to_threshold(concern=first, words="The same child twice.", by=world.head, at=world.at)
    assert case.kind == Kind.CONCERN
    assert on_list(case, world) == {world.head, world.lead}
    assert Owed.objects.filter(case=case, kind="lado", done_at__isnull=True).exists()


@pytest.mark.policy("6.5")
def test_the_employer_of_an_agency_worker_is_told_or_there_is_a_reason(world: World) -> None:
    agency = people.add_person(
        school=world.school,
        name="Ada Agency",
        email="ada@one.example",
        kind="agency",
        starts_on=world.at.date(),
        by=PROGRAM,
        at=world.at,
    )
    concern = low(world, agency)
    with pytest.raises(Refused, match="employer was told"):
        low_level.settle_low_level(concern=concern, words="Spoke with her.", by=world.head, at=world.at)
    low_level.settle_low_level(
        concern=concern, words="Spoke with her.", employer_told="Called them.", by=world.head, at=world.at
    )
    concern.case.refresh_from_db()
    assert concern.case.status == "closed"
    assert low_level.log_for(world.head, world.at) == [concern]
