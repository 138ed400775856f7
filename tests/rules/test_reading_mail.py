"""Emails are read in a process apart: what they say, what should make one look twice, and what a signature covers."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from record_files import MAIL, Signer, a_msg, no_network

from forethought.evidence.mail_keys import KeyAnswer, LookUp, key_name
from forethought.evidence.reading_out import Reading, read_out

pytestmark = pytest.mark.policy("7.3")

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


def read(mail: bytes, look_up: LookUp = no_network, *, media: str = "EMAIL", at: datetime = NOW) -> list[Reading]:
    return read_out(media, lambda: iter([mail]), look_up=look_up, at=at)


def email_in(mail: bytes, **more: Any) -> dict[str, Any]:
    first = read(mail, **more)[0]
    assert first.recipe == "email", first
    return first.content


def signature_in(mail: bytes, look_up: LookUp, **more: Any) -> dict[str, Any]:
    found = read(mail, look_up, **more)
    assert found[-1].recipe == "signatures"
    one: dict[str, Any] = found[-1].content["signatures"][0]
    return one


def values(content: dict[str, Any], name: str) -> list[str]:
    return [one["value"] for one in content["headers"] if one["name"] == name]


def test_an_email_says_who_to_whom_about_what_and_by_which_way() -> None:
    said = email_in(MAIL)
    assert values(said, "From") == ["Parent Portal <news@sender.example>"]
    assert values(said, "Subject") == ["About Year 5"]
    assert said["words"] == "You should be ashamed.\n"
    assert [one[:28] for one in said["path"]] == ["from out.sender.example by e", "from edge.school.example (10"]
    assert said["warnings"] == []
    assert said["apart"], "The process was not kept from the network."


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        (b"Subject:", b"Subject: Something else\r\nSubject:", "second_subject"),
        (b"From:", b"From: Head <head@school.example>\r\nFrom:", "second_from"),
        (b"Subject:", b"Reply-To: other@elsewhere.example\r\nSubject:", "reply_elsewhere"),
        (b"Parent Portal", b'"head@school.example"', "name_is_address"),
        (b"Subject: About", b"Subject: Ab\xe9out", "letters"),
        (b"Subject:", b"List-Id: <parents.example>\r\nSubject:", "list"),
    ],
)
def test_what_should_make_one_look_twice_is_said(old: bytes, new: bytes, warning: str) -> None:
    assert warning in email_in(MAIL.replace(old, new, 1))["warnings"]


def test_a_mail_that_names_no_address_for_answers_is_not_said_to_send_them_elsewhere() -> None:
    assert "reply_elsewhere" not in email_in(MAIL)["warnings"]
    assert "reply_elsewhere" not in email_in(MAIL.replace(b"Subject:", b"Reply-To:\r\nSubject:", 1))["warnings"]


def test_both_subjects_of_a_mail_with_two_are_shown() -> None:
    said = email_in(MAIL.replace(b"Subject:", b"Subject: Something else\r\nSubject:", 1))
    assert values(said, "Subject") == ["Something else", "About Year 5"]


def test_carriage_returns_that_were_lost_change_nothing_and_a_mail_without_a_path_says_so() -> None:
    bare = re.sub(rb"Received:[^\n]*\n", b"", MAIL).replace(b"\r\n", b"\n")
    said = email_in(bare)
    assert said["words"] == "You should be ashamed.\n"
    assert "no_path" in said["warnings"]


def test_letters_in_old_ways_of_writing_are_read() -> None:
    body = "你好".encode("gb18030")
    mail = (
        b"From: =?GB18030?B?" + __import__("base64").b64encode("张三".encode("gb18030")) + b"?= <z@sender.example>\r\n"
        b"Subject: \xc4\xe3\xba\xc3\r\nContent-Type: text/plain; charset=GB18030\r\n\r\n" + body
    )
    said = email_in(mail)
    assert values(said, "From") == ["张三 <z@sender.example>"]
    assert values(said, "Subject") == ["你好"]
    assert said["words"] == "你好"


def a_mail_with(*parts: bytes) -> bytes:
    inner = b"".join(b"--X\r\n" + part + b"\r\n" for part in parts)
    return b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n" + inner + b"--X--\r\n"


def test_what_is_attached_is_listed_with_its_size_and_fingerprint_and_never_opened() -> None:
    said = email_in(
        a_mail_with(
            b"Content-Type: text/plain\r\n\r\nhello",
            b"Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n"
            b" filename*0*=utf-8''..%2F..%2Fetc; filename*1=/passwd\r\n\r\nabc",
            b'Content-Type: application/ms-tnef; name="winmail.dat"\r\n\r\nx',
            b'Content-Type: application/pkcs7-mime; name="smime.p7m"\r\n\r\nx',
            b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR",
            b"Content-Type: message/rfc822\r\n\r\nFrom: c@d.example\r\nSubject: Inside\r\n\r\nquoted",
        )
    )
    names = [(one["name"], one["closed"], one["odd_name"]) for one in said["attachments"]]
    assert names == [
        ("../../etc/passwd", "", True),
        ("winmail.dat", "tnef", False),
        ("smime.p7m", "smime", False),
        ("", "calendar", False),
        ("", "mail", False),
    ]
    assert said["attachments"][0]["size"] == 3
    assert said["attachments"][0]["sha256"].startswith("ba7816bf8f01cfea")
    assert said["attachments"][4]["about"]["Subject"] == "Inside"
    assert said["words"] == "hello"


def test_a_name_that_turns_its_letters_round_is_shown_as_it_is() -> None:
    said = email_in(
        a_mail_with(
            b"Content-Type: image/png\r\nContent-Disposition: attachment; filename*=utf-8''a%E2%80%AEgpj.exe\r\n\r\nx"
        )
    )
    assert [(one["name"], one["odd_name"]) for one in said["attachments"]] == [("a[U+202E]gpj.exe", True)]


def test_a_formatted_message_is_shown_as_its_words() -> None:
    html = b"<html><head><style>p{}</style></head><body><p>One &amp; two</p><script>bad()</script><p>three</p></body>"
    said = email_in(b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + html)
    assert said["formatted"]
    assert said["words"] == "One & two\n\nthree"


def test_three_thousand_parts_within_parts_leave_the_headers_readable() -> None:
    mail = b"From: a@b.example\r\nSubject: deep\r\n"
    for number in range(3000):
        mail += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number)
    said = email_in(mail + b"\r\nend")
    assert values(said, "Subject") == ["deep"]
    assert "nested" in said["warnings"]


def test_a_header_of_five_megabytes_is_cut_and_not_shown_whole() -> None:
    said = email_in(b"From: a@b.example\r\nSubject: " + b"x" * 5_000_000 + b"\r\n\r\nhello")
    assert len(values(said, "Subject")[0]) == 2000


def test_what_is_no_email_is_kept_and_said_to_be_unreadable() -> None:
    assert [(one.recipe, one.content) for one in read(b"\0\1\2 no headers here")] == [
        ("unreadable", {"why": "no_mail"})
    ]


# --- Signatures (evidence.md 3.9, case 56) ---


def test_a_signature_that_fits_says_what_it_covers_and_keeps_the_key(signer: Signer) -> None:
    found = read(signer.sign(MAIL), signer)[-1]
    one = found.content["signatures"][0]
    assert one["result"] == "fits"
    assert {"from", "subject", "to", "date"} <= set(one["headers"])
    assert (one["signed_body"], one["outside"]) == (one["body"], [])
    assert found.content["keys"][0]["text"] == signer.record
    assert found.tools.startswith("dkimpy ")


def test_carriage_returns_lost_on_the_way_do_not_spoil_a_signature(signer: Signer) -> None:
    found = read(signer.sign(MAIL).replace(b"\r\n", b"\n"), signer)[-1]
    assert found.content["signatures"][0]["result"] == "fits"
    assert found.content["line_ends"]


def test_text_put_after_the_signed_part_is_seen_though_the_signature_fits(signer: Signer) -> None:
    one = signature_in(signer.sign(MAIL, length=True) + b"And I will find you.\r\n", signer)
    assert one["result"] == "fits"
    assert one["body"] - one["signed_body"] == len(b"And I will find you.\r\n")


def test_a_second_subject_put_on_top_is_seen_though_the_signature_fits(signer: Signer) -> None:
    one = signature_in(b"Subject: I will find you\r\n" + signer.sign(MAIL), signer)
    assert one["result"] == "fits"
    assert one["seconds"] == ["subject"]


def test_a_header_that_is_not_signed_is_named(signer: Signer) -> None:
    one = signature_in(signer.sign(MAIL, include_headers=[b"From", b"Date"]), signer)
    assert {"subject", "to"} <= set(one["outside"])


@pytest.mark.parametrize(
    ("change", "result"),
    [
        (lambda mail: mail.replace(b"ashamed", b"ashamet"), "wrong_body"),
        (lambda mail: mail.replace(b"About Year 5", b"About Year 6"), "wrong"),
        (lambda mail: mail.replace(b"a=rsa-sha256", b"a=rsa-sha999"), "malformed"),
        (lambda mail: b"DKIM-Signature: nonsense\r\n" + MAIL, "malformed"),
    ],
)
def test_a_mail_that_was_altered_does_not_fit(signer: Signer, change: Any, result: str) -> None:
    assert signature_in(change(signer.sign(MAIL)), signer)["result"] == result


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (KeyAnswer("none"), "none"),
        (KeyAnswer("found", "v=DKIM1; k=rsa; p="), "revoked"),
        (KeyAnswer("found", "v=DKIM1; k=rsa"), "bad_key"),
        (KeyAnswer("found", "v=DKIM1; p=AAAA"), "bad_key"),
    ],
)
def test_a_key_that_is_gone_taken_back_or_broken_is_said_apart_from_a_wrong_signature(
    signer: Signer, answer: KeyAnswer, result: str
) -> None:
    assert signature_in(signer.sign(MAIL), lambda name: answer)["result"] == result


def test_without_a_network_the_signature_is_not_checked_and_is_tried_again(signer: Signer) -> None:
    found = read(signer.sign(MAIL), no_network)[-1]
    assert found.content["signatures"][0]["result"] == "no_network"
    assert found.again


def test_a_signature_that_has_run_out_is_judged_as_it_was_and_said_to_have_run_out(signer: Signer) -> None:
    import dkim

    ends = int((NOW - timedelta(days=400)).timestamp())
    real = dkim.DKIM.gen_header

    def with_end(self: Any, fields: Any, *rest: Any, **more: Any) -> Any:
        kept = [one for one in fields if one[0] != b"t"]
        return real(self, [*kept[:-1], (b"x", str(ends).encode()), kept[-1]], *rest, **more)

    dkim.DKIM.gen_header = with_end
    try:
        signed = signer.sign(MAIL)
    finally:
        dkim.DKIM.gen_header = real
    assert b"x=%d" % ends in re.sub(rb"\s+", b"", signed)
    one = signature_in(signed, signer)
    assert (one["result"], one["expired_at"]) == ("fits", ends)


def test_a_mail_without_a_signature_asks_nobody() -> None:
    def never(name: str) -> KeyAnswer:
        raise AssertionError("Somebody was asked.")

    assert [one.recipe for one in read(MAIL, never)] == ["email"]


def test_seals_of_those_who_passed_it_on_are_counted_and_not_taken_for_a_signature() -> None:
    found = read(b"ARC-Seal: i=1; a=rsa-sha256; d=list.example; s=s; b=x\r\n" + MAIL)
    assert [one.recipe for one in found] == ["email"]
    assert found[0].content["seals"] == 1


@pytest.mark.parametrize(
    ("domain", "selector", "name"),
    [
        ("sender.example", "k1", "k1._domainkey.sender.example"),
        ("", "k1", ""),
        ("sender.example", "", ""),
        ("sender", "../x", ""),
        ("a" * 260 + ".example", "k", ""),
        ("127.0.0.1", "k", ""),
    ],
)
def test_only_a_name_that_can_be_one_is_asked_for(domain: str, selector: str, name: str) -> None:
    assert key_name(domain, selector) == name


# --- Outlook's own way of keeping a mail (case 57) ---


def test_a_mail_that_outlook_kept_is_read() -> None:
    said = email_in(a_msg(headers="Received: from a by b\r\nReply-To: x@y.example\r\n\r\n"), media="MSG")
    assert values(said, "Subject") == ["About Year 5"]
    assert "news@sender.example" in values(said, "From")[0]
    assert values(said, "Reply-To") == ["x@y.example"]
    assert said["words"] == "You should be ashamed."
    assert said["path"] == ["from a by b"]
    assert [(one["name"], one["size"]) for one in said["attachments"]] == [("note.txt", 5)]
    assert "outlook" in said["warnings"]


def test_messages_fifty_deep_are_listed_and_not_opened() -> None:
    said = email_in(a_msg(deep=50), media="MSG")
    assert [(one["name"], one["closed"]) for one in said["attachments"]] == [("note.txt", ""), ("inner.msg", "mail")]


@pytest.mark.parametrize("length", [8, 512, 3000, 5000])
def test_a_mail_of_outlooks_that_was_cut_short_is_unreadable(length: int) -> None:
    found = read(a_msg()[:length], media="MSG")
    assert [one.recipe for one in found] == ["unreadable"]
