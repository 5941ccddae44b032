"""Headless Chromium from the system, never a downloaded one; and what an accessibility check finds on a page."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Generator

    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",  # the tests may run as root, on pages of our own
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# One browser a module, not a session: while Playwright's sync API is open, asyncio.run refuses to work in this thread.
@pytest.fixture(scope="module")
def chromium() -> Generator[Browser]:
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        pytest.skip("no Chromium here (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Generator[Page]:
    """A Dutch visitor's window. What the page logs as an error, or what its security policy refuses, fails the test."""
    complaints: list[str] = []
    context = chromium.new_context(locale="nl-NL", timezone_id="Europe/Amsterdam")
    context.set_default_timeout(10_000)
    window = context.new_page()
    window.on("pageerror", lambda error: complaints.append(f"{error.name}: {error.message}"))
    window.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield window
    context.close()
    if complaints:
        pytest.fail("\n".join(complaints))


def accessibility_findings(page: Page, *, impacts: tuple[str, ...] = ("serious", "critical")) -> list[str]:
    """What axe finds on the page as it is now, one line a place: rule, impact, element, and what to do."""
    results: dict[str, Any] = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response
    return [
        f"{violation['id']} ({violation['impact']}) {node['target']}: {node['failureSummary']}"
        for violation in results["violations"]
        for node in violation["nodes"]
        if violation["impact"] in impacts
    ]
