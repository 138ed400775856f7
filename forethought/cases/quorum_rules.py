"""Who asks for the three shares, who makes them, and which two open a case. Plain values in, a sentence out."""

NOT_ASKED = "Nobody has asked for shares in the last seven days. The chair of governors asks first."
OPENS_NOTHING = "There is no case that these shares open for you."


def why_not_ask_for_shares(*, is_chair: bool, officer: bool, same: bool, waits: bool) -> str | None:
    """The chair asks, and a second person makes them. reliability.md 3.4; Policy 7.2."""
    if not is_chair:
        return "The chair of governors asks for the shares."
    if not officer:
        return "There is no data protection officer on the list, who makes them. Ask the office to note one."
    if same:
        return "You are the data protection officer too. It takes two people: ask your trust or local authority."
    return "You have asked already. The data protection officer makes them." if waits else None


def why_not_make_shares(*, is_officer: bool, asked_it: bool, waits: bool) -> str | None:
    """The data protection officer makes them, on the asking of somebody else. Policy 7.2."""
    if not is_officer or asked_it:
        return "The data protection officer makes the shares, and never whoever asked for them."
    return None if waits else NOT_ASKED


def why_not_keep_first(*, same: bool, made: bool) -> str | None:
    """The first shares lie with two people, and are the first. Policy 7.2."""
    if same:
        return "The chair and the data protection officer are one person. The shares need two."
    return "There are shares already. The chair asks for new ones." if made else None


def why_not_these_shares(*, made: bool, fits: bool) -> str | None:
    """Two different shares of the newest three. Policy 7.2."""
    if not made:
        return "No shares have been made at this school. Ring whoever is named for it outside the school."
    return None if fits else "Those are not two of the three shares. Check both letter by letter."
