"""What nobody at the school could handle as its offices are held: asked of the conflict rules themselves."""

from dataclasses import replace

from forethought.founding.rules import Plan
from forethought.people.cast import Answer, Cast, Facts
from forethought.people.conflicts import route


def cast_of(plan: Plan) -> Cast:
    """The offices of a plan, people known by their address."""

    def one(role: str) -> str | None:
        found = plan.holder(role)
        return found.email.casefold() if found else None

    def all_of(role: str) -> tuple[str, ...]:
        ranked = sorted((one for one in plan.people if one.role == role), key=lambda one: one.rank)
        return tuple(dict.fromkeys(one.email.casefold() for one in ranked))

    return Cast(
        head=one("head"),
        senior_managers=all_of("senior"),
        dsl=one("lead"),
        deputy_dsls=all_of("lead")[1:] + all_of("deputy_lead"),
        chair=one("chair"),
        vice_chair=one("vice_chair"),
        clerk=one("clerk"),
        trust_lead=one("trust_lead"),
        protection_officer=one("protection"),
        in_trust=plan.run_by == "trust",
    )


def gaps(plan: Plan) -> list[str]:
    """What nobody at the school could handle as its offices are held, with whom to name. Policy 7.2, 6.5."""
    return gaps_in(cast_of(plan))


def gaps_in(cast: Cast) -> list[str]:
    """The same of the offices as they stand. Each is asked of the conflict rules themselves. Policy 7.2, 6.5."""
    found = []
    if cast.head is not None and _waits(cast, Facts(subjects=frozenset({cast.head}), head_maybe=Answer.YES)):
        found.append("What is about the headteacher. Name a chair of governors who is somebody else.")
    if cast.chair is not None and _waits(cast, Facts(subjects=frozenset({cast.chair}))):
        found.append("What is about the chair of governors. Name a vice-chair.")
    leads = {one for one in (cast.dsl, *cast.deputy_dsls) if one is not None}
    if leads and leads <= {cast.head}:
        found.append("A child is concerned and it is about the headteacher, who is the only lead. Name a deputy.")
    away = replace(cast, away=frozenset({cast.head} if cast.head else ()))
    if cast.head is not None and not {one for one in cast.senior_managers if one != cast.head}:
        if _waits(away, Facts()) or not {one for one in leads if one != cast.head}:
            found.append("A report that comes while the headteacher is away. Name a senior manager.")
    return found


def _waits(cast: Cast, facts: Facts) -> bool:
    return route(cast, facts).sealed_hold
