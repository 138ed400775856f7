"""The vault in a bucket of a real S3 server: what is kept comes out whole, and what is let go is gone."""

import logging
import random
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from buckets import SCHOOL, Settings, a_bucket, a_place, keys, unfinished
from stores import ABOUT, CONTENT, GIB, KEY, begin, files, opened, put, sweep
from test_parts import NAME, a_part, send, some

from forethought.core.key_file import BadKeyFile
from forethought.evidence.bucket import Bucket, read_key
from forethought.evidence.bucket_objects import PART_SIZE
from forethought.evidence.bucket_vault import BucketVault
from forethought.evidence.keys import BrokenSeal
from forethought.evidence.parts import forget_running
from forethought.evidence.sealing import CHUNK, Opener, sealed_size
from forethought.evidence.store import StoreAway, StoreFull, Swept, TooLarge

OTHER = UUID(int=8)


@pytest.fixture
def vault(tmp_path: Path, s3: Settings) -> BucketVault:
    return a_bucket(tmp_path / "here", a_place(s3))


@pytest.fixture(params=["plain", "locked"])
def either(tmp_path: Path, s3: Settings, request: pytest.FixtureRequest) -> BucketVault:
    locked = request.param == "locked"
    return a_bucket(tmp_path / "here", a_place(s3, locked=locked, lock_days=3 if locked else 0))


@pytest.mark.policy("7.3")
@pytest.mark.parametrize("size", [0, CHUNK + 1, 2 * PART_SIZE + 5])
def test_what_is_kept_in_a_bucket_comes_out_whole_with_its_hash(either: BucketVault, size: int) -> None:
    content = some(size)
    kept = put(either, content)
    assert (kept.sha256, kept.size, kept.stored_size) == (sha256(content).digest(), size, sealed_size(size))
    assert opened(either, kept.object_name) == content
    assert keys(either) == [f"{either._bucket.place.prefix}/{SCHOOL}/{kept.object_name}"]
    assert unfinished(either) == 0 and files(either.incoming) == []


def test_any_part_of_an_object_can_be_read_and_each_piece_is_verified(vault: BucketVault) -> None:
    content, chance = some(12 * CHUNK + 99), random.Random(3)
    name = put(vault, content).object_name
    with vault.open(name) as file:
        opener = Opener(file, key=KEY, about=ABOUT, object_name=name)
        for _ in range(12):
            start = chance.randrange(len(content))
            stop = min(len(content), start + chance.randrange(2 * CHUNK))
            assert b"".join(opener.read_range(start, stop)) == content[start:stop]
    other = put(vault, content[:CHUNK]).object_name
    with vault.open(other) as file, pytest.raises(BrokenSeal, match="another object"):
        Opener(file, key=KEY, about=ABOUT, object_name=name)


def test_what_is_not_there_is_said_not_to_be_there(vault: BucketVault) -> None:
    assert not vault.holds(NAME) and not vault.remove(NAME)
    with pytest.raises(FileNotFoundError):
        vault.open(NAME)
    for act in (vault.open, vault.remove, vault.holds):
        with pytest.raises(ValueError, match="32 hex digits"):
            act("../" + NAME)


def test_each_school_has_its_own_part_of_the_bucket(vault: BucketVault) -> None:
    name = put(vault).object_name
    assert vault.holds(name) and not vault.of(OTHER).holds(name)
    root = BucketVault(vault._bucket, here=vault._here)
    with pytest.raises(RuntimeError, match="which school"):
        put(root)
    # A backup reads everything, whichever school it is of.
    assert list(root.names()) == list(vault.names()) == [name] and list(vault.of(OTHER).names()) == []
    assert opened(root, name) == CONTENT and not root.holds(NAME)


def test_nothing_is_ever_written_over_an_object(vault: BucketVault) -> None:
    name = put(vault).object_name
    for content in (b"another", bytes(PART_SIZE + 1)):
        with pytest.raises(StoreAway):
            vault.put_file(name, BytesIO(content))
    assert opened(vault, name) == CONTENT
    assert unfinished(vault) == 0


def test_what_is_removed_is_gone_with_every_version_and_in_spite_of_its_lock(either: BucketVault) -> None:
    name = put(either, some(PART_SIZE + 1)).object_name
    bucket, key = either._bucket, keys(either)[0]
    if bucket.facts.locks:
        held = bucket.ask("head_object", Key=key)
        assert held["ObjectLockMode"] == "GOVERNANCE"
        assert timedelta(days=2) < held["ObjectLockRetainUntilDate"] - datetime.now(UTC) < timedelta(days=4)
        # As somebody with our key and no right to end a lock would meet it.
        bucket.ask("delete_object", Key=key)
        assert len(bucket.versions(key)) == 2
    assert either.remove(name) and not either.remove(name)
    assert bucket.versions(key) == [] and keys(either) == []


def test_an_exhibit_that_is_abandoned_or_too_large_leaves_nothing(vault: BucketVault) -> None:
    with begin(vault) as incoming:
        incoming.write(some(2 * PART_SIZE))
        assert unfinished(vault) == 1
    with pytest.raises(TooLarge), begin(vault, ceiling=PART_SIZE + CHUNK) as incoming:
        for _ in range(20):
            incoming.write(bytes(CHUNK))
    assert keys(vault) == [] and unfinished(vault) == 0


def test_the_sweep_ends_what_broke_off_and_reports_what_no_row_names(vault: BucketVault) -> None:
    bucket = vault._bucket
    known, orphan = put(vault).object_name, put(vault.of(OTHER)).object_name
    mine, strange = f"{bucket.place.prefix}/{SCHOOL}/{NAME}", f"{bucket.place.prefix}/{SCHOOL}/notes.txt"
    bucket.ask("put_object", Key=strange, Body=b"x")
    upload = bucket.ask("create_multipart_upload", Key=mine)["UploadId"]
    bucket.ask("upload_part", Key=mine, UploadId=upload, PartNumber=1, Body=b"12345")
    theirs = bucket.ask("create_multipart_upload", Key=strange)["UploadId"]
    root = BucketVault(bucket, here=vault._here)

    assert sweep(root, known, hours=24) == Swept(0, 0, (), (strange,))
    assert sweep(root, known, hours=-1) == Swept(1, 5, (orphan,), (strange,))
    assert unfinished(vault) == 1 and len(keys(vault)) == 3
    bucket.ask("abort_multipart_upload", Key=strange, UploadId=theirs)


def test_a_file_in_pieces_waits_here_and_goes_to_the_bucket_once_it_is_whole(vault: BucketVault) -> None:
    content = some(PART_SIZE + 3 * CHUNK + 7)
    part = a_part(vault, len(content))
    send(part, content, piece=4 * CHUNK)
    assert keys(vault) == [] and len(files(vault.incoming)) == 1
    kept = part.finish()
    assert (kept.sha256, kept.stored_size) == (sha256(content).digest(), sealed_size(len(content)))
    assert opened(vault, kept.object_name) == content and files(vault.incoming) == []
    # Nobody was told of it: asked again, it is read through and said again.
    forget_running()
    assert part.finish() == kept and part.offset == len(content)
    assert part.ends() == (content[:CHUNK], content[-(len(content) % CHUNK) :])


def test_a_file_that_was_sent_and_still_lies_here_is_kept_once(vault: BucketVault) -> None:
    content = some(PART_SIZE + 1)
    part = a_part(vault, len(content))
    send(part, content)
    [path] = files(vault.incoming)
    with path.open("rb") as file:
        # As if it had been killed between the bucket's answer and taking the file away.
        vault.put_file(NAME, file)
    assert part.finish().sha256 == sha256(content).digest()
    assert files(vault.incoming) == [] and len(keys(vault)) == 1


def test_a_file_in_pieces_outlives_a_bucket_that_is_away(vault: BucketVault, tmp_path: Path) -> None:
    content = some(3 * CHUNK)
    away = a_bucket(tmp_path / "here", replace(vault._bucket.place, endpoint="http://127.0.0.1:9"), tries=2)
    part = a_part(away, len(content))
    send(part, content)
    with pytest.raises(StoreAway):
        part.finish()
    assert opened(vault, a_part(vault, len(content), begun=False).finish().object_name) == content


def test_beyond_the_limit_nothing_more_is_taken(tmp_path: Path, s3: Settings) -> None:
    vault = a_bucket(tmp_path / "here", a_place(s3, limit=2 * CHUNK))
    put(vault, bytes(CHUNK))
    assert vault.has_room(CHUNK // 2) and not vault.has_room(CHUNK)
    put(vault, bytes(CHUNK))
    with pytest.raises(StoreFull):
        begin(vault)
    with pytest.raises(StoreFull):
        a_part(vault, 1)
    assert a_bucket(tmp_path / "here", vault._bucket.place).has_room() is False


def test_memory_stays_flat_however_large_the_file(vault: BucketVault) -> None:
    put(vault, bytes(PART_SIZE + 1))
    piece = bytes(CHUNK)
    tracemalloc.start()
    try:
        with begin(vault, ceiling=GIB) as incoming:
            for _ in range(48):
                incoming.write(piece)
            name = incoming.keep().object_name
        with vault.open(name) as file:
            for _ in Opener(file, key=KEY, about=ABOUT, object_name=name).chunks():
                pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4.5 * PART_SIZE


def test_a_bucket_of_others_keys_is_away_and_the_log_says_why_without_the_key(
    tmp_path: Path, s3: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    place = a_place(s3, secret="not-the-secret-of-this-bucket")
    vault = a_bucket(tmp_path / "here", place)
    with caplog.at_level(logging.DEBUG, "forethought"):
        for act in (
            lambda: put(vault),
            lambda: vault.open(NAME),
            lambda: vault.holds(NAME),
            lambda: vault.remove(NAME),
        ):
            with pytest.raises(StoreAway, match="try again"):
                act()
    assert "SignatureDoesNotMatch" in caplog.text
    assert place.secret not in caplog.text + repr(place) and place.endpoint not in caplog.text


def test_a_bucket_that_is_gone_is_away_and_its_objects_are_not_called_lost(tmp_path: Path, s3: Settings) -> None:
    vault = a_bucket(tmp_path / "here", a_place(s3, bucket="nobody-made-this"))
    for act in (lambda: put(vault), lambda: vault.open(NAME), lambda: vault.holds(NAME), lambda: vault.remove(NAME)):
        with pytest.raises(StoreAway):
            act()


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        ("id\nsecret\n", 0o600, ""),
        ("id\n", 0o600, "not two lines"),
        ("id\nsecret\n", 0o640, "chmod 600"),
        (None, 0, "no key"),
    ],
)
def test_the_key_of_a_bucket_comes_from_a_file_that_nobody_else_may_read(
    tmp_path: Path, content: str | None, mode: int, says: str
) -> None:
    path = tmp_path / "s3.key"
    if content is not None:
        path.write_text(content)
        path.chmod(mode)
    if not says:
        assert read_key(path) == ("id", "secret")
        return
    with pytest.raises(BadKeyFile, match=says):
        read_key(path)


def test_without_a_bucket_nothing_of_its_library_is_loaded() -> None:
    program = "import forethought.evidence.bucket_vault, sys; assert not {'boto3', 'botocore'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_no_profile_and_no_address_of_a_cloud_is_looked_for(
    tmp_path: Path, s3: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text("[default]\nendpoint_url = http://127.0.0.1:9\nregion = nowhere\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody-else")
    assert Bucket(a_place(s3)).facts.locks is False
