"""What a school is asked before it goes live: seven questions, and what makes their answers usable.

Plain values. People are known by their email address here: whoever is named twice with one address is one person.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from forethought.founding.closed import Closed, read_closed

#: So many questions at most from a bare machine to a live school, those of bin/install among them.
MOST_QUESTIONS = 10

#: Hours of the working day in which a person answers a reporter: at most one whole day, 8am to 5pm.
MOST_ANSWER_HOURS = 9
#: Elapsed hours between 7am and 10pm until a site is asked. The 24 hours of the policy hold beside them, always.
MOST_APPROACH_HOURS = 12
USUAL_HOURS = 4

PHASES = (
    ("primary", "Primary"),
    ("secondary", "Secondary"),
    ("all_through", "All-through"),
    ("special", "Special"),
    ("nursery", "Nursery"),
    ("post_16", "16 plus"),
    ("other", "Other"),
)
RUN_BY = (("authority", "The local authority"), ("trust", "An academy trust"), ("other", "Somebody else"))


@dataclass(frozen=True)
class Question:
    """One page of the set-up. `needed`: without its answer no report could reach anybody who may act on it.

    `until`: what does not work before it is answered, where it can wait.
    """

    key: str
    title: str
    needed: bool = False
    until: str = ""


QUESTIONS: tuple[Question, ...] = (
    Question("school", "Your school", needed=True),
    Question("head", "The headteacher and safeguarding", needed=True),
    Question("governors", "Who chairs the governors?", needed=True),
    Question(
        "officers",
        "HR, data protection and unions",
        until="No union can be asked before the policy changes, and nobody advises on monitoring.",
    ),
    Question(
        "duty",
        "Who answers, and when is the school closed?",
        until="Reports go to the headteacher first, and nobody is told that the holidays need a rota.",
    ),
    Question(
        "mail",
        "Does mail arrive?",
        until="Nobody knows whether people hear that something waits for them.",
    ),
    Question(
        "shares",
        "Three shares for the safe",
        until="A report that nobody here may handle stays sealed, in an emergency too.",
    ),
)

#: Not asked: the usual is taken, said on the last page, and can be changed there and afterwards.
TOLD: tuple[Question, ...] = (Question("policy", "Your policy and its hours"),)


@dataclass(frozen=True)
class Office:
    """Somebody whom a question asks for: the name of the field, the role it gives, how they are usually engaged."""

    field: str
    role: str
    kind: str
    label: str
    needed: bool = False
    rank: int = 0


OFFICES: Mapping[str, tuple[Office, ...]] = {
    "head": (
        Office("head", "head", "employee", "Headteacher", needed=True),
        Office("lead", "lead", "employee", "Safeguarding lead", needed=True),
        Office("deputy", "deputy_lead", "employee", "Deputy"),
        Office("deputy_two", "deputy_lead", "employee", "Second deputy", rank=1),
    ),
    "governors": (
        Office("chair", "chair", "governor", "Chair of governors", needed=True),
        Office("vice_chair", "vice_chair", "governor", "Vice-chair"),
        Office("clerk", "clerk", "employee", "Clerk"),
    ),
    "officers": (
        Office("hr", "hr", "employee", "HR adviser"),
        Office("protection", "protection", "contractor", "Data protection officer"),
    ),
    "duty": (
        Office("senior", "senior", "employee", "Senior manager"),
        Office("senior_two", "senior", "employee", "Second senior manager", rank=1),
    ),
}

#: Unions that one page asks for.
UNIONS = ("union", "union_two")


@dataclass(frozen=True)
class Named:
    """Somebody with an office in the answers. An empty role is somebody who is only on the list."""

    role: str
    name: str
    email: str
    kind: str
    rank: int = 0


@dataclass(frozen=True)
class SpokenFor:
    """A recognised union and who speaks for it."""

    union: str
    name: str
    email: str


@dataclass(frozen=True)
class Plan:
    """Everything a school is founded with. Salt and proof, in hex, are what two of three shares are known by."""

    name: str
    urn: str = ""
    phase: str = ""
    run_by: str = ""
    runs: str = ""
    people: tuple[Named, ...] = ()
    unions: tuple[SpokenFor, ...] = ()
    closed: tuple[Closed, ...] = ()
    answer_hours: int = USUAL_HOURS
    approach_hours: int = USUAL_HOURS
    model_text: bool = False
    mail_arrives: bool = False
    salt: str = ""
    proof: str = ""

    def holder(self, role: str) -> Named | None:
        """The first who holds a role."""
        return min((one for one in self.people if one.role == role), key=lambda one: one.rank, default=None)


Answers = Mapping[str, Mapping[str, Any]]


def question(key: str) -> Question | None:
    """A question by its key, or nothing."""
    return next((one for one in (*QUESTIONS, *TOLD) if one.key == key), None)


def answered(answers: Answers, key: str) -> bool:
    """Whether a question was answered, with “later” too."""
    said = answers.get(key)
    return said is not None and (bool(said.get("later")) or is_done(answers, key))


def is_done(answers: Answers, key: str) -> bool:
    """Whether a question was answered with more than “later”. Mail and shares are, once they came back."""
    said = answers.get(key)
    if said is None or said.get("later"):
        return False
    if not all(said.get(f"{one.field}_email") for one in OFFICES.get(key, ()) if one.needed):
        return False
    return bool(said.get("proved")) if key in {"mail", "shares"} else True


def next_question(answers: Answers, after: str = "") -> str:
    """The first question after one that nobody answered, else the first at all; empty when each was.

    After one that is not asked for, comes nothing.
    """
    keys = [one.key for one in QUESTIONS]
    if after in {one.key for one in TOLD}:
        return ""
    start = keys.index(after) + 1 if after in keys else 0
    return next((key for key in (*keys[start:], *keys[:start]) if not answered(answers, key)), "")


def known_people(answers: Answers, besides: str = "") -> dict[str, str]:
    """Everybody named so far by email address, but for one question: whom somebody typed again may be."""
    found: dict[str, str] = {}
    for key, offices in OFFICES.items():
        said = answers.get(key, {}) if key != besides else {}
        for office in offices:
            email, name = said.get(f"{office.field}_email", ""), said.get(f"{office.field}_name", "")
            if email and name:
                found.setdefault(email.casefold(), name)
    for field in UNIONS if besides != "officers" else ():
        said = answers.get("officers", {})
        if said.get(f"{field}_email") and said.get(f"{field}_name"):
            found.setdefault(said[f"{field}_email"].casefold(), said[f"{field}_name"])
    return found


def plan_of(answers: Answers) -> Plan:
    """What the answers come to, with the usual where nothing was said. Policy 2.5, 3.7, 8.3."""
    school, policy, duty = (answers.get(key, {}) for key in ("school", "policy", "duty"))
    known = known_people(answers)
    people = []
    for key, offices in OFFICES.items():
        said = answers.get(key, {})
        for one in offices:
            if email := said.get(f"{one.field}_email", ""):
                people.append(Named(one.role, known[email.casefold()], email, one.kind, one.rank))
    unions = [
        SpokenFor(said[field], known[said[f"{field}_email"].casefold()], said[f"{field}_email"])
        for said in [answers.get("officers", {})]
        for field in UNIONS
        if said.get(field)
    ]
    shares = answers.get("shares", {}) if is_done(answers, "shares") else {}
    return Plan(
        name=school.get("name", ""),
        urn=school.get("urn", ""),
        phase=school.get("phase", ""),
        run_by=school.get("run_by", ""),
        runs=school.get("runs", ""),
        people=tuple(people),
        unions=tuple(unions),
        closed=tuple(read_closed(duty.get("closed", ""))),
        answer_hours=int(policy.get("answer_hours", USUAL_HOURS)),
        approach_hours=int(policy.get("approach_hours", USUAL_HOURS)),
        model_text=policy.get("text", "model") == "model",
        mail_arrives=is_done(answers, "mail"),
        salt=shares.get("salt", ""),
        proof=shares.get("proof", ""),
    )


# --- Why not ---


def why_not_urn(urn: str) -> str | None:
    """A URN is six figures and begins with none of nought. Whether there is such a school is not asked anywhere.

    Get Information about Schools, establishment number (law.md 9). Policy 2.5.
    """
    fits = re.fullmatch("[1-9][0-9]{5}", urn)
    return None if fits else "A URN has six figures, like 123456. The national register of schools has it."


def why_not_runs(*, run_by: str, runs: str) -> str | None:
    """Whoever runs a school is named, unless nobody else does. Policy 2.5."""
    if run_by == "authority" and not runs:
        return "Write the name of the local authority."
    return "Write the name of the trust." if run_by == "trust" and not runs else None


def why_not_named(*, name: str, email: str, label: str, needed: bool, known: Mapping[str, str]) -> str | None:
    """Somebody is named with a name and an address; of somebody named before, the address is enough. Policy 2.5."""
    if not name and not email:
        return f"{label}: write their name and email address." if needed else None
    if not email:
        return f"{label}: write their email address. They sign in with it."
    before = known.get(email.casefold(), "")
    if not name and not before:
        return f"{label}: write their name."
    if name and before and name.casefold() != before.casefold():
        return f"{label}: that address is of somebody you named before by another name. Each person has their own."
    return None


def why_not_hours(*, answer_hours: int, approach_hours: int) -> str | None:
    """The school's own hours keep within one working day, and within the policy's 24 hours. Policy 7.2, 8.3."""
    if not 1 <= answer_hours <= MOST_ANSWER_HOURS:
        return f"A reporter hears from a person within 1 to {MOST_ANSWER_HOURS} working hours."
    if not 1 <= approach_hours <= MOST_APPROACH_HOURS:
        return f"A site is asked within 1 to {MOST_APPROACH_HOURS} hours."
    return None


def why_not_open(answers: Answers) -> str | None:
    """A school goes live once a report could reach somebody who may act on it, whoever it is about. Policy 2.5, 7.2."""
    missing = [one.title for one in QUESTIONS if one.needed and not is_done(answers, one.key)]
    return f"Answer these first: {'; '.join(missing)}." if missing else None


def why_not_set_up(*, demonstration: bool, one_school: bool, founded: bool) -> str | None:
    """A link founds the first school of an installation; more than one needs PostgreSQL. Policy 2.5."""
    if demonstration:
        return "This is a demonstration. Set FORETHOUGHT_DEMONSTRATION=no for a real school."
    if one_school and founded:
        return "There is a school here already. On SQLite there is one; for more, use PostgreSQL."
    return None


def why_not_key_copy(*, fits: bool) -> str | None:
    """The copy is of the key in use, and whole. Policy 2.5."""
    return None if fits else "That is not how the line of the key in use ends. Compare the copy with the file."


def why_not_shares(plan: Plan) -> str | None:
    """The shares lie with two people and in a safe, so two people are needed. reliability.md 3.4; Policy 7.2."""
    chair, officer = plan.holder("chair"), plan.holder("protection")
    if chair is None or officer is None:
        return "Name a chair of governors and a data protection officer first. Each keeps one share."
    same = chair.email.casefold() == officer.email.casefold()
    return "The chair and the data protection officer are one person. The shares need two." if same else None


def merged(people: Iterable[Named]) -> dict[str, list[Named]]:
    """Everybody once, by address, with all that they are: the first kind and name stand for the person."""
    found: dict[str, list[Named]] = {}
    for one in people:
        before = found.setdefault(one.email.casefold(), [])
        before.append(replace(one, name=before[0].name) if before else one)
    return found
