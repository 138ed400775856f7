"""Founds a real school in one command: its key, its people with their roles, and a link for each to set a password.

For whoever would rather not use the browser (`setup_link`). Each link is good for twenty minutes and once.
"""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from forethought.audit.procedures import PROGRAM
from forethought.core.errors import Refused
from forethought.founding import procedures, rules
from forethought.pages.signin import first_password_link
from forethought.people import procedures as people
from forethought.people.models import Account, Kind, Role
from forethought.rows import inside

#: Option: the role it gives, and what those who hold it are usually engaged as.
ROLES = {
    "head": (Role.HEAD, Kind.EMPLOYEE),
    "senior": (Role.SENIOR, Kind.EMPLOYEE),
    "lead": (Role.LEAD, Kind.EMPLOYEE),
    "deputy-lead": (Role.DEPUTY_LEAD, Kind.EMPLOYEE),
    "chair": (Role.CHAIR, Kind.GOVERNOR),
    "vice-chair": (Role.VICE_CHAIR, Kind.GOVERNOR),
    "clerk": (Role.CLERK, Kind.EMPLOYEE),
    "hr": (Role.HR, Kind.EMPLOYEE),
    "protection": (Role.PROTECTION, Kind.CONTRACTOR),
    "staff": (None, Kind.EMPLOYEE),
}


class Command(BaseCommand):
    help = "Founds a real school in an empty database, with people and their roles."

    def add_arguments(self, parser: CommandParser) -> None:
        """The name, and people as "Name <mail@address>"; every option may be given more than once."""
        parser.add_argument("name", help="the school's name")
        for option in ROLES:
            parser.add_argument(f"--{option}", action="append", default=[], metavar='"NAME <ADDRESS>"')

    def handle(self, *args: Any, **options: Any) -> None:
        """Found the school, or refuse with the reason."""
        if settings.DEMONSTRATION:
            raise CommandError("This is a demonstration. Set FORETHOUGHT_DEMONSTRATION=no for a real school.")
        if not options["head"] or not options["chair"]:
            raise CommandError("Name at least a headteacher and a chair of governors: a report may be about either.")
        named = []
        for option, (role, kind) in ROLES.items():
            for rank, text in enumerate(options[option.replace("-", "_")]):
                name, address = parseaddr(text)
                if not name or "@" not in address:
                    raise CommandError(f'--{option} must look like "Jo Example <jo@school.example>".')
                named.append(rules.Named(role or "", name, address, kind, rank))
        now = timezone.now()
        plan = rules.Plan(name=options["name"], people=tuple(named))
        try:
            school = procedures.open_school(plan=plan, setting_up=None, by=PROGRAM, at=now)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from None
        with inside(school.id):
            code = people.make_staffroom_code(school=school, by=PROGRAM, at=now)
        self.stdout.write(f"{school.name} is founded. Staffroom code, shown once: {code}")
        for account in Account.objects.filter(school_id=school.id).order_by("made_at", "email"):
            self.stdout.write(
                f"{account.email}: set a password within 20 minutes at {settings.SITE}{first_password_link(account)}"
            )
