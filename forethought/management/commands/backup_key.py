"""Making the card that opens the backups. Its secret half is shown once, to be printed, and is stored nowhere."""

import io
from typing import Any

import qrcode
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from forethought.backups import card, keeping
from forethought.core.clock import london, spoken_day
from forethought.evidence.disk import Disk, write_all

CARD = """\

------------------------------------------------------------------------------
  FORETHOUGHT: THE CARD FOR THE BACKUPS                made on {day}

  With this card and the backups everything the school kept can be brought
  back. Without it, nothing can. Print it twice. Keep one in the school safe
  and one in another building, never beside the backups.

  THE KEY. Type it without spaces; capitals do not matter.

{groups}
{square}
  The half that may be known: {public}

  WHEN THE SERVER IS LOST
  1. Ask for a machine with Debian 12, and install Forethought on it.
  2. Connect the disk with the backups, unless they are on a second machine.
  3. Run:  manage.py restore /path/of/the/backups
     or:   manage.py restore sftp://name@machine/folder
  4. Type the key when it asks. It says each step, and what to do next.
  5. Sign in. Two people look at what is missing, and let mail go out again.

  Without Forethought: the programs age, gunzip and sqlite3 open them too. A
  file beside the backups, READ-ME-FIRST.txt, says how.
------------------------------------------------------------------------------
"""


def groups_of(secret: str) -> str:
    """The key in groups of four, eight to a line, as it is printed."""
    head, rest = secret[:16], secret[16:]
    groups = [head, *(rest[at : at + 4] for at in range(0, len(rest), 4))]
    lines = [groups[:1], groups[1:9], groups[9:]]
    return "\n".join("      " + "  ".join(line) for line in lines)


def square_of(secret: str) -> str:
    """The same key as a square that a camera reads, drawn with letters."""
    drawing, out = qrcode.QRCode(border=2), io.StringIO()
    drawing.add_data(secret)
    drawing.print_ascii(out, invert=False)
    return "\n".join("      " + line for line in out.getvalue().splitlines())


class Command(BaseCommand):
    """Makes a card, shows it once, and notes its public half."""

    help = "Makes the card that opens the backups. Print what it shows: it is stored nowhere."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--another", action="store_true", help="a second card; the first one goes on opening them")
        parser.add_argument("--no-check", action="store_true", help="do not ask for a part of the key to be typed back")

    def handle(self, *args: Any, another: bool = False, no_check: bool = False, **options: Any) -> None:
        noted = keeping.card_file()
        if noted.exists() and not another:
            raise CommandError("There is a card already. To make a second one: manage.py backup_key --another")
        key = card.new_key()
        secret, public = str(key), str(key.to_public())
        day = spoken_day(london(timezone.now()).date(), year=True)
        self.stdout.write(CARD.format(day=day, groups=groups_of(secret), square=square_of(secret), public=public))
        if not no_check:
            self.have_typed(secret)
        lines = [*(noted.read_text().split() if noted.exists() else []), public]
        disk, new = Disk(), noted.with_name("card.new")
        new.unlink(missing_ok=True)
        fd = disk.create(new)
        try:
            write_all(disk, fd, "".join(f"{line}\n" for line in lines).encode())
            disk.sync(fd)
        finally:
            disk.close(fd)
        disk.rename(new, noted)
        disk.sync_folder(noted.parent)
        self.stdout.write("Backups from now on open with this card. The key itself was not stored.")

    def have_typed(self, secret: str) -> None:
        """Have the end of the key typed back from the paper, so that a card which was never printed is noticed."""
        self.stdout.write("Is it on paper? Type the last eight letters and digits of the key, from the paper:")
        try:
            typed = input()
        except EOFError:
            typed = ""
        if "".join(typed.split()).upper() != secret[-8:]:
            raise CommandError("That is not what the card says. Nothing was noted; this card is void. Run it again.")
