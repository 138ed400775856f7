"""The pages of questions: who gets in, what they see, what a bad form says."""

import re
import uuid

import pytest
from builders import World, a_school, found_in_the_clear
from django.test import Client
from django.utils import timezone
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.people import procedures as people
from forethought.people.models import Person, Role
from forethought.questions import procedures
from forethought.questions.models import CommonQuestion, Question
from forethought.rows import inside

ASK = "/questions/ask-question/"
ENDS = ("", "answer-question/", "pass-to-lead/", "share-answer/")


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def form(world: World, **changes: str) -> dict[str, str]:
    return {"child": "no", "manager": str(world.senior.pk), "words": "May I post our trip?", **changes}


def sent(world: World, **changes: str) -> Question:
    """A question that a teacher sent from the page."""
    answer = client_of(world.teacher).post(ASK, form(world, **changes))
    assert answer.status_code == 302, answer.content.decode()
    return Question.objects.get(pk=uuid.UUID(answer["Location"].split("/")[-2]))


def page_of(question: Question, end: str = "") -> str:
    return f"/questions/{question.pk}/{end}"


def make_late(question: Question) -> Question:
    now = timezone.now()
    Question.objects.filter(pk=question.pk).update(due_at=now)
    question.refresh_from_db()
    procedures.pass_on_question(question=question, by=PROGRAM, at=now)
    return question


def answer_it(question: Question, by: Person, words: str = "Yes, without faces.") -> None:
    answer = client_of(by).post(page_of(question, "answer-question/"), {"version": question.version, "words": words})
    assert answer.status_code == 302, answer.content.decode()
    question.refresh_from_db()


# --- Asking ---


@pytest.mark.policy("3.6")
def test_who_will_see_it_stands_before_the_first_box(world: World) -> None:
    html = text_of(client_of(world.teacher).get(ASK))

    before = html[: html.index("<textarea")]
    assert before.index("Call 999 now") < before.index("Only the person you choose")
    assert "Choose somebody who is not part of it." in before
    assert "If the answer is late, Amina Okafor sees it too." in before
    assert "Tess Harlow" not in before and "Susan Patel" not in before
    assert "data-autosave" not in html


@pytest.mark.policy("3.6")
def test_a_question_is_asked_and_stands_in_the_chosen_managers_list_alone(world: World) -> None:
    client = client_of(world.teacher)
    answer = client.post(ASK, form(world, draft="We had fun!", may_be_shared="on"))
    own = text_of(client.get(answer["Location"]))

    assert "Your question is sent." in own and "A person answers by" in own
    assert "David Reed." in own and "If it is late, Amina Okafor sees it too." in own
    assert "May I post our trip?" in own and "We had fun!" in own
    question = Question.objects.get()
    assert question.may_be_shared
    for person in world.everybody():
        html = text_of(client_of(person).get("/questions/"))
        assert (page_of(question) in html) is (person in {world.teacher, world.senior}), person
        assert "trip" not in html and "We had fun" not in html
    assert found_in_the_clear("our trip") == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"child": ""}, "Choose yes, no or not sure."),
        ({"child": "maybe"}, "Choose yes, no or not sure."),
        ({"manager": ""}, "Choose who you want to ask."),
        ({"manager": "not-a-person"}, "Choose an answer."),
        ({"words": " "}, "Write your question. A few words are enough."),
        ({"words": "x" * 4001}, "1 character too long."),
        ({"draft": "x" * 4002}, "2 characters too long."),
        ({"words": "My password is: hunter22. May I keep it?"}, "Hide it and keep the rest?"),
    ],
)
def test_a_bad_form_says_what_is_missing_and_keeps_the_rest(
    world: World, changes: dict[str, str], sentence: str
) -> None:
    answer = client_of(world.teacher).post(ASK, form(world, **{"draft": "My long draft.", **changes}))
    html = answer.content.decode()

    assert answer.status_code == 422 and sentence in html and "<title>Error: " in html
    assert "My long draft." in html or "draft" in changes
    assert not Question.objects.exists()


@pytest.mark.policy("9.2a")
def test_a_password_is_hidden_with_one_press(world: World) -> None:
    secret = "hunter22"
    question = sent(world, words=f"The password: {secret} may I keep it?", hide="yes")

    html = text_of(client_of(world.senior).get(page_of(question)))
    assert secret not in html and "may I keep it?" in html


@pytest.mark.parametrize(
    "words",
    [
        "a\x00b",
        "\u200b\ufeff",
        "Z" + "\u0301" * 500,
        "x\u202egpj.exe",
        "<script>alert(1)</script>{{7*7}}%s",
        "👩‍👩‍👧‍👦" * 60,
    ],
    ids=["nul", "nothing to see", "zalgo", "right to left", "markup", "emoji"],
)
def test_whatever_comes_in_there_is_a_sentence_and_nothing_runs(world: World, words: str) -> None:
    client = client_of(world.teacher)
    for name in ("words", "draft", "child", "manager", "may_be_shared"):
        answer = client.post(ASK, form(world, **{name: words}))
        assert answer.status_code in {302, 422}
        if answer.status_code == 302:
            assert "<script>alert" not in text_of(client.get(answer["Location"]))


def test_nobody_is_asked_who_is_not_on_the_list(world: World) -> None:
    for stranger in (world.teacher, world.colleague, world.lead):
        answer = client_of(world.teacher).post(ASK, form(world, manager=str(stranger.pk)))
        assert answer.status_code == 422


def test_where_nobody_can_be_asked_the_page_says_what_to_do(world: World) -> None:
    for person in (world.head, world.senior, world.chair):
        for appointment in person.appointments.all():
            people.end_appointment(appointment=appointment, by=PROGRAM, at=world.at)

    answer = client_of(world.teacher).post(ASK, form(world, manager=""))

    assert answer.status_code == 422 and "Nobody here can be asked yet." in answer.content.decode()


def test_words_sent_after_signing_out_are_handed_back(world: World) -> None:
    answer = Client().post(ASK, form(world, words="A long question that nobody should lose."))

    assert answer.status_code == 403
    assert "A long question that nobody should lose." in answer.content.decode()


# --- Who gets in ---


@pytest.mark.policy("3.6")
def test_nobody_else_finds_it_until_it_is_late_and_then_their_senior_does(world: World) -> None:
    question, nowhere = sent(world), uuid.uuid4()
    for role in (Role.IT, Role.PROTECTION, Role.HR, Role.CLERK):
        people.appoint(person=world.colleague, role=role, by=PROGRAM, at=world.at)
    for other in (world.head, world.lead, world.chair, world.vice, world.colleague):
        client = client_of(other)
        for end in ENDS:
            for address in (page_of(question, end), f"/questions/{nowhere}/{end}"):
                assert (client.get(address).status_code, client.post(address).status_code) == (404, 404), address
    # The asker reads it, and that is all.
    asker = client_of(world.teacher)
    assert [asker.get(page_of(question, end)).status_code for end in ENDS] == [200, 404, 404, 404]

    make_late(question)

    head = client_of(world.head)
    listing = text_of(head.get("/questions/"))
    assert page_of(question) in listing and "Late." in listing and "It was due by" in listing
    assert "May I post our trip?" in text_of(head.get(page_of(question)))
    assert client_of(world.chair).get(page_of(question)).status_code == 404
    own = text_of(asker.get(page_of(question)))
    assert "It is late" in own and "Amina Okafor sees it too." in own


@pytest.mark.policy("3.6")
def test_an_answered_question_is_shown_to_nobody_else(world: World) -> None:
    question = sent(world)
    answer_it(question, world.senior)

    for other in (world.head, world.lead, world.chair, world.vice, world.colleague):
        assert client_of(other).get(page_of(question)).status_code == 404
    assert "Yes, without faces." in text_of(client_of(world.senior).get(page_of(question)))


def test_another_schools_question_is_no_question(world: World) -> None:
    question = sent(world)
    other = a_school(tag="two", name="Another School")
    with inside(other.school.id):
        client = client_of(other.senior)
    for end in ENDS:
        assert client.get(page_of(question, end)).status_code == 404


@pytest.mark.policy("3.6")
def test_opening_a_question_is_noted_and_no_title_or_event_holds_a_word_of_it(world: World) -> None:
    question = sent(world)
    html = text_of(client_of(world.senior).get(page_of(question)))

    assert "<title>A question for you - Forethought</title>" in html
    entry = Entry.objects.get(verb="questions.see_question")
    assert (entry.by, entry.about) == (str(world.senior.pk), question.pk)
    assert not [one for one in Entry.objects.values_list("body", flat=True) if "trip" in one]


# --- A child at risk ---


@pytest.mark.policy("3.6", "6.5")
@pytest.mark.parametrize("child", ["yes", "not_sure"])
def test_a_child_at_risk_needs_no_choice_and_the_numbers_stand_on_the_receipt(world: World, child: str) -> None:
    world.school.contacts = {"social_care": {"name": "The council’s team", "number": "01632 960001"}}
    world.school.save()
    question = sent(world, child=child, manager="")
    html = text_of(client_of(world.teacher).get(page_of(question)))

    for needed in (
        'href="tel:999"',
        'href="tel:101"',
        "01632 960001",
        'href="/report/"',
        "Susan Patel was told at once",
    ):
        assert needed in html
    assert "A child may be at risk. Asked at" in text_of(client_of(world.lead).get("/questions/"))
    assert client_of(world.lead).get("/next/")["Location"] == page_of(question)
    assert "Act now, then answer." in text_of(client_of(world.lead).get(page_of(question)))
    assert client_of(world.head).get(page_of(question)).status_code == 404
    assert client_of(world.senior).get(page_of(question)).status_code == 404


@pytest.mark.policy("3.6", "6.5")
def test_what_may_be_about_a_child_is_opened_only_with_a_fresh_second_step(world: World) -> None:
    question = sent(world, child="yes")
    client = client_of(world.lead)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 1.0}]
    session.save()

    answer = client.get(page_of(question))

    assert answer.status_code == 302 and "/accounts/" in answer["Location"]
    assert Question.objects.get().seen_at is None


@pytest.mark.policy("3.6", "6.5")
def test_a_manager_passes_it_to_the_lead_with_two_presses(world: World) -> None:
    question, client = sent(world), client_of(world.senior)
    assert page_of(question, "pass-to-lead/") in text_of(client.get(page_of(question)))
    assert "Call 999 first" in text_of(client.get(page_of(question, "pass-to-lead/")))

    answer = client.post(page_of(question, "pass-to-lead/"), {"version": "1"})

    assert answer["Location"] == "/questions/"
    assert "It is with the safeguarding lead." in text_of(client.get("/questions/"))
    assert client.get(page_of(question)).status_code == 404
    assert "May I post our trip?" in text_of(client_of(world.lead).get(page_of(question)))
    own = text_of(client_of(world.teacher).get(page_of(question)))
    assert "Susan Patel was told at once" in own and 'href="tel:999"' in own


# --- Answering ---


@pytest.mark.policy("3.6")
def test_the_asker_reads_the_answer_on_their_page(world: World) -> None:
    question = sent(world)
    answer_it(question, world.senior)
    client = client_of(world.teacher)

    assert "Answer to read" in text_of(client.get("/questions/"))
    html = text_of(client.get(page_of(question)))
    assert "Yes, without faces." in html and "From David Reed" in html and "Ask again" in html
    assert "Answer to read" not in text_of(client.get("/questions/"))
    assert Entry.objects.filter(verb="questions.read_answer").count() == 1
    assert "They have read it" in text_of(client_of(world.senior).get(page_of(question)))


def test_a_bad_answer_says_what_is_wrong_beside_the_question(world: World) -> None:
    question, client = sent(world), client_of(world.senior)
    for words, sentence in (
        ("", "Write your answer."),
        ("The password: hunter22", "Passwords are never kept here."),
        ("x" * 4001, "1 character too long."),
    ):
        answer = client.post(page_of(question, "answer-question/"), {"version": "1", "words": words})
        html = answer.content.decode()
        assert answer.status_code == 422 and sentence in html and "May I post our trip?" in html
    assert Question.objects.get().answered_at is None


@pytest.mark.policy("3.6")
def test_the_second_to_answer_is_told_who_was_first_and_keeps_what_they_typed(world: World) -> None:
    question = make_late(sent(world))
    answer_it(question, world.head)

    answer = client_of(world.senior).post(
        page_of(question, "answer-question/"), {"version": "1", "words": "My own long answer."}
    )
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Amina Okafor did this at" in html and "My own long answer." in html and "Yes, without faces." in html


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "٢"])
def test_a_version_that_is_none_is_too_late(world: World, version: str) -> None:
    question = sent(world)
    answer = client_of(world.senior).post(
        page_of(question, "answer-question/"), {"version": version, "words": "Typed."}
    )
    assert answer.status_code in {409, 422} and "Typed." in answer.content.decode()


# --- For all ---


@pytest.mark.policy("3.6")
def test_an_answer_is_shared_anew_for_all_and_taken_back(world: World) -> None:
    question = sent(world, may_be_shared="on")
    answer_it(question, world.senior)
    senior = client_of(world.senior)
    html = text_of(senior.get(page_of(question, "share-answer/")))
    assert "so that nobody can tell who asked" in html and "May I post our trip?" not in html

    named = senior.post(page_of(question, "share-answer/"), {"asked": "What Harlow asked", "answer": "Yes."})
    assert named.status_code == 422 and "This may name the person who asked." in named.content.decode()
    answer = senior.post(
        page_of(question, "share-answer/"), {"asked": "May staff write of trips?", "answer": "They may."}
    )
    assert answer["Location"] == "/questions/common/"

    shared = CommonQuestion.objects.get()
    for person in world.everybody():
        html = text_of(client_of(person).get("/questions/common/"))
        assert "May staff write of trips?" in html and "They may." in html
        assert ("Take this back" in html) is (person in {world.senior, world.head}), person
        assert str(question.pk) not in html
    away = f"/questions/common/{shared.pk}/withdraw-common-question/"
    assert client_of(world.teacher).post(away).status_code == 404
    assert client_of(world.head).post(away)["Location"] == "/questions/common/"
    assert "None yet." in text_of(client_of(world.teacher).get("/questions/common/"))
    again = client_of(world.head).post(away)
    assert again.status_code == 422 and "taken back already" in again.content.decode()


@pytest.mark.policy("3.6")
def test_what_the_asker_keeps_to_themselves_cannot_be_shared(world: World) -> None:
    question = sent(world)
    answer_it(question, world.senior)
    client = client_of(world.senior)

    assert "Write it anew for all" not in text_of(client.get(page_of(question)))
    html = text_of(client.get(page_of(question, "share-answer/")))
    assert re.search(r"disabled[^>]*>Share</button>", html) and "did not say that others may learn" in html
    answer = client.post(page_of(question, "share-answer/"), {"asked": "May we?", "answer": "Yes."})
    assert answer.status_code == 422 and not CommonQuestion.objects.exists()


@pytest.mark.parametrize("asked", ["", "0", "-1", "x", "٢", "9" * 30, "2", "999999"])
def test_a_page_that_is_none_is_the_nearest_there_is(world: World, asked: str) -> None:
    for number in range(21):
        CommonQuestion.objects.create(
            school=world.school,
            question=f"Number {number}?",
            answer="Yes.",
            shared_at=world.at,
            shared_by=world.head,
        )
    html = text_of(client_of(world.teacher).get("/questions/common/", {"page": asked}))
    assert html.count("Yes.") == (1 if asked in {"2", "999999"} else 20)
