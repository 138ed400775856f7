"""Where the policy's text comes from: baselines, versions from before, files, and what is too large."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from builders import World, a_policy, a_version_in_force
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from keeping_pages import HOME, PASTED, boxes, bring, head, hidden_in, policy_now, school_now, world
from signed import client_of, text_of

from forethought.acknowledgements.models import Task
from forethought.pages import taking_text
from forethought.policies import standing
from forethought.policies.models import Baseline, Version
from forethought.policies.text import Paragraph, Text

__all__ = ["head", "school_now", "world"]


# --- Baselines ---


def keep_a_baseline(client: Client, label: str, day: date, **more: str) -> Any:
    form = {"label": label, "supplier": "The schools HR service", "forum": "the JCC", **boxes("agreed_on", day), **more}
    return client.post("/policy/baselines/keep-baseline/", form)


@pytest.mark.policy("F2")
def test_two_baselines_are_shown_in_full_and_no_address_edits_one(world: World, head: Client) -> None:
    a_policy(world)
    assert keep_a_baseline(head, "Edition one", date(2019, 3, 1)).status_code == 302
    asked = keep_a_baseline(head, "Edition two", date(2023, 2, 1), pasted=PASTED)
    html = text_of(asked)
    assert "Is this right?" in html and "2 paragraphs" in html
    assert not Baseline.objects.filter(label="Edition two").exists()
    assert head.post("/policy/baselines/keep-baseline/", {**hidden_in(html), "press": "keep"}).status_code == 302

    html = text_of(head.get("/policy/baselines/"))
    assert html.index("Edition two") < html.index("Edition one")
    assert "Agreed at the JCC on Wednesday 1 February 2023." in html
    for baseline in Baseline.objects.filter(label__in=["Edition one", "Edition two"]):
        address = f"/policy/baselines/{baseline.id}/"
        shown = text_of(head.get(address))
        main = shown[shown.index("<main") : shown.index("</main>")]
        assert "Locked." in main and "<form" not in main and "<input" not in main
        head.post(address, {"label": "changed", "text": "changed"})
        assert Baseline.objects.get(pk=baseline.pk).label == baseline.label
        for verb in ("edit", "change", "change-text", "delete", "remove"):
            assert head.post(f"{address}{verb}/").status_code == 404
    assert "Report what you see within 24 hours." in shown or "Its text is not kept here" in shown


@pytest.mark.policy("F2")
def test_a_baseline_with_a_day_but_no_forum_and_a_label_that_is_taken_are_refused(world: World, head: Client) -> None:
    a_policy(world)
    answer = keep_a_baseline(head, "v1", date(2019, 3, 1), forum="")
    assert answer.status_code == 422 and "or neither" in answer.content.decode()
    keep_a_baseline(head, "v1", date(2019, 3, 1))
    answer = keep_a_baseline(head, "V1", date(2020, 3, 1))
    html = answer.content.decode()
    assert (
        answer.status_code == 422 and "a baseline is never changed" in html and 'value="The schools HR service"' in html
    )


# --- Bringing a version ---


@pytest.mark.policy("F1", "F4")
def test_a_policy_is_brought_looked_at_and_put_in_force(world: World, head: Client) -> None:
    a_policy(world)
    html = text_of(bring(head, pasted=PASTED, body="full_board", minute="12", **boxes("met_on", date(2023, 3, 20))))
    assert "Is this right?" in html and "within 24 hours." in html and not Version.objects.exists()
    answer = head.post("/policy/bring-version/", {**hidden_in(html), "press": "keep"})
    version = Version.objects.get()
    assert answer["Location"] == f"/policy/versions/{version.id}/put-in-force/"
    assert version.approval is not None and version.approval.minute == "12"
    assert version.brought and [one.title for one in standing.text_of(version.text)] == [
        "Why this is here",
        "Reporting",
    ]

    html = text_of(head.get(answer["Location"]))
    assert "7 people are asked to read it" in html
    assert head.post(answer["Location"], {"version": hidden_in(html)["version"]})["Location"] == HOME
    assert policy_now(world).in_force == version and Task.objects.count() == 7
    assert head.get(answer["Location"])["Location"] == HOME
    assert head.post(answer["Location"], {"version": "9"}).status_code in {409, 422}


@pytest.mark.policy("F4")
def test_going_back_from_the_preview_keeps_everything_that_was_typed(world: World, head: Client) -> None:
    a_policy(world)
    html = text_of(bring(head, pasted=PASTED))
    back = text_of(head.post("/policy/bring-version/", {**hidden_in(html), "press": "back"}))
    assert 'value="3"' in back and "Redrafted." in back and 'value="2023"' in back
    assert "The text you gave is still here: 2 paragraphs." in back and "There is a problem" not in back
    html = text_of(
        head.post("/policy/bring-version/", hidden_in(back) | {"label": "4", **boxes("in_force_on", date(2023, 3, 27))})
    )
    assert "Report what you see" in html and not Version.objects.exists()


@pytest.mark.policy("F4")
def test_an_older_version_without_its_words_goes_straight_into_the_table(world: World, head: Client) -> None:
    a_version_in_force(world, label="3")
    assert bring(head, label="1", **boxes("in_force_on", date(2019, 3, 1)))["Location"] == HOME
    assert Version.objects.get(label="1").text is None


@pytest.mark.policy("F3", "F4")
def test_what_may_not_be_brought_is_refused_with_the_rules_sentence(world: World, head: Client) -> None:
    a_version_in_force(world, label="3")
    today = timezone.localdate()
    for more, sentence in (
        ({"label": "9", **boxes("in_force_on", today)}, "A later one goes the whole way"),
        ({"label": "9", **boxes("in_force_on", today - timedelta(days=31))}, "Only earlier ones can be added."),
        ({"label": "3", **boxes("in_force_on", date(2019, 1, 1))}, "a version is never changed"),
        ({"label": "9", "minute": "12"}, "Give the day of the meeting too"),
        ({"label": "9", **boxes("in_force_on", date(2019, 2, 1)), "in_force_on_day": "29"}, "real date"),
        ({"label": "9", **boxes("met_on", today + timedelta(days=2))}, "That meeting has not been yet."),
    ):
        answer = bring(head, **more)
        html = answer.content.decode()
        assert answer.status_code == 422 and sentence in html, sentence
        assert "Redrafted." in html
    assert Version.objects.count() == 1


@pytest.mark.policy("F1")
def test_a_meeting_on_29_february_is_due_for_review_on_28(world: World, head: Client) -> None:
    a_policy(world)
    bring(head, **boxes("met_on", date(2024, 2, 29)), body="head", **boxes("in_force_on", date(2024, 3, 1)))
    approval = Version.objects.get().approval
    assert approval is not None and approval.review_on == date(2025, 2, 28)


# --- Files, and what is too large ---


def a_docx(*lines: str) -> SimpleUploadedFile:
    import docx

    made, kept = docx.Document(), BytesIO()
    for line in lines:
        made.add_paragraph(line)
    made.save(kept)
    return SimpleUploadedFile("policy.docx", kept.getvalue())


@pytest.mark.policy("F4")
def test_a_word_file_is_read_and_is_still_there_after_a_mistake_elsewhere(world: World, head: Client) -> None:
    a_policy(world)
    answer = bring(head, label="", file=a_docx("This policy protects everybody.", "Report what you see."))
    html = answer.content.decode()
    assert answer.status_code == 422 and "Give the version a number or a name." in html
    assert "The text you gave is still here: 2 paragraphs." in html
    html = text_of(bring(head, label="3", packed=hidden_in(html)["packed"]))
    assert "Report what you see." in html and "Is this right?" in html


@pytest.mark.policy("F4")
@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04 and then nothing", b"%PDF-1.4 and then nothing"])
def test_a_file_that_cannot_be_read_is_a_sentence_and_the_form_is_kept(
    world: World, head: Client, content: bytes
) -> None:
    a_policy(world)
    answer = bring(head, file=SimpleUploadedFile("policy.docx", content))
    html = answer.content.decode()
    assert answer.status_code == 422 and 'id="id_file-error"' in html and "Redrafted." in html


@pytest.mark.policy("F4")
def test_a_file_over_ten_megabytes_is_a_sentence_and_the_form_is_kept(world: World, head: Client) -> None:
    a_policy(world)
    big = SimpleUploadedFile("policy.pdf", b"%PDF-1.4\n" + b"x" * (10 * 1024 * 1024))
    answer = bring(head, file=big)
    html = answer.content.decode()
    assert answer.status_code == 422 and "That file is larger than 10 MB." in html
    assert "Redrafted." in html and 'value="The head"' in html and not Version.objects.exists()


def test_a_file_just_within_ten_megabytes_is_handed_on(world: World, head: Client) -> None:
    a_policy(world)
    answer = bring(head, file=SimpleUploadedFile("policy.pdf", b"%PDF-1.4\n".ljust(10 * 1024 * 1024, b" ")))
    html = answer.content.decode()
    assert answer.status_code == 422 and "larger than 10 MB" not in html and 'id="id_file-error"' in html


@pytest.mark.policy("F4")
def test_the_longest_text_that_fits_is_taken_by_paste(world: World, head: Client) -> None:
    a_policy(world)
    pasted = "\n\n".join(f"{'Report what you see to the head today. ' * 100}{number}." for number in range(99))
    assert 380_000 < len(pasted) < 400_000
    html = text_of(bring(head, pasted=pasted))
    assert "99 paragraphs" in html
    assert head.post("/policy/bring-version/", {**hidden_in(html), "press": "keep"}).status_code == 302
    assert len(standing.text_of(Version.objects.get().text)) == 99


@pytest.mark.policy("F4")
@pytest.mark.parametrize(
    ("length", "sentence"), [(410_000, "characters too long"), (600_000, "too much to paste at once")]
)
def test_a_paste_that_is_too_long_is_a_sentence_and_the_rest_is_kept(
    world: World, head: Client, length: int, sentence: str
) -> None:
    a_policy(world)
    answer = bring(head, pasted="word " * (length // 5))
    html = answer.content.decode()
    assert answer.status_code == 422 and sentence in html and "Redrafted." in html and 'value="2023"' in html


@pytest.mark.parametrize("packed", ["x", "AAAA", "e30=", "eJyrjgUAAXUA+Q==", "eJwrz2BYAAACBQDg"])
def test_a_text_that_did_not_come_along_is_a_sentence(world: World, head: Client, packed: str) -> None:
    a_policy(world)
    answer = bring(head, packed=packed, press="keep")
    assert answer.status_code == 422 and "The text did not come along." in answer.content.decode()


def test_what_is_carried_over_the_preview_is_checked_again(world: World, head: Client) -> None:
    a_policy(world)
    empty = taking_text.pack((Paragraph("1", "", "Words."), Paragraph("2", "", "")))
    answer = bring(head, packed=empty, press="keep")
    assert answer.status_code == 422 and "Paragraph 2 is empty." in answer.content.decode()
    text: Text = tuple(Paragraph(str(n), "Ä" * 20, "ß" * 180) for n in range(1999))
    assert taking_text.unpack(taking_text.pack(text)) == text


def test_a_file_and_a_paste_at_once_are_not_guessed_between(world: World, head: Client) -> None:
    a_policy(world)
    answer = bring(head, pasted=PASTED, file=a_docx("Something else."))
    assert answer.status_code == 422 and "Leave one of them out." in answer.content.decode()


def test_the_token_of_a_form_with_a_file_is_asked_for(world: World) -> None:
    a_policy(world)
    signed = client_of(world.head)
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed.cookies
    assert bring(client, pasted=PASTED).status_code == 403


@pytest.mark.policy("9.2a")
def test_a_text_with_what_looks_like_a_password_is_refused_with_its_place(world: World, head: Client) -> None:
    a_policy(world)
    answer = bring(head, pasted="Our rules.\n\nThe password: hunter2x7 opens the account.")
    assert answer.status_code == 422 and "Paragraph 2 looks like a password." in answer.content.decode()
