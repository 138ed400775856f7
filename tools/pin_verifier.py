"""Write the hashes of its own script and style into verify.html, and the fingerprints of both verifiers for people.

Run it after every change: `.venv/bin/python -m tools.pin_verifier`. A house test says when that was forgotten.
"""

import base64
import re
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "verifier"
PAGE = ROOT / "docs" / "reference" / "verifier.md"

WORDS = """# The verifiers

Every bundle carries two programs that check it: `verify.py`, which needs Python, and `verify.html`, which needs a
browser. A forger could send forged ones along. So compare their SHA-256 with this list, or take them from here instead:
[verify.py](../../verifier/verify.py),
[verify.html](../../verifier/verify.html). How a bundle is made, and what it proves:
[bundle](../explanation/bundle.md).

This page is written by `python -m tools.pin_verifier`.

| File | Bytes | SHA-256 |
|---|---|---|
"""


def pinned(page: str) -> str:
    """The page with the hashes of its own script and style in its content security policy."""
    for tag in ("script", "style"):
        inside = re.search(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        if inside is None:
            raise ValueError(f"verify.html has no {tag}.")
        digest = base64.b64encode(sha256(inside[1].encode()).digest()).decode()
        page = re.sub(f"{tag}-src 'sha256-[^']*'", f"{tag}-src 'sha256-{digest}'", page, count=1)
    return page


def reference() -> str:
    """The page of documents with the fingerprints."""
    rows = []
    for name in ("verify.py", "verify.html"):
        content = (FOLDER / name).read_bytes()
        rows.append(f"| `{name}` | {len(content):,} | `{sha256(content).hexdigest()}` |\n")
    return WORDS + "".join(rows)


def main() -> None:
    """Write both."""
    page = FOLDER / "verify.html"
    page.write_text(pinned(page.read_text()))
    PAGE.write_text(reference())


if __name__ == "__main__":
    main()
