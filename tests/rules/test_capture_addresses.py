"""Which addresses may be visited, and which numbers dialled: every dress that a private place can put on."""

import pytest

from forethought.capture.addresses import NotAllowed, insist_public, read_address, shown, why_not_dial


@pytest.mark.parametrize(
    ("address", "visited"),
    [
        ("https://www.example.org", "https://www.example.org/"),
        ("https://www.example.org/a/b?c=d#e", "https://www.example.org/a/b?c=d"),
        ("HTTPS://WWW.Example.ORG/A", "https://www.example.org/A"),
        ("http://example.org:80/", "http://example.org/"),
        ("https://example.org:443/", "https://example.org/"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("https://example.org./", "https://example.org/"),
        ("https://bücher.example.org/ü?q=é", "https://xn--bcher-kva.example.org/%C3%BC?q=%C3%A9"),
        # A look-alike in Cyrillic is shown for what it is.
        ("https://аррӏе.example.org/", "https://xn--80ak6aa92e.example.org/"),
        ("  https://example.org/with%20percent  ", "https://example.org/with%20percent"),
        ("https://a_b.example.org/", "https://a_b.example.org/"),
        (f"https://{'a' * 63}.example.org/", f"https://{'a' * 63}.example.org/"),
    ],
)
@pytest.mark.policy("7.4")
def test_a_public_address_is_visited_in_one_form(address: str, visited: str) -> None:
    assert read_address(address)[1] == visited


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "unreadable"),
        ("example.org", "scheme"),
        ("ftp://example.org/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("view-source:https://example.org/", "scheme"),
        ("chrome://version", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("data:text/html,hello", "scheme"),
        ("ws://example.org/", "scheme"),
        ("gopher://example.org:80/", "scheme"),
        ("https://name:word@example.org/", "credentials"),
        ("https://name@example.org/", "credentials"),
        ("https://example.org@127.0.0.1/", "credentials"),
        ("https://example.org:8080/", "port"),
        ("https://example.org:22/", "port"),
        ("https://example.org:0/", "port"),
        ("https://example.org:99999/", "unreadable"),
        ("http://127.0.0.1/", "number"),
        ("http://127.1/", "number"),
        ("http://127.0.0.1./", "number"),
        ("http://0/", "number"),
        ("http://2130706433/", "number"),
        ("http://0x7f000001/", "number"),
        ("http://0x7f.1/", "number"),
        ("http://0177.0.0.1/", "number"),
        ("http://017700000001/", "number"),
        ("http://0x/", "number"),
        ("http://169.254.169.254/latest/meta-data/", "number"),
        ("http://8.8.8.8/", "number"),
        ("http://[::1]/", "number"),
        ("http://[::ffff:127.0.0.1]/", "number"),
        ("http://[64:ff9b::7f00:1]/", "number"),
        ("http://[fe80::1%25eth0]/", "number"),
        ("http://１２７.０.０.１/", "number"),
        ("http://127。0。0。1/", "number"),
        ("http://①②⑦.⓪.⓪.①/", "number"),
        ("http://example.0x7f/", "number"),
        ("http://localhost/", "single_word"),
        ("http://LOCALHOST/", "single_word"),
        ("http://ｌｏｃａｌｈｏｓｔ/", "single_word"),
        ("http://intranet/", "single_word"),
        ("http://printer.local/", "own_network"),
        ("http://a.localhost/", "own_network"),
        ("http://files.internal/", "own_network"),
        ("http://metadata.google.internal/", "own_network"),
        ("http://router.home.arpa/", "own_network"),
        ("http://fritz.lan./", "own_network"),
        ("http://hidden.onion/", "own_network"),
        ("http://127%2e0%2e0%2e1/", "name"),
        ("http://exa%00mple.org/", "name"),
        ("http://-a.example.org/", "name"),
        ("http://a..example.org/", "name"),
        ("http://example.org../", "name"),
        ("http://.example.org/", "name"),
        (f"http://{'a' * 64}.example.org/", "name"),
        (f"http://{'a.' * 130}org/", "name"),
        ("http://faß.example.org/", "name"),
        ("http://exam\nple.org/", "unreadable"),
        ("http://exam ple.org/", "unreadable"),
        ("http:\\\\example.org\\", "unreadable"),
        ("http://example.org\\@127.0.0.1/", "unreadable"),
        ("http://[::1/", "unreadable"),
        ("https:///path", "single_word"),
        (f"https://example.org/{'a' * 9000}", "too_long"),
    ],
)
def test_what_is_no_public_address_is_refused(address: str, code: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        read_address(address)

    assert refused.value.code == code or (code, refused.value.code) == ("single_word", "name")
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    "number",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.8.8.8",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
        "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:53aa:64c:0:7f00:1:1", "2001:10::1",
        "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
        "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1", "not a number", "",
    ],
)  # fmt: skip
def test_a_number_that_is_not_public_is_not_dialled(number: str) -> None:
    assert why_not_dial(number)


@pytest.mark.parametrize("number", ["8.8.8.8", "93.184.216.34", "151.101.0.81", "2606:4700::6810:1", "2a00:1450::1"])
def test_a_public_number_is_dialled(number: str) -> None:
    assert why_not_dial(number) is None


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([], "no_such_name"),
        (["8.8.8.8", "10.0.0.1"], "not_public"),
        (["8.8.8.8", "::1"], "not_public"),
        (["fd00::1", "8.8.8.8"], "not_public"),
    ],
)
def test_one_private_number_among_the_answers_spoils_all(answers: list[str], code: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        insist_public(answers)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://name:word@example.org/a?b", "https://example.org/a?b"),
        ("https://bücher.example.org:8443/", "https://xn--bcher-kva.example.org:8443/"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("http://[::1/", "an address that cannot be read"),
    ],
)
def test_an_address_in_a_report_holds_no_password(address: str, said: str) -> None:
    assert shown(address) == said
