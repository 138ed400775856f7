"""Recorded situations of looking whether something is gone: the pages that a site would send, and the verdict.

Half of them are closed groups and sign-in walls, where only a person can look.
"""

import io
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy
import pdqhash
from PIL import Image, ImageFilter

from forethought.takedowns.observed import Answer, Captured, Picture, Seen
from forethought.takedowns.page_text import read_page
from forethought.takedowns.verdicts import Verdict

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
SITE = "https://forum.example"
IT, MADE_UP, CONTROL = f"{SITE}/t/81423", f"{SITE}/t/36758", f"{SITE}/t/11002"

WORDS = "the deputy head was seen stealing from the charity box"
POST = (
    f"Honestly I could not believe it but {WORDS} on Friday evening after the fair, and two other parents saw it as "
    "well. Somebody ought to tell the governors before the next meeting in the main hall."
)
REPLIES = (
    "That is a serious thing to say without any proof at all. Did anybody else see this happen with their own eyes. "
    "I was at the cake stall all evening and I noticed nothing of the kind."
)
OTHER = (
    "Has anybody got a spare blazer in size thirty two, ours was left on the bus last week and the lost property "
    "office has not found it. We can collect it any day after school from the town centre."
)
#: What a big site says on each of its pages: far more than a post.
FURNITURE = "".join(
    f"<li><a href='/c/{n}'>{word} news and talk from our {word} town</a></li>"
    for n, word in enumerate(
        "market garden school river castle harbour station library museum chapel theatre bakery cricket football "
        "rowing chess knitting walking cycling history".split()
    )
)


def page(body: str, *, title: str = "Town forum", head: str = "", furniture: str = FURNITURE, foot: str = "") -> str:
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}<style>.a{{color:red}}</style></head><body>"
        f"<nav><ul>{furniture}</ul></nav><main>{body}</main><footer>About us. Contact. {foot}</footer></body></html>"
    )


def thread(*posts: str) -> str:
    return "".join(f"<article><h2>Post</h2><p>{one}</p></article>" for one in posts)


LIVE = page(thread(POST, REPLIES))
GONE_BODY = "<h1>We could not find that</h1><p>There is nothing here. Go back to the front page of the forum.</p>"
NOT_FOUND = page(GONE_BODY)
CONTROL_PAGE = page(thread(OTHER))
PASSWORD = "<form action='/login'><input name=u><input type='password' name=p><button>Go</button></form>"
PARKED = page("<h1>forum.example is for sale</h1><p>Make an offer for this name today.</p>", furniture="")
COOKIES = "<div role=dialog>We use cookies. <button>Accept all</button> <button>Reject all</button></div>"
HOME = page("<h1>Welcome to the town forum</h1><p>Choose one of the boards on the left to begin reading.</p>")


def answer(html: str = "", status: int | None = 200, *, at: str = IT, led_to: str = "", trouble: str = "", pics=None):
    return Answer(address=at, status=status, led_to=led_to, page=read_page(html), trouble=trouble, pictures=pics)


def look(it: Answer, made_up: Answer | None = None, control: Answer | None = None) -> Seen:
    return Seen(
        at=AT,
        it=it,
        made_up=made_up or answer(NOT_FOUND, 404, at=MADE_UP),
        control=control or answer(CONTROL_PAGE, at=CONTROL),
    )


def picture(seed: int, *, blur: bool = False, jpeg: int = 0, flat: bool = False) -> Picture:
    """A picture as a site would send it, by its real fingerprint."""
    noise = numpy.random.default_rng(seed).integers(0, 255, (12, 12, 3), dtype=numpy.uint8)
    made = Image.fromarray(noise).resize((480, 480), Image.Resampling.BICUBIC)
    if flat:
        made = Image.new("RGB", (480, 480), (200, 200, 200))
    if blur:
        made = made.filter(ImageFilter.GaussianBlur(60))
    if jpeg:
        kept = io.BytesIO()
        made.save(kept, "JPEG", quality=jpeg)
        made = Image.open(kept)
    bits, quality = pdqhash.compute(numpy.asarray(made.convert("RGB")))
    return Picture(pdq=f"{int(''.join(str(bit) for bit in bits), 2):064x}", quality=int(quality))


PUBLIC = Captured(text=read_page(LIVE).text, words=WORDS)
PICTURED = Captured(text=PUBLIC.text, words=WORDS, pictures=(picture(1),))
ONLY_PICTURE = Captured(pictures=(picture(1),))
INSIDE = Captured(text=read_page(LIVE).text, words=WORDS, signed_in=True)
HIDING = Captured(text=PUBLIC.text, words=WORDS, hides_private=True)
SOFT = answer(NOT_FOUND, at=MADE_UP)


@dataclass(frozen=True)
class Situation:
    """What was so, what the site sent, and what may be said of it."""

    name: str
    captured: Captured
    seen: Seen
    verdict: Verdict
    truly_gone: bool = False
    #: A closed group, a sign-in wall or the like: only a person can look.
    only_a_person: bool = False


V = Verdict
ECHO = "<h1>Nothing at {}</h1><p>The page that you asked for is not on this forum, or has never been here at all.</p>"
SITUATIONS = [
    # -- it is still there, whatever the page says of other things
    Situation("untouched", PUBLIC, look(answer(LIVE)), V.STILL_THERE),
    Situation(
        "a live post that quotes “has been removed”",
        PUBLIC,
        look(answer(page(thread("This content has been removed, they said. It has not. " + POST)))),
        V.STILL_THERE,
    ),
    Situation(
        "a live thread with one deleted reply",
        PUBLIC,
        look(answer(page(thread(POST, "[deleted]", REPLIES)))),
        V.STILL_THERE,
    ),
    Situation(
        "a script that holds the words of a removal notice",
        PUBLIC,
        look(answer(page(thread(POST), head="<script>var t='This content is no longer available';</script>"))),
        V.STILL_THERE,
    ),
    Situation("still there under a status of 404", PUBLIC, look(answer(LIVE, 404)), V.STILL_THERE),
    Situation(
        "the words in other quotation marks and case",
        PUBLIC,
        look(answer(page(thread(POST.upper().replace("Friday", "“Friday”"))))),
        V.STILL_THERE,
    ),
    # -- changed
    Situation(
        "edited by one word",
        PUBLIC,
        look(answer(page(thread(POST.replace("was seen stealing", "was seen taking"), REPLIES)))),
        V.ALTERED,
    ),
    Situation("the post gone, the replies left", PUBLIC, look(answer(page(thread(REPLIES)))), V.ALTERED),
    Situation(
        "moved to the second page, part of the thread left",
        PUBLIC,
        look(answer(page(thread(OTHER, REPLIES[:100])))),
        V.ALTERED,
    ),
    Situation(
        "words gone, picture left",
        PICTURED,
        look(answer(page("<img src=/i/1.jpg>"), pics=(picture(1, jpeg=40),))),
        V.IMAGE_REMAINS,
    ),
    Situation(
        "page 404, picture still at its own address",
        PICTURED,
        look(answer(NOT_FOUND, 404, pics=(picture(1, jpeg=80),))),
        V.IMAGE_REMAINS,
    ),
    # -- gone
    Situation("404", PUBLIC, look(answer(NOT_FOUND, 404)), V.REMOVED_STATUS, True),
    Situation("410 without a word", PUBLIC, look(answer("", 410)), V.REMOVED_STATUS, True),
    Situation("soft 404 like a made-up address", PUBLIC, look(answer(NOT_FOUND), SOFT), V.REMOVED_AS_MADE_UP, True),
    Situation(
        "soft 404 that echoes the address",
        PUBLIC,
        look(answer(page(ECHO.format("/t/81423"))), answer(page(ECHO.format("/t/36758")), at=MADE_UP)),
        V.REMOVED_AS_MADE_UP,
        True,
    ),
    Situation(
        "everything that is not there leads home",
        PUBLIC,
        look(answer(HOME, led_to=f"{SITE}/"), answer(HOME, at=MADE_UP, led_to=f"{SITE}/")),
        V.REMOVED_AS_MADE_UP,
        True,
    ),
    Situation(
        "soft 404 with a cookie banner that every page has",
        PUBLIC,
        look(
            answer(page(GONE_BODY + COOKIES, furniture="")),
            answer(page(GONE_BODY + COOKIES, furniture=""), at=MADE_UP),
            answer(page(thread(OTHER, REPLIES) + COOKIES), at=CONTROL),
        ),
        V.REMOVED_AS_MADE_UP,
        True,
    ),
    Situation(
        "picture and page gone",
        PICTURED,
        look(answer(NOT_FOUND, 404, pics=())),
        V.REMOVED_STATUS,
        True,
    ),
    Situation(
        "picture replaced by one of the same size",
        ONLY_PICTURE,
        look(answer(NOT_FOUND, 404, pics=(picture(2), picture(1, flat=True)))),
        V.REMOVED_STATUS,
        True,
    ),
    # -- nobody can tell
    Situation(
        "the site says the same for every address: parked",
        PUBLIC,
        look(answer(PARKED), answer(PARKED, at=MADE_UP), answer(PARKED, at=CONTROL)),
        V.CANNOT_TELL,
    ),
    Situation(
        "something else stands there now", PUBLIC, look(answer(page("<p>Recipe for a lemon cake.</p>"))), V.CANNOT_TELL
    ),
    Situation(
        "404 for the whole site",
        PUBLIC,
        look(answer(NOT_FOUND, 404), control=answer(NOT_FOUND, 404, at=CONTROL)),
        V.CANNOT_TELL,
    ),
    # -- sign-in walls and closed groups: only a person can look
    Situation(
        "sign-in by a redirect",
        PUBLIC,
        look(answer(page(PASSWORD), led_to=f"{SITE}/login?next=/t/81423")),
        V.LOGIN_WALL,
        only_a_person=True,
    ),
    Situation(
        "sign-in by a redirect that asks for no password yet",
        PUBLIC,
        look(
            answer(page("<input type=email>"), led_to="https://accounts.forum.example/signin"),
            answer(page("<input type=email>"), at=MADE_UP, led_to="https://accounts.forum.example/signin"),
        ),
        V.LOGIN_WALL,
        only_a_person=True,
    ),
    Situation("sign-in by status 401", PUBLIC, look(answer("", 401)), V.LOGIN_WALL, only_a_person=True),
    Situation(
        "sign-in by an overlay, the words still sent",
        PUBLIC,
        look(answer(page(thread(POST) + f"<div class=over>{PASSWORD}</div>"))),
        V.STILL_THERE,
        only_a_person=True,
    ),
    Situation(
        "sign-in page for this and for made-up addresses alike",
        PUBLIC,
        look(answer(page(PASSWORD)), answer(page(PASSWORD), at=MADE_UP)),
        V.LOGIN_WALL,
        only_a_person=True,
    ),
    Situation(
        "a first step that asks for an address alone, for made-up ones too",
        PUBLIC,
        look(
            answer(page("<p>Sign in to continue</p><input type=email>")),
            answer(page("<p>Sign in to continue</p><input type=email>"), at=MADE_UP),
        ),
        V.LOGIN_WALL,
        only_a_person=True,
    ),
    Situation(
        "made private, and the site says so",
        PUBLIC,
        look(answer(page("<p>This is a private account. Follow to see what they share.</p>"))),
        V.LOGIN_WALL,
        only_a_person=True,
    ),
    Situation(
        "made private, and the site says “not found”",
        HIDING,
        look(answer(NOT_FOUND, 404)),
        V.LOGIN_WALL,
        only_a_person=True,
    ),
    Situation(
        "made private, and the site answers as for a made-up address",
        HIDING,
        look(answer(NOT_FOUND), SOFT),
        V.LOGIN_WALL,
        only_a_person=True,
    ),
    Situation(
        "closed group, strangers told 404", INSIDE, look(answer(NOT_FOUND, 404)), V.LOGIN_WALL, only_a_person=True
    ),
    Situation(
        "closed group, strangers answered as for a made-up one",
        INSIDE,
        look(answer(NOT_FOUND), SOFT),
        V.LOGIN_WALL,
        only_a_person=True,
    ),
    Situation(
        "closed group, strangers led home",
        INSIDE,
        look(answer(HOME, led_to=f"{SITE}/"), answer(HOME, at=MADE_UP, led_to=f"{SITE}/")),
        V.LOGIN_WALL,
        only_a_person=True,
    ),
    Situation(
        "closed group that asks strangers to join",
        PUBLIC,
        look(
            answer(page("<h1>Year 9 parents</h1><p>Request to join this group.</p>")),
            answer(page("<h1>Year 9 parents</h1><p>Request to join this group.</p>"), at=MADE_UP),
        ),
        V.LOGIN_WALL,
        only_a_person=True,
    ),
    Situation(
        "invitation to a server, taken back",
        INSIDE,
        look(answer(page("<p>This invitation has run out.</p>"))),
        V.LOGIN_WALL,
        only_a_person=True,
    ),
    Situation("a group that was deleted whole", INSIDE, look(answer("", 410)), V.LOGIN_WALL, True, only_a_person=True),
    Situation(
        "members only", PUBLIC, look(answer(page("<p>Members only.</p>"), 200)), V.LOGIN_WALL, only_a_person=True
    ),
    Situation("a chat’s web page that refuses us", INSIDE, look(answer("", 403)), V.UNREACHABLE, only_a_person=True),
    Situation(
        "no permission, said with 200 for made-up ones too",
        PUBLIC,
        look(
            answer(page("<p>You do not have permission to open this board.</p>")),
            answer(page("<p>You do not have permission to open this board.</p>"), at=MADE_UP),
        ),
        V.LOGIN_WALL,
        only_a_person=True,
    ),
    Situation("a page for signing in under 404", PUBLIC, look(answer(page(PASSWORD), 404)), V.LOGIN_WALL, True, True),
    Situation("a story that only followers see", HIDING, look(answer("", 404)), V.LOGIN_WALL, True, True),
    Situation(
        "closed group whose site is down",
        INSIDE,
        look(answer(status=None, trouble="Nobody answered in time.")),
        V.UNREACHABLE,
        only_a_person=True,
    ),
    Situation("closed group that asks for consent", INSIDE, look(answer(page(COOKIES))), V.LOGIN_WALL, False, True),
    Situation(
        "closed group, its notice quoted on an open page", INSIDE, look(answer(LIVE)), V.STILL_THERE, only_a_person=True
    ),
    Situation(
        "consent wall over everything",
        PUBLIC,
        look(
            answer(page(COOKIES, furniture="")),
            answer(page(COOKIES, furniture=""), at=MADE_UP),
            answer(page(COOKIES, furniture=""), at=CONTROL),
        ),
        V.CONSENT_WALL,
        only_a_person=True,
    ),
    Situation(
        "age gate over this board, made-up addresses of it included",
        PUBLIC,
        look(
            answer(page("<p>Sensitive content. Confirm your age to go on.</p>", furniture="")),
            answer(page("<p>Sensitive content. Confirm your age to go on.</p>", furniture=""), at=MADE_UP),
        ),
        V.CONSENT_WALL,
        only_a_person=True,
    ),
    # -- the site did not let us look
    Situation("451", PUBLIC, look(answer("", 451)), V.UNREACHABLE, only_a_person=True),
    Situation(
        "“not available in your region”, for made-up ones too",
        PUBLIC,
        look(
            answer(page("<p>This is not available in your region.</p>")),
            answer(page("<p>This is not available in your region.</p>"), at=MADE_UP),
        ),
        V.UNREACHABLE,
        only_a_person=True,
    ),
    Situation("a check for programs", PUBLIC, look(answer(page("Checking your browser", furniture=""))), V.UNREACHABLE),
    Situation("403", PUBLIC, look(answer(page("<p>Forbidden</p>"), 403)), V.UNREACHABLE),
    Situation("429", PUBLIC, look(answer("", 429)), V.UNREACHABLE),
    Situation("503", PUBLIC, look(answer(page("<p>Back soon</p>"), 503)), V.UNREACHABLE),
    Situation("no answer", PUBLIC, look(answer(status=None, trouble="Nobody answered in time.")), V.UNREACHABLE),
]
