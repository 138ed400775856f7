"""Whom a public register names: answers as registers really shape them, and answers that mean harm."""

import ipaddress
import json
import time

import pytest

from forethought.capture.rdap import MOST_BYTES, Contact, Unreadable, read_answer
from forethought.capture.registers import address_of, ask_register, registered_name, shipped
from tests.rdap_server import RdapServer, broken_off, busy, drip, huge, leads, never


def card(*lines: list) -> list:
    return ["vcard", [["version", {}, "text", "4.0"], *lines]]


def entity(roles, *lines: list, entities=(), **more) -> dict:
    return {"objectClassName": "entity", "roles": roles, "vcardArray": card(*lines), "entities": list(entities), **more}


def domain(*entities: dict, **more) -> dict:
    return {"objectClassName": "domain", "ldhName": "x.example", "handle": "D1", "entities": list(entities), **more}


def network(*entities: dict, name: str = "EXAMPLE-NET") -> dict:
    return {"objectClassName": "ip network", "handle": "N1", "name": name, "entities": list(entities)}


def read(answer: dict):
    return read_answer(json.dumps(answer).encode())


NAME = ["fn", {}, "text", "Example Registrar Ltd"]
MAIL = ["email", {}, "text", "abuse@registrar.example"]
ABUSE = entity(["abuse"], ["fn", {}, "text", "Abuse desk"], MAIL)
THIN = domain(
    entity(["registrar"], NAME),
    links=[
        {"rel": "self", "href": "https://register.example/rdap/domain/x.example"},
        {"rel": "related", "type": "application/rdap+json", "href": "https://registrar.example/rdap/domain/x.example"},
    ],
)


@pytest.mark.policy("8.6")
def test_an_abuse_contact_inside_the_registrar_is_found():
    found = read(domain(entity(["registrar"], NAME, entities=[ABUSE])))
    (abuse,) = found.abuse
    assert abuse.mails == ("abuse@registrar.example",) and abuse.stood == "registrar, abuse"
    assert found.registrar == "Example Registrar Ltd" and found.kind == "domain" and found.name == "x.example"


@pytest.mark.policy("8.6")
def test_a_contact_page_and_a_list_of_numbers_are_read():
    (abuse,) = read(
        domain(
            entity(
                ["abuse"],
                ["contact-uri", {}, "uri", "https://registrar.example/abuse"],
                ["tel", {"type": "voice"}, "uri", ["tel:+44.2000000000", "tel:+1.2000000000"]],
            )
        )
    ).abuse
    assert abuse.pages == ("https://registrar.example/abuse",)
    assert abuse.phones == ("+44.2000000000", "+1.2000000000") and abuse.mails == ()


@pytest.mark.policy("8.6")
def test_a_mail_address_given_as_a_page_is_a_mail_address():
    (abuse,) = read(domain(entity(["abuse"], ["contact-uri", {}, "uri", "mailto:abuse@registrar.example"]))).abuse
    assert abuse.mails == ("abuse@registrar.example",)


@pytest.mark.parametrize("said", ["REDACTED FOR PRIVACY", "Data Protected", "Please query the RDDS service"])
def test_what_is_hidden_is_said_to_be_hidden(said):
    found = read(domain(entity(["registrant"], ["fn", {}, "text", said], ["email", {}, "text", said])))
    (one,) = found.contacts
    assert one.hidden and not one.mails and not one.name and found.abuse == ()


def test_a_network_without_a_mail_address_offers_what_it_has():
    found = read(
        network(
            entity(["abuse"], ["fn", {}, "text", "AR1-RIPE"], ["adr", {"label": "1 Street\nTown"}, "text", [""] * 7]),
            entity(["technical"], ["tel", {}, "uri", "tel:+31200000000"]),
        )
    )
    assert found.kind == "network" and [one.phones for one in found.abuse] == [("+31200000000",)]


def test_an_address_that_stands_in_a_label_alone_is_read():
    (one,) = read(
        domain(entity(["registrar"], NAME, ["adr", {"label": "1 Long Lane\nLondon\nUK"}, "text", ["", "", ""]]))
    ).contacts
    assert one.address == "1 Long Lane, London, UK"


def test_roles_as_one_word_are_roles():
    assert read(domain(entity("abuse", MAIL))).abuse[0].roles == ("abuse",)


@pytest.mark.parametrize(
    "mail",
    [
        "a@b.example\r\nBcc: head@school.example",
        "a@b.example\nX: y",
        "a@b.example,c@d.example",
        "a b@c.example",
        "a@b.example\u202e",
        "<a@b.example>",
        "a@b",
        "javascript:alert(1)",
        "a@b.example\x00",
        " ",
    ],
)
@pytest.mark.policy("8.6")
def test_what_is_no_plain_mail_address_is_refused(mail):
    found = read(domain(entity(["abuse"], NAME, ["email", {}, "text", mail], ["tel", {}, "uri", "tel:+44"])))
    (one,) = found.abuse
    assert one.mails == () and (one.refused or not mail.strip())
    assert all("\n" not in said and "\r" not in said and said.endswith(".") for said in one.refused)


def test_markup_and_hidden_characters_are_words_and_nothing_more():
    (one,) = read(
        domain(entity(["registrar"], ["fn", {}, "text", "<script>alert(1)</script>\u202e\r\nX\x00"]))
    ).contacts
    assert one.name == "<script>alert(1)</script> X"


def test_what_has_no_handle_no_card_or_odd_shapes_is_read_as_far_as_it_goes():
    odd = domain(
        {"roles": ["abuse"]},
        entity(None, NAME),
        "nonsense",
        {"roles": ["abuse"], "vcardArray": ["vcard", [["email"], "x", ["email", {}, "text", None], MAIL]]},
        links="no list",
        handle=None,
    )
    assert read(odd).abuse[0].mails == ("abuse@registrar.example",)


def test_an_answer_that_goes_on_and_on_inside_itself_ends():
    deep = entity(["abuse"], MAIL)
    for _ in range(60):
        deep = entity(["registrar"], entities=[deep])
    assert len(read(domain(deep)).contacts) <= 6
    assert len(read(domain(*[ABUSE] * 1000)).contacts) <= 300


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no answer"),
        (b"<html>", "no answer"),
        (b"[]", "no answer"),
        (b"\xff\xfe", "no answer"),
        (b"[" * 100_000, "no answer"),
        (b'{"errorCode": 404}', "knows nothing"),
        (b'{"objectClassName": "nameserver"}', "not about"),
        (b"1" * (MOST_BYTES + 1), "far longer"),
    ],
)
def test_what_is_no_answer_is_refused_in_a_sentence(raw, said):
    with pytest.raises(Unreadable, match=said):
        read_answer(raw)


@pytest.mark.parametrize("name", ["CLOUDFLARENET", "FASTLY", "AKAMAI-PA"])
def test_a_company_that_only_shields_is_said_to_be_one(name):
    assert read(network(ABUSE, name=name)).shields
    assert not read(network(ABUSE)).shields


# ---------------------------------------------------------------------------------------------------------------
# Which register


@pytest.mark.parametrize(
    ("subject", "register"),
    [
        ("bbc.co.uk", "https://rdap.nominet.uk/uk/"),
        ("x.com", "https://rdap.verisign.com/com/v1/"),
        ("X.COM.", "https://rdap.verisign.com/com/v1/"),
        ("a.london", "https://rdap.centralnic.com/london/"),
        ("8.8.8.8", "https://rdap.arin.net/registry/"),
        ("193.0.0.1", "https://rdap.db.ripe.net/"),
        ("2001:67c:2e8::1", "https://rdap.db.ripe.net/"),
        ("x.nosuchending", None),
        ("fe80::1", None),
    ],
)
def test_the_shipped_list_knows_which_register_answers(subject, register):
    assert shipped().register_of(subject) == register


def test_where_a_register_is_asked():
    assert address_of("bbc.co.uk") == "https://rdap.nominet.uk/uk/domain/bbc.co.uk"
    assert address_of("193.0.0.1") == "https://rdap.db.ripe.net/ip/193.0.0.1"
    assert address_of("x.nosuchending") == ""


def test_the_longest_match_answers():
    data = {
        "read_on": "2026-11-01",
        "dns": [[["example"], ["https://a/"]], [["b.example"], ["http://b/", "https://b/"]]],
        "ipv4": [[["198.51.0.0/16"], ["https://wide/"]], [["198.51.100.0/24"], ["https://narrow/"]]],
        "ipv6": [],
    }
    from forethought.capture.registers import read_bootstrap

    found = read_bootstrap(data)
    assert found.register_of("x.b.example") == "https://b/" and found.register_of("b.example") == "https://b/"
    assert found.register_of("xb.example") == "https://a/"
    assert found.register_of("198.51.100.7") == "https://narrow/" and found.register_of("198.51.1.7") == "https://wide/"


def test_the_shipped_list_is_whole_and_dated():
    found = shipped()
    assert len(found.names) > 1000 and len(found.networks) > 200 and found.read_on >= "2026-07-01"
    assert {one.version for one, _ in found.networks} == {4, 6}
    assert ipaddress.ip_network("41.0.0.0/8") in {one for one, _ in found.networks}


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.small.example", "small.example"),
        ("a.b.shop.co.uk", "shop.co.uk"),
        ("www.elm.county.sch.uk", "elm.county.sch.uk"),
        ("uk", "uk"),
        ("x.com", "x.com"),
        ("www.x.com.", "x.com"),
        ("93.184.215.14", "93.184.215.14"),
        ("[2001:67c:2e8::1]", "2001:67c:2e8::1"),
    ],
)
def test_the_part_that_somebody_registered(host, name):
    assert registered_name(host) == name


# ---------------------------------------------------------------------------------------------------------------
# Asking


@pytest.mark.policy("8.6")
def test_a_register_is_asked_for_a_name_and_for_a_number():
    with RdapServer({"domain/x.example": domain(ABUSE), "ip/198.51.100.7": network(ABUSE)}) as server:
        one = ask_register("X.Example", server.fetcher(), server.bootstrap())
        two = ask_register("198.51.100.7", server.fetcher(), server.bootstrap())
    assert one.answer.abuse[0].mails and json.loads(one.raw)["ldhName"] == "x.example" and one.status == 200
    assert two.answer.kind == "network"
    assert server.asked == ["domain/x.example", "ip/198.51.100.7"]


@pytest.mark.policy("8.6")
def test_where_the_registry_names_nobody_the_registrar_is_asked():
    with RdapServer({"domain/x.example": THIN}) as server:
        server.answers["domain/y"] = domain(ABUSE)
        thin = json.loads(
            json.dumps(THIN).replace("registrar.example/rdap/domain/x.example", "registrar.example/rdap/domain/y")
        )
        server.answers["domain/x.example"] = thin
        found = ask_register("x.example", server.fetcher(), server.bootstrap())
    assert found.answer.abuse[0].mails == ("abuse@registrar.example",)
    assert server.asked == ["domain/x.example", "domain/y"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "knows nothing"),
        (busy, "asked too often"),
        (never, "did not answer in time"),
        (drip, "did not answer in time"),
        (huge, "far too long"),
        (leads(302, "file:///etc/passwd"), "no web address"),
        (leads(302, "/rdap/domain/x.example"), "never arrives"),
        (lambda handler: handler.say(200, b"<html>"), "no answer of a register"),
        (lambda handler: handler.say(500, b""), "as it should"),
        (lambda handler: handler.wfile.write(b"nonsense\r\n\r\n"), "not HTTP"),
        (lambda handler: None, "not HTTP"),
        (broken_off, "broke off"),
    ],
)
def test_a_register_that_does_not_answer_well_is_said_to_in_a_sentence(given, said):
    with RdapServer({"domain/x.example": given} if given else {}) as server:
        began = time.monotonic()
        # Who answers has all the time that there is: on a busy machine even that may take more than a second.
        limits = {"most_seconds": 1.5} if given in {never, drip} else {}
        found = ask_register("x.example", server.fetcher(**limits), server.bootstrap())
        assert time.monotonic() - began < 25
    assert found.answer is None and said in found.trouble and found.trouble.endswith(".")
    assert len(found.raw) <= 2_000_000
    assert found.wait == (120 if given is busy else 0)


def test_a_register_that_has_moved_is_followed():
    with RdapServer({"domain/x.example": leads(302, "/rdap/there"), "there": domain(ABUSE)}) as server:
        found = ask_register("x.example", server.fetcher(), server.bootstrap())
    assert found.answer.abuse and found.led_to.endswith("/rdap/there")


def test_an_ending_that_no_register_answers_for_is_said_to_be_one():
    with RdapServer({}) as server:
        found = ask_register("x.nowhere", server.fetcher(), server.bootstrap("example"))
    assert "No public register" in found.trouble and server.asked == []


def test_a_way_out_that_refuses_is_no_answer():
    def refuse(scheme, host, port, left):
        raise ConnectionRefusedError

    from forethought.capture.fetching import Fetcher

    found = Fetcher(refuse)("https://x.example/")
    assert found.status is None and found.trouble == "Nobody answers there."
    assert Fetcher(refuse)("javascript:alert(1)").trouble.startswith("It leads to something")


def test_nothing_of_an_answer_is_a_contact_until_somebody_reads_it():
    assert not any(name in {"to", "recipient"} for name in Contact.__dataclass_fields__)
