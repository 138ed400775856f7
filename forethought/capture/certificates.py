"""The certificate authority of one capture, in memory alone, and what is said of a site's own certificate."""

import base64
import hashlib
import os
import secrets
import ssl
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAY = timedelta(days=1)
_MOST_HOSTS = 2000


class Authority:
    """Makes a certificate for each host that the browser asks for. Made for one capture, and gone with it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Forethought, one capture")])
        self._certificate = (
            _builder(name, name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def pin(self) -> str:
        """SHA-256 of the public key, in base64: the one thing that the browser is told to trust."""
        spki = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(hashlib.sha256(spki).digest()).decode()

    def context_for(self, host: str) -> ssl.SSLContext:
        """How we speak TLS to the browser in the name of a host."""
        with self._lock:
            if host not in self._contexts:
                if len(self._contexts) >= _MOST_HOSTS:
                    raise ssl.SSLError("More hosts than one page has.")
                self._contexts[host] = self._context(host)
            return self._contexts[host]

    def _context(self, host: str) -> ssl.SSLContext:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Forethought")])
        leaf = (
            _builder(subject, self._certificate.subject, self._leaf_key.public_key())
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        chain = leaf.public_bytes(pem) + self._certificate.public_bytes(pem)
        key = self._leaf_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        # OpenSSL reads keys from files alone, so it is given one that exists in memory.
        with os.fdopen(os.memfd_create("certificate"), "wb") as file:
            file.write(key + chain)
            file.flush()
            context.load_cert_chain(f"/proc/self/fd/{file.fileno()}")
        return context


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(int.from_bytes(secrets.token_bytes(16), "big") >> 1)
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
    )


def strict(roots: str | None = None) -> ssl.SSLContext:
    """How a site's certificate is judged: against this machine's roots, or these in PEM, and for its name."""
    context = ssl.create_default_context(cadata=roots)
    context.set_alpn_protocols(["http/1.1"])
    return context


def lenient() -> ssl.SSLContext:
    """How a site is still read when its certificate was not verified, or when it speaks only what is outdated."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    # What a site shows under a bad certificate is evidence too, and each exhibit says so.
    context.verify_mode = ssl.CERT_NONE
    # TLS 1.0 where the library still has it. SSL 3 stays off, as in every context of this kind.
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.set_alpn_protocols(["http/1.1"])
    return context


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a site showed of itself: fingerprint (SHA-256, hex), subject, issuer, and from when to when it holds."""

    fingerprint: str
    subject: str
    issuer: str
    valid_from: str
    valid_to: str


def seen(der: bytes | None) -> Certificate | None:
    """A site's certificate in words. One that cannot be read has its fingerprint at least."""
    if not der:
        return None
    print_ = hashlib.sha256(der).hexdigest()
    try:
        found = x509.load_der_x509_certificate(der)
        return Certificate(
            print_,
            found.subject.rfc4514_string()[:300],
            found.issuer.rfc4514_string()[:300],
            found.not_valid_before_utc.isoformat(),
            found.not_valid_after_utc.isoformat(),
        )
    except ValueError:
        return Certificate(print_, "", "", "", "")


def verdict_of(error: ssl.SSLError) -> str:
    """Why a certificate was not verified, in plain words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        said = {
            10: "it has expired",
            9: "it is not valid yet",
            18: "it is self-signed",
            19: "its issuer is not known to this machine",
            20: "its issuer is not known to this machine",
            21: "its issuer is not known to this machine",
            62: "it is for another name",
            64: "it is for another name",
            23: "it was revoked",
        }
        return f"not verified: {said.get(error.verify_code, error.verify_message)}"
    return "not verified: the site speaks only outdated TLS"
