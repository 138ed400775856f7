"""The address of a second machine for backups, sftp://name@host[:port]/folder, and how SSH speaks of its key.

Plain Python without Django, so that the installer can ask it too.
"""

import base64
import binascii
import hashlib
import ipaddress
import re
from dataclasses import dataclass

SCHEME = "sftp://"

#: What an address looks like, for whoever wrote one wrongly.
LOOKS_LIKE = "Write it as sftp://name@host/folder, with :port after the host for another port than 22."

# Nothing that SSH could take for an option, and no sign that means something to a shell on the other machine.
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}", re.ASCII)
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*\.?", re.ASCII)
_FOLDER = re.compile(r"[^\x00-\x20\x7f,;?#%\\\"'*<>|]+")


class BadAddress(ValueError):
    """This is no address of a second machine. The message says why, and never holds a password."""


@dataclass(frozen=True, slots=True)
class FarAddress:
    """Whom to sign in as, on which machine and port, and the folder there: absolute, or below the home folder."""

    user: str
    host: str
    port: int
    folder: str

    @property
    def name(self) -> str:
        """What the machine is called in the file of known machines (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT)."""
        return self.host if self.port == 22 else f"[{self.host}]:{self.port}"

    def __str__(self) -> str:
        """The address again, in its shortest form."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == 22 else f":{self.port}"
        return f"{SCHEME}{self.user}@{host}{port}{'' if self.folder.startswith('/') else '/~/'}{self.folder}"


def is_far(address: str) -> bool:
    """Whether this is meant to be the address of a second machine."""
    return address.startswith(SCHEME)


def read_address(text: str) -> FarAddress:
    """The address in a setting or an argument. Raises BadAddress.

    A folder that begins with ~/ lies below the home folder of whoever signs in. A password is refused: a key signs in.
    """
    if not is_far(text):
        raise BadAddress(f"This is no address of a second machine. {LOOKS_LIKE}")
    where, slash, folder = text.removeprefix(SCHEME).partition("/")
    user, at, machine = where.rpartition("@")
    if ":" in user:
        raise BadAddress(
            "The address of the second machine holds a password. Take it out, and change it: a key signs in here, and "
            f"no password is kept. {LOOKS_LIKE}"
        )
    host, port = _host_and_port(machine)
    if not at or not _USER.fullmatch(user):
        raise BadAddress(f"The address of the second machine names nobody to sign in as. {LOOKS_LIKE}")
    return FarAddress(user, host, port, _folder(f"{slash}{folder}"))


def why_not(text: str) -> str | None:
    """Why this cannot be the address of a second machine, in a sentence; nothing when it can."""
    try:
        read_address(text)
    except BadAddress as error:
        return str(error)
    return None


def _host_and_port(machine: str) -> tuple[str, int]:
    found = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\](?::([0-9]{1,5}))?|([^:\[\]]+)(?::([0-9]{1,5}))?", machine, re.ASCII)
    if found is None:
        raise BadAddress(f"The address of the second machine names no machine. {LOOKS_LIKE}")
    host, port = found[1] or found[3], int(found[2] or found[4] or 22)
    if found[1]:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            raise BadAddress("The number between [ and ] is no IPv6 address.") from None
    elif not _HOST.fullmatch(host) or len(host) > 253:
        raise BadAddress(f"The address of the second machine names no machine. {LOOKS_LIKE}")
    if not 0 < port < 65536:
        raise BadAddress("The port of the second machine is a number from 1 to 65535.")
    return host.lower(), port


def _folder(path: str) -> str:
    folder = path.rstrip("/")
    if folder.startswith("/~/"):
        folder = folder.removeprefix("/~/")
    elif folder in {"", "/~"}:
        raise BadAddress(f"The address of the second machine names no folder. {LOOKS_LIKE}")
    if not _FOLDER.fullmatch(folder) or any(part in {"..", "."} for part in folder.split("/")):
        raise BadAddress("The folder on the second machine has a sign in its name that cannot be used. Take another.")
    return folder


# --- Keys, as OpenSSH writes them ---


@dataclass(frozen=True, slots=True)
class HostKey:
    """The key by which a machine is known: its kind, such as ssh-ed25519, and itself in base64."""

    kind: str
    content: str

    @property
    def fingerprint(self) -> str:
        """As ssh-keygen prints it: SHA256: and 43 signs of base64."""
        digest = hashlib.sha256(base64.b64decode(self.content)).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


#: Which key of a machine is shown where it has several: one is enough to know it by, and one is compared.
KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")


def host_keys(lines: str) -> dict[str, list[HostKey]]:
    """The keys in a file of known machines, or in what ssh-keyscan says, by the names of the machines.

    Lines that are no such line are passed over.
    """
    found: dict[str, list[HostKey]] = {}
    for line in lines.splitlines():
        parts = line.split()
        if len(parts) >= 3 and parts[1] in KINDS and _is_key(*parts[1:3]):
            for name in parts[0].split(","):
                found.setdefault(name, []).append(HostKey(parts[1], parts[2]))
    return found


def best(keys: list[HostKey]) -> HostKey | None:
    """The key to know a machine by, where it offers several; nothing when it offers none."""
    return min(keys, key=lambda one: KINDS.index(one.kind), default=None)


def _is_key(kind: str, content: str) -> bool:
    # The key begins with its kind, as a string with its length before it (RFC 4253, 6.6).
    try:
        raw = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return False
    return raw.startswith(len(kind).to_bytes(4, "big") + kind.encode())


def lines_with(lines: str, name: str, key: HostKey) -> str:
    """A file of known machines in which this machine is known by this key, and by no other that it had before."""
    others = [line for line in lines.splitlines() if line.split()[:1] != [name]]
    return "".join(f"{line}\n" for line in [*others, f"{name} {key.kind} {key.content}"])


def authorised_line(public: str) -> str:
    """The line for authorized_keys on the other machine: files may come and go, and nothing else (sshd(8))."""
    return f'restrict,command="internal-sftp" {public}'
