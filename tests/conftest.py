"""What every test gets: a clock zone far from ours, folders of its own, goldens, and servers that CI may not skip."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import hypothesis
import pytest

from tests.browser import chromium, page
from tests.mailserver import certificate, mail_server
from tests.servers import database_url, postgresql_server, postgresql_url

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["certificate", "chromium", "database_url", "mail_server", "page", "postgresql_server", "postgresql_url"]

GOLDEN = Path(__file__).parent / "golden"
MARKERS = ("needs_browser", "needs_postgresql", "needs_openssl", "needs_provider", "needs_synapse")
SLOW = ("test_kills.py", "test_cli.py", "replay/", "e2e/", "web/", "platforms/", "delivery/", "storage/test_durable.py")
IN_CI = os.environ.get("CI") == "true"

# Half a day from Amsterdam and with summer time when Amsterdam has winter: a naive or local time shows at once.
os.environ["TZ"] = "Pacific/Auckland"
time.tzset()

# No deadline: a slow machine is no failure. In CI the same examples every time: a red run can be repeated.
hypothesis.settings.register_profile("overlegmaat", deadline=None, derandomize=IN_CI)
hypothesis.settings.load_profile("overlegmaat")


class Golden(Protocol):
    def __call__(self, name: str, text: str) -> None: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/ with what the tests get now")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with `tests/golden/NAME`; `pytest --update-golden` rewrites the file: read its diff."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"tests/golden/{name} is missing: look at the text, then run pytest --update-golden"
        assert path.read_text(encoding="utf-8") == text

    return compare


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """Keep the tests, and the programs they start, away from the user's own settings and databases."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("OVERLEGMAAT_")]:
            patch.delenv(name)
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield


def _is_quick(item: pytest.Item) -> bool:
    return not str(item.path.relative_to(Path(__file__).parent)).startswith(SLOW)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by fixture, so that nobody has to remember the marker; and begin with what takes long, so that at the end
    no process waits for another.
    """
    items.sort(key=_is_quick)
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "certificate" in fixtures:
            item.add_marker("needs_openssl")
        if "provider" in fixtures:
            item.add_marker("needs_provider")
        if "chromium" in fixtures:
            item.add_marker("needs_browser")
        if "synapse" in fixtures:
            item.add_marker("needs_synapse")
        if "postgresql_url" in fixtures:
            item.add_marker("needs_postgresql")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI the servers and the browser are there: a test that skips for want of one has failed."""
    report = yield
    is_needed = any(map(item.get_closest_marker, (MARKERS)))
    if IN_CI and is_needed and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where nothing may be missing: {reason}"
    return report
