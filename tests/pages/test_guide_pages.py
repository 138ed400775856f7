"""The guides where the program runs: who may read them, which come first, and where what they name leads."""

import re
from html import escape
from pathlib import Path

import pytest
from builders import World
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.core.markdown import Block, Heading, Items, Paragraph, Run, Table
from forethought.pages import guides
from forethought.people.models import Role

EVERY = sorted(guides.GUIDES)


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def runs_in(blocks: tuple[Block | guides.Seen, ...]) -> list[Run]:
    found: list[Run] = []
    for one in blocks:
        match one:
            case Heading() | Paragraph():
                found += one.runs
            case Items():
                found += [run for item in one.items for run in runs_in(item)]
            case Table():
                found += [run for row in (one.heads, *one.rows) for cell in row for run in cell]
    return found


# --- Where what a guide names leads ---


@pytest.mark.parametrize(
    ("document", "to", "leads"),
    [
        ("guides/headteacher.md", "people.md", "/guides/people/"),
        ("guides/headteacher.md", "../explanation/clocks.md", "/guides/clocks/"),
        ("guides/headteacher.md", "../explanation/clocks.md#the-worker", "/guides/clocks/#the-worker"),
        ("guides/sign-in.md", "#a-lost-phone-or-key", "#a-lost-phone-or-key"),
        ("explanation/for-unions.md", "boundaries.md", "/guides/boundaries/"),
        ("guides/member-of-staff.md", "../departures.md", "/guides/departures/"),
        ("departures.md", "explanation/clocks.md", "/guides/clocks/"),
        ("guides/sign-in.md", "../decisions/0047-a-lost-second-step.md", ""),
        ("guides/data-protection-officer.md", "../../THIRD-PARTY.md", ""),
        ("explanation/clocks.md", "../../forethought/cases/models.py", ""),
        ("guides/people.md", "https://example.org/people.md", ""),
        ("guides/people.md", "//example.org/people.md", ""),
        ("guides/people.md", "/guides/people.md", ""),
        ("guides/people.md", "javascript:alert(1)", ""),
    ],
)
def test_a_link_leads_to_what_is_served_here_or_nowhere(document: str, to: str, leads: str) -> None:
    assert guides.led(document, to) == leads


@pytest.mark.parametrize(
    ("code", "leads"),
    [
        ("/report/", "/report/"),
        ("/school/offices/", "/school/offices/"),
        ("/guides/people/", ""),
        ("/no-such-page/", ""),
        ("/var/lib/forethought", ""),
        ("/", "/"),
        ("report/", ""),
        ("manage.py", ""),
        ("", ""),
    ],
)
def test_code_leads_to_the_page_that_it_names(code: str, leads: str) -> None:
    assert guides.address_of(code) == leads


@pytest.mark.parametrize(
    "start",
    [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff" + bytes(30), b"\x89PNG\r\n\x1a\n" + bytes(4) + b"IDAT" + bytes(8)],
)
def test_what_is_no_png_has_no_size(start: bytes) -> None:
    with pytest.raises(ValueError, match="no PNG"):
        guides.size_of(start)


def test_a_png_says_its_size_at_its_start() -> None:
    start = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + b"IHDR" + (320).to_bytes(4, "big") + (9).to_bytes(4, "big")

    assert guides.size_of(start) == (320, 9)


# --- Which come first ---


@pytest.mark.parametrize(
    ("roles", "own"),
    [
        (frozenset(), ["member-of-staff"]),
        (frozenset({Role.HEAD}), ["headteacher", "member-of-staff"]),
        (frozenset({Role.SENIOR, Role.LEAD}), ["headteacher", "safeguarding-lead", "member-of-staff"]),
        (frozenset({Role.CLERK}), ["first-day", "people", "member-of-staff"]),
        (frozenset({Role.UNION}), ["union-representative", "member-of-staff"]),
        (frozenset({Role.IT}), ["server-keeper", "sign-in", "member-of-staff"]),
    ],
)
def test_ones_own_guides_come_first(roles: frozenset[str], own: list[str]) -> None:
    first, *others = guides.groups_for(roles)

    assert first[0] == "For you"
    assert [one.name for one in first[1]] == own
    assert sorted(one.name for _, those in [first, *others] for one in those) == EVERY


def test_each_office_has_a_guide_of_its_own() -> None:
    assert {role for one in guides.GUIDES.values() for role in one.roles} == set(Role.values)


def test_nobody_in_particular_sees_each_guide_once() -> None:
    groups = guides.groups_for(None)

    assert [title for title, _ in groups] == ["By role", "To do something", "To understand it"]
    assert sorted(one.name for _, those in groups for one in those) == EVERY


def test_every_guide_that_is_written_is_served() -> None:
    written = {path.stem for path in (guides.DOCS / "guides").glob("*.md")}

    assert written - set(EVERY) == set()


# --- The pages ---


@pytest.mark.parametrize("name", EVERY)
def test_a_guide_needs_no_sign_in_and_no_database(name: str) -> None:
    # Without the mark for a database, pytest-django refuses every query.
    page = text_of(Client().get(f"/guides/{name}/"))

    assert f"{escape(guides.shown_of(name).title)}</h1>" in page
    left = [
        one.text
        for one in runs_in(guides.shown_of(name).blocks)
        if not one.code and re.search(r"`|\*\*|\]\(|\||<!--", one.text)
    ]
    assert left == []


@pytest.mark.parametrize("name", EVERY)
def test_everything_to_press_in_a_guide_is_here(name: str) -> None:
    page = main_of(text_of(Client().get(f"/guides/{name}/")))

    for href in set(re.findall(r'href="([^"]+)"', page)):
        path, _, place = href.partition("#")
        assert not path or path.startswith("/"), href
        if path.startswith("/guides/") or not path:
            there = text_of(Client().get(path or f"/guides/{name}/"))
            assert not place or f'id="{place}"' in there, href
    for source in re.findall(r'src="([^"]+)"', page):
        assert source.startswith("/static/forethought/guide/")


@pytest.mark.parametrize("name", EVERY)
def test_a_picture_says_how_large_it_is_and_what_it_shows(name: str) -> None:
    page = main_of(text_of(Client().get(f"/guides/{name}/")))

    for one in re.findall(r"<img [^>]*>", page):
        assert re.search(r'width="\d+" height="\d+" alt="[^"]{20,}"', one), one


def test_no_page_that_a_guide_leads_to_is_an_act(school_now: World) -> None:
    named = {
        run.href
        for name in EVERY
        for run in runs_in(guides.shown_of(name).blocks)
        if run.href.startswith("/") and not run.href.startswith("/guides/")
    }
    client = client_of(school_now.head)

    assert len(named) > 30
    assert [one for one in sorted(named) if client.get(one).status_code in {400, 405, 500}] == []


def test_the_list_leads_to_each_guide() -> None:
    page = text_of(Client().get("/guides/"))

    assert [name for name in EVERY if f'href="/guides/{name}/"' not in page] == []
    assert "For you" not in page


def test_somebody_signed_in_finds_their_own_first(school_now: World) -> None:
    page = main_of(text_of(client_of(school_now.lead).get("/guides/")))

    assert re.findall(r'href="/guides/([^/]+)/"', page)[:2] == ["safeguarding-lead", "member-of-staff"]


def test_there_is_no_other_guide() -> None:
    for name in ("decisions", "settings", "0001-dependencies", "words"):
        assert Client().get(f"/guides/{name}/").status_code == 404
    assert Client().get("/guides/../../etc/passwd/").status_code == 404


def test_every_page_leads_to_the_guides() -> None:
    for path in ("/", "/help/", "/accessibility/"):
        assert 'href="/guides/"' in text_of(Client().get(path))


def test_words_of_a_document_are_shown_and_never_taken_for_markup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "people.md").write_text("# A <b>title</b>\n\n<script>1</script> [x](javascript:1) `<i>`\n")
    monkeypatch.setattr(guides, "DOCS", tmp_path)
    guides.shown_of.cache_clear()
    try:
        page = main_of(text_of(Client().get("/guides/people/")))
    finally:
        guides.shown_of.cache_clear()

    assert "<script" not in page and "<b>" not in page and 'href="javascript:' not in page
    assert "&lt;script&gt;1&lt;/script&gt; [x](javascript:1) <code>&lt;i&gt;</code>" in page
