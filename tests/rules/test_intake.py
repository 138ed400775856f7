"""Files from a form: sealed as they come, all of them or none, and never on the disk in the clear."""

import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from stores import a_vault, files

from forethought.core.errors import Refused
from forethought.evidence.disk import Disk
from forethought.evidence.intake import (
    CutOff,
    Intake,
    SealedUpload,
    TooManyFiles,
    display_name,
    exhibit_binding,
    exhibit_key_binding,
)
from forethought.evidence.keys import BrokenSeal, new_key, unwrap
from forethought.evidence.kinds import Kind
from forethought.evidence.sealing import CHUNK, Opener
from forethought.evidence.store import StoreFull, TooLarge
from forethought.evidence.vault import Vault

SCHOOL, CASE = UUID(int=1), UUID(int=2)
CASE_KEY = new_key()
PNG = b"\x89PNG\r\n\x1a\n" + b"You're finished. " * 20
BOUNDARY = b"----browser"


class Hasty(Disk):
    """A disk that does not wait, for tests of everything but lasting."""

    def sync(self, fd: int) -> None:
        """Not at all."""

    def sync_folder(self, path: Path) -> None:
        """Not at all."""


def part(content: bytes, name: str = "a.png", field: str = "files", media: str = "image/png") -> bytes:
    head = f'Content-Disposition: form-data; name="{field}"; filename="{name}"\r\nContent-Type: {media}\r\n\r\n'
    return b"--" + BOUNDARY + b"\r\n" + head.encode() + content + b"\r\n"


def field(name: str, value: str) -> bytes:
    return b"--" + BOUNDARY + f'\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"


def a_request(body: Any, length: int | None = None) -> WSGIRequest:
    stream = BytesIO(body) if isinstance(body, bytes) else body
    return WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "SERVER_NAME": "school.example",
            "SERVER_PORT": "443",
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY.decode()}",
            "CONTENT_LENGTH": str(len(body) if length is None else length),
            "wsgi.input": stream,
        }
    )


def send(vault: Vault, body: Any, length: int | None = None, **limits: Any) -> tuple[WSGIRequest, Intake]:
    request = a_request(body, length)
    limits = {"file_ceiling": 10 * CHUNK} | limits
    intake = Intake(request, vault=vault, case_key=CASE_KEY, school=SCHOOL, case=CASE, **limits)
    request.upload_handlers = [intake]  # type: ignore[assignment]
    return request, intake


def received(vault: Vault, body: Any, **limits: Any) -> list[SealedUpload]:
    request, _ = send(vault, body, **limits)
    found: list[Any] = request.FILES.getlist("files")
    request.close()
    return found


def opened(vault: Vault, upload: SealedUpload) -> bytes:
    where = {"school": SCHOOL, "case": CASE, "exhibit": upload.exhibit}
    key = unwrap(upload.wrapped_key, under=CASE_KEY, about=exhibit_key_binding(**where))
    name = upload.kept.object_name
    with vault.open(name) as file:
        return b"".join(Opener(file, key=key, about=exhibit_binding(**where), object_name=name).chunks())


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return a_vault(tmp_path / "store", Hasty())


@pytest.mark.policy("7.3")
@pytest.mark.parametrize("size", [0, 1, CHUNK - 300, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
def test_a_file_arrives_sealed_hashed_and_whole(vault: Vault, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    [upload] = received(vault, form(part(content)))
    assert opened(vault, upload) == content
    assert upload.kept.sha256 == sha256(content).digest()
    assert upload.size == size


def test_fields_and_several_files_arrive_together_each_with_its_own_key(vault: Vault) -> None:
    body = form(field("address", "https://example.org"), part(PNG), part(PNG, "b.png"), field("when", "now"))
    request, _ = send(vault, body)
    assert request.POST.dict() == {"address": "https://example.org", "when": "now"}
    uploads: list[Any] = request.FILES.getlist("files")
    assert [upload.name for upload in uploads] == ["a.png", "b.png"]
    assert len({upload.exhibit for upload in uploads}) == len({upload.kept.object_name for upload in uploads}) == 2
    assert all(opened(vault, upload) == PNG for upload in uploads)
    first, second = ({"school": SCHOOL, "case": CASE, "exhibit": upload.exhibit} for upload in uploads)
    with pytest.raises(BrokenSeal):
        unwrap(uploads[0].wrapped_key, under=CASE_KEY, about=exhibit_key_binding(**second))
    with pytest.raises(BrokenSeal):
        unwrap(uploads[0].wrapped_key, under=CASE_KEY, about=exhibit_binding(**first))


def test_the_kind_is_found_by_us_and_the_clients_word_is_only_kept(vault: Vault) -> None:
    page = b"<script>alert(1)</script>"
    uploads = received(vault, form(part(PNG), part(page, "a.jpg", media="image/jpeg"), part(b"", "a.png")))
    assert [upload.kind for upload in uploads] == [Kind.PNG, Kind.OPAQUE, Kind.OPAQUE]
    assert [upload.content_type for upload in uploads][1] == "application/octet-stream"
    assert uploads[1].claimed_type == "image/jpeg"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("report\u202egpj.exe", "report\\u202egpj.exe"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.png", "a.png"),
        ("a\x00b.png", "a\\u0000b.png"),
        ("..", "unnamed file"),
        ("\u202e", "\\u202e"),
        ("CON", "CON"),
        ("👋" * 63 + ".png", "👋" * 63 + ".png"),
        ("&lt;b&gt;.png", "&lt;b&gt;.png"),
    ],
)
def test_the_clients_name_is_kept_raw_and_no_file_is_lost_over_it(vault: Vault, raw: str, shown: str) -> None:
    [upload] = received(vault, form(part(PNG, raw)))
    assert upload.raw_name == raw
    assert upload.shown_name == shown
    assert opened(vault, upload) == PNG


def test_wherever_the_body_is_cut_nothing_of_it_is_kept(vault: Vault, tmp_path: Path) -> None:
    body = form(field("address", "x"), part(PNG[:30]), part(PNG[:30], "b.png"))
    for length in range(len(body)):
        request, _ = send(vault, body[:length], length=len(body))
        with pytest.raises(CutOff):
            _ = request.FILES
        assert files(tmp_path) == []
    assert len(received(vault, body)) == 2


def test_a_body_that_says_it_is_whole_and_has_no_end_is_not_kept(vault: Vault, tmp_path: Path) -> None:
    body = form(part(PNG), part(PNG))
    for length in (len(body) - 60, len(body) - len(BOUNDARY) - 8):
        with pytest.raises(CutOff):
            received(vault, body[:length])
        assert files(tmp_path) == []


def test_a_connection_that_breaks_leaves_nothing(vault: Vault, tmp_path: Path) -> None:
    class Breaking(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 2 * CHUNK:
                raise ConnectionResetError(104, "Connection reset by peer")
            return super().read(size)

    body = form(part(PNG), part(bytes(5 * CHUNK), "b.png"))
    request, _ = send(vault, Breaking(body), length=len(body))
    with pytest.raises(UnreadablePostError):
        _ = request.FILES
    assert files(tmp_path) == []
    assert request.POST == {}


@pytest.mark.parametrize(
    ("limits", "refusal"),
    [
        ({"file_ceiling": 1000}, TooLarge),
        ({"batch_ceiling": 2000}, TooLarge),
        ({"most_files": 2}, TooManyFiles),
    ],
)
def test_what_is_too_much_is_refused_with_nothing_kept(
    vault: Vault, tmp_path: Path, limits: dict[str, int], refusal: type[Refused]
) -> None:
    body = BytesIO(form(part(PNG), part(PNG, "b.png"), part(bytes(2 * CHUNK), "c.png")))
    request, _ = send(vault, body, length=len(body.getvalue()), **limits)
    with pytest.raises(refusal):
        _ = request.FILES
    assert files(tmp_path) == []
    # Read to the end, or the browser would show a broken connection in place of the sentence.
    assert body.read() == b""


@pytest.mark.parametrize(("count", "taken"), [(20, True), (21, False)])
def test_twenty_files_come_in_one_batch_and_not_one_more(vault: Vault, tmp_path: Path, count: int, taken: bool) -> None:
    body = form(*(part(PNG, f"{number}.png") for number in range(count)))
    if taken:
        assert len(received(vault, body)) == count
    else:
        with pytest.raises(TooManyFiles, match="At most 20 files"):
            received(vault, body)
        assert files(tmp_path) == []


def test_a_body_too_large_by_its_own_word_is_not_sealed_at_all(vault: Vault) -> None:
    class Unread(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError

    request, intake = send(vault, Unread(), length=10**12)
    with pytest.raises(TooLarge):
        _ = request.FILES
    assert intake.raw_name == ""


def test_an_upload_that_would_fill_the_disk_is_refused_before_it_is_written(tmp_path: Path) -> None:
    class Small(Hasty):
        def room(self, path: Path) -> tuple[int, int]:
            return 10 * CHUNK, 100 * CHUNK

    vault = a_vault(tmp_path / "store", Small(), reserve=8 * CHUNK)
    assert len(received(vault, form(part(bytes(CHUNK))))) == 1
    with pytest.raises(StoreFull):
        received(vault, form(part(bytes(2 * CHUNK))))
    assert len(files(tmp_path)) == 1


def test_the_whole_request_can_be_taken_back_before_a_row_names_it(vault: Vault, tmp_path: Path) -> None:
    request, intake = send(vault, form(part(PNG), part(PNG)))
    assert len(request.FILES.getlist("files")) == 2
    assert len(files(tmp_path)) == 2
    intake.discard()
    assert files(tmp_path) == []


def test_the_end_of_the_request_takes_nothing_away(vault: Vault, tmp_path: Path) -> None:
    received(vault, form(part(PNG)))
    assert len(files(tmp_path)) == 1


@pytest.mark.policy("7.3")
def test_nothing_is_on_the_disk_in_the_clear_while_a_file_arrives(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    settings.FILE_UPLOAD_TEMP_DIR = str(spool)
    marker = b"You're finished."
    seen: list[int] = []

    class Watched(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            there = files(tmp_path)
            assert not any(marker in path.read_bytes() for path in there)
            seen.append(sum(path.stat().st_size for path in there))
            return super().read(size)

    body = form(part(marker * (6 * CHUNK // len(marker))))
    [upload] = received(vault, Watched(body), length=len(body))
    assert max(seen) > 4 * CHUNK
    assert list(spool.iterdir()) == []
    assert opened(vault, upload).count(marker) == 6 * CHUNK // len(marker)


def test_memory_stays_flat(vault: Vault) -> None:
    class Endless(BytesIO):
        """Forty mebibytes that exist only as they are read."""

        pieces: Iterator[bytes] = iter([part(b"")[:-2], *[b"x" * CHUNK] * 40, b"\r\n" + form()])

        def read(self, size: int | None = -1) -> bytes:
            return next(self.pieces, b"")

    length = len(part(b"")) + 40 * CHUNK + len(form())
    received(vault, form(part(PNG)))
    tracemalloc.start()
    try:
        [upload] = received(vault, Endless(), length=length, file_ceiling=50 * CHUNK)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert upload.size == 40 * CHUNK
    assert peak < 12 * CHUNK


def test_exhibits_are_not_taken_over_asgi(vault: Vault) -> None:
    request = ASGIRequest({"type": "http", "method": "POST", "path": "/", "headers": []}, BytesIO())
    with pytest.raises(TypeError, match="WSGI only"):
        Intake(request, vault=vault, case_key=CASE_KEY, school=SCHOOL, case=CASE, file_ceiling=1)


def test_a_body_that_is_no_form_is_djangos_to_refuse(vault: Vault, tmp_path: Path) -> None:
    head = b"--" + BOUNDARY + b"\r\nContent-Disposition: form-data; name=files; filename=" + b"x" * 2000
    with pytest.raises(MultiPartParserError):
        received(vault, form(part(PNG), head + b"\r\n\r\nx\r\n"))
    assert files(tmp_path) == []


@pytest.mark.parametrize("token", [True, False])
def test_the_check_of_the_form_comes_after_the_handler_is_in_place(vault: Vault, token: bool, settings: Any) -> None:
    settings.CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
    settings.CSRF_USE_SESSIONS = False
    secret = "a" * 32
    taken: list[SealedUpload] = []

    @csrf_protect
    def inner(request: HttpRequest) -> HttpResponse:
        taken.extend(request.FILES.getlist("files"))  # type: ignore[arg-type]
        return HttpResponse()

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponse:
        return inner(request)

    request, _ = send(vault, form(field("csrfmiddlewaretoken", secret if token else "b" * 32), part(PNG)))
    request.COOKIES[settings.CSRF_COOKIE_NAME] = secret
    outer: Callable[..., Any] = CsrfViewMiddleware(lambda request: HttpResponse()).process_view
    assert outer(request, view, (), {}) is None
    answer = view(request)
    assert (answer.status_code, len(taken)) == ((200, 1) if token else (403, 0))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("holiday.jpg", "holiday.jpg"),
        ("Zoë’s photo – 1.jpg", "Zoë’s photo – 1.jpg"),
        ("a\nb\r\tc.txt", "a\\u000ab\\u000d\\u0009c.txt"),
        ("a\u2028b\u2066c\u200fd\ufeff.txt", "a\\u2028b\\u2066c\\u200fd\\ufeff.txt"),
        ("a\u200db.txt", "a\\u200db.txt"),
        ("👨‍👩‍👧.jpg", "👨‍👩‍👧.jpg"),
        ("❤️‍🔥.jpg", "❤️‍🔥.jpg"),
        ("a\ud800.txt", "a\\ud800.txt"),
        ("a\ue000.txt", "a\\ue000.txt"),
        ("Screenshot 9.41\u202fPM.png", "Screenshot 9.41 PM.png"),
        ("invoice.pdf" + " " * 90 + ".exe", "invoice.pdf .exe"),
        ("invoice.pdf" + "\u00a0" * 90 + ".exe", "invoice.pdf .exe"),
        ("z" + "\u0301" * 6 + ".txt", "z" + "\u0301" * 4 + "\\u0301" * 2 + ".txt"),
        ("a/b\\c.txt", "c.txt"),
        ("folder/", "unnamed file"),
        ("", "unnamed file"),
        (" ", "unnamed file"),
        (".", "unnamed file"),
        (".htaccess", ".htaccess"),
        ("x" * 200, "x" * 200),
        ("x" * 197 + ".exe", "x" * 159 + "…" + "x" * 36 + ".exe"),
    ],
)
def test_a_shown_name_is_one_line_and_hides_nothing(raw: str, shown: str) -> None:
    assert display_name(raw) == shown
    assert len(display_name(raw)) <= 200


def test_no_cut_name_ends_as_something_else() -> None:
    assert display_name("x" * 500 + "\u202egpj.exe").endswith("\\u202egpj.exe")
    assert len(display_name("\u202e" * 500)) == 200
