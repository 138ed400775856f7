"""Documents about data on their pages: who may write, change, sign and read them, and what anybody reads."""

import pytest
from builders import World
from data_protection_acts import a_signed_document, an_officer, filled_in
from django.core.cache import cache
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.people.models import Person
from forethought.protection import documents
from forethought.protection.document_models import DataDocument

pytestmark = pytest.mark.policy("11.1")
HOME = "/data-protection/documents/"


@pytest.fixture
def world(school_now: World) -> World:
    cache.clear()
    return school_now


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


def test_the_officer_writes_changes_and_signs_and_the_head_signs_after(world: World, officer: Person) -> None:
    client = client_of(officer)
    assert "Not there yet" in text_of(client.get(HOME))
    base = client.post(f"{HOME}impact/write-document/").headers["Location"]
    page = text_of(client.get(base))
    assert "Still to be filled in" in page and "What is left of each risk" in page and "Sign it" not in page
    row = DataDocument.objects.get()
    answer = client.post(f"{base}sign-document/", {"version": row.version})
    assert answer.status_code == 422 and "still to be filled in" in answer.content.decode()
    form = text_of(client.get(f"{base}sections/advice/rewrite-section/"))
    assert "to fill in: your advice" in form
    bad = client.post(f"{base}sections/advice/rewrite-section/", {"version": row.version, "text": " "})
    assert bad.status_code == 422 and "Write something" in bad.content.decode()
    late = client.post(f"{base}sections/advice/rewrite-section/", {"version": 99, "text": "Go on."})
    assert late.status_code == 409 and "Go on." in late.content.decode()
    filled_in(row, officer, world.at)
    assert client.post(f"{base}sign-document/", {"version": row.version}).status_code == 302
    head = client_of(world.head)
    assert "A document about data waits for your signature." in text_of(head.get("/"))
    assert head.get(f"{base}sections/advice/rewrite-section/").status_code == 404
    row.refresh_from_db()
    assert head.post(f"{base}sign-document/", {"version": row.version}).status_code == 302
    page = text_of(head.get(base))
    assert "Grace Adeyemi, data protection officer" in page and "Amina Okafor, headteacher" in page
    assert "waits for your signature" not in text_of(head.get("/"))
    assert "as this program wrote it" in page
    assert "[to fill in:" in text_of(head.get(f"{base}?wording=1"))
    assert "[to fill in:" not in text_of(head.get(f"{base}?wording=many"))


def test_a_teacher_reads_what_both_signed_and_no_assessment(world: World, officer: Person) -> None:
    client = client_of(world.teacher)
    assert "None is signed yet" in text_of(client.get(HOME))
    notice, impact = (a_signed_document(world, officer, kind) for kind in ("staff", "impact"))
    writing = documents.write_document(school=world.school, kind="staff", by=officer, at=world.at)
    page = text_of(client.get(HOME))
    assert "Privacy notice for staff" in page and "assessment" not in page
    page = text_of(client.get(f"{HOME}{notice.pk}/"))
    assert "What is kept of you" in page and "Wording" not in page and "Change" not in page
    for one in (impact, writing):
        assert client.get(f"{HOME}{one.pk}/").status_code == 404
    assert client.post(f"{HOME}staff/write-document/").status_code == 404
    assert client_of(officer).post(f"{HOME}nothing/write-document/").status_code == 404


def test_anybody_reads_the_notices_without_an_account(world: World, officer: Person) -> None:
    nobody = Client()
    assert "None is signed yet" in text_of(nobody.get("/data-protection/notices/"))
    assert nobody.get("/data-protection/notices/families/").status_code == 404
    for kind in ("families", "impact"):
        a_signed_document(world, officer, kind)
    page = text_of(nobody.get("/data-protection/notices/"))
    assert "Privacy notice for pupils and parents" in page and "assessment" not in page
    html = nobody.get("/data-protection/notices/families/").content.decode()
    assert "<li>You can ask to have something put right that is wrong.</li>" in html
    assert '<p class="govuk-body">Nothing more.</p>' in html
    page = text_of(nobody.get("/data-protection/notices/families/"))
    assert world.school.name in page and "What we may keep about you" in page and "Not signed by" not in page
    assert nobody.get("/data-protection/notices/impact/").status_code == 404
    assert nobody.get(f"/data-protection/notices/at/{world.school.pk}/families/").status_code == 200


def test_a_version_is_given_up_and_its_times_are_not_written_by_hand(world: World, officer: Person) -> None:
    client = client_of(officer)
    row = documents.write_document(school=world.school, kind="schedule", by=officer, at=world.at)
    base = f"{HOME}{row.pk}/"
    assert "how_kept_two" not in client.get(base).content.decode()
    refused = client.post(f"{base}sections/how_kept_two/rewrite-section/", {"version": 1, "text": "For ever."})
    assert refused.status_code == 422 and "How long things are kept" in refused.content.decode()
    assert client.get(f"{base}sections/nothing/rewrite-section/").status_code == 404
    assert client.post(f"{base}drop-document/", {"version": 1}).status_code == 302
    assert "Given up on" in text_of(client.get(base)) and "Not there yet" in text_of(client.get(HOME))
