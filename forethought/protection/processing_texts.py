"""The record of processing, written from what this program does. The grounds in law are from memory: check them.

UK GDPR article 30; law.md 4.1. Clause 11.1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forethought.protection.document_facts import NONE, TOLD_BY_A_PERSON, USED, keeping_key, who_gets
from forethought.protection.document_rules import TO_FILL_IN, Section
from forethought.retention.schedule import rules

TASK = "The law demands it, and it is a task in the public interest (UK GDPR article 6(1)(c) and (e))."
WORK = "The contract of work, what the law demands, and a task in the public interest (article 6(1)(b), (c) and (e))."
SPECIAL = (
    "It may say something about health, belief, race, a union, sex life or a crime. Then also article 9(2)(b), (f) and "
    "(g) and article 10, with the Data Protection Act 2018, Schedule 1, paragraphs 1, 10 and 18."
)
PLAIN_DATA = "Nothing very private is asked for."
CHECKED = f"{TO_FILL_IN} the grounds in law were written from memory. Check them, then take this line away.]"


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that is done with people's data. `keeps`: its rules in the schedule. `only`: the fact "
    "that it hangs on."""

    key: str
    title: str
    why: str
    basis: str
    whose: str
    what: str
    keeps: tuple[str, ...]
    special: str = PLAIN_DATA
    only: str = ""


ACTIVITIES: tuple[Activity, ...] = (
    Activity(
        "reports",
        "Reports of something online, and having it taken down",
        "To protect people at the school from what is put online about them, and to show what was done.",
        TASK,
        "Adults who work here, pupils, parents, and whoever put it online.",
        "What the reporter wrote; screenshots, messages, mails, pages and recordings; who is concerned; what "
        "sites said.",
        ("report", "complaint", "held", "pupil", "unused", "draft", "letter"),
        SPECIAL,
    ),
    Activity(
        "allegations",
        "Suspected breaches of the policy, and allegations",
        "To look into what an adult is said to have done, fairly, and to decide.",
        WORK,
        "The person reported, witnesses, companions, those who look into it and decide.",
        "What is alleged, records, meetings, letters, the finding, an outcome and an appeal.",
        ("allegation", "cleared", "no_case", "informal", "first_warning", "final_warning", "ended_work"),
        SPECIAL,
    ),
    Activity(
        "children",
        "Concerns about a child",
        "To keep children safe, and to tell the council and the police where the law or a danger demands it.",
        TASK,
        "Children, their families, adults a concern is about, and whoever told of it.",
        "What was seen or heard, what was done, whom the school told and when, a child’s day of birth where "
        "it is known.",
        ("concern", "abuse"),
        SPECIAL,
    ),
    Activity(
        "low_level",
        "Low-level concerns about adults",
        "To see a pattern early, as guidance to schools wants.",
        TASK,
        "Adults who work here, and whoever told of it.",
        "What was seen, what was said about it, and that concerns were looked at together.",
        ("low_level", "low_level_place", "pattern"),
        SPECIAL,
    ),
    Activity(
        "monitoring",
        "Leave to look at the school’s own systems",
        "To allow it in rare cases only, for one case, in writing, with an end. This program keeps the "
        "leave. It does not do the looking.",
        TASK,
        "The person it is about, whoever asks, and whoever gives leave.",
        "The facts, which system, from when to when, the officer’s comment, the decision, and what came of it.",
        ("monitoring",),
        SPECIAL,
    ),
    Activity(
        "contact",
        "Contact with pupils and families online",
        "So that adults can show how a contact came about, and say that they have family at the school.",
        WORK,
        "Adults who work here; pupils and parents as far as an adult names them.",
        "What an adult chose to write down, and family that they declared.",
        ("contact", "family"),
    ),
    Activity(
        "policy",
        "The policy: who read it, questions and views",
        "To show that people know the policy, were asked about changes, and got answers.",
        WORK,
        "Adults who work here, volunteers and governors; unions.",
        "What was read and when, questions and answers, views in a consultation.",
        ("acknowledgement", "policy", "register", "consultation", "question", "question_plain"),
    ),
    Activity(
        "people",
        "The list of adults, and signing in",
        "To know who may do what, who is on duty, and that somebody is who they say.",
        WORK,
        "Adults who work here, governors, volunteers, advisers.",
        "Name, mail address, kind of work, offices, line manager, duty and absence, who is close to whom; a "
        "password that "
        "cannot be read back, and the keys of a second step.",
        ("person", "duty", "account", "sign_in", "school"),
    ),
    Activity(
        "check",
        "The check of a post before it is sent",
        "To help somebody see what a post could do. Nothing of it is kept, and nothing is decided by it.",
        TASK,
        "Whoever checks a post.",
        "The words of the post, for as long as the page takes to answer.",
        ("check",),
    ),
    Activity(
        "pupils",
        "A list of pupils’ names",
        "So that the check of a post notices a pupil’s name.",
        TASK,
        "Pupils.",
        "Names and classes, locked. Nothing else.",
        ("roster",),
        only="pupils",
    ),
    Activity(
        "accounts",
        "School accounts on apps and sites, and what is posted there",
        "So that no account is lost with the person who had it, and two people see a post before it goes up.",
        TASK,
        "Adults who look after an account; pupils in a picture, as far as their families agreed.",
        "Who looks after which account; a post, its picture until it is up, and who approved it.",
        ("school_post", "post_picture", "own_list"),
    ),
    Activity(
        "rights",
        "Breaches of personal data, complaints and requests",
        "To do what data protection law demands, and to show it.",
        "The law demands it (article 6(1)(c)).",
        "Whoever tells, complains or asks, and those whose data it is.",
        "What happened, how it was weighed, what was answered and sent.",
        ("data_breach", "data_complaint", "data_request", "data_document"),
    ),
    Activity(
        "trail",
        "The trail of what was done, and letting go",
        "To show that nothing was changed afterwards, and that records went when they should.",
        TASK,
        "Everybody who does something here.",
        "Who did what and when, without a word of what it said. Backups of everything, locked to a printed card.",
        ("trail", "disposal", "hold", "key", "clock", "backup"),
    ),
)


def how_long(facts: Mapping[str, str], keys: Sequence[str]) -> str:
    """How long each of these kinds of record is kept in the school, as a list."""
    known = rules()
    return "\n".join(f"- {known[key].words}: {_lower(facts[keeping_key(key)])}." for key in keys)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def record_of_processing(facts: Mapping[str, str]) -> list[Section]:
    """The record of processing as it stands by what the program does. UK GDPR article 30(1). Policy 11.1."""
    found = [
        Section(
            "about",
            "Who is responsible",
            f"The controller is {facts['school']}.\n\n{officer(facts)}\n\nThis record is about one program, which "
            "keeps "
            f"reports of conduct online and what follows from them.\n\n{CHECKED}",
        )
    ]
    found += [_activity(one, facts) for one in ACTIVITIES if not one.only or facts[one.only] == USED]
    return [
        *found,
        Section("gets", "Who gets something", recipients(facts)),
        Section("abroad", "Outside the United Kingdom", abroad(facts)),
        Section("safe", "How it is kept safe", safe(facts)),
        more(),
    ]


def officer(facts: Mapping[str, str]) -> str:
    """Who the officer is, and how to reach them, which the program does not know."""
    if facts["officer"] == NONE:
        return f"{TO_FILL_IN} nobody holds the office of data protection officer here.]"
    return (
        f"The data protection officer is {facts['officer']}. {TO_FILL_IN} the officer’s mail address and phone number.]"
    )


def more() -> Section:
    """The part for what the school adds."""
    return Section("more", "What the school adds", "Nothing more.")


def _activity(one: Activity, facts: Mapping[str, str]) -> Section:
    parts = [
        f"Why: {one.why}",
        f"The ground in law: {one.basis} {one.special}",
        f"Whose data: {one.whose}",
        f"What data: {one.what}",
        f"How long:\n{how_long(facts, one.keeps)}",
    ]
    return Section(one.key, one.title, "\n\n".join(parts))


def recipients(facts: Mapping[str, str]) -> str:
    """Who gets something: set up in this installation, or because a person decides it."""
    found = who_gets(facts)
    set_up = [f"- {one.who}. They get {one.what}." for one in found]
    text = "\n".join(["Because it is set up so:", *set_up]) if set_up else "Nobody works on this data for the school."
    if any(one.processor for one in found):
        text += f"\n\n{TO_FILL_IN} for each of them, the day of the contract that article 28 wants.]"
    return text + "\n\nBecause a person decides it in a case:\n" + "\n".join(f"- {one}" for one in TOLD_BY_A_PERSON)


def abroad(facts: Mapping[str, str]) -> str:
    """What goes to another country, as far as the program can know it."""
    if not any(one.processor for one in who_gets(facts)):
        return (
            "Nothing is kept in another country. An app or site abroad gets the words of a request to take something "
            "down, when a person sends it."
        )
    return f"{TO_FILL_IN} for each of those named above, in which country it keeps data, and on what ground.]"


def safe(facts: Mapping[str, str]) -> str:
    """The measures, each as it is set up here. UK GDPR article 32."""
    lines = [
        "What people write, and the files they send, are locked with a key of their own for each case.",
        "Only those on the list of a case open it, after a second step. Each look is noted. No office reads "
        "everything.",
        "Whoever has full control of the server and its keys could read all of it in the end.",
        f"Pages travel {facts['https']}.",
        f"The database is {facts['database']}. Records are kept in {facts['vault']}.",
        f"Backups: {facts['backups']}. They are locked to a printed card. What was destroyed may lie in one for "
        f"{facts['backup_days']}.",
        f"Looking for viruses: {facts['scanner']}.",
        "Two people let records go, at the end of their time. What remains proves that, and nothing else.",
    ]
    return "\n".join(f"- {one}" for one in lines)
