"""A program for the tests: one capture where the system allows nobody a namespace, as in an ordinary container.

    python without_namespaces.py ADDRESS PLAIN_PORT TLS_PORT PEM_FILE

The filter is the kernel's own (seccomp(2)) and holds for every child: unshare and clone with any new namespace are not
permitted, clone3 does not exist. Its last line says what came of it.
"""

import ctypes
import errno
import json
import os
import platform
import socket
import struct
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2
_NAMESPACES = 0x7E020000
_CALLS = {"x86_64": (272, 56), "aarch64": (97, 220)}
_CLONE3 = 435


def forbid_namespaces() -> None:
    """From here on, for this process and its children."""
    unshare, clone = _CALLS[platform.machine()]
    load, if_equal, if_any, give = 0x20, 0x15, 0x45, 0x06
    no, unknown, yes = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS, 0x7FFF0000
    steps = [
        (load, 0, 0, 0),
        (if_equal, 5, 0, unshare),  # to `no`
        (if_equal, 3, 0, _CLONE3),  # to `unknown`
        (if_equal, 0, 4, clone),  # on, or to `yes`
        (load, 0, 0, 16),
        (if_any, 1, 2, _NAMESPACES),  # to `no`, or to `yes`
        (give, 0, 0, unknown),
        (give, 0, 0, no),
        (give, 0, 0, yes),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    for words in ((_NO_NEW_PRIVS, 1, 0, 0, 0), (_SET_SECCOMP, _FILTER, program, 0, 0)):
        if libc.prctl(*words):
            raise OSError(ctypes.get_errno(), "no filter could be set")


def main(address: str, plain: int, secured: int, pem: str) -> dict[str, object]:
    from hard_site import NUMBERS

    from forethought.capture.bounds import NotVisited
    from forethought.capture.dialling import Lines
    from forethought.capture.visiting import capture

    forbid_namespaces()
    if os.path.exists("/proc/self/ns/user") and ctypes.CDLL(None).unshare(0x10000000) == 0:
        raise SystemExit("A namespace was allowed all the same.")
    lines = Lines(
        resolve=lambda host: [NUMBERS[host]] if host in NUMBERS else [],
        dial=lambda number, port, seconds: socket.create_connection(
            ("127.0.0.1", {80: plain, 443: secured}[port]), seconds
        ),
        roots=Path(pem).read_text(),
    )
    try:
        captured = capture(address, lines=lines)
    except NotVisited as why:
        return {"code": why.code, "sentence": why.sentence}
    return {"text": captured.visit.text, "notes": captured.visit.notes, "apart": captured.facts["set_apart"]}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])))
