"""What is written down of this program's doings in a document about data, and who gets something. Plain data.

Clause 11.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

NONE, USED, NOT_USED = "none", "used", "not used"

#: What is looked at, in the order in which a change is named.
LABELS: Mapping[str, str] = {
    "school": "The school’s name",
    "officer": "The data protection officer",
    "database": "Where the database is",
    "vault": "Where records are kept",
    "backups": "Where backups lie",
    "backup_days": "How long a backup keeps what was destroyed",
    "mail": "What sends mails",
    "phones": "What tells the phones of those on duty",
    "time": "Who confirms times",
    "scanner": "What looks for viruses",
    "sign_in": "Signing in elsewhere",
    "directory": "A directory that keeps the list of adults",
    "pupils": "A list of pupils’ names",
    "looks": "Looking by itself whether something is gone",
    "mail_keys": "Asking the DNS about a mail’s signature",
    "tracker": "Running disciplinary procedures here",
    "reporting_duty": "The personal duty to report sexual abuse of a child",
    "https": "How pages travel",
}
_KEEPING = "keep."


def keeping_key(rule: str) -> str:
    """The key under which it stands how long one kind of record is kept."""
    return f"{_KEEPING}{rule}"


def labels_with(rules: Mapping[str, str]) -> dict[str, str]:
    """Every label: those above, and one for each kind of record, from its key and its words."""
    return {**LABELS, **{keeping_key(key): f"How long is kept: {words}" for key, words in rules.items()}}


@dataclass(frozen=True, slots=True)
class Gets:
    """Somebody outside who gets something from this program: who, what, and whether they work for the school at it."""

    who: str
    what: str
    processor: bool = True


def _is_elsewhere(value: str) -> bool:
    return "a server called " in value or "a bucket at " in value


def who_gets(facts: Mapping[str, str]) -> list[Gets]:
    """Everybody who gets something because this installation is set up so. Nobody, unless it is. Policy 11.1.

    Whom a person tells (police, an app or site, a court) is not among them: `TOLD_BY_A_PERSON`.
    """
    found = []
    if _is_elsewhere(facts["database"]):
        found.append(Gets(f"Whoever runs the database, on {facts['database'].partition(' on ')[2]}", DATABASE_HOLDS))
    if _is_elsewhere(facts["vault"]):
        found.append(Gets(f"Whoever runs the store: {facts['vault']}", "records, locked: it cannot read them"))
    if _is_elsewhere(facts["backups"]):
        found.append(
            Gets(f"Whoever keeps backups: {facts['backups']}", "copies of everything, locked to a printed card")
        )
    if _is_elsewhere(facts["mail"]):
        what = "mail addresses of adults here, and mails without names and without a word of a case"
        found.append(Gets(f"Whoever sends mails: {facts['mail']}", what))
    if _is_elsewhere(facts["scanner"]):
        found.append(Gets(f"Whoever looks for viruses: {facts['scanner']}", "each file that comes in, open"))
    if facts["sign_in"] != NONE:
        found.append(Gets(f"Where people sign in: {facts['sign_in']}", "who signs in here, and when"))
    if facts["phones"] != NONE:
        what = "which phone was told that something waits, and when; of a text message also the number; nothing else"
        found.append(Gets(f"What tells the phones of those on duty: {facts['phones']}", what))
    if facts["time"] != NONE:
        what = "a fingerprint of the trail (a hash), from which nothing can be read back: no personal data"
        found.append(Gets(f"Who confirms times: {facts['time']}", what, processor=False))
    return found


DATABASE_HOLDS = "the database: names and roles of adults in the clear, what people wrote locked"

#: Who learns something because a person decides it in a case. The program tells none of them by itself.
TOLD_BY_A_PERSON = (
    "an app or site that is asked to take something down: the words that a person saw and sent",
    "the police, where somebody is in danger, the law demands it, or the person harmed agreed",
    "the council: its designated officer for allegations, and children’s social care",
    "the Disclosure and Barring Service and the Teaching Regulation Agency, where the law says so",
    "the school’s HR adviser, who gets a pack where the procedure is not run here",
    "companions and union representatives whom somebody chose",
    "courts and the Information Commissioner’s Office (ICO), where the law says so",
)
