"""Independent time in the trail: who is asked about what, what is kept, and what a clock that is wrong leaves."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from authority import Authority as Server
from builders import World, a_report
from django.db import DatabaseError
from django.utils import timezone
from pytest_django.fixtures import Settings

from forethought.audit import asking, stamps
from forethought.audit.checkpoints import make_checkpoint, newest
from forethought.audit.models import Checkpoint, Entry, TimeStamp
from forethought.audit.procedures import PROGRAM, acting
from forethought.audit.stamping import BadStamp, check_response, request_over
from forethought.core.env import WrongSetting, addresses_with_files
from forethought.management import rounds
from forethought.management.rounds import Rounds
from forethought.rows import inside

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    folder = tmp_path_factory.mktemp("tsa")
    with Server(folder, "one") as one, Server(folder, "two") as two:
        yield [one, two]


@pytest.fixture
def two(servers: list[Server], settings: Settings) -> list[Server]:
    """Two authorities that the school asks, of roots of their own."""
    for server in servers:
        server.fault, server.ahead, server.asked = "", timedelta(), []
    settings.TIME_AUTHORITIES = [(server.url, str(server.folder / "root.pem")) for server in servers]
    return servers


def verbs() -> list[str]:
    return list(Entry.objects.order_by("seq").values_list("verb", flat=True))


def test_a_round_has_the_newest_checkpoint_stamped_by_both_and_keeps_all_of_it(world: World, two: list[Server]) -> None:
    Rounds().go()

    checkpoint = Checkpoint.objects.get()
    kept = {stamp.authority: stamp for stamp in TimeStamp.objects.all()}
    assert set(kept) == {authority.name for authority in stamps.authorities()}
    for authority in stamps.authorities():
        stamp = kept[authority.name]
        assert bytes(stamp.request) in two[0].asked + two[1].asked
        token = check_response(
            bytes(stamp.response), request=bytes(stamp.request), note=checkpoint.note, authority=authority
        )
        assert (token.token_hash, token.gen_at) == (bytes(stamp.token_hash), stamp.gen_at)
        assert stamp.chain == authority.chain
        assert Entry.objects.filter(verb="audit.keep_stamp", body__contains=token.token_hash.hex()).count() == 1
    assert "audit.warn_of_clock" not in verbs()


def test_what_is_stamped_is_not_asked_about_again_and_nothing_grows(world: World, two: list[Server]) -> None:
    worker = Rounds()
    worker.go()
    size = Entry.objects.count()
    for _ in range(3):
        worker.go()

    assert (Entry.objects.count(), Checkpoint.objects.count(), TimeStamp.objects.count()) == (size, 1, 2)
    assert len(two[0].asked) == 1


def test_the_next_checkpoint_covers_the_hashes_of_the_tokens(world: World, two: list[Server]) -> None:
    Rounds().go()
    a_report(world)
    Rounds().go()

    last = newest()
    assert last is not None
    first_two = Entry.objects.filter(verb="audit.keep_stamp").order_by("seq").values_list("seq", flat=True)[:2]
    assert max(first_two) < last.size
    assert TimeStamp.objects.filter(checkpoint=last).count() == 2


def test_without_an_authority_nothing_is_asked_and_nothing_is_wrong(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    Rounds().go()

    assert (Checkpoint.objects.count(), TimeStamp.objects.count(), caplog.text) == (1, 0, "")


@pytest.mark.parametrize(
    "fault", ["html", "empty", "error", "refused", "nonce", "hash", "to a file", "to ftp", "round and round", "endless"]
)
def test_what_is_no_good_answer_is_not_kept_and_the_other_is(
    world: World, two: list[Server], caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    two[0].fault = fault

    Rounds().go()

    assert [stamp.authority for stamp in TimeStamp.objects.all()] == [stamps.authorities()[1].name]
    assert verbs().count("audit.keep_stamp") == 1
    assert "gave no time stamp" in caplog.text and "Sign in to the network" not in caplog.text


@pytest.mark.parametrize("fault", ["mods", "wire order"])
def test_what_is_good_in_another_form_is_kept_as_it_came(world: World, two: list[Server], fault: str) -> None:
    two[0].fault = fault

    Rounds().go()

    assert TimeStamp.objects.count() == 2
    entry = Entry.objects.filter(verb="audit.keep_stamp").order_by("seq")[0]
    assert ('"with_mods":true' in entry.body) == (fault == "mods")


def test_an_answer_that_drips_is_given_up(two: list[Server]) -> None:
    two[0].fault = "dripping"

    with pytest.raises(asking.NoAnswer, match="too long"):
        asking.ask(two[0].url, request_over("x\n"), in_all=1.5)


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(asking.NoAnswer, match="could not be reached"):
        asking.ask("http://127.0.0.1:9/tsr", b"x")


def test_an_authority_that_is_down_for_three_days_is_asked_less_and_less_and_then_stamps_the_newest(
    world: World, two: list[Server], settings: Settings
) -> None:
    settings.TIME_AUTHORITIES = settings.TIME_AUTHORITIES[:1]
    two[0].fault = "error"
    worker, waits = Rounds(), []
    for number in range(3 * 144):
        before = len(two[0].asked)
        if number % 100 == 0:
            with acting("tests.something", by=world.head, at=world.at):
                pass
        worker.go()
        waits.append(len(two[0].asked) > before)
    asked_in = [number for number, asked in enumerate(waits) if asked]
    assert asked_in[:7] == [0, 1, 3, 7, 15, 31, 63]
    assert max(later - one for one, later in pairwise(asked_in)) == 36
    assert Checkpoint.objects.count() == 5 and not TimeStamp.objects.exists()

    two[0].fault = ""
    for _ in range(36):
        worker.go()
    last = newest()
    assert [stamp.checkpoint for stamp in TimeStamp.objects.all()] == [last]


def test_while_an_authority_is_asked_no_transaction_is_open_and_nobody_waits(
    world: World, two: list[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    depth, seen = [0], []

    @contextmanager
    def inside_noted(school_id: UUID) -> Iterator[None]:
        depth[0] += 1
        with inside(school_id):
            yield
        depth[0] -= 1

    def ask(address: str, request: bytes) -> bytes:
        seen.append(depth[0])
        return {server.url: server for server in two}[address].reply(request)

    monkeypatch.setattr(rounds, "inside", inside_noted)
    monkeypatch.setattr(asking, "ask", ask)
    Rounds().go()
    assert seen == [0, 0] and TimeStamp.objects.count() == 2


@pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=365 * 20)])
def test_a_time_far_from_ours_is_kept_and_warned_of(world: World, two: list[Server], off: timedelta) -> None:
    two[0].ahead = off
    Rounds().go()

    assert TimeStamp.objects.count() == 2
    [entry] = Entry.objects.filter(verb="audit.warn_of_clock")
    assert '"why":"differs"' in entry.body
    size = Entry.objects.count()
    Rounds().go()
    assert Entry.objects.count() == size


def test_five_minutes_are_not_warned_of(world: World, two: list[Server]) -> None:
    two[0].ahead = timedelta(minutes=-4)
    Rounds().go()

    assert "audit.warn_of_clock" not in verbs()


def test_a_bad_stamp_is_never_kept(world: World, two: list[Server]) -> None:
    checkpoint = make_checkpoint(by=PROGRAM, at=world.at)
    _, other = stamps.authorities()
    request = request_over(checkpoint.note)

    with pytest.raises(BadStamp):
        stamps.keep_stamp(
            checkpoint=checkpoint,
            authority=other,
            request=request,
            response=two[0].reply(request),
            by=PROGRAM,
            at=world.at,
        )
    assert not TimeStamp.objects.exists() and "audit.keep_stamp" not in verbs()


# --- Our own clock (case 24) ---


def act_at(world: World, at: datetime) -> None:
    with acting("tests.act", by=world.head, at=at):
        pass


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (datetime(2026, 11, 20, 18, 0, tzinfo=UTC), datetime(2026, 11, 20, 16, 0, tzinfo=UTC)),
        (datetime(2056, 11, 20, 18, 0, tzinfo=UTC), datetime(2026, 11, 20, 18, 0, tzinfo=UTC)),
        (datetime(2026, 11, 20, 18, 0, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_clock_that_was_set_back_is_noted_once(
    world: World, monkeypatch: pytest.MonkeyPatch, then: datetime, now: datetime
) -> None:
    act_at(world, then)
    monkeypatch.setattr(timezone, "now", lambda: now)

    for _ in range(3):
        Rounds().go()

    [entry] = Entry.objects.filter(verb="audit.warn_of_clock")
    assert entry.at == now and '"why":"ran_back"' in entry.body
    assert f'"seconds":{round((then - now).total_seconds())}' in entry.body


@pytest.mark.parametrize(
    ("then", "now"),
    [
        # The clocks go back in London; UTC does not. And a leap second, which Python does not know.
        (datetime(2026, 10, 25, 0, 59, tzinfo=UTC), datetime(2026, 10, 25, 1, 1, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (datetime(2026, 11, 20, 18, 1, tzinfo=UTC), datetime(2026, 11, 20, 18, 0, tzinfo=UTC)),
    ],
)
def test_what_is_no_clock_set_back_is_not_noted(
    world: World, monkeypatch: pytest.MonkeyPatch, then: datetime, now: datetime
) -> None:
    act_at(world, then)
    monkeypatch.setattr(timezone, "now", lambda: now)

    Rounds().go()

    assert "audit.warn_of_clock" not in verbs()


# --- The setting ---


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("https://one.example/tsr", "followed by a file"),
        ("ftp://one.example/ a.pem", "followed by a file"),
        ("a.pem https://one.example/", "followed by a file"),
        ("https:///x a.pem", "followed by a file"),
        ("https://one.example/a a.pem https://one.example/b b.pem", "one host twice"),
    ],
)
def test_a_wrong_list_of_authorities_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str, said: str) -> None:
    monkeypatch.setenv("A_SETTING", value)

    with pytest.raises(WrongSetting, match=said):
        addresses_with_files("A_SETTING")


def test_two_authorities_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SETTING", "https://one.example/tsr /a.pem  http://two.example:8080 /b.pem")

    assert addresses_with_files("A_SETTING") == [
        ("https://one.example/tsr", "/a.pem"),
        ("http://two.example:8080", "/b.pem"),
    ]


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"\xff\xfe"])
def test_an_authority_without_a_certificate_is_refused_with_the_cure(
    world: World, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: Any
) -> None:
    from forethought import checks

    if content is not None:
        (tmp_path / "root.pem").write_bytes(content)
    settings.TIME_AUTHORITIES = [("http://one.example/", str(tmp_path / "root.pem"))]

    assert "holds no certificate" in next(iter(checks.time_authorities_are_known()))  # type: ignore[call-overload]
    Rounds().go()
    assert Checkpoint.objects.count() == 1
    assert "Nobody is asked for the time" in caplog.text


# --- The thread in the worker ---


def test_the_rounds_go_on_after_one_that_failed_and_end_when_told_to(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, gone = threading.Event(), []

    class Failing(Rounds):
        def go(self, stop: threading.Event | None = None) -> None:
            gone.append(len(gone))
            if len(gone) == 3 and stop is not None:
                stop.set()
            raise DatabaseError("away")

    monkeypatch.setattr(rounds, "EVERY", 0.0)
    monkeypatch.setattr(rounds, "close_old_connections", lambda: None)
    Failing().keep_going(stop)

    assert gone == [0, 1, 2] and "The round of the trail could not be made" in caplog.text


def test_a_school_that_cannot_be_seen_to_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[UUID] = []

    def sign(school_id: UUID) -> None:
        seen.append(school_id)
        raise DatabaseError("locked")

    monkeypatch.setattr(rounds, "sign", sign)
    Rounds().go()
    Rounds().go(threading.Event())

    assert seen == [world.school.id] * 2 and "could not be seen to" in caplog.text
    told = threading.Event()
    told.set()
    Rounds().go(told)
    assert len(seen) == 2
