"""What a case says about the policy, the clauses and policies it cites, and the guidance that everybody reads."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from builders import World, a_case, a_version_in_force, ask_the_host, harmed_in
from builders import the_takedown as takedown_of

from forethought.acknowledgements.models import Acknowledgement, Method, Reading, Task
from forethought.acknowledgements.procedures import acknowledge
from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.cases import citing
from forethought.cases import procedures as cases
from forethought.cases.models import Case, Citation, Exclusion
from forethought.cases.standing import close_as_it_stands
from forethought.core.errors import Refused
from forethought.pages.citing import row_of
from forethought.people import procedures as people
from forethought.people.models import Kind, Letter
from forethought.policies.citable import ever_own, said
from forethought.policies.clauses import clauses
from forethought.policies.procedures import model_text
from forethought.policies.text import Paragraph
from forethought.reviews import registers
from forethought.reviews.models import LinkedPolicy, Review
from forethought.reviews.register import linked_policies
from forethought.reviews.rules import Trigger
from forethought.reviews.standing import edition_of, linked_in_force
from forethought.takedowns import procedures as takedowns
from forethought.takedowns.rules import Result

# --- What a case says about the policy ---


def a_case_to_close(world: World, **answers: object) -> Case:
    case = a_case(world, **answers)
    takedown = ask_the_host(takedown_of(case), by=world.senior, at=world.at)
    takedowns.check_removal(takedown=takedown, result=Result.GONE_SIGNED_OUT, by=world.senior, at=world.at)
    for party in case.parties.all():
        if cases.is_owed_support(party):
            cases.offer_support(case=case, party=party, offered=["manager"], by=world.senior, at=world.at)
    case.refresh_from_db()
    return case


def close(case: Case, world: World, source: str = "") -> None:
    close_as_it_stands(
        case=case,
        version=case.version,
        outcome="gone",
        reasons="It is gone.",
        sentence="Thank you.",
        review_source=source,
        by=world.senior,
        at=world.at,
    )


@pytest.mark.policy("10.2")
def test_a_case_that_calls_for_a_review_gives_it_one_sentence_and_its_id_alone(world: World) -> None:
    case = a_case_to_close(world)
    assert harmed_in(case)
    close(case, world, "A closed group was new to the policy.")

    review = Review.objects.get()
    assert (review.trigger, review.source) == (Trigger.INCIDENT, "A closed group was new to the policy.")
    assert (review.source_key, review.owner) == (f"case:{case.id}", world.head)
    assert Entry.objects.get(verb="reviews.open_review").case_id is None


@pytest.mark.policy("10.2")
def test_a_case_that_was_opened_again_may_call_twice(world: World) -> None:
    case = a_case_to_close(world)
    close(case, world, "Once.")
    cases.reopen(case=case, version=case.version, reasons="It is back.", by=world.senior, at=world.at)
    close(case, world, "Twice.")
    assert set(Review.objects.values_list("source", flat=True)) == {"Once.", "Twice."}


def test_a_case_closes_without_a_review_unless_somebody_says_so(world: World) -> None:
    close(a_case_to_close(world), world)
    assert not Review.objects.exists()


@pytest.mark.policy("7.2", "10.2")
def test_a_review_because_of_a_case_is_not_given_to_somebody_kept_out_of_it(world: World) -> None:
    case = a_case_to_close(world)
    Exclusion.objects.create(school=world.school, case=case, person=world.head, why="reported", given_at=world.at)
    close(case, world, "It showed a gap.")
    assert Review.objects.get().owner == world.chair
    assert not Letter.objects.filter(person=world.head, about=Review.objects.get().id).exists()


# --- Citing the policy as it was then ---


@pytest.mark.policy("F4", "3.2")
def test_a_case_cites_a_clause_as_it_stood_on_the_day(world: World) -> None:
    version = a_version_in_force(world)
    case = a_case(world)
    day = citing.day_of(case)

    cited = citing.cite_clause(case=case, clause="5.3b", on_day=day, by=world.senior, at=world.at)
    before = citing.cite_clause(
        case=case, clause="5.3b", on_day=version.in_force_on - timedelta(days=1), by=world.senior, at=world.at
    )

    assert (cited.version, before.version) == (version, None)
    assert Entry.objects.filter(verb="cases.cite_clause", case_id=case.id).count() == 2
    assert [one.pk for one in citing.citations_of(case)] == [before.pk, cited.pk]


@pytest.mark.policy("F4")
def test_a_citation_that_cannot_be_is_refused(world: World) -> None:
    case = a_case(world)
    day = citing.day_of(case)
    citing.cite_clause(case=case, clause="5.3b", on_day=day, by=world.senior, at=world.at)
    for clause, on_day, sentence in (
        ("5.3b", day, "That is noted already, for that day."),
        ("99.9", day, "The policy has no such clause, or had none on that day."),
        ("5.2", day + timedelta(days=1), "That day has not come yet."),
    ):
        with pytest.raises(Refused, match=sentence):
            citing.cite_clause(case=case, clause=clause, on_day=on_day, by=world.senior, at=world.at)
    assert Citation.objects.count() == 1


@pytest.mark.policy("5.3", "F4")
def test_a_kind_that_the_schools_own_policy_bans_can_be_cited_for_the_days_on_which_it_did(world: World) -> None:
    text = list(model_text())
    place = next(place for place, one in enumerate(text) if one.number == "5.3i")
    tenth = Paragraph("5.3j", "Exam papers", "Do not post from an exam that is still to be sat.")
    version = a_version_in_force(world, text=(*text[: place + 1], tenth, *text[place + 1 :]))
    case = a_case(world)
    day = citing.day_of(case)
    [own] = ever_own()

    cited = citing.cite_clause(case=case, clause=own, on_day=day, by=world.senior, at=world.at)

    assert (cited.clause, cited.version) == (own, version) and own not in clauses()
    assert said(own, version) == "5.3j Exam papers"
    assert dict(citing.most_cited(world.at - timedelta(days=1), person=world.head)) == {own: 1}
    before = version.in_force_on - timedelta(days=1)
    with pytest.raises(Refused, match="has no such clause, or had none on that day"):
        citing.cite_clause(case=case, clause=own, on_day=before, by=world.senior, at=world.at)
    row = row_of(cited, world.at)
    assert row["text"] == "5.3j Exam papers" and row["href"] == f"/policy/versions/{version.pk}/#p-5-3j"


@pytest.mark.policy("10.2")
def test_the_figures_count_cases_and_not_how_often_each_said_it(world: World) -> None:
    for _ in range(2):
        case = a_case(world)
        for days in (0, 1):
            day = citing.day_of(case) - timedelta(days=days)
            citing.cite_clause(case=case, clause="5.3b", on_day=day, by=world.senior, at=world.at)
    citing.cite_clause(case=case, clause="5.2", on_day=day, by=world.senior, at=world.at)

    assert citing.most_cited(world.at - timedelta(days=365), person=world.chair) == [("5.3b", 2), ("5.2", 1)]
    assert citing.most_cited(world.at + timedelta(seconds=1), person=world.chair) == []
    assert citing.ever_cited(person=world.chair) == {"5.3b", "5.2"} and "5.3b" in clauses()


# --- Linked policies ---


@dataclass(frozen=True)
class Kept:
    label: str
    on: date


@pytest.mark.policy("3.2")
def test_the_version_in_force_on_any_day_is_found(world: World) -> None:
    for one in (Kept("3", date(2026, 11, 20)), Kept("1", date(2020, 9, 1)), Kept("2", date(2024, 9, 1))):
        registers.keep_linked_version(
            school=world.school,
            key="conduct",
            label=one.label,
            in_force_on=one.on,
            where="The office",
            by=world.head,
            at=world.at,
        )

    def on(day: date) -> list[str]:
        return [version.label for version in linked_in_force(day)]

    assert on(date(2020, 8, 31)) == []
    assert on(date(2020, 9, 1)) == ["1"]
    assert on(date(2026, 11, 19)) == ["2"]
    assert on(date(2026, 11, 20)) == ["3"]
    assert LinkedPolicy.objects.get().name == "Code of conduct for staff"


@pytest.mark.policy("3.2")
def test_a_version_is_never_replaced_and_a_policy_never_stands_twice(world: World) -> None:
    own = registers.add_linked_policy(school=world.school, name="Phone policy", by=world.head, at=world.at)
    kept = {"school": world.school, "in_force_on": date(2026, 9, 1), "where": "", "by": world.head, "at": world.at}
    registers.keep_linked_version(key=own.key, label="1", **kept)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="There is a version of that name already"):
        registers.keep_linked_version(key=own.key, label="1", **kept)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="is not on the list"):
        registers.keep_linked_version(key="nothing", label="1", **kept)  # type: ignore[arg-type]
    for name in ("phone POLICY", "Behaviour policy"):
        with pytest.raises(Refused, match="is on the list already"):
            registers.add_linked_policy(school=world.school, name=name, by=world.head, at=world.at)
    assert len(linked_policies()) == 9 and own.key not in {one.key for one in linked_policies()}


@pytest.mark.policy("3.2", "F4")
def test_a_case_cites_another_policy_in_the_version_of_that_day(world: World) -> None:
    version = registers.keep_linked_version(
        school=world.school,
        key="behaviour",
        label="4",
        in_force_on=date(2026, 9, 1),
        where="https://school.example/behaviour",
        by=world.head,
        at=world.at,
    )
    case = a_case(world)
    made = citing.cite_linked(
        case=case, policy=version.policy, on_day=citing.day_of(case), by=world.senior, at=world.at
    )
    assert (made.linked, made.clause) == (version, "")
    with pytest.raises(Refused, match="No version of “Behaviour policy” was in force"):
        citing.cite_linked(case=case, policy=version.policy, on_day=date(2026, 8, 31), by=world.senior, at=world.at)


# --- Editions of guidance ---

KCSIE = {
    "part": "Part one",
    "to_read": "Read Part one in full.",
    "link": "https://www.gov.uk/kcsie",
    "minutes": 40,
    "due_on": date(2026, 12, 18),
}


def an_edition(world: World, year: int, **changes: object) -> Reading:
    made = registers.set_edition(
        school=world.school,
        name=f"Keeping Children Safe in Education {year}",
        in_force_on=date(year, 9, 1),
        by=world.lead,
        at=world.at,
        **{**KCSIE, **changes},  # type: ignore[arg-type]
    )
    reading = Reading.objects.get(about=made.id)
    assert edition_of(reading) == made
    return reading


@pytest.mark.policy("6.4")
def test_a_new_edition_asks_every_adult_and_old_receipts_stay(world: World) -> None:
    volunteer = people.add_person(
        school=world.school, name="Val Green", kind=Kind.VOLUNTEER, starts_on=date(2026, 9, 1), by=PROGRAM, at=world.at
    )
    first = an_edition(world, 2025)
    acknowledge(
        task=Task.objects.select_related("reading").get(reading=first, person=world.teacher),
        method=Method.ACCOUNT,
        left_to_open=0,
        own_words="",
        asked_own_words=False,
        since=None,
        by=world.teacher,
        at=world.at,
    )
    second = an_edition(world, 2026)

    first.refresh_from_db()
    assert first.ended_at is not None and second.ended_at is None
    assert Task.objects.filter(reading=second, done_at__isnull=True).count() == len(world.everybody()) + 1
    assert Task.objects.filter(reading=second, person=volunteer).exists()
    kept = Acknowledgement.objects.get()
    assert kept.said.startswith("I have read and understood Part one of Keeping Children Safe in Education 2025.")
    assert bytes(kept.fingerprint) == bytes(first.fingerprint) != bytes(second.fingerprint)


@pytest.mark.policy("6.4")
def test_an_edition_is_refused_when_it_is_there_or_older_or_makes_no_sense(world: World) -> None:
    an_edition(world, 2026)
    for year, changes, sentence in (
        (2026, {}, "That edition is set already"),
        (2025, {}, "A newer edition is set here already"),
        (2031, {}, "more than a year from now"),
        (2027, {"minutes": 0}, "Say how many minutes"),
    ):
        with pytest.raises(Refused, match=sentence):
            an_edition(world, year, **changes)
    assert Reading.objects.count() == 1


@pytest.mark.policy("7.2", "10.2")
def test_the_figures_say_nothing_of_a_case_to_whoever_is_kept_out_of_it(world: World) -> None:
    case = a_case(world, group="staff", name="Ben Foster")
    citing.cite_clause(case=case, clause="5.3b", on_day=citing.day_of(case), by=world.head, at=world.at)
    since = world.at - timedelta(days=365)

    assert citing.most_cited(since, person=world.colleague) == []
    assert citing.ever_cited(person=world.colleague) == frozenset()
    assert citing.most_cited(since, person=world.chair) == [("5.3b", 1)]
