"""Support is offered to both sides, answered at any time, and asked about again after a week and a month."""

from datetime import timedelta

import pytest
from builders import World, a_case, harmed_in

from forethought.audit.models import Entry
from forethought.cases import procedures
from forethought.cases.models import Capacity, Case, Offer, Owed, Party
from forethought.cases.standing import standing_of

DAY = timedelta(days=1)


def owed(party: Party) -> dict[str, object]:
    return dict(Owed.objects.filter(about=party.id, done_at__isnull=True).values_list("kind", "due_at"))


def offered(world: World, case: Case, party: Party) -> Offer:
    return procedures.offer_support(
        case=case, party=party, offered=["counselling", "manager"], by=world.senior, at=world.at
    )


@pytest.mark.policy("8.8")
def test_it_is_asked_about_again_after_a_week_and_a_month_and_then_no_more(world: World) -> None:
    case = a_case(world)
    party = harmed_in(case)
    assert set(owed(party)) == {"support"}

    offered(world, case, party)

    for due in (world.at + 7 * DAY, world.at + 30 * DAY):
        assert owed(party) == {"revisit": due}
        procedures.revisit_support(case=case, party=party, by=world.senior, at=due)
    assert owed(party) == {}


@pytest.mark.policy("8.8")
def test_asking_some_days_late_leaves_the_month_where_it_was(world: World) -> None:
    case = a_case(world)
    party = harmed_in(case)
    offered(world, case, party)
    procedures.revisit_support(case=case, party=party, by=world.senior, at=world.at + 12 * DAY)
    assert owed(party) == {"revisit": world.at + 30 * DAY}


@pytest.mark.policy("8.8")
def test_an_answer_can_be_changed_and_what_was_talked_about_is_kept_nowhere(world: World) -> None:
    case = a_case(world)
    offer = offered(world, case, harmed_in(case))
    for answer in ("no", "later", "yes"):
        procedures.answer_offer(offer=offer, answer=answer, by=world.teacher, at=world.at + DAY)
    offer.refresh_from_db()
    assert offer.answer == "yes"
    assert {field.name for field in Offer._meta.get_fields()} == {
        "id",
        "school",
        "case",
        "party",
        "offered",
        "offered_at",
        "offered_by",
        "answer",
        "answered_at",
    }
    assert Entry.objects.filter(verb="cases.answer_offer").count() == 3


@pytest.mark.policy("8.8", "8.1")
def test_a_colleague_who_is_reported_is_offered_it_too_before_the_case_closes(world: World) -> None:
    case = a_case(world, group="staff", name="Ben Foster", where="")
    offered(world, case, harmed_in(case))
    assert standing_of(case).unoffered == ["person reported"]
    offered(world, case, case.parties.get(capacity=Capacity.REPORTED))
    assert standing_of(case).unoffered == []
