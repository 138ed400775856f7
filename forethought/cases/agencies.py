"""Whom outside the school a matter may be told to, what may be told, and in which order.

Numbers and addresses stand in the school's own list of contacts; here are only the rules. Policy 8.7, 9.7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from forethought.core.naming import Named
from forethought.core.text import is_blank


class Agency(Named):
    """A body outside the school."""

    POLICE = "police", "Police"
    SOCIAL_CARE = "social_care", "Children’s social care"
    LADO = "lado", "The local authority’s designated officer (LADO)"
    DBS = "dbs", "Disclosure and Barring Service"
    TRA = "tra", "Teaching Regulation Agency"
    ICO = "ico", "Information Commissioner"
    AUTHORITY = "authority", "The local authority"
    IWF = "iwf", "Internet Watch Foundation"
    OTHER = "other", "Somebody else"


class Step(Named):
    """What was done."""

    CONSULTED = "consulted", "Asked for advice"
    REFERRED = "referred", "Told, as a referral"
    NOT_REFERRED = "not_referred", "Decided not to tell them"


@dataclass(frozen=True)
class Guidance:
    """When a body is told, what may be told to it, and what must not be."""

    when: str
    may: str
    never: str


_NO_IMAGES = "No picture of a child or of an intimate kind, to anybody. Say where it is."

GUIDANCE: dict[Agency, Guidance] = {
    Agency.POLICE: Guidance(
        "A crime may have been committed, or somebody is in danger. In danger now: 999.",
        "What happened, when, where, who is known, which records there are.",
        _NO_IMAGES,
    ),
    Agency.SOCIAL_CARE: Guidance(
        "A child may be at risk of harm. Anybody may tell them. Nobody’s leave is needed.",
        "What is needed to keep the child safe.",
        _NO_IMAGES,
    ),
    Agency.LADO: Guidance(
        "An adult here may have harmed a child, or may not be suitable to work with children. Before any interview.",
        "The adult, the child, what is said, when and where, what was done, who knows.",
        _NO_IMAGES,
    ),
    Agency.DBS: Guidance(
        "Somebody was removed from work with children for harm or risk. Check with HR whether the duty applies.",
        "What the form of the service asks for.",
        "Nothing about other people that the form does not ask for.",
    ),
    Agency.TRA: Guidance(
        "A teacher’s serious misconduct. To be considered, not automatic.",
        "What the agency’s form asks for, once the school’s own procedure has ended.",
        "Nothing about health or support.",
    ),
    Agency.ICO: Guidance(
        "Personal data was lost or shown to the wrong people, and that may harm them.",
        "What happened to the data, whose, how many, what was done.",
        "No names and no contents.",
    ),
    Agency.AUTHORITY: Guidance(
        "The authority is the employer or advises the school.", "What its adviser needs for the advice.", _NO_IMAGES
    ),
    Agency.IWF: Guidance(
        "A picture of a child being abused stands on a website.", "The web address, and nothing else.", _NO_IMAGES
    ),
    Agency.OTHER: Guidance("The school has a reason.", "The least that serves that reason.", _NO_IMAGES),
}


class Matter(Named):
    """What a matter is in law, as far as the school can tell."""

    CRIME = "crime", "It may be a crime"
    CHILD = "child", "An adult here may have harmed a child"
    CIVIL = "civil", "Copyright, defamation or another matter between people"
    DATA = "data", "Personal data"
    OTHER = "other", "Something else"


def offered(matter: str) -> tuple[Agency, ...]:
    """The bodies offered for a matter, in the order in which they are asked.

    A civil matter is not one for the police. Where an adult here may have harmed a child, the designated officer comes
    before all but danger. Policy 9.7.
    """
    if matter == Matter.CHILD:
        return (
            Agency.LADO,
            Agency.POLICE,
            Agency.SOCIAL_CARE,
            Agency.AUTHORITY,
            Agency.DBS,
            Agency.TRA,
            Agency.IWF,
            Agency.OTHER,
        )
    if matter == Matter.CIVIL:
        return (Agency.AUTHORITY, Agency.OTHER)
    if matter == Matter.DATA:
        return (Agency.ICO, Agency.AUTHORITY, Agency.OTHER)
    return tuple(Agency)


@dataclass(frozen=True)
class Done:
    """One earlier step with a body."""

    agency: str
    step: str


def lado_consulted(done: Sequence[Done]) -> bool:
    """Whether the designated officer was asked or told. That they were not is a decision, and no consultation."""
    return any(one.agency == Agency.LADO and one.step != Step.NOT_REFERRED for one in done)


def why_not_note_referral(
    *,
    matter: str,
    agency: str,
    step: str,
    reason: str,
    danger: bool,
    done: Sequence[Done],
    done_at: datetime,
    at: datetime,
) -> str | None:
    """Why a step with a body outside is not noted so. Each has a reason; not telling somebody has one too.

    In danger nothing comes before the police. Policy 9.7.
    """
    if agency not in set(Agency):
        return "Choose who it is."
    if step not in set(Step):
        return "Say what was done."
    if is_blank(reason):
        return "Say why in a few words." if step != Step.NOT_REFERRED else "Say why they are not told."
    if done_at > at + timedelta(minutes=5):
        return "That time has not come yet."
    if agency not in offered(matter):
        return "This is a matter between people. The police do not deal with it. Ask for legal advice instead."
    first = Agency.LADO
    if matter == Matter.CHILD and agency not in {first, Agency.POLICE, Agency.SOCIAL_CARE} and not lado_consulted(done):
        return "Ask the designated officer (LADO) first. In danger, call the police or social care at once."
    if matter == Matter.CHILD and agency == Agency.POLICE and not danger and not lado_consulted(done):
        return "Ask the designated officer (LADO) first, unless somebody is in danger: then say so."
    return None


def why_not_investigate(*, threshold: str, consulted: bool) -> str | None:
    """No step of an investigation while the harm threshold may be met and the designated officer was not asked.

    KCSIE part four; Policy 6.2, 8.1. `threshold` is yes, no or not_sure.
    """
    if threshold == "no" or consulted:
        return None
    return "Ask the local authority’s designated officer (LADO) first, and note it. Speak to nobody about it before."
