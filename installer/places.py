"""Where everything lies on an installed machine. Nothing else is written anywhere."""

from pathlib import Path

#: Whom the program runs as. It owns its data and nothing else.
USER = "forethought"

#: The program: one folder for each version, root's, which the program itself cannot write to.
PROGRAM = Path("/opt/forethought")
VERSIONS = PROGRAM / "versions"
#: A link to the version that serves, and one to the version before it.
CURRENT = PROGRAM / "current"
PREVIOUS = PROGRAM / "previous"

#: Settings, and the answers they were made from.
ETC = Path("/etc/forethought")
SETTINGS = ETC / "forethought.env"
ANSWERS = ETC / "answers"
#: Copies of the school's own certificate and its key, for the web server to read.
CERTIFICATE = ETC / "tls" / "certificate.pem"
CERTIFICATE_KEY = ETC / "tls" / "key.pem"

#: The database on SQLite, the vault and the keys. Its owner's alone.
DATA = Path("/var/lib/forethought")
#: What an upgrade is doing, and the snapshots it took. Root's alone.
UPGRADES = Path("/var/lib/forethought-upgrades")

UNIT = Path("/etc/systemd/system/forethought.service")
TIDY_UNIT = UNIT.with_name("forethought-tidy.service")
TIDY_TIMER = UNIT.with_name("forethought-tidy.timer")
COMMAND = Path("/usr/local/sbin/forethought")
CADDYFILE = Path("/etc/caddy/Caddyfile")
CADDY_SITE = Path("/etc/caddy/forethought.caddy")

#: Where Debian keeps programs. A Python that somebody put elsewhere may be unreadable for the service.
PATH = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
PYTHON = "/usr/bin/python3"
