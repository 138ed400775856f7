"""A second machine for tests: a real SSH server with SFTP on this one, in a thread, whose root is one folder.

It can be made to fail as machines do: full, hanging, cut off in the middle of a file, without fsync, with another key.
What it logs stands in the report of a test that fails.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
from asyncssh.sftp import SFTPServerHandler

USER = "oak"


class Far:
    """The second machine: `address`, its `root`, and what is wrong with it now."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = 0
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        #: Lines as in authorized_keys.
        self.lets_in: list[str] = []
        #: Bytes that it takes until its disk is full; until the line is cut; calls that came, by their names.
        self.room: int | None = None
        self.cut_after: int | None = None
        self.calls: list[str] = []
        self.hangs = threading.Event()
        #: Whether it has what OpenSSH adds to SFTP.
        self.has_more = True
        self._loop = asyncio.new_event_loop()
        self._server: Any = None

    @property
    def address(self) -> str:
        return f"sftp://{USER}@127.0.0.1:{self.port}/backups"

    @property
    def folder(self) -> Path:
        """Where its backups lie, on this machine."""
        return self.root / "backups"

    @property
    def fingerprint(self) -> str:
        return str(self.key.get_fingerprint())

    def listen(self, *, key: Any = None) -> None:
        """Take calls, with the key it had or another. The port stays."""
        self.key = key or self.key
        self._do(self._listen())

    def close(self) -> None:
        """Take no calls any more, and end those that are."""
        self._do(self._close())

    def wait_until_alone(self, within: float) -> None:
        """Return once nobody is on the line any more."""
        self._do(asyncio.wait_for(self._alone(), within), within + 5)

    async def _alone(self) -> None:
        while any(door.far is self for door in _Door.open):
            await asyncio.sleep(0.01)

    def _do(self, work: Any, within: float = 60) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(within)

    async def _listen(self) -> None:
        def files(chan: Any) -> Any:
            return _Files(chan, self)

        self._server = await asyncssh.create_server(
            lambda: _Door(self),
            "127.0.0.1",
            self.port,
            server_host_keys=[self.key],
            sftp_factory=files,
            password_auth=False,
            kbdint_auth=False,
            reuse_address=True,
            compression_algs=["none"],
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            for door in [one for one in _Door.open if one.far is self]:
                door.connection.abort()
            self._server = None

    async def _end_tasks(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()


class _Door(asyncssh.SSHServer):
    open: "set[_Door]" = set()

    def __init__(self, far: Far) -> None:
        self.far = far
        self.connection: Any = None

    def connection_made(self, conn: Any) -> None:
        self.connection = conn
        self.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.open.discard(self)

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: Any) -> bool:
        # What stands before the key in the line is for sshd, which is not here.
        lines = [line.partition("ssh-ed25519 ")[1:] for line in self.far.lets_in]
        return username == USER and key in [asyncssh.import_public_key("".join(line)) for line in lines]


class _Files(asyncssh.SFTPServer):
    """The files of the second machine, with its faults."""

    def __init__(self, chan: Any, far: Far) -> None:
        super().__init__(chan, chroot=os.fsencode(far.root))
        self._far, self._chan = far, chan

    async def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        far = self._far
        while far.hangs.is_set():
            await asyncio.sleep(0.02)
        if far.cut_after is not None:
            far.cut_after -= len(data)
            if far.cut_after < 0:
                self._chan.get_connection().abort()
        if far.room is not None:
            if len(data) > far.room:
                raise asyncssh.SFTPFailure("Failure")
            far.room -= len(data)
        file_obj.seek(offset)
        return int(file_obj.write(data))

    def fsync(self, file_obj: Any) -> None:
        assert self._far.has_more
        self._far.calls.append("fsync")
        file_obj.flush()
        super().fsync(file_obj)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        assert self._far.has_more
        self._far.calls.append("rename")
        super().posix_rename(oldpath, newpath)

    def statvfs(self, path: bytes) -> Any:
        found: Any = super().statvfs(path)
        if self._far.room is None:
            return found
        said = asyncssh.SFTPVFSAttrs.from_local(found)
        said.bavail = self._far.room // said.frsize
        return said


@contextmanager
def far_machine(root: Path) -> Iterator[Far]:
    """A second machine on a port of its own, whose disk is this folder."""
    logging.getLogger("asyncssh").setLevel(logging.INFO)
    root.mkdir(parents=True, exist_ok=True)
    far = Far(root)
    extensions = SFTPServerHandler._extensions
    thread = threading.Thread(target=far._run, daemon=True)
    thread.start()
    try:
        far.listen()
        yield far
    finally:
        SFTPServerHandler._extensions = extensions
        far.hangs.clear()
        far.close()
        far._do(far._end_tasks())
        far._loop.call_soon_threadsafe(far._loop.stop)
        thread.join(20)
        far._loop.close()


def without_more(far: Far) -> None:
    """Make it a plain server of SFTP 3, without fsync, without a rename that replaces, and not saying its room."""
    far.has_more = False
    SFTPServerHandler._extensions = []
