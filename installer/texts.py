"""The files that a machine gets: the service, the web server's part, the command, the settings."""

from pathlib import Path

from installer import places
from installer.answers import AUTOMATIC, OWN, PLAIN, Answers
from installer.env_file import EnvFile

#: What the service may do. The browser that captures pages needs namespaces of its own (docs/explanation/captures.md)
#: and writes programs into memory, so RestrictNamespaces and MemoryDenyWriteExecute stay off; mounts, which it makes
#: inside those namespaces alone, are let through the filter of calls.
UNIT = f"""\
[Unit]
Description=Forethought: pages and worker
Documentation=file:{places.CURRENT}/docs/guides/install.md
After=network-online.target postgresql.service time-sync.target
Wants=network-online.target {places.TIDY_TIMER.name}
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
User={places.USER}
Group={places.USER}
UMask=0077
EnvironmentFile={places.SETTINGS}
Environment=HOME={places.DATA} LANG=C.UTF-8
WorkingDirectory={places.CURRENT}
# An upgrade that a power cut ended is finished or taken back before anything is served.
ExecStartPre=+{places.COMMAND} --mend
ExecStart={places.CURRENT}/.venv/bin/python manage.py serve --host {{host}} --port {{port}}
Restart=on-failure
RestartSec=5
TimeoutStopSec=30
KillMode=mixed

# Where memory runs out, one page goes and not the whole service.
MemoryMax=80%
OOMPolicy=continue
TasksMax=2048
LimitNOFILE=16384
LimitCORE=0

NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ReadWritePaths={{writable}}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service @mount @pkey seccomp
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""

#: What was destroyed must stand in no snapshot for longer than in a backup. The service may not remove them: root does.
TIDY_UNIT = f"""\
[Unit]
Description=Forethought: remove old snapshots of upgrades

[Service]
Type=oneshot
ExecStart={places.COMMAND} --tidy
"""
TIDY_TIMER = """\
[Unit]
Description=Forethought: look each day for old snapshots of upgrades

[Timer]
OnCalendar=daily
Persistent=true
"""

#: `forethought ready`, with the settings and the rights of the service.
COMMAND = f"""\
#!/bin/sh
# A command of Forethought's, as its service would run it: forethought ready. Written by bin/install.
cd {places.CURRENT} || exit 1
case "${{1-}}" in --mend | --tidy) exec {places.PYTHON} -B -m installer "${{1#--}}" ;; esac
exec {places.PYTHON} -B -m installer command "$@"
"""

CADDY_IMPORT = f"import {places.CADDY_SITE.name}"


def unit(answers: Answers, settings: dict[str, str]) -> str:
    """The service. It answers this machine alone, but for plain http, where no web server stands before it."""
    host = "0.0.0.0" if answers.https == PLAIN else "127.0.0.1"  # noqa: S104
    return UNIT.format(host=host, port=answers.port, writable=" ".join(writable(settings)))


def writable(settings: dict[str, str]) -> list[str]:
    """The folders that the service may write to: its data, and where the settings say that it keeps more."""
    named = [settings.get("FORETHOUGHT_VAULT", ""), settings.get("FORETHOUGHT_BACKUP_KEYS_TO", "")]
    named += settings.get("FORETHOUGHT_BACKUP_TO", "").replace(",", " ").split()
    # With a minus one that is not there, such as a disk that is not mounted, does not keep the service from starting.
    return [str(places.DATA), *(f"-{one}" for one in named if one.startswith("/") and " " not in one)]


def backups_folder(answers: Answers) -> str:
    """Where backups go: a folder of the service's own below the one that was named, or a bucket."""
    return f"{answers.backups.rstrip('/')}/forethought" if answers.backups.startswith("/") else answers.backups


def caddy_site(answers: Answers) -> str:
    """The web server's part: https, and everything handed on as it comes.

    Nothing is logged, and no body is stored on the way, where it would lie unsealed (reliability.md F9).
    """
    lines = ["# Written by bin/install, and again at each run of it.", ""]
    for name in filter(None, (answers.address, answers.records_address)):
        lines.append(f"https://{name} {{")
        if answers.https == OWN:
            lines.append(f"\ttls {places.CERTIFICATE} {places.CERTIFICATE_KEY}")
        lines += [
            f"\treverse_proxy 127.0.0.1:{answers.port} {{",
            "\t\t# Bytes go on as they come; what somebody says of their own address does not.",
            "\t\tflush_interval -1",
            "\t\theader_up X-Forwarded-For {remote_host}",
            "\t}",
            "}",
            "",
        ]
    return "\n".join(lines)


def settings(
    kept: str,
    answers: Answers,
    *,
    database: str | None,
    role: str | None,
    mail_password: str | None,
    database_folder: str | None = None,
) -> str:
    """The settings. What somebody added by hand stays; None for database and password: as they are."""
    file = EnvFile(
        kept
        or (
            "# Settings of Forethought: docs/reference/settings.md explains each. Then: systemctl restart forethought\n"
            "# Written by bin/install; lines that you add stay.\n"
        )
    )
    host, _, port = answers.mail_server.partition(":")
    mail = bool(host)
    ours: dict[str, str | None] = {
        "FORETHOUGHT_DATA": str(places.DATA),
        "FORETHOUGHT_SITE": answers.site,
        "FORETHOUGHT_HOSTS": f"[{answers.address}]" if ":" in answers.address else answers.address,
        "FORETHOUGHT_CLOSED_NETWORK": "yes" if answers.https == PLAIN else None,
        "FORETHOUGHT_EVIDENCE_ORIGIN": _records_origin(answers),
        "FORETHOUGHT_SMTP_HOST": host or None,
        "FORETHOUGHT_SMTP_PORT": (port or "25") if mail else None,
        "FORETHOUGHT_SMTP_USER": answers.mail_user or None,
        "FORETHOUGHT_MAIL_FROM": answers.mail_from if mail else None,
    }
    if answers.backups:
        # Empty leaves what somebody set by hand, such as two places.
        ours["FORETHOUGHT_BACKUP_TO"] = backups_folder(answers)
    if database is not None:
        ours |= {"DATABASE_URL": database or None, "FORETHOUGHT_DATABASE_ROLE": role}
        ours["FORETHOUGHT_DATABASE_FOLDER"] = database_folder
    if mail_password is not None or not answers.mail_user:
        ours["FORETHOUGHT_SMTP_PASSWORD"] = mail_password if answers.mail_user else None
    for name, value in ours.items():
        file.set(name, value)
    return file.text()


def _records_origin(answers: Answers) -> str | None:
    if not answers.records_address or answers.https == PLAIN:
        return None
    return f"https://{answers.records_address}"


def caddyfile(kept: str | None) -> str:
    """Debian's own example gives way; a file that somebody wrote gets one line more."""
    options = "{\n\tservers {\n\t\ttimeouts {\n\t\t\tread_header 10s\n\t\t\tidle 2m\n\t\t}\n\t}\n}\n"
    if kept is None or "The Caddyfile is an easy way to configure your Caddy web server." in kept:
        return f"# Written by bin/install.\n{options}\n{CADDY_IMPORT}\n"
    if CADDY_IMPORT in kept.splitlines():
        return kept
    return f"{kept.rstrip()}\n\n{CADDY_IMPORT}\n"


def how_people_reach_it(answers: Answers) -> str:
    """What is said loudly at the end."""
    if answers.https == AUTOMATIC:
        return "Its certificate is made at the first visit, once the name leads to this machine and port 80 is open."
    if answers.https == OWN:
        return "When your certificate is renewed, run bin/install again: it takes the new files."
    return (
        "WARNING: PLAIN HTTP. Whoever can listen on this network reads everything, passwords included, and can sign in "
        "as anybody. Passkeys do not work. Use it on a network that nobody else can reach, and run bin/install --ask "
        "as soon as there is a certificate."
    )


def start_by_hand(answers: Answers, home: Path = places.COMMAND) -> str:
    """How to start it where there is no systemd."""
    host = "0.0.0.0" if answers.https == PLAIN else "127.0.0.1"  # noqa: S104
    return f"{home} serve --host {host} --port {answers.port}"
