"""Settings in a file of lines NAME=value, as systemd reads them (systemd.exec(5), EnvironmentFile).

Whatever a person wrote in it stays: their own settings, their comments, the order.
"""

import re

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./\[\] -]*")
_LINE = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)")


class WrongLine(Exception):
    """A line that cannot be read, or a value that cannot be written. The message says which."""


def quoted(value: str) -> str:
    """A value as it stands in the file. Raises WrongLine for a line break, which no setting holds."""
    if "\n" in value or "\r" in value or "\0" in value:
        raise WrongLine("A setting cannot hold a line break.")
    if _PLAIN.fullmatch(value) and " " not in value:
        return value
    return '"' + re.sub(r'(["\\$`])', r"\\\1", value) + '"'


def _unquoted(text: str) -> str | None:
    if not text.startswith(("'", '"')):
        # It goes on to the end of its line, spaces included.
        return re.sub(r"\\(.)", r"\1", text)
    if match := re.fullmatch(r"'([^']*)'", text):
        return match[1]
    match = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', text)
    return None if match is None else re.sub(r'\\(["\\$`])', r"\1", match[1])


class EnvFile:
    """The lines of such a file, to read and to change."""

    def __init__(self, text: str = "") -> None:
        self._lines = text.splitlines()

    def values(self) -> dict[str, str]:
        """What each name is set to; of two lines for one name the later holds. Raises WrongLine."""
        found = {}
        for number, line in enumerate(self._lines, start=1):
            if not line.strip() or line.lstrip().startswith(("#", ";")):
                continue
            match = _LINE.fullmatch(line)
            value = None if match is None else _unquoted(match[2].strip())
            if match is None or value is None:
                raise WrongLine(f"Line {number} is not NAME=value.")
            found[match[1]] = value
        return found

    def set(self, name: str, value: str | None) -> None:
        """Set a name, where it stands or at the end; with None take it out."""
        kept, placed = [], value is None
        for line in self._lines:
            match = _LINE.fullmatch(line)
            if match is None or match[1] != name:
                kept.append(line)
            elif not placed and value is not None:
                kept.append(f"{name}={quoted(value)}")
                placed = True
        if not placed and value is not None:
            kept.append(f"{name}={quoted(value)}")
        self._lines = kept

    def text(self) -> str:
        """The whole file."""
        return "".join(f"{line}\n" for line in self._lines)
