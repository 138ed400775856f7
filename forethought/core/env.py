"""Settings from the environment: typed, with a safe default, refused loudly when wrong."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class WrongSetting(Exception):
    """A setting that cannot be used. The message says which, and the cure."""


def text(name: str, default: str = "") -> str:
    """The value of a setting as text, without space around it."""
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    """A setting that is yes or no. Raises WrongSetting for anything else."""
    value = text(name, "yes" if default else "no").lower()
    if value in {"yes", "true", "on", "1"}:
        return True
    if value in {"no", "false", "off", "0"}:
        return False
    raise WrongSetting(f"{name} is “{value}”. Set it to yes or no.")


def number(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number between two limits. Raises WrongSetting outside them."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit()) or not least <= int(value) <= most:
        raise WrongSetting(f"{name} is “{value}”. Set it to a whole number from {least} to {most}.")
    return int(value)


def numbers(name: str, default: str, *, least: int, most: int, count: int) -> list[int]:
    """So many whole numbers with spaces between. Raises WrongSetting for anything else."""
    given = text(name, default).split()
    if len(given) != count or any(
        not (one.isascii() and one.isdigit()) or not least <= int(one) <= most for one in given
    ):
        raise WrongSetting(f"{name} must be {count} whole numbers from {least} to {most}, with spaces between.")
    return [int(one) for one in given]


def folder(name: str, default: Path) -> Path:
    """A folder as an absolute path. It is made when first used, not here."""
    return Path(text(name) or default).expanduser().absolute()


def origin(name: str) -> str:
    """An origin such as https://records.example, or nothing. Raises WrongSetting for an address with more in it."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    if value and (
        parts.scheme not in {"http", "https"} or not parts.netloc or value != f"{parts.scheme}://{parts.netloc}"
    ):
        raise WrongSetting(f"{name} is “{value}”. Set it to an origin such as https://records.example, or to nothing.")
    return value


def origins(name: str) -> list[str]:
    """A list of origins such as http://login.oak.internal:8080. Raises WrongSetting for an address with more in it."""
    found = words(name)
    for value in found:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc or value != f"{parts.scheme}://{parts.netloc}":
            raise WrongSetting(
                f"{name} holds “{value}”. Each must be an origin such as http://login.oak.internal:8080."
            )
    return found


def sign_in_provider(
    *, kind: str, tenant: str, client_id: str, secret_file: str, second_step_counts: bool
) -> dict[str, Any] | None:
    """Where people may sign in, with the client secret out of its file; or nothing.

    Raises WrongSetting when only a part of it is set, or the file cannot be read.
    """
    name = "FORETHOUGHT_SIGN_IN"
    if not any((kind, tenant, client_id, secret_file)):
        return None
    if kind not in {"microsoft", "google", "other"} or not (tenant and client_id and secret_file):
        raise WrongSetting(
            f"{name}_KIND must be microsoft, google or other, with {name}_TENANT, {name}_CLIENT_ID and "
            f"{name}_SECRET_FILE beside it; or set none of them."
        )
    try:
        secret = Path(secret_file).expanduser().read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{name}_SECRET_FILE cannot be read ({type(error).__name__}).") from None
    if not secret:
        raise WrongSetting(f"{name}_SECRET_FILE is empty.")
    return {
        "kind": kind,
        "tenant": tenant.rstrip("/") if kind == "other" else tenant.lower(),
        "client_id": client_id,
        "secret": secret,
        "second_step_counts": second_step_counts,
    }


def gateway(name: str) -> str:
    """An address that is spoken to over https, or over http on this machine; or nothing. Raises WrongSetting."""
    value = text(name)
    parts = urlsplit(value)
    here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if value and not (parts.hostname and (parts.scheme == "https" or here)):
        raise WrongSetting(f"{name} is “{value}”. Set it to an https address, or to one on this machine.")
    return value


def services(name: str, default: str) -> list[str]:
    """Hosts, `*.` before a domain, or whole origins; nothing for “none”. Raises WrongSetting for anything else."""
    found = [] if text(name) == "none" else words(name, default)
    for one in found:
        plain = re.fullmatch(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+", one)
        parts = urlsplit(one)
        if not plain and not (parts.scheme in {"http", "https"} and one == f"{parts.scheme}://{parts.netloc}"):
            raise WrongSetting(f"{name} holds “{one}”. Each must be a host such as push.example, or an origin.")
    return found


def socket_place(name: str) -> str:
    """A socket's path, or host and port as localhost:3310, or nothing. Raises WrongSetting for anything else."""
    value = text(name)
    host, colon, port = value.rpartition(":")
    if value and not value.startswith("/") and not (host and colon and port.isascii() and port.isdigit()):
        raise WrongSetting(f"{name} is “{value}”. Set it to a socket’s path, to host and port, or to nothing.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas or spaces."""
    return text(name, default).replace(",", " ").split()


def addresses_with_files(name: str) -> list[tuple[str, str]]:
    """A list of web addresses, each followed by a file. Raises WrongSetting when one of either is missing or wrong."""
    given = text(name).split()
    pairs = list(zip(given[::2], given[1::2], strict=False))
    parts = [urlsplit(address) for address, _ in pairs]
    if len(given) % 2 or any(one.scheme not in {"http", "https"} or not one.hostname for one in parts):
        raise WrongSetting(f"{name} must be web addresses, each followed by a file, with spaces between.")
    if len({one.netloc for one in parts}) != len(pairs):
        raise WrongSetting(f"{name} names one host twice. Ask two that belong to different owners.")
    return [(one, str(Path(file).expanduser().absolute())) for one, file in pairs]


def database(url: str) -> tuple[dict[str, str], dict[str, str]]:
    """The parts of a database address such as postgresql://user:secret@host:5432/name.

    Returns Django's names for them, and the options of the connection. Raises WrongSetting when it is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise WrongSetting("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", "") or parts.hostname or ""
    place = {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "")),
    }
    return place, query
