"""A long list page by page, whatever stands in the address."""

import uuid
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def paged(
    rows: Sequence[Item], asked: str, size: int, href: str, query: str = ""
) -> tuple[Sequence[Item], dict[str, str]]:
    """One page of a list, and the pagination component's values. What is no page is the first; too far is the last."""
    pages = max(1, -(-len(rows) // size))
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    number = min(max(number, 1), pages)
    links = {"previous_href": "", "next_href": "", "previous_label": "", "next_label": ""}
    for name, other in (("previous", number - 1), ("next", number + 1)):
        if 1 <= other <= pages:
            links[f"{name}_href"] = f"{href}?{f'{query}&' if query else ''}page={other}"
            links[f"{name}_label"] = f"Page {other} of {pages}"
    return rows[(number - 1) * size : number * size], links


def id_in(text: str) -> uuid.UUID | None:
    """The row after which a page of a list begins, from its address; the first page for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
