"""Makes the pictures in docs/images from a demo that has just begun: docs/make_pictures.py ADDRESS."""  # noqa: INP001 -- a script

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from playwright.sync_api import Page, ViewportSize, sync_playwright

IMAGES: Final = Path(__file__).parent / "images"
WINDOW: Final[ViewportSize] = {"width": 1180, "height": 790}
PAPER: Final[ViewportSize] = {"width": 900, "height": 860}


def visit(page: Page, address: str, persona: str) -> None:
    """The chat as one function, without the guided tour beside it."""
    page.goto(urljoin(address, f"/?persona={persona}"))
    page.locator("html[data-ready]").wait_for()
    tour = page.locator("#side").get_by_role("button", name="Sluiten")
    if tour.is_visible():
        tour.click()


def say(page: Page, text: str) -> None:
    """Type something to the assistant, and wait for what it says."""
    entries = page.get_by_role("log").first.get_by_role("article")
    before = entries.count()
    page.get_by_label("Bericht aan de assistent").fill(text)
    page.get_by_label("Bericht aan de assistent").press("Enter")
    entries.nth(before + 1).wait_for()


def take(page: Page, name: str) -> None:
    """One picture, when nothing moves any more."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / f"{name}.png")


def pictures(page: Page, address: str) -> None:
    """A question, a status, and an agenda: its beginning and a case in it."""
    visit(page, address, "wijkagent")
    say(page, "taken")
    page.get_by_role("button", name="Beoordeel de groep").last.click()
    page.get_by_text("Vraag 1 van").wait_for()
    say(page, "8 tot 12")
    take(page, "question")
    visit(page, address, "procesregisseur")
    say(page, "status")
    take(page, "status")
    say(page, "agenda")
    link = page.get_by_role("link", name="Lezen en afdrukken").last.get_attribute("href")
    page.set_viewport_size(PAPER)
    page.goto(urljoin(address, link or ""))
    take(page, "agenda")
    page.get_by_role("heading", name="Zaken per stap").evaluate("heading => heading.scrollIntoView()")
    take(page, "agenda-case")


def main(address: str) -> None:
    """Open a browser and take them all."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(locale="nl-NL", timezone_id="Europe/Amsterdam", viewport=WINDOW)
        pictures(page, address)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
