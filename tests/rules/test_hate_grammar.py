"""The second grammar: whole, repeatable, both sides of a shape; and hand-written lines told of another group."""

import random
from collections import Counter
from itertools import islice

from training import hate_grammar as grammar
from training.hate_frames import Framed


def some(count: int = 400, seed: int = 5, pictures: float = 0.35) -> list[Framed]:
    return list(grammar.made(count, seed, pictures))


def test_every_gap_has_something_that_fills_it_and_nothing_stands_unused() -> None:
    parts = grammar.parts()
    shapes = {heading for heading, *_ in (*grammar.SHAPES, *grammar.PICTURED)}
    named = {
        gap
        for heading, some in parts.items()
        if heading != "groups"
        for one in some
        for gap in grammar.GAP.findall(one)
    }

    assert named - set(parts) == {"G", "g", "a", "s", "G2"}
    assert set(parts) - named - {"groups"} <= shapes <= set(parts)


def test_a_seed_gives_the_same_sentences_again_and_none_twice() -> None:
    made = some()

    assert made == some()
    assert made != some(seed=6)
    assert len({one.text for one in made}) == len(made)


def test_sentences_are_whole_and_as_many_are_hateful_as_not() -> None:
    made = some(1500)

    assert all("{" not in one.text and "|" not in one.text and one.text.strip() for one in made)
    assert 0.4 < sum(one.hate for one in made) / len(made) < 0.6


def test_every_ground_is_spoken_of_about_as_often_as_any_other() -> None:
    draw = random.Random(1)
    grounds = Counter(grammar.any_group(draw).ground for _ in range(4000))

    assert set(grounds) == set(grammar.groups())
    assert max(grounds.values()) < 2 * min(grounds.values())


def test_a_line_about_one_group_is_told_about_another_and_says_the_same() -> None:
    told = {grammar.about_others("We don't want Muslims on our street.", random.Random(seed)) for seed in range(30)}

    assert len(told) > 10
    for one in told:
        assert one is not None and one.startswith("We don't want ") and one.endswith(" on our street.")
        assert "Muslim" not in one


def test_a_line_that_names_no_group_or_two_is_left_as_it_is() -> None:
    draw = random.Random(3)

    assert grammar.about_others("The old black shoes are a disgrace.", draw) is None
    assert grammar.about_others("Muslims and Jews share the hall.", draw) is None


def test_whatever_way_a_line_is_told_something_of_it_is_left() -> None:
    line = "Why are there so many Poles at the market?"
    ways = {grammar.told_otherwise(line, random.Random(seed)) for seed in islice(range(100), 60)}

    assert line in ways and len(ways) > 20
    assert all("market" in one for one in ways)
