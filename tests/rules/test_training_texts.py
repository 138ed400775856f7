"""What the pre-post check learns from: enough, varied, known labels, and nothing to judge by among it."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from forethought.precheck.kinds import KINDS

TRAINING = Path(__file__).resolve().parents[2] / "training"
FOLDERS = ("posts", "reports", "hate", "dev", "unseen", "short")
#: Two lines that share more of their runs of three words than this are one line written twice.
NEAR = 0.6
#: Ofcom keeps these numbers for drama: nobody has them.
INVENTED = re.compile(r"07700 ?900 ?\d{3}|01632 ?960 ?\d{3}|0808 ?157 ?0\d{3}")
MOBILE = re.compile(r"(?<!\d)07\d{3} ?\d{3} ?\d{3}(?!\d)")


@cache
def lines(pattern: str) -> list[dict]:
    found = sorted(TRAINING.glob(pattern))
    return [json.loads(line) for path in found for line in path.read_text(encoding="utf-8").split("\n") if line]


@cache
def everything() -> list[dict]:
    return [one for folder in FOLDERS for one in lines(f"{folder}/*.jsonl")]


def runs(text: str) -> frozenset[tuple[str, ...]]:
    """Its runs of three words; a shorter text is one run."""
    words = re.findall(r"[a-z0-9']+", text.lower())
    return frozenset(tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2)))


def near(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every two texts that are nearly the same."""
    seen: list[tuple[str, frozenset]] = []
    having: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for text in texts:
        mine = runs(text)
        shared = Counter(at for run in mine for at in having[run])
        for at, count in shared.items():
            if count / (len(mine) + len(seen[at][1]) - count) > NEAR:
                yield seen[at][0], text
        for run in mine:
            having[run].append(len(seen))
        seen.append((text, mine))


def test_two_texts_that_say_the_same_are_found_and_others_are_not() -> None:
    told = "Day twelve of nobody making me a cup of tea in this staffroom"
    varied = "Day twelve of nobody making me a cup of tea in this office"
    other = "Whose turn is it to make the tea in here on day twelve?"

    assert list(near([told, varied, other])) == [(told, varied)]


def test_no_two_lines_are_nearly_the_same_whether_to_learn_from_or_to_judge_by() -> None:
    assert list(near(one["text"] for one in everything())) == []


@pytest.mark.parametrize("what", ["posts", "reports", "hate"])
def test_no_topic_is_both_learnt_from_and_judged_by(what: str) -> None:
    learnt = {one["topic"] for one in lines(f"{what}/*.jsonl")}
    judged = {one["topic"] for one in lines(f"dev/{what}.jsonl")}

    assert judged
    assert learnt & judged == set()


def test_there_are_enough_posts_and_reports_of_every_kind() -> None:
    posts, reports = lines("posts/*.jsonl"), lines("reports/*.jsonl")
    kinds = Counter(kind for one in posts for kind in one["kinds"])
    fine = sum(not one["kinds"] for one in posts)
    urgent = sum(one["urgent"] for one in reports)

    assert len(posts) >= 3000 and len(reports) >= 600
    assert min(kinds[kind] for kind in KINDS) >= 100
    assert 0.35 <= fine / len(posts) <= 0.6
    assert 0.35 <= urgent / len(reports) <= 0.65


def test_posts_are_of_many_topics() -> None:
    topics = Counter(one["topic"] for one in lines("posts/*.jsonl"))

    assert len(topics) >= 300
    assert max(count for topic, count in topics.items() if topic != "seed") <= 90


def test_every_label_is_known_and_every_line_is_whole() -> None:
    for one in [*lines("posts/*.jsonl"), *lines("dev/posts.jsonl")]:
        assert set(one) == {"text", "kinds", "topic", "who"}
        assert one["kinds"] == [kind for kind in KINDS if kind in one["kinds"]]
    for one in [*lines("reports/*.jsonl"), *lines("dev/reports.jsonl"), *lines("short/reports.jsonl")]:
        assert set(one) == {"text", "urgent", "topic", "who"} and isinstance(one["urgent"], bool)
    for one in [*lines("hate/*.jsonl"), *lines("dev/hate.jsonl")]:
        assert set(one) == {"text", "hate", "topic"} and one["hate"] in (0, 1)
    assert all(one["text"].strip() == one["text"] != "" and one["topic"] for one in everything())


def test_a_mobile_number_is_one_that_nobody_has() -> None:
    said = [number for one in everything() for number in MOBILE.findall(one["text"])]

    assert said and all(INVENTED.fullmatch(number) for number in said)


def test_no_public_set_is_in_the_repository() -> None:
    assert list(TRAINING.rglob("*.gz")) + list(TRAINING.rglob("*.csv")) == []


def test_the_texts_are_given_to_everybody() -> None:
    assert (TRAINING / "LICENCE").read_text(encoding="utf-8").startswith("CC0 1.0 Universal")
