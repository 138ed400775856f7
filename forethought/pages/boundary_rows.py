"""Who may open which page about boundaries: a part of the matrix (matrix.py)."""

from forethought.pages.door_rules import FAMILY_OFFICES, Door, Rule

_SEES_FAMILY = Rule(Door.OFFICE, FAMILY_OFFICES)

#: As in matrix.py. A record is its writer's, and whoever's they chose; to all others there is no such page.
BOUNDARY_MATRIX: dict[str, Rule] = {
    "contacted.contacted": Rule(Door.SIGNED_IN),
    "contacted.keep_contact_record": Rule(Door.SIGNED_IN),
    "contact_records.records": Rule(Door.SIGNED_IN),
    "contact_records.contact_record": Rule(Door.SIGNED_IN),
    "contact_records.share_contact_record": Rule(Door.SIGNED_IN),
    "families.listing": Rule(Door.SIGNED_IN),
    "families.declare_family": Rule(Door.SIGNED_IN),
    "family_office.list_families": _SEES_FAMILY,
    "family_office.see_family": _SEES_FAMILY,
    "families.renew_family": Rule(Door.SIGNED_IN),
    "families.end_family": Rule(Door.SIGNED_IN),
    "self_checks.self_check": Rule(Door.SIGNED_IN),
    "self_checks.platform_steps": Rule(Door.SIGNED_IN),
    "self_checks.note_self_check": Rule(Door.SIGNED_IN),
}
