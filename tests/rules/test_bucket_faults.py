"""The vault in a bucket when things fail: any call, the line, the server, and the process, at each call that keeps.

A line that can be made to fail stands in front of a real server.
"""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from buckets import Line, Plan, Settings, a_bucket, a_line, a_place, keys, unfinished
from stores import CONTENT, opened, put, sweep
from test_parts import NAME, some

from forethought.evidence.bucket_objects import PART_SIZE
from forethought.evidence.bucket_vault import BucketVault
from forethought.evidence.store import StoreAway, StoreFull, Swept

#: What is asked to keep something small, and something in two parts.
SMALL, LARGE = ["PUT", "HEAD"], ["POST ?uploads", "PUT ?uploadId", "PUT ?uploadId", "POST ?uploadId", "HEAD"]


@lru_cache
def large() -> bytes:
    return some(PART_SIZE + 10)


@pytest.fixture
def straight(tmp_path: Path, s3: Settings) -> BucketVault:
    """The test's part of the bucket over a line that holds."""
    return a_bucket(tmp_path / "here", a_place(s3))


class Fated:
    """A line to the test's part of the bucket, with a plan that can be changed."""

    def __init__(self, straight: BucketVault, line: Line, folder: Path) -> None:
        self.line, self.folder = line, folder
        self.place = replace(straight._bucket.place, endpoint=line.address)
        self.vault = a_bucket(folder / "here", self.place)

    def within(self, seconds: float) -> None:
        """From now on a longer silence than this is a fault."""
        self.vault = a_bucket(self.folder / "here", self.place, answers_in=seconds)

    def go(self, plan: Plan) -> None:
        self.line.plan = plan
        self.line.asked.clear()


@pytest.fixture
def fated(straight: BucketVault, tmp_path: Path) -> Iterator[Fated]:
    with a_line(straight._bucket.place.endpoint, lambda number, what: "pass") as line:
        yield Fated(straight, line, tmp_path)


def clean(vault: BucketVault) -> None:
    """As the sweep would do in two days; and nothing is left but objects."""
    sweep(BucketVault(vault._bucket, here=vault._here), hours=-1)
    assert unfinished(vault) == 0


@pytest.mark.policy("7.3")
@pytest.mark.parametrize("fate", ["500", "503", "lost", "unheard", "half", "silent", "slow"])
def test_whichever_call_fails_once_it_is_tried_again_and_kept_whole(
    fate: str, fated: Fated, straight: BucketVault
) -> None:
    content = large() if fate in {"500", "unheard"} else CONTENT
    asked = LARGE if content is large() else SMALL
    if fate == "silent":
        fated.within(1.0)
    fated.go(lambda number, what: "pass")
    put(fated.vault, content)
    assert sorted(fated.line.asked) == sorted(asked)
    for place in range(len(asked)):
        fated.go(lambda number, what, place=place: fate if number == place else "pass")  # type: ignore[misc]
        assert opened(straight, put(fated.vault, content).object_name) == content
        assert fate in {"slow", "half", "silent"} or len(fated.line.asked) == len(asked) + 1
    clean(straight)
    assert len(keys(straight)) == 1 + len(asked)


@pytest.mark.policy("7.3")
@pytest.mark.parametrize("content", ["small", "large"])
def test_whichever_call_fails_for_good_the_file_is_refused_and_nothing_is_left(
    content: str, fated: Fated, straight: BucketVault
) -> None:
    for place in range(len(LARGE if content == "large" else SMALL)):
        fated.go(lambda number, what, place=place: "500" if number >= place else "pass")  # type: ignore[misc]
        with pytest.raises(StoreAway):
            put(fated.vault, large() if content == "large" else CONTENT)
        # The object that was made, and could not be looked at or dropped over this line, is named by no row.
        made = len(keys(straight))
        assert made == (place == len(LARGE if content == "large" else SMALL) - 1)
        clean(straight)
        for key in keys(straight):
            straight._bucket.ask("delete_object", Key=key)


def test_what_could_not_be_looked_at_is_dropped_when_the_bucket_answers_again(
    fated: Fated, straight: BucketVault
) -> None:
    fated.go(lambda number, what: "500" if what == "HEAD" else "pass")
    for content in (CONTENT, large()):
        with pytest.raises(StoreAway):
            put(fated.vault, content)
    assert keys(straight) == [] and unfinished(straight) == 0


def test_bytes_that_were_damaged_on_the_way_are_noticed_by_the_server_and_sent_again(
    fated: Fated, straight: BucketVault
) -> None:
    for content, call in ((CONTENT, "PUT"), (large(), "PUT ?uploadId")):
        damaged: list[str] = []

        def once(number: int, what: str, call: str = call, damaged: list[str] = damaged) -> str:
            if what != call or damaged:
                return "pass"
            damaged.append(what)
            return "damaged"

        fated.go(once)
        assert opened(straight, put(fated.vault, content).object_name) == content
        assert fated.line.asked.count(call) >= 2
    fated.go(lambda number, what: "damaged" if what == "PUT" else "pass")
    with pytest.raises(StoreAway):
        put(fated.vault)
    assert len(keys(straight)) == 2


def test_a_server_that_gives_no_checksum_is_read_and_one_that_gives_a_wrong_one_is_not_believed(
    straight: BucketVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = straight._bucket
    ask = bucket.ask

    def without(call: str, **what: object) -> object:
        return {name: value for name, value in ask(call, **what).items() if name != "ChecksumSHA256"}

    monkeypatch.setattr(bucket, "ask", without)
    for content in (CONTENT, large()):
        assert opened(straight, put(straight, content).object_name) == content

    def wrong(call: str, **what: object) -> object:
        return {**ask(call, **what), "ChecksumSHA256": "bm90IGl0"}

    monkeypatch.setattr(bucket, "ask", wrong)
    with pytest.raises(StoreAway):
        put(straight)
    assert len(keys(straight)) == 2


def test_a_line_that_breaks_while_an_object_is_read_changes_no_byte(fated: Fated, straight: BucketVault) -> None:
    name = put(straight, large()).object_name
    for fate in ("half", "lost", "500"):
        fated.go(lambda number, what, fate=fate: fate if number % 2 == 0 else "pass")  # type: ignore[misc]
        assert opened(fated.vault, name) == large()
    fated.go(lambda number, what: "pass" if number < 1 else "half")
    with pytest.raises(StoreAway):
        opened(fated.vault, name)


def test_a_server_without_room_says_so_as_a_full_disk_does(fated: Fated, straight: BucketVault) -> None:
    for content in (CONTENT, large()):
        fated.go(lambda number, what: "full" if what.startswith("PUT") else "pass")
        with pytest.raises(StoreFull):
            put(fated.vault, content)
    clean(straight)
    assert keys(straight) == []


@pytest.mark.policy("7.3")
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_it_is_whole_or_not_there_and_never_said_to_be_kept(
    when: str, fated: Fated, straight: BucketVault
) -> None:
    whole = 0
    for content, asked in ((CONTENT, SMALL), (large(), LARGE)):
        for place, what in enumerate(asked):
            told, tell = os.pipe()
            begin, let = os.pipe()
            if not (child := os.fork()):
                os.read(begin, 1)
                os.write(tell, b"begun ")
                os.write(tell, put(fated.vault, content).object_name.encode())
                os._exit(0)
            os.close(tell)

            def kill(number: int, what: str, place: int = place, child: int = child) -> str:
                if number == place:
                    os.kill(child, signal.SIGKILL)
                return "lost" if number == place and when == "before" else "pass"

            fated.go(kill)
            os.write(let, b"!")
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, what
            os.close(begin)
            os.close(let)
            with os.fdopen(told) as heard:
                assert heard.read() == "begun ", what
            fated.line.settle()
            for key in keys(straight):
                whole += 1
                assert opened(straight, key.rpartition("/")[2]) == content
                straight._bucket.ask("delete_object", Key=key)
            clean(straight)
    # Nobody was told of those that are whole, and no row names them: the sweep reports them.
    assert whole == (2 if when == "before" else 4)


def test_the_sweep_leaves_an_upload_alone_that_was_begun_a_moment_ago(straight: BucketVault) -> None:
    bucket = straight._bucket
    key = straight._key(NAME)
    upload = bucket.ask("create_multipart_upload", Key=key)["UploadId"]
    assert sweep(BucketVault(bucket, here=straight._here), hours=24) == Swept(0, 0, (), ())
    assert unfinished(straight) == 1
    bucket.ask("abort_multipart_upload", Key=key, UploadId=upload)
