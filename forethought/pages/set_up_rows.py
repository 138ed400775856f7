"""What the pages of the set-up say: a line for each question, and what was answered in lines."""

from typing import Any

from forethought.founding import rules
from forethought.founding.closed import read_closed

HOME = "/set-up/"

#: What is taken where nobody says anything about the policy.
USUAL = {"text": "model", "answer_hours": str(rules.USUAL_HOURS), "approach_hours": str(rules.USUAL_HOURS)}

#: Above each question: why it is asked, who sees it.
LEAD: dict[str, list[str]] = {
    "school": ["This is how the school is called on each page and in what it hands to others."],
    "head": [
        "The headteacher handles most of what comes in, and keeps these pages afterwards.",
        "The safeguarding lead hears at once of anything about a child, at any hour.",
        "In a small school the headteacher may lead: their email address is enough. Then name a deputy who is "
        "somebody else.",
    ],
    "governors": [
        "The chair handles what is about the headteacher.",
        "The vice-chair handles what is about the chair. Without one, somebody outside the school is named.",
    ],
    "officers": [
        "The first two advise, and they see no report unless somebody asks them to.",
        "Staff and their unions are asked before the policy changes. The representative reads the change and answers.",
        "Leave out whom you do not have, or do not know yet.",
    ],
    "duty": [
        "Senior managers take a report first, then the headteacher. The 24 hours do not stop for nights or holidays.",
        "Name people who look at their mail in the holidays. Shifts are put in later, from the home page.",
    ],
    "policy": ["The policy is asked about, approved and read here. It is not in force before your governors say so."],
    "mail": [
        "People hear by mail that something waits for them. A mail holds no names and no details.",
        "We send one message now. You type the number that stands in it.",
    ],
    "shares": [
        "A report that nobody at the school may handle waits, sealed. In an emergency two of three shares open it.",
        "One is for the chair, one for the data protection officer, one for the safe. They are shown once.",
        "Have three sheets, three envelopes and a pen ready. Are the two not beside you? Choose “Later”.",
    ],
}


def task_rows(answers: rules.Answers) -> list[dict[str, Any]]:
    """Each question with how it stands, for the list of tasks."""
    return [{"text": one.title, "href": f"{HOME}{one.key}/", **_status(answers, one)} for one in rules.QUESTIONS]


def _status(answers: rules.Answers, one: rules.Question) -> dict[str, str]:
    if rules.is_done(answers, one.key):
        return {"status": "Done"}
    if rules.answered(answers, one.key):
        return {"status": "Later", "colour": "yellow"}
    return {"status": "To do", "colour": "blue"}


def lines_of(answers: rules.Answers) -> list[dict[str, str]]:
    """What was answered, a line for each question, with the way to change it."""
    return [
        {
            "key": one.title,
            "value": _said(answers, one.key) if one in rules.TOLD or rules.is_done(answers, one.key) else "Later",
            "action_href": f"{HOME}{one.key}/",
            "hidden": f"the answer to: {one.title}",
        }
        for one in (*rules.QUESTIONS, *rules.TOLD)
    ]


def _said(answers: rules.Answers, key: str) -> str:
    said, known = answers.get(key) or USUAL, rules.known_people(answers)
    people = [
        f"{one.label}: {known[said[f'{one.field}_email'].casefold()]}"
        for one in rules.OFFICES.get(key, ())
        if said.get(f"{one.field}_email")
    ]
    if key == "school":
        runs = dict(rules.RUN_BY).get(said["run_by"], "")
        named = f"{runs}: {said['runs']}" if said.get("runs") else runs
        return "\n".join(filter(None, [said["name"], said["urn"] and f"URN {said['urn']}", named]))
    if key == "officers":
        people += [f"{said[one]}: {known[said[f'{one}_email'].casefold()]}" for one in rules.UNIONS if said.get(one)]
    if key == "duty":
        count = len(read_closed(said.get("closed", "")))
        people.append(f"Closed days: {count} {'entry' if count == 1 else 'entries'}" if count else "No closed days yet")
    if key == "policy":
        text = "The model policy, as a draft" if said["text"] == "model" else "Our own, brought in later"
        return f"{text}\nA reporter is answered within {said['answer_hours']} working hours\n" + (
            f"A site is asked within {said['approach_hours']} hours"
        )
    return {"mail": "Mail arrives", "shares": "Written down and read back"}.get(key, "\n".join(people) or "Nobody yet")
