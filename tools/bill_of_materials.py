"""Write the software bill of materials (CycloneDX 1.6, JSON) from the lock, for whoever has to know what is installed.

Run it after every change of requirements.lock, of decision 1 or of a copied part:
`.venv/bin/python -m tools.bill_of_materials`. A house test says when that was forgotten. The same input gives the same
bytes: it holds no time, and its serial number is worked out from what it says. It asks nobody.
"""

import json
import re
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
LICENCES = ROOT / "docs" / "decisions" / "0001-dependencies.md"
COPIED = ROOT / "THIRD-PARTY.md"
BILL = ROOT / "docs" / "reference" / "bill-of-materials.json"

#: A name of our own for what has none in the world: the serial number is made under it.
OURS = uuid.UUID("b1b6dd0a-26a1-5c39-9a0f-6a4f0f0c7e57")

LOCKED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+?)(?: ; ([^\n\\]+?))?(?: \\)?$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
#: Names from the list of SPDX that stand in our documents. Any other licence is given in words, not as one of these.
SPDX = frozenset(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause ISC LGPL-3.0-only MIT MIT-0 MIT-CMU MPL-2.0 PSF-2.0 Zlib".split()
)


@dataclass(frozen=True)
class Package:
    """One package of the lock: its hashes are those of all files in which this version is published."""

    name: str
    version: str
    only_where: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Its address among packages (purl specification, type pypi)."""
        return f"pkg:pypi/{self.name}@{self.version.replace('+', '%2B')}"


def packages(lock: str) -> list[Package]:
    """Every package of a lock, in its order. A line that is not understood is a fault, not a gap."""
    found = []
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        first = LOCKED.match(entry.partition("\n")[0])
        hashes = tuple(HASH.findall(entry))
        if first is None or not hashes:
            raise ValueError(f"Not understood in the lock: {entry.partition(chr(10))[0]}")
        found.append(Package(first[1], first[2], first[3] or "", hashes))
    return found


def rows_of(document: str) -> Iterator[list[str]]:
    """The cells of each row of a document's tables."""
    for line in document.splitlines():
        if line.startswith("| ") and line.endswith(" |"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def licences(decision: str, names: frozenset[str]) -> dict[str, str]:
    """The licence of each of these packages, as decision 1 has it. The first row that names a package counts."""
    found: dict[str, str] = {}
    for first, licence, *_ in (row for row in rows_of(decision) if len(row) > 1):
        plain = re.sub(r"`[^`]*`", "", first)
        here = [word for word in map(normal, re.findall(r"[A-Za-z][\w.-]*", plain)) if word in names]
        said = licence.split(", ")
        for at, name in enumerate(here):
            found.setdefault(name, said[at] if len(said) == len(here) else licence)
    return found


def normal(name: str) -> str:
    """A package's name as the lock writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_said(licence: str) -> list[dict[str, Any]]:
    """A licence as CycloneDX wants it: an SPDX name, an expression of several, or plain words."""
    expression = licence.replace(" or ", " OR ").replace(" and ", " AND ")
    if expression in SPDX:
        return [{"license": {"id": expression}}]
    if set(re.split(r" OR | AND ", expression)) <= SPDX:
        return [{"expression": expression}]
    return [{"license": {"name": licence}}]


def hashes_said(hashes: tuple[str, ...]) -> list[dict[str, str]]:
    """Hashes as CycloneDX wants them."""
    return [{"alg": "SHA-256", "content": one} for one in hashes]


def installed(package: Package, licence: str) -> dict[str, Any]:
    """A package of the lock, as a component."""
    said: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "scope": "required",
        "hashes": hashes_said(package.hashes),
        "licenses": licence_said(licence),
        "purl": package.purl,
    }
    if package.only_where:
        said["properties"] = [{"name": "forethought:only-where", "value": package.only_where}]
    return said


def copied(document: str) -> list[dict[str, Any]]:
    """What is copied into the program, as components: one for each file, with the hash of what lies here."""
    found = []
    for part, where, version, licence, *_ in (row for row in rows_of(document) if len(row) > 3):
        for name, path in re.findall(r"\[([^\]]+)\]\(([^)]+)\)", where):
            if not path.startswith("forethought/"):
                continue
            content = (ROOT / path).read_bytes()
            found.append(
                {
                    "type": "machine-learning-model" if path.endswith(".onnx") else "file",
                    "bom-ref": path,
                    "name": name,
                    "version": version,
                    "description": part,
                    "scope": "required",
                    "hashes": hashes_said((sha256(content).hexdigest(),)),
                    "licenses": licence_said(licence.partition(", in ")[0]),
                }
            )
    return found


def bill() -> dict[str, Any]:
    """The whole bill. A package without a licence in decision 1 is a fault."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = packages(LOCK.read_text(encoding="utf-8"))
    known = licences(LICENCES.read_text(encoding="utf-8"), frozenset(one.name for one in locked))
    if without := sorted({one.name for one in locked} - known.keys()):
        raise ValueError(f"Write their licence into {LICENCES.name}: {', '.join(without)}")
    direct = {normal(re.split(r"[\[<>=!~; ]", one, maxsplit=1)[0]) for one in project["dependencies"]}
    own = f"forethought@{project['version']}"
    parts = copied(COPIED.read_text(encoding="utf-8"))
    needs = [one.purl for one in locked if one.name in direct] + [part["bom-ref"] for part in parts]
    said: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": licence_said(project["license"]),
            }
        },
        "components": [*(installed(one, known[one.name]) for one in locked), *parts],
        "dependencies": [{"ref": own, "dependsOn": needs}],
        # The lock says what is installed, and not which package brought which.
        "compositions": [{"aggregate": "incomplete", "dependencies": [own]}],
    }
    serial = uuid.uuid5(OURS, json.dumps(said, sort_keys=True))
    return {"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "serialNumber": f"urn:uuid:{serial}", **said}


def written(said: dict[str, Any]) -> str:
    """A bill as text with one component a line, so that a change of one package is a change of one line."""
    components = ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in said["components"])
    frame = json.dumps({**said, "components": "HERE"}, ensure_ascii=False, indent=2)
    return frame.replace('"HERE"', f"[\n{components}\n  ]", 1) + "\n"


def main() -> None:
    """Write it."""
    BILL.write_text(written(bill()), encoding="utf-8")


if __name__ == "__main__":
    main()
