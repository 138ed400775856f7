"""Privacy notices for staff, for pupils and parents, and for a person reported; and the retention schedule.

Written from what this program does, for people to read. UK GDPR articles 13 and 14; law.md 4.1. Clause 11.1.
"""

from collections.abc import Mapping

from forethought.protection.document_facts import NONE, USED, keeping_key, who_gets
from forethought.protection.document_rules import OF_PROGRAM, Section
from forethought.protection.processing_texts import CHECKED, abroad, how_long, more, officer
from forethought.retention.schedule import How, rules

RIGHTS = (
    "You can ask to see the data about you. The school answers within a month.",
    "You can ask to have something put right that is wrong.",
    "In some cases you can ask to have it deleted, or not used.",
    "You can say that you do not agree with how it is used.",
    "No decision about you is made by a program.",
)
COMPLAIN = (
    "Tell the school, on the page “Data complaint” of this program, by letter or by phone. You need no "
    "account. You hear "
    "within 30 days that the school has it.\n\nYou can go to the Information Commissioner’s Office (ICO) at any time: "
    "ico.org.uk."
)
WHY = (
    "A school must keep people safe, be a fair employer, and do what the law says. For that it may use data without "
    "asking (UK GDPR article 6(1)(b), (c) and (e)). For very private things, such as health or belief, and for crimes, "
    "the law sets narrower limits, and the school keeps to them (articles 9 and 10)."
)


def _list(lines: list[str]) -> str:
    return "\n".join(f"- {one}" for one in lines)


def _who(facts: Mapping[str, str], whom: str) -> Section:
    text = (
        f"This is for {whom}. It says what {facts['school']} does with data about you in one program: the one in which "
        f"it keeps what happened online and what was done about it.\n\n{facts['school']} decides what is kept "
        "and why. In "
        f"the law’s words it is the controller.\n\n{officer(facts)}\n\n{CHECKED}"
    )
    return Section("who", "Who we are", text)


def _gets(facts: Mapping[str, str], first: str) -> Section:
    lines = [first]
    lines += [f"{one.who}: {one.what}." for one in who_gets(facts)]
    if not who_gets(facts):
        lines.append("No other company works on this data for the school.")
    lines.append("The police, the council or a court, where the law says so or somebody may be in danger.")
    return Section("gets", "Who sees it", f"{_list(lines)}\n\nOutside the United Kingdom: {abroad(facts)}")


def _ending() -> list[Section]:
    return [
        Section("rights", "What you can ask for", _list(list(RIGHTS))),
        Section("complain", "If you think that something is wrong", COMPLAIN),
        more(),
    ]


def notice_for_staff(facts: Mapping[str, str]) -> list[Section]:
    """For everybody who works at the school. UK GDPR articles 13 and 14. Policy 11.1."""
    kept = [
        "Your name, mail address, kind of work, offices, and when you are on duty or away.",
        "What you report, and the records that you send with it.",
        "What others report that concerns you.",
        "That you read the policy, questions you asked, and views you gave.",
        "What you wrote down of contact with pupils or families, and family that you declared.",
        "What you did in this program, and when. When you signed in and how, which nobody but you is shown.",
    ]
    if facts["sign_in"] != NONE:
        kept.append(f"That your account with {facts['sign_in']} is yours, if you sign in there.")
    if facts["directory"] == USED:
        kept.append("Your name, address and kind of work come from the school’s own list of staff.")
    if facts["tracker"] == USED:
        kept.append("If a disciplinary procedure is about you: its letters, meetings and outcome.")
    never = [
        "It reads nobody’s mail, chats or files, and follows nobody online.",
        "It takes no password of a private account.",
        "It never asks for your own phone or computer.",
        "The check of a post keeps nothing of what you wrote.",
    ]
    keys: tuple[str, ...] = (
        "report",
        "acknowledgement",
        "question",
        "question_plain",
        "contact",
        "family",
        "person",
        "account",
        "sign_in",
        "no_case",
        "informal",
    )
    keys += ("first_warning", "final_warning", "ended_work", "allegation", "low_level", "trail")
    return [
        _who(facts, "everybody who works at the school, for pay or not"),
        Section("what", "What is kept of you", _list(kept)),
        Section("never", "What this program never does", _list(never)),
        Section("why", "Why, and on what ground", WHY),
        _gets(facts, "Those at the school who deal with a matter, and nobody else there. Each look is noted."),
        Section("how_long", "How long", how_long(facts, keys)),
        *_ending(),
    ]


def notice_for_families(facts: Mapping[str, str]) -> list[Section]:
    """For pupils and their parents, in plain words. UK GDPR articles 12 to 14. Policy 11.1."""
    kept = [
        "If something online was about a pupil or a parent, or came from them: what was told to the school, "
        "and pictures of the page or message.",
        "If somebody worried about a child: what they saw, and what the school did.",
        "If you complained: what you wrote, and our answer.",
    ]
    if facts["pupils"] == USED:
        kept.append(
            "The names and classes of pupils, locked. They are used for one thing: to warn an adult who is about "
            "to post a pupil’s name."
        )
    not_kept = [
        "Pictures that show a child nude or in a sexual way. Nobody can send them here.",
        "What pupils or parents post, unless somebody reports it.",
    ]
    return [
        _who(facts, "pupils and their parents or carers"),
        Section("what", "What we may keep about you", _list(kept)),
        Section("not_kept", "What we do not keep", _list(not_kept)),
        Section("why", "Why we keep it", "To keep children and adults safe, and to answer you. " + WHY),
        _gets(facts, "The few adults at school who deal with the matter. Each time somebody looks, it is noted."),
        Section("how_long", "How long we keep it", how_long(facts, _family_keys(facts))),
        *_ending(),
    ]


def _family_keys(facts: Mapping[str, str]) -> tuple[str, ...]:
    keys = ("report", "complaint", "pupil", "concern", "abuse")
    return (*keys, "roster") if facts["pupils"] == USED else keys


def notice_for_reported(facts: Mapping[str, str]) -> list[Section]:
    """For somebody a report is about, whether they work here or not. UK GDPR article 14. Policy 11.1."""
    tells = (
        "Somebody told the school of something online, and said that it came from you or is about what you "
        "did. That is "
        "not the same as having done it. You are to be heard before anything is decided.\n\nThe school tells "
        "you as soon as it "
        "may. It may have to wait where telling you could put somebody in danger or spoil an inquiry by the police."
    )
    kept = [
        "What was told, and pictures of the page or message.",
        "What you said about it, and what you sent.",
        "What was decided, why, and by whom.",
    ]
    rights = [
        *RIGHTS,
        "What you see may leave out what would show who told of it, or put somebody in danger. You can ask the ICO to "
        "look at that.",
    ]
    keys = ("report", "no_case", "informal", "first_warning", "final_warning", "ended_work", "allegation", "cleared")
    return [
        _who(facts, "somebody a report is about"),
        Section("what_it_means", "What it means", tells),
        Section("what", "What is kept of you", _list(kept)),
        Section("why", "Why, and on what ground", WHY),
        _gets(facts, "Those who look into it or decide. Whoever looks into it does not decide it. Each look is noted."),
        Section("how_long", "How long", how_long(facts, keys)),
        Section("rights", "What you can ask for", _list(rights)),
        *_ending()[1:],
    ]


def retention_schedule(facts: Mapping[str, str]) -> list[Section]:
    """The schedule as it holds in the school, by how something is let go of. law.md 3.3. Policy 11.1."""
    found = []
    for how in How:
        lines = [
            f"{rule.words}: {facts[keeping_key(key)]}. {rule.then}"
            for key, rule in rules().items()
            if rule.how is how and keeping_key(key) in facts
        ]
        if lines:
            found.append(Section(f"{OF_PROGRAM}{how.value}", how.words, _list(lines)))
    first = (
        "Each kind of record, for how long the school keeps it, and what is done then. A hold stops all of it. Most of "
        f"these times rest on guidance to schools, not on a law.\n\n{CHECKED}"
    )
    backups = (
        f"A backup may hold what was destroyed for {facts['backup_days']} more. Paper and bundles that were "
        "handed over are for those who have them."
    )
    return [Section("about", "What this is", first), *found, Section("backups", "Backups and paper", backups), more()]
