"""Words are cut as the reference does: answers recorded from `tokenizers` with the file of all-MiniLM-L6-v2."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forethought.precheck
from forethought.precheck.wordpieces import Pieces

VOCABULARY = Path(forethought.precheck.__file__).parent / "model" / "vocab.txt"
PIECES = Pieces.from_file(VOCABULARY)

RECORDED: list[tuple[str, list[int], list[tuple[int, int]]]] = [
    (
        "Bake sale on Friday!",
        [101, 8670, 3489, 5096, 2006, 5958, 999, 102],
        [(0, 0), (0, 2), (2, 4), (5, 9), (10, 12), (13, 19), (19, 20), (0, 0)],
    ),
    ("", [101, 102], [(0, 0), (0, 0)]),
    ("   \n\t", [101, 102], [(0, 0), (0, 0)]),
    (
        "Na\xefve caf\xe9, cr\xe8me br\xfbl\xe9e",
        [101, 15743, 7668, 1010, 13675, 21382, 7987, 9307, 2063, 102],
        [(0, 0), (0, 5), (6, 10), (10, 11), (12, 14), (14, 17), (18, 20), (20, 23), (23, 24), (0, 0)],
    ),
    (
        "don't-stop @MrT_geog #BackToSchool",
        [101, 2123, 1005, 1056, 1011, 2644, 1030, 2720, 2102, 1035, 20248, 2290, 1001, 2067, 13122, 9905, 4747, 102],
        [
            (0, 0),
            (0, 3),
            (3, 4),
            (4, 5),
            (5, 6),
            (6, 10),
            (11, 12),
            (12, 14),
            (14, 15),
            (15, 16),
            (16, 19),
            (19, 20),
            (21, 22),
            (22, 26),
            (26, 29),
            (29, 32),
            (32, 34),
            (0, 0),
        ],
    ),
    (
        "antidisestablishmentarianism",
        [101, 3424, 10521, 4355, 7875, 13602, 3672, 12199, 2964, 102],
        [(0, 0), (0, 4), (4, 7), (7, 10), (10, 12), (12, 16), (16, 20), (20, 25), (25, 28), (0, 0)],
    ),
    (
        "\uff37\uff49\uff44\uff45 \u4e2d\u6587\u5b57 mixed",
        [101, 100, 1746, 1861, 100, 3816, 102],
        [(0, 0), (0, 4), (5, 6), (6, 7), (7, 8), (9, 14), (0, 0)],
    ),
    ("a\xadb\u200bc\x00d\ufffde", [101, 5925, 3207, 102], [(0, 0), (0, 5), (6, 9), (0, 0)]),
    ("\U0001f602\U0001f1ec\U0001f1e7 ok", [101, 100, 7929, 102], [(0, 0), (0, 3), (4, 6), (0, 0)]),
    ("x" * 101, [101, 100, 102], [(0, 0), (0, 101), (0, 0)]),
    (
        "\u0130stanbul STRASSE \xdf",
        [101, 9960, 2358, 8180, 3366, 1096, 102],
        [(0, 0), (0, 8), (9, 11), (11, 14), (14, 16), (17, 18), (0, 0)],
    ),
    (
        "\xa35.00 (50%) a/b\\c ~`^|$+<=>",
        [
            101,
            27813,
            1012,
            4002,
            1006,
            2753,
            1003,
            1007,
            1037,
            1013,
            1038,
            1032,
            1039,
            1066,
            1036,
            1034,
            1064,
            1002,
            1009,
            1026,
            1027,
            1028,
            102,
        ],
        [
            (0, 0),
            (0, 2),
            (2, 3),
            (3, 5),
            (6, 7),
            (7, 9),
            (9, 10),
            (10, 11),
            (12, 13),
            (13, 14),
            (14, 15),
            (15, 16),
            (16, 17),
            (18, 19),
            (19, 20),
            (20, 21),
            (21, 22),
            (22, 23),
            (23, 24),
            (24, 25),
            (25, 26),
            (26, 27),
            (0, 0),
        ],
    ),
    (
        "\u05e9\u05dc\u05d5\u05dd \u0639\u0644\u064a\u0643\u0645",
        [101, 1266, 29799, 29792, 29800, 1288, 23673, 14498, 29835, 22192, 102],
        [(0, 0), (0, 1), (1, 2), (2, 3), (3, 4), (5, 6), (6, 7), (7, 8), (8, 9), (9, 10), (0, 0)],
    ),
    ("e\u0301a\u0308", [101, 19413, 102], [(0, 0), (0, 3), (0, 0)]),
]


@pytest.mark.parametrize(("text", "ids", "spans"), RECORDED)
def test_a_text_is_cut_as_the_reference_cuts_it(text: str, ids: list[int], spans: list[tuple[int, int]]) -> None:
    encoded = PIECES.encode(text)

    assert encoded.ids == ids
    assert encoded.spans == spans


def test_a_long_text_is_cut_off_with_both_marks() -> None:
    encoded = PIECES.encode("word " * 500, longest=128)

    assert len(encoded.ids) == len(encoded.spans) == 128
    assert (encoded.ids[0], encoded.ids[-1]) == (101, 102)


@given(st.text())
def test_every_piece_lies_in_the_text_and_in_order(text: str) -> None:
    ids, spans = PIECES.cut(text)

    assert len(ids) == len(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
