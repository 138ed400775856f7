"""The only way out for the browser: asks sites on its behalf, takes down what they say, and refuses the rest.

It speaks TLS to the browser with the capture's own authority, and TLS to the site with the site's certificate, so it
sees both sides as plain HTTP/1.1. What is refused is answered by us, with a header of our own, and never taken down as
if the site had said it.
"""

import queue
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import h11

from forethought.capture.addresses import PORTS, NotAllowed, Place, place_of
from forethought.capture.certificates import Authority
from forethought.capture.dialling import Line, Lines, Unreachable
from forethought.capture.recording import Enough, Exchange, Recorder

#: The header of our own answers. A page shown with it was never the site's.
OURS = "x-egress"

#: Hosts that Chromium calls for itself, whatever it is told (measured). Asked for only where the page is one of them.
CHROMIUM_CALLS = frozenset(
    {
        "accounts.google.com",
        "android.clients.google.com",
        "clients1.google.com",
        "clients2.google.com",
        "clients2.googleusercontent.com",
        "clients3.google.com",
        "clients4.google.com",
        "clientservices.googleapis.com",
        "content-autofill.googleapis.com",
        "edgedl.me.gvt1.com",
        "mtalk.google.com",
        "optimizationguide-pa.googleapis.com",
        "passwordsleakcheck-pa.googleapis.com",
        "redirector.gvt1.com",
        "safebrowsing.googleapis.com",
        "safebrowsingohttpgateway.googleapis.com",
        "sb-ssl.google.com",
        "update.googleapis.com",
    }
)

_HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding "
    b"upgrade http2-settings".split()
)
#: These would lead the browser past us: to HTTP/3, or to another host of the site's choosing.
_NOT_PASSED_ON = _HOP_BY_HOP | {b"alt-svc", b"alternate-protocol"}
_PIECE = 64 * 1024
_LONGEST_HEAD = 256 * 1024
_MOST_CONNECTIONS = 256


class Proxy:
    """Serves one browser for one capture, in threads, until it is closed."""

    def __init__(self, recorder: Recorder, lines: Lines, authority: Authority, *, visited: str = "") -> None:
        """`visited` is the host of the page, which may be one that the browser calls for itself too."""
        self.recorder, self.lines, self.authority = recorder, lines, authority
        self.own_calls = CHROMIUM_CALLS - {visited}
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._listener: socket.socket | None = None

    def serve(self, listener: socket.socket) -> None:
        """Begin to answer on a socket that listens. Returns at once."""
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True, name="egress").start()

    def close(self) -> None:
        """Break off whatever is under way, on both sides."""
        with self._lock:
            self._closed = True
            left = [*self._open, *([self._listener] if self._listener else [])]
        for one in left:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                one.close()

    @contextmanager
    def held(self, made: socket.socket) -> Iterator[socket.socket]:
        """A socket that is closed with the proxy, or at the end."""
        with self._lock:
            self._open.add(made)
        try:
            if self._closed:
                raise OSError("The capture is over.")
            yield made
        finally:
            with self._lock:
                self._open.discard(made)
            with suppress(OSError):
                made.close()

    def _accept(self, listener: socket.socket) -> None:
        while not self._closed:
            try:
                came, _ = listener.accept()
            except OSError:
                return
            if len(self._open) > _MOST_CONNECTIONS:
                came.close()
                continue
            threading.Thread(target=self._talk, args=(came,), daemon=True, name="egress").start()

    def _talk(self, came: socket.socket) -> None:
        # A browser that hangs up, or speaks nonsense, ends its own connection and nothing else.
        with suppress(OSError, h11.ProtocolError, ValueError), self.held(came):
            came.settimeout(max(1.0, self.recorder.left + 5))
            Conversation(self, came).go()


class Conversation:
    """One connection of the browser: its requests, one after the other, for one host when inside a tunnel."""

    def __init__(self, proxy: Proxy, browser: socket.socket, tunnel: Place | None = None) -> None:
        self._proxy, self._browser, self._tunnel = proxy, browser, tunnel
        self._recorder = proxy.recorder
        self._said = h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST_HEAD)
        self._sites: dict[Place, Site] = {}
        self._feeder = _Feeder(browser)

    def go(self) -> None:
        """Answer until the browser or we have had enough."""
        try:
            while True:
                request = self._next()
                if not isinstance(request, h11.Request):
                    return
                if request.method == b"CONNECT":
                    return self._enter_tunnel(request)
                self._answer(request)
                self._feeder.flush()
                if self._feeder.gone or self._said.our_state is not h11.DONE or self._said.their_state is not h11.DONE:
                    return
                self._said.start_next_cycle()
        finally:
            self._feeder.end()
            for site in self._sites.values():
                site.close()

    def _next(self) -> Any:
        while (event := self._said.next_event()) is h11.NEED_DATA:
            self._said.receive_data(self._browser.recv(_PIECE))
        return event

    def _enter_tunnel(self, request: h11.Request) -> None:
        """The browser wants to be joined to a host. It is joined to us, and each request is looked at."""
        host, _, port = request.target.decode("ascii", "replace").rpartition(":")
        try:
            place = place_of("https", host, int(port) if port.isdigit() else 0)
        except NotAllowed as why:
            self._refuse(f"{host}:{port}", why.code, why.sentence)
            return
        self._next()
        self._browser.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        first = self._browser.recv(1, socket.MSG_PEEK)
        if first != b"\x16":
            # Not TLS: how browsers open ws:// through a proxy.
            Conversation(self._proxy, self._browser, Place("http", place.host, place.port)).go()
            return
        context = self._proxy.authority.context_for(place.host)
        with self._proxy.held(context.wrap_socket(self._browser, server_side=True)) as secured:
            secured.settimeout(max(1.0, self._recorder.left + 5))
            Conversation(self._proxy, secured, place).go()

    def _answer(self, request: h11.Request) -> None:
        # As the browser asked for it, until it is read: what is refused is listed by its address.
        address = request.target.decode("latin-1")
        try:
            place, target, address = self._where(request)
            if place.host in self._proxy.own_calls:
                self._recorder.called_home(place.host)
                self._say(403, "own_call", "The browser may not call its maker during a capture.")
                return
            if any(name == b"upgrade" for name, _ in request.headers):
                raise NotAllowed("websocket", "A WebSocket was refused: what passes through one cannot be replayed.")
            site = self._site(place)
        except NotAllowed as why:
            self._refuse(address, why.code, why.sentence)
        except Unreachable as why:
            self._refuse(address, "unreachable", str(why), status=502)
        except Enough as why:
            self._refuse(address, why.code, why.sentence, status=504)
        else:
            self._relay(request, site, target, address)

    def _where(self, request: h11.Request) -> tuple[Place, bytes, str]:
        """Whom a request is for, the target to ask for there, and the whole address."""
        target = request.target.decode("latin-1")
        if self._tunnel is not None:
            return self._tunnel, request.target, f"{self._tunnel.scheme}://{self._tunnel.authority}{target}"
        parts = urlsplit(target)
        if parts.scheme != "http" or "@" in parts.netloc:
            raise NotAllowed("scheme", "Only http and https are passed on.")
        place = place_of("http", parts.hostname or "", parts.port or PORTS["http"])
        inner = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return place, inner.encode("latin-1"), f"http://{place.authority}{inner}"

    def _site(self, place: Place) -> "Site":
        """A connection to the site: the last one while it still stands, else a new one."""
        known = self._sites.get(place)
        if known is not None:
            if known.stands():
                return known
            known.close()
        seconds = min(self._recorder.limits.idle, self._recorder.left)
        if seconds <= 0:
            raise Enough("time", "The time for one capture was over.")
        made, line = self._proxy.lines.open(place, seconds=seconds)
        self._recorder.connected(line)
        self._sites[place] = Site(self._proxy, made, line)
        return self._sites[place]

    def _relay(self, request: h11.Request, site: "Site", target: bytes, address: str) -> None:
        headers = [
            (n, v) for n, v in request.headers.raw_items() if n.lower() not in _HOP_BY_HOP | {b"accept-encoding"}
        ]
        # Packed as gzip at most, whose true size can be counted while it passes.
        headers.append((b"Accept-Encoding", b"gzip"))
        sent = h11.Request(method=request.method, target=target, headers=headers)
        head = b"%b %b HTTP/1.1\r\n" % (request.method, target) + b"".join(b"%b: %b\r\n" % pair for pair in headers)
        try:
            exchange = self._recorder.begin(address, request.method.decode("ascii"), site.line, head)
        except Enough as why:
            self._refuse(address, why.code, why.sentence, status=504)
            return
        try:
            self._exchange(exchange, site, sent)
        finally:
            exchange.end()

    def _exchange(self, exchange: Exchange, site: "Site", sent: h11.Request) -> None:
        """Pass one request on, and what comes back. What began to come back is taken down, however it ends."""
        truncated, why = "", ""
        try:
            site.send(sent)
            while isinstance(event := self._next(), h11.Data):
                exchange.ask(event.data)
                site.send(event)
            site.send(h11.EndOfMessage())
            for event in site.answer():
                self._pass_back(exchange, event)
        except Enough as enough:
            truncated, why = enough.code, enough.sentence
        except TimeoutError:
            truncated, why = "time", "The site took too long."
        except (OSError, h11.ProtocolError):
            truncated, why = "disconnect", "The site broke off, or said something that is not HTTP."
        if exchange.status:
            exchange.keep(truncated=truncated, why=why)
        elif truncated:
            site.close()
            self._refuse(exchange.address, truncated, why, status=504 if truncated == "time" else 502)
        if truncated:
            site.close()
            self._feeder.drop()

    def _pass_back(self, exchange: Exchange, event: Any) -> None:
        if isinstance(event, h11.Response):
            exchange.answered(event.status_code, event.reason, event.headers.raw_items())
            kept = [(n, v) for n, v in event.headers.raw_items() if n.lower() not in _NOT_PASSED_ON]
            event = h11.Response(status_code=event.status_code, reason=event.reason, headers=kept)
        elif isinstance(event, h11.Data):
            exchange.take(event.data)
        else:
            event = h11.EndOfMessage()
        # A browser that hung up has seen enough; the rest is still taken down.
        with suppress(h11.LocalProtocolError):
            if (said := self._said.send(event)) is not None:
                self._feeder.put(said)

    def _refuse(self, address: str, code: str, sentence: str, *, status: int = 403) -> None:
        self._recorder.refuse(address, code, sentence)
        self._say(status, code, sentence)

    def _say(self, status: int, code: str, sentence: str) -> None:
        """An answer of our own, and the end of this connection. Without a body Chromium would not show the header."""
        body = f"{sentence}\n".encode()
        headers = [
            (OURS, code),
            ("content-type", "text/plain; charset=utf-8"),
            ("content-length", str(len(body))),
            ("cache-control", "no-store"),
            ("access-control-allow-origin", "*"),
            ("connection", "close"),
        ]
        if self._said.our_state is not h11.SEND_RESPONSE:
            return
        for event in (h11.Response(status_code=status, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
            self._feeder.put(self._said.send(event) or b"")


class Site:
    """One connection to a site."""

    def __init__(self, proxy: Proxy, made: socket.socket, line: Line) -> None:
        self.line = line
        self._proxy, self._socket = proxy, made
        self._held = proxy.held(made)
        self._held.__enter__()
        self._said = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)

    def stands(self) -> bool:
        """Whether it can be asked once more. A site that has hung up meanwhile is readable, or says so."""
        if self._said.our_state is not h11.DONE or self._said.their_state is not h11.DONE:
            return False
        pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()
        if pending or select.select([self._socket], [], [], 0)[0]:
            return False
        self._said.start_next_cycle()
        return True

    def send(self, event: Any) -> None:
        """Send the next part of a request."""
        if said := self._said.send(event):
            self._wait()
            self._socket.sendall(said)

    def answer(self) -> Iterator[Any]:
        """The answer as it comes: its head, pieces of its body, its end. Raises OSError and h11's errors."""
        while True:
            event = self._said.next_event()
            if event is h11.NEED_DATA:
                self._wait()
                self._said.receive_data(self._socket.recv(_PIECE))
            elif isinstance(event, h11.InformationalResponse):
                continue
            elif isinstance(event, h11.Response | h11.Data | h11.EndOfMessage):
                yield event
                if isinstance(event, h11.EndOfMessage):
                    return
            else:
                raise ConnectionResetError("The site hung up.")

    def _wait(self) -> None:
        left = min(self._proxy.recorder.left, self._proxy.recorder.limits.idle)
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self._held.__exit__(None, None, None)


class _Feeder:
    """Gives the browser its bytes at its own pace, while the site's are taken down at the site's.

    A film that is paused takes no more bytes; without this the rest of it would never be taken down.
    """

    def __init__(self, browser: socket.socket) -> None:
        self._browser = browser
        self._queue: queue.Queue[bytes | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self.gone = False

    def put(self, piece: bytes) -> None:
        """The next bytes for the browser."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._feed, daemon=True, name="egress-feed")
            self._thread.start()
        self._queue.put(piece)

    def flush(self) -> None:
        """Wait until it has taken all. Only one thread at a time may use a connection under TLS."""
        if self._thread is not None:
            self._queue.join()

    def drop(self) -> None:
        """What the site left unfinished the browser must not take for finished: hang up once it has the rest."""
        self.flush()
        self.gone = True

    def end(self) -> None:
        """Wait a little for the last bytes, then let go."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(5)

    def _feed(self) -> None:
        while (piece := self._queue.get()) is not None:
            try:
                if not self.gone:
                    self._browser.sendall(piece)
            except (OSError, ValueError):
                self.gone = True
            finally:
                self._queue.task_done()
        self._queue.task_done()
