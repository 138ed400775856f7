"""A restore that is killed, wherever it is, begins again and ends with every row (reliability.md 9)."""

from grounds import run_there
from test_backups import Kept, another, kept, kept_once  # noqa: F401

SEED = 20261130


def test_a_restore_killed_at_statements_and_calls_begins_again_and_ends_with_all_rows(kept: Kept) -> None:
    with another(kept, kept.home / "new") as new:
        said = run_there(new, "killed_restore.py", str(kept.home / "key.txt"), kept.template, str(SEED), "6")

    print({name: said[name] for name in ("points", "sides", "killed")})
    assert said["points"] > 40 and said["sides"] >= 2 and said["killed"] >= 4
    assert said["different"] == []
    assert not said["found"]["unfinished"]
    for school, before in kept.said.items():
        after = said["found"]["said"][school]
        assert after["records"] == before["records"] and after["keys"] == before["keys"]
        assert (after["broken"], after["quiet"]) == ([], True)
