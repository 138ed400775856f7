"""A real S3 server for tests, a part of it for each test, and a line to it that can be made to fail.

s3             the settings of a running server: the run's own (tools.with_servers), or one started for these tests
a_bucket(…)    a bucket vault with a prefix of its own
a_line(…)      a proxy in front of the server; `plan` says of each request what becomes of it
"""

import http.client
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from forethought.evidence.bucket import Bucket, Place
from forethought.evidence.bucket_vault import BucketVault
from forethought.evidence.vault import Vault, make_store
from tools.s3_server import LOCKED, s3_server

SCHOOL = UUID(int=7)
NAMES = ("BUCKET", "ENDPOINT", "REGION", "KEY_ID", "SECRET")

Settings = dict[str, str]
#: Given the number of a request and what it is (“PUT ?uploadId”), what becomes of it: see `Line`.
Plan = Callable[[int, str], str]


@pytest.fixture(scope="session")
def s3() -> Iterator[Settings]:
    """The settings of a running server, by name."""
    if os.environ.get("FORETHOUGHT_S3_ENDPOINT"):
        yield {f"FORETHOUGHT_S3_{name}": os.environ[f"FORETHOUGHT_S3_{name}"] for name in NAMES}
        return
    with s3_server() as server:
        yield server.wait()


def a_place(s3: Settings, *, locked: bool = False, **other: Any) -> Place:
    """A part of the bucket that nobody else uses."""
    bucket, endpoint, region, key_id, secret = (s3[f"FORETHOUGHT_S3_{name}"] for name in NAMES)
    place = Place(
        bucket=LOCKED if locked else bucket,
        endpoint=endpoint,
        region=region,
        prefix=f"test-{secrets.token_hex(6)}",
        ca_file="",
        limit=0,
        lock_days=0,
        key_id=key_id,
        secret=secret,
    )
    return replace(place, **other)


def a_bucket(folder: Path, place: Place, *, school: UUID | None = SCHOOL, **more: Any) -> BucketVault:
    """A vault there, which waits for nothing, with its folder for pieces here."""
    if not folder.exists():
        make_store(folder)
    root = BucketVault(Bucket(place, wait=lambda seconds: None, **more), here=Vault(folder, reserve=0))
    return root.of(school) if school else root


def keys(vault: BucketVault) -> list[str]:
    """The keys of all objects of a test, of every school."""
    bucket = vault._bucket
    pages = bucket.pages("list_objects_v2", "Contents", Prefix=f"{bucket.place.prefix}/")
    return [one["Key"] for one in pages]


def unfinished(vault: BucketVault) -> int:
    """How many uploads of a test were begun and not ended."""
    bucket = vault._bucket
    return len(list(bucket.pages("list_multipart_uploads", "Uploads", Prefix=f"{bucket.place.prefix}/")))


class Line(ThreadingHTTPServer):
    """A line to the server that fails as planned. It notes each request in `asked`.

    pass      nothing happens to it            500, 503    the server fails, and does nothing
    lost      it never arrives                 unheard     it arrives, and the answer is lost
    half      the answer breaks off            damaged     one byte of it is another
    slow      it takes a moment                silent      no answer comes
    full      the server says that it is
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, endpoint: str, plan: Plan) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.to = urlsplit(endpoint).netloc
        self.plan, self.asked = plan, list[str]()
        self.lock = threading.Lock()
        self.under_way = 0
        self.address = f"http://127.0.0.1:{self.server_address[1]}"

    def settle(self) -> None:
        """Wait until every request that came was passed on and answered."""
        while True:
            with self.lock:
                if not self.under_way:
                    return
            time.sleep(0.01)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A line that breaks is what these tests are about."""


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Line

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = urlsplit(self.path).query.partition("=")[0]
        what = f"{self.command} ?{query}" if query else self.command
        with self.server.lock:
            self.server.asked.append(what)
            fate = self.server.plan(len(self.server.asked) - 1, what)
            self.server.under_way += 1
        try:
            self.do_with(body, fate)
        finally:
            with self.server.lock:
                self.server.under_way -= 1

    def do_with(self, body: bytes, fate: str) -> None:
        if fate == "lost":
            return self.cut()
        if fate in {"500", "503"}:
            return self.give(int(fate), [("Content-Type", "application/xml")], b"<Error><Code>Down</Code></Error>")
        if fate == "full":
            return self.give(507, [("Content-Type", "application/xml")], b"<Error><Code>Full</Code></Error>")
        if fate == "slow":
            time.sleep(0.1)
        if fate == "silent":
            # Until the asker gives up.
            self.connection.recv(1)
            return self.cut()
        if fate == "damaged" and body:
            body = bytes([body[0] ^ 1]) + body[1:]
        line = http.client.HTTPConnection(self.server.to, timeout=30)
        try:
            line.request(self.command, self.path, body or None, dict(self.headers.items()))
            answer = line.getresponse()
            content = answer.read()
        finally:
            line.close()
        if fate == "unheard":
            return self.cut()
        self.give(answer.status, answer.getheaders(), content, half=fate == "half")

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer

    def give(self, status: int, headers: list[tuple[str, str]], content: bytes, *, half: bool = False) -> None:
        length = dict((name.lower(), value) for name, value in headers).get("content-length", str(len(content)))
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if half else content)
        if half:
            self.cut()

    def cut(self) -> None:
        self.close_connection = True
        self.wfile.flush()


@contextmanager
def a_line(endpoint: str, plan: Plan) -> Iterator[Line]:
    """The line, until the end of the block."""
    line = Line(endpoint, plan)
    thread = threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.shutdown()
        line.server_close()
        thread.join(5)
