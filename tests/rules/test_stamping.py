"""Time stamps by OpenSSL's own authority: what is taken, what is refused, and OpenSSL as the judge (case 25)."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from authority import Authority as Server
from authority import openssl, reordered, restated
from rfc3161_client import decode_timestamp_response

from forethought.audit import der
from forethought.audit.stamping import Authority, BadStamp, Token, check_response, request_over, token_in

NOTE = "forethought/0011/school\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— signed\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("tsa"), "one") as made:
        yield made


def checked(server: Server, response: bytes, request: bytes, note: str = NOTE, roots: str = "") -> Token:
    return check_response(response, request=request, note=note, authority=Authority(server.url, roots or server.roots))


def judged(server: Server, request: bytes, response: bytes, at: datetime, folder: Path) -> bool:
    """What `openssl ts -verify` says, offline, as of a time."""
    for name, content in (("q", request), ("r", response), ("n", NOTE.encode()), ("ca", server.roots.encode())):
        (folder / name).write_bytes(content)
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-queryfile", folder / "q", "-in", folder / "r", "-CAfile", folder / "ca",
         "-attime", str(int(at.timestamp()))],
        capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


def test_a_stamp_gives_the_time_and_openssl_agrees(server: Server, tmp_path: Path) -> None:
    request = request_over(NOTE)
    response = server.reply(request)

    token = checked(server, response, request)

    assert abs(token.gen_at - datetime.now(UTC)) < timedelta(minutes=1) and not token.with_mods
    assert judged(server, request, response, token.gen_at, tmp_path)


def test_the_request_is_one_that_openssl_reads(server: Server, tmp_path: Path) -> None:
    (tmp_path / "q").write_bytes(request_over(NOTE))
    said = subprocess.run(
        ["openssl", "ts", "-query", "-in", tmp_path / "q", "-text"], capture_output=True, text=True, check=True
    ).stdout

    assert "Hash Algorithm: sha256" in said and "Certificate required: yes" in said and "Nonce: 0x01" in said
    assert request_over(NOTE) != request_over(NOTE)


def test_a_stamp_over_another_note_or_for_another_request_is_refused(server: Server) -> None:
    request = request_over(NOTE)
    response = server.reply(request)

    with pytest.raises(BadStamp, match="request is over something else"):
        checked(server, response, request, note=f"{NOTE}x")
    with pytest.raises(BadStamp, match="messages"):
        checked(server, response, _with_nonce_of(request, request_over(f"{NOTE}x")), note=f"{NOTE}x")
    with pytest.raises(BadStamp, match="Nonce"):
        checked(server, response, request_over(NOTE))


def _with_nonce_of(request: bytes, other: bytes) -> bytes:
    parts = der.read_one(other).parts()
    nonce = der.read_one(request).parts()[2]
    return der.made(der.SEQUENCE, [parts[0].whole, parts[1].whole, nonce.whole, parts[3].whole])


def test_a_stamp_under_another_root_is_refused(server: Server, tmp_path: Path) -> None:
    request = request_over(NOTE)

    with Server(tmp_path, "two") as other:
        with pytest.raises(BadStamp, match="does not hold"):
            checked(server, server.reply(request), request, roots=other.roots)
        assert checked(server, server.reply(request), request, roots=other.roots + server.roots)


def test_certificates_in_wire_order_are_taken_and_the_stamp_is_kept_as_it_came(server: Server, tmp_path: Path) -> None:
    request = request_over(NOTE)
    straight, turned = server.reply(request), reordered(server.reply(request))

    with pytest.raises(ValueError):
        decode_timestamp_response(turned)
    tokens = [checked(server, response, request) for response in (straight, turned)]
    assert abs(tokens[0].gen_at - tokens[1].gen_at) < timedelta(minutes=1)
    assert judged(server, request, turned, tokens[1].gen_at, tmp_path)


def test_granted_with_changes_is_taken_when_everything_holds_and_said(server: Server) -> None:
    request = request_over(NOTE)

    assert checked(server, restated(server.reply(request), 1), request).with_mods


@pytest.mark.parametrize("status", [2, 3, 4, 5, 77])
def test_what_was_not_granted_is_refused(server: Server, status: int) -> None:
    request = request_over(NOTE)

    with pytest.raises(BadStamp, match=f"status {status}"):
        checked(server, restated(server.reply(request), status), request)


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"<html>no</html>",
        b"0",
        b"0\x80",
        b"0\x00",
        bytes.fromhex("30053003020100"),
        b"0\x84\xff\xff\xff\xff",
        b"1" * 70_000,
    ],
)
def test_what_is_no_stamp_is_said_to_be_none(server: Server, response: bytes) -> None:
    with pytest.raises(BadStamp):
        checked(server, response, request_over(NOTE))


def test_a_certificate_that_ended_since_does_no_harm_and_one_that_had_ended_does(tmp_path: Path) -> None:
    request = request_over(NOTE)
    with Server(tmp_path, "past", days=(-20, -10)) as past:
        past.ahead = timedelta(days=-15)
        good = past.reply(request)
        token = checked(past, good, request)
        assert token.gen_at < datetime.now(UTC) - timedelta(days=14)
        assert judged(past, request, good, token.gen_at, tmp_path)
        assert not judged(past, request, good, datetime.now(UTC), tmp_path)

        past.ahead = timedelta()
        with pytest.raises((BadStamp, AssertionError)):
            checked(past, past.reply(request), request)


def test_a_certificate_that_is_not_for_time_stamping_is_refused(server: Server, tmp_path: Path) -> None:
    request = request_over(NOTE)
    with Server(tmp_path, "plain", use="plain") as plain, pytest.raises((BadStamp, AssertionError)):
        checked(plain, plain.reply(request), request)


def test_one_bit_changed_anywhere_is_refused_or_changes_the_hash_that_the_trail_keeps(server: Server) -> None:
    request = request_over(NOTE)
    # Without a copy of the authority's root, which nobody reads.
    config = server.folder / "tsa.cnf"
    both = config.read_text()
    config.write_text("\n".join(line for line in both.splitlines() if not line.startswith("certs =")))
    response = server.reply(request)
    config.write_text(both)
    whole = checked(server, response, request)

    accepted = 0
    for at in range(len(response)):
        turned = response[:at] + bytes([response[at] ^ 1 << at % 8]) + response[at + 1 :]
        try:
            token = checked(server, turned, request)
        except BadStamp:
            continue
        accepted += 1
        assert token.gen_at == whole.gen_at
        assert token.token_hash != whole.token_hash or token_in(turned) == token_in(response)
    assert accepted < len(response) // 20


def test_the_token_is_the_part_that_openssl_reads_alone(server: Server, tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(token_in(server.reply(request_over(NOTE))))

    said = openssl("ts", "-reply", "-token_in", "-in", tmp_path / "t", "-text").decode()
    assert "Hash Algorithm: sha256" in said
