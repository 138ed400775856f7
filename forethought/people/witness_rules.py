"""Who gets the code of the trail each week: two people outside the IT chain.

The chair of governors and the data protection officer, because neither runs the system. Where one of them is the other,
is IT support, cannot be mailed or is not there, the next in line is told instead, and the page says why.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from forethought.people.cast import PersonId

#: For each of the two: the office, and who stands in, in this order.
STANDING_IN = ("vice_chair", "trust_lead", "clerk")
OFFICES = ("chair", "protection")

SAID = {
    "chair": "the chair of governors",
    "protection": "the data protection officer",
    "vice_chair": "the vice-chair of governors",
    "trust_lead": "the trust lead",
    "clerk": "the clerk to governors",
}


@dataclass(frozen=True)
class Witness:
    """Somebody who is told, as the holder of an office."""

    person: PersonId
    office: str


@dataclass(frozen=True)
class Witnesses:
    """Who is told, at most two, and in sentences why it is not the usual two."""

    told: tuple[Witness, ...]
    said: tuple[str, ...]


def choose(
    holders: Mapping[str, Sequence[PersonId]], *, it_support: Collection[PersonId], mailed: Collection[PersonId]
) -> Witnesses:
    """The two who are told now. `holders`: by office, who is asked first at the front; `mailed`: with an address."""
    told: list[Witness] = []
    said: list[str] = []

    def why_not(person: PersonId | None) -> str | None:
        if person is None:
            return "is not named here"
        if person in it_support:
            return "is IT support as well"
        if any(person == one.person for one in told):
            return "is told already, in another office"
        return None if person in mailed else "has no mail address here"

    def first(office: str) -> PersonId | None:
        return next(iter(holders.get(office, ())), None)

    for office in OFFICES:
        for tried in (office, *STANDING_IN):
            person = first(tried)
            if (reason := why_not(person)) is None:
                assert person is not None
                told.append(Witness(person, tried))
                if tried != office:
                    said.append(f"In place of {SAID[office]}, {SAID[tried]} is told.")
                break
            if tried == office:
                said.append(f"{SAID[office].capitalize()} {reason}.")
        else:
            said.append(f"Nobody can stand in for {SAID[office]}.")
    return Witnesses(tuple(told), tuple(said))
