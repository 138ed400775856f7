"""Taking in the words of a policy, pasted or as a file, and showing how they were understood before anything is kept.

A form of this kind is read with a handler of its own: what is too large is answered with a sentence, and whatever else
was typed stays on the screen.
"""

import base64
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpResponseBase, QueryDict
from django.http.multipartparser import MultiPartParser
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict

from forethought.core.canonical import canonical
from forethought.core.errors import Refused
from forethought.core.secrets import find_secrets
from forethought.pages import acts, asking, fields
from forethought.pages.asked import Request
from forethought.policies.reading_files import read_file
from forethought.policies.taking_in import paragraphs_of
from forethought.policies.text import LONGEST_TEXT, Text, as_plain, from_plain, why_not_text

MIB = 1024 * 1024
LARGEST_FILE = 10 * MIB
#: No text within the limits of policies/text.py is longer than this once it is unpacked, in bytes.
MOST_UNPACKED = 4 * MIB

TOO_LARGE = "That file is larger than 10 MB. Save it without its pictures, or paste its text."
TOO_LONG = (
    "That is too much to paste at once. Save it as a file and choose the file. The rest of what you typed is here."
)
LOST = "The text did not come along. Paste it again, or choose the file again."

_PRESS = "press"
_NOT_CARRIED = frozenset({"csrfmiddlewaretoken", "pasted", "packed", _PRESS})

View = Callable[..., HttpResponseBase]


class Holder(FileUploadHandler):
    """Keeps a file in memory, up to a limit. What is larger is passed over and noted, and the form goes on."""

    def __init__(self, request: Request, most: int = LARGEST_FILE) -> None:
        super().__init__(request)
        self.most, self.too_large = most, False
        self.held = BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start the next file."""
        super().new_file(*args, **kwargs)
        self.held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Hold the next bytes, unless they are too many."""
        if start + len(raw_data) > self.most:
            self.too_large, self.held = True, BytesIO()
            raise SkipFile
        self.held.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:  # type: ignore[override]
        """The file as a form takes it."""
        self.held.seek(0)
        return InMemoryUploadedFile(
            self.held, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


def takes_text(view: View) -> View:
    """Have a page's form read by `receive` (middleware.LargeForms), so that no size of it ends in an error page."""
    view.reads_first = receive  # type: ignore[attr-defined]
    return view


def receive(request: Request) -> None:
    """Read the form, keeping what fits. What did not fit is said by `trouble_of`."""
    holder = Holder(request)
    request.upload_handlers = [holder]
    trouble = ""
    if request.content_type == "multipart/form-data":
        parser = MultiPartParser(request.META, request, [holder], request.encoding)
        try:
            _put(request, *parser.parse())
        except RequestDataTooBig:
            # Django's limit for what is no file. The fields that came before are whole.
            _put(request, parser._post, MultiValueDict())  # type: ignore[attr-defined]
            # A browser that is cut off in the middle of sending shows no sentence at all.
            with suppress(OSError):
                while request.read(64 * 1024):
                    pass
            trouble = TOO_LONG
    else:
        try:
            request.POST.get("")
        except RequestDataTooBig:
            _put(request, QueryDict(), MultiValueDict())
            trouble = TOO_LONG
    request.trouble = trouble or (TOO_LARGE if holder.too_large else "")  # type: ignore[attr-defined]


def _put(request: Request, post: QueryDict, files: "MultiValueDict[str, Any]") -> None:
    request._post, request._files = post, files  # type: ignore[attr-defined]


def trouble_of(request: Request) -> str:
    """What could not be taken in, as a sentence; empty where all was."""
    return getattr(request, "trouble", "")


def sent(request: Request) -> tuple[Any, Any]:
    """What a form with a file is made of."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


class Pasted(fields.Words):
    """A whole policy in a box. It becomes paragraphs; the form looks for passwords in each of them."""

    def to_python(self, value: Any) -> Any:
        """The paragraphs, or nothing where nothing was pasted."""
        words = value if isinstance(value, str) else ""
        if len(words) > self.longest:
            over = len(words) - self.longest
            raise fields.forms.ValidationError(f"{over:,} characters too long. Is it the right text?", code="words")
        return paragraphs_of(words) or None


class OneFile(fields.Files):
    """One file, without the script for many."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"multiple": False, "data-forethought-drop": False, "accept": ".docx,.pdf"}
        super().__init__(most=1, widget=fields.FileBox(attrs), **kwargs)


def why_not_secret(text: Text) -> str | None:
    """Why a text is not taken: a paragraph of it looks like a password. Policy 9.2a."""
    found = (place for place, one in enumerate(text, 1) if find_secrets(f"{one.title} {one.words}"))
    place = next(found, None)
    return f"Paragraph {place} looks like a password. Take it out. Passwords are never kept here." if place else None


class TextForm(asking.Form):
    """A form with the words of a policy in it: pasted, as a file, or as they were understood a page before."""

    text_needed = True
    pasted = Pasted(
        label="Paste the text",
        longest=LONGEST_TEXT,
        rows=12,
        required=False,
        hint="All of it, with its numbers and headings.",
    )
    file = OneFile(
        label="Or choose a file",
        required=False,
        hint="Word (.docx) or PDF, up to 10 MB. Only its words are kept, not the file.",
    )
    packed = fields.Line(label="", longest=MOST_UNPACKED, required=False, widget=asking.forms.HiddenInput)

    def __init__(self, *args: Any, trouble: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trouble = trouble
        self.notes: tuple[str, ...] = ()
        # What was asked comes first, the words last: of a form that is too large the beginning is kept.
        self.order_fields([name for name in self.fields if name not in {"pasted", "file"}] + ["pasted", "file"])

    def clean(self) -> dict[str, Any]:
        """The text, from whichever way it came; and it is carried along, since a browser forgets a file."""
        cleaned = super().clean()
        text = self._text(cleaned)
        if text is not None and (reason := why_not_text(text) or why_not_secret(text)):
            self.add_error("file" if cleaned.get("file") else "pasted", reason)
            text = None
        elif text is None and self.text_needed and not {"pasted", "file"} & self.errors.keys():
            self.add_error("pasted", "Paste the text, or choose a file.")
        cleaned["text"] = text
        if text is not None and not cleaned.get("pasted"):
            self._carry(pack(text))
        return cleaned

    def _text(self, cleaned: dict[str, Any]) -> Text | None:
        files, pasted = cleaned.get("file"), cleaned.get("pasted")
        if self.trouble:
            self.add_error("file" if self.trouble == TOO_LARGE else "pasted", self.trouble)
        if files and pasted:
            self.add_error("file", "You pasted a text and chose a file. Leave one of them out.")
            return None
        if files:
            return self._read(files[0])
        if pasted:
            return pasted  # type: ignore[no-any-return]
        packed = cleaned.get("packed")
        if not packed:
            return None
        text = unpack(packed)
        if text is None:
            self.add_error("pasted", LOST)
        return text

    def _read(self, file: Any) -> Text | None:
        try:
            found = read_file(file.read(), file.name or "")
        except Refused as refusal:
            self.add_error("file", refusal.sentence)
            return None
        self.notes = found.remarks
        return found.text

    def _carry(self, packed: str) -> None:
        data = self.data.copy()  # type: ignore[attr-defined]
        data["packed"] = packed
        self.data = data

    @property
    def kept_along(self) -> int:
        """How many paragraphs came along from a file or the page before, so that nobody need choose it again."""
        return len(unpack(str(self.data.get("packed") or "")) or ()) if self.is_bound else 0

    @property
    def kept_said(self) -> str:
        """That it need not be chosen again, in words."""
        many = self.kept_along
        parts = "one paragraph" if many == 1 else f"{many:,} paragraphs"
        return f"The text you gave is still here: {parts}. Paste or choose another only to replace it."


def pack(text: Text) -> str:
    """A text as a hidden field carries it from its preview to the press that keeps it.

    Nothing is kept before that press, so the text travels: in canonical form, and made small, because Django takes no
    more than 512 KiB of fields and a long policy with accents would not fit. It is checked again when it comes back.
    """
    return base64.b64encode(zlib.compress(canonical(as_plain(text)), 9)).decode()


def unpack(packed: str) -> Text | None:
    """The text of a hidden field, or nothing where it is not one of ours. Its limits are for why_not_text."""
    try:
        machine = zlib.decompressobj()
        rows = json.loads(machine.decompress(base64.b64decode(packed, validate=True), MOST_UNPACKED))
        if machine.unconsumed_tail or not all(
            isinstance(row, dict) and row.keys() == {"number", "title", "words"} and all(map(_plain, row.values()))
            for row in rows
        ):
            return None
        return from_plain(rows)
    except (ValueError, TypeError, zlib.error, RecursionError):
        return None


def _plain(value: object) -> bool:
    """Whether it is text that can be kept: half a surrogate pair and a null character cannot."""
    return isinstance(value, str) and "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def take(
    request: Request,
    form: TextForm,
    do: Callable[[dict[str, Any]], Any],
    *,
    to: str | Callable[[Any], str],
    title: str,
    done: str,
    back_href: str,
    row: Any = None,
    said: Callable[[Text], str] | None = None,
    lead: tuple[str, ...] = (),
    reason: str | None = None,
) -> HttpResponseBase:
    """A form with a policy's words: filled in, shown as understood, kept at a second press. `said` adds a line to it.

    “Go back” shows the form again as it was filled in, with the text still there.
    """
    values: dict[str, Any] = {"title": title, "back_href": back_href, "lead": lead, "reason": reason}
    values["template"] = "forethought/policy/keeping_text.html"
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        press = request.POST.get(_PRESS)
        if press == "back":
            return asking.ask(request, form, button="Go on", **values)
        if text is not None and press != "keep":
            return preview(request, form, text, title=title, said=said(text) if said else "")
    return acts.act(request, form, do, to=to, button="Go on", done=done, row=row, **values)


def preview(request: Request, form: TextForm, text: Text, *, title: str, said: str) -> HttpResponseBase:
    """The paragraphs as they were understood. Nothing is kept yet."""
    words = sum(len(one.words.split()) + len(one.title.split()) for one in text)
    return render(
        request,
        "forethought/policy/keeping_preview.html",
        {
            "title": f"{title}: is this right?",
            "paragraphs": text,
            "counts": f"{len(text):,} {'paragraph' if len(text) == 1 else 'paragraphs'}, {words:,} words.",
            "notes": form.notes,
            "said": said,
            "carried": [
                (name, value)
                for name in request.POST
                if name not in _NOT_CARRIED
                for value in request.POST.getlist(name)
            ],
            "packed": pack(text),
        },
    )
