"""What pages cost at a school with need-to-know lists: 50 people on each of 100,000 cases, some kept out of each."""

from bench.pages import cost
from bench.readers import run_in
from bench.rows import Row
from bench.server import Client, database_name, serving

CASES, EACH = 100_000, 50
HEAD, LEAD = "Amina Okafor", "Susan Patel"


def measured(cases: int) -> dict[str, float]:
    """The home of headteacher and safeguarding lead, and the headteacher's list, among so many cases."""
    with serving() as server:
        server.stop()
        run_in(server, "bench.seed_lists", cases, EACH)
        server.start()
        head, lead = Client(server), Client(server)
        head.be(HEAD)
        lead.be(LEAD)
        page = head.get("/cases/")
        assert page.count(b"Report of ") + page.count(b"Concern of ") >= 25, "the list does not show 25 cases"
        assert b"Being worked on" in lead.get("/"), "the lead's home shows no concern"
        return {
            "head": cost(server, lambda: head.get("/"), 150),
            "lead": cost(server, lambda: lead.get("/"), 150),
            "list": cost(server, lambda: head.get("/cases/"), 150),
        }


def need_to_know() -> list[Row]:
    """Both figures, from one seeding: it takes longer than they do."""
    small, large = measured(400), measured(CASES)
    among = f"{CASES:,} cases with {EACH} people on each list and two or three kept out, {database_name()}"
    least = "floor: the same with 400 cases in the same run"
    return [
        Row(
            "home_cpu_ms_need_to_know",
            large["head"],
            "ms",
            small["head"],
            f"the head's home, {among}; {least}",
            limit=5,
        ),
        Row(
            "home_cpu_ms_need_to_know_lead",
            large["lead"],
            "ms",
            small["lead"],
            f"the safeguarding lead's, {among}; {least}",
            limit=5,
        ),
        Row("list25_cpu_ms_need_to_know_100k", large["list"], "ms", small["list"], f"25 of {among}; {least}", limit=8),
    ]


NAMES = ("home_cpu_ms_need_to_know", "home_cpu_ms_need_to_know_lead", "list25_cpu_ms_need_to_know_100k")
FIGURES = dict.fromkeys(NAMES, need_to_know)
