"""What a visitor does in a window, in the words that stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.sync_api import Locator, Page, expect

PRIVATE = "Bericht aan de assistent"
THREAD = "Antwoord in deze draad"


class Visitor:
    """Somebody at a window: reads, presses and types."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def log(self) -> Locator:
        """The conversation; a thread that is open beside it has one of its own."""
        return self.page.get_by_role("log").first

    @property
    def last(self) -> Locator:
        """The newest message."""
        return self.log.get_by_role("article").last

    @property
    def thread(self) -> Locator:
        """The thread beside the conversation."""
        return self.page.get_by_role("complementary")

    def say(self, text: str, field: str = PRIVATE) -> None:
        """Write and send."""
        box = self.page.get_by_label(field)
        box.fill(text)
        box.press("Enter")

    def asked(self, prompt: str | re.Pattern[str], where: Locator | None = None) -> Locator:
        """The newest message, once it asks this."""
        newest = self.last if where is None else where.get_by_role("article").last
        newest.filter(has_text=prompt).wait_for()  # looks more often than `expect` does
        return newest

    def press(self, name: str, where: Locator | None = None) -> None:
        """Press a button of the newest message (or elsewhere)."""
        (self.last if where is None else where).get_by_role("button", name=name, exact=True).click()

    def tick(self, *names: str) -> None:
        """Tick boxes in the newest message, and send them."""
        for name in names:
            self.last.get_by_label(name, exact=True).check()
        self.last.get_by_role("button", name=re.compile("^Verstuur")).click()

    def go(self, place: str) -> None:
        """To a room, or back to the private chat."""
        places = self.page.get_by_role("navigation").get_by_role("button", name=re.compile(f"^{re.escape(place)}"))
        places.click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(place)

    def answer(self, answers: Iterable[tuple[str, str]]) -> None:
        """Type the answers one by one, each when its question stands there."""
        for prompt, text in answers:
            self.asked(prompt)
            self.say(text)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until this stands in the newest message."""
        self.asked(text)
