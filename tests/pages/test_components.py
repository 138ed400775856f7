"""The frame of every page, the components, and the files they need."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import override_settings

ROOT = Path(settings.ROOT)
STATIC = ROOT / "forethought" / "static" / "forethought"
TEMPLATES = ROOT / "forethought" / "templates" / "forethought"
COMPONENTS = sorted(path.stem for path in (TEMPLATES / "components").glob("*.html"))
PLAIN_FILES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


def base(**context: Any) -> str:
    with override_settings(STORAGES=PLAIN_FILES):
        return render_to_string("forethought/base.html", context)


def component(name: str, **values: Any) -> str:
    return " ".join(render_to_string(f"forethought/components/{name}.html", values).split())


# --- The frame ---


def test_danger_comes_first_and_the_skip_link_before_it() -> None:
    html = base(title="Home")
    places = [html.index(text) for text in ("Skip to main content", "In danger now?", "Forethought</a>", "<main")]
    assert places == sorted(places)
    assert '<html lang="en-GB"' in html and 'href="tel:999"' in html


def test_without_values_the_page_has_the_menu_of_somebody_not_signed_in() -> None:
    html = base(title="Get help now", public=True)
    assert [text in html for text in ("Home", "Report", "Get help now", "Sign in", "Sign out")] == [True] * 4 + [False]
    footer = ("Privacy", "Accessibility", "Data complaint", "Where this differs from the policy")
    assert all(text in html for text in footer)


def test_signing_out_is_a_form_with_a_token() -> None:
    html = base(title="Home", viewer=object(), csrf_token="secret-token", nav=[{"text": "Home", "href": "/"}])
    assert re.search(r'<form method="post" action="/accounts/logout/"><input type="hidden"[^>]+secret-token', html)


def test_exit_saves_the_form_it_is_given_and_is_not_what_enter_presses() -> None:
    html = base(title="Report", exit_url="/exit/", exit_form="report")
    buttons = re.findall(r'<button[^>]+form="report"[^>]*>', html)
    assert len(buttons) == 2
    assert "formaction" not in buttons[0] and 'tabindex="-1"' in buttons[0]
    assert 'formaction="/exit/"' in buttons[1] and "formnovalidate" in buttons[1]
    assert 'formenctype="application/x-www-form-urlencoded"' in buttons[1]


def test_exit_without_a_form_is_its_own() -> None:
    html = base(title="Report", exit_url="/exit/", csrf_token="secret-token")
    assert re.search(r'<form method="post" action="/exit/"><input type="hidden"[^>]+secret-token', html)
    assert "Exit this page" not in base(title="Report")


def test_the_title_says_when_something_is_wrong() -> None:
    assert "<title>Error: What happened - Forethought</title>" in base(title="What happened", errors=[{"text": "x"}])
    assert "<title>Case - Forethought</title>" in base(title="Case")


def test_the_session_is_watched_only_where_there_is_one() -> None:
    assert 'data-idle-seconds="600" data-stay-url="/stay/"' in base(idle_seconds=600)
    assert "data-idle-seconds" not in base(idle_seconds=0)


# --- Components ---


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_can_be_drawn_and_says_what_it_takes(name: str) -> None:
    assert (TEMPLATES / "components" / f"{name}.html").read_text().startswith("{% comment %}")
    component(name)


@pytest.mark.parametrize(("state", "said"), [("normal", None), ("soon", "Due soon."), ("late", "Late.")])
def test_a_deadline_says_its_state_in_words(state: str, said: str | None) -> None:
    html = component("deadline", text="Ask the host by 10pm.", state=state)
    assert "Ask the host by 10pm." in html
    assert re.findall(r"<strong[^>]*>([^<]+)", html) == ([said] if said else [])


def test_an_act_that_is_refused_has_its_sentence_beside_a_dead_button() -> None:
    html = component("button", text="Close", post_to="/close/", reason="The host has until 6pm.")
    assert "disabled" in html and "The host has until 6pm." in html and "<form" not in html


def test_a_button_that_posts_carries_the_token() -> None:
    html = component("button", text="Ask", post_to="/ask/", csrf_token="secret-token")
    assert '<form method="post" action="/ask/"' in html and "secret-token" in html


def test_a_cell_carries_its_label_for_small_screens() -> None:
    rows = [[{"label": "What", "text": "Complaint", "href": "/c/"}, {"label": "Due", "text": "3 December"}]]
    html = component("table", caption="Due to you", rows=rows)
    assert '<th scope="row"' in html and '<span class="ft-table__label" aria-hidden="true">Due</span>' in html
    assert component("table", rows=[], empty="Nothing due") == '<p class="govuk-body">Nothing due</p>'


def test_an_address_in_a_list_never_becomes_a_link() -> None:
    html = component("summary_list", rows=[{"key": "Where", "value": "https://example.test/<x>"}])
    assert "<a" not in html and "https://example.test/&lt;x&gt;" in html


# --- Files and the policy on content ---


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_has_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    if path.parent.name == "inside":
        # A page inside a bundle stands alone, on a machine that has nothing of ours: its style lies in it.
        text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_nothing_makes_a_school_look_like_gov_uk() -> None:
    for name in ("govuk.css", "govuk.js", "site.css"):
        text = (STATIC / name).read_text().lower()
        for mark in ("gds transport", "@font-face", "url(", "crest", "crown", "www.gov.uk", "#1d70b8"):
            assert mark not in text, (name, mark)


def test_a_first_visit_is_light() -> None:
    files = [path for path in STATIC.iterdir() if path.suffix in {".css", ".js", ".svg"}]
    assert sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in files) < 35_000
