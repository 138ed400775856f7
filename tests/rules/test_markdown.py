"""Our documents as data: each kind of block and of words, and what is none."""

import pytest

from forethought.core.markdown import (
    Block,
    Code,
    Heading,
    Items,
    Paragraph,
    Picture,
    Run,
    Runs,
    Table,
    blocks_of,
    name_of,
)


def said(*words: str) -> tuple[Runs, ...]:
    return tuple((Run(one),) if one else () for one in words)


def lines(*words: str) -> tuple[tuple[Block, ...], ...]:
    return tuple((Paragraph((Run(one),)),) for one in words)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", []),
        ("\n\n", []),
        ("# The first day", [Heading(1, (Run("The first day"),), "the-first-day")]),
        ("### A lost phone, or key? ##", [Heading(3, (Run("A lost phone, or key?"),), "a-lost-phone-or-key")]),
        ("#none", [Paragraph((Run("#none"),))]),
        ("One\ntwo.", [Paragraph((Run("One two."),))]),
        ("One.\n\nTwo.", [Paragraph((Run("One."),)), Paragraph((Run("Two."),))]),
        ("One.\n- a\n- b\n  c", [Paragraph((Run("One."),)), Items(False, lines("a", "b c"))]),
        ("1. a\n   b\n2. c", [Items(True, lines("a b", "c"))]),
        ("1. a\n\n2. b", [Items(True, lines("a", "b"))]),
        ("10. a\n11. b", [Items(True, lines("a", "b"))]),
        ("- a\n\nb", [Items(False, lines("a")), Paragraph((Run("b"),))]),
        ("- a\n1. b", [Items(False, lines("a")), Items(True, lines("b"))]),
        ("-no item", [Paragraph((Run("-no item"),))]),
        ("2026 was late.\n1990 too.", [Paragraph((Run("2026 was late. 1990 too."),))]),
        ("    a  b\n\n      c\n", [Code("a  b\n\n  c")]),
        ("```sh\na\n\n# b\n```\nc", [Code("a\n\n# b"), Paragraph((Run("c"),))]),
        ("![A home](../images/home.png)", [Picture("../images/home.png", "A home")]),
        ("![A home, and\nno name](home.png)", [Picture("home.png", "A home, and no name")]),
        ("| a | b |\n|---|:-:|\n| c | d |", [Table(said("a", "b"), (said("c", "d"),))]),
        ("| | b |\n|---|---|\n| c | |", [Table(said("", "b"), (said("c", ""),))]),
        ("| a | b |\n|---|---|\n| c |\n| d | e | f |", [Table(said("a", "b"), (said("c", ""), said("d", "e")))]),
        ("| a \\| b |\n|---|\n| c |", [Table(said("a | b"), (said("c"),))]),
        ("| no table", [Paragraph((Run("| no table"),))]),
    ],
)
def test_blocks_are_told_apart(text: str, blocks: list[Block]) -> None:
    assert list(blocks_of(text)) == blocks


def test_an_item_may_hold_lines_to_be_typed() -> None:
    text = "1. **Get the link.** Run\n\n       manage.py setup_link\n\n   and hand it over.\n2. Press."

    assert blocks_of(text) == (
        Items(
            True,
            (
                (
                    Paragraph((Run("Get the link.", strong=True), Run(" Run"))),
                    Code("manage.py setup_link"),
                    Paragraph((Run("and hand it over."),)),
                ),
                (Paragraph((Run("Press."),)),),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("plain", [Run("plain")]),
        ("**a** b", [Run("a", strong=True), Run(" b")]),
        ("*a b* c", [Run("a b", stressed=True), Run(" c")]),
        ("2 * 3 * 4", [Run("2 * 3 * 4")]),
        ("**a `b` c**", [Run("a ", strong=True), Run("b", strong=True, code=True), Run(" c", strong=True)]),
        ("`**a**`", [Run("**a**", code=True)]),
        ("`/report/`", [Run("/report/", "/report/", code=True)]),
        ("`manage.py`", [Run("manage.py", code=True)]),
        ("[a `b`](b.md) c", [Run("a b", "/b.md"), Run(" c")]),
        ("**[a](b.md)**", [Run("a", "/b.md", strong=True)]),
        ("[a](javascript:b)", [Run("[a](javascript:b)")]),
        ("*a **b***", [Run("a ", stressed=True), Run("b", strong=True, stressed=True)]),
        ("see ![a home](b.png)", [Run("see a home")]),
        ("[a] (b)", [Run("[a] (b)")]),
        ("<b>a</b> & `<i>`", [Run("<b>a</b> & "), Run("<i>", code=True)]),
        ("\\*a\\* b\\c", [Run("*a* b\\c")]),
    ],
)
def test_words_are_told_apart(text: str, runs: list[Run]) -> None:
    def link(to: str) -> str:
        return f"/{to}" if to.endswith(".md") else ""

    read = blocks_of(text, link=link, code=lambda typed: typed if typed == "/report/" else "")

    assert read == (Paragraph(tuple(runs)),)


def test_no_link_leads_anywhere_unless_the_caller_says_where() -> None:
    read = blocks_of("[a](https://example.org/) `/report/`")

    assert read == (Paragraph((Run("a "), Run("/report/", code=True))),)


def test_a_kind_of_block_that_our_documents_do_not_use_is_said() -> None:
    with pytest.raises(ValueError, match="Our documents hold no hr"):
        blocks_of("***")


@pytest.mark.parametrize(("heading", "name"), [("A lost phone", "a-lost-phone"), ("What it's for?", "what-its-for")])
def test_a_heading_is_named_as_links_in_our_documents_name_it(heading: str, name: str) -> None:
    assert name_of(heading) == name
