"""A line to a second machine: OpenSSH's own client, told everything, so that no file of anybody's changes what it does.

It signs in with one key and nothing else, and talks only to a machine whose key somebody has confirmed.
"""

import os
import shutil
import subprocess
import tempfile
import time
import weakref
from pathlib import Path
from typing import BinaryIO

from forethought.backups.far_address import FarAddress
from forethought.backups.places import NoPlace
from forethought.backups.sftp import LineBroken, Sftp

#: Seconds within which the far machine takes the call.
CONNECTS_WITHIN = 15
#: How OpenSSH ends when it could not make the line, or lost it (ssh(1), EXIT STATUS).
_NO_LINE = 255

_OPTIONS = {
    "BatchMode": "yes",
    "StrictHostKeyChecking": "yes",
    "GlobalKnownHostsFile": "/dev/null",
    "UpdateHostKeys": "no",
    "VerifyHostKeyDNS": "no",
    "CheckHostIP": "no",
    "IdentitiesOnly": "yes",
    "IdentityAgent": "none",
    "PreferredAuthentications": "publickey",
    "ClearAllForwardings": "yes",
    "ForwardAgent": "no",
    "ForwardX11": "no",
    "PermitLocalCommand": "no",
    "CanonicalizeHostname": "no",
    "ControlMaster": "no",
    "ControlPath": "none",
    "EscapeChar": "none",
    "RequestTTY": "no",
    "LogLevel": "ERROR",
    "ConnectionAttempts": "1",
    "ServerAliveInterval": "15",
    "ServerAliveCountMax": "3",
}

#: What OpenSSH says when it cannot make the line, and what we say of it. The first that fits.
_SAID = (
    ("host key verification failed", "CHANGED"),
    ("permission denied", "KEY"),
    ("too many authentication failures", "KEY"),
    ("could not resolve hostname", "there is no machine of that name. Check the name"),
    (
        "connection refused",
        "it is there and takes no calls on that port. Check that its SSH service runs, and the port",
    ),
    ("timeout, server", "it does not answer. Check that it is on, and that the network between lets SSH through"),
    ("timed out", "it does not answer. Check that it is on, and that the network between lets SSH through"),
    ("no route to host", "it does not answer. Check that it is on, and that the network between lets SSH through"),
    ("network is unreachable", "this machine has no network that leads there. Check the network"),
    ("subsystem request failed", "it takes the call and has no SFTP. Turn SFTP on there"),
    ("connection closed by", "it ended the call at once. Its own log says why"),
    ("connection reset", "it ended the call at once. Its own log says why"),
)


def need_client() -> str:
    """The path of OpenSSH's client. Raises NoPlace, with the cure."""
    found = shutil.which("ssh")
    if found is None:
        raise NoPlace("A second machine is reached with Debian’s openssh-client, which is not here. Install it.")
    return found


def command(address: FarAddress, *, key: Path, known: Path, within: float = CONNECTS_WITHIN) -> list[str]:
    """How OpenSSH is called: with nothing left to a file of settings, and with no shell on either side."""
    given = _OPTIONS | {"UserKnownHostsFile": f'"{known}"', "ConnectTimeout": f"{max(1, round(within))}"}
    options = [part for name, value in given.items() for part in ("-o", f"{name}={value}")]
    where = ["-p", str(address.port), "-l", address.user, "-s", "--", address.host, "sftp"]
    return [need_client(), "-F", "none", "-T", "-x", "-a", "-i", str(key), *options, *where]


class Line:
    """A line that is up, and the conversation over it. It ends when nobody holds it any more, and with this process."""

    def __init__(self, address: FarAddress, *, key: Path, known: Path, patience: float) -> None:
        """Raises NoPlace with the cure when the machine cannot be reached, is not the one it was, or knows us not.

        `patience`: seconds for which it waits for an answer, here and later.
        """
        within = min(patience, CONNECTS_WITHIN)
        said: BinaryIO = tempfile.TemporaryFile()  # type: ignore[assignment]
        with said:
            process = subprocess.Popen(  # noqa: S603
                command(address, key=key, known=known, within=within),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C"},
                start_new_session=True,
            )
            self._end = weakref.finalize(self, _end, process)
            assert process.stdin is not None and process.stdout is not None
            try:
                # Signing in comes after the call is taken, and is bounded too.
                self.sftp = Sftp(process.stdin.fileno(), process.stdout.fileno(), patience=patience)
            except LineBroken as error:
                ended = _status(process)
                said.seek(0)
                words = said.read(20_000).decode("utf-8", "replace")
                self._end()
                raise NoPlace(_why(address, words, ended, error)) from None
            except OSError:
                self._end()
                raise

    def end(self) -> None:
        """End it. Whoever still reads from it is told that it broke."""
        self.sftp.broken = True
        self._end()


def _status(process: "subprocess.Popen[bytes]") -> int | None:
    """How it ended, if it does within a moment."""
    try:
        return process.wait(2)
    except subprocess.TimeoutExpired:
        return None


def _why(address: FarAddress, words: str, ended: int | None, error: OSError) -> str:
    """Why there is no line, in a sentence with the cure. Never in the other machine's words."""
    spoken = words.lower()
    found = next((said for sign, said in _SAID if sign in spoken), "")
    again = f"manage.py backup_machine {address}"
    if found == "CHANGED":
        return (
            f"The machine that answers as {address.name} has another key than the one that was confirmed. Either it "
            "was set up anew, or somebody stands between. Nothing was sent to it. Ask whoever keeps it, and only if "
            f"they changed it confirm the new one: {again}"
        )
    if found == "KEY":
        return (
            f"{address.name} does not let “{address.user}” in with this school’s key. The line that lets it in is "
            f"shown by: {again}"
        )
    if not found and ended is None:
        found = f"{error.strerror}. Check that it is well"
    return f"The second machine {address.name} cannot be used: {found or 'it ended the call. Its own log says why'}."


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the client, and wait until it is gone: it holds nothing that could be lost."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.kill()
    ends = time.monotonic() + 5
    while process.poll() is None and time.monotonic() < ends:
        time.sleep(0.01)
