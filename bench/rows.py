"""One measured figure, and how it is shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A figure beside its floor or peer. `limit` is the most that is asked, `least` the least; beyond, it is missed."""

    name: str
    value: float
    unit: str
    floor: float
    how: str
    limit: float | None = None
    least: float | None = None

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
        asked, missed = "", False
        if self.limit is not None:
            asked, missed = f"  asked ≤ {self.limit:g}", self.value > self.limit
        if self.least is not None:
            asked, missed = f"{asked}  asked ≥ {self.least:g}", missed or self.value < self.least
        asked += "  MISSED" if missed else ""
        return (
            f"{self.name:32} {self.value:10.2f} {self.unit:5} floor {self.floor:10.2f} {ratio}{asked}\n    {self.how}"
        )
