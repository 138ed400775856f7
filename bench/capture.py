"""A capture, measured on pages of this machine: how much of a hard page is kept, how long an ordinary one takes.

`hard_page_resources`   parts of the hard page whose bytes lie in the archive; a second fetch of any takes one off
`capture_s`             an ordinary page of sixty posts, from nothing to the finished archive; the best of three
`egress_canary_hits`    how often a port on this machine was reached by a page that tries every way it knows
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.rows import Row
from bench.server import ROOT


@contextmanager
def _a_site() -> Iterator[tuple[Any, Any]]:
    sys.path[:0] = [str(ROOT / "tests")]
    import hard_site

    with tempfile.TemporaryDirectory(prefix="ft-capture-") as folder:
        site = hard_site.Site(Path(folder))
        try:
            yield hard_site, site
        finally:
            site.stop()


def hard_page_resources() -> list[Row]:
    """Sixteen parts, among them a blob, a stream, 30 MB, a worker, a beacon, a film and a frame of another site."""
    from forethought.capture.visiting import capture

    with _a_site() as (hard_site, site):
        captured = capture(f"https://{hard_site.HARD}/", lines=site.lines())
        kept = {line["url"] for line in _index(captured.archive)} & hard_site.HARD_PARTS
        value = len(kept) - len(site.second_fetches())
    how = "Parts of the hard page found in the archive, less those that the server was asked for twice."
    return [Row("hard_page_resources", value, "parts", 16, how, least=16)]


def capture_s() -> list[Row]:
    """An ordinary page, three times."""
    from forethought.capture.visiting import capture

    took = []
    with _a_site() as (hard_site, site):
        for _ in range(3):
            begun = time.perf_counter()
            capture(f"https://{hard_site.HARD}/ordinary", lines=site.lines())
            took.append(time.perf_counter() - begun)
    how = "Browser started, page of 8,600 pixels visited, pictures, words and archive made; the best of three."
    return [Row("capture_s", min(took), "s", 0, how, limit=8)]


def egress_canary_hits() -> list[Row]:
    """Pages that try every way into this machine's own network: past the checks, and with nothing past the checks."""
    from forethought.capture.visiting import capture

    with _a_site() as (hard_site, site):
        import egress_ways

        watch = egress_ways.Watch()
        egress_ways.serve(site, watch.port)
        lines = egress_ways.lines_to(site, watch)
        captured = capture(f"https://{hard_site.HARD}/ways", lines=lines)
        apart = capture(f"https://{hard_site.HARD}/ways", lines=lines, more_switches=egress_ways.PAST_US)
        alone = (apart.facts["set_apart"] or {}).get("network")
        hits = len(watch.seen)
        watch.stop()
    how = (
        f"Whoever came to a watched port, by {egress_ways.COUNT} ways, with {len(captured.facts['refused'])} requests "
        f"refused; and with the checks passed by, {'in' if alone else 'NOT in'} a network namespace."
    )
    return [Row("egress_canary_hits", hits, "hits", 0, how, limit=0)]


def _index(archive: Any) -> list[dict[str, str]]:
    import json
    import zipfile

    with zipfile.ZipFile(archive) as file:
        rows = file.read("indexes/index.cdx").decode().splitlines()
    return [json.loads(row.split(" ", 2)[2]) for row in rows]


FIGURES: dict[str, Callable[[], list[Row]]] = {
    "hard_page_resources": hard_page_resources,
    "capture_s": capture_s,
    "egress_canary_hits": egress_canary_hits,
}
