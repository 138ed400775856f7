"""Keeping the policy: ownership, unions, baselines, and a change until people are asked."""

from datetime import date, timedelta
from typing import Any

import pytest
from builders import OWN_TEXT, World, a_policy, a_revision, a_version_in_force
from django.db import DatabaseError, transaction
from keeping_acts import FEBRUARY_2023, MARCH_2019, a_baseline, brought, change, policy_now, put_in_force, verbs

from forethought.acknowledgements.models import Task
from forethought.audit.models import Entry
from forethought.core.errors import Refused, TooLate
from forethought.people import procedures as people
from forethought.people.models import Appointment, Engagement, Person, Role
from forethought.policies import linking, procedures, standing
from forethought.policies.models import Baseline, PolicyText, Revision, SentenceLink, Union
from forethought.policies.rules import Body, Status
from forethought.policies.sentences import key_of
from forethought.policies.text import Paragraph, fingerprint

# --- Ownership ---


@pytest.mark.policy("F1")
def test_the_policy_is_begun_once_however_often_it_is_begun(world: World) -> None:
    first = a_policy(world)
    again = procedures.start_policy(school=world.school, by=world.senior, at=world.at + timedelta(days=1))
    assert first.pk == again.pk and again.started_at == first.started_at
    assert (again.body, again.consult_days, again.read_days) == (Body.FULL_BOARD, 20, 10)


@pytest.mark.policy("F1", "F3", "3.6")
@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({"consult_days": 4}, True),
        ({"consult_days": 5}, False),
        ({"consult_days": 120}, False),
        ({"consult_days": 121}, True),
        ({"read_days": 0}, True),
        ({"read_days": 60}, False),
        ({"answer_days": 21}, True),
        ({"answer_days": 20}, False),
    ],
)
def test_ownership_keeps_to_its_limits_and_leaves_an_event(world: World, wrong: dict[str, int], refused: bool) -> None:
    policy = a_policy(world)
    fields: dict[str, Any] = {"author": "The clerk", "body": Body.COMMITTEE, "consult_days": 20, "read_days": 10}
    fields |= {"answer_days": 2, "own_words": True, "decides": True, **wrong}
    act: dict[str, Any] = {"policy": policy, "version": 1, "by": world.head, "at": world.at}
    if refused:
        with pytest.raises(Refused):
            procedures.change_ownership(**act, **fields)
        return
    procedures.change_ownership(**act, **fields)
    assert policy.author == "The clerk" and policy.version == 2
    assert verbs()[-1] == "policies.change_ownership"
    with pytest.raises(TooLate, match="Amina Okafor did this at"):
        procedures.change_ownership(**act, **fields)


# --- Unions ---


@pytest.mark.policy("F3")
def test_whoever_speaks_for_a_union_gets_that_home_and_loses_it_with_the_last_one(world: World) -> None:
    act: dict[str, Any] = {"school": world.school, "representative": world.teacher, "by": world.head, "at": world.at}
    first, second = (procedures.recognise_union(name=name, **act) for name in ("NEU ", "NASUWT"))
    mine = Appointment.objects.filter(person=world.teacher, role=Role.UNION, ends_at__isnull=True)
    assert first.name == "NEU" and mine.count() == 1
    procedures.end_union(union=first, by=world.head, at=world.at)
    assert mine.count() == 1
    procedures.end_union(union=second, by=world.head, at=world.at)
    assert mine.count() == 0
    with pytest.raises(Refused, match="before"):
        procedures.end_union(union=second, by=world.head, at=world.at)
    assert verbs()[-2:] == ["people.end_appointment", "policies.end_union"]
    procedures.recognise_union(name="NEU", **act)
    assert mine.count() == 1


@pytest.mark.policy("F3")
def test_a_union_stands_once_with_a_name_and_somebody_who_is_here(world: World) -> None:
    act: dict[str, Any] = {"school": world.school, "by": world.head, "at": world.at}
    procedures.recognise_union(name="NEU", representative=world.teacher, **act)
    with pytest.raises(Refused, match="on the list already"):
        procedures.recognise_union(name=" neu", representative=world.colleague, **act)
    with pytest.raises(Refused, match="name of the union"):
        procedures.recognise_union(name="  ", representative=world.colleague, **act)
    people.leave(person=world.colleague, by=world.head, at=world.at)
    world.colleague.refresh_from_db()
    with pytest.raises(Refused, match="no longer here"):
        procedures.recognise_union(name="GMB", representative=world.colleague, **act)
    assert Union.objects.count() == 1


@pytest.mark.policy("F3")
def test_an_officer_from_outside_becomes_known_but_is_asked_to_read_nothing(world: World) -> None:
    officer = procedures.Contact(name="Olu Adeyemi", email="olu@union.example")
    act: dict[str, Any] = {"school": world.school, "by": world.head, "at": world.at}
    union = procedures.recognise_union(name="UNISON", representative=officer, **act)
    person = union.representative
    assert person.name == "Olu Adeyemi" and not Engagement.objects.filter(person=person).exists()
    assert Appointment.objects.filter(person=person, role=Role.UNION).exists()
    assert verbs()[-3:] == ["people.add_contact", "people.appoint", "policies.recognise_union"]
    a_version_in_force(world)
    assert not Task.objects.filter(person=person).exists()

    known = Person.objects.count()
    with pytest.raises(Refused, match="Olu Adeyemi has that address already"):
        procedures.recognise_union(name="GMB", representative=officer, **act)
    with pytest.raises(Refused, match="on the list already"):
        procedures.recognise_union(
            name="unison", representative=procedures.Contact(name="New", email="new@union.example"), **act
        )
    assert Person.objects.count() == known


# --- Baselines ---


@pytest.mark.policy("F2")
def test_baselines_v1_and_v2_are_kept_apart_and_sealed(world: World) -> None:
    a_policy(world)
    first = a_baseline(world, "v1", agreed_on=MARCH_2019, text=None)
    second = a_baseline(world, "v2")
    assert first.text is None and second.text is not None
    assert (second.forum, second.agreed_on) == ("JCC", FEBRUARY_2023)
    for baseline in (first, second):
        for changes in ({"label": "v3"}, {"agreed_on": None}, {"text": second.text_id}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Baseline.objects.filter(pk=baseline.pk).update(**changes)
        with pytest.raises(DatabaseError), transaction.atomic():
            Baseline.objects.filter(pk=baseline.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyText.objects.filter(pk=second.text.pk).update(paragraphs=[])


@pytest.mark.policy("F2")
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"label": " "}, "a number or a name"),
        ({"label": "V1 "}, "a baseline is never changed"),
        ({"forum": ""}, "or neither"),
        ({"agreed_on": None}, "or neither"),
        ({"agreed_on": date(2026, 11, 21)}, "has not come yet"),
        ({"text": ()}, "There is no text"),
    ],
)
def test_a_baseline_that_cannot_be_is_refused(world: World, wrong: dict[str, Any], sentence: str) -> None:
    a_baseline(world, "v1", forum="", agreed_on=None)
    with pytest.raises(Refused, match=sentence):
        a_baseline(world, "v2", **wrong) if "label" not in wrong else a_baseline(world, **wrong)
    assert Baseline.objects.count() == 1


@pytest.mark.policy("F2")
def test_the_same_text_from_two_suppliers_is_kept_once(world: World) -> None:
    first, second = a_baseline(world, "v1"), a_baseline(world, "v2")
    assert first.text_id == second.text_id and PolicyText.objects.count() == 1


@pytest.mark.policy("F2", "F4")
def test_the_model_kept_twice_is_one_baseline_and_its_sentences_lead_to_their_clauses(world: World) -> None:
    act: dict[str, Any] = {"school": world.school, "by": world.head, "at": world.at}
    first = procedures.keep_model(**act)
    links = SentenceLink.objects.count()
    again = procedures.keep_model(**act)
    assert first.pk == again.pk and Baseline.objects.count() == 1 and first.agreed_on is None
    assert links == SentenceLink.objects.count() >= len(first.text.paragraphs)  # type: ignore[union-attr]
    text = standing.text_of(first.text)
    assert set(standing.links_of(text)) == set(procedures.model_links(text))


@pytest.mark.policy("F4")
def test_what_the_school_linked_otherwise_is_not_undone_by_keeping_the_model_again(world: World) -> None:
    policy = a_policy(world)
    sentence = next(iter(standing.text_of(Baseline.objects.get().text))).words.split(". ")[0] + "."
    act: dict[str, Any] = {"by": world.head, "at": world.at}
    linking.link_sentence(policy=policy, sentence=sentence, names=frozenset(), **act)
    procedures.keep_model(school=world.school, **act)
    assert not SentenceLink.objects.filter(key=key_of(sentence)).exists()


@pytest.mark.policy("F2")
def test_a_newer_model_is_a_baseline_of_its_own_with_a_label_that_is_free(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_baseline(world, "model POLICY")
    act: dict[str, Any] = {"school": world.school, "by": world.head, "at": world.at}
    first = procedures.keep_model(**act)
    monkeypatch.setattr(procedures, "model_text", lambda: (Paragraph("F1", "Newer", "It is newer."),))
    second = procedures.keep_model(**act)
    monkeypatch.setattr(procedures, "model_text", lambda: (Paragraph("F1", "Newer", "It is newer still."),))
    third = procedures.keep_model(**act)
    assert [first.label, second.label, third.label] == [
        "Model policy, November 2026",
        "Model policy, November 2026, 2",
        "Model policy, November 2026, 3",
    ]


# --- A change ---


@pytest.mark.policy("F3")
def test_of_two_starts_the_second_is_refused(world: World) -> None:
    policy = a_policy(world)
    act: dict[str, Any] = {"policy": policy, "baseline": Baseline.objects.get(), "at": world.at}
    procedures.start_revision(by=world.head, **act)
    with pytest.raises(Refused, match="on its way already"):
        procedures.start_revision(by=world.senior, **act)
    # Nor does the database take another, whoever asks it.
    first = Revision.objects.get()
    again = {name: getattr(first, name) for name in ("school_id", "label", "text_id", "started_at", "moved_at")}
    with pytest.raises(DatabaseError), transaction.atomic():
        Revision.objects.create(**again, started_by="x", moved_by="x")


@pytest.mark.policy("F2", "F3")
def test_a_change_needs_a_text_to_begin_with(world: World) -> None:
    policy = procedures.start_policy(school=world.school, by=world.head, at=world.at)
    bare = a_baseline(world, "v1", text=None)
    for baseline in (None, bare):
        with pytest.raises(Refused, match="no text to begin with"):
            procedures.start_revision(policy=policy, baseline=baseline, by=world.head, at=world.at)


@pytest.mark.policy("F2")
def test_a_change_is_held_against_what_was_in_force_and_else_against_its_baseline(world: World) -> None:
    policy = a_policy(world)
    baseline = Baseline.objects.get()
    first = procedures.start_revision(policy=policy, baseline=baseline, by=world.head, at=world.at)
    assert standing.before(first) == baseline.text
    procedures.drop_revision(revision=first, version=first.version, by=world.head, at=world.at)
    version = brought(world, "1", MARCH_2019)
    put_in_force(world, version)
    second = procedures.start_revision(policy=policy_now(world), baseline=baseline, by=world.head, at=world.at)
    assert standing.before(second) == version.text and second.text == baseline.text


@pytest.mark.policy("F4")
@pytest.mark.parametrize(
    ("labels", "following"),
    [
        ([], "1"),
        (["1"], "2"),
        (["2", "10"], "11"),
        (["v1", "v2"], "3"),
        (["²"], "2"),
        (["2023", "9" * 40], "2024"),
        (["1.0"], "2"),
    ],
)
def test_the_next_label_counts_on(world: World, labels: list[str], following: str) -> None:
    a_policy(world)
    for number, label in enumerate(labels):
        brought(world, label, MARCH_2019 + timedelta(days=number), text=None)
    assert procedures.next_label() == following


@pytest.mark.policy("F3", "F4")
def test_a_changed_text_is_another_and_the_old_one_stays(world: World) -> None:
    revision = a_revision(world, changed=False)
    before = bytes(revision.text.fingerprint)
    text = (Paragraph("1.1", "Why this is here", "It shields us."), *OWN_TEXT[1:])
    change(world, revision, text, summary="Shorter.", label="2a ")
    assert bytes(revision.text.fingerprint) == fingerprint(text) != before
    assert (revision.label, revision.summary, revision.version, revision.status) == (
        "2a",
        "Shorter.",
        2,
        Status.DRAFTING,
    )
    assert PolicyText.objects.filter(fingerprint=before).exists()
    assert Entry.objects.order_by("seq").last().body.count(fingerprint(text).hex()) == 1  # type: ignore[union-attr]


@pytest.mark.policy("F3", "F4")
def test_what_cannot_be_written_is_refused_and_of_two_the_second_is_told(world: World) -> None:
    revision = a_revision(world)
    for more, sentence in (
        ({"text": ()}, "There is no text"),
        ({"label": "1"}, "a version is never changed"),
        ({"label": "  "}, "a number or a name"),
    ):
        with pytest.raises(Refused, match=sentence):
            change(world, revision, **{"text": OWN_TEXT, **more})  # type: ignore[arg-type]
    with pytest.raises(TooLate, match="Amina Okafor did this at 6pm"):
        change(world, revision, OWN_TEXT, version=1, by=world.senior)
    procedures.drop_revision(revision=revision, version=2, by=world.head, at=world.at)
    with pytest.raises(Refused, match="This change was dropped"):
        change(world, revision, OWN_TEXT)
    with pytest.raises(Refused, match="This change was dropped"):
        procedures.drop_revision(revision=revision, version=3, by=world.head, at=world.at)


@pytest.mark.policy("F4")
def test_describing_a_change_leaves_its_text_and_its_status_as_they_are(world: World) -> None:
    revision = a_revision(world)
    Revision.objects.filter(pk=revision.pk).update(status=Status.CONSULTED)
    revision.refresh_from_db()
    act: dict[str, Any] = {"revision": revision, "by": world.head, "at": world.at}
    procedures.describe_revision(version=2, label="2.1", summary="Plainer.", **act)
    assert (revision.status, revision.label, revision.summary, revision.version) == (
        Status.CONSULTED,
        "2.1",
        "Plainer.",
        3,
    )
    with pytest.raises(TooLate):
        procedures.describe_revision(version=2, label="2.2", summary="", **act)
    with pytest.raises(Refused, match="a version is never changed"):
        procedures.describe_revision(version=3, label="1", summary="", **act)
    Revision.objects.filter(pk=revision.pk).update(status=Status.CONSULTING)
    revision.refresh_from_db()
    with pytest.raises(Refused, match="People are being asked"):
        procedures.describe_revision(version=3, label="3", summary="", **act)
