"""One takedown: what and where, what is wanted, and asking the author and the host."""

import re

import pytest
from builders import World, a_case, the_takedown
from django.test import Client
from pytest_django.fixtures import Settings
from signed import client_of, text_of
from takedown_pages import FORM, MAIL, asked, at, found, fresh, head, school_now, shown, with_mail, world  # noqa: F401

from forethought.people.models import Person, School
from forethought.takedowns.models import Look, Notice, NoticeSent, Takedown, Ticket

# --- What and where ---


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("where", "host", "warning"),
    [
        ("https://board.example/t/1", "board.example", None),
        ("https://xn--bcher-kva.example/x", "xn--bcher-kva.example", "unusual letters"),
        ("https://bank.example@evil.example/", "evil.example", "The real website is evil.example"),
    ],
)
def test_an_address_is_text_with_the_real_website_beside_it(
    world: World, head: Client, where: str, host: str, warning: str | None
) -> None:
    html = shown(head, the_takedown(a_case(world, at=world.at, where=where)))
    assert where in html and host in html
    assert not re.search(r'href="https?://', html)
    assert warning is None or warning in html


@pytest.mark.policy("8.3")
def test_the_page_keeps_its_order(found: Takedown, head: Client) -> None:
    html = shown(head, found)
    order = [
        "What and where",
        "Owed next",
        "What do you want?",
        "Ask",
        "Notices",
        "Looks",
        "If the host does not help",
        "History",
    ]
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", html) == order


@pytest.mark.policy("8.3")
def test_what_is_wanted_can_be_changed_and_stands_in_the_notice(found: Takedown, head: Client) -> None:
    head.post(
        at(found, "change-wish/"), {"version": str(found.version), "wanted": "amend", "wording": "She was not there."}
    )
    assert "Change it. To this: “She was not there.”" in shown(head, found)
    notice = text_of(head.post(at(found, "ask-host/?by=form"), {"version": str(fresh(found).version), **FORM}))
    assert "Please change the material below." in notice and "She was not there." in notice


@pytest.mark.policy("8.2", "8.3")
@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"group": "pupil"}, "The behaviour policy decides"),
        ({"group": "unknown"}, "Nobody knows who the author is"),
        ({"danger": "yes"}, "Do not contact the author"),
    ],
)
def test_asking_the_author_is_dead_where_it_is_not_right_and_says_why(
    world: World, head: Client, answers: dict[str, str], words: str
) -> None:
    found = the_takedown(a_case(world, at=world.at, **answers))
    assert re.search(rf"disabled[^>]*>Ask the author</button><p[^>]*>[^<]*{words}", text_of(head.get(at(found))))
    answer = head.post(at(found, "ask-author/"), {"version": str(found.version), "safe": "yes"})
    assert answer.status_code == 422 and words in answer.content.decode()


@pytest.mark.policy("8.3")
def test_where_it_is_not_safe_the_author_is_not_asked(found: Takedown, head: Client) -> None:
    answer = head.post(at(found, "ask-author/"), {"version": str(found.version), "safe": "no"})
    assert answer.status_code == 422 and "It was said not to be safe. Ask the host." in answer.content.decode()
    head.post(at(found, "ask-author/"), {"version": str(found.version), "safe": "yes"})
    assert fresh(found).status == "author_asked"
    assert "Still ask the host by" in text_of(head.get(at(found)))


# --- Asking the host ---


@pytest.mark.policy("8.3")
def test_a_letter_is_filled_in_shown_whole_and_then_goes_by_mail(
    found: Takedown, head: Client, world: World, with_mail: None
) -> None:
    School.objects.filter(pk=world.school.pk).update(
        contacts={"school": {"address": "1 School Lane", "email": "office@larkfield.example"}}
    )
    form = text_of(head.get(at(found, "ask-host/")))
    assert all(f'value="{value}"' in form for value in ("board.example", "1 School Lane", "office@larkfield.example"))
    said = {"version": str(found.version), **MAIL}

    whole = text_of(head.post(at(found, "ask-host/?by=mail"), said))

    assert "She was not there." in whole and "abuse@board.example" in whole and "Send by mail" in whole
    assert "It is not giving an order." in whole and not Notice.objects.exists()
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', whole)
    again: dict[str, list[str]] = {}
    for name, value in hidden:
        again.setdefault(name, []).append(value.replace("&#x27;", "'"))
    answer = head.post(at(found, "ask-host/?by=mail"), again)

    assert answer["Location"] == at(found)
    notice = Notice.objects.get()
    assert (notice.kind, notice.way, NoticeSent.objects.get().notice) == ("N2", "mail", notice)
    page = text_of(head.get(at(found)))
    assert "The notice is on its way." in page and "Waiting to be sent by mail." in page
    assert "abuse@board.example" not in page and "abuse@board.example" in shown(head, found)


@pytest.mark.policy("8.3")
def test_once_the_mail_server_has_it_the_page_says_so_and_before_that_it_does_not(
    found: Takedown, head: Client, world: World, with_mail: None
) -> None:
    head.post(at(found, "ask-host/?by=mail"), {"version": str(found.version), "step": "send", **MAIL})
    post = NoticeSent.objects.get()
    NoticeSent.objects.filter(pk=post.pk).update(tries=3)
    assert "A notice has not gone out: the mail server does not take it." in text_of(
        head.get(f"/cases/{found.case_id}/")
    )

    NoticeSent.objects.filter(pk=post.pk).update(taken_at=world.at, try_at=None)

    page = text_of(head.get(at(found)))
    assert "accepted by the mail server." in page and "Sent by mail at" in page
    assert "has not gone out" not in text_of(head.get(f"/cases/{found.case_id}/"))


@pytest.mark.policy("8.3")
def test_without_a_mail_server_a_letter_is_not_promised(found: Takedown, head: Client, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    assert "Their own report form" in text_of(head.get(at(found, "ask-host/")))
    answer = head.post(at(found, "ask-host/?by=mail"), {"version": str(found.version), "step": "send", **MAIL})
    assert "No mail server is set up here." in answer.content.decode()
    assert not Notice.objects.exists()


@pytest.mark.policy("8.3")
def test_a_form_of_theirs_is_copied_and_then_the_ticket_is_asked_for(found: Takedown, head: Client) -> None:
    said = {"version": str(found.version), **FORM}
    whole = text_of(head.post(at(found, "ask-host/?by=form"), said))
    assert "data-forethought-copy" in whole and "Bullying or harassment, Private information" in whole

    answer = head.post(at(found, "ask-host/?by=form"), {**said, "step": "send"})

    notice = Notice.objects.get()
    assert answer["Location"] == at(found, f"notices/{notice.id}/note-ticket/")
    assert "The host has been asked." not in text_of(head.get(answer["Location"]))
    head.post(answer["Location"], {"ticket": "T-4411"})
    assert Ticket.objects.count() == 1
    assert "T-4411" not in text_of(head.get(at(found))) and "T-4411" in shown(head, found)


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ("recipient", "Name the site, app or company."),
        ("contact", "Give their mail address"),
        ("found", "Choose where you found it."),
        ("sender_address", "Give the school’s postal address."),
        ("reply_to", "Give an address that somebody reads."),
    ],
)
def test_what_is_missing_is_named_and_the_rest_is_kept(
    found: Takedown, head: Client, with_mail: None, lacking: str, words: str
) -> None:
    said = {name: value for name, value in MAIL.items() if name != lacking}
    answer = head.post(at(found, "ask-host/?by=mail"), {"version": str(found.version), **said})
    assert (
        answer.status_code == 422
        and words in answer.content.decode()
        and "She was not there." in answer.content.decode()
    )


@pytest.mark.policy("8.3")
def test_what_is_wrong_with_it_is_a_tick_or_words_and_one_is_needed(found: Takedown, head: Client) -> None:
    said = {"version": str(found.version), **FORM, "grounds": []}
    assert "Tick what is wrong with it" in head.post(at(found, "ask-host/?by=form"), said).content.decode()
    assert "Only words." in text_of(head.post(at(found, "ask-host/?by=form"), {**said, "facts": "Only words."}))


@pytest.mark.policy("8.3")
def test_whoever_sends_second_is_told_and_can_still_send_knowingly(found: Takedown, head: Client, world: World) -> None:
    said = {"version": str(found.version), **FORM, "step": "send"}
    client_of(world.senior).post(at(found, "ask-host/?by=form"), said)

    answer = head.post(at(found, "ask-host/?by=form"), {**said, "facts": "My own words."})

    html = answer.content.decode()
    assert answer.status_code == 409 and "David Reed did this at" in html and "My own words." in html
    assert f'name="version" value="{fresh(found).version}"' in html
    assert Notice.objects.count() == 1


@pytest.mark.policy("8.3")
def test_change_something_leads_back_to_the_filled_form(found: Takedown, head: Client) -> None:
    html = text_of(
        head.post(
            at(found, "ask-host/?by=form"),
            {"version": str(found.version), **FORM, "facts": "Kept.", "step": "send", "change": "yes"},
        )
    )
    assert "Kept." in html and "Show me the notice" in html and not Notice.objects.exists()


@pytest.mark.policy("8.3")
def test_a_chat_group_is_asked_about_without_an_address(world: World, head: Client) -> None:
    found = the_takedown(a_case(world, at=world.at, where="Zibzab, the group “Year 4 mums”"))
    form = text_of(head.get(at(found, "ask-host/")))
    assert "What it is, in a few words" in form and "Their own report form" in form
    whole = text_of(
        head.post(
            at(found, "ask-host/"),
            {"version": str(found.version), **FORM, "recipient": "Zibzab", "description": "Insults."},
        )
    )
    assert (
        "Site or app: Zibzab" in whole
        and "Group: Zibzab, the group “Year 4 mums”" in whole
        and "Description: Insults." in whole
    )


@pytest.mark.policy("8.3")
def test_not_asking_needs_a_reason(found: Takedown, head: Client) -> None:
    assert (
        "Say why in a few words." in head.post(at(found, "leave-up/"), {"version": str(found.version)}).content.decode()
    )
    head.post(at(found, "leave-up/"), {"version": str(found.version), "reason": "The police asked us to."})
    page = text_of(head.get(at(found)))
    assert "The headteacher said why not. The 24 hours still end" in page and "The police asked" not in page


# --- Who gets in ---


PATHS = [
    "",
    "ask-host/",
    "ask-author/",
    "change-wish/",
    "check-removal/",
    "escalate/",
    "leave-up/",
    "withdraw/",
    "reopen/",
    "hand-to-complainant/",
    "skip-rung/search/",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["teacher", "chair"])
def test_nobody_off_the_list_learns_that_a_takedown_exists(world: World, found: Takedown, path: str, who: str) -> None:
    person: Person = getattr(world, who)
    client = client_of(person)
    answers = [client.get(at(found, path)), client.get(f"/takedowns/00000000-0000-0000-0000-000000000000/{path}")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert client.post(at(found, path), {"version": "1", "result": "still_there"}).status_code == 404
    assert not Look.objects.exists()
