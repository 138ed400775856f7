"""Web and worker as two children of one small supervisor, forked from it after everything is loaded.

Forked, they share the memory that the program itself takes: the three cost little more than one (`bin/bench` measures
it). The supervisor owns the listening socket, so that nobody is refused while the web process starts again: the system
keeps them waiting. It has one thread and no database, and does nothing but wait.
"""

import ctypes
import gc
import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NoReturn

log = logging.getLogger(__name__)

#: Seconds before a child starts again: at once after a first fault, then ever more slowly. The last one holds.
BACK_OFF = (0.1, 1.0, 2.0, 5.0, 15.0, 30.0)

#: A child that ran this long, in seconds, had started well.
WELL = 60.0

#: Seconds that children get to finish what they are doing.
GRACE = 10.0

#: Connections that the system keeps waiting for us.
BACKLOG = 1024

#: Requests at work at a time, and as many uploads. Each of these threads has a connection to the database.
THREADS = 32

#: Requests whose form is still on its way. Each waits in a thread that holds nothing else, so that clients who send
#: slowly, or stop in the middle, keep nobody waiting (reliability.md P16; stack.md 6, pitfall 13).
WAITING = 512

#: Milliseconds in which a client must have sent the head of its request.
HEADERS_WITHIN = 10_000

_SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_M_ARENA_MAX = -8


@dataclass
class Child:
    """One process to keep alive: its name, what it does, and how it has fared."""

    name: str
    work: Callable[[], None]
    pid: int = 0
    started_at: float = 0.0
    faults: int = 0
    starts_at: float = 0.0


def listen(host: str, port: int) -> socket.socket:
    """A socket on which the web process will answer. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Not shared between processes by SO_REUSEPORT: a second server on this port is a mistake, and is told so.
    found = socket.create_server((host, port), family=family, backlog=BACKLOG)
    # Handed on to each connection. Without it, head and body of an answer may wait 40 ms for each other.
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    found.setblocking(False)
    return found


def spare_memory() -> None:
    """Before anything is loaded: keep the C library from giving each thread a heap of its own."""
    ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def supervise(children: list[Child]) -> None:
    """Keep the children alive until SIGTERM or SIGINT, then stop them. Call it from the only thread."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    # What is loaded by now lives as long as the processes do. Collected and set aside, so that a child's collector
    # does not write to every page of it, which would end the sharing.
    gc.collect()
    gc.freeze()
    ctypes.CDLL(None).malloc_trim(0)
    while True:
        now = time.monotonic()
        for child in children:
            if not child.pid and child.starts_at <= now:
                _start(child)
        waits = [child.starts_at - now for child in children if not child.pid]
        came = signal.sigtimedwait(_SIGNALS, max(0.0, min(waits, default=3600.0)))
        if came is not None and came.si_signo != signal.SIGCHLD:
            break
        _note_ended(children)
    _stop(children)


def _start(child: Child) -> None:
    parent = os.getpid()
    child.started_at = time.monotonic()
    child.pid = os.fork()
    if child.pid == 0:
        _be(child, parent)


def _be(child: Child, parent: int) -> NoReturn:
    """The life of a child, from the fork to its exit."""
    code = 1
    try:
        system = ctypes.CDLL(None)
        # Killed with its parent: an orphan would hold the port, and do the next one's work a second time.
        system.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # What `top` and `ps` call it, so that an operator can tell the two apart.
        system.prctl(_PR_SET_NAME, f"ft-{child.name}".encode(), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        child.work()
        code = 0
    except BaseException:
        log.exception("The %s process failed.", child.name)
    finally:
        logging.shutdown()
        os._exit(code)


def _note_ended(children: list[Child]) -> None:
    """Take leave of the children that ended, and say when each starts again."""
    for child in children:
        if not child.pid:
            continue
        pid, status = os.waitpid(child.pid, os.WNOHANG)
        if not pid:
            continue
        now = time.monotonic()
        child.faults = 1 if now - child.started_at >= WELL else child.faults + 1
        pause = BACK_OFF[min(child.faults, len(BACK_OFF)) - 1]
        child.pid, child.starts_at = 0, now + pause
        log.warning("The %s process ended (%s). It starts again in %s seconds.", child.name, _how(status), pause)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"killed by signal {-code}" if code < 0 else f"exit status {code}"


def _stop(children: list[Child]) -> None:
    """Let the children finish, then end those that do not."""
    for child in children:
        if child.pid:
            os.kill(child.pid, signal.SIGTERM)
    latest = time.monotonic() + GRACE
    while any(child.pid for child in children):
        for child in children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                child.pid = 0
        if time.monotonic() >= latest:
            for child in children:
                if child.pid:
                    log.warning("The %s process did not stop in time.", child.name)
                    os.kill(child.pid, signal.SIGKILL)
            latest += GRACE
        if any(child.pid for child in children):
            signal.sigtimedwait(_SIGNALS, 0.1)


def in_turn(application: Callable[..., Any], *, form_limit: int) -> Callable[..., Any]:
    """The application, asked by one of a few threads once a form is whole. Uploads have threads of their own.

    A body of more than `form_limit` bytes that is no upload is not waited for: Django refuses it by its length.
    """
    pages, uploads = ThreadPoolExecutor(THREADS, "page"), ThreadPoolExecutor(THREADS, "upload")

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ["PATH_INFO"].startswith("/status"):
            # Answered by whoever waits for it: the others may all be waiting for a database that is away.
            return application(environ, start_response)
        if environ["PATH_INFO"].startswith("/upload/"):
            return uploads.submit(application, environ, start_response).result()
        size = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(size) if 0 < size <= form_limit else b"")
        return pages.submit(application, environ, start_response).result()

    return answer


def serve_web(application: Callable[..., Any], listener: socket.socket) -> None:
    """Answer requests with granian's WSGI worker, in this very process, until told to stop.

    This is what granian's own main process does in its child. That main process would cost another 10 MiB and could
    not be handed a socket; the price is that these names are granian's own, so its version is pinned and tested.
    """
    from asyncio import new_event_loop
    from importlib import import_module
    from threading import Event

    from django.conf import settings
    from granian._futures import _new_cbscheduler
    from granian._signals import set_sync_signals
    from granian.http import HTTP1Settings
    from granian.wsgi import _callback_wrapper

    # By name, because granian's own annotations for it are of an older version.
    native: Any = import_module("granian._granian")
    ended = Event()
    told_to_stop = set_sync_signals()
    told_to_stop.add_cb(ended.set)
    worker = native.WSGIWorker(
        1,
        (None, native.SocketHolder(listener.fileno(), False, BACKLOG)),
        None,
        threads=1,
        blocking_threads=1,
        py_threads=WAITING,
        py_threads_idle_timeout=30,
        backpressure=BACKLOG,
        http_mode="1",
        http1_opts=HTTP1Settings(header_read_timeout=HEADERS_WITHIN),
        metrics=(None, None),
    )
    turns = in_turn(application, form_limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    answer = _new_cbscheduler(new_event_loop(), _callback_wrapper(turns, {}), impl_asyncio=True)
    worker.serve_str(answer, None, told_to_stop)
    ended.wait()
