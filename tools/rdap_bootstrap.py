"""Write `forethought/capture/rdap_bootstrap.json` from the lists that IANA publishes (RFC 9224).

    python tools/rdap_bootstrap.py            fetches the three lists and writes the file
    python tools/rdap_bootstrap.py FOLDER     reads dns.json, ipv4.json and ipv6.json from a folder instead

Run it every few months, on a machine that may reach data.iana.org.
"""

import json
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "forethought" / "capture" / "rdap_bootstrap.json"
SOURCE = "https://data.iana.org/rdap/"
PARTS = ("dns", "ipv4", "ipv6")


def fetched(part: str) -> dict[str, Any]:
    """One of the lists, from where it is published."""
    with urllib.request.urlopen(f"{SOURCE}{part}.json", timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def written(lists: dict[str, dict[str, Any]], read_on: str) -> str:
    """The file: what answers for what, grouped and sorted, so that a change of it can be read."""
    rows: dict[str, object] = {"source": f"{SOURCE} (dns.json, ipv4.json, ipv6.json)", "read_on": read_on}
    for part in PARTS:
        rows[part] = sorted(
            ([sorted(names), where] for names, where in lists[part]["services"]), key=lambda row: row[1]
        )
    said = []
    for name, value in rows.items():
        inner = (
            json.dumps(value)
            if isinstance(value, str)
            else "[\n" + ",\n".join("  " + json.dumps(row, separators=(",", ":")) for row in value) + "\n ]"  # type: ignore[attr-defined]
        )
        said.append(f" {json.dumps(name)}: {inner}")
    return "{\n" + ",\n".join(said) + "\n}\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    lists = {
        part: json.loads((folder / f"{part}.json").read_text(encoding="utf-8")) if folder else fetched(part)
        for part in PARTS
    }
    TARGET.write_text(written(lists, f"{datetime.now(UTC):%Y-%m-%d}"), encoding="utf-8")
