"""Making a second machine known: a key to sign in with, and the machine's own key confirmed by a person.

No key of a machine is ever taken without somebody having compared it, and none that changed. There is no password.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from forethought.backups.far_address import (
    BadAddress,
    FarAddress,
    HostKey,
    authorised_line,
    best,
    host_keys,
    lines_with,
    read_address,
)
from forethought.backups.far_machine import key_file, known_file
from forethought.backups.places import NoPlace
from forethought.backups.restoring import Say, write_secret
from forethought.backups.sftp import FSYNC
from forethought.backups.ssh_line import Line

#: Asks somebody and says what was typed.
Ask = Callable[[str], str]

#: Seconds within which a machine shows its key.
_WITHIN = 15
#: So many signs from the end of a fingerprint are typed from the other machine.
_TYPED = 6


def have_key(path: Path) -> str:
    """The public line of the key that signs in, which is made when there is none."""
    if not path.exists():
        made = Ed25519PrivateKey.generate()
        content = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
        write_secret(path, content)
    try:
        key = serialization.load_ssh_private_key(path.read_bytes(), password=None)
    except ValueError:
        raise NoPlace(
            f"The file at {path} is no key to sign in with. Move it away; the next run makes another."
        ) from None
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return f"{public.decode()} forethought-backups"


def shown_by(far: FarAddress) -> HostKey:
    """The key that the machine shows to anybody who asks: not yet known to be the right one's. Raises NoPlace."""
    program = shutil.which("ssh-keyscan")
    if program is None:
        raise NoPlace("A second machine is reached with Debian’s openssh-client, which is not here. Install it.")
    asked = [program, "-T", str(_WITHIN), "-p", str(far.port), "--", far.host]
    try:
        said = subprocess.run(  # noqa: S603 - an address that was looked at sign by sign.
            asked, stdin=subprocess.DEVNULL, capture_output=True, timeout=4 * _WITHIN, check=False, env={"LANG": "C"}
        ).stdout
    except subprocess.TimeoutExpired:
        said = b""
    keys = [key for found in host_keys(said.decode("ascii", "replace")).values() for key in found]
    key = best(keys)
    if key is None:
        raise NoPlace(
            f"No machine answers as {far.name} by SSH. Check that it is on, that its SSH service runs, and the address."
        )
    return key


def introduce(text: str, *, say: Say, ask: Ask, fingerprint: str = "") -> bool:
    """Make a second machine known, step by step. Whether it lets us in now. Raises NoPlace.

    `fingerprint`, SHA256:…, is what its key must be, where somebody knows it already; else a person is asked.
    """
    far = _read(text)
    public = have_key(key_file())
    key, known = shown_by(far), host_keys(_known()).get(far.name, [])
    if key not in known:
        _confirm(far, key, known, say=say, ask=ask, fingerprint=fingerprint)
        write_secret(known_file(), lines_with(_known(), far.name, key).encode())
        say("This machine is known from now on by that key, and by no other.")
    elif fingerprint and key.fingerprint != fingerprint:
        raise NoPlace(f"The key of {far.name} has the fingerprint {key.fingerprint}, which is another one.")
    say(
        f"\nThe line that lets the backups in, and lets them do nothing else. Add it on {far.name} as one line to "
        f"the file .ssh/authorized_keys in the home folder of “{far.user}”:\n\n{authorised_line(public)}\n"
    )
    try:
        line = Line(far, key=key_file(), known=known_file(), patience=_WITHIN)
    except NoPlace as error:
        say(f"It is not there yet, or something else is missing. {error} Then run this again.")
        return False
    _say_what_it_is(far, line, say=say)
    return True


def sign_in_with_another_key(addresses: Iterable[str], *, say: Say) -> bool:
    """Put another key in place of the one that signs in, once every one of these machines lets it in. Raises NoPlace.

    Run twice: the first time shows its line, and the old key stays until the new one was let in everywhere.
    """
    path = key_file().with_name(key_file().name + ".next")
    public = have_key(path)
    for far in dict.fromkeys(_read(one) for one in addresses):
        try:
            Line(far, key=path, known=known_file(), patience=_WITHIN).end()
        except NoPlace as error:
            say(f"The new line for .ssh/authorized_keys of “{far.user}” on {far.name}:\n\n{authorised_line(public)}\n")
            say(f"The old key still signs in. {error} Add the line there, and run this again.")
            return False
    path.replace(key_file())
    say("The new key signs in from now on. Take the line of the old one out of .ssh/authorized_keys.")
    return True


def _read(text: str) -> FarAddress:
    try:
        return read_address(text)
    except BadAddress as error:
        raise NoPlace(str(error)) from None


def _known() -> str:
    return known_file().read_text() if known_file().exists() else ""


def _confirm(far: FarAddress, key: HostKey, known: list[HostKey], *, say: Say, ask: Ask, fingerprint: str) -> None:
    """Have a person compare the key with what the machine itself says. Raises NoPlace unless it is the same."""
    if known:
        say(f"THE KEY OF {far.name} HAS CHANGED. It was {known[0].fingerprint}. Somebody may stand between. Go on only")
        say("if whoever keeps that machine says that they set it up anew.")
    say(f"The machine that answers as {far.name} has the key\n\n    {key.fingerprint}   ({key.kind})\n")
    if fingerprint:
        typed = fingerprint.strip()
        same = typed == key.fingerprint
    else:
        kind = key.kind.removeprefix("ssh-").partition("-")[0]
        say(
            "Is it really that one? At the machine itself, not from here, have its own fingerprint shown:\n\n"
            f"    ssh-keygen -lf /etc/ssh/ssh_host_{kind}_key.pub\n"
        )
        typed = ask(f"Type the last {_TYPED} letters and digits of what it shows there: ").strip()
        same = len(typed) >= _TYPED and key.fingerprint.endswith(typed)
    if not same:
        raise NoPlace("That is not the same key. Nothing was noted, and nothing was sent to that machine.")


def _say_what_it_is(far: FarAddress, line: Line, *, say: Say) -> None:
    say(f"{far.name} lets the backups in.")
    if FSYNC not in line.sftp.can:
        say(
            "It does not promise that what it has taken is on its disk, and may lose the newest files in a power cut. "
            "Backups go there all the same, and the test of each night reads them back."
        )
    line.end()
