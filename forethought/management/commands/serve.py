"""Serving: the pages and the worker, from one command, until it is stopped."""

import logging
import os
import subprocess
import sys
from functools import partial
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from forethought.core.reserve import Reserve
from forethought.management import serving


def load() -> Any:
    """Load everything that pages need, so that the processes share it and the first visitor does not wait."""
    from django.core.handlers.wsgi import WSGIRequest
    from django.core.wsgi import get_wsgi_application
    from django.template import engines
    from django.urls import get_resolver

    from forethought.pages import public

    application = get_wsgi_application()
    resolver = get_resolver()
    resolver._populate()  # type: ignore[attr-defined]
    engines.all()
    for path in public.PAGES:
        public.from_memory(WSGIRequest({"REQUEST_METHOD": "GET", "PATH_INFO": path, "wsgi.input": BytesIO()}))
    return application


def prepare() -> None:
    """Have keys and tables, as in a container that starts first or with a newer image. Raises CommandError.

    Each in a process of its own, as an operator would run it. Keys are never made up in place of lost ones. Then we
    begin anew, because the settings were read before there was a key to read.
    """
    for words in (["make_keys", "--if-new"], ["migrate", "-v0"]):
        done = subprocess.run([sys.executable, sys.argv[0], *words], stdin=subprocess.DEVNULL, check=False)  # noqa: S603
        if done.returncode:
            raise CommandError("Not serving: put this right first.")
    os.execv(sys.executable, [sys.executable, *(word for word in sys.argv if word != "--prepare")])  # noqa: S606


def start_asking() -> int:
    """Begin to ask whether it is safe to serve, in a process of its own: the supervisor never has a database.

    Returns its process id, for `insist_ready`. Asked while the rest loads, so that it costs no time.
    """
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        from forethought.checks import refusals_and_warnings

        found, known = refusals_and_warnings()
        for sentence in (*(f"Warning: {one}" for one in known), *found):
            sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()
        code = 1 if found else 0
    except BaseException:
        logging.getLogger(__name__).exception("Whether it is safe to serve could not be asked.")
    finally:
        os._exit(code)


def insist_ready(asking: int) -> None:
    """Refuse to serve what is not safe. Raises CommandError; the reasons are on the screen by then."""
    if os.waitstatus_to_exitcode(os.waitpid(asking, 0)[1]):
        raise CommandError("Not serving: put these right first.")


class Command(BaseCommand):
    """Serves the pages and does what falls due, and starts again whatever of the two ends."""

    help = "Serves the pages and does what falls due, until stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to answer on (127.0.0.1)")
        parser.add_argument("--port", default=8000, type=int, help="the port to answer on (8000)")
        parser.add_argument(
            "--prepare", action="store_true", help="first make the keys and tables of a new installation"
        )
        parser.add_argument("--pages-only", action="store_true", help="without the worker, to try a new version out")

    def handle(self, *args: Any, host: str = "127.0.0.1", port: int = 8000, **options: Any) -> None:
        # Whatever is written from here on, only we may read.
        os.umask(0o077)
        serving.spare_memory()
        if options["prepare"]:
            prepare()
        # Before anything opens the database, which on a full disk could not even be read (reliability.md F11).
        if settings.DATA.exists():
            Reserve(settings.DATA, size=settings.DISK_RESERVE).start()
        asking = start_asking()
        from forethought.management.commands import worker

        try:
            application = load()
        finally:
            # What cannot be loaded is most often one of the things asked about, and the sentence says it better.
            insist_ready(asking)
        try:
            listener = serving.listen(host, port)
        except OSError as error:
            why = f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port."
            raise CommandError(why) from None
        shown = "localhost" if host in {"127.0.0.1", "::1"} else host
        at = f"http://{shown}:{listener.getsockname()[1]}"
        self.stdout.write(f"Forethought is at {at} – press Ctrl and C to stop it.")
        self.stdout.flush()
        children = [serving.Child("web", partial(serving.serve_web, application, listener))]
        if not options["pages_only"]:
            children.append(serving.Child("worker", worker.run))
        serving.supervise(children)
