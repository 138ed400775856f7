"""A virus scanner for the tests: what clamd says on its socket, and what it does when it is not well."""

import socketserver
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

#: The test file of the European Institute for Computer Antivirus Research, in two halves so that no scanner stops here.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MOST = 1024 * 1024


class Scanner:
    """A scanner on a socket of its own. `mood` is well, slow, silent, nonsense or endless; `heard` is what came."""

    def __init__(self, folder: Path) -> None:
        self.place = str(folder / "clamd.ctl")
        self.mood = "well"
        self.heard: list[bytes] = []
        outer = self

        class Line(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.answer(self)

        self._server = socketserver.ThreadingUnixStreamServer(self.place, Line)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, line: socketserver.StreamRequestHandler) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += line.rfile.read(1)
        if command == b"zVERSION\0":
            line.wfile.write(b"ClamAV 1.4.1/27460/Sun Nov 29 2026\0")
            return
        assert command == b"zINSTREAM\0", command
        if self.mood == "silent":
            return
        content = b""
        while length := int.from_bytes(line.rfile.read(4), "big"):
            content += line.rfile.read(length)
            if len(content) > MOST:
                line.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.heard.append(content)
        if self.mood == "slow":
            time.sleep(3)
        elif self.mood == "nonsense":
            line.wfile.write(b"\xff\xfe what\0")
        elif self.mood == "endless":
            line.wfile.write(b"a" * 100_000)
        else:
            line.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Scanner]:
    made = Scanner(tmp_path)
    yield made
    made.stop()
