"""Whom to ask: routes that a person checked, and what a register says, kept and filled in nowhere."""

import json
from datetime import timedelta

import pytest
from builders import World, a_case, the_takedown
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401
from takedown_pages import at, found, head, shown, world  # noqa: F401

from forethought.evidence import keyring
from forethought.takedowns import whom_to_ask
from forethought.takedowns.models import RegisterAnswer, Route, Takedown
from forethought.takedowns.routes import KINDS, routes_of, shipped

ANSWER = json.dumps(
    {
        "objectClassName": "domain",
        "ldhName": "board.example",
        "entities": [
            {
                "roles": ["registrar"],
                "vcardArray": ["vcard", [["fn", {}, "text", "<script>alert(1)</script> Ltd"]]],
                "entities": [
                    {
                        "roles": ["abuse"],
                        "vcardArray": [
                            "vcard",
                            [
                                ["email", {}, "text", "abuse@registrar.example"],
                                ["email", {}, "text", "a@b.example\r\nBcc: head@school.example"],
                            ],
                        ],
                    }
                ],
            }
        ],
    }
)


@pytest.mark.policy("8.6")
def test_a_pasted_answer_is_kept_word_for_word_and_names_whom_to_ask(head: Client, found: Takedown) -> None:
    page = shown(head, found, "whom-to-ask/")
    assert "Who stands behind board.example" in page and "Nothing is filled in" not in page
    assert head.post(at(found, "note-register-answer/"), {"raw": ANSWER})["Location"] == at(found, "whom-to-ask/")
    row = RegisterAnswer.objects.get()
    assert keyring.words(row, case_id=found.case_id)["raw"] == ANSWER
    answer = head.get(at(found, "whom-to-ask/"))
    words = text_of(answer)
    assert "abuse@registrar.example" in words and "registrar, abuse" in words
    assert "Bcc" not in words and "Somebody may be meddling." in words
    assert "<script>alert" not in answer.content.decode()
    # Whom it names stands in no field of any form.
    assert "abuse@registrar.example" not in head.get(at(found, "ask-host/?by=letter")).content.decode()


@pytest.mark.policy("8.6")
@pytest.mark.parametrize("raw", ["nonsense", "{}", '{"errorCode": 404}', "[" * 1000])
def test_what_is_no_answer_is_refused_in_a_sentence(head: Client, found: Takedown, raw: str) -> None:
    answer = head.post(at(found, "note-register-answer/"), {"raw": raw})
    assert answer.status_code == 422 and "register" in answer.content.decode() and not RegisterAnswer.objects.exists()


@pytest.mark.policy("4.2", "8.3")
def test_a_route_is_written_over_by_whoever_checked_it(world: World) -> None:
    tiktok = the_takedown(a_case(world, at=world.at, where="https://www.tiktok.com/@x/video/7476000000000000000"))
    head = client_of(world.head)
    page = shown(head, tiktok, "whom-to-ask/")
    assert "Not checked yet. Look before you rely on it." in page and "No way is known here." in page
    head.post(at(tiktok, "note-route/trusted/"), {"place": "https://tiktok.example/schools"})
    page = shown(head, tiktok, "whom-to-ask/")
    assert "https://tiktok.example/schools" in page and "Checked on" in page
    whom_to_ask.note_route(
        school=world.school,
        medium="TikTok",
        kind="trusted",
        place="Elsewhere",
        by=world.head,
        at=world.at + timedelta(days=400),
    )
    assert whom_to_ask.own_routes("TikTok")["trusted"][0] == "Elsewhere" and Route.objects.count() == 2
    assert head.get(at(tiktok, "note-route/bribe/")).status_code == 404
    assert head.post(at(tiktok, "note-route/report/"), {"place": " "}).status_code == 422


@pytest.mark.policy("9.3")
def test_the_page_says_what_the_address_says_of_its_time_only_with_names(world: World) -> None:
    made = the_takedown(a_case(world, at=world.at, where="https://www.tiktok.com/@x/video/7476000000000000000"))
    head = client_of(world.head)
    assert "Created no earlier than" not in text_of(head.get(at(made)))
    assert "Created no earlier than" in shown(head, made)


@pytest.mark.policy("8.3")
def test_nothing_is_shown_without_names_and_nobody_else_opens_it(head: Client, found: Takedown, world: World) -> None:
    assert "board.example" not in text_of(head.get(at(found, "whom-to-ask/")))
    assert client_of(world.teacher).get(at(found, "whom-to-ask/")).status_code == 404


@pytest.mark.policy("4.2")
def test_shipped_routes_are_of_known_kinds_and_media_and_claim_no_check() -> None:
    from forethought.policies.media import media

    names = {one.name for one in media()}
    for medium, ways in shipped().items():
        assert medium in names and set(ways) <= set(KINDS)
        assert all(one.checked_on is None for one in routes_of(medium, {}))
    assert [one.place for one in routes_of("Nobody knows it", {})] == [""] * len(KINDS)
