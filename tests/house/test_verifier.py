"""The two verifiers are what the documents say they are, and the page may run nothing but itself."""

import pytest

from tools.pin_verifier import FOLDER, PAGE, pinned, reference


def test_the_fingerprints_in_the_documents_are_those_of_the_files():
    assert PAGE.read_text() == reference(), "Run: .venv/bin/python -m tools.pin_verifier"


def test_the_page_allows_its_own_script_and_style_and_nothing_else():
    page = (FOLDER / "verify.html").read_text()
    assert pinned(page) == page, "Run: .venv/bin/python -m tools.pin_verifier"
    assert "default-src 'none'" in page
    for word in ("http://", "https://", "unsafe-", "fetch(", "XMLHttpRequest", "import("):
        assert word not in page


@pytest.mark.parametrize("name", ["verify.py", "verify.html"])
def test_a_verifier_holds_nothing_of_a_school(name):
    assert "Oak School" not in (FOLDER / name).read_text()
