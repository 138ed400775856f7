"""What the server holds at rest, and what a first visit costs to fetch."""

import gzip
import re
import time

from bench.rows import Row
from bench.server import Client, database_name, pss_mib, real, serving, tree


def visited(server: real.Live) -> Client:
    """The server after somebody signed in and read the main pages once."""
    client = Client(server)
    client.be("Amina Okafor")
    for path in ("/", "/cases/", "/report/"):
        client.get(path)
    time.sleep(3)
    return client


def memory() -> list[Row]:
    """Proportional memory of web alone, and of web, worker and supervisor."""
    with serving() as server:
        visited(server)
        assert server.process is not None
        everything = tree(server.process.pid)
        web = tree(server.children()["web"])
        how = f"PSS three seconds after the main pages were read once, {database_name()}"
        web_mib, all_mib = pss_mib(web), pss_mib(everything)
    return [
        Row(
            "memory_rest_web_mib",
            web_mib,
            "MiB",
            bare_python_mib(),
            f"{how}; floor: Python with Django imported",
            limit=120,
        ),
        Row(
            "memory_rest_all_mib",
            all_mib,
            "MiB",
            web_mib,
            f"{how}, with worker and supervisor; floor: web alone",
            limit=180,
        ),
    ]


def bare_python_mib() -> float:
    """Memory of a Python process that has imported Django and does nothing."""
    import subprocess
    import sys

    program = "import django.core.handlers.wsgi, django.db.models, time; print('x', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    try:
        process.stdout.read(1)  # type: ignore[union-attr]
        return pss_mib([process.pid])
    finally:
        process.kill()
        process.wait()


def first_visit_kb() -> list[Row]:
    """Bytes over the wire of the start page with everything it loads, compressed where the server compresses."""
    with serving() as server:
        client = Client(server)
        status, body, _ = client.ask("GET", "/")
        assert status == 200
        total, page_bytes = len(body), len(body)
        assets = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', body.decode())))
        for asset in assets:
            status, content, _ = client.ask("GET", asset, None, "", **{"Accept-Encoding": "gzip"})
            assert status == 200, asset
            total += len(content)
        least = len(gzip.compress(body))
    how = f"start page ({page_bytes} bytes) and its {len(assets)} files; floor: the page's text alone, compressed"
    return [Row("first_visit_kb", total / 1000, "kB", least / 1000, how, limit=60)]
