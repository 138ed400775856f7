"""Found a real school: its key, its people with their roles, and a link for each to set a password.

Until there is a wizard for it. Each link is good for twenty minutes and once.
"""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from forethought.audit.procedures import PROGRAM
from forethought.evidence import keyring
from forethought.people import procedures as people
from forethought.people.models import Account, Kind, Role
from forethought.policies import procedures as policies
from forethought.reviews import procedures as reviews
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
        if connection.vendor == "sqlite" and Account.objects.exists():
            raise CommandError("There is a school here already. On SQLite there is one; for more, use PostgreSQL.")
        if not options["head"] or not options["chair"]:
            raise CommandError("Name at least a headteacher and a chair of governors: a report may be about either.")
        asked = [(option, parseaddr(text)) for option in ROLES for text in options[option.replace("-", "_")]]
        for option, (name, address) in asked:
            if not name or "@" not in address:
                raise CommandError(f'--{option} must look like "Jo Example <jo@school.example>".')
        now = timezone.now()
        with transaction.atomic():
            school = people.found_school(name=options["name"], demonstration=False, by=PROGRAM, at=now)
            with inside(school.id):
                keyring.make_school_key(school_id=school.id, at=now)
                known: dict[str, Account] = {}
                for option, (name, address) in asked:
                    self._add(school, option, name, address, known, now)
                policies.start_policy(school=school, by=PROGRAM, at=now)
                policies.keep_model(school=school, by=PROGRAM, at=now)
                reviews.start_watching(school=school, by=PROGRAM, at=now)
                code = people.make_staffroom_code(school=school, by=PROGRAM, at=now)
        self.stdout.write(f"{school.name} is founded. Staffroom code, shown once: {code}")
        for address, account in known.items():
            self.stdout.write(f"{address}: set a password within 20 minutes at {link_for(account)}")

    def _add(self, school: Any, option: str, name: str, address: str, known: dict[str, Account], now: Any) -> None:
        """One person; the same address under a second option is a second role of the same person."""
        role, kind = ROLES[option]
        if address.lower() in known:
            from forethought.people.models import Person

            person = Person.objects.get(pk=known[address.lower()].person_id)
        else:
            person = people.add_person(
                school=school, name=name, email=address, kind=kind, starts_on=now.date(), by=PROGRAM, at=now
            )
            known[address.lower()] = people.make_account(
                person=person, email=address, password=None, by=PROGRAM, at=now
            )
        if role is not None:
            people.appoint(person=person, role=role, by=PROGRAM, at=now)


def link_for(account: Account) -> str:
    """An address at which somebody sets their first password."""
    from allauth.account.utils import user_pk_to_url_str
    from django.contrib.auth.tokens import default_token_generator

    where = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(account), "key": default_token_generator.make_token(account)},
    )
    return f"{settings.SITE}{where}"
