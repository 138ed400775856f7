"""A head shows whoever is new what this school's policy says, and prints it, a slide to a sheet. Clause 3.7."""

import re
from collections.abc import Callable

import pytest
from walking import NARROW, WIDE, Walker


@pytest.mark.policy("3.7")
def test_slides_are_read_on_a_phone_and_printed_one_to_a_sheet(somebody: Callable[..., Walker]) -> None:
    amina = somebody("induction", screen=NARROW)
    amina.be("Amina Okafor")
    amina.go("/policy/")
    amina.follow("Slides for induction")
    amina.sees("Slides for induction")
    assert amina.reads("From our policy")
    shown = amina.page.evaluate("() => [...document.images].filter((one) => one.complete && one.naturalWidth).length")
    assert shown == 2
    slides = amina.page.locator(".ft-slide").count()
    printed = amina.page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == slides
    # Wider than high: a sheet across.
    boxes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox\s*\[([^\]]*)", printed)}
    assert boxes and all(right > top for _, _, right, top in boxes)
    amina.page.set_viewport_size(WIDE)
    amina.sees("Slides for induction")
