"""Capture this address: the gate first, one press, the worker does it, and what came of it stands on the case."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from archives import judge
from builders import World, a_case
from django.test import Client
from django.utils import timezone
from hard_site import HARD, Site
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.capture import bounds, taking
from forethought.capture.bounds import NotVisited
from forethought.capture.visiting import capture
from forethought.cases import capturing
from forethought.cases.capture_models import Capture
from forethought.cases.models import Case
from forethought.core.fence import memory_file
from forethought.evidence.gate import Answer
from forethought.evidence.models import Exhibit, Grant
from forethought.evidence.procedures import give_grant, said_of
from forethought.evidence.reading import content_of, insist_whole
from forethought.pages.wording import particulars_in_words

FACTS: dict[str, Any] = {
    "final_address": "https://site.example.org/post",
    "answered_at": "2026-11-12T21:15:00.000Z",
    "status": 200,
    "notes": ["The page grew while its pictures were taken, from 900 to 1000 pixels."],
    "connections": [
        {"host": "site.example.org", "dialled": "93.184.216.34", "verdict": "not verified: it is self-signed"}
    ],
}


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def manager(world: World) -> Client:
    return client_of(world.senior)


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world, at=timezone.now())


def grant_for(case: Case, world: World, **answers: Answer) -> Grant:
    said = {"under_18": Answer.NO, "adult_intimate": Answer.NO, "danger": Answer.NO, **answers}
    return give_grant(case_id=case.id, school_id=case.school_id, by=world.senior, at=timezone.now(), **said)


def press(client: Client, case: Case, grant: Grant, address: str = "https://site.example.org/post") -> Any:
    return client.post(f"/cases/{case.id}/records/{grant.id}/capture-address/", {"address": address})


def found(address: str) -> AbstractContextManager[taking.Taken]:
    """A capture that found two small files."""

    @contextmanager
    def take() -> Iterator[taking.Taken]:
        with memory_file([b"\x89PNG\r\n\x1a\nfirst", b"some words"]) as file:
            parts = [taking.Part("first sight.png", 13, 0), taking.Part("words.txt", 10, 13)]
            yield taking.Taken(FACTS, parts, file)

    return take()


def failing(address: str) -> AbstractContextManager[taking.Taken]:
    raise NotVisited("no_such_name", "No site with this name could be found.")


def work(world: World, take: Any, later: timedelta = timedelta()) -> None:
    capturing.take_due(world.school.id, timezone.now() + later, aside=lambda do: do(), take=take)


@pytest.mark.policy("7.4")
def test_one_press_gives_sealed_records_that_say_what_a_screen_print_must(
    world: World, manager: Client, case: Case
) -> None:
    grant = grant_for(case, world)
    assert "Have the address captured" in text_of(manager.get(f"/cases/{case.id}/records/{grant.id}/"))
    answer = press(manager, case, grant)
    assert answer.status_code == 302
    assert "It is being captured." in text_of(manager.get(answer.headers["Location"]))
    work(world, found)

    kept = list(Exhibit.objects.filter(grant=grant))
    assert {said_of(one)["file_name"] for one in kept} == {"first sight.png", "words.txt"}
    for one in kept:
        insist_whole(one)
        said = said_of(one)
        assert said["route"] == capturing.ROUTE and said["address"] == "https://site.example.org/post"
        assert (said["seen_on"], said["seen_time"], said["zone"]) == ("2026-11-12", "21:15:00", "Europe/London")
        assert one.particulars.get().complete
    html = text_of(manager.get(f"/cases/{case.id}/captures/"))
    assert "It was captured." in html and "not verified: it is self-signed" in html and "93.184.216.34" in html
    assert "The page grew" in html
    verbs = list(Entry.objects.filter(case_id=case.id).values_list("verb", flat=True))
    assert verbs.count("cases.capture_address") == verbs.count("cases.keep_capture") == 1
    assert {"key": "How it came", "value": capturing.ROUTE} in particulars_in_words(said_of(kept[0]))


def test_it_is_done_once_however_often_it_is_looked_for(world: World, manager: Client, case: Case) -> None:
    press(manager, case, grant_for(case, world))
    work(world, found)
    work(world, found, timedelta(hours=1))
    assert Exhibit.objects.filter(case_id=case.id, kind="website").count() == 2
    assert capturing.next_capture() is None


def test_a_failure_is_said_plainly_and_kept_and_does_not_say_gone(world: World, manager: Client, case: Case) -> None:
    press(manager, case, grant_for(case, world))
    work(world, failing)

    html = text_of(manager.get(f"/cases/{case.id}/captures/"))
    assert "It was not captured." in html and "No site with this name could be found." in html
    assert "This does not show that the page is gone." in html
    assert Capture.objects.get().ended == "failed" and not Exhibit.objects.filter(case_id=case.id).exists()
    assert Entry.objects.filter(verb="cases.fail_capture", case_id=case.id).count() == 1


def test_a_capture_that_dies_with_its_worker_is_begun_again_and_not_for_ever(
    world: World, manager: Client, case: Case
) -> None:
    press(manager, case, grant_for(case, world))

    def dying(address: str) -> Any:
        raise KeyboardInterrupt

    for number in range(capturing.MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            work(world, dying, capturing.LEASE * number * 1.1)
    assert Capture.objects.get().ended == ""
    work(world, dying, capturing.LEASE * 5)
    assert Capture.objects.get().ended == "failed"


@pytest.mark.policy("7.4")
def test_without_the_gate_nothing_is_captured(world: World, manager: Client, case: Case) -> None:
    stopped = grant_for(case, world, under_18=Answer.NOT_SURE)
    answer = press(manager, case, stopped)
    assert answer.status_code == 302 and answer.headers["Location"].endswith("/stop/")
    # And from then on nothing in this case is.
    answer = press(manager, case, grant_for(case, world))
    assert answer.status_code == 422 and "so nothing of it is captured" in answer.content.decode()
    assert press(manager, case, Grant(id=case.id)).status_code == 404
    assert not Capture.objects.exists()


def test_answers_count_for_one_capture_and_for_whoever_gave_them(world: World, manager: Client, case: Case) -> None:
    grant = grant_for(case, world)
    assert press(client_of(world.head), case, grant).status_code == 404
    assert press(manager, case, grant).status_code == 302
    assert press(manager, case, grant, "https://other.example.org/").status_code == 422
    assert Capture.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["http://localhost/", "file:///etc/passwd", "https://a:b@site.example.org/", "", "x"]
)
def test_an_address_that_may_not_be_visited_is_said_and_what_was_typed_is_kept(
    address: str, world: World, manager: Client, case: Case
) -> None:
    answer = press(manager, case, grant_for(case, world), address)
    assert answer.status_code == 422 and not Capture.objects.exists()


def test_without_a_browser_the_page_says_what_to_do_instead(
    world: World, manager: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capturing, "browser_program", lambda: None)
    answer = press(manager, case, grant_for(case, world))
    assert answer.status_code == 422 and "Add a screen print instead." in answer.content.decode()


def test_a_real_page_comes_whole_through_the_vault(world: World, manager: Client, case: Case, tmp_path: Path) -> None:
    site = Site(tmp_path)

    @contextmanager
    def take(address: str) -> Iterator[taking.Taken]:
        with memory_file() as out:
            taking.write_answer(out, capture(address, lines=site.lines()))
            yield taking.read_answer(out)

    press(manager, case, grant_for(case, world), f"https://{HARD}/ordinary")
    work(world, take)
    site.stop()

    kept = {said_of(one)["file_name"]: one for one in Exhibit.objects.filter(case_id=case.id)}
    assert set(kept) == {
        "first sight.png",
        "from 000000 pixels.png",
        "from 000645 pixels.png",
        "words.txt",
        "account.txt",
        "archive.wacz",
    }
    assert b"Post 59" in b"".join(content_of(kept["words.txt"]))
    # As it comes out of the vault again, it is judged by others.
    archive = tmp_path / "archive.wacz"
    archive.write_bytes(b"".join(content_of(kept["archive.wacz"])))
    judge(archive)
    assert b'"verdict": "verified"' in b"".join(content_of(kept["account.txt"]))


def test_a_capture_in_its_own_process_says_in_a_sentence_why_it_failed() -> None:
    # A name that is refused before anything is looked up, so that no test asks the network.
    with pytest.raises(NotVisited, match="no dot in it"), taking.taken("http://localhost/"):
        pass
    with pytest.raises(NotVisited, match="ended unexpectedly"):
        taking.read_answer(BytesIO(b""))  # type: ignore[arg-type]


def test_pages_and_worker_do_not_load_what_drives_the_browser() -> None:
    import subprocess
    import sys

    asked = (
        "import django, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'forethought.settings'; django.setup(); "
        "import forethought.management.commands.worker, forethought.pages.urls, sys; "
        "print([name for name in ('playwright', 'warcio', 'h11') if name in sys.modules])"
    )
    root = Path(bounds.__file__).parents[2]
    said = subprocess.run([sys.executable, "-c", asked], cwd=root, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
