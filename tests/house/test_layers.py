"""The architecture holds: what may import what is written in .importlinter, and this runs it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / ".importlinter"


def lint_imports(config: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    # A process of its own, because the tool reads every module anew; no cache, so nothing is left lying about.
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), config, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_imports_point_downwards_and_rules_know_no_django() -> None:
    answer = lint_imports(CONTRACTS, ROOT)

    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("importer", "line", "broken"),
    [
        ("core/clock.py", "from forethought.cases import rules", "Imports point downwards only"),
        ("takedowns/procedures.py", "from forethought.safeguarding import rules", "Imports point downwards only"),
        ("cases/rules.py", "from django.db import models", "Rules and core import no Django"),
        ("cases/procedures.py", "from forethought.models import Case", "Nobody imports forethought.models"),
        ("audit/tree.py", "from forethought.core import clock", "The tree imports nothing of ours"),
        ("newcomer/rules.py", "", "Imports point downwards only"),
    ],
)
def test_a_wrong_import_breaks_the_contract_that_speaks_of_it(
    importer: str, line: str, broken: str, tmp_path: Path
) -> None:
    a_small_forethought(tmp_path)
    path = tmp_path / "forethought" / importer
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(f"{line}\n")

    answer = lint_imports(CONTRACTS, tmp_path)

    assert answer.returncode == 1
    assert any(line.startswith(broken) and line.endswith("BROKEN") for line in answer.stdout.splitlines())


def test_the_small_forethought_of_these_tests_breaks_nothing_by_itself(tmp_path: Path) -> None:
    a_small_forethought(tmp_path)

    answer = lint_imports(CONTRACTS, tmp_path)

    assert answer.returncode == 0, answer.stdout + answer.stderr


#: Modules of plain Python that the contracts name one by one.
PLAIN = (
    "core/clock",
    "acknowledgements/scenarios",
    "acknowledgements/small_numbers",
    "audit/tree",
    "audit/checking",
    "audit/notes",
    "audit/codes",
    "audit/der",
    "audit/stamping",
    "audit/asking",
    "audit/log_key",
    "policies/banned",
    "policies/clauses",
    "policies/comparing",
    "policies/induction",
    "policies/sentences",
    "policies/taking_in",
    "policies/text",
    "backups/far_address",
    "backups/owners",
    "backups/sftp",
    "boundaries/family_rules",
    "boundaries/self_checks",
    "capture/fetching",
    "capture/public_fetching",
    "capture/rdap",
    "capture/registers",
    "cases/agencies",
    "cases/grant_rules",
    "cases/glass_rules",
    "directory/columns",
    "directory/comparing",
    "directory/entries",
    "directory/reading_files",
    "directory/scim_about",
    "directory/scim_format",
    "directory/tables",
    "evidence/away_rules",
    "evidence/bundle_format",
    "evidence/bundle_rules",
    "evidence/bundle_zip",
    "evidence/chats",
    "evidence/gate",
    "evidence/kept_json",
    "evidence/lock_rules",
    "evidence/redacting_rules",
    "evidence/transcripts",
    "founding/closed",
    "founding/gaps",
    "founding/mail_faults",
    "founding/undone",
    "investigations/attribution",
    "investigations/companions",
    "investigations/cooperation",
    "investigations/letter_texts",
    "investigations/outcomes",
    "investigations/seriousness",
    "investigations/stages",
    "investigations/visible",
    "investigations/work_time",
    "signing_in/restoring_rules",
    "signing_in/tokens",
    "people/cast",
    "people/conflicts",
    "people/duty",
    "people/numbers",
    "people/office_rules",
    "people/pacing",
    "people/witness_rules",
    "precheck/advice",
    "precheck/asking",
    "precheck/checking",
    "precheck/contact",
    "precheck/explaining",
    "precheck/faces",
    "precheck/identifiers",
    "precheck/insults",
    "precheck/kinds",
    "precheck/lookalikes",
    "precheck/model",
    "precheck/names",
    "precheck/nearness",
    "precheck/normalising",
    "precheck/pacing",
    "precheck/picture_heads",
    "precheck/pictures",
    "precheck/_picture_details",
    "precheck/_picture_faults",
    "precheck/_picture_reader",
    "precheck/serving",
    "precheck/reading",
    "precheck/surroundings",
    "precheck/triage",
    "precheck/unlisted",
    "precheck/wordpieces",
    "protection/access_rules",
    "protection/document_facts",
    "protection/document_rules",
    "protection/ico_text",
    "protection/impact_texts",
    "protection/notice_texts",
    "protection/processing_texts",
    "reports/forking",
    "reports/paper",
    "reviews/register",
    "retention/classes",
    "retention/dates",
    "retention/schedule",
    "safeguarding/threshold",
    "school_accounts/post_rules",
    "takedowns/figures",
    "takedowns/id_times",
    "takedowns/ladder",
    "takedowns/law_clocks",
    "takedowns/likening",
    "takedowns/marks",
    "takedowns/notices",
    "takedowns/observed",
    "takedowns/observing",
    "takedowns/owing",
    "takedowns/page_text",
    "takedowns/picture",
    "takedowns/routes",
    "takedowns/seeing",
    "takedowns/special_notices",
    "takedowns/targets",
    "takedowns/verdicts",
    "takedowns/walls",
)


def a_small_forethought(folder: Path) -> None:
    """A package with the same areas and nothing in them."""
    package = folder / "forethought"
    package.mkdir()
    (package / "__init__.py").touch()
    for name in ("models", "settings", "wsgi", "apps", "checks", "place_checks", "rows", "prepared", "schools"):
        (package / f"{name}.py").touch()
    areas = (
        "core audit people policies acknowledgements reviews evidence precheck capture cases questions reaching roster "
        "school_accounts signing_in takedowns safeguarding investigations reports monitoring boundaries founding "
        "backups directory retention protection pages management sqlite templatetags"
    ).split()
    for area in [*areas, "migrations"]:
        (package / area).mkdir()
        for name in ("__init__", "rules", "procedures"):
            (package / area / f"{name}.py").touch()
    for name in PLAIN:
        (package / f"{name}.py").touch()
