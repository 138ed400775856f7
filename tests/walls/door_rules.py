"""Who may open which door of the town: the matrix as data, read a second time, apart from the pages' own guard."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from callers import Caller
from town_facts import Facts, Thing

from forethought.pages.matrix import Door, Rule
from forethought.people.models import Role

Things = Mapping[str, Thing | None]

#: Seats that open only the doors that name them (docs/explanation/who-may-know.md). Written out a second time.
NARROW = frozenset(
    ["investigator", "decider", "appeal", "note_taker", "hr", "behaviour", "guest", "glass", "dpo", "requester"]
)
REGISTRARS = frozenset([Role.HEAD, Role.HR, Role.CLERK])

#: Which table an id in an address is of, where its name does not say it.
TABLES = {
    "letter_id": "letterdraft",
    "request_id": "cooperationrequest",
    "common_id": "commonquestion",
    "record_id": "contactrecord",
    "declaration_id": "familydeclaration",
    "school_account_id": "schoolaccount",
    "account_hand_over_id": "accounthandover",
    "account_request_id": "accountrequest",
    "post_id": "schoolpost",
    "data_breach_id": "databreach",
    "access_request_id": "accessrequest",
    "access_part_id": "accesspart",
    "data_complaint_id": "datacomplaint",
    "data_document_id": "datadocument",
    "copy_id": "redactedcopy",
    "hand_over_id": "handover",
    "list_id": "stafflist",
    "directory_key_id": "directorykey",
    "look_id": "sitelook",
    "second_police_report": "policereport",
    "note_crime_reference": "policereport",
}


def table_of(param: str, view: str) -> str:
    """The table that an id of an address is of."""
    by_view = TABLES.get(view.split(".")[1]) if param == "report_id" else None
    return by_view or TABLES.get(param) or param.removesuffix("_id")


@dataclass(frozen=True)
class Verdict:
    """Whether a door is shut, and which ids of its address must then look like ids that are nobody's.

    `led` is somebody signed out at a draft, who is led to where they can come back.
    """

    shut: bool = False
    strange: frozenset[str] = frozenset()
    led: bool = False


OPEN = Verdict()


def _is(caller: Caller, value: object) -> bool:
    return value in caller.ids


def _asked_of(facts: Facts, caller: Caller, question: Thing) -> bool:
    """The asker, the manager, the senior; a safeguarding lead only if told, which is sealed: taken as yes."""
    row = question.row
    leads = facts.roles[caller.person or uuid.UUID(int=0)] & {Role.LEAD, Role.DEPUTY_LEAD}
    return any(_is(caller, row[f"{part}_id"]) for part in ("asker", "manager", "senior")) or (
        row["child"] != "no" and bool(leads)
    )


def _keeps_or_manages(facts: Facts, caller: Caller, task: Thing) -> bool:
    """Who keeps the register, or manages the one who was asked to read."""
    return (
        bool(facts.roles[caller.person or uuid.UUID(int=0)] & REGISTRARS)
        or (caller.person, task.row["person_id"]) in facts.team
    )


def _holds(facts: Facts, caller: Caller, grant: Thing) -> bool:
    """Whoever answered the gate; for a case's records, only while they may see the case, or are asked for them."""
    return _is(caller, grant.row["holder"]) and facts.reads(caller.ids, grant.case, "grant")


def _decides_on_glass(facts: Facts, caller: Caller, glass: Thing) -> bool:
    return glass.case is not None and (caller.person, glass.case) not in facts.kept_out


def _knows_of_review(facts: Facts, caller: Caller, review: Thing) -> bool:
    """All keepers, but for whoever is kept out of the case that called for it."""
    kind, _, rest = str(review.row["source_key"]).partition(":")
    return kind != "case" or (caller.person, uuid.UUID(rest[:36])) not in facts.kept_out


def _shared_with(facts: Facts, caller: Caller, record: Thing) -> bool:
    """Whoever wrote a record of contact, and whom they shared it with."""
    shares = facts.of_table["contactshare"]
    return _is(caller, record.row["writer_id"]) or any(
        one.row["record_id"] == record.id and _is(caller, one.row["person_id"]) for one in shares
    )


def _sees_family(facts: Facts, caller: Caller, declared: Thing) -> bool:
    """The head sees what others declared; the governors in the chair what the head did; nobody their own here."""
    whose, mine = declared.row["person_id"], facts.roles[caller.person or uuid.UUID(int=0)]
    offices = {Role.CHAIR, Role.VICE_CHAIR} if Role.HEAD in facts.roles[whose] else {Role.HEAD}
    return caller.person != whose and bool(mine & offices)


def _lets_go(facts: Facts, caller: Caller, row: Thing) -> bool:
    """By office, unless it is about them, they told it or asked for it, or they are kept out of its case."""
    about, person = row.row["about"], caller.person or uuid.UUID(int=0)
    parts = {
        "party": ("person_id",),
        "report": ("reporter_id",),
        "breach": ("subject_id",),
        "concern": ("about_id", "reporter_id"),
        "staffallegation": ("person_id",),
        "monitoring": ("about_id", "requester_id"),
    }
    of_it = [one for table in parts for one in facts.of_case[about, table]]
    own = [one.row[name] for one in of_it for name in parts[one.table]]
    thing = facts.things.get(about)
    if thing is not None:
        own += [thing.row.get("writer_id"), thing.row.get("person_id")]
    if (person, about) in facts.kept_out or person in {about, *own}:
        return False
    return row.row["what"] != "case" or Role.PROTECTION in facts.roles[person] or facts.sees(person, about)


def _tends(facts: Facts, caller: Caller, account_id: object) -> bool:
    """Whoever looks after a school account now, the head and the senior managers."""
    mine = facts.roles[caller.person or uuid.UUID(int=0)]
    return bool(mine & {Role.HEAD, Role.SENIOR}) or _has_custody(facts, caller, account_id)


def _has_custody(facts: Facts, caller: Caller, account_id: object) -> bool:
    return any(
        one.row["account_id"] == account_id
        and _is(caller, one.row["person_id"])
        and one.row["ended_at"] is None
        and one.row["gone_at"] is None
        for one in facts.of_table["custody"]
    )


def _in_hand_over(facts: Facts, caller: Caller, passing: Thing) -> bool:
    """Whoever gives, whoever takes, and whoever does things about that account."""
    row = passing.row
    return any(_is(caller, row[f"{one}_id"]) for one in ("giver", "taker")) or _tends(facts, caller, row["account_id"])


def _asked_for_account(facts: Facts, caller: Caller, asked: Thing) -> bool:
    """Whoever asked, and the offices that decide or keep the register."""
    mine = facts.roles[caller.person or uuid.UUID(int=0)]
    return _is(caller, asked.row["asker_id"]) or bool(mine & {Role.HEAD, Role.SENIOR, Role.CHAIR, Role.VICE_CHAIR})


def _reads_post(facts: Facts, caller: Caller, post: Thing) -> bool:
    """Whoever wrote a post for the school; once it was proposed, whoever looks after its account."""
    if _is(caller, post.row["proposer_id"]):
        return True
    proposed = any(one.row["post_id"] == post.id for one in facts.of_table["poststep"])
    return proposed and _has_custody(facts, caller, post.row["account_id"])


def _sees_to(facts: Facts, caller: Caller, row: Thing) -> bool:
    """Who sees to a breach of personal data or a complaint about data: never whoever it may be about."""
    mine, about = facts.roles[caller.person or uuid.UUID(int=0)], row.row["about"]
    governors = {Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD}
    if about == "neither":
        return bool(mine & {Role.HEAD, Role.PROTECTION})
    if about == "officer":
        return Role.HEAD in mine and Role.PROTECTION not in mine
    if about == "head":
        return Role.HEAD not in mine and bool(mine & (governors | {Role.PROTECTION}))
    return not mine & {Role.HEAD, Role.PROTECTION} and bool(mine & governors)


def _asked_for_own(facts: Facts, caller: Caller, row: Thing) -> bool:
    """Whoever asked, signed in or by the code of what they sent."""
    return _is(caller, row.row["person_id"]) or _is(caller, row.id)


def _reads_document(facts: Facts, caller: Caller, row: Thing) -> bool:
    """The officer and the headteacher; everybody else what both signed, but for the record and the assessment."""
    mine = facts.roles[caller.person or uuid.UUID(int=0)]
    signed = row.row["signed_at"] is not None and row.row["kind"] not in {"processing", "impact"}
    return bool(mine & {Role.HEAD, Role.PROTECTION}) or signed


Whose = Callable[[Facts, Caller, Thing], bool]

#: By the id that decides, and the modules in which it does: whose it must be.
WHOSE: dict[tuple[str, str], Whose] = {
    ("draft_id", ""): lambda f, c, t: _is(c, t.row["holder"]) or "draft" in f.own.get((c.visit, t.case), ()),
    ("report_id", "following"): lambda f, c, t: (
        _is(c, t.row["reporter_id"]) or _is(c, t.id) or "draft" in f.own.get((c.visit, t.case), ())
    ),
    ("alert_id", ""): lambda f, c, t: (c.person, t.id) in f.told and (c.person, t.case) not in f.kept_out,
    ("away_id", ""): lambda f, c, t: (c.person, t.id) in f.told_of_away,
    ("disclosure_id", "disclosures"): lambda f, c, t: (
        # In its case the list decides, before this; else whoever is asked to be the second, and not kept out since.
        _is(c, t.row["second_id"]) and (c.person, t.case) not in f.kept_out
    ),
    ("tie_id", ""): lambda f, c, t: c.person == f.keeper_of_tie(t),
    ("task_id", "readings"): lambda f, c, t: _is(c, t.row["person_id"]),
    ("task_id", "readers"): _keeps_or_manages,
    ("question_id", ""): _asked_of,
    ("request_id", "cooperating"): lambda f, c, t: _is(c, t.row["person_id"]),
    ("papers_id", "papers"): lambda f, c, t: _is(c, t.row["person_id"]) and t.row["ended_at"] is None,
    ("grant_id", ""): _holds,
    ("glass_id", ""): _decides_on_glass,
    ("review_id", ""): _knows_of_review,
    ("record_id", "contact_records"): _shared_with,
    ("declaration_id", "families"): lambda f, c, t: _is(c, t.row["person_id"]),
    ("declaration_id", "family_office"): _sees_family,
    ("school_account_id", "account_tending"): lambda f, c, t: _tends(f, c, t.id),
    ("school_account_id", "account_custody"): lambda f, c, t: _tends(f, c, t.id),
    ("custody_id", ""): lambda f, c, t: _tends(f, c, t.row["account_id"]),
    ("account_hand_over_id", ""): _in_hand_over,
    ("account_request_id", ""): _asked_for_account,
    ("post_id", ""): _reads_post,
    ("post_id", "post_deciding"): lambda f, c, t: _reads_post(f, c, t) and _has_custody(f, c, t.row["account_id"]),
    ("asked_id", ""): lambda f, c, t: _is(c, t.row["person_id"]) or bool(f.roles[c.person] & REGISTRARS),
    ("reach_id", ""): lambda f, c, t: _is(c, t.row["person_id"]) and t.row["ended_at"] is None,
    ("concern_id", ""): lambda f, c, t: _is(c, t.row["reporter_id"]) or _is(c, t.id),
    ("due_id", ""): _lets_go,
    ("disposal_id", ""): _lets_go,
    ("data_breach_id", ""): _sees_to,
    ("access_request_id", ""): lambda f, c, t: _sees_to(f, c, t) and not _is(c, t.row["person_id"]),
    ("access_request_id", "data_asking"): _asked_for_own,
    ("data_document_id", ""): _reads_document,
    ("data_complaint_id", ""): _sees_to,
    ("data_complaint_id", "data_complaining"): lambda f, c, t: _is(c, t.id),
    ("complaint_id", ""): lambda f, c, t: _is(c, t.id),
}


class Rules:
    """The second reading. `verdict` says what must happen at a door."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def verdict(self, caller: Caller, view: str, rule: Rule, method: str, things: Things) -> Verdict:
        """What must happen to somebody at a door with these ids in its address."""
        shut_to_all = Verdict(shut=True, strange=frozenset(things))
        door = rule.door
        if door is Door.ANYONE:
            return self._whose(caller, view, things)
        if door is Door.WRITER:
            if not caller.person and not caller.visit and things.get("draft_id"):
                return Verdict(led=True)
            return self._whose(caller, view, things)
        if caller.person is None:
            if door is Door.REPORTER:
                return OPEN
            if door is Door.FOLLOWER and caller.visit:
                return self._whose(caller, view, things)
            if door is Door.READER and caller.reader:
                return self._whose(caller, view, things)
            return shut_to_all
        if caller.proved == "plain" and door is not Door.REPORTER:
            return shut_to_all
        if door in {Door.CASE, Door.PAPERS} and caller.proved != "fresh":
            return shut_to_all
        if door is Door.CASE:
            return self._case(caller, view, rule, method, things)
        if door is Door.OFFICE and not self.facts.roles[caller.person] & rule.roles:
            return shut_to_all
        return self._whose(caller, view, things)

    def opens_case(self, person: uuid.UUID, view: str, rule: Rule, method: str, case: Thing) -> bool:
        """The two locks on a case, and what a seat opens."""
        facts = self.facts
        if not facts.sees(person, case.id) or case.row["kind"] not in rule.kinds:
            return False
        seat = facts.seats[person, case.id]
        if seat == "glass" and method == "POST":
            return False
        if seat in rule.seats:
            return True
        if seat in NARROW:
            return False
        by_role = bool(facts.roles[person] & rule.roles)
        return by_role or (seat == "second" and view in {"police.second_police_report", "cases.case"})

    def _case(self, caller: Caller, view: str, rule: Rule, method: str, things: Things) -> Verdict:
        key = "takedown_id" if "takedown_id" in things else "case_id"
        first = things[key]
        case = self.facts.things.get(first.case) if first and first.case else None
        assert caller.person is not None
        if case is None or not self.opens_case(caller.person, view, rule, method, case):
            return Verdict(shut=True, strange=frozenset(things))
        for param, thing in things.items():
            if param == key:
                continue
            elsewhere = thing is None or thing.case != case.id
            if elsewhere or (param == "grant_id" and not _holds(self.facts, caller, thing)):  # type: ignore[arg-type]
                return Verdict(shut=True, strange=frozenset([param]))
        return OPEN

    def _whose(self, caller: Caller, view: str, things: Things) -> Verdict:
        if view == "concerning.note_own_duty" and (concern := things["concern_id"]):
            if caller.person and self.facts.sees(caller.person, concern.case):
                return OPEN
        for param, thing in things.items():
            if param in {"school_id", "account_id"}:
                continue
            area = view.split(".")[0]
            whose = WHOSE.get((param, area)) or WHOSE.get((param, ""))
            if thing is None or thing.school != caller.school or (whose and not whose(self.facts, caller, thing)):
                return Verdict(shut=True, strange=frozenset([param]))
        return OPEN
