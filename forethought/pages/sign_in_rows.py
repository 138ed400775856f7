"""Who says where people sign in, and who helps after a loss: a part of the matrix (matrix.py)."""

from forethought.pages.door_rules import Door, Rule
from forethought.people.models import Role
from forethought.signing_in.restoring_rules import RESTORERS

#: IT support registers this site at a provider; it may not let that provider's second step count (signing_in/rules.py).
_SETTERS = frozenset({Role.HEAD, Role.IT})

SIGN_IN_MATRIX: dict[str, Rule] = {
    "sign_in_settings.listing": Rule(Door.OFFICE, _SETTERS),
    "sign_in_settings.set_provider": Rule(Door.OFFICE, _SETTERS, decides=True),
    "sign_in_settings.try_provider": Rule(Door.OFFICE, _SETTERS, decides=True),
    "sign_in_settings.end_provider": Rule(Door.OFFICE, _SETTERS, decides=True),
    "restoring.listing": Rule(Door.OFFICE, RESTORERS),
    "restoring.propose_restoring": Rule(Door.OFFICE, RESTORERS, decides=True),
    "restoring.confirm_restoring": Rule(Door.OFFICE, RESTORERS, decides=True),
    "restoring.decline_restoring": Rule(Door.OFFICE, RESTORERS, decides=True),
}
