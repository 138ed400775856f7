"""verify.html and time stamps: ok under the authority whose certificate the reader gave, and under no other."""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from authority import Authority, openssl
from bundle_making import KEY, VERIFIER, make
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from playwright.sync_api import expect

from forethought.audit.stamping import request_over
from forethought.evidence.bundle_format import Stamp

pytestmark = pytest.mark.policy("7.3", "7.4")

#: What the page says of one reply: a time, “not understood”, or what is wrong with it.
_ONE = """async ([reply, chain, roots, note]) => {
  const raw = Uint8Array.from(atob(reply), (one) => one.charCodeAt(0));
  try { return await stamp(raw, certificates(chain), certificates(roots), sha(text.encode(note))); }
  catch (error) { return error.constructor === Error ? error.message : "not understood"; }
}"""
#: The same with one bit changed in each byte in turn: for each that passed, the time that it gave.
_EACH = """async ([reply, chain, roots, note]) => {
  const raw = Uint8Array.from(atob(reply), (one) => one.charCodeAt(0)), passed = [];
  for (let at = 0; at < raw.length; at++) {
    raw[at] ^= 1 << at % 8;
    try { passed.push([at, await stamp(raw, certificates(chain), certificates(roots), sha(text.encode(note)))]); }
    catch (error) {}
    raw[at] ^= 1 << at % 8;
  }
  return passed;
}"""
NOTE = "forethought\n7\nroot\n"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((VERIFIER / "verify.html").as_uri())
    yield page
    context.close()


def told(page: Any, server: Authority, *, note: str = NOTE, roots: str = "", script: str = _ONE) -> Any:
    reply = base64.b64encode(server.reply(request_over(NOTE))).decode()
    return page.evaluate(script, [reply, server.roots, roots or server.roots, note])


@pytest.mark.parametrize("key", ["P-256", "P-384", "P-521", "RSA"])
def test_a_stamp_is_ok_under_its_authority_and_under_no_other(key: str, page: Any, tmp_path: Path) -> None:
    with Authority(tmp_path, "one", key=key) as server, Authority(tmp_path, "other") as other:
        at = datetime.fromtimestamp(told(page, server) / 1000, UTC)
        assert abs(at - datetime.now(UTC)) < timedelta(minutes=5)
        assert "not of the authority" in told(page, server, roots=other.roots)
        assert "of something else" in told(page, server, note=NOTE + "x")


def test_no_bit_of_what_an_authority_signed_can_be_turned(page: Any, tmp_path: Path) -> None:
    with Authority(tmp_path, "one") as server:
        reply, at = server.reply(request_over(NOTE)), server.folder
        given = [base64.b64encode(reply).decode(), server.roots, server.roots, NOTE]
        right, passed = page.evaluate(_ONE, given), page.evaluate(_EACH, given)
    # Copies of certificates that are not needed, and how the reply is wrapped, are signed by nobody, as with OpenSSL.
    assert all(time == right for _, time in passed)
    openssl("ts", "-reply", "-in", at / "answer.tsr", "-token_out", "-out", at / "token")
    info = openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", at / "token", "-binary")
    begins = reply.index(info)
    # From the first of the signed attributes (RFC 5652, 11.1) to the end: they, by which way, and the signature.
    attributes = reply.rindex(bytes.fromhex("06092a864886f70d010903"))
    signed = {*range(begins, begins + len(info)), *range(attributes, len(reply))}
    assert not signed & {place for place, _ in passed}


def test_a_certificate_counts_as_of_the_time_that_the_stamp_names(page: Any, tmp_path: Path) -> None:
    with Authority(tmp_path, "one", days=(-30, -10)) as server:
        server.ahead = timedelta(days=-20)
        assert isinstance(told(page, server), int | float), "it was good then"
        server.ahead = timedelta(days=-5)
        assert "had ended" in told(page, server)
        server.ahead = timedelta(days=-40)
        assert "not begun" in told(page, server)


def test_a_certificate_that_may_not_issue_issues_none(page: Any, tmp_path: Path) -> None:
    with Authority(tmp_path, "one") as server:
        at = server.folder
        leaf = x509.load_pem_x509_certificate((at / "tsa.pem").read_bytes())
        above = serialization.load_pem_private_key((at / "tsa.key").read_bytes(), None)
        mine, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Me")])
        made = (
            x509.CertificateBuilder(leaf.subject, name, mine.public_key(), 7)
            .not_valid_before(leaf.not_valid_before_utc)
            .not_valid_after(leaf.not_valid_after_utc)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .sign(above, hashes.SHA256())  # type: ignore[arg-type]
        )
        pem = made.public_bytes(serialization.Encoding.PEM)
        (at / "chain.pem").write_bytes(pem + (at / "tsa.pem").read_bytes() + (at / "root.pem").read_bytes())
        (at / "tsa.pem").write_bytes(pem)
        how = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (at / "tsa.key").write_bytes(mine.private_bytes(serialization.Encoding.PEM, *how))
        assert "not of the authority" in told(page, server)


def test_a_certificate_for_other_things_signs_no_time(page: Any, tmp_path: Path) -> None:
    with Authority(tmp_path, "good") as good, Authority(tmp_path, "plain", use="plain") as plain:
        # OpenSSL refuses to stamp with such a certificate, but signs what it is given.
        (plain.folder / "answer.tsr").write_bytes(good.reply(request_over(NOTE)))
        plain.ahead = timedelta(seconds=1)
        reply = base64.b64encode(plain._at_another_time((plain.folder / "answer.tsr").read_bytes())).decode()
        assert "not for it" in page.evaluate(_ONE, [reply, plain.roots, plain.roots, NOTE])


def test_a_desk_without_python_sees_the_time_of_a_bundle(page: Any, tmp_path: Path) -> None:
    def stamped(note: str) -> tuple[Stamp, ...]:
        request = request_over(note)
        return (Stamp(request, server.reply(request), server.roots.encode()),)

    with Authority(tmp_path, "one") as server, Authority(tmp_path, "other") as other:
        made = make(stamped=stamped)
    (tmp_path / "b.zip").write_bytes(made.zip)
    (tmp_path / "b.zip.note").write_text(made.note)
    for roots, verdict, line in (
        ("", "ok", "no certificate of its authority was given"),
        (server.roots, "ok", "Time stamp 1: the log stood so by"),
        (other.roots, "FAILED", "not of the authority"),
        ("slip", "FAILED", "not written as one"),
    ):
        page.get_by_label("The bundle, and its note").set_input_files([tmp_path / "b.zip", tmp_path / "b.zip.note"])
        page.get_by_label("The school’s key").fill(KEY.public().to_text())
        page.get_by_label("The certificate of a time-stamp authority").fill(roots)
        page.get_by_role("button", name="Check it").click()
        expect(page.locator("#lines")).to_contain_text(line)
        expect(page.locator("#verdict")).to_have_text(re.compile(f"^{verdict}"))
