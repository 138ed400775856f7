"""The next steps when a host does not help. Advice, except that the policy names the service provider.

Any rung can be skipped with a reason. The police are never a rung: they are offered whenever something threatens.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from forethought.core.text import is_blank


class Refusal(StrEnum):
    """How a host did not co-operate, as it stands on record. Policy 8.6."""

    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    PART_ONLY = "part_only"
    NO_WAY_TO_REACH = "no_way_to_reach"


@dataclass(frozen=True)
class Rung:
    """One next step: who is approached, what they can do, and what they cannot."""

    key: str
    name: str
    can: str
    cannot: str
    who_asks: str


#: In the order in which they usually help. Policy 8.6.
LADDER: tuple[Rung, ...] = (
    Rung(
        "platform_review",
        "A second look by the site or app",
        "Another person there can look at the report again and overturn the first answer.",
        "It works by the site's own rules. If no rule is broken, it may stay.",
        "Whoever made the first report",
    ),
    Rung(
        "helpline",
        "A helpline for schools",
        "The Professionals Online Safety Helpline and Report Harmful Content advise schools and have contacts at many "
        "sites.",
        "They cannot order anything. They ask to see the site's answer first, or that some time has passed.",
        "The school",
    ),
    Rung(
        "host_abuse",
        "The company that stores or carries the website",
        "Hosting companies have an abuse desk, and can take a page or a whole website off their computers.",
        "A company that only speeds up or shields the website stores nothing. Ask it who the host is.",
        "The school",
    ),
    Rung(
        "registrar",
        "The company that registered the name",
        "It can suspend a website's name when its own rules are broken, such as false owner details.",
        "It cannot remove one page. Most will not judge what a page says.",
        "The school",
    ),
    Rung(
        "search",
        "Search engines",
        "They can stop showing a page when somebody searches for the person's name.",
        "The page itself stays where it is.",
        "The person concerned",
    ),
    Rung(
        "court",
        "A solicitor, and perhaps a court",
        "A solicitor can write to the author or the host. A court can order it to be taken down.",
        "It costs money and takes time, and the school cannot sue over a person's good name for them.",
        "The person concerned, with advice",
    ),
    Rung(
        "provider",
        "The internet service provider",
        "The provider behind a small website can close it. The school can block an address on its own network.",
        "Providers of internet connections do not block a page because somebody asks. They wait for a court order.",
        "The school",
    ),
)

RUNGS: dict[str, Rung] = {rung.key: rung for rung in LADDER}


def next_rung(*, done: Collection[str]) -> Rung | None:
    """The first rung neither taken nor skipped, to suggest. None at the top. Any other may be taken. Policy 8.6."""
    return next((rung for rung in LADDER if rung.key not in done), None)


def why_not_skip(*, rung: str, reason: str, done: Collection[str] = ()) -> str | None:
    """Why a rung is not skipped: only that no reason is given, or that it is past. Policy 8.6."""
    if rung not in RUNGS:
        return "There is no such step."
    if rung in done:
        return "That step was taken or skipped already."
    return "Say why this step is left out." if is_blank(reason) else None
