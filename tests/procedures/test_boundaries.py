"""Records of contact and declarations of family: what is kept, who can read it, which event is left."""

import uuid
from datetime import timedelta

import pytest
from builders import World, found_in_the_clear

from forethought.audit.models import Entry
from forethought.boundaries import procedures, standing
from forethought.boundaries.models import ContactRecord, FamilyDeclaration, SelfCheck
from forethought.boundaries.rules import Mark, Told, Way, Who
from forethought.cases.models import Case, Kind
from forethought.core.errors import Refused, TooLate
from forethought.people.models import Letter, Person

YEAR = timedelta(days=366)


def keep(world: World, *marks: Mark, who: Who = Who.PUPIL, way: Way = Way.RECEIVED, **changes: object) -> ContactRecord:
    given: dict[str, object] = {
        "told": Told(who, way, frozenset(marks)),
        "platform": "Photo app",
        "name": "R. Quetzal",
        "words": "Quetzalcoatl asked to connect. I declined.",
        "share_with": None,
        "press": uuid.uuid4(),
        "by": world.teacher,
        "at": world.at,
    }
    return procedures.keep_contact_record(**{**given, **changes})  # type: ignore[arg-type]


def verbs() -> list[str]:
    return [verb for verb in Entry.objects.order_by("seq").values_list("verb", flat=True) if "boundaries." in verb]


def letters(person: Person) -> int:
    return Letter.objects.filter(person=person, kind="needs_you", dropped="").count()


@pytest.mark.policy("5.4")
def test_a_record_is_sealed_and_only_its_writer_can_read_it(world: World) -> None:
    record = keep(world)
    assert standing.record_for(record.pk, world.teacher) == record
    for other in (world.head, world.senior, world.lead, world.chair, world.colleague):
        assert standing.record_for(record.pk, other) is None
    assert found_in_the_clear("Quetzal") == []
    said = standing.contact_of(record)
    assert (said.who, said.way, said.age, said.verdict) == ("pupil", "received", "unknown", "decline")
    assert verbs() == ["boundaries.keep_contact_record"] and not Case.objects.exists()


@pytest.mark.policy("5.4")
def test_two_presses_of_one_form_are_one_record(world: World) -> None:
    press = uuid.uuid4()
    assert keep(world, press=press) == keep(world, press=press)
    assert ContactRecord.objects.count() == 1


@pytest.mark.policy("5.4")
def test_one_mark_of_a_form_sent_by_two_people_is_two_records(world: World) -> None:
    press = uuid.uuid4()
    assert keep(world, press=press).pk != keep(world, press=press, by=world.colleague).pk


@pytest.mark.policy("5.4")
def test_whoever_it_is_shared_with_reads_it_and_that_is_noted(world: World) -> None:
    record = keep(world, share_with=world.senior)
    assert letters(world.senior) == 1
    assert standing.record_for(record.pk, world.senior) == record
    assert procedures.see_contact_record(record=record, by=world.senior, at=world.at).name == "R. Quetzal"
    assert letters(world.senior) == 0
    assert verbs() == ["boundaries.keep_contact_record", "boundaries.see_contact_record"]
    with pytest.raises(Refused):
        procedures.see_contact_record(record=record, by=world.head, at=world.at)


@pytest.mark.policy("5.4")
def test_a_record_is_shared_once_with_each_by_its_writer_alone(world: World) -> None:
    record = keep(world)
    with pytest.raises(Refused):
        procedures.share_contact_record(record=record, person=world.head, by=world.colleague, at=world.at)
    procedures.share_contact_record(record=record, person=world.head, by=world.teacher, at=world.at)
    with pytest.raises(Refused):
        procedures.share_contact_record(record=record, person=world.head, by=world.teacher, at=world.at)
    with pytest.raises(Refused):
        procedures.share_contact_record(record=record, person=world.teacher, by=world.teacher, at=world.at)
    assert letters(world.head) == 1


@pytest.mark.policy("5.4", "6.5")
@pytest.mark.parametrize("mark", [Mark.AGAIN, Mark.DISTRESS])
def test_a_second_try_or_a_child_in_distress_is_a_concern_at_once(world: World, mark: Mark) -> None:
    record = keep(world, mark)
    case = Case.objects.get()
    assert case.kind == Kind.CONCERN and case.concern.reporter_id == world.teacher.pk
    assert Case.objects.seen_by(world.lead).filter(pk=case.pk).exists()
    assert standing.contact_of(record).concern == str(case.concern.pk)
    assert Entry.objects.filter(verb="safeguarding.raise_concern").count() == 1


@pytest.mark.policy("5.4", "6.5")
def test_the_same_name_in_ones_own_earlier_record_is_a_second_try(world: World) -> None:
    keep(world)
    keep(world, by=world.colleague)
    assert not Case.objects.exists(), "each person’s records are their own"
    keep(world, name="r quetzal")
    assert Case.objects.get().kind == Kind.CONCERN


@pytest.mark.policy("5.4")
def test_what_another_adult_did_is_no_record_of_ones_own(world: World) -> None:
    with pytest.raises(Refused, match="concern"):
        keep(world, way=Way.SEEN)
    assert not ContactRecord.objects.exists() and verbs() == []


@pytest.mark.policy("5.5")
def test_a_declaration_stands_once_the_head_has_seen_it(world: World) -> None:
    row = procedures.declare_family(relation="My son", pupil="A. H., 4B", by=world.teacher, at=world.at)
    assert letters(world.head) == 1 and not standing.has_declared(world.teacher)
    assert found_in_the_clear("A. H., 4B") == []
    listed = procedures.list_families(by=world.head, at=world.at)
    assert [(one.pk, said.pupil) for one, said in listed] == [(row.pk, "A. H., 4B")]
    for other in (world.chair, world.senior, world.lead):
        assert procedures.list_families(by=other, at=world.at) == []
    procedures.see_family(declaration=row, version=1, by=world.head, at=world.at)
    assert standing.has_declared(world.teacher) and letters(world.head) == 0
    with pytest.raises(Refused):
        procedures.see_family(declaration=row, version=1, by=world.head, at=world.at)


@pytest.mark.policy("5.5")
def test_the_heads_own_is_seen_by_the_chair(world: World) -> None:
    row = procedures.declare_family(relation="My niece", pupil="B. O.", by=world.head, at=world.at)
    with pytest.raises(Refused):
        procedures.see_family(declaration=row, version=1, by=world.head, at=world.at)
    procedures.see_family(declaration=row, version=1, by=world.chair, at=world.at)
    assert standing.has_declared(world.head) and letters(world.chair) == letters(world.vice) == 0


@pytest.mark.policy("5.5")
def test_a_declaration_is_renewed_after_a_year_and_ended_by_its_owner(world: World) -> None:
    row = procedures.declare_family(relation="My son", pupil="A. H.", by=world.teacher, at=world.at)
    with pytest.raises(Refused, match="already"):
        procedures.declare_family(relation="My son", pupil="a. h.", by=world.teacher, at=world.at)
    with pytest.raises(Refused):
        procedures.renew_family(declaration=row, version=1, by=world.teacher, at=world.at)
    procedures.renew_family(declaration=row, version=1, by=world.teacher, at=world.at + YEAR)
    with pytest.raises(TooLate):
        procedures.end_family(declaration=row, version=1, by=world.teacher, at=world.at + YEAR)
    with pytest.raises(Refused):
        procedures.end_family(declaration=row, version=2, by=world.head, at=world.at + YEAR)
    procedures.end_family(declaration=row, version=2, by=world.teacher, at=world.at + YEAR)
    assert FamilyDeclaration.objects.get().ended_by_id == world.teacher.pk
    assert not standing.has_declared(world.teacher)


@pytest.mark.policy("3.1", "3.5")
def test_a_self_check_leaves_its_day_and_nothing_else(world: World) -> None:
    procedures.note_self_check(by=world.teacher, at=world.at)
    procedures.note_self_check(by=world.teacher, at=world.at + YEAR)
    assert SelfCheck.objects.get().done_on == (world.at + YEAR).date()
    assert verbs() == ["boundaries.note_self_check"] * 2
