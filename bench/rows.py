"""One measured figure, and how it is shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A figure beside its floor or peer. `limit` is what the issue asks; a figure above it is said to miss it."""

    name: str
    value: float
    unit: str
    floor: float
    how: str
    limit: float | None = None

    def as_json(self) -> dict[str, object]:
        """For --json."""
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "floor": round(self.floor, 3),
            "how": self.how,
        }

    def as_text(self) -> str:
        """A line of the table."""
        ratio = f"{self.value / self.floor:8.1f}x" if self.floor else "       – "
        asked = (
            "" if self.limit is None else f"  asked ≤ {self.limit:g}" + ("" if self.value <= self.limit else "  MISSED")
        )
        return (
            f"{self.name:32} {self.value:10.2f} {self.unit:5} floor {self.floor:10.2f} {ratio}{asked}\n    {self.how}"
        )
