"""Checks the DKIM signatures of an email against keys that were looked up before (RFC 6376).

Only `_reader` loads it.
"""

import re
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any, BinaryIO

import dkim
from dkim.canonicalization import CanonicalizationPolicy

from forethought.evidence._mail_reader import decoded_key

MOST_SIGNATURES = 5
TOOLS = f"dkimpy {version('dkimpy')}"


def check_signatures(file: BinaryIO, options: Any) -> dict[str, Any]:
    """What each signature covers, and whether it fits. `options` holds the DNS answer for each, and the time."""
    raw = file.read()
    # dkimpy takes line ends as they come; a mail saved on a desk often has lost its carriage returns.
    lost = b"\r\n" not in raw
    message = re.sub(rb"(?<!\r)\n", b"\r\n", raw) if lost else raw
    keys, now = options["keys"], int(options["now"])
    found = []
    for number, key in enumerate(keys[:MOST_SIGNATURES]):
        found.append(_checked(message, number, key, now))
    return {"signatures": found, "line_ends": lost, "tools": TOOLS}


def _checked(message: bytes, number: int, key: dict[str, str], now: int) -> dict[str, Any]:
    """One signature. dkimpy says the same “False” of a missing key and of a wrong signature, so the key comes first."""
    try:
        checker = dkim.DKIM(message, minkey=512)
        prepared = _as_of(checker, number, now)
    except (dkim.DKIMException, KeyError, ValueError, IndexError) as fault:
        return {"result": "malformed", "why": type(fault).__name__}
    if not prepared:
        return {"result": "malformed", "why": ""}
    tags = checker.signature_fields
    covered = _covered(checker, tags)
    said: dict[str, Any] = {"domain": _text(tags.get(b"d")), "selector": _text(tags.get(b"s")), **covered}
    if b"x" in tags and tags[b"x"].isdigit() and int(tags[b"x"]) < now:
        said["expired_at"] = int(tags[b"x"])
    if key["state"] != "found":
        return {**said, "result": key["state"]}
    public = decoded_key(key["text"])
    if public == b"":
        return {**said, "result": "revoked"}
    try:
        well = checker.verify(idx=number, dnsfunc=lambda *_, **__: key["text"].encode())
    except dkim.ValidationError as fault:
        body = "body hash mismatch" in str(fault)
        return {**said, "result": "wrong_body" if body else "wrong"}
    except (dkim.DKIMException, ValueError, KeyError, IndexError, TypeError, ArithmeticError) as fault:
        return {**said, "result": "malformed", "why": type(fault).__name__}
    if well:
        return {**said, "result": "fits", "bits": int(checker.keysize or 0)}
    # dkimpy answers a key that it cannot use as it answers a signature that does not fit.
    return {**said, "result": "bad_key" if getattr(checker, "pk", None) is None else "wrong"}


def _as_of(checker: Any, number: int, now: int) -> Any:
    """Read one signature's own fields. One that has run out is judged as of its last second, and that is said."""
    sigs = [value for name, value in checker.headers if name.lower() == b"dkim-signature"]
    when = now
    if number < len(sigs):
        begins, ends = (_time_in(sigs[number], tag) for tag in (b"t", b"x"))
        when = max(now, begins or 0)
        when = min(when, ends) if ends else when
    dkim.time = SimpleNamespace(time=lambda: when)
    return checker.verify_headerprep(number)


def _covered(checker: Any, tags: dict[bytes, bytes]) -> dict[str, Any]:
    """Which headers a signature names, and how much of the body. What stands outside can have been put there later."""
    listed = [_text(one).lower() for one in re.split(rb"\s*:\s*", tags.get(b"h", b"").strip())]
    names = [name.decode("latin-1").lower() for name, _ in checker.headers]
    outside = sorted(
        name for name in {"from", "to", "subject", "date", "reply-to", "cc"} if names.count(name) > listed.count(name)
    )
    seconds = sorted(
        name
        for name in {"from", "subject", "to", "date"}
        if names.count(name) > 1 and listed.count(name) < names.count(name)
    )
    policy = CanonicalizationPolicy.from_c_value(tags.get(b"c", b"simple/simple"))
    length = len(policy.canonicalize_body(checker.body))
    signed = min(int(tags[b"l"]), length) if b"l" in tags and tags[b"l"].isdigit() else length
    return {"headers": listed, "outside": outside, "seconds": seconds, "body": length, "signed_body": signed}


def _text(value: bytes | None) -> str:
    return (value or b"").decode("latin-1").strip()[:253]


def _time_in(signature: bytes, tag: bytes) -> int | None:
    found = re.search(rb"(?:^|;)\s*" + tag + rb"\s*=\s*(\d{1,12})", signature)
    return int(found[1]) if found else None
