"""The data protection impact assessment, written from what this program does. What is left is for people to weigh.

UK GDPR article 35; law.md 4.1. The program says what it does against each risk and rates none of them. Clause 11.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from forethought.protection.document_facts import NONE, USED, who_gets
from forethought.protection.document_rules import TO_FILL_IN, Section
from forethought.protection.processing_texts import ACTIVITIES, CHECKED, more, officer, recipients, safe


@dataclass(frozen=True, slots=True)
class Danger:
    """One risk to people, and what the program does against it. `still`: what it cannot do."""

    key: str
    title: str
    against: tuple[str, ...]
    still: str


DANGERS: tuple[Danger, ...] = (
    Danger(
        "curious",
        "A colleague reads about a colleague",
        (
            "Each case has a list. Who is not on it cannot tell that there is a case.",
            "A case opens after a second step only, and each look is noted.",
            "Mails, titles and addresses of pages hold no name and no word of a case.",
        ),
        "People talk, and somebody on the list can photograph a screen.",
    ),
    Danger(
        "reporter",
        "It becomes known who reported",
        (
            "Names of others are taken out of what somebody is shown, and each one shown has a reason.",
            "The person a report is about is kept off its list, by person and not by office.",
        ),
        "What was reported may show who could have known it. No promise is made that it stays unknown for ever.",
    ),
    Danger(
        "unfair",
        "Somebody is judged unfairly",
        (
            "The program decides nothing about anybody. A check of a post only advises its writer.",
            "Whoever looks into a matter does not decide it, and somebody else hears an appeal.",
            "Words that find somebody guilty are not used before anything is shown.",
        ),
        "People decide, and can be wrong.",
    ),
    Danger(
        "children",
        "A child is hurt by what is kept",
        (
            "Pictures that show a child nude or in a sexual way are asked about first and never taken.",
            "The safeguarding lead is told at once where a child is concerned.",
        ),
        "Somebody may answer the questions wrongly. Then two people seal the record away.",
    ),
    Danger(
        "watching",
        "People feel watched, or are",
        (
            "The program reads no mail, chat or file, and follows nobody online.",
            "Leave to look at a school system is for one case, with an end, and whoever asks cannot give it.",
            "Nobody is asked for a password, a phone or their own account.",
        ),
        "A school can look outside this program. Nothing here would show it.",
    ),
    Danger(
        "lost",
        "Records are lost or changed",
        (
            "A record is kept only once it is safely on the disk. Nothing of it is changed afterwards.",
            "A trail shows each act, and that nothing was altered.",
            "Backups are locked to a printed card, and are tried.",
        ),
        "A fire takes everything where there is no backup in another place.",
    ),
    Danger(
        "stolen",
        "Somebody steals the server, a disk or a backup",
        (
            "What people wrote and sent is locked with keys that lie apart from the database.",
            "A backup opens with a printed card only, which is on no computer.",
        ),
        "Whoever has the whole server and its keys can read everything. Names and roles of adults lie in the clear.",
    ),
    Danger(
        "too_long",
        "Things are kept too long",
        (
            "Each kind has a time, and what falls due is shown to those who let it go.",
            "Two people let a case go. Its key is destroyed, and what remains proves only that.",
            "Old lists go by themselves in the night.",
        ),
        "Backups hold what was destroyed for a while.",
    ),
)


def impact_assessment(facts: Mapping[str, str]) -> list[Section]:
    """The assessment as far as the program knows; what only people can say is left to fill in. Policy 11.1."""
    return [
        Section("why", "Why this is assessed", _why(facts)),
        Section("what", "What is done", _what(facts)),
        Section("need", "Whether it is needed, and no more than that", _need()),
        Section("gets", "Who gets something", recipients(facts)),
        Section(
            "asked", "Who was asked", f"{TO_FILL_IN} whom you asked (staff, unions, families) and what they said.]"
        ),
        *(_danger(one, facts) for one in DANGERS),
        Section("left", "What is left of each risk", _left()),
        Section("advice", "What the data protection officer advises", f"{TO_FILL_IN} your advice.]"),
        Section(
            "decided",
            "What the school decides",
            f"{TO_FILL_IN} what the school does about what is left, who does it, and by when. If a high risk is "
            "left, the "
            "ICO is asked before the program is used (article 36).]",
        ),
        Section("again", "When it is looked at again", f"{TO_FILL_IN} a day, at most a year away.]"),
        more(),
    ]


def _why(facts: Mapping[str, str]) -> str:
    return (
        "The law wants an assessment before data is used in a way that may be a high risk to people (UK GDPR "
        "article 35). "
        "Here it is about children, about people at their work, and about matters that can end somebody’s career.\n\n"
        f"The controller is {facts['school']}. {officer(facts)}\n\n{CHECKED}"
    )


def _what(facts: Mapping[str, str]) -> str:
    done = [f"- {one.title}" for one in ACTIVITIES if not one.only or facts[one.only] == USED]
    where = f"How it is kept:\n{safe(facts)}"
    return "\n".join(["It is used for:", *done]) + f"\n\nThe record of processing says more of each.\n\n{where}"


def _need() -> str:
    lines = (
        "Every question of a report may stay empty. No form asks for more than the next step needs.",
        "Network addresses of people without an account are not kept.",
        "What the program can do without, it does not have: no statistics about people, no scores, no code "
        "of others on its pages.",
        "The other way would be mail, paper and shared folders, in which nobody can see who read what.",
    )
    return "\n".join(f"- {one}" for one in lines)


def _danger(one: Danger, facts: Mapping[str, str]) -> Section:
    lines = [*one.against, *_also(one, facts)]
    text = "What the program does against it:\n" + "\n".join(f"- {line}" for line in lines)
    return Section(one.key, one.title, f"{text}\n\nWhat it cannot do: {one.still}")


def _also(one: Danger, facts: Mapping[str, str]) -> list[str]:
    """What depends on how this installation is set up, said as it is, good or bad."""
    if one.key == "lost":
        none = "No backup is set up. That is a risk by itself."
        return [none if facts["backups"] == NONE else f"Backups lie in {facts['backups']}."]
    if one.key == "stolen":
        outside = any(gets.processor for gets in who_gets(facts))
        first = "Somebody outside keeps or sends part of it: see “Who gets something”."
        return [first if outside else "Everything is on the school’s own server."]
    if one.key == "children" and facts["pupils"] == USED:
        return ["A list of pupils’ names is kept, locked, for the check of a post alone. One press removes it."]
    if one.key == "watching" and facts["looks"] == USED:
        return ["It looks by itself whether something reported is gone, at that one address and signed in nowhere."]
    return []


def _left() -> str:
    lines = [f"- {one.title}: {TO_FILL_IN} how likely, how bad, and so low, medium or high.]" for one in DANGERS]
    return "\n".join(lines)
