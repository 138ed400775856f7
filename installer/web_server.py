"""Caddy from Debian: https for people outside, handed on to the program on this machine."""

import shutil
import socket
from pathlib import Path

from installer import places, texts
from installer.answers import OWN, PLAIN, Answers
from installer.machine import Stopped, folder, has_package, need_packages, run, say, systemctl, write


def why_not_ports() -> str | None:
    """Ports 80 and 443 must be free, or Caddy's already."""
    if has_package("caddy"):
        return None
    for port in (80, 443):
        try:
            socket.create_server(("0.0.0.0", port)).close()  # noqa: S104
        except OSError:
            return (
                f"Another program answers on port {port} of this machine, so Caddy cannot. Stop that one, or install "
                "Forethought on a machine of its own."
            )
    return None


def have_caddy(answers: Answers) -> bool:
    """Have the web server and its files. Whether anything changed."""
    if answers.https == PLAIN:
        return _forget_site()
    need_packages(["caddy"])
    changed = False
    if answers.https == OWN:
        folder(places.CERTIFICATE.parent, mode=0o750, group="caddy")
        for source, target in (
            (answers.certificate, places.CERTIFICATE),
            (answers.certificate_key, places.CERTIFICATE_KEY),
        ):
            changed |= write(target, Path(source).read_text(encoding="ascii"), mode=0o640, group="caddy")
        _insist_on_certificate(answers)
    kept = places.CADDYFILE.read_text(encoding="utf-8") if places.CADDYFILE.exists() else None
    wanted = texts.caddyfile(kept)
    changed |= write(places.CADDY_SITE, texts.caddy_site(answers))
    if kept is not None and wanted != kept:
        shutil.copy2(places.CADDYFILE, places.CADDYFILE.with_name("Caddyfile.before-forethought"))
    changed |= write(places.CADDYFILE, wanted)
    run(
        "caddy",
        "validate",
        "--config",
        places.CADDYFILE,
        "--adapter",
        "caddyfile",
        user="caddy",
        failing=f"Caddy does not understand {places.CADDYFILE}.",
    )
    return changed


def _insist_on_certificate(answers: Answers) -> None:
    """The certificate must be for this name, and for longer than a day."""
    words = ["openssl", "x509", "-noout", "-in", str(places.CERTIFICATE)]
    if "does match" not in run(*words, "-checkhost", answers.address, check=False).stdout:
        raise Stopped(f"The certificate is not for {answers.address}. Ask for one with that name in it.")
    if run(*words, "-checkend", "86400", check=False).returncode:
        raise Stopped("The certificate has run out, or will within a day. Ask for a new one first.")


def _forget_site() -> bool:
    """Take our part out of a Caddy that served us before."""
    if not places.CADDY_SITE.exists():
        return False
    kept = places.CADDYFILE.read_text(encoding="utf-8") if places.CADDYFILE.exists() else ""
    lines = [line for line in kept.splitlines() if line.strip() != texts.CADDY_IMPORT]
    write(places.CADDYFILE, "".join(f"{line}\n" for line in lines))
    places.CADDY_SITE.unlink()
    return True


def start(answers: Answers) -> None:
    """Have it run with the files as they are now."""
    if answers.https == PLAIN:
        if has_package("caddy") and systemctl("is-active", "--quiet", "caddy", check=False):
            systemctl("reload", "caddy", check=False)
        return
    systemctl("enable", "caddy")
    systemctl("reload-or-restart", "caddy")
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(answers.address, 443)}
    except OSError:
        found = set()
    if not found:
        say(f"Note: the name {answers.address} leads nowhere yet. Whoever keeps your domain must point it to here.")
