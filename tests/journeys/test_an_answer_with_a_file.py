"""A newcomer looks at the demonstration: the answer to a request for one's own data, and a file to take along."""

from pathlib import Path
from typing import Any

import pytest
from walking import NARROW


@pytest.mark.policy("11.1")
def test_somebody_reads_the_answer_to_their_request_and_takes_a_file_along(somebody: Any) -> None:
    nadia = somebody("answer", screen=NARROW)
    nadia.be("Nadia Khan")
    nadia.go("/data-protection/")
    nadia.page.locator("a[href*='/data-protection/own/']").first.click()
    nadia.sees("Your request")
    assert nadia.reads("A matter at the school") and nadia.reads("Files")
    with nadia.page.expect_download() as caught:
        nadia.page.get_by_role("link", name="File 1").click()
    assert caught.value.suggested_filename == "file-1.txt"
    words = Path(caught.value.path()).read_text()
    assert "Perhaps ask her first" in words and "[line cut]" in words and "his cousin" not in words
