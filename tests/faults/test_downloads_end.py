"""A download under way ends when whoever takes it leaves: a real server, a real socket (reliability.md, P19)."""

import http.client
import json
import socket
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
from live import ROOT, Live

from bench.server import Client


def beside(live: Live, *arguments: str) -> str:
    """What the program beside the server says."""
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("leaver_downloads.py"), *arguments],
        cwd=ROOT,
        env=live.env,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def begun(live: Live, client: Client, path: str) -> http.client.HTTPResponse:
    """The answer to “hand it out”, with its head read and a narrow pipe, so that the server cannot run ahead."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    narrow.settimeout(60)
    narrow.connect(("127.0.0.1", live.port))
    connection = http.client.HTTPConnection("127.0.0.1", live.port)
    connection.sock = narrow
    headers = {
        "Host": client.host,
        "Origin": f"http://{client.host}",
        "Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items()),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = urllib.parse.urlencode({"csrfmiddlewaretoken": client.token})
    connection.request("POST", f"{path}hand-out/", body, headers)
    answer = connection.getresponse()
    assert answer.status == 200
    return answer


def rest_of(answer: http.client.HTTPResponse) -> tuple[int, bool]:
    """How many bytes still come, and whether the answer was whole."""
    got = 0
    try:
        while piece := answer.read(256 * 1024):
            got += len(piece)
    except (http.client.IncompleteRead, ConnectionError) as broken:
        return got + len(getattr(broken, "partial", b"")), False
    return got, True


@pytest.mark.policy("2.5", "7.3")
def test_a_download_under_way_ends_when_its_taker_leaves_and_others_go_on(live: Live) -> None:
    live.manage("demo")
    said = json.loads(beside(live, "seed").splitlines()[-1])
    takers = []
    for name in ("David Reed", "Amina Okafor"):
        client = Client(live)
        client.be(name)
        client.get(said["path"])
        takers.append(begun(live, client, said["path"]))
    leaver, stays = takers
    assert len(leaver.read(1024 * 1024)) == len(stays.read(1024 * 1024)) == 1024 * 1024

    beside(live, "leave", "David Reed")

    got, _ = rest_of(leaver)
    assert 1024 * 1024 + got < said["size"] / 2
    got, whole = rest_of(stays)
    assert whole and 1024 * 1024 + got == said["size"]
