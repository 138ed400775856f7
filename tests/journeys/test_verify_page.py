"""verify.html, opened from a file in a real browser that has no network: what it finds is what verify.py finds."""

import base64
import random
import re
from pathlib import Path
from typing import Any

import bundle_attacks
import pytest
from axe_playwright_python.sync_playwright import Axe
from bundle_making import KEY, STRANGER, VERIFIER, Made, each_bit, make, one_bit_in_each_byte
from playwright.sync_api import expect

pytestmark = pytest.mark.policy("7.3", "7.4")

_OK, _FAILED = "ok: this is what the school’s log vouches for.", "FAILED: do not rely on this bundle."

#: Everything of the page's own: no hashing and no signatures by the browser.
_BY_ITSELF = "AT_ONCE = -1; crypto.subtle.importKey = () => { throw new Error('none') }; undefined"
_MANY = """async ([files, note, key]) => {
  const wrong = [];
  for (const [name, content] of files) {
    const raw = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
    for (const with_note of [note, null]) {
      try { await check(new File([raw], "a.zip"), with_note, key, "", () => {}); wrong.push(name); } catch (error) {}
    }
  }
  return wrong;
}"""


@pytest.fixture(scope="module")
def made() -> Made:
    return make()


@pytest.fixture
def page(browser: Any) -> Any:
    context = browser.new_context(viewport={"width": 320, "height": 640}, offline=True)
    page = context.new_page()
    page.wrong = []
    page.on("console", lambda message: message.type == "error" and page.wrong.append(message.text))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda request: request.url.startswith("file:") or page.wrong.append(request.url))
    page.goto((VERIFIER / "verify.html").as_uri())
    yield page
    assert page.wrong == []
    context.close()


def put(
    page: Any, folder: Path, whole: bytes, note: str | None, key: str = KEY.public().to_text(), old: str = ""
) -> str:
    """Choose the files as a person would, check them, and read the verdict."""
    (folder / "bundle.zip").write_bytes(whole)
    files = [folder / "bundle.zip"]
    if note is not None:
        (folder / "bundle.zip.note").write_text(note)
        files.append(folder / "bundle.zip.note")
    page.get_by_label("The bundle, and its note").set_input_files(files)
    page.get_by_label("The school’s key").fill(key)
    page.get_by_label("A checkpoint from before").fill(old)
    page.get_by_role("button", name="Check it").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).not_to_have_text(re.compile("^(Checking.*)?$"))
    return str(page.locator("#verdict").inner_text())


def test_a_bundle_is_accepted_and_listed_and_the_page_can_be_read_by_everybody(page, made, tmp_path):
    old = made.log.note(made.plan.earlier[0].size)
    assert put(page, tmp_path, made.zip, made.note, old=old) == _OK
    shown = page.locator("#lines").inner_text()
    assert shown.count("ok") == 6
    assert "Your checkpoint is of this log" in shown
    assert "screen 1.png" in page.locator("#items").inner_text()
    assert "It was sealed away" in page.locator("#withheld").inner_text()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_pages_own_hashes_and_signatures_agree_with_the_browsers(page, made, tmp_path):
    page.evaluate(_BY_ITSELF)
    assert put(page, tmp_path, made.zip, made.note) == _OK
    for length in (0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 1000):
        assert page.evaluate(
            """async (length) => {
                const data = Uint8Array.from({length}, (_, at) => at * 7 & 255);
                const browsers = async (name) => hex(new Uint8Array(await crypto.subtle.digest(name, data)));
                return hex(sha(data)) === await browsers("SHA-256") && hex(sha512(data)) === await browsers("SHA-512");
            }""",
            length,
        )


def test_what_is_not_given_is_not_called_ok(page, made, tmp_path):
    assert put(page, tmp_path, made.zip, made.note, key="").startswith("NOT CHECKED")
    assert put(page, tmp_path, made.zip, None).startswith("NOT CHECKED")
    assert put(page, tmp_path, made.zip, made.note, key=STRANGER.public().to_text()) == _FAILED
    assert put(page, tmp_path, made.zip, make(seed=2).note) == _FAILED
    assert put(page, tmp_path, made.zip, made.note, old=make(seed=3).log.note(made.plan.earlier[0].size)) == _FAILED


@pytest.mark.parametrize("by_itself", [False, True])
def test_what_was_changed_is_found(page, made, by_itself):
    if by_itself:
        page.evaluate(_BY_ITSELF)
    tried = list(bundle_attacks.attacks(made, make(seed=2), count=58, seed=11))
    tried += [("a bit", one) for one in random.Random(3).sample(list(one_bit_in_each_byte(made.zip, 3, every=97)), 30)]
    files = [(name, base64.b64encode(whole).decode()) for name, whole in tried[: 20 if by_itself else None]]
    loose = page.evaluate(_MANY, [files, made.note, KEY.public().to_text()])
    assert loose == []


def test_a_note_with_a_changed_bit_is_refused_by_the_page_too(page, made, tmp_path):
    for changed in list(each_bit(made.note.encode(), every=199)):
        assert put(page, tmp_path, made.zip, changed.decode("utf-8", "replace")) == _FAILED
