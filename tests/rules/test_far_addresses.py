"""The address of a second machine, how its keys are read, and SFTP with somebody who speaks it badly."""

import os
import struct
from collections.abc import Callable, Iterator

import pytest

from forethought.backups import far_address, sftp
from forethought.backups.far_address import BadAddress, FarAddress, HostKey, read_address

KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIOZKwkmkB5CSSjEUclkmcAObzFfLZfJMW0i5vmZu9Bsu"
RSA = "AAAAB3NzaC1yc2EAAAADAQABAAAAgQ"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sftp://oak@nas.oak.sch.uk/backups", FarAddress("oak", "nas.oak.sch.uk", 22, "/backups")),
        (
            "sftp://oak@NAS:2222/volume1/for the school".replace(" ", "-"),
            FarAddress("oak", "nas", 2222, "/volume1/for-the-school"),
        ),
        ("sftp://oak@192.0.2.7/~/backups/", FarAddress("oak", "192.0.2.7", 22, "backups")),
        ("sftp://oak@[2001:db8::7]:2200/b", FarAddress("oak", "2001:db8::7", 2200, "/b")),
    ],
)
def test_an_address_names_somebody_a_machine_and_a_folder(text: str, expected: FarAddress) -> None:
    found = read_address(text)

    assert found == expected
    assert read_address(str(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "sftp://nas/backups",
        "sftp://oak@nas",
        "sftp://oak@nas/",
        "sftp://oak@nas/~/",
        "sftp://oak@/backups",
        "sftp://-oProxyCommand=x@nas/backups",
        "sftp://oak@-oProxyCommand=x/backups",
        "sftp://oak@nas:0/backups",
        "sftp://oak@nas:99999/backups",
        "sftp://oak@nas:ssh/backups",
        "sftp://oak@nas/back ups",
        "sftp://oak@nas/../etc",
        "sftp://oak@nas/a;b",
        "sftp://oak@nas/a?b",
        "sftp://oak@[::1/backups",
        "sftp://oak@[1:2]/backups",
        "ssh://oak@nas/backups",
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadAddress, match=r"\.$"):
        read_address(text)
    assert far_address.why_not(text)


@pytest.mark.parametrize("text", ["sftp://oak:hunter2@nas/backups", "sftp://oak:hunter2@nas@nas/b"])
def test_a_password_in_an_address_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(BadAddress, match="holds a password") as error:
        read_address(text)

    assert "hunter2" not in str(error.value)


def test_a_fingerprint_is_the_one_that_openssh_prints() -> None:
    # As `ssh-keygen -lf` prints it for this key.
    assert HostKey("ssh-ed25519", KEY).fingerprint == "SHA256:N3ZbobfEmpqaLV9rQFyoH/NKex9OpKV4bPGt4t0n5Uk"


def test_known_machines_are_read_line_by_line_and_one_has_one_key() -> None:
    lines = f"# nas\nnas ssh-ed25519 {KEY}\n[nas]:22 x y\nother ssh-ed25519 not-a-key\nnas ssh-rsa {KEY}\n"
    assert far_address.host_keys(lines) == {"nas": [HostKey("ssh-ed25519", KEY)]}
    assert far_address.best([HostKey("ssh-rsa", RSA), HostKey("ssh-ed25519", KEY)]) == HostKey("ssh-ed25519", KEY)
    assert far_address.best([]) is None

    changed = far_address.lines_with("a ssh-rsa x\nnas ssh-rsa y\n", "nas", HostKey("ssh-ed25519", KEY))

    assert changed == f"a ssh-rsa x\nnas ssh-ed25519 {KEY}\n"


# --- SFTP with somebody who speaks it badly ---


Talking = Callable[..., sftp.Sftp]


@pytest.fixture
def talking() -> Iterator[Talking]:
    """Begins a conversation with a side that says these bytes, whatever it is asked, and then hangs up."""
    opened: list[int] = []

    def talk(*packets: bytes) -> sftp.Sftp:
        (ours, to), (back, theirs) = os.pipe(), os.pipe()
        os.write(theirs, b"".join(packets))
        os.close(theirs)
        opened.extend((ours, to, back))
        return sftp.Sftp(to, back, patience=20)

    yield talk
    for fd in opened:
        os.close(fd)


def packet(kind: int, number: int, body: bytes = b"") -> bytes:
    content = struct.pack(">BI", kind, number) + body
    return struct.pack(">I", len(content)) + content


HELLO = packet(2, 3)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0\0",
        b"\0\0\0\0",
        b"\xff\xff\xff\xff",
        b"Welcome to the NAS!\r\n",
        packet(101, 3),
        packet(2, 1),
        HELLO[:-1],
    ],
)
def test_who_does_not_greet_as_sftp_does_is_not_talked_to(talking: Talking, said: bytes) -> None:
    with pytest.raises(sftp.LineBroken):
        talking(said)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        packet(105, 1, b"\0"),
        packet(104, 1),
        struct.pack(">I", 3) + b"\x69\0\0",
        packet(105, 1, struct.pack(">II", 0x80000000, 0xFFFFFFFF)),
    ],
)
def test_an_answer_that_is_none_ends_the_talk_with_a_sentence(talking: Talking, said: bytes) -> None:
    with pytest.raises(OSError, match="second machine"):
        talking(HELLO, said).size("x")


def test_a_name_that_leads_elsewhere_is_left_out(talking: Talking) -> None:
    def name(text: bytes, mode: int) -> bytes:
        return struct.pack(">I", len(text)) + text + struct.pack(">I", 0) + struct.pack(">IQI", 5, 7, mode)

    names = [b".", b"..", b"../../etc/passwd", b"a/b", b"", b"\xff", b"good"]
    entries = (
        struct.pack(">I", len(names) + 1) + b"".join(name(one, 0o100600) for one in names) + name(b"link", 0o120777)
    )
    far = talking(
        HELLO, packet(102, 1, struct.pack(">I", 1) + b"h"), packet(104, 2, entries), packet(101, 3, b"\0\0\0\1")
    )

    found = [one for _, one in far.listed(["x"])]

    assert found == [sftp.Entry("good", 7, True, False), sftp.Entry("link", 7, False, False)]


def test_more_bytes_than_were_asked_for_are_not_taken(talking: Talking) -> None:
    far = talking(HELLO, packet(103, 1, struct.pack(">I", 9) + b"x" * 9))

    with pytest.raises(sftp.LineBroken):
        far.read_ended(far.read_begun(b"h", 0, 8), 8)
