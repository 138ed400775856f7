"""The pages on which people say who is close to them: what each sees, and what nobody else does."""

import pytest
from builders import World
from signed import client_of, school_now, text_of

from forethought.investigations import closeness
from forethought.people.models import Tie

__all__ = ["school_now"]

pytestmark = pytest.mark.policy("7.2")


def test_somebody_declares_who_is_close_to_them_and_both_see_it(school_now: World) -> None:
    world = school_now
    client = client_of(world.colleague)
    assert "/closeness/" in text_of(client.get("/"))
    # The kind of tie is asked right below, so the page must not say that it is not.
    assert "is not asked" not in text_of(client.get("/closeness/declare-tie/"))
    form = {"other": str(world.teacher.pk), "kind": "household"}
    assert client.post("/closeness/declare-tie/", form)["Location"] == "/closeness/"
    assert "Tess Harlow: a household or family" in text_of(client.get("/closeness/"))
    assert "Ben Foster: a household or family" in text_of(client_of(world.teacher).get("/closeness/"))
    assert "Ben Foster: a" not in text_of(client_of(world.senior).get("/closeness/"))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"other": "", "kind": "household"}, "Choose a person."),
        ({"other": "nobody", "kind": "household"}, "Choose"),
        ({"other": None, "kind": "friends"}, "Choose what you share."),
    ],
)
def test_a_bad_declaration_is_told_what_is_missing(school_now: World, sent: dict[str, str], said: str) -> None:
    other = str(school_now.teacher.pk) if sent["other"] is None else sent["other"]
    answer = client_of(school_now.colleague).post("/closeness/declare-tie/", {**sent, "other": other})
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Tie.objects.exists()


def test_the_headteacher_keeps_those_of_others_and_the_chair_the_headteachers(school_now: World) -> None:
    world = school_now
    two = closeness.declare_tie(
        person=world.colleague, other=world.teacher, kind="union", by=world.colleague, at=world.at
    )
    of_head = closeness.declare_tie(
        person=world.senior, other=world.head, kind="household", by=world.senior, at=world.at
    )
    head, chair = client_of(world.head), client_of(world.chair)
    assert "Ben Foster and Tess Harlow" in text_of(head.get("/closeness/others/"))
    assert "David Reed" not in text_of(head.get("/closeness/others/"))
    assert "David Reed and Amina Okafor" in text_of(chair.get("/closeness/others/"))
    assert head.get(f"/closeness/{of_head.pk}/end-tie/").status_code == 404
    assert chair.get(f"/closeness/{two.pk}/end-tie/").status_code == 404
    for person in (world.senior, world.lead, world.teacher):
        assert client_of(person).get("/closeness/others/").status_code == 404
    assert head.post(f"/closeness/{two.pk}/end-tie/")["Location"] == "/closeness/others/"
    assert "Ben Foster and" not in text_of(head.get("/closeness/others/"))


def test_the_headteacher_writes_down_what_everybody_knows(school_now: World) -> None:
    world = school_now
    form = {"person": str(world.colleague.pk), "other": str(world.teacher.pk), "kind": "contract"}
    assert client_of(world.head).post("/closeness/others/declare-tie/", form)["Location"] == "/closeness/others/"
    assert client_of(world.chair).get("/closeness/others/declare-tie/").status_code == 404
    assert Tie.objects.get().declared_by == str(world.head.pk)
