"""What a takedown can be about, and what is said of an address that is never fetched."""

import pytest

from forethought.takedowns.targets import Target, address_warnings, is_link, shown_host, why_not_target

PAGE = Target(address="https://site.example/p/1")
GROUP = Target(platform="WhatsApp", group="Year 9 parents", description="A message about a teacher")
HANDLE = Target(platform="TikTok", handle="@someone", description="A video of the gate")


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("target", "words"),
    [
        (PAGE, None),
        (GROUP, None),
        (HANDLE, None),
        (Target(), "web address, or name the app"),
        (Target(address="\u200b"), "web address, or name the app"),
        (Target(platform="WhatsApp"), "name of the group, or the account"),
        (Target(platform="WhatsApp", group="Year 9"), "Describe it"),
        (Target(group="Year 9", description="x"), "name the app"),
        (Target(address="javascript:alert(1)"), None),
    ],
)
def test_a_target_is_an_address_or_an_app_with_group_or_account(target, words):
    sentence = why_not_target(target)
    assert sentence is None if words is None else words in sentence


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("address", "host", "words"),
    [
        ("https://www.facebook.com/groups/1/posts/2", "www.facebook.com", None),
        ("HTTPS://WWW.Facebook.com./x", "www.facebook.com", None),
        ("javascript:alert(1)", "", "kept as text"),
        ("data:text/html,x", "", "kept as text"),
        ("file:///etc/passwd", "", "kept as text"),
        ("ftp://site.example/x", "", "kept as text"),
        (" javascript\t:alert(1)", "", "kept as text"),
        ("facebook.com/x", "facebook.com", "does not start with"),
        ("https://fаcebook.com/x", "xn--fcebook-2fg.com", "unusual letters"),
        ("https://xn--fcebook-2fg.com/x", "xn--fcebook-2fg.com", "unusual letters"),
        ("https://ｆａｃｅ.com/", "face.com", None),
        ("http://facebook.com@evil.example/", "evil.example", "before the @"),
        ("http://facebook.com%2f@evil.example/", "evil.example", "before the @"),
        ("http://[::1]/", "::1", "private network"),
        ("http://169.254.169.254/latest", "169.254.169.254", "private network"),
        ("http://2130706433/", "127.0.0.1", "private network"),
        ("http://0x7f.1/", "127.0.0.1", "private network"),
        ("http://0177.0.0.1/", "127.0.0.1", "private network"),
        ("http://8.8.8.8/", "8.8.8.8", "by its number"),
        ("https:\\\\evil.example\\x", "evil.example", "backward slash"),
        ("https://site.example:22/", "site.example", "port 22"),
        ("https://site.example:443/", "site.example", None),
        ("site.example:8080/x", "site.example", "port 8080"),
        ("http://localhost/x", "localhost", "not the full name"),
        ("https://bit.ly/3x", "bit.ly", "real address is not known"),
        ("https://vm.tiktok.com/ZM1", "vm.tiktok.com", "real address is not known"),
        ("https://www.tiktok.com/t/ZM1", "www.tiktok.com", "real address is not known"),
        ("https://site.example/?token=abc", "site.example", "sign-in key"),
        ("https://site.example/x;jsessionid=1", "site.example", "sign-in key"),
        ("https://site.example/#access_token=1", "site.example", "sign-in key"),
        ("https://site.example/eyJhbGciOiJI.eyJzdWIi", "site.example", "sign-in key"),
        ("https://site.example/?u=a.b%40school.example", "site.example", "email address"),
        ("https://site.example/?fbclid=1", "site.example", "may stop working"),
        ("https://site.example/i.jpg?x-amz-expires=60", "site.example", "may stop working"),
        ("https://site.example/\u202egpj.exe", "site.example", "hidden characters"),
        ("https://site.example/a b", "site.example", "hidden characters"),
        ("https://" + "a" * 60 + ".example/" + "x" * 4000, "a" * 60 + ".example", "characters long"),
        ("", "", "No website name"),
        ("https://", "", "No website name"),
        ("see the group chat", "seethegroupchat", "does not start with"),
    ],
)
def test_what_an_address_really_leads_to_is_said(address, host, words):
    warnings = address_warnings(address)
    assert shown_host(address) == host
    if words is None:
        assert warnings == []
    else:
        assert any(words in warning for warning in warnings)
    for warning in warnings:
        assert warning.endswith(".") and len(warning) < 200


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://site.example/x", True),
        ("http://site.example:443/x?token=1", True),
        ("javascript:alert(1)", False),
        ("site.example/x", False),
        ("https://fаcebook.com/x", False),
        ("http://facebook.com@evil.example/", False),
        ("http://169.254.169.254/", False),
        ("https://site.example\\x", False),
        ("https://bit.ly/1", False),
        ("https://site.example/\u200b", False),
        ("", False),
    ],
)
def test_only_a_plain_web_address_becomes_a_link(address, linked):
    assert is_link(address) is linked


STRANGE = [
    "https://[",
    "http://:80",
    "https://" + "ä" * 300 + ".de",
    "://",
    "@",
    "https://\ud800.x",
    "http://999999999999/",
    "http://1.2.3.4.5/",
    "\x00",
    "https://[::1%25eth0]/",
]


@pytest.mark.parametrize("address", STRANGE)
def test_no_address_is_too_strange_to_be_looked_at(address):
    assert isinstance(address_warnings(address), list)
    assert isinstance(shown_host(address), str)
    is_link(address)
