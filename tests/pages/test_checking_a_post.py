"""Check a post: before and after signing in, in the words of the policy in force; the author decides."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import policy_acts
import pytest
from builders import World, a_policy, a_school, a_version_in_force
from django.test import Client
from django.utils import timezone
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.pages import checking
from forethought.policies import linking
from forethought.policies import procedures as policies
from forethought.policies.models import Version
from forethought.policies.procedures import model_text
from forethought.policies.rules import Outcome
from forethought.policies.text import Paragraph
from forethought.precheck import serving
from forethought.precheck.kinds import KindInForce
from forethought.precheck.pacing import Pace
from forethought.rows import inside
from forethought.safeguarding.models import Alert

URL = "/check-post/"
TENTH = Paragraph("5.3j", "Exam papers", "Do not post from an exam that is still to be sat, such as a “mock paper”.")


@dataclass(frozen=True)
class Said:
    kind: str
    start: int
    end: int
    clause: str
    reason: str = "Because of a reason."
    level: str = "look"
    wording: str = "Say it in another way."


@dataclass
class Checked:
    findings: list[Said] = field(default_factory=list)
    advice: tuple[str, ...] = ()


class Engine:
    """Finds the words that it is told to find. What it was asked stays with the test."""

    def __init__(self) -> None:
        self.finds: list[tuple[str, str, str, str]] = []
        self.asked: list[dict[str, Any]] = []
        self.advice: tuple[str, ...] = ()

    def __call__(self, text: str, **how: Any) -> Checked:
        self.asked.append(how)
        kinds: tuple[KindInForce, ...] = how["kinds_in_force"]
        own = [
            (phrase, one.key, one.clause, "look")
            for one in kinds
            for phrase in one.phrases
            if phrase.casefold() in text.casefold()
        ]
        spans = [(text.casefold().find(words.casefold()), words, rest) for words, *rest in (*self.finds, *own)]
        return Checked(
            [
                Said(kind, at, at + len(words), clause, level=level)
                for at, words, (kind, clause, level) in spans
                if at >= 0
            ],
            self.advice,
        )


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    found = Engine()
    monkeypatch.setattr(serving, "engine", lambda: found)
    monkeypatch.setattr(serving, "by_rules_alone", lambda: False)
    return found


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_of_a_school", Pace(1000))
    monkeypatch.setattr(checking, "_of_a_session", Pace(1000))


@pytest.fixture
def world(school_now: World) -> Iterator[World]:
    yield school_now


def checked(client: Client, draft: str = "", **said: str) -> str:
    return text_of(client.post(URL, {"draft": draft, **said}))


def heading(html: str) -> str:
    return html.split("<h1")[1].split(">", 1)[1].split("</h1>")[0]


def main(html: str) -> str:
    return html.split("<main")[1].split("</main>")[0]


# --- What it says ---


@pytest.mark.policy("3.4")
@pytest.mark.parametrize("signed_in", [False, True])
def test_words_are_marked_with_their_clause_a_reason_and_a_better_wording(
    world: World, engine: Engine, signed_in: bool
) -> None:
    engine.finds = [("Tom Hale in 4B", "pupil_identified", "6.3", "stop")]
    client = client_of(world.teacher) if signed_in else Client()
    html = checked(client, "So proud of Tom Hale in 4B\n<b>today</b>!")
    assert heading(html) == "Do not post"
    assert "Tom Hale in 4B<span" in html and "&lt;b&gt;today&lt;/b&gt;!</p>" in html
    assert "Because of a reason." in html and "Better: Say it in another way." in html
    assert "Clause 6.3" in html and "The decision is yours." in html
    assert ('href="/policy/clauses/6.3/"' in html) == signed_in


@pytest.mark.policy("3.4")
def test_nothing_found_is_said_so_and_never_called_safe(world: World, engine: Engine) -> None:
    html = checked(Client(), "Our bake sale raised £240 for the library. Thank you!")
    assert heading(html) == "We found nothing to point out"
    said = main(html).lower()
    assert "we can miss things." in said and "the decision is yours." in said
    assert not any(word in said for word in ("safe to", "is safe", "clear to", "all clear", "approved", "<mark"))


@pytest.mark.policy("3.4")
def test_nothing_found_says_how_many_questions_were_left_out(world: World, engine: Engine) -> None:
    client = client_of(world.teacher)
    assert "Questions that you left out: 13." in checked(client, kind_5_3a="no")
    every = {f"kind_5_3{one}": "no" for one in "abcdefghi"}
    every |= {f"audience_{one}": "yes" for one in ("pupil", "parent", "colleague", "trust", "employer")}
    html = checked(client, "A fine day.", **every)
    assert heading(html) == "We found nothing to point out" and "left out" not in html


@pytest.mark.policy("3.4", "6.5")
@pytest.mark.parametrize(
    ("draft", "shown"),
    [
        ("I want to kill myself.", True),
        ("Everyone would be better off without me", True),
        ("I don’t want to wake up tomorrow", True),
        ("I could kill for a tea.", False),
        ("We will beat Oakfield on Saturday!", False),
        ("Running for Mind in memory of a friend we lost to suicide.", False),
    ],
)
def test_a_draft_that_says_danger_gets_the_emergency_words_and_tells_nobody(
    world: World, engine: Engine, draft: str, shown: bool
) -> None:
    html = checked(client_of(world.teacher), draft)
    assert ("Are you thinking of harming yourself?" in html) is shown
    assert ("Are you thinking of harming yourself?" in checked(Client(), draft)) is shown
    assert not Alert.objects.exists()


@pytest.mark.policy("3.4")
def test_look_again_where_nothing_is_grave(world: World, engine: Engine) -> None:
    engine.finds = [("useless", "bullying", "5.3b", "look")]
    assert heading(checked(Client(), "Some people are useless.")) == "Look again"


@pytest.mark.policy("3.4")
@pytest.mark.parametrize("name", ["audience_pupil", "audience_employer", "kind_5_3g"])
def test_not_sure_to_anything_is_do_not_post_and_whom_to_ask(world: World, engine: Engine, name: str) -> None:
    html = checked(client_of(world.teacher), "A draft.", **{name: "not_sure"})
    assert heading(html) == "Do not post"
    assert (
        "You were not sure, so wait. Ask Amina Okafor" in html or "You were not sure, so wait. Ask David Reed" in html
    )
    assert 'href="/questions/ask-question/"' in html and "Your draft goes nowhere." in html
    signed_out = checked(Client(), "", **{name: "not_sure"})
    assert "Ask your manager" in signed_out and "?next=/questions/ask-question/" in signed_out


@pytest.mark.policy("5.3a")
def test_wrongdoing_is_led_to_whistleblowing_and_not_threatened(world: World, engine: Engine) -> None:
    engine.finds = [("records", "confidential", "5.3a", "stop")]
    html = checked(client_of(world.teacher), "The records were changed.", matters="wrongdoing", kind_5_3a="yes")
    assert heading(html) == "Do not post" and "There is a better route." in html
    assert 'href="/linked-policies/"' in html and "Nobody may punish you" in html
    assert "Because of a reason." not in html and "You said that it may be this" not in html


@pytest.mark.policy("5.3f", "5.3g")
@pytest.mark.parametrize("matter", ["union", "opinion"])
def test_union_business_and_opinion_get_other_advice(world: World, engine: Engine, matter: str) -> None:
    engine.finds = [("will not listen", "reputation", "5.3f", "stop")]
    html = checked(Client(), "The head will not listen.", matters=matter)
    assert heading(html) == "Look again" and "You may have a right to say this. Check facts and names." in html


@pytest.mark.policy("3.4", "5.3")
def test_answers_alone_are_enough_and_nothing_at_all_is_not(world: World, engine: Engine) -> None:
    html = checked(Client(), "", kind_5_3b="yes", audience_parent="no")
    assert heading(html) == "Do not post" and "You said that it may be this: Bullying." in html
    assert "A parent or carer" in html.split("What you answered")[1].split("</ul>")[0]
    assert engine.asked == []
    empty = Client().post(URL, {})
    assert empty.status_code == 422 and "Paste your draft, or answer a question." in empty.content.decode()


@pytest.mark.policy("3.4")
def test_without_an_engine_the_questions_still_stand(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise OSError("no model here")

    monkeypatch.setattr(serving, "engine", broken)
    html = checked(Client(), "A draft.", audience_pupil="not_sure")
    assert heading(html) == "Do not post" and "We could not read your draft just now." in html


@pytest.mark.parametrize(
    ("draft", "said"),
    [("x" * 5001, "1 character too long. Check it in parts."), ("password: hunter2", "This looks like a password.")],
)
def test_what_cannot_be_checked_says_why_and_keeps_the_draft(
    world: World, engine: Engine, draft: str, said: str
) -> None:
    answer = Client().post(URL, {"draft": draft, "audience_pupil": "yes"})
    assert answer.status_code == 422 and said in answer.content.decode() and draft in answer.content.decode()


def test_too_many_in_a_minute_are_asked_to_wait_and_keep_their_draft(
    world: World, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_of_a_session", Pace(1))
    client = client_of(world.teacher)
    checked(client, "One.")
    answer = client.post(URL, {"draft": "Another draft."})
    assert answer.status_code == 429 and ">Another draft.</textarea>" in answer.content.decode().replace("\n", "")
    # Somebody else is not kept out by it.
    checked(client_of(world.colleague), "One.")
    monkeypatch.setattr(checking, "_of_a_school", Pace(1))
    checked(Client(), "One.")
    assert Client().post(URL, {"draft": "Two."}).status_code == 429


def test_when_all_turns_are_taken_it_says_so(world: World, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "PATIENCE", 0.0)
    assert serving._turns.acquire() and serving._turns.acquire()
    try:
        answer = Client().post(URL, {"draft": "My draft."})
    finally:
        serving._turns.release()
        serving._turns.release()
    assert answer.status_code == 503 and "My draft." in answer.content.decode()


# --- Whose policy ---


def in_force(world: World) -> Version:
    return a_version_in_force(world, text=model_text())


@pytest.mark.policy("5.3")
def test_a_tenth_kind_that_went_through_a_consultation_is_asked_about_and_looked_for(
    world: World, engine: Engine
) -> None:
    in_force(world)
    assert "Exam papers" not in text_of(Client().get(URL))
    at = world.at + timedelta(minutes=1)
    revision = policies.start_revision(policy=policy_acts.the_policy(), baseline=None, by=world.head, at=at)
    text = list(model_text())
    place = next(place for place, one in enumerate(text) if one.number == "5.3i")
    policies.change_text(
        revision=revision,
        version=revision.version,
        text=(*text[: place + 1], TENTH, *text[place + 1 :]),
        label="2",
        summary="A tenth kind.",
        by=world.head,
        at=at,
    )
    assert "Exam papers" not in text_of(Client().get(URL))
    after = policy_acts.a_closed_consultation(world, revision, Outcome.NO_RESPONSE, at=at)
    policy_acts.approve(world, revision, at=after)
    policy_acts.publish(world, revision, at=after)

    html = text_of(Client().get(URL))
    assert "10 questions" in html and "Could any of it be what the policy means by “Exam papers”?" in html
    found = checked(client_of(world.teacher), "I have Friday's mock paper here.")
    assert heading(found) == "Look again" and "mock paper<span" in found
    assert "Clause 5.3j" in found and 'href="/policy/#p-5-3j"' in found and "still to be sat" in found
    own = next(
        name for name in checking.questions_of(checking.bans_of(world.school.id).banned) if name.clause == "5.3j"
    )
    said = checked(Client(), "", **{f"kind_{own.key}": "yes"})
    assert heading(said) == "Do not post" and "You said that it may be this: Exam papers." in said


@pytest.mark.policy("5.3")
def test_a_clause_is_shown_in_the_words_of_the_version_in_force(world: World, engine: Engine) -> None:
    text = [
        Paragraph(one.number, one.title, one.words.replace("wear someone down", "WEAR THEM OUT"))
        if one.number == "5.3b"
        else one
        for one in model_text()
    ]
    a_version_in_force(world, text=tuple(text))
    policy = policy_acts.the_policy()
    sentence = next(one.words for one in text if one.number == "5.3b")
    linking.link_sentence(policy=policy, sentence=sentence, names=frozenset({"5.3b"}), by=world.head, at=world.at)
    engine.finds = [("useless", "bullying", "5.3b", "look")]
    assert "WEAR THEM OUT" in checked(Client(), "You are useless.")


@pytest.mark.policy("5.3")
def test_a_policy_without_a_list_has_the_nine_of_the_model(world: World, engine: Engine) -> None:
    a_version_in_force(world)
    assert "9 questions" in text_of(Client().get(URL))


@pytest.mark.usefixtures("db")
def test_of_several_schools_nobody_is_shown_the_policy_of_one(engine: Engine) -> None:
    first = a_school(at=timezone.now())
    with inside(first.school.id):
        in_force(first)
    assert "From version 1" in text_of(Client().get(URL))
    second = a_school(tag="two", name="Another School", at=timezone.now())
    assert "From version 1" not in text_of(Client().get(URL))
    assert heading(checked(Client(), "A draft.")) == "We found nothing to point out"
    for one, named in ((first, True), (second, False)):
        with inside(one.school.id):
            client = client_of(one.teacher)
        assert ("From version 1" in text_of(client.get(URL))) == named


def test_the_schools_own_details_are_no_finding(world: World, engine: Engine) -> None:
    world.school.contacts = {"office": {"name": "The office", "number": "01632 960 100"}}
    world.school.save()
    checked(Client(), "Ring us on 01632 960 100.")
    assert engine.asked[0]["allowed"] == ("01632 960 100",)


# --- The way to it ---


@pytest.mark.policy("1.3", "3.4")
def test_every_home_leads_to_it_and_the_staffs_says_benefits_and_risks(world: World) -> None:
    assert f'href="{URL}"' in Client().get("/").content.decode()
    home = client_of(world.teacher).get("/").content.decode()
    assert home.count(f'href="{URL}"') == 1
    assert "show good work and bring people together" in home and "put a child at risk" in home
    a_policy(world)
    assert f'href="{URL}"' in text_of(client_of(world.teacher).get("/policy/good-use/"))


def test_a_draft_never_comes_in_an_address(world: World, engine: Engine) -> None:
    html = text_of(Client().get(URL, {"draft": "Canary"}))
    assert "Canary" not in html and engine.asked == []
    assert '<form method="post" action="/check-post/" autocomplete="off"' in html


def test_no_answer_is_kept_by_a_browser(world: World, engine: Engine) -> None:
    answer = Client().post(URL, {"draft": "A draft."})
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.cookies) <= {"csrf", "__Host-csrf"}
