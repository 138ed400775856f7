"""Notices with a form of their own: the school's from the takedown, the person's own from their report."""

import pytest
from builders import World, harmed_in
from django.test import Client
from django.utils import timezone
from signed import client_of, school_now  # noqa: F401
from takedown_pages import at, found, head, shown, with_mail, world  # noqa: F401

from forethought.audit.models import Entry
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.people.mailing import Mail, Postman
from forethought.takedowns import mailing, procedures, sending
from forethought.takedowns.models import Notice, Takedown

HELPLINE = {
    "name": "Somebody",
    "setting": "A school",
    "contact": "01234",
    "reported": "They said no.",
    "children": "no",
    "facts": "A page about a teacher.",
}
DEFAMATION = {
    "name": "Ada Example",
    "email": "ada@home.example",
    "statement": "She stole it.",
    "meaning": "That I am a thief.",
    "defamatory": "Parents no longer trust me.",
    "untrue": "I was on a visit that day.",
    "unknown_poster": "yes",
    "pass_name": "no",
    "pass_email": "no",
    "before": "no",
}


def handed(world: World, found: Takedown, numbers: tuple[str, ...] = ("N3",)) -> Takedown:
    procedures.hand_to_complainant(
        takedown=found, version=found.version, helper=world.senior, numbers=numbers, by=world.head, at=world.at
    )
    found.refresh_from_db()
    return found


@pytest.mark.policy("8.6")
def test_a_notice_to_the_helpline_is_shown_whole_then_kept_word_for_word(
    head: Client, found: Takedown, world: World
) -> None:
    path = at(found, "send-special/N8/")
    assert "Show me the notice" in shown(head, found, "send-special/N8/")
    whole = head.post(path, HELPLINE).content.decode()
    assert "Read it, then send it" in whole and not Notice.objects.exists()
    answer = head.post(path, {**HELPLINE, "step": "send"})
    notice = Notice.objects.get()
    assert answer["Location"] == at(found, f"notices/{notice.id}/note-ticket/")
    assert (notice.kind, notice.rung, notice.way) == ("N8", "helpline", "copied")
    assert "They said no." in keyring.words(notice, case_id=found.case_id)["text"]
    assert Entry.objects.filter(verb="takedowns.send_special", about=found.id).count() == 1
    page = shown(head, found)
    assert "Professionals Online Safety Helpline" in page and "A helpline for schools (taken)" in page


@pytest.mark.policy("8.4")
def test_the_school_cannot_send_what_only_a_person_may(head: Client, found: Takedown, world: World) -> None:
    page = shown(head, found, "send-special/N3/")
    assert "cannot complain of it at all" in page
    answer = head.post(at(found, "send-special/N3/"), {**DEFAMATION, "step": "send"})
    assert answer.status_code in {200, 422} and not Notice.objects.exists()
    with pytest.raises(Refused, match="local authority"):
        sending.send_special(takedown=found, number="N3", said=DEFAMATION, by=world.head, at=world.at)


@pytest.mark.policy("8.4")
def test_each_missing_field_is_named_on_the_page(head: Client, found: Takedown) -> None:
    answer = head.post(at(found, "send-special/N8/"), {**HELPLINE, "reported": "", "step": "send"})
    assert answer.status_code == 422 and "What was reported to the platform" in answer.content.decode()
    assert not Notice.objects.exists()


@pytest.mark.policy("8.4")
def test_the_person_writes_and_sends_their_own_and_the_words_are_kept(world: World, found: Takedown) -> None:
    report = found.case.reports.get()
    teacher, path = client_of(world.teacher), f"/reports/{report.id}/keep-own-notice/{found.id}/N3/"
    assert teacher.get(path).status_code == 404  # Not in their hands yet.
    handed(world, found)
    page = teacher.get(f"/reports/{report.id}/").content.decode()
    assert "Complaint to a website about a defamatory statement" in page and path in page
    assert "a copy stays with the case" in teacher.get(path).content.decode()
    refused = teacher.post(path, {**DEFAMATION, "name": world.school.name, "step": "send"})
    assert "must be the person" in refused.content.decode() and not Notice.objects.exists()
    assert teacher.post(path, {**DEFAMATION, "untrue": ""}).status_code == 422
    assert "Read it, then send it" in teacher.post(path, DEFAMATION).content.decode()
    assert teacher.post(path, {**DEFAMATION, "step": "send"})["Location"] == f"/reports/{report.id}/"
    notice = Notice.objects.get()
    assert notice.rung == "person" and notice.sent_by == str(world.teacher.id)
    assert "She stole it." in keyring.words(notice, case_id=found.case_id)["text"]
    assert "You have sent it." in teacher.get(f"/reports/{report.id}/").content.decode()


@pytest.mark.policy("8.4")
def test_nobody_else_writes_it_for_them(world: World, found: Takedown, head: Client) -> None:
    report = handed(world, found).case.reports.get()
    path = f"/reports/{report.id}/keep-own-notice/{found.id}/N3/"
    assert head.get(path).status_code == 404
    assert client_of(world.lead).post(path, {**DEFAMATION, "step": "send"}).status_code == 404
    assert client_of(world.teacher).get(path.replace("N3", "N8")).status_code == 404
    assert client_of(world.teacher).get(path.replace("N3", "N99")).status_code == 404
    assert not Notice.objects.exists() and harmed_in(found.case).person_id == world.teacher.id


@pytest.mark.policy("8.4")
def test_the_page_shows_what_was_handed_over_and_that_they_sent_it(world: World, found: Takedown, head: Client) -> None:
    handed(world, found, ("N3", "N4"))
    sending.keep_own_notice(takedown=found, number="N3", said=DEFAMATION, by=world.teacher, at=world.at)
    page = shown(head, found)
    assert "For them to send" in page and "Sent by the person concerned" in page


@pytest.mark.policy("8.3", "8.6")
def test_a_notice_goes_by_mail_from_its_page_and_the_mail_server_proves_it(
    head: Client, found: Takedown, world: World, with_mail: None
) -> None:
    path = at(found, "send-special/N8/")
    assert "Send it by mail to" in shown(head, found, "send-special/N8/")
    mail = {**HELPLINE, "mail_to": "help@helpline.example", "mail_reply_to": "office@larkfield.example"}
    for wrong in ("nonsense", "a@b.example, c@d.example", "a@b.example\r\nBcc: x@y.example"):
        answer = head.post(path, {**mail, "mail_to": wrong, "step": "send"})
        assert answer.status_code == 422 and "They said no." in answer.content.decode()
    assert not Notice.objects.exists()
    whole = head.post(path, mail).content.decode()
    assert "This goes by mail to <strong>help@helpline.example</strong>" in whole and "Send by mail" in whole
    assert not Notice.objects.exists()
    answer = head.post(path, {**mail, "step": "send"})
    assert answer["Location"] == at(found, "#notices")
    notice = Notice.objects.get()
    said = keyring.words(notice, case_id=found.case_id)
    assert (notice.way, said["to"], said["reply_to"]) == ("mail", "help@helpline.example", "office@larkfield.example")
    assert "elpline" not in said["subject"] and found.case.reference in said["subject"]
    assert "Waiting to be sent by mail." in shown(head, found)

    sent: list[Mail] = []

    class Post(Postman):
        def deliver(self, mail: Mail) -> bool:
            sent.append(mail)
            return True

    for _ in range(2):
        mailing.send_due(found.school_id, timezone.now(), postman=Post())
    assert [(one.to, one.subject) for one in sent] == [("help@helpline.example", said["subject"])]
    assert "They said no." in sent[0].text and "accepted by the mail server" in shown(head, found)


@pytest.mark.policy("8.4")
def test_without_a_mail_server_and_for_a_persons_own_notice_there_is_only_copying(
    head: Client, found: Takedown, world: World
) -> None:
    assert "Send it by mail to" not in shown(head, found, "send-special/N8/")
    head.post(at(found, "send-special/N8/"), {**HELPLINE, "mail_to": "a@b.example", "step": "send"})
    assert Notice.objects.get().way == "copied"
