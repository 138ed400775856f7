"""Where the browser lives while it visits a page: how it is started, and how far it could be set apart."""

import json
import os
import pwd
import shlex
import shutil
import socket
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Self

from forethought.capture import _house
from forethought.capture.proxy import Proxy

#: Whom the browser runs as, where we are root and it must not be.
_ORDINARY = "nobody"


@dataclass(frozen=True, slots=True)
class Apart:
    """How far the browser was set apart: its user, no network but ours, its profile in memory, our data hidden."""

    user: int
    network: bool
    memory: bool
    hidden: bool

    def lacking(self) -> list[str]:
        """What this machine did not allow, in sentences."""
        said = []
        if not self.network:
            said.append("The browser had no network of its own; it was kept to our way out by its settings alone.")
        if not self.memory:
            said.append("The browser's profile lay on the disk until it was removed.")
        return said


class House:
    """A folder that is gone afterwards, with the program to start in it; and the proxy, once it is reached."""

    def __init__(self, proxy: Proxy, browser: str, *, hide: Sequence[Path] = ()) -> None:
        """`hide` are folders of which the browser shall see nothing."""
        self._proxy = proxy
        self._folder = Path(tempfile.mkdtemp(prefix="capture-"))
        self._browser, self._hide = browser, hide
        self._told = Event()
        self._said: Apart | None = None
        self.profile = self._folder / "profile"
        self.program = self._folder / "browser"

    def __enter__(self) -> Self:
        # Others may pass through, to the profile that is theirs; nobody else can read what is in here.
        self._folder.chmod(0o711)
        self.profile.mkdir(mode=0o700)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(self._folder / "door"))
        self._door.listen(1)
        options = {
            "browser": self._browser,
            "socket": str(self._folder / "door"),
            "profile": str(self.profile),
            "port": self._listener.getsockname()[1],
            "user": _ordinary_user(),
            "hide": [str(folder) for folder in self._hide],
        }
        words = [sys.executable, "-I", _house.__file__, json.dumps(options)]
        self.program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        self.program.chmod(0o700)
        Thread(target=self._let_in, daemon=True, name="egress-door").start()
        return self

    def __exit__(self, *error: object) -> None:
        self._proxy.close()
        for made in (self._listener, self._door):
            with suppress(OSError):
                made.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def apart(self) -> Apart | None:
        """How far it could be set apart, once it has started."""
        return self._said if self._told.wait(10) else None

    def _let_in(self) -> None:
        """Hear from the house how it stands, and answer where it can reach us: inside, or else on this machine."""
        with suppress(OSError, ValueError, TypeError):
            came, _ = self._door.accept()
            with came:
                said, passed, _, _ = socket.recv_fds(came, 4096, 1)
                apart = Apart(**json.loads(said))
                if passed:
                    self._listener.close()
                    self._proxy.serve(socket.socket(fileno=passed[0]))
                else:
                    self._proxy.serve(self._listener)
                self._said = apart
                self._told.set()
                came.sendall(b".")


def _ordinary_user() -> list[int] | None:
    if os.getuid():
        return None
    found = pwd.getpwnam(_ORDINARY)
    return [found.pw_uid, found.pw_gid]
