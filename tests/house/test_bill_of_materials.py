"""The software bill of materials says what the lock installs and what was copied here, with a licence for each."""

import json

import pytest

from tools.bill_of_materials import BILL, LOCK, Package, bill, licence_said, licences, packages, written


def test_the_bill_in_the_documents_is_what_the_tool_writes() -> None:
    assert BILL.read_text(encoding="utf-8") == written(bill()), "Run: .venv/bin/python -m tools.bill_of_materials"


def test_every_package_of_the_lock_is_in_it_with_all_its_hashes() -> None:
    said = json.loads(BILL.read_text(encoding="utf-8"))
    found = {part["purl"]: part for part in said["components"] if "purl" in part}
    locked = packages(LOCK.read_text(encoding="utf-8"))

    assert {one.purl: list(one.hashes) for one in locked} == {
        purl: [each["content"] for each in part["hashes"]] for purl, part in found.items()
    }
    assert sum(len(one.hashes) for one in locked) == LOCK.read_text(encoding="utf-8").count("--hash=")


def test_it_names_no_registry_and_no_time() -> None:
    text = BILL.read_text(encoding="utf-8")

    assert text.count("://") == 1, "the address of its own schema alone"
    assert "timestamp" not in text


def test_a_lock_is_read_with_its_conditions() -> None:
    lock = f"a-b==1.0+cpu ; sys_platform == 'win32' \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{'1' * 64}\n"

    assert packages(lock) == [Package("a-b", "1.0+cpu", "sys_platform == 'win32'", ("0" * 64, "1" * 64))]
    assert packages(lock)[0].purl == "pkg:pypi/a-b@1.0%2Bcpu"


@pytest.mark.parametrize("lock", ["a==1.0", "a>=1.0 \\\n    --hash=sha256:" + "0" * 64])
def test_a_line_that_is_not_understood_is_a_fault(lock: str) -> None:
    with pytest.raises(ValueError, match="Not understood"):
        packages(lock)


def test_the_licence_of_each_package_is_read_from_the_decision() -> None:
    decision = "| One 5.2, with `two` | MIT | . |\n| three, with four | ISC, 0BSD | . |"

    assert licences(decision, frozenset({"one", "two", "three", "four"})) == {
        "one": "MIT",
        "three": "ISC",
        "four": "0BSD",
    }


@pytest.mark.parametrize(
    ("licence", "said"),
    [
        ("MIT", {"license": {"id": "MIT"}}),
        ("Apache-2.0 or BSD-3-Clause", {"expression": "Apache-2.0 OR BSD-3-Clause"}),
        ("BSD-style", {"license": {"name": "BSD-style"}}),
    ],
)
def test_a_licence_is_named_as_spdx_has_it_or_in_words(licence: str, said: dict[str, object]) -> None:
    assert licence_said(licence) == [said]
