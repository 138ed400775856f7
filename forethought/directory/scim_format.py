"""Users as SCIM writes them (RFC 7643, RFC 7644): what is sent, what is understood, what is asked for.

Only a name, an address, a user name and whether somebody is here are kept. Everything else that a directory sends,
roles and groups included, is passed over.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"

LONGEST_USER_NAME, LONGEST_NUMBER, LONGEST_NAME, LONGEST_EMAIL = 254, 120, 120, 254
MOST_OPERATIONS = 100
#: Users in one answer.
MOST_LISTED = 200

_EMAIL_PATH = re.compile(r"emails(\[(type eq \"\w+\"|primary eq true)\])?(\.value)?", re.IGNORECASE)
_FILTER = re.compile(
    r"([A-Za-z.:0-9_\-]+(?:\[type eq \"work\"\]\.value)?)\s+eq\s+(\"(?:[^\"\\]|\\.)*\"|true|false)", re.I
)


class Wrong(ValueError):
    """Why a request is refused: status, SCIM's own word for it (RFC 7644, table 9), and a sentence."""

    def __init__(self, status: int, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.kind, self.sentence = status, kind, sentence


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a directory says of somebody; nothing where it does not say."""

    user_name: str | None = None
    number: str | None = None
    name: str | None = None
    given: str | None = None
    family: str | None = None
    email: str | None = None
    active: bool | None = None
    kind: str | None = None

    def named(self, before: str = "") -> str:
        """The whole name: as it is said whole, or from its parts, with those that stood before."""
        if self.given is None and self.family is None:
            return (self.name or before).strip()
        given, family = parts_of(before)
        said = f"{given if self.given is None else self.given} {family if self.family is None else self.family}"
        return " ".join(said.split()) or (self.name or before).strip()


def parts_of(name: str) -> tuple[str, str]:
    """A given and a family name, as nearly as one name tells them."""
    given, _, family = name.rpartition(" ")
    return (given, family) if given else (name, "")


def user(
    *,
    id: str,
    user_name: str,
    number: str,
    name: str,
    email: str,
    active: bool,
    created: str,
    changed: str,
    location: str,
) -> dict[str, Any]:
    """One user, as every answer shows them."""
    given, family = parts_of(name)
    meta = {"resourceType": "User", "created": created, "lastModified": changed, "location": location}
    return {
        "schemas": [USER],
        "id": id,
        **({"externalId": number} if number else {}),
        "userName": user_name,
        "name": {"formatted": name, "givenName": given, "familyName": family},
        "displayName": name,
        "emails": [{"value": email, "type": "work", "primary": True}] if email else [],
        "active": active,
        "meta": {key: value for key, value in meta.items() if value},
    }


def only(found: Mapping[str, Any], attributes: str, excluded: str) -> dict[str, Any]:
    """A user with the attributes that were asked for. `id` and `schemas` always come (RFC 7643, 7)."""
    always = {"id", "schemas"}
    wanted = {one.strip().split(".")[0].lower() for one in attributes.split(",") if one.strip()}
    without = {one.strip().split(".")[0].lower() for one in excluded.split(",") if one.strip()}
    return {
        key: value
        for key, value in found.items()
        if key in always or ((not wanted or key.lower() in wanted) and key.lower() not in without)
    }


def error(status: int, sentence: str, kind: str = "") -> dict[str, Any]:
    """A refusal as SCIM writes it."""
    return {"schemas": [ERROR], "status": str(status), "detail": sentence, **({"scimType": kind} if kind else {})}


# --- What is understood ---


def read_body(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises Wrong for anything else."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Wrong(400, "invalidSyntax", "The body is not JSON.") from None
    if not isinstance(said, dict):
        raise Wrong(400, "invalidSyntax", "The body is not a JSON object.")
    return said


def read_user(said: Mapping[str, Any]) -> Wanted:
    """A whole user, as POST and PUT send one. Raises Wrong."""
    found = _lower(said)
    if not _is_word(found.get("username")):
        raise Wrong(400, "invalidValue", "userName is missing.")
    wanted = Wanted(
        user_name=_word(found["username"], "userName", LONGEST_USER_NAME),
        number=_word(found.get("externalid") or "", "externalId", LONGEST_NUMBER),
        active=_yes(found["active"]) if found.get("active") is not None else True,
        email=_email_of(found.get("emails")),
        name=_word(found.get("displayname") or "", "displayName", LONGEST_NAME) or None,
        kind=_kind_of(found),
    )
    return _with_name(wanted, found.get("name"))


def _lower(said: Mapping[str, Any]) -> dict[str, Any]:
    # Names of attributes are compared without case (RFC 7643, 2.1).
    return {str(key).lower(): value for key, value in said.items()}


def _kind_of(said: Mapping[str, Any]) -> str | None:
    extension = said.get(ENTERPRISE.lower())
    found = said.get("usertype") or (_lower(extension).get("employeetype") if isinstance(extension, dict) else None)
    return found[:60] if isinstance(found, str) else None


def _with_name(wanted: Wanted, name: Any) -> Wanted:
    if name is None:
        return wanted
    if not isinstance(name, dict):
        raise Wrong(400, "invalidValue", "name is not an object.")
    said = _lower(name)
    given, family, whole = (
        _word(said.get(one) or "", one, LONGEST_NAME) for one in ("givenname", "familyname", "formatted")
    )
    if given or family:
        return replace(wanted, given=given, family=family)
    return replace(wanted, name=whole or wanted.name)


def _email_of(emails: Any) -> str | None:
    """The address for work, else the first of all. Nothing where none is said; empty where the list is."""
    if emails is None:
        return None
    if isinstance(emails, str):
        return _word(emails, "emails", LONGEST_EMAIL)
    if not isinstance(emails, list):
        raise Wrong(400, "invalidValue", "emails is not a list.")
    found = [_lower(one) if isinstance(one, dict) else {"value": one} for one in emails[:20]]
    ranked = sorted(found, key=lambda one: (not one.get("primary"), str(one.get("type") or "").lower() != "work"))
    return _word(ranked[0].get("value") or "", "emails", LONGEST_EMAIL) if ranked else ""


def _is_word(said: Any) -> bool:
    return isinstance(said, str) and bool(said.strip())


def _word(said: Any, what: str, longest: int) -> str:
    if not isinstance(said, str) or len(said) > longest or not all(one.isprintable() for one in said):
        raise Wrong(400, "invalidValue", f"{what} is not a word of at most {longest} characters.")
    return said.strip()


def _yes(said: Any) -> bool:
    # Entra writes "True" and "False" in patches.
    if isinstance(said, bool):
        return said
    if isinstance(said, str) and said.lower() in {"true", "false"}:
        return said.lower() == "true"
    raise Wrong(400, "invalidValue", "active is neither true nor false.")


def read_patch(said: Mapping[str, Any]) -> Wanted:
    """What a patch changes, in its order (RFC 7644, 3.5.2). What is not kept is passed over. Raises Wrong."""
    found = _lower(said)
    operations = found.get("operations")
    schemas = found.get("schemas")
    if not isinstance(schemas, list) or PATCH not in schemas or not isinstance(operations, list) or not operations:
        raise Wrong(400, "invalidSyntax", "This is no patch.")
    if len(operations) > MOST_OPERATIONS:
        raise Wrong(400, "tooMany", f"A patch has {MOST_OPERATIONS} operations at most.")
    wanted = Wanted()
    for one in operations:
        if not isinstance(one, dict):
            raise Wrong(400, "invalidSyntax", "An operation is not an object.")
        wanted = _with_operation(wanted, _lower(one))
    return wanted


def _with_operation(wanted: Wanted, operation: Mapping[str, Any]) -> Wanted:
    op, path, value = operation.get("op"), operation.get("path"), operation.get("value")
    if not isinstance(op, str) or op.lower() not in {"add", "replace", "remove"}:
        raise Wrong(400, "invalidSyntax", "An operation is add, replace or remove.")
    if path is not None and not isinstance(path, str):
        raise Wrong(400, "invalidPath", "A path is text.")
    if op.lower() == "remove":
        if not path:
            raise Wrong(400, "noTarget", "What is to be removed is not said.")
        return _removed(wanted, path)
    if not path:
        if not isinstance(value, dict):
            raise Wrong(400, "invalidValue", "Without a path the value is an object.")
        for key, one in value.items():
            wanted = _with_value(wanted, str(key), one)
        return wanted
    return _with_value(wanted, path, value)


def _with_value(wanted: Wanted, path: str, value: Any) -> Wanted:
    plain = path.removeprefix(f"{USER}:").strip()
    name = plain.lower()
    if name == "active":
        # Some send [{"value": false}].
        first = value[0].get("value") if isinstance(value, list) and value and isinstance(value[0], dict) else value
        return replace(wanted, active=_yes(first))
    if name == "username":
        if not _is_word(value):
            raise Wrong(400, "invalidValue", "userName is missing.")
        return replace(wanted, user_name=_word(value, "userName", LONGEST_USER_NAME))
    if name == "externalid":
        return replace(wanted, number=_word(value or "", "externalId", LONGEST_NUMBER))
    if name in {"displayname", "name.formatted"}:
        return replace(wanted, name=_word(value or "", plain, LONGEST_NAME) or wanted.name)
    if name == "name.givenname":
        return replace(wanted, given=_word(value or "", plain, LONGEST_NAME))
    if name == "name.familyname":
        return replace(wanted, family=_word(value or "", plain, LONGEST_NAME))
    if name == "name":
        return _with_name(wanted, value)
    if _EMAIL_PATH.fullmatch(plain):
        return _with_email(wanted, plain, value)
    return wanted


def _with_email(wanted: Wanted, path: str, value: Any) -> Wanted:
    # Other kinds of address are none of ours.
    other = re.search(r"type eq \"(\w+)\"", path, re.I)
    if other and other[1].lower() != "work":
        return wanted
    found = _email_of(value if isinstance(value, list | str) else [value] if isinstance(value, dict) else None)
    return replace(wanted, email=wanted.email if found is None else found)


def _removed(wanted: Wanted, path: str) -> Wanted:
    name = path.removeprefix(f"{USER}:").strip().lower()
    if name in {"username", "active"}:
        raise Wrong(400, "mutability", f"{path} cannot be removed.")
    if name == "externalid":
        return replace(wanted, number="")
    if _EMAIL_PATH.fullmatch(name):
        return replace(wanted, email="") if "type eq" not in name or '"work"' in name else wanted
    return wanted


# --- What is asked for ---


@dataclass(frozen=True, slots=True)
class Asking:
    """Which users are asked for: by one attribute, or all; from where (from 1), and how many."""

    by: str = ""
    value: str = ""
    start: int = 1
    count: int = 100


def read_asking(query: Mapping[str, str]) -> Asking:
    """What a list asks for (RFC 7644, 3.4.2). Raises Wrong for a filter that is not understood."""
    start, count = (_number(query.get(name, ""), otherwise) for name, otherwise in (("startIndex", 1), ("count", 100)))
    asked = Asking(start=max(1, start), count=min(max(0, count), MOST_LISTED))
    said = query.get("filter", "").strip()
    if not said:
        return asked
    match = _FILTER.fullmatch(said)
    columns = {
        "username": "user_name",
        "externalid": "number",
        "id": "id",
        "emails": "email",
        "emails.value": "email",
        'emails[type eq "work"].value': "email",
    }
    column = columns.get(match[1].removeprefix(f"{USER}:").lower()) if match else None
    if match is None or column is None or not match[2].startswith('"'):
        raise Wrong(400, "invalidFilter", "Ask with userName, externalId, id or emails.value, and eq.")
    try:
        value = str(json.loads(match[2]))
    except ValueError:
        value = "\0"
    if not value.isprintable():
        # Half a letter, or a NUL: no database could look for it.
        raise Wrong(400, "invalidFilter", "The value of the filter is not text.")
    return replace(asked, by=column, value=value)


def _number(said: str, otherwise: int) -> int:
    try:
        return int(said[:9]) if said else otherwise
    except ValueError:
        raise Wrong(400, "invalidValue", "startIndex and count are whole numbers.") from None


def listed(found: Sequence[Mapping[str, Any]], total: int, start: int) -> dict[str, Any]:
    """A page of users."""
    return {
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(found),
        "Resources": list(found),
    }
