"""A real OpenID Connect provider on this machine: allauth's own, in a process and a project of its own.

What a wicked or careless provider would say is written into
a file, `twist.json`, which it reads before each answer:

    claims   put into the ID token in place of its own
    drop     claims left out of it
    sign     "none", "secret" (HS256 with the client secret) or "stranger" (a key that is not published)
    issuer   what it calls itself
    down     it answers nothing but an error
"""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from live import free_port

SITE = Path(__file__).with_name("provider_site.py")
CLIENT, SECRET = "forethought-here", "a secret of the tests alone"
#: Who has an account there: address and what they type.
PEOPLE = {
    "amira@cedar.example": "a word for there alone",
    "teacher@one.example": "a word of theirs there",
    "colleague@one.example": "another word of theirs",
    "unverified@one.example": "nobody looked at this one",
}


class Provider:
    """The provider, from outside: where it is, what it is told to say, and somebody's browser at it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.url = f"http://localhost:{port}"
        self.process: subprocess.Popen[bytes] | None = None
        self._browsers: dict[str, requests.Session] = {}

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(SITE), str(self.folder), str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        latest = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None and time.monotonic() < latest, (self.folder / "log").read_text()
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/.well-known/openid-configuration", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)

    def says(self, **twist: Any) -> None:
        """Make it say something else from now on; with nothing it is honest again."""
        self._write("twist.json", twist)

    def known(self, come_back: str) -> None:
        """Register one more address to come back to."""
        self._write("come_back.json", [*self.addresses(), come_back])

    def _write(self, name: str, said: Any) -> None:
        # At one stroke: the provider reads it whenever it is asked.
        (self.folder / f"{name}.new").write_text(json.dumps(said))
        (self.folder / f"{name}.new").replace(self.folder / name)

    def addresses(self) -> list[str]:
        path = self.folder / "come_back.json"
        return list(json.loads(path.read_text())) if path.exists() else []

    def visit(self, address: str, email: str = "teacher@one.example") -> str:
        """Sign in there as somebody, as a browser does, and bring back where it sends them."""
        browser = self._browsers.setdefault(email, requests.Session())
        answer = browser.get(address, timeout=60, allow_redirects=False)
        while answer.is_redirect or answer.ok:
            if answer.is_redirect:
                to = urljoin(answer.url, answer.headers["location"])
                if not to.startswith(self.url):
                    return to
                answer = browser.get(to, timeout=60, allow_redirects=False)
                continue
            assert 'name="password"' in answer.text, answer.text
            said = {
                "login": email,
                "password": PEOPLE[email],
                "csrfmiddlewaretoken": browser.cookies["provider-csrf"],
            }
            answer = browser.post(answer.url, data=said, timeout=60, allow_redirects=False)
        raise AssertionError(answer.text)


@pytest.fixture(scope="session")
def one_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    provider = Provider(tmp_path_factory.mktemp("provider"), free_port())
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def provider(one_provider: Provider) -> Iterator[Provider]:
    """The provider, honest at first."""
    one_provider.says()
    yield one_provider
    one_provider.says()


def query_of(address: str) -> dict[str, str]:
    """What an address asks."""
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
