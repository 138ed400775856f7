"""In CI a test that did not run is a failure: nobody reads that something was skipped on every machine for a year.

Hooks of pytest, which tests/conftest.py takes in.
"""

import os

import pytest


def passed_over(config: pytest.Config) -> list[str]:
    """The tests that were skipped or expected to fail, with the reason where one was given."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    found = []
    for outcome in ("skipped", "xfailed", "xpassed"):
        for report in reporter.stats.get(outcome, []) if reporter else []:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else getattr(report, "wasxfail", "")
            found.append(f"{report.nodeid} ({outcome}: {reason})")
    return sorted(found)


def _in_ci(config: pytest.Config) -> bool:
    # xdist's workers report to the first process, and that one alone decides.
    return os.environ.get("CI", "").lower() == "true" and not hasattr(config, "workerinput")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == pytest.ExitCode.OK and _in_ci(session.config) and passed_over(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    found = passed_over(config) if _in_ci(config) else []
    if found:
        terminalreporter.section("passed over, which fails the run in CI", red=True)
        for line in found:
            terminalreporter.line(line)
