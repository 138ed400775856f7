"""How an office is said: “the headteacher”, “a senior manager”."""

from datetime import datetime

from django.db.models import Q

from forethought.people.models import Appointment, Person, Role

SAID = {
    Role.HEAD: "the headteacher",
    Role.CHAIR: "the chair of governors",
    Role.VICE_CHAIR: "the vice-chair of governors",
    Role.LEAD: "the safeguarding lead",
    Role.DEPUTY_LEAD: "the deputy safeguarding lead",
    Role.SENIOR: "a senior manager",
    Role.TRUST_LEAD: "the trust lead",
    Role.PROTECTION: "the data protection officer",
}


def office_of(person: Person, at: datetime) -> str:
    """The first of somebody's offices in words, for people who are told roles rather than names."""
    held = set(
        Appointment.objects.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=at), person=person, starts_at__lte=at
        ).values_list("role", flat=True)
    )
    return next((said for role, said in SAID.items() if role in held), "a member of staff")
