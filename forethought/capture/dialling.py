"""Looking a name up once, and dialling exactly what was found."""

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from forethought.capture import certificates
from forethought.capture.addresses import Place, insist_public
from forethought.capture.certificates import Certificate

#: What a name stands for, as numbers; and a connection to a number and port, within seconds. Tests give their own.
Resolve = Callable[[str], Sequence[str]]
Dial = Callable[[str, int, float], socket.socket]

#: Verdicts of a connection.
VERIFIED = "verified"
PLAIN = "not protected in transit"


class Unreachable(Exception):
    """Nobody could be reached there. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """One connection to a site: who was dialled, everything its name stood for, and how far it proved its name."""

    host: str
    port: int
    dialled: str
    answers: tuple[str, ...]
    verdict: str
    protocol: str
    certificate: Certificate | None

    def as_facts(self) -> dict[str, Any]:
        """As it stands in the record."""
        return asdict(self)


def resolve(host: str) -> Sequence[str]:
    """Every number a name stands for, as this machine is told. Empty when there is none."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def dial(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to a number, never to a name, so that nothing is looked up a second time."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        made.connect((address, port))
    except BaseException:
        made.close()
        raise
    return made


class Lines:
    """Opens connections for one capture. A name is looked up once, so it cannot change its mind in between."""

    def __init__(self, *, resolve: Resolve = resolve, dial: Dial = dial, roots: str | None = None) -> None:
        self._resolve, self._dial = resolve, dial
        self._strict = certificates.strict(roots)
        self._lenient = certificates.lenient()
        self._answers: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def answers(self, host: str) -> tuple[str, ...]:
        """Everything a name stands for, looked up at most once. Raises NotAllowed unless all of it is public."""
        with self._lock:
            known = self._answers.get(host)
        if known is None:
            found = tuple(self._resolve(host))
            with self._lock:
                known = self._answers.setdefault(host, found)
        insist_public(known)
        return known

    def open(self, place: Place, *, seconds: float) -> tuple[socket.socket, Line]:
        """A connection that is ready for HTTP/1.1, and what is known of it. Raises NotAllowed and Unreachable."""
        answers = self.answers(place.host)
        for number, address in enumerate(answers[:4]):
            try:
                raw = self._dial(address, place.port, seconds)
            except OSError:
                if number + 1 < len(answers[:4]):
                    continue
                raise Unreachable("The site could not be reached.") from None
            if place.scheme == "http":
                return raw, Line(place.host, place.port, address, answers, PLAIN, "", None)
            return self._secured(raw, place, address, answers, seconds)
        raise Unreachable("The site could not be reached.")

    def _secured(
        self, raw: socket.socket, place: Place, address: str, answers: tuple[str, ...], seconds: float
    ) -> tuple[socket.socket, Line]:
        """TLS as it should be; and where it is not, TLS as the site has it, with the reason written down.

        The second try is a second connection: what was begun strictly cannot be gone on with. No request was sent yet.
        """
        verdict = VERIFIED
        try:
            made = self._handshake(self._strict, raw, place.host)
        except ssl.SSLError as error:
            verdict = certificates.verdict_of(error)
            try:
                made = self._handshake(self._lenient, self._dial(address, place.port, seconds), place.host)
            except OSError:
                raise Unreachable("The site could not be spoken to under TLS.") from None
        except OSError:
            raise Unreachable("The site broke the connection off.") from None
        shown = certificates.seen(made.getpeercert(binary_form=True))
        return made, Line(place.host, place.port, address, answers, verdict, made.version() or "", shown)

    def _handshake(self, context: ssl.SSLContext, raw: socket.socket, host: str) -> ssl.SSLSocket:
        try:
            return context.wrap_socket(raw, server_hostname=host)
        except BaseException:
            with suppress(OSError):
                raw.close()
            raise
