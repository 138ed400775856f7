"""What must hold of a bucket before records go there, each said with its cure."""

from pathlib import Path
from typing import Any

import pytest
from buckets import Settings, a_bucket, a_line, a_place, keys

from forethought import checks
from forethought.evidence import bucket_checks
from forethought.evidence.bucket import Bucket, Missing
from forethought.evidence.bucket_checks import said_of_bucket, why_away, wrong_with_bucket


def wrong(s3: Settings, **other: Any) -> list[str]:
    return list(wrong_with_bucket(a_place(s3, **other)))


def test_a_bucket_that_can_be_used_is_left_as_it_was_and_says_what_it_does(tmp_path: Path, s3: Settings) -> None:
    for locked in (False, True):
        place = a_place(s3, locked=locked, lock_days=9 if locked else 0)
        assert list(wrong_with_bucket(place)) == []
        vault = a_bucket(tmp_path / "here", place)
        assert keys(vault) == []
        assert list(vault._bucket.pages("list_object_versions", "Versions", Prefix=place.prefix)) == []
        said = said_of_bucket(place)
        assert ("9 days" in said) is locked and ("keeps no old versions" in said) is not locked


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"secret": "of-another-bucket"}, "does not accept its key (SignatureDoesNotMatch)"),
        ({"key_id": "nobody"}, "does not accept its key (InvalidAccessKeyId)"),
        ({"bucket": "nobody-made-this"}, "There is no bucket nobody-made-this"),
    ],
)
def test_each_thing_that_is_wrong_is_said_with_its_cure(s3: Settings, other: dict[str, str], says: str) -> None:
    [sentence] = wrong(s3, **other)
    assert says in sentence


def test_no_bucket_is_asked_in_the_clear_over_a_network(s3: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket_checks, "_reached", lambda bucket: [])
    monkeypatch.setattr(bucket_checks, "_probed", lambda bucket: [])
    assert "https" in wrong(s3, endpoint="http://store.example")[0]
    assert wrong(s3, endpoint="https://store.example") == wrong(s3, endpoint="http://localhost:8333") == []


class Careless(Bucket):
    """A bucket that does not do what it must, in each of the ways that the probe looks for."""

    def ask(self, call: str, *, tries: int = 0, **what: Any) -> dict[str, Any]:
        if call in {"head_object", "delete_object", "list_object_versions"}:
            return {}
        what.pop("IfNoneMatch", None)
        return super().ask(call, tries=tries, **what)

    def fetch(self, key: str, start: int, length: int) -> tuple[bytes, int]:
        return b"something else", 14

    @property
    def client(self) -> Any:
        real = super().client

        class Client:
            def __getattr__(self, name: str) -> Any:
                if name == "get_object_lock_configuration":
                    rule = {"DefaultRetention": {"Mode": "COMPLIANCE"}}
                    return lambda **what: {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": rule}}
                call = getattr(real, name)
                # A server that does not look at a checksum.
                return lambda **what: call(**{one: value for one, value in what.items() if one != "ChecksumSHA256"})

        return Client()


def test_a_store_that_is_careless_is_refused_for_each_thing_it_does_wrong(
    s3: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket_checks, "Bucket", Careless)
    monkeypatch.setattr(bucket_checks, "client_for", lambda place, seconds, signed: Bucket(place).client)
    said = " ".join(wrong(s3))
    for words in ("does not check", "writes over", "something else", "Anybody can read", "compliance", "deleted"):
        assert words in said, said


def test_a_store_that_loses_what_it_took_is_refused(s3: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*args: object) -> None:
        raise Missing

    monkeypatch.setattr(Bucket, "fetch", lost)
    assert "not there a moment later" in wrong(s3)[0]


def test_a_bucket_that_does_not_answer_is_no_reason_not_to_serve_and_is_said(s3: Settings) -> None:
    assert why_away(a_place(s3)) == ""
    assert wrong(s3, endpoint="http://127.0.0.1:9") == []
    assert "does not answer at http://127.0.0.1:9" in why_away(a_place(s3, endpoint="http://127.0.0.1:9"))
    with a_line(s3["FORETHOUGHT_S3_ENDPOINT"], lambda number, what: "500") as line:
        assert wrong(s3, endpoint=line.address) == []
        assert "reports in words are taken" in why_away(a_place(s3, endpoint=line.address))


def test_what_installs_hears_of_the_bucket_at_the_start(s3: Settings, settings: Any) -> None:
    place = a_place(s3, secret="of-another-bucket")
    for name in ("bucket", "endpoint", "region", "prefix", "key_id", "secret"):
        setattr(settings, f"S3_{name.upper()}", getattr(place, name))
    assert ["does not accept its key" in one for one in checks.bucket_can_be_used()] == [True]
    settings.S3_ENDPOINT = "http://127.0.0.1:9"
    assert list(checks.bucket_can_be_used()) == []
    assert ["does not answer" in one for one in checks.bucket_answers()] == [True]
