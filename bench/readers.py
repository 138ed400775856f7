"""What it costs to see who has read the policy, and to ask a thousand people to."""

import json
import subprocess
import sys
import time
from collections import Counter

from bench.pages import cost, floor
from bench.rows import Row
from bench.server import ROOT, Client, database_name, real, serving

#: England: so many schools, and so many people in each, make a million acknowledgements.
SCHOOLS, EACH = 24_500, 46
#: The head's own school.
OWN = 222


def run_in(server: real.Live, module: str, *args: object) -> str:
    """Run a module of ours with a served school's settings. What it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, args)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**server.env, "DJANGO_SETTINGS_MODULE": "forethought.settings", "PYTHONPATH": str(ROOT)},
    )
    return done.stdout


def picture(schools: int) -> float:
    """The head's picture with two hundred acknowledgements at the school, among those of other schools."""
    with serving() as server:
        server.stop()
        run_in(server, "bench.seed_readers", OWN, schools, EACH)
        server.start()
        client = Client(server)
        client.be("Amina Okafor")
        page = client.get("/readers/")
        assert b"200" in page or b"Confirmed" in page or b"confirmed" in page, "the picture does not show"
        return cost(server, lambda: client.get("/readers/"), 100)


def acknowledgement_picture_cpu_ms_200() -> list[Row]:
    """The head's picture with 200 acknowledgements."""
    how = (
        f"who has read the policy, 200 acknowledgements, {database_name()}; floor: an empty page of the same web server"
    )
    return [Row("acknowledgement_picture_cpu_ms_200", picture(0), "ms", floor(), how, limit=20)]


def acknowledgement_picture_cpu_ms_1m() -> list[Row]:
    """The same picture among a million acknowledgements of 24,500 schools."""
    small = picture(0)
    how = f"the same among 1,000,000 of 24,500 schools, {database_name()}; floor: 200 in the same run (asked 1.5 times)"
    value = picture(SCHOOLS)
    return [Row("acknowledgement_picture_cpu_ms_1m", value, "ms", small, how, limit=min(20, small * 1.5))]


def publish_1000_s() -> list[Row]:
    """Publishing to a thousand people, and the mails that come of it."""
    with serving(mailing=True) as server:
        server.stop()
        told = json.loads(run_in(server, "bench.publishing", 1000))
        before = len(server.mail.messages)
        server.start()
        took = time.monotonic()
        latest = took + 180
        while len(readers := mails_to_readers(server, before)) < told["people"] and time.monotonic() < latest:
            time.sleep(0.2)
        took = time.monotonic() - took
        time.sleep(3)  # A second mail to anybody would come now.
        counts = Counter(mails_to_readers(server, before))
    name = database_name()
    how = (
        f"publishing a version to {told['people']} people, {name}; floor: their tasks written in bulk and nothing else"
    )
    sent = f"most mails that one of them got; {sum(counts.values())} went in {took:.0f} s, {name}"
    assert len(counts) == told["people"], f"{len(readers)} of {told['people']} were sent a mail"
    return [
        Row("publish_1000_s", told["seconds"], "s", told["floor"], how, limit=1),
        Row("publish_1000_mails_most", max(counts.values()), "", 1, sent, limit=1),
    ]


def mails_to_readers(server: real.Live, since: int) -> list[str]:
    """Whom the worker wrote to of those made for this measurement."""
    return [str(m["To"]) for m in server.mail.messages[since:] if "@readers.example" in str(m["To"])]


FIGURES = {
    "acknowledgement_picture_cpu_ms_200": acknowledgement_picture_cpu_ms_200,
    "acknowledgement_picture_cpu_ms_1m": acknowledgement_picture_cpu_ms_1m,
    "publish_1000_s": publish_1000_s,
}
