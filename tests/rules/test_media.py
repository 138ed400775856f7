"""Every medium is covered, and two names of one thing are one thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.policies.media import Known, kinds, look_up, media, named, plain, same


@pytest.mark.policy("4.1")
@pytest.mark.parametrize(
    ("asked", "medium", "kind"),
    [
        ("WhatsApp group", "WhatsApp", "groups"),
        ("whatsapp GROUPS", "WhatsApp", "groups"),
        ("our class group chat", None, "groups"),
        ("a livestream", None, "video"),
        ("dating app", None, "dating"),
        ("AI chat", None, "ai"),
        ("a review on Google maps review", "Google reviews", "reviews"),
        ("comments under the newspaper story", None, "forums"),
        ("Twitter", "X", "networks"),
        ("Zorblax 3000", None, None),
        ("", None, None),
    ],
)
def test_a_search_finds_what_people_mean(asked: str, medium: str | None, kind: str | None) -> None:
    found = look_up(asked)

    assert (found.medium.name if found.medium else None) == medium
    if kind:
        assert found.kind is not None
    assert found.sentence.startswith("Covered.")


@pytest.mark.policy("1.1")
@given(st.text(max_size=80))
def test_nothing_anybody_types_is_not_covered(asked: str) -> None:
    assert look_up(asked).sentence.startswith("Covered.")


@pytest.mark.policy("4.2")
@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("Twitter", "X", True),
        ("x.com", "twitter", True),
        ("Insta", "instagram", True),
        ("Snap", "Snapchat", True),
        ("WhatsApp", "Telegram", False),
        ("Zorblax", "zorblax", True),
        ("Zorblax", "Quibble", False),
    ],
)
def test_two_names_of_one_thing_are_one_thing(one: str, other: str, are: bool) -> None:
    assert same(one, other) is are


@pytest.mark.policy("4.2")
def test_what_has_closed_is_marked_so() -> None:
    found = look_up("google plus")

    assert found.medium is not None and "2019" in found.medium.closed and "2019" in found.sentence


def test_a_school_own_name_is_found_before_any_other() -> None:
    own = [Known("Class Wall", ("wall",))]

    assert look_up("the wall", own).medium is own[0]
    assert same("Class Wall", "WALL", own)
    assert not same("Class Wall", "WALL")


def test_no_name_stands_for_two_things() -> None:
    names = [plain(name) for one in media() for name in (one.name, *one.aliases)]

    assert sorted(names) == sorted(set(names))
    assert all(named(one.name, media()) is one for one in media())
    assert {one.kind for one in media()} <= {kind.key for kind in kinds()}
