"""Prints the link with which a school is set up in a browser: good for a day, and for one opening."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from forethought.founding import links, procedures, rules


class Command(BaseCommand):
    help = "Prints a link that sets up a school. Whoever has it decides who heads the school."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--another` begins one more school, for a trust; without it the set-up under way goes on."""
        parser.add_argument(
            "--another", action="store_true", help="begin another school, and leave the set-up under way as it is"
        )
        parser.add_argument("--quiet", action="store_true", help="print the address and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it, or refuse with the reason."""
        reason = rules.why_not_set_up(
            demonstration=settings.DEMONSTRATION,
            one_school=procedures.one_school_only(),
            founded=procedures.is_founded(),
        )
        if reason:
            raise CommandError(reason)
        token = links.make_link(another=options["another"], at=timezone.now())
        address = f"{settings.SITE}{reverse('begin_set_up', args=[token])}"
        if options["quiet"]:
            self.stdout.write(address)
            return
        self.stdout.write(f"Set up the school here: {address}")
        self.stdout.write("The link is good for 24 hours and opens once. It ends any earlier one.")
        self.stdout.write("Whoever has it decides who heads the school. Do not mail it, and do not post it.")
