"""Over the whole run: no name and no words of a case where none may be.

In no mail to the school, no log line, no push, no text message, no status page; in no address that is asked for,
answered or linked; in no title. The canaries are the people whom the builders, the walls' town and the demonstration
use everywhere, and what their cases say. A mail with an address for the answer goes to a website, names whoever asks
it as the law has it, and is left out. What stands in `sung` fails the test in which it was heard.
"""

import logging
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.core.handlers.base import BaseHandler
from django.core.mail.backends import locmem

#: Whole, because half of one may be a word of ours: a reed, a winter, a brook.
NAMES = (
    "amina okafor, david reed, susan patel, joan whitfield, colin marsh, tess harlow, ben foster, nadia frost, "
    "ivor lamb, edith crane, grace adeyemi, una reilly, hal brook, owen price, theo lind, bea winter, gus moor, "
    "cora dale, abe ode, lena holt, vera lind, priya nair, marek nowak, helen brook, nadia khan, rita lowe, "
    "yusuf amin, dara voss, hester vale, corin blythe, vera sand, gus petersen, nia quill"
).split(", ")

#: Halves that are nothing else. An address of mail may begin with one.
HALVES = "amina okafor whitfield harlow adeyemi lindqvist priya marek nowak".split()

#: What reports, concerns and complaints say, where that was, and words made to be looked for.
WORDS = (
    "something vile, board.example, shout at children, useless and share, fake account uses, where i park, "
    "review of my lessons, number plate, stolen money, mums-of-larkfield, social.example, forum.example, rate.example, "
    "clips.example, blog.example, teacher wrote about my son, list went to the wrong family, address was passed on, "
    "quetzalcoatl, qzxwvk"
).split(", ")

_SINGS = re.compile(
    "|".join(re.escape(one) for one in (*NAMES, *WORDS))
    + rf"|\b(?:{'|'.join(HALVES)})\b(?!@)"
    # Whoever belongs to the walls' town has their school in their name, and the texts of its cases have the case.
    + rf"|\bzqschool\w* (?:{'|'.join(one.split()[1] for one in NAMES)})\b|\bzq[0-9a-f]{{10}}_"
    + r"|canary[a-z]"
)
_TITLE = re.compile(rb"<title>(.*?)</title>", re.S)
_LINK = re.compile(rb' (?:href|action|formaction|src)="([^"]+)"')
_SPACE = str.maketrans("\r\n\t\xa0", "    ")
#: Too short to be listened for in an address: random letters of a link would be taken for it one day.
_SHORT = re.compile(r"\btess\b(?!@)")
#: In an address a name has no space in it.
_JOINED = str.maketrans("_-", "  ")

#: Who was heard, where, and in which test.
sung: list[str] = []


def listen(what: str, text: str, *, address: bool = False) -> None:
    """Note a canary that is heard where none may be. An address is read as its reader reads it."""
    plain = text.lower().translate(_SPACE)
    found = _SINGS.search(plain)
    if not found:
        found = _SINGS.search(unquote_plus(plain).translate(_JOINED)) if address else _SHORT.search(plain)
    if found:
        near = text[max(found.start() - 150, 0) : found.end() + 150]
        sung.append(f"{what}: “{found.group(0)}” in {near!r}, in {os.environ.get('PYTEST_CURRENT_TEST')}")


def listen_to_mail(*, subject: object, text: str, reply_to: object, rest: Iterable[object] = ()) -> None:
    """Listen to a mail, unless it goes to a website."""
    if not reply_to:
        listen("mail", "\n".join(map(str, (subject, text, *rest))))


def follow(page: Any) -> None:
    """Listen to each address that a browser's page asks for."""
    page.on("request", lambda asked: listen("address", asked.url, address=True))


def listen_to_page(page: Any) -> None:
    """Listen to what a browser's page is called, where it is and where it leads."""
    script = "[...document.querySelectorAll('[href], [action], [src]')].map(one => one.href || one.action || one.src)"
    listen("title", page.title())
    listen("address", page.url, address=True)
    listen("link", "\n".join(map(str, page.evaluate(script))), address=True)


class _Log(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        listen("log", self.format(record))


def _listen_to_answer(path: str, response: Any) -> None:
    listen("address", f"{path}\n{response.headers.get('Location', '')}", address=True)
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    if title := _TITLE.search(response.content):
        listen("title", title.group(1).decode(errors="replace"))
    listen("link", b"\n".join(_LINK.findall(response.content)).decode(errors="replace"), address=True)


@pytest.fixture(scope="session", autouse=True)
def canaries() -> Iterator[None]:
    """Listen to everything that this process is asked, answers, sends and logs."""
    # Late, because programs of the tests' own that know nothing of ours borrow from the modules that import this one.
    from forethought.pages.logs import Plain
    from forethought.reaching import ways

    answered, sent, texted = BaseHandler.get_response, locmem.EmailBackend.send_messages, ways._by_command

    def get_response(self: BaseHandler, request: Any) -> Any:
        response = answered(self, request)
        _listen_to_answer(request.get_full_path(), response)
        if request.path.startswith("/status"):
            listen("status", response.content.decode())
        return response

    def send_messages(self: Any, messages: Any) -> Any:
        for mail in (messages := list(messages)):
            rest = (*mail.recipients(), *mail.extra_headers.values(), *mail.attachments)
            listen_to_mail(subject=mail.subject, text=mail.body, reply_to=mail.reply_to, rest=rest)
        return sent(self, messages)

    def by_command(number: str, words: str) -> bool:
        listen("push or text message", words)
        return texted(number, words)

    log = _Log()
    log.setFormatter(Plain())
    logging.getLogger().addHandler(log)
    BaseHandler.get_response = get_response  # type: ignore[method-assign]
    locmem.EmailBackend.send_messages = send_messages
    ways._by_command = by_command
    yield
    BaseHandler.get_response, locmem.EmailBackend.send_messages = answered, sent  # type: ignore[method-assign]
    ways._by_command = texted
    logging.getLogger().removeHandler(log)
    # Of a thread that outlived the last test.
    assert sung == []


@pytest.fixture(autouse=True)
def none_sings(canaries: None) -> Iterator[None]:
    """After each test: nothing was heard in it, nor since the one before."""
    yield
    heard = list(sung)
    sung.clear()
    assert heard == [], "\n".join(heard)
