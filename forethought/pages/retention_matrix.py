"""Who may open which page about keeping and letting go: a part of the matrix (matrix.py)."""

from forethought.pages.door_rules import Door, Rule
from forethought.retention.people import OFFICES, SETTERS

#: By office, proved anew; each page asks besides whether the case is one its reader is kept out of.
_LETS_GO = Rule(Door.OFFICE, OFFICES, decides=True)

#: As in matrix.py. How long things are kept is no secret to anybody who works here.
RETENTION_MATRIX: dict[str, Rule] = {
    "retention.schedule": Rule(Door.SIGNED_IN),
    "retention.change_rule": Rule(Door.OFFICE, SETTERS, decides=True),
    "falling_due.list_due": _LETS_GO,
    "falling_due.see_due": _LETS_GO,
    "falling_due.keep_longer": _LETS_GO,
    "falling_due.note_birth": _LETS_GO,
    "falling_due.place_hold": _LETS_GO,
    "falling_due.propose_disposal": _LETS_GO,
    "disposals.listing": _LETS_GO,
    "disposals.see_disposal": _LETS_GO,
    "disposals.confirm_disposal": _LETS_GO,
    "disposals.stop_disposal": _LETS_GO,
}
