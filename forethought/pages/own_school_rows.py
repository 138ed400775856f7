"""The rows of the access matrix for setting a school up, and for the pages on which it describes itself."""

from forethought.pages.door_rules import APPROVERS, Door, Rule
from forethought.people.models import Role

#: Who keeps the rota and the closed days; who keeps the numbers that people call in need.
_KEEPS = frozenset({Role.HEAD, Role.CLERK})
_NUMBERS = _KEEPS | {Role.LEAD, Role.DEPUTY_LEAD}
_HEAD = frozenset({Role.HEAD})
#: Who names people to offices: the headteacher, and whoever notes what the governors decide.
_NAMES = APPROVERS | _HEAD

OWN_SCHOOL_MATRIX: dict[str, Rule] = {
    # Only whoever came by the link that was printed on the server; to all others it opens nothing.
    "set_up.overview": Rule(Door.ANYONE),
    "set_up.begin": Rule(Door.ANYONE),
    "set_up.question": Rule(Door.ANYONE),
    "set_up.open_school": Rule(Door.ANYONE),
    "set_up.live": Rule(Door.ANYONE),
    "set_up.set_first_password": Rule(Door.ANYONE),
    "own_school.own_school": Rule(Door.OFFICE, _KEEPS),
    "own_school.describe_school": Rule(Door.OFFICE, _HEAD),
    "own_school.set_hours": Rule(Door.OFFICE, _HEAD),
    "own_school.keep_closed_days": Rule(Door.OFFICE, _KEEPS),
    "own_school.note_mail_arrives": Rule(Door.OFFICE, _HEAD),
    "own_school.note_key_copy": Rule(Door.OFFICE, _HEAD, decides=True),
    "own_school.make_staffroom_code": Rule(Door.OFFICE, _HEAD, decides=True),
    "own_school.change_own_address": Rule(Door.OFFICE, _KEEPS),
    "own_school.own_contacts": Rule(Door.OFFICE, _NUMBERS),
    "own_school.change_contact": Rule(Door.OFFICE, _NUMBERS),
    "offices.listing": Rule(Door.OFFICE, _NAMES),
    "offices.fill_office": Rule(Door.OFFICE, _NAMES, decides=True),
    "offices.propose_chair": Rule(Door.OFFICE, _NAMES, decides=True),
    "offices.confirm_chair": Rule(Door.OFFICE, _NAMES, decides=True),
    "offices.decline_chair": Rule(Door.OFFICE, _NAMES, decides=True),
    "offices.end_office": Rule(Door.OFFICE, _NAMES, decides=True),
    "offices.invite": Rule(Door.OFFICE, _HEAD),
    "offices.duty": Rule(Door.OFFICE, _KEEPS),
    "offices.put_on_duty": Rule(Door.OFFICE, _KEEPS),
    "offices.take_off_duty": Rule(Door.OFFICE, _KEEPS),
}
