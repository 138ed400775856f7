"""The law register in a school: as shipped, with what the school wrote over it, and a review when a status changes."""

from datetime import date, datetime

import pytest
from builders import World
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forethought.audit.models import Entry
from forethought.core.errors import Refused, TooLate
from forethought.pages.law_notes import law_notes
from forethought.people.models import Letter
from forethought.reviews.lawbook import as_shipped, beside, keys_of, lawbook, notes_of
from forethought.reviews.models import LawNote, Review
from forethought.reviews.register import MOST_BESIDE, Certainty, Status, laws
from forethought.reviews.registers import note_law
from forethought.reviews.rules import Trigger


def a_note(
    world: World, key: str = "hra-1998", *, version: int = 0, at: datetime | None = None, **changes: object
) -> LawNote:
    known = laws().get(key)
    fields: dict[str, object] = {
        "name": known.name if known else "Road Traffic Act 1988",
        "citation": "1988 c. 52",
        "status": Status.IN_FORCE,
        "superseded_by": "",
        "governs": "Driving to a trip.",
        "clauses": ["2.1"],
        "link": "",
        "source": "legislation.gov.uk, read today.",
        "review_on": date(2027, 9, 1),
    }
    return note_law(
        school=world.school,
        key=key,
        **{**fields, **changes},  # type: ignore[arg-type]
        version=version,
        by=world.head,
        at=at or world.at,
    )


@pytest.mark.policy("11.1")
def test_without_a_word_of_its_own_a_school_has_the_shipped_register(world: World) -> None:
    assert lawbook() == as_shipped()
    ripa = lawbook()["ripa-2000"]
    assert ripa.status is Status.SUPERSEDED_IN_PART and "ipa-2016" in ripa.superseded_by


@pytest.mark.policy("11.1")
def test_a_law_that_the_school_added_stands_after_the_shipped_ones_and_beside_its_clauses(world: World) -> None:
    note = a_note(world, "", clauses=["6.6"])

    book = lawbook()
    assert list(book)[-1] == note.key and note.key.startswith("own-road-traffic-act-1988-")
    assert [one.key for one in beside(book, ("6.6",))] == [note.key]
    assert not Review.objects.exists()
    with pytest.raises(Refused, match="A law of that name is in the register already"):
        a_note(world, "")


@pytest.mark.policy("11.1", "10.2")
def test_a_new_status_opens_a_review_with_owner_and_due_date(world: World) -> None:
    note = a_note(world, status=Status.SUPERSEDED, superseded_by="A Bill of Rights Act")

    review = Review.objects.get()
    assert (review.trigger, review.owner, review.due_on) == (Trigger.LAW, world.head, date(2027, 1, 1))
    assert review.source_key == f"law:{note.id}"
    assert review.source == "Human Rights Act 1998. It stood here as “In force”. Now it stands as “Superseded”."
    assert Letter.objects.filter(about=review.id).count() == 0  # the head did it themselves
    verbs = list(Entry.objects.order_by("seq").values_list("verb", flat=True))[-2:]
    assert verbs == ["reviews.open_review", "reviews.note_law"]
    assert lawbook()["hra-1998"].status is Status.SUPERSEDED


@pytest.mark.policy("11.1", "10.2")
def test_the_same_status_again_opens_none_and_the_last_word_holds(world: World) -> None:
    a_note(world, governs="First.")
    a_note(world, governs="Second.", version=1)
    assert not Review.objects.exists()
    entry = lawbook()["hra-1998"]
    assert (entry.governs, entry.version, entry.certainty) == ("Second.", 2, None)
    assert [note.governs for note in notes_of("hra-1998")] == ["Second.", "First."]


@pytest.mark.policy("11.1")
def test_of_two_writers_at_once_the_second_is_told(world: World) -> None:
    a_note(world, status=Status.AMENDED)
    with pytest.raises(TooLate, match="Somebody wrote about this law before you"):
        a_note(world, status=Status.SUPERSEDED, superseded_by="Another Act")
    assert LawNote.objects.count() == 1


@pytest.mark.policy("11.1")
def test_what_took_over_is_kept_by_key_where_it_is_in_the_register(world: World) -> None:
    typed = "Investigatory Powers Act 2016\n\n  some   newer Act \n2016 c. 25\n"
    assert keys_of(typed, lawbook()) == "ipa-2016\nsome newer Act"
    a_note(world, status=Status.SUPERSEDED_IN_PART, superseded_by=typed)
    assert lawbook()["hra-1998"].superseded_by == ("ipa-2016", "some newer Act")


def test_a_clause_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="The policy has no clause 99"):
        a_note(world, clauses=["99"])


@pytest.mark.policy("11.1")
def test_beside_a_screen_stand_a_few_laws_the_closest_first_and_each_once(world: World) -> None:
    found = beside(as_shipped(), ("8.3", "8.4", "8.6"))
    assert len(found) == MOST_BESIDE == len({one.key for one in found})
    assert found[0].key == "osa-2023"


@pytest.mark.policy("11.1")
def test_what_nobody_read_in_full_says_so_and_what_was_read_does_not_shout(world: World) -> None:
    said = {one["text"].split(" (")[0]: one["check"] for clause in ("7.4", "8.4") for one in law_notes(clause)}
    for law in laws().values():
        if law.name in said:
            assert bool(said[law.name]) is (law.certainty is not Certainty.READ), law.key
    assert said["Sexual Offences Act 2003"] == "Check before relying on it. This was written from memory."


@pytest.mark.policy("11.1")
def test_the_laws_beside_a_screen_cost_one_query_and_none_for_somebody_without_an_account(world: World) -> None:
    for count in range(2):
        with CaptureQueriesContext(connection) as queries:
            notes = law_notes("8.3", "8.4", "8.7")
        assert len(queries) == 1 and all(one["href"] for one in notes)
        a_note(world, version=count)
    with CaptureQueriesContext(connection) as queries:
        notes = law_notes("7.4", school=False)
    assert len(queries) == 0 and notes and not any(one["href"] for one in notes)
