"""Whether something is gone: recorded situations, each with the pages that a site would send.

Half of them are closed groups and sign-in walls, where only a person can look. None may come out as “removed” that was
not, and few may come out as “nobody can tell”.
"""

from datetime import timedelta

import pytest
from removal_situations import (
    AT,
    CONTROL,
    IT,
    NOT_FOUND,
    PICTURED,
    POST,
    PUBLIC,
    SITE,
    SITUATIONS,
    SOFT,
    WORDS,
    V,
    answer,
    look,
    page,
)

from forethought.takedowns.likening import words_in
from forethought.takedowns.observed import Answer, Captured, Seen, made_up_neighbour
from forethought.takedowns.page_text import read_page
from forethought.takedowns.verdicts import REMOVED, SAID, Verdict, judge, why_not_removed


@pytest.mark.policy("8.5")
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.name)
def test_each_situation_comes_to_what_may_be_said_of_it(situation):
    judged = judge(situation.captured, situation.seen)
    assert judged.verdict is situation.verdict, judged.reasons
    assert judged.reasons and all(reason.endswith((".", ")")) for reason in judged.reasons)


@pytest.mark.policy("8.5")
def test_nothing_is_called_removed_that_is_not_and_little_is_left_open():
    judged = [(one, judge(one.captured, one.seen).verdict) for one in SITUATIONS]
    assert len(SITUATIONS) >= 30
    assert sum(one.only_a_person for one in SITUATIONS) * 2 >= len(SITUATIONS)
    assert [one.name for one, verdict in judged if verdict in REMOVED and not one.truly_gone] == []
    assert sum(verdict is V.CANNOT_TELL for _, verdict in judged) <= 3


@pytest.mark.policy("8.5")
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.name)
def test_words_never_make_a_page_removed(situation):
    """The phrases by which others decide, put on top of every page that is not gone."""
    shouted = read_page("<p>404 not found. This content has been removed, deleted, and is no longer available.</p>")
    it = situation.seen.it
    said = Answer(
        address=it.address,
        status=it.status,
        led_to=it.led_to,
        pictures=it.pictures,
        trouble=it.trouble,
        page=type(it.page)(f"{shouted.text} {it.page.text}", it.page.beneath, it.page.asks_password),
    )
    seen = Seen(at=AT, it=said, made_up=situation.seen.made_up, control=situation.seen.control)
    assert situation.truly_gone or judge(situation.captured, seen).verdict not in REMOVED


@pytest.mark.policy("8.5")
@pytest.mark.parametrize("lost", ["made_up", "control", "both"])
def test_without_its_controls_a_page_is_not_called_removed(lost):
    none = answer(status=None, at=CONTROL, trouble="No answer came.")
    soft = look(answer(NOT_FOUND), SOFT)
    seen = Seen(
        at=AT,
        it=soft.it,
        made_up=None if lost != "control" else soft.made_up,
        control=none if lost != "made_up" else soft.control,
    )
    # Without either, what every page of the site says cannot be told from what this one said.
    assert judge(PUBLIC, seen).verdict is (V.ALTERED if lost == "both" else V.CANNOT_TELL)


@pytest.mark.policy("8.5")
def test_a_picture_that_nobody_asked_for_is_not_called_removed():
    assert judge(PICTURED, look(answer(NOT_FOUND, 404))).verdict is V.CANNOT_TELL


@pytest.mark.policy("8.5")
def test_words_that_only_the_pages_own_data_still_holds_are_not_called_removed():
    held = page("<p>Nothing here</p>", head=f"<script>state={{'post': '{POST}'}}</script>")
    assert judge(PUBLIC, look(answer(held, 404))).verdict is V.CANNOT_TELL


@pytest.mark.policy("8.5")
def test_nothing_captured_is_nothing_to_compare():
    assert judge(Captured(), look(answer(NOT_FOUND, 404))).verdict is V.CANNOT_TELL


@pytest.mark.policy("8.5")
@pytest.mark.parametrize(
    ("looks", "why"),
    [
        ([], "did not find it gone"),
        ([(0, V.STILL_THERE)], "did not find it gone"),
        ([(0, V.REMOVED_STATUS)], "once"),
        ([(0, V.REMOVED_STATUS), (14, V.REMOVED_STATUS)], "once"),
        ([(0, V.REMOVED_STATUS), (15, V.REMOVED_STATUS)], None),
        ([(0, V.REMOVED_STATUS), (15, V.REMOVED_AS_MADE_UP)], None),
        ([(0, V.REMOVED_STATUS), (10, V.UNREACHABLE), (15, V.REMOVED_STATUS)], None),
        ([(0, V.REMOVED_STATUS), (10, V.STILL_THERE), (20, V.REMOVED_STATUS)], "once"),
        ([(0, V.REMOVED_STATUS), (20, V.REMOVED_STATUS), (40, V.STILL_THERE)], "did not find it gone"),
        ([(0, V.REMOVED_STATUS), (10, V.REMOVED_STATUS), (20, V.REMOVED_STATUS)], None),
        ([(0, V.REMOVED_STATUS), (20, V.UNREACHABLE)], "once"),
    ],
)
def test_removed_takes_two_looks_a_quarter_of_an_hour_apart(looks, why):
    said = why_not_removed([(AT + timedelta(minutes=minutes), verdict) for minutes, verdict in looks])
    assert said is None if why is None else why in said


def test_every_verdict_is_said_in_words():
    assert set(SAID) == set(Verdict)


def test_a_neighbour_has_the_shape_of_an_address_and_is_another():
    letters = "qzkfjxvbwmthgpldrnsc"
    for address in (IT, f"{SITE}/", f"{SITE}/watch?v=a1B2&t=3", f"{SITE}/p/Ab-12_c/#top", SITE):
        made = made_up_neighbour(address, letters)
        assert made != address and made.startswith(SITE) and "#" not in made
    assert made_up_neighbour(IT, letters).removeprefix(f"{SITE}/t/").isdigit()
    # Beside a post with a short number there are others, so a made-up one is never short.
    seen = {made_up_neighbour(f"{SITE}/t/1", one * 24).rpartition("/")[2] for one in "abcdefghijklmnopqrstuvwxyz"}
    assert all(one.isdigit() and len(one) == 9 for one in seen)


def test_a_page_is_read_as_a_browser_would_show_it():
    read = read_page(
        "<head><title>x</title><script>var a='hidden words'</script><p>unclosed<body>One<br>two&nbsp;three "
        "<b>fo</b>ur<style>.x{}</style><template>no</template><img src='/a.png' alt='A gate'>"
        "<INPUT TYPE=PassWord><meta property='og:image' content='https://i.example/1.jpg'>"
    )
    assert read.text == "One two three four A gate"
    assert "hidden words" in read.beneath and read.asks_password
    assert read.pictures == ("/a.png", "https://i.example/1.jpg")
    assert read_page("").text == "" and read_page("<<<>&#xffffffff;<!-- ").text is not None


def test_a_very_long_page_is_compared_in_good_time():
    import time

    html = "<p>" + "lorem the ipsum was dolor from sit " * 60_000 + POST.replace("stealing", "taking") + "</p>"
    began = time.thread_time()
    read = read_page(html)
    there, alike = words_in(WORDS, read.words)
    assert not there and alike > 0.8
    assert time.thread_time() - began < 10
