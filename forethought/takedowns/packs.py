"""What the person concerned needs to complain themselves, where the site hears nobody else: words to start from.

They send it; the school helps, gives them time in work for it, and never signs in as them. Policy 8.4.
"""

from datetime import datetime

from forethought.core.clock import spoken
from forethought.takedowns.rules import Wanted
from forethought.takedowns.targets import Target

Block = tuple[str, str]


def pack(*, target: Target, wanted: Wanted, wording: str, first_known_at: datetime, reference: str) -> list[Block]:
    """Blocks to copy into the site's own form, in the words of the person concerned. Times are said in London time.

    What only they can say is left for them, in square brackets. No picture is attached. Policy 8.4.
    """
    where = [
        f"{label}: {words}"
        for label, words in (
            ("Address", target.address),
            ("App or site", target.platform),
            ("Group", target.group),
            ("Account", target.handle),
            ("What it is", target.description),
        )
        if words and not (label == "Group" and words == target.platform)
    ]
    ask = "Please remove this." if wanted is Wanted.REMOVE else f"Please change this. It should say: “{wording}”"
    return [
        ("Who you are", "I am the person this is about. My name is [your name]. You can reach me at [your email]."),
        ("What you ask", ask),
        ("Where it is", "\n".join(where)),
        ("Why", "[Say in your own words what is wrong with it and what it does to you. Two sentences are enough.]"),
        ("When it was first known", f"It was first reported to my school at {spoken(first_known_at, year=True)}."),
        (
            "Your helper’s note",
            f"My school’s reference for its own help to me is {reference}. It does not complain for me.",
        ),
    ]
