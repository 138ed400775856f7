"""What a report needs, and what can be read from its answers."""

import hashlib
import re
import secrets
from collections.abc import Mapping

from forethought.core.canonical import canonical
from forethought.takedowns.targets import Target, why_not_target

Answers = Mapping[str, object]

YES_NO_NOT_SURE = ("yes", "no", "not_sure")


#: What somebody who found abuse is asked not to do. Telling the site or app about it is not engaging.
DO_NOT = (
    "reply, like or follow",
    "sign in as someone else, or make a profile to see more",
    "ask a pupil to show you more",
    "crop or mark the original",
)


def what_not_to_do() -> tuple[str, ...]:
    """Never engage: what is shown before anybody types. Somebody who has replied already reports all the same.

    Policy 7.1.
    """
    return DO_NOT


def why_not_send(answers: Answers) -> str | None:
    """What still has to be answered: five things, and nothing else. Policy 7.2."""
    if answers.get("danger") not in YES_NO_NOT_SURE:
        return "Say whether anyone is in danger now."
    if not str(answers.get("happened", "")).strip():
        return "Tell us what happened. A few words are enough."
    if answers.get("group") not in {"pupil", "parent", "staff", "other", "unknown"}:
        return "Choose who it may be. “I do not know” is fine."
    if answers.get("head") not in YES_NO_NOT_SURE:
        return "Say whether it could be the headteacher."
    if answers.get("child") not in YES_NO_NOT_SURE:
        return "Say whether a child is concerned."
    return None


_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|co\.uk|org|net|uk|tv|me|io|gg|app|info)(?:/\S*)?", re.I
)


def address_in(where: str) -> str:
    """The web address in what somebody wrote, or nothing. It is text: nothing is ever fetched because of it."""
    found = _ADDRESS.search(where)
    return found.group(0).rstrip(".,;)»”’'\"") if found else ""


def target_from(answers: Answers) -> Target | None:
    """What could be taken down, from the answer to “where is it?”: an address, or the app and group in words.

    A closed group starts the same clock as an address. Nothing when the reporter did not say where. Policy 1.1, 8.3.
    """
    where = str(answers.get("where", "")).strip()
    if not where:
        return None
    address = address_in(where)
    if address:
        target = Target(address=address, description=where if where != address else "")
    else:
        # One answer in the reporter's words names app and group together; the manager may part them later.
        happened = str(answers.get("happened", "")).strip().replace("\n", " ")
        target = Target(platform=where[:200], group=where[:200], description=happened[:200])
    return None if why_not_target(target) else target


def label_for(answers: Answers) -> str:
    """The neutral word for a case in lists: what kind of place, never what or who."""
    where = str(answers.get("where", "")).strip()
    if address_in(where):
        return "website"
    if re.search(r"\b(group|chat|whatsapp|messenger|signal|telegram)\b", where, re.I):
        return "chat group"
    return "app or site" if where else "no place given"


def salted(answers: Answers) -> tuple[bytes, bytes]:
    """A fresh salt and the SHA-256 of a report's answers, so that the trail can commit to them and betray nothing."""
    return secrets.token_bytes(32), hashlib.sha256(canonical(dict(answers))).digest()
