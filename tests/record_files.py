"""Records as telephones, mail programs and cameras make them, made here so that each is known to the last byte."""

import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image, ImageDraw, ImageFont

from forethought.evidence.mail_keys import KeyAnswer

MAIL = (
    b"Received: from edge.school.example (10.0.0.1) by mail.school.example; Fri, 20 Nov 2026 12:00:03 +0000\r\n"
    b"Received: from out.sender.example by edge.school.example; Fri, 20 Nov 2026 12:00:01 +0000\r\n"
    b"From: Parent Portal <news@sender.example>\r\n"
    b"To: office@school.example\r\n"
    b"Subject: About Year 5\r\n"
    b"Date: Fri, 20 Nov 2026 12:00:00 +0000\r\n"
    b"Message-ID: <1@sender.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"\r\n"
    b"You should be ashamed.\r\n"
)


class Signer:
    """Somebody who signs mail, with a key of their own, and the DNS that publishes it."""

    def __init__(self, domain: str = "sender.example", selector: str = "k1") -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.domain, self.selector = domain, selector
        self.private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        import base64

        self.record = f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"
        self.asked: list[str] = []

    def sign(self, mail: bytes, **how: Any) -> bytes:
        signed: bytes = dkim.sign(mail, self.selector.encode(), self.domain.encode(), self.private, **how)
        return signed + mail

    def __call__(self, name: str) -> KeyAnswer:
        self.asked.append(name)
        own = name == f"{self.selector}._domainkey.{self.domain}"
        return KeyAnswer("found", self.record) if own else KeyAnswer("none")


def no_network(name: str) -> KeyAnswer:
    return KeyAnswer("no_network")


def a_zip(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def a_picture(size: tuple[int, int] = (640, 480), seed: int = 1, **how: Any) -> bytes:
    """A picture with enough in it to have a fingerprint: many soft shapes."""
    import random

    dice = random.Random(seed)
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y, r = dice.randrange(size[0]), dice.randrange(size[1]), dice.randrange(20, 120)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(dice.randrange(256) for _ in range(3)))
    out = io.BytesIO()
    picture.save(out, **{"format": "JPEG", **how})
    return out.getvalue()


def a_screen(lines: Sequence[str], *, dark: bool = False) -> bytes:
    """A screen print with words on it."""
    paper, ink = ("#101418", "#e8e8e8") if dark else ("white", "black")
    picture = Image.new("RGB", (1080, 160 + 90 * len(lines)), paper)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size=44)
    for number, line in enumerate(lines):
        draw.text((60, 80 + 90 * number), line, fill=ink, font=font)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


# --- Outlook's .msg: a compound file (MS-CFB) with properties in streams (MS-OXMSG) ---

_FREE, _END, _FATSECT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SECTOR = 512

Storage = dict[str, "bytes | Storage"]


def compound(root: Storage) -> bytes:
    """A compound file of these storages and streams, each below 4 KiB and so kept among the small ones."""
    entries: list[dict[str, Any]] = []
    data, small = bytearray(), bytearray()
    fat: list[int] = []
    small_fat: list[int] = []

    def put(content: bytes) -> int:
        start, count = len(fat), max(1, -(-len(content) // _SECTOR))
        data.extend(content.ljust(count * _SECTOR, b"\0"))
        fat.extend([*range(start + 1, start + count), _END])
        return start

    def put_small(content: bytes) -> int:
        start, count = len(small_fat), max(1, -(-len(content) // 64))
        small.extend(content.ljust(count * 64, b"\0"))
        small_fat.extend([*range(start + 1, start + count), _END])
        return start

    def add(name: str, kind: int) -> dict[str, Any]:
        entry = {"name": name, "kind": kind, "left": _NONE, "right": _NONE, "child": _NONE, "start": 0, "size": 0}
        entries.append(entry)
        return entry

    def fill(owner: dict[str, Any], inside: Storage) -> None:
        before = None
        for name in sorted(inside, key=lambda one: (len(one), one.upper())):
            value = inside[name]
            number = len(entries)
            entry = add(name, 2 if isinstance(value, bytes) else 1)
            if before is None:
                owner["child"] = number
            else:
                before["right"] = number
            before = entry
            if isinstance(value, bytes):
                assert len(value) < 4096
                entry["start"], entry["size"] = put_small(value), len(value)
            else:
                fill(entry, value)

    top = add("Root Entry", 5)
    fill(top, root)
    top["start"], top["size"] = put(bytes(small)), len(small)
    packed = struct.pack(f"<{len(small_fat)}I", *small_fat)
    small_table, small_sectors = (
        put(packed.ljust(-(-len(packed) // _SECTOR) * _SECTOR, b"\xff")),
        -(-len(packed) // _SECTOR),
    )
    packed = b"".join(_directory_entry(one) for one in entries)
    directory = put(packed.ljust(-(-len(packed) // _SECTOR) * _SECTOR, b"\0"))
    fat_sectors = 1
    while fat_sectors * 128 < len(fat) + fat_sectors:
        fat_sectors += 1
    first_fat = len(fat)
    fat.extend([_FATSECT] * fat_sectors)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_sectors * _SECTOR, b"\xff")
    assert fat_sectors <= 109
    where = [*range(first_fat, first_fat + fat_sectors), *[_FREE] * (109 - fat_sectors)]
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
        0, fat_sectors, directory, 0, 4096, small_table, small_sectors, _END, 0, *where,
    )  # fmt: skip
    return header + bytes(data) + table


def _directory_entry(one: dict[str, Any]) -> bytes:
    name = one["name"].encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        name, len(name), one["kind"], 1, one["left"], one["right"], one["child"], b"", 0, 0, 0,
        one["start"], one["size"],
    )  # fmt: skip


def _properties(values: dict[int, Any], *, top: bool, recipients: int = 0, attachments: int = 0) -> Storage:
    """A property stream with its values (MS-OXMSG 2.4)."""
    found: Storage = {}
    rows = b""
    for tag, value in values.items():
        kind = tag & 0xFFFF
        if kind == 0x001F:
            content = value.encode("utf-16-le")
            found[f"__substg1.0_{tag:08X}"] = content
            rows += struct.pack("<IIII", tag, 6, len(content) + 2, 0)
        elif kind == 0x0102:
            found[f"__substg1.0_{tag:08X}"] = value
            rows += struct.pack("<IIII", tag, 6, len(value), 0)
        else:
            rows += struct.pack("<IIii", tag, 6, value, 0)
    head = struct.pack("<8xIIII8x", recipients, attachments, recipients, attachments) if top else b"\0" * 8
    found["__properties_version1.0"] = head + rows
    return found


def a_msg(
    subject: str = "About Year 5", body: str = "You should be ashamed.", *, deep: int = 0, headers: str = ""
) -> bytes:
    """A message of Outlook's with one attached file, and messages inside one another to this depth."""
    return compound(_message(subject, body, deep, headers, top=True))


def _message(subject: str, body: str, deep: int, headers: str, *, top: bool) -> Storage:
    values: dict[int, Any] = {
        0x001A001F: "IPM.Note",
        0x0037001F: subject,
        0x1000001F: body,
        0x0C1F001F: "news@sender.example",
        0x0C1A001F: "Parent Portal",
        0x340D0003: 0x40000,
    }
    if headers:
        values[0x007D001F] = headers
    found = _properties(values, top=top, recipients=1, attachments=1 + bool(deep))
    if top:
        found["__nameid_version1.0"] = {
            "__substg1.0_00020102": b"", "__substg1.0_00030102": b"", "__substg1.0_00040102": b""
        }  # fmt: skip
    found["__recip_version1.0_#00000000"] = _properties(
        {0x3001001F: "Office", 0x39FE001F: "office@school.example", 0x0C150003: 1}, top=False
    )
    found["__attach_version1.0_#00000000"] = _properties(
        {0x3707001F: "note.txt", 0x37050003: 1, 0x37010102: b"hello", 0x370E001F: "text/plain"}, top=False
    )
    if deep:
        inner = _properties({0x3707001F: "inner.msg", 0x37050003: 5}, top=False)
        inner["__substg1.0_3701000D"] = _message(f"{subject} {deep}", body, deep - 1, "", top=False)
        found["__attach_version1.0_#00000001"] = inner
    return found
