"""Every page can be read by somebody of about twelve, which is what a tired adult at nine in the evening can read.

Nothing is rendered: the text is taken out of the template. The measure is the Flesch-Kincaid grade, an American school
year; grade 7 is read at about twelve. `textstat` has the same formula, but it fetches a dictionary from the internet at
its first use, so the formula stands here, with syllables counted by vowels and by pyphen's hyphens.
"""

import html
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyphen
import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "forethought" / "templates"

HARDEST_GRADE = 7.5
FEWEST_WORDS = 100  # fewer than this measure nothing
FEWEST_IN_A_SENTENCE = 4  # a label or a button is no sentence, and would flatter the page
FEWEST_IN_AN_ARGUMENT = 4  # a sentence handed to a component counts; a name or a path does not

NOT_READ = re.compile(
    r"<!--.*?-->|{#.*?#}|{% *comment\b.*?{% *endcomment *%}|<(script|style|head|svg)\b.*?</\1>",
    re.DOTALL | re.IGNORECASE,
)
TEMPLATE_TAG = re.compile(r"{%(.*?)%}", re.DOTALL)
QUOTED = re.compile(r'"([^"]*)"')
VARIABLE = re.compile(r"{{.*?}}", re.DOTALL)
INLINE = re.compile(r"</?(?:a|abbr|b|code|em|i|kbd|mark|small|span|strong|time)\b[^>]*>", re.IGNORECASE)
OTHER_TAG = re.compile(r"<[^>]*>")
SENTENCE_END = re.compile(r"(?<=[.!?:])[”\"’)]*\s+|\n")
WORD = re.compile(r"[A-Za-z][A-Za-z’'-]*|\d[\d.,:]*")
# The e of “time”, “whole”, “times” and “removed” is not heard; that of “able”, “images” and “wanted” is.
# So is that of “league”; and that in the middle of “safeguarding” and “something” is silent too.
SILENT_INSIDE = re.compile(r"^((?:saf|som|hom|tim|lif|nam|her|ther|wher))e(?=[b-df-hj-np-tv-xz][a-z])")
SILENT_ENDING = re.compile(r"[^aeiouyl]e$|[aeiouy]le$|[^aeiouylsxzcgh]es$|[aeiouy]les$|[^aeiouytd]ed$|[gq]ues?$")

HYPHENS = pyphen.Pyphen(lang="en_GB")


def prose_of(template: str) -> list[str]:
    """The sentences of a template, without labels. What a variable will say is unknown and counts as one short word."""
    text = NOT_READ.sub(" ", template)
    text = TEMPLATE_TAG.sub(lambda tag: _sentences_handed_on(tag[1]), text)
    text = VARIABLE.sub(" it ", text)
    text = " ".join(INLINE.sub("", text).split())
    text = html.unescape(OTHER_TAG.sub("\n", text))
    parts = (" ".join(part.split()) for part in SENTENCE_END.split(text))
    parts = (re.sub(r" (?=[.,;:!?])", "", part) for part in parts)  # “{{ what }}.” left a space
    return [part for part in parts if len(words_of(part)) >= FEWEST_IN_A_SENTENCE]


def _sentences_handed_on(tag: str) -> str:
    handed = [text for text in QUOTED.findall(tag) if len(words_of(text)) >= FEWEST_IN_AN_ARGUMENT]
    # A tag in the middle of a sentence (a condition, a URL) does not end it.
    return "".join(f"<p>{text}</p>" for text in handed)


def words_of(sentence: str) -> list[str]:
    return WORD.findall(sentence)


@cache
def syllables(word: str) -> int:
    """About how many syllables: groups of vowels, less silent endings, never fewer than the hyphens show."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    if not plain:
        return 1
    plain = SILENT_INSIDE.sub(r"\1", plain)
    groups = len(re.findall(r"[aeiouy]+", plain)) - bool(SILENT_ENDING.search(plain))
    return max(groups, len(HYPHENS.positions(plain)) + 1 if len(plain) > 3 else 1, 1)


def grade_of(sentences: list[str]) -> float:
    """The Flesch-Kincaid grade of some sentences."""
    words = [word for sentence in sentences for word in words_of(sentence)]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def pages() -> Iterator[Path]:
    """Page templates: not the parts that they are made of."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        parts = path.relative_to(TEMPLATES).parts
        if not {"components", "forms"} & set(parts) and not path.name.startswith(("_", "base", "layout")):
            yield path


@pytest.mark.parametrize("page", list(pages()), ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_a_page_can_be_read_by_a_twelve_year_old(page: Path) -> None:
    sentences = prose_of(page.read_text(encoding="utf-8"))
    if sum(len(words_of(sentence)) for sentence in sentences) <= FEWEST_WORDS:
        return

    grade = grade_of(sentences)

    hardest = sorted(sentences, key=lambda sentence: grade_of([sentence]), reverse=True)[:5]
    listed = "\n".join(f"  {grade_of([sentence]):.1f}  {sentence}" for sentence in hardest)
    assert grade <= HARDEST_GRADE, f"Grade {grade:.1f}, above {HARDEST_GRADE}. The hardest sentences:\n{listed}"


# --- The measure itself ---


def test_text_is_taken_out_of_a_template_and_labels_are_left() -> None:
    template = """
    {% extends "base.html" %}{# A note to ourselves that nobody reads. #}
    {% block content %}<h1>Report something online</h1>
    <p>Your words are kept. {% if late %}The school is <strong>late</strong> with {{ what }}.{% endif %}</p>
    {% include "components/hint.html" with text="You need not go back to look." only %}
    <button>Send report</button><script>var never = "read this text at all";</script>
    {% endblock %}"""

    assert prose_of(template) == [
        "Your words are kept.",
        "The school is late with it.",
        "You need not go back to look.",
    ]


HEARD = {
    1: "the be you school asked made times league 24",
    2: "wanted removed people online notice report able something colleague herself",
    3: "evidence manager safeguarding images headteacher governors",
    4: "authority conversation",
}


@pytest.mark.parametrize(("word", "count"), [(word, count) for count, words in HEARD.items() for word in words.split()])
def test_syllables_are_counted_about_right(word: str, count: int) -> None:
    assert syllables(word) == count


def test_plain_words_measure_easy_and_official_words_hard() -> None:
    plain = ["The school asks the host to take it down.", "You will be told what comes next."]
    official = [
        "Notwithstanding the aforementioned provisions, individuals are required to demonstrate appropriate "
        "professional responsibility regarding inappropriate communication."
    ]

    assert grade_of(plain) < 4
    assert grade_of(official) > 15


def test_the_grade_is_the_published_formula() -> None:
    # Six words, six syllables, one sentence.
    assert grade_of(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
