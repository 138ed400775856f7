"""A suspected breach: opened, kept from whoever it is about, looked into by nobody with a stake."""

from datetime import date, timedelta

import breach_steps as steps
import pytest
from breach_steps import DAY, a_breach, alleged, an_adult, because, chose
from builders import World, a_case, a_version_in_force, found_in_the_clear
from reading_acts import confirms

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Capacity, Case, Exclusion, Link, Owed, Seat
from forethought.cases.referring import note_referral
from forethought.core.clock import london
from forethought.core.errors import Refused
from forethought.investigations import (
    allegations,
    letters,
    people,
    procedures,
)
from forethought.investigations.models import Allegation, Chosen
from forethought.investigations.rules import LADO_FIRST, Part
from forethought.investigations.standing import breach_of
from forethought.people import procedures as staff
from forethought.people.models import Letter, Role
from forethought.reviews import registers
from forethought.reviews.models import LinkedPolicy

# --- Opening ---


@pytest.mark.policy("9.1", "7.2", "8.8")
def test_who_is_reported_is_kept_out_is_owed_support_and_gets_no_letter(world: World) -> None:
    breach = a_breach(world, reporter=world.teacher, affected=[world.lead])

    case = breach.case
    assert case.kind == "breach" and case.manager == world.head
    assert not Case.objects.seen_by(world.colleague, world.at).exists()
    assert Exclusion.objects.filter(case=case, person=world.colleague).exists()
    party = case.parties.get(capacity=Capacity.REPORTED)
    assert Owed.objects.filter(case=case, kind="support", about=party.id, done_at__isnull=True).count() == 1
    assert Owed.objects.filter(case=case, kind="support", done_at__isnull=True).count() == 1
    named = {world.colleague, world.teacher, world.lead}
    assert not Letter.objects.filter(person__in=named).exists()
    assert Letter.objects.filter(person=world.head, case_id=case.id).exists()
    assert Owed.objects.filter(case=case, kind="breach_first", done_at__isnull=True).exists()
    assert Entry.objects.filter(verb="investigations.open_breach", case_id=case.id).count() == 1


@pytest.mark.policy("7.2", "9.1")
def test_about_the_head_it_goes_to_the_chair_and_the_head_sees_nothing(world: World) -> None:
    breach = a_breach(world, subject=world.head)
    assert breach.case.manager == world.chair
    assert not Case.objects.seen_by(world.head, world.at).exists()
    assert breach.case.outside


@pytest.mark.policy("7.2", "9.1")
def test_whoever_manages_the_person_reported_is_kept_out_unless_the_table_names_them(world: World) -> None:
    manager = an_adult(world, "Mona Lind", role=Role.SENIOR)
    staff.name_manager(engagement=world.colleague.engagements.get(), manager=manager, by=world.head, at=world.at - DAY)
    breach = a_breach(world)
    assert Exclusion.objects.filter(case=breach.case, person=manager).exists()
    assert breach.case.manager == world.head


@pytest.mark.policy("7.2", "9.1")
def test_whoever_is_kept_out_of_the_report_is_kept_out_of_the_breach(world: World) -> None:
    report = a_case(world, head="yes", group="staff")
    breach = a_breach(world, from_case=report)
    assert Exclusion.objects.filter(case=breach.case, person=world.head).exists()
    assert Link.objects.filter(case=breach.case, other=report).exists()
    assert breach.case.manager == world.chair


@pytest.mark.policy("9.1")
def test_one_person_reported_is_one_case(world: World) -> None:
    report = a_case(world)
    first, second = (a_breach(world, subject=one, from_case=report) for one in (world.colleague, world.teacher))
    assert first.case != second.case
    assert not Exclusion.objects.filter(case=first.case, person=world.teacher).exists()


@pytest.mark.policy("7.2", "9.1")
def test_not_known_who_it_is_named_later_and_excluded_before_the_answer(world: World) -> None:
    case = procedures.open_breach(
        school=world.school,
        subject=None,
        words="A teacher, it says.",
        happened_on=None,
        reporter=None,
        affected=[],
        from_case=None,
        child="no",
        by=PROGRAM,
        at=world.at,
    )
    # It may be the headteacher as well as anybody: nobody was asked.
    assert case.manager == world.chair
    breach = breach_of(case)
    procedures.name_subject(breach=breach, person=world.vice, version=1, by=world.chair, at=world.at)
    breach = breach_of(case)
    assert breach.subject == world.vice and breach.engagement == "employee"
    assert Exclusion.objects.filter(case=case, person=world.vice).exists()
    assert case.parties.filter(capacity=Capacity.REPORTED).count() == 1
    again = because(
        procedures.name_subject, breach=breach, person=world.teacher, version=2, by=world.chair, at=world.at
    )
    assert again == "It is noted already who this is about."


def test_words_of_a_breach_stand_in_no_column_event_or_letter(world: World) -> None:
    word = "Quarxel"
    breach = a_breach(world)
    allegations.make_allegation(
        breach=breach,
        words=f"{word} was written.",
        happened_on=london(world.at).date(),
        clauses=["5.2"],
        policies=[],
        by=world.head,
        at=world.at,
    )
    procedures.set_terms(breach=breach, words=word, by=world.head, at=world.at)
    chose(world, breach, Part.INVESTIGATOR, None, outside=f"{word} Smith")
    letters.start_letter(breach=breach, kind="told", by=world.head, at=world.at)
    assert found_in_the_clear(word) == []


# --- Allegations ---


@pytest.mark.policy("3.2", "3.7", "9.1")
def test_an_allegation_shows_whether_that_very_version_was_confirmed(world: World) -> None:
    version = a_version_in_force(world)
    breach = a_breach(world)
    one = alleged(world, breach, clauses=["8.3"])
    cited = breach.case.citations.get()
    assert one.cites == [str(cited.pk)] and cited.version == version

    known = allegations.known_to([cited], world.colleague)[cited.pk]
    assert not known.had and known.sentence == "They had been asked to read it, and had not confirmed it."

    confirms(world.colleague, version, at=world.at + DAY)
    known = allegations.known_to([cited], world.colleague)[cited.pk]
    assert not known.had and known.sentence.endswith("after that day.")
    cited.on_day = london(world.at + 2 * DAY).date()
    known = allegations.known_to([cited], world.colleague)[cited.pk]
    assert known.had and known.sentence.startswith("They had confirmed that very version")


@pytest.mark.policy("3.2", "9.4")
def test_a_citation_is_used_again_and_each_point_is_found_by_itself(world: World) -> None:
    breach = a_breach(world)
    one, two = alleged(world, breach, clauses=["5.2"]), alleged(world, breach, clauses=["5.2", "5.5"])
    assert breach.case.citations.count() == 2 and one.cites[0] in two.cites
    steps.it_was_them(world, breach)
    allegations.find(
        breach=breach, allegation=one, result="substantiated", reasons="So.", unlawful=False, by=world.head, at=world.at
    )
    allegations.find(
        breach=breach, allegation=two, result="unfounded", reasons="No.", unlawful=False, by=world.head, at=world.at
    )
    assert {f.allegation_id: f.result for f in one.findings.all() | two.findings.all()} == {
        one.id: "substantiated",
        two.id: "unfounded",
    }


@pytest.mark.policy("9.2c", "9.4")
def test_nothing_is_found_to_be_so_before_it_is_shown_that_it_was_them(world: World) -> None:
    breach = a_breach(world)
    one = alleged(world, breach)
    about = {"breach": breach, "allegation": one, "reasons": "So.", "unlawful": False, "by": world.head, "at": world.at}
    assert "Say first whether it was them." in because(allegations.find, result="substantiated", **about)
    allegations.find(result="unsubstantiated", **about)  # type: ignore[arg-type]


# --- Who does what ---


@pytest.mark.policy("9.1")
def test_the_investigator_is_refused_as_a_panel_member(world: World) -> None:
    breach = a_breach(world)
    chose(world, breach, Part.INVESTIGATOR, world.senior)
    reason = because(chose, world, breach, Part.DECIDER, world.senior)
    assert reason == "They looked into it. Whoever looks into a matter does not decide it."
    seat = Seat.objects.get(case=breach.case, person=world.senior, ended_at__isnull=True)
    assert seat.why == "investigator" and seat.ends_at is not None


@pytest.mark.policy("9.1")
def test_having_once_looked_into_it_is_enough_to_be_refused_later(world: World) -> None:
    breach = a_breach(world)
    row = chose(world, breach, Part.INVESTIGATOR, world.senior)
    people.end_choice(chosen=row, reason="Too busy.", by=world.head, at=world.at)
    assert not Seat.objects.filter(case=breach.case, person=world.senior, ended_at__isnull=True).exists()
    assert "They looked into it." in because(chose, world, breach, Part.DECIDER, world.senior)
    assert "They had a part in this before." in because(chose, world, breach, Part.APPEAL, world.senior)


@pytest.mark.policy("7.2", "9.1")
@pytest.mark.parametrize(
    ("who", "begins"),
    [
        ("colleague", "This is about them."),
        ("teacher", "They reported it."),
        ("lead", "They may have been harmed by it."),
    ],
)
def test_nobody_with_a_stake_is_chosen(world: World, who: str, begins: str) -> None:
    breach = a_breach(world, reporter=world.teacher, affected=[world.lead])
    for part in (Part.INVESTIGATOR, Part.DECIDER, Part.APPEAL):
        assert because(chose, world, breach, part, getattr(world, who)).startswith(begins)
    assert Chosen.objects.count() == 0


@pytest.mark.policy("7.2", "9.1")
def test_nobody_who_works_for_a_head_under_suspicion_looks_into_it(world: World) -> None:
    breach = a_breach(world, subject=world.head)
    reason = because(chose, world, breach, Part.INVESTIGATOR, world.senior, by=world.chair)
    assert reason == "They work for the person reported. Choose somebody else."


@pytest.mark.policy("9.1")
def test_somebody_close_is_refused_and_somebody_from_outside_can_be_chosen(world: World) -> None:
    breach = a_breach(world)
    assert "They are close to somebody" in because(chose, world, breach, Part.INVESTIGATOR, world.senior, tied=True)
    row = chose(world, breach, Part.INVESTIGATOR, None, outside="Pat Lowe, the authority")
    assert row.person is None and people.outside_of(breach, world.at).name


@pytest.mark.policy("7.2", "9.1")
def test_whoever_steps_back_sees_nothing_more_and_somebody_else_handles_it(world: World) -> None:
    breach = a_breach(world)
    people.step_back(breach=breach, reason="We are friends.", by=world.head, at=world.at)
    case = Case.objects.get(pk=breach.case_id)
    assert not Case.objects.seen_by(world.head, world.at).exists()
    assert case.manager == world.chair
    assert "kept out of this case" in because(chose, world, breach, Part.DECIDER, world.head, by=world.chair)


# --- The designated officer first ---


@pytest.mark.policy("6.5", "9.1")
def test_no_step_before_the_designated_officer_and_all_of_them_after(world: World) -> None:
    breach = a_breach(world, child="not_sure")
    assert because(chose, world, breach, Part.INVESTIGATOR, world.senior) == LADO_FIRST
    assert because(procedures.set_terms, breach=breach, words="All.", by=world.head, at=world.at) == LADO_FIRST
    note_referral(
        case=breach.case,
        agency="lado",
        step="consulted",
        reason="A child.",
        done_at=world.at,
        by=world.head,
        at=world.at,
    )
    chose(world, breach, Part.INVESTIGATOR, world.senior)


@pytest.mark.policy("6.5", "9.1")
def test_from_yes_to_no_needs_a_reason(world: World) -> None:
    breach = a_breach(world, child="yes")
    facts = {"breach": breach, "harm": "no", "version": 1, "by": world.head, "at": world.at}
    assert because(procedures.answer_harm, reason="", **facts) == "Say why not, in a few words."
    procedures.answer_harm(reason="The child is somebody else’s pupil, and was only named.", **facts)  # type: ignore[arg-type]
    chose(world, breach, Part.INVESTIGATOR, world.senior)


@pytest.mark.policy("3.2")
def test_a_matter_names_one_other_policy_where_one_was_in_force_that_day(world: World) -> None:
    day, breach = london(world.at).date(), a_breach(world)
    alleged(world, breach)
    kept = registers.keep_linked_version(
        school=world.school, key="behaviour", label="4", in_force_on=day, where="", by=world.head, at=world.at
    )

    def alleging(on: date, policies: list[LinkedPolicy]) -> Allegation:
        return allegations.make_allegation(
            breach=breach, words="Wrote about a parent.", happened_on=on, clauses=["5.3b"], policies=policies,
            by=world.head, at=world.at,
        )  # fmt: skip

    with pytest.raises(Refused, match="Choose one other policy too"):
        alleging(day, [])
    # The day before, none was in force. Once the matter names one, a further point need not.
    assert alleging(day - timedelta(days=1), [])
    assert len(alleging(day, [kept.policy]).cites) == 2
    assert alleging(day, [])
