"""Versions from before the school began, which of them is in force, and what its sentences lead to."""

from datetime import date, timedelta
from typing import Any

import pytest
from builders import OWN_TEXT, World, a_policy, a_revision, a_school, a_version_in_force
from django.db import DatabaseError, transaction
from keeping_acts import BEGAN, FEBRUARY_2023, MARCH_2019, brought, change, policy_now, put_in_force

from forethought.acknowledgements import procedures as acknowledgements
from forethought.acknowledgements.models import Task
from forethought.audit.models import Entry
from forethought.core.errors import Refused, TooLate
from forethought.policies import linking, procedures, rules, standing
from forethought.policies.models import Baseline, Policy, SentenceLink, Version
from forethought.policies.rules import Body
from forethought.policies.sentences import key_of
from forethought.policies.text import Paragraph
from forethought.rows import inside

# --- Versions brought along ---


@pytest.mark.policy("F1")
def test_a_review_in_the_past_comes_along_and_the_policy_still_applies(world: World) -> None:
    a_policy(world)
    met_on = date(2023, 3, 27)
    version = brought(world, "2", met_on, met_on=met_on, minute="7", body=Body.FULL_BOARD)
    put_in_force(world, version)
    policy = policy_now(world)
    assert policy.review_on == date(2024, 3, 27)
    said = rules.overdue_said(policy.review_on, world.at.date())
    assert said == "The policy is 968 days past its review date. It still applies."
    assert policy.in_force == version
    assert Task.objects.filter(done_at__isnull=True, closed_at__isnull=True).count() == len(world.everybody())


@pytest.mark.policy("F1")
def test_a_meeting_on_29_february_is_reviewed_on_28(world: World) -> None:
    a_policy(world)
    version = brought(world, "2", date(2024, 3, 1), met_on=date(2024, 2, 29))
    assert version.approval is not None and version.approval.review_on == date(2025, 2, 28)


@pytest.mark.policy("F4")
def test_older_versions_may_come_in_any_order_until_one_is_in_force_and_then_only_older_ones(world: World) -> None:
    a_policy(world)
    newest = brought(world, "3", date(2023, 3, 27))
    brought(world, "1", MARCH_2019, text=None)
    put_in_force(world, newest)
    brought(world, "2", date(2021, 3, 1))
    for day in (date(2023, 3, 27), date(2025, 1, 1), BEGAN):
        with pytest.raises(Refused, match="Only earlier ones"):
            brought(world, "4", day)
    assert [one.label for one in standing.versions()] == ["3", "2", "1"]
    cited = standing.version_on(date(2022, 1, 1))
    assert cited is not None and cited.label == "2"
    assert standing.version_on(date(2018, 1, 1)) is None


@pytest.mark.policy("F4")
def test_after_a_change_is_published_nothing_slips_in_before_what_it_replaced(world: World) -> None:
    first = a_version_in_force(world)
    revision = a_revision(world)
    # As publishing leaves it, without the gate, which has its own tests.
    made = Version.objects.create(
        school=world.school,
        label="2",
        summary="",
        in_force_on=world.at.date(),
        text=revision.text,
        brought=True,
        published_at=world.at,
        published_by=str(world.head.id),
    )
    Policy.objects.update(in_force=made)
    assert standing.first_here(policy_now(world)) == first.in_force_on
    with pytest.raises(Refused, match="Only earlier ones"):
        brought(world, "1.5", first.in_force_on)


@pytest.mark.policy("F3", "F4")
def test_the_day_the_school_began_decides_and_not_the_day_its_policy_did(world: World) -> None:
    a_policy(world)
    assert standing.started_on(policy_now(world)) == BEGAN
    brought(world, "1", BEGAN)
    with pytest.raises(Refused, match="goes the whole way"):
        brought(world, "2", BEGAN + timedelta(days=1))


@pytest.mark.policy("F4")
@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"label": "3"}, "a version is never changed"),
        ({"label": " 3 "}, "a version is never changed"),
        ({"label": ""}, "a number or a name"),
        ({"text": ()}, "There is no text"),
        ({"minute": "12"}, "Give the day of the meeting too"),
        ({"review_on": date(2024, 3, 27)}, "Give the day of the meeting too"),
        ({"met_on": date(2026, 11, 21)}, "has not been yet"),
        ({"met_on": MARCH_2019, "review_on": MARCH_2019}, "after the meeting"),
    ],
)
def test_a_version_that_cannot_be_is_refused_and_nothing_is_kept(
    world: World, more: dict[str, Any], sentence: str
) -> None:
    a_policy(world)
    brought(world, "3", date(2023, 3, 27), text=None)
    entries = Entry.objects.count()
    with pytest.raises(Refused, match=sentence):
        brought(world, **{"label": "2", "in_force_on": MARCH_2019, **more})
    assert Version.objects.count() == 1 and Entry.objects.count() == entries


@pytest.mark.policy("F4")
def test_a_version_in_the_table_is_sealed(world: World) -> None:
    version = a_version_in_force(world)
    for changes in ({"label": "9"}, {"in_force_on": MARCH_2019}, {"text": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Version.objects.filter(pk=version.pk).update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.filter(pk=version.pk).delete()


@pytest.mark.policy("F3", "F4")
def test_only_the_newest_with_its_words_is_put_in_force_and_only_once(world: World) -> None:
    a_policy(world)
    old, bare = brought(world, "1", MARCH_2019), brought(world, "2", FEBRUARY_2023, text=None)
    with pytest.raises(Refused, match="“2” is newer"):
        put_in_force(world, old)
    with pytest.raises(Refused, match="words are not here"):
        put_in_force(world, bare)
    whole = brought(world, "3", date(2023, 3, 27))
    stale = policy_now(world)
    put_in_force(world, whole)
    with pytest.raises(TooLate):
        acknowledgements.put_in_force(policy=stale, version=stale.version, bring=whole, by=world.senior, at=world.at)
    with pytest.raises(Refused, match="in force here already"):
        put_in_force(world, whole)


@pytest.mark.policy("F3")
def test_a_version_is_not_put_in_force_under_a_change_that_began_from_nothing(world: World) -> None:
    policy = a_policy(world)
    version = brought(world, "1", MARCH_2019)
    procedures.start_revision(policy=policy, baseline=Baseline.objects.get(), by=world.head, at=world.at)
    with pytest.raises(Refused, match="A change is on its way"):
        put_in_force(world, version)
    assert policy_now(world).in_force is None


# --- Links ---


def link(world: World, sentence: str, *names: str) -> None:
    linking.link_sentence(
        policy=policy_now(world), sentence=sentence, names=frozenset(names), by=world.head, at=world.at
    )


def links_to(sentence: str) -> set[str]:
    return set(SentenceLink.objects.filter(key=key_of(sentence)).values_list("clause", flat=True))


@pytest.mark.policy("F4")
def test_a_sentence_leads_to_the_clauses_somebody_said_and_to_none_that_there_is_not(world: World) -> None:
    a_version_in_force(world)
    link(world, "It holds after hours too.", "1.2", "2.2")
    link(world, "It  holds after hours TOO.", "2.2", "2.3")
    assert links_to("It holds after hours too.") == {"2.2", "2.3"}
    with pytest.raises(Refused, match=r"There is no clause 99\.9"):
        link(world, "It holds after hours too.", "99.9")
    link(world, "It holds after hours too.")
    assert links_to("It holds after hours too.") == set()


@pytest.mark.policy("F4")
def test_a_reworded_sentence_keeps_its_links_and_a_new_one_has_none(world: World) -> None:
    a_version_in_force(world)
    link(world, OWN_TEXT[2].words, "8.3")
    link(world, "It holds after hours too.", "1.2")
    revision = a_revision(world, changed=False)
    text = (
        Paragraph("0.1", "New", "Something altogether unheard of until now."),
        Paragraph("1.1", OWN_TEXT[0].title, OWN_TEXT[0].words),
        Paragraph("1.2", OWN_TEXT[1].title, "It is for every adult who works here. It holds after working hours too."),
        Paragraph("9.3", OWN_TEXT[2].title, "Report what you see within 20 hours."),
    )
    change(world, revision, text)
    assert links_to("Report what you see within 20 hours.") == {"8.3"}
    assert links_to("It holds after working hours too.") == {"1.2"}
    assert links_to("Something altogether unheard of until now.") == set()
    assert links_to(OWN_TEXT[0].words) == set()
    # The version in force keeps its own.
    assert links_to(OWN_TEXT[2].words) == {"8.3"}


@pytest.mark.policy("F4")
def test_a_new_paragraph_inherits_nothing_from_one_that_was_taken_out(world: World) -> None:
    a_version_in_force(world)
    link(world, OWN_TEXT[2].words, "8.3")
    revision = a_revision(world, changed=False)
    change(world, revision, (*OWN_TEXT[:2], Paragraph("4", "Pupils", "Pupils may borrow tablets on Fridays.")))
    assert links_to("Pupils may borrow tablets on Fridays.") == set()


@pytest.mark.policy("F4")
def test_links_of_one_school_are_no_links_of_another(world: World) -> None:
    a_version_in_force(world)
    link(world, "It holds after hours too.", "1.2")
    other = a_school(tag="two", name="Another School")
    with inside(other.school.id):
        a_version_in_force(other)
        assert key_of("It holds after hours too.") not in standing.links_of(OWN_TEXT)
