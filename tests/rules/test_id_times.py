"""The earliest time that a number in an address allows, and nothing where it allows nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from forethought.takedowns.id_times import created_no_earlier_than

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MADE = datetime(2026, 3, 4, 15, 6, 7, tzinfo=UTC)
SECONDS = int(MADE.timestamp())
MILLISECONDS = SECONDS * 1000


def shortcode(milliseconds: int) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    number, code = ((milliseconds - 1_314_220_021_721) << 23) + 12345, ""
    while number:
        number, rest = divmod(number, 64)
        code = letters[rest] + code
    return code


X = ((MILLISECONDS - 1_288_834_974_657) << 22) + 77
DISCORD = ((MILLISECONDS - 1_420_070_400_000) << 22) + 77


@pytest.mark.policy("9.3")
@pytest.mark.parametrize(
    ("address", "site"),
    [
        (f"https://www.tiktok.com/@a.b/video/{(SECONDS << 32) + 99}?lang=en", "TikTok"),
        (f"https://www.tiktok.com/@a/photo/{(SECONDS << 32) + 99}", "TikTok"),
        (f"https://x.com/someone/status/{X}", "X"),
        (f"twitter.com/someone/status/{X}?s=20", "X"),
        (f"https://mobile.twitter.com/someone/status/{X}/photo/1", "X"),
        (f"https://www.instagram.com/p/{shortcode(MILLISECONDS)}/", "Instagram"),
        (f"https://instagram.com/someone/reel/{shortcode(MILLISECONDS)}?igsh=1", "Instagram"),
        (f"https://discord.com/channels/1/2/{DISCORD}", "Discord"),
        (f"https://discord.com/channels/@me/123/{DISCORD}", "Discord"),
        (f"https://www.linkedin.com/feed/update/urn:li:activity:{MILLISECONDS << 22}/", "LinkedIn"),
        (f"https://www.linkedin.com/posts/a_b-activity-{MILLISECONDS << 22}-xYz", "LinkedIn"),
        (f"https://toots.example/@a/{(MILLISECONDS << 16) + 5}", "Mastodon"),
    ],
)
def test_the_number_in_an_address_says_when_at_the_earliest(address, site):
    found = created_no_earlier_than(address, NOW)
    assert found.site == site and abs(found.at - MADE) < timedelta(seconds=1)
    assert found.said(NOW).startswith("Created no earlier than 3:06pm on Wednesday 4 March 2026")
    assert "from the number in the address" in found.said(NOW)


@pytest.mark.policy("9.3")
@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://x.com/someone",
        "https://x.com/someone/status/20",
        "https://netflix.com/status/1234567890123456789",
        f"https://notx.com/someone/status/{X}",
        f"https://x.com.evil.example/a/status/{X}",
        "https://www.tiktok.com/@a/video/99999999999999999999",
        "https://toots.example/@a/999999999999999999",
        "https://toots.example/@a/1",
        "https://www.instagram.com/p/short/",
        "https://www.instagram.com/p/__________é/",
        f"https://vm.example/?u=https://x.com/a/status/{X}",
        "javascript:alert(1)",
    ],
)
def test_what_says_nothing_possible_says_nothing(address):
    assert created_no_earlier_than(address, NOW) is None
