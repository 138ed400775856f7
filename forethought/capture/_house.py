"""What a browser is started through: it moves into a house of its own, tells the way out, and becomes the browser.

A process of its own, which knows nothing of the program. The house: an ordinary user, no network but a way to our
proxy, a profile in memory that is gone with the process, and nothing to be seen of the program's data. Whatever the
system does not allow is left out and said (namespaces(7); evidence.md 3.5).
"""

import ctypes
import fcntl
import json
import os
import resource
import socket
import struct
import sys
from contextlib import suppress

_NEW_NS, _NEW_IPC, _NEW_USER, _NEW_NET = 0x20000, 0x08000000, 0x10000000, 0x40000000
_PRIVATE = 0x4000 | 0x40000
_NOSUID_NODEV = 0x2 | 0x4
_SET_DUMPABLE, _SET_PDEATHSIG = 4, 1
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _UP = 0x8913, 0x8914, 0x1

#: Inside, nobody else uses any port.
PORT = 3128

_LIBC = ctypes.CDLL(None, use_errno=True)


def main(options: dict[str, object], arguments: list[str]) -> None:
    """Move in and become the browser. `options`: browser, socket, profile, port (without a namespace), user, hide."""
    told = socket.socket(socket.AF_UNIX)
    told.connect(str(options["socket"]))
    profile = str(options["profile"])
    _become_ordinary(options["user"], profile)
    apart = _move_out()
    said: dict[str, object] = {"user": os.getuid(), "network": apart, "memory": False, "hidden": False}
    port, passed = int(str(options["port"])), []
    if apart:
        said["memory"] = _mount_over(profile, "size=512m,mode=0700")
        hide = [folder for folder in options["hide"] if os.path.isdir(folder)]  # type: ignore[attr-defined]
        said["hidden"] = all([_mount_over(folder, "size=4k,mode=0000") for folder in hide])
        listener = socket.create_server(("127.0.0.1", PORT), backlog=128)
        port, passed = PORT, [listener.fileno()]
    socket.send_fds(told, [json.dumps(said).encode()], passed)
    # Until somebody listens, the browser would find nobody.
    told.recv(1)
    told.close()
    _LIBC.prctl(_SET_PDEATHSIG, 9, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        # Where memory runs out, the page goes before the school's records.
        file.write("1000")
    os.nice(5)
    env = {"PATH": "/usr/bin:/bin", "HOME": profile, "TMPDIR": profile, "LANG": "C.UTF-8", "TZ": "Europe/London"}
    os.chdir("/")
    browser = str(options["browser"])
    os.execve(browser, [browser, *arguments, f"--proxy-server=http://127.0.0.1:{port}"], env)  # noqa: S606


def _become_ordinary(user: object, profile: str) -> None:
    """Root becomes somebody else first: Chromium's own sandbox refuses to run as root, and should."""
    if os.getuid() or not isinstance(user, list):
        return
    os.chown(profile, user[0], user[1])
    os.setgroups([])
    os.setresgid(user[1], user[1], user[1])
    os.setresuid(user[0], user[0], user[0])
    # Else the files about this process in /proc would still be root's.
    _LIBC.prctl(_SET_DUMPABLE, 1, 0, 0, 0)


def _move_out() -> bool:
    """Into namespaces of its own, where there is no network but itself. False where the system does not allow it."""
    uid, gid = os.getuid(), os.getgid()
    try:
        if _LIBC.unshare(_NEW_USER | _NEW_NET | _NEW_NS | _NEW_IPC):
            return False
        for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            request = struct.pack("16sh", b"lo", 0) + bytes(22)
            flags = struct.unpack("16sh", fcntl.ioctl(asked, _SIOCGIFFLAGS, request)[:18])[1]
            fcntl.ioctl(asked, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags | _UP) + bytes(22))
        return _LIBC.mount(b"none", b"/", None, _PRIVATE, None) == 0
    except OSError as error:
        # Half-way out there is no way to the proxy either, so the browser must not start.
        raise SystemExit(f"The browser could not be set apart: {error.strerror}") from None


def _mount_over(folder: str, how: str) -> bool:
    """Put a folder in memory over one on the disk, for this process and its children alone."""
    return _LIBC.mount(b"tmpfs", folder.encode(), b"tmpfs", _NOSUID_NODEV, how.encode()) == 0


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
