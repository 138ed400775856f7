"""The server lives through the death of its parts, and leaves nothing behind when it dies itself."""

import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

from live import ROOT, Live

from forethought.management import serving


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold in that time."""
    latest = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > latest:
            return False
        time.sleep(0.02)
    return True


def runs(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def memory(pid: int) -> float:
    """A process's share of memory in MiB, pages that several use divided among them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no Pss")


def both(live: Live) -> dict[str, int]:
    """Web and worker, once each goes by its name: the first page may come before the worker has begun."""
    assert within(60, lambda: len(live.children()) == 2), live.said()
    return live.children()


def test_a_killed_worker_is_back_at_once(live: Live) -> None:
    before = both(live)["worker"]

    os.kill(before, signal.SIGKILL)

    assert within(60, lambda: len(live.children()) == 2 and before not in live.children().values())
    assert live.answers()
    assert "The worker process ended (killed by signal 9). It starts again in 0.1 seconds." in live.said()


def test_while_the_web_process_starts_again_nobody_is_refused(live: Live) -> None:
    before = both(live)["web"]
    os.kill(before, signal.SIGKILL)

    with ThreadPoolExecutor(20) as people:
        answers = list(people.map(lambda _: live.answers(), range(20)))

    assert all(answers)
    assert before not in live.children().values()


def test_a_killed_supervisor_leaves_no_orphan_on_the_port(live: Live) -> None:
    children = both(live)

    live.kill()

    assert within(60, lambda: not any(runs(pid) for pid in children.values()))
    assert within(60, lambda: is_free(live.port))
    live.start()


def test_told_to_stop_it_finishes_and_frees_the_port(live: Live) -> None:
    children = both(live)

    live.stop()

    assert "did not stop in time" not in live.said()
    assert live.process is not None and live.process.returncode == 0
    assert not any(runs(pid) for pid in children.values())
    assert is_free(live.port)


def test_a_request_on_its_way_is_answered_before_the_end(live: Live) -> None:
    """Its body is still to come when the server is told to stop."""
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=60)
    connection.putrequest("POST", "/accounts/login/")
    connection.putheader("Content-Length", "3")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.endheaders(b"a=")
    ours = connection.sock.getsockname()[1]
    assert within(60, lambda: is_read(live.port, ours)), live.said()
    assert live.process is not None
    live.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)

    connection.send(b"b")

    assert connection.getresponse().status < 500
    assert live.process.wait(60) == 0
    assert "did not stop in time" not in live.said()


def is_read(port: int, client: int) -> bool:
    """Whether the server has taken a client's connection, and every byte that came over it."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        here, there, _, queues, *_, inode = line.split()[1:10]
        if (int(here[-4:], 16), int(there[-4:], 16)) == (port, client):
            return inode != "0" and queues.endswith(":00000000")
    return False


def test_a_second_server_on_the_port_is_told_so(live: Live) -> None:
    said = live.manage("serve", "--port", str(live.port), check=False)

    assert f"Port {live.port} on 127.0.0.1 cannot be used" in said
    assert live.answers()


def test_slow_clients_keep_nobody_waiting(live: Live) -> None:
    slow = [socket.create_connection(("127.0.0.1", live.port)) for _ in range(200)]
    for client in slow:
        client.sendall(b"GET / HTTP/1.1\r\nHost: loc")

    started = time.monotonic()
    assert live.answers()
    # Whoever waited for them would wait until they are given up.
    assert time.monotonic() - started < serving.HEADERS_WITHIN / 1000 - 1
    for client in slow:
        client.close()


def test_an_answer_does_not_wait_for_its_second_half() -> None:
    """Measured: 274 answers a second to two clients without it, 1,900 with it."""
    with serving.listen("127.0.0.1", 0) as listener:
        client = socket.create_connection(listener.getsockname())
        assert within(60, lambda: bool(select.select([listener], [], [], 0)[0]))
        accepted, _ = listener.accept()
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        accepted.close()
        client.close()


def test_web_and_worker_together_stay_small(live: Live) -> None:
    assert live.process is not None
    shares = [memory(pid) for pid in (live.process.pid, *live.children().values())]

    assert sum(shares) < 180, shares
    assert max(shares) < 120, shares


def test_it_refuses_to_serve_what_is_not_safe(live: Live) -> None:
    live.stop()
    master = Path(live.env["FORETHOUGHT_DATA"]) / "keys" / "master.key"
    master.chmod(0o644)

    said = live.manage("serve", "--port", str(live.port), check=False)

    assert f"chmod 600 {master}" in said
    assert "Not serving" in said
    assert is_free(live.port)


def test_a_child_that_keeps_failing_is_started_ever_more_slowly(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import sys, time\n"
        "from forethought.management import serving\n"
        "serving.BACK_OFF = (0.01, 0.1, 0.4)\n"
        "def fail():\n"
        "    print(time.monotonic(), flush=True)\n"
        "    raise SystemExit(1)\n"
        "serving.supervise([serving.Child('failing', fail)])\n"
    )
    process = subprocess.Popen(
        [sys.executable, program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    times = [float(process.stdout.readline()) for _ in range(5)]
    process.terminate()

    assert process.wait(30) == 0
    pauses = [later - sooner for sooner, later in pairwise(times)]
    assert [pause >= least for pause, least in zip(pauses, (0.01, 0.1, 0.4, 0.4), strict=True)] == [True] * 4
