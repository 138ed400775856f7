"""Documents about data: written from what is set up, changed by the officer, signed by two, compared with today."""

from datetime import timedelta

import pytest
from builders import World
from data_protection_acts import a_signed_document, an_officer, filled_in
from django.db import DatabaseError, transaction
from pytest_django.fixtures import Settings

from forethought.audit.models import Entry
from forethought.core.errors import Refused, TooLate
from forethought.people import procedures as people
from forethought.people.models import Letter, Person, Role
from forethought.people.switches import turn
from forethought.protection import configured, document_rules, documents
from forethought.protection.document_models import DataDocument, DataDocumentSignature, DataDocumentText
from forethought.protection.document_rules import Paper
from forethought.retention import procedures as retention
from forethought.retention.schedule import Period

pytestmark = pytest.mark.policy("11.1")
DAY = timedelta(days=1)


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


def written(world: World, officer: Person, kind: str = "impact") -> DataDocument:
    return documents.write_document(school=world.school, kind=kind, by=officer, at=world.at)


def words_of(row: DataDocument) -> str:
    return "\n".join(one.text for one in documents.sections_of(documents.newest_text(row)))


def verbs() -> list[str]:
    found = Entry.objects.filter(verb__startswith="protection.").order_by("seq").values_list("verb", flat=True)
    return [one.removeprefix("protection.") for one in found]


@pytest.mark.parametrize("kind", [one.value for one in Paper])
def test_each_document_is_written_and_signed_by_two(world: World, officer: Person, kind: str) -> None:
    row = a_signed_document(world, officer, kind)
    assert row.signed_at is not None
    signed = documents.signatures_of(documents.newest_text(row))
    assert [(one.office, one.signed_by) for one in signed] == [("protection", officer), ("head", world.head)]
    assert documents.in_force(kind) == row and documents.being_written(kind) is None
    assert verbs()[0] == "write_document" and verbs()[-2:] == ["sign_document", "sign_document"]
    assert world.school.name in words_of(row) or kind == "schedule"


def test_a_signature_is_refused_while_something_is_to_be_filled_in(world: World, officer: Person) -> None:
    row = written(world, officer)
    with pytest.raises(Refused, match="What the data protection officer advises"):
        documents.sign_document(data_document=row, version=1, office="protection", by=officer, at=world.at)
    filled_in(row, officer, world.at)
    documents.sign_document(data_document=row, version=row.version, office="protection", by=officer, at=world.at)
    assert Letter.objects.filter(person=world.head, kind="to_decide", about=row.pk).exists()


def test_new_words_need_both_signatures_again(world: World, officer: Person) -> None:
    row = written(world, officer, "staff")
    filled_in(row, officer, world.at)
    documents.sign_document(data_document=row, version=row.version, office="head", by=world.head, at=world.at)
    seen = row.version
    documents.rewrite_section(
        data_document=row, version=row.version, section="more", text="We are kind.", by=officer, at=world.at
    )
    assert not documents.signatures_of(documents.newest_text(row))
    with pytest.raises(TooLate):
        documents.sign_document(data_document=row, version=seen, office="protection", by=officer, at=world.at)
    row.refresh_from_db()
    documents.sign_document(data_document=row, version=row.version, office="protection", by=officer, at=world.at)
    assert row.signed_at is None
    assert DataDocumentSignature.objects.count() == 2


def test_only_the_officer_writes_and_nobody_signs_for_both(world: World, officer: Person) -> None:
    with pytest.raises(Refused, match="officer writes"):
        written(world, world.head)
    row = written(world, officer)
    with pytest.raises(Refused, match="being written"):
        written(world, officer)
    for by in (world.head, world.teacher):
        with pytest.raises(Refused, match="officer writes"):
            documents.rewrite_section(data_document=row, version=1, section="more", text="x", by=by, at=world.at)
    filled_in(row, officer, world.at)
    with pytest.raises(Refused, match="headteacher signs"):
        documents.sign_document(data_document=row, version=row.version, office="head", by=officer, at=world.at)
    people.appoint(person=officer, role=Role.HEAD, by=world.head, at=world.at)
    documents.sign_document(data_document=row, version=row.version, office="head", by=officer, at=world.at)
    with pytest.raises(Refused, match="signed this yourself"):
        documents.sign_document(data_document=row, version=row.version, office="protection", by=officer, at=world.at)


def test_what_both_signed_cannot_be_changed_or_given_up(world: World, officer: Person) -> None:
    row = a_signed_document(world, officer, "schedule")
    with pytest.raises(Refused, match="Write a new version"):
        documents.rewrite_section(
            data_document=row, version=row.version, section="more", text="x", by=officer, at=world.at
        )
    with pytest.raises(Refused, match="It stays"):
        documents.drop_document(data_document=row, version=row.version, by=officer, at=world.at)
    for model in (DataDocumentText, DataDocumentSignature):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()


def test_a_version_that_is_given_up_makes_room_and_stays(world: World, officer: Person) -> None:
    row = written(world, officer)
    documents.drop_document(data_document=row, version=1, by=officer, at=world.at)
    again = written(world, officer)
    assert again.number == 2 and documents.in_force("impact") is None
    assert documents.versions("impact").count() == 2
    with pytest.raises(Refused, match="given up already"):
        documents.drop_document(data_document=row, version=row.version, by=officer, at=world.at)


def test_it_says_what_changed_since_and_keeps_a_persons_words(world: World, officer: Person) -> None:
    row = a_signed_document(world, officer, "processing", more="Our own words.")
    assert documents.changed_since(row, world.school, world.at) == []
    retention.change_rule(
        school=world.school, key="complaint", period=Period(years=8), reason="Because.", by=officer, at=world.at
    )
    turn(
        school=world.school,
        kind="full_tracker",
        on=True,
        from_day=world.at.date(),
        source="Minutes",
        by=world.head,
        at=world.at,
    )
    said = documents.changed_since(row, world.school, world.at + DAY)
    assert any("8 years from when it was closed" in one for one in said)
    assert any(one.startswith("Running disciplinary procedures here") for one in said) and len(said) == 2
    later = documents.write_document(school=world.school, kind="processing", by=officer, at=world.at + DAY)
    sections = {one.key: one.text for one in documents.sections_of(documents.newest_text(later))}
    assert sections["more"] == "Our own words."
    assert "8 years" in sections["reports"] and document_rules.TO_FILL_IN not in sections["about"]
    assert documents.in_force("processing") == row


def test_nobody_works_on_the_data_unless_it_is_set_up_so(world: World, officer: Person, settings: Settings) -> None:
    settings.S3_BUCKET = settings.EMAIL_HOST = settings.VIRUS_SCANNER = ""
    settings.TIME_AUTHORITIES, settings.BACKUP_TO = [], []
    plain = words_of(written(world, officer, "processing"))
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        assert "Nobody works on this data for the school." in plain
    assert "Nothing is kept in another country." in plain
    settings.EMAIL_HOST, settings.S3_BUCKET, settings.S3_ENDPOINT = "smtp.example", "vault", "https://s3.example"
    settings.TIME_AUTHORITIES = [("https://time.example/tsa", "/x.pem")]
    settings.BACKUP_TO = ["/mnt/backup", "s3://copies/forethought"]
    documents.drop_document(data_document=documents.being_written("processing"), version=1, by=officer, at=world.at)
    set_up = words_of(written(world, officer, "processing"))
    for words in ("smtp.example", "a bucket at s3.example", "time.example", "a folder on another disk", "article 28"):
        assert words in set_up
    assert "copies/forethought" not in set_up and "in which country" in set_up


def test_the_facts_hold_no_secret_and_no_case(world: World, officer: Person, settings: Settings) -> None:
    settings.S3_SECRET, settings.EMAIL_HOST_PASSWORD, settings.SECRET_KEY = "s3-secret", "mail-secret", "key-secret"
    before = configured.facts_now(world.school, world.at)
    assert "secret" not in str(before)
    from builders import a_case

    a_case(world)
    assert configured.facts_now(world.school, world.at) == before
