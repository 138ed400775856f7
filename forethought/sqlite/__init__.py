"""Django's back end for SQLite, whose writers wait their turn (docs/decisions/0051)."""
