"""One running program for all browser tests of the whole, and a window for each visitor."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.program import Program
from tests.e2e.visitor import Visitor

PATIENCE = 20_000  # milliseconds; a busy machine is no failure
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Generator[Program]:
    running = Program(tmp_path_factory.mktemp("demo"))
    yield running
    running.end()
    assert running.log() == ""


@pytest.fixture
def demo(program: Program) -> Program:
    """The program at the demo's beginning: Friday 20 February 2026, case VW-2026-03 in step 2A."""
    program.begin()
    return program


class Windows:
    """Opens windows. What a page logs as an error, or its security policy refuses, is kept in `complaints`."""

    def __init__(self, browser: Browser, program: Program) -> None:
        self._browser = browser
        self._program = program
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __call__(
        self, persona: str, place: str | None = None, *, width: int = 1280, height: int = 900, is_dark: bool = False
    ) -> Visitor:
        """A window of its own for this persona, in the private chat or a room."""
        context = self._browser.new_context(
            locale="nl-NL", timezone_id="Europe/Amsterdam", viewport={"width": width, "height": height},
            color_scheme="dark" if is_dark else "light", reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        self._contexts.append(context)
        page = context.new_page()
        page.goto(f"{self._program.url}?persona={persona}&place={place or f'@{persona}'}")
        page.locator("html[data-ready]").wait_for()
        return Visitor(page)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def window(chromium: Browser, demo: Program) -> Generator[Windows]:
    windows = Windows(chromium, demo)
    yield windows
    windows.close()
    assert windows.complaints == []
