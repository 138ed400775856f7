"""Posts for the school on their pages: what each sees, what the check says to both, and the gate before a picture."""

import pytest
from builders import World, found_in_the_clear
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from precheck_stand_in import WordModel
from school_account_acts import a_post, a_posted_post, a_proposed_post, an_account_of, an_approved_post
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.core.clock import london
from forethought.pages import post_pictures
from forethought.precheck import pictures, serving
from forethought.precheck.picture_heads import NotLookedAt
from forethought.precheck.pictures import Cleaned
from forethought.school_accounts import post_standing, posting
from forethought.school_accounts.models import SchoolAccount
from forethought.school_accounts.post_models import PostPicture, SchoolPost

pytestmark = pytest.mark.policy("2.1", "6.3")

POSTS = "/school-accounts/posts/"
SAID = {"words": "Year 6 planted a hedge.", "consent": "none", "names": "none"}
NO = {"under_18": "no", "adult_intimate": "no", "danger": "no"}
PNG = b"\x89PNG\r\n\x1a\n drawn anew"


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model is loaded: each word that is to be found is named."""
    serving.engine.cache_clear()
    monkeypatch.setattr(serving, "_model", lambda: WordModel({"useless": {"bullying": 0.95}}))


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def account(world: World) -> SchoolAccount:
    return an_account_of(world)


def at(post: SchoolPost, act: str = "") -> str:
    return f"{POSTS}{post.pk}/{act}{'/' if act else ''}"


def version(post: SchoolPost) -> dict[str, str]:
    post.refresh_from_db()
    return {"version": str(post.version)}


def test_somebody_writes_proposes_and_another_approves(world: World, account: SchoolAccount) -> None:
    writer, custodian = client_of(world.colleague), client_of(world.senior)
    written = writer.post(f"/school-accounts/{account.pk}/write-post/", SAID)
    post = SchoolPost.objects.get()
    assert written.headers["Location"] == at(post)
    page = text_of(writer.get(at(post)))
    assert "What the check says" in page and "whoever approves it both see it" in page
    assert custodian.get(at(post)).status_code == 404
    assert writer.post(at(post, "propose-post"), version(post)).status_code == 302
    assert "A post for the school waits for you to read it." in text_of(custodian.get("/"))
    assert "What the check says" in text_of(custodian.get(at(post)))
    assert custodian.post(at(post, "send-back"), {**version(post), "why": ""}).status_code == 422
    assert custodian.post(at(post, "send-back"), {**version(post), "why": "Shorter, please."}).status_code == 302
    assert "was sent back" in text_of(writer.get("/"))
    assert "Shorter, please." in text_of(writer.get(at(post)))
    assert writer.post(at(post, "change-post"), {**SAID, "words": "We planted.", **version(post)}).status_code == 302
    writer.post(at(post, "propose-post"), version(post))
    assert writer.get(at(post, "approve-post")).status_code == 404
    assert custodian.post(at(post, "approve-post"), version(post)).status_code == 302
    assert "An approved post for the school can go up." in text_of(client_of(world.teacher).get("/"))
    now = london(world.at)
    when = {"on_day_day": str(now.day), "on_day_month": str(now.month), "on_day_year": str(now.year)}
    early = custodian.post(at(post, "note-posted"), {**version(post), **when, "at_time": "9am", "on_day_year": "2020"})
    assert early.status_code == 422 and "before it was approved" in early.content.decode()
    clock = f"{now.hour:02}:{now.minute:02}"
    up = custodian.post(at(post, "note-posted"), {**version(post), **when, "at_time": clock, "address": "x.example/1"})
    assert up.status_code == 302, up.content.decode()
    assert "x.example/1" in text_of(writer.get(at(post))) and "David Reed" in text_of(writer.get(at(post)))


def test_both_see_what_the_check_found_and_it_is_kept_nowhere(world: World, account: SchoolAccount) -> None:
    post = a_proposed_post(world, account, words="The useless lot lost again.")
    for one in (world.colleague, world.teacher):
        page = text_of(client_of(one).get(at(post)))
        assert "ft-mark" in page and "Do not post" in page
    assert found_in_the_clear("useless") == []


def test_where_nothing_can_be_checked_the_page_says_so(
    world: World, account: SchoolAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise serving.Busy

    monkeypatch.setattr(serving, "check", busy)
    page = text_of(client_of(world.colleague).get(at(a_post(world, account))))
    assert "The words could not be checked just now." in page


def test_a_flag_stands_on_the_page_and_the_button_says_why_not(world: World, account: SchoolAccount) -> None:
    post = a_proposed_post(world, account, consent="not_sure")
    page = text_of(client_of(world.teacher).get(at(post)))
    assert "Nobody is sure that the families agreed." in page
    assert "A pupil in it may lack consent." in page and "approve-post/" not in page
    refused = client_of(world.teacher).post(at(post, "approve-post"), version(post))
    assert refused.status_code == 422


def test_a_post_is_no_page_for_the_others(world: World, account: SchoolAccount) -> None:
    post = an_approved_post(world, account)
    for act in ("", "send-back", "note-posted", "change-post", "post-picture", "ask-before-picture", "mark-example"):
        for one in (world.head, world.lead, world.chair):
            assert client_of(one).get(at(post, act)).status_code == 404, act
            assert client_of(one).post(at(post, act)).status_code == 404, act
    assert at(post) not in text_of(client_of(world.head).get(POSTS))


def test_a_good_post_is_read_by_all_staff(world: World, account: SchoolAccount) -> None:
    post = a_posted_post(world, account)
    custodian = client_of(world.teacher)
    assert "Show it as a good post" in text_of(custodian.get(at(post)))
    assert custodian.post(at(post, "mark-example"), {**version(post), "why": "It names nobody."}).status_code == 302
    page = text_of(client_of(world.lead).get("/school-accounts/good-posts/"))
    assert "Year 6 planted a hedge today." in page and "It names nobody." in page
    assert "Ben Foster" not in page and "Tess Harlow" not in page
    assert custodian.post(at(post, "unmark-example"), version(post)).status_code == 302
    assert "There is none here yet." in text_of(client_of(world.lead).get("/school-accounts/good-posts/"))
    assert "Went up at" in text_of(custodian.get(f"/school-accounts/{account.pk}/"))


def beyond_the_gate(client: Client, post: SchoolPost, **answers: str) -> str:
    answer = client.post(at(post, "ask-before-picture"), {**NO, **answers})
    assert answer.status_code == 302, answer.content
    return str(answer.headers["Location"])


def sent(client: Client, where: str, **more: str) -> object:
    return client.post(where, {"picture": SimpleUploadedFile("IMG_7731.png", b"as it came"), "alt": "A hedge.", **more})


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "cleaned", lambda data: Cleaned(PNG, "image/png", "picture.png"))


@pytest.mark.policy("7.4")
def test_a_picture_comes_behind_the_gate_and_is_kept_drawn_anew(
    world: World, account: SchoolAccount, drawn: None
) -> None:
    post, client = a_post(world, account), client_of(world.colleague)
    assert 'type="file"' not in text_of(client.get(at(post, "ask-before-picture")))
    where = beyond_the_gate(client, post)
    assert 'type="file"' in text_of(client.get(where))
    assert sent(client, where, alt="").status_code == 422  # type: ignore[attr-defined]
    assert sent(client, where).status_code == 302  # type: ignore[attr-defined]
    # The answers were good for one picture.
    assert "ask-before-picture" in sent(client, where).headers["Location"]  # type: ignore[attr-defined]
    picture = post_standing.picture_of(post)
    assert picture is not None and post_standing.bytes_of(picture) == PNG
    assert found_in_the_clear("IMG_7731") == [] and found_in_the_clear("as it came") == []
    page = text_of(client.get(at(post)))
    assert 'alt="A hedge."' in page
    shown = client.get(at(post, "post-picture"))
    assert shown.content == PNG and shown.headers["Cache-Control"] == "no-store"
    assert client.post(at(post, "remove-picture"), version(post)).status_code == 302
    assert client.get(at(post, "post-picture")).status_code == 404


@pytest.mark.policy("7.4")
@pytest.mark.parametrize("answers", [{"under_18": "yes"}, {"under_18": "not_sure"}, {"adult_intimate": "yes"}])
def test_the_gate_stops_a_picture_before_any_file_control(
    world: World, account: SchoolAccount, answers: dict[str, str]
) -> None:
    post, client = a_post(world, account), client_of(world.colleague)
    page = text_of(client.post(at(post, "ask-before-picture"), {**NO, **answers}))
    assert "Stop here" in page and 'type="file"' not in page


@pytest.mark.policy("7.4")
def test_no_picture_is_taken_without_answers_of_ones_own_for_this_post(
    world: World, account: SchoolAccount, drawn: None
) -> None:
    post, other = a_post(world, account), a_post(world, account)
    client = client_of(world.colleague)
    elsewhere = beyond_the_gate(client, other).replace(str(other.pk), str(post.pk))
    theirs = a_post(world, account, by=world.teacher)
    of_another = beyond_the_gate(client_of(world.teacher), theirs)
    for where in (at(post, "made-up/keep-picture"), elsewhere):
        answer = sent(client, where)
        assert answer.headers["Location"] == at(post, "ask-before-picture")  # type: ignore[attr-defined]
    assert sent(client, of_another).status_code == 404  # type: ignore[attr-defined]
    where = beyond_the_gate(client, post)
    foreign = client.post(where, {"alt": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 404
    assert not PostPicture.objects.exists()


def test_a_hostile_or_large_picture_is_told_and_nothing_is_kept(
    world: World, account: SchoolAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_picture(data: bytes) -> Cleaned:
        raise NotLookedAt("This is no picture that we can read.")

    post, client = a_post(world, account), client_of(world.colleague)
    where = beyond_the_gate(client, post)
    monkeypatch.setattr(pictures, "cleaned", no_picture)
    answer = sent(client, where)
    assert answer.status_code == 422 and b"no picture that we can read" in answer.content  # type: ignore[attr-defined]
    monkeypatch.setattr(post_pictures, "MOST_BYTES", 4)
    large = sent(client, where)
    assert large.status_code == 422 and b"larger than" in large.content  # type: ignore[attr-defined]
    monkeypatch.setattr(post_pictures, "MOST_READ", 8)
    assert sent(client, where).status_code == 422  # type: ignore[attr-defined]
    assert not PostPicture.objects.exists()


def test_whoever_decides_can_ask_what_the_picture_shows(
    world: World, account: SchoolAccount, drawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, client = a_post(world, account), client_of(world.colleague)
    sent(client, beyond_the_gate(client, post))
    posting.propose_post(post=post, version=int(version(post)["version"]), by=world.colleague, at=world.at)
    seen: list[bytes] = []
    monkeypatch.setattr(pictures, "looked_at", lambda data: seen.append(data))
    monkeypatch.setattr(post_pictures, "said_of", lambda request, found: {"heading": "Look again", "faces": 2})
    page = text_of(client_of(world.senior).get(at(post, "look-at-picture")))
    assert "This picture shows 2 faces." in page and seen == [PNG]
    assert client.get(at(post, "keep-picture")).status_code == 404
    assert client.get(at(post, "ask-before-picture")).status_code == 404
