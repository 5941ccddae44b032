from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.platforms import console
from bot.platforms.base import Inbound, Outbound, Place
from bot.platforms.console import Console, NoSuchButton, Pressable, Screen, TwoButtons, pressed, render
from tests.platforms.kit import NOW, Ledger, unchanged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager

    from bot.platforms.base import Platform
    from tests.platforms.kit import Meant

WIDTH = 80
OWN = Place(console.NAME, "@wijkagent", is_private=True)


class Recording(Console):
    """The terminal, with what it shows."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Any]] = []

    async def send(self, outbound: Outbound) -> str | None:
        reference = await super().send(outbound)
        shown = render(outbound.presented, Screen(), lambda name, **_: name, width=WIDTH, place=outbound.place)
        self.taken.append((reference or "", "\n".join(shown)))
        return reference


@dataclass
class Kit:
    """What is typed beside a screen with one button."""

    causes: Mapping[str, Meant] = field(default_factory=dict)
    terminal: Recording = field(default_factory=Recording)

    def open(self) -> AbstractAsyncContextManager[Platform]:
        return unchanged(self.terminal)

    async def deliver(self, platform: Platform, payload: Any, intake: Ledger) -> bool:
        given = payload if isinstance(payload, dict) else {}
        line, event = str(given.get("line", "")), str(given.get("event", "")) or "1"
        try:
            found = pressed(line, Screen([Pressable("Beantwoorden", "button", "t7:private")]))
        except (NoSuchButton, TwoButtons):
            return True
        what: dict[str, Any] = {"text": line} if found is None else {"action": found.key}
        try:
            await intake.receive_soon(Inbound(console.NAME, event, OWN.address, OWN, NOW, **what))
        except Exception:  # noqa: BLE001 -- the terminal says so and nothing was kept
            return False
        return True

    def place(self, *, is_private: bool) -> Place:
        return OWN if is_private else Place(console.NAME, "jgo", is_private=False)

    def taken(self) -> list[Any]:
        return [rendered for _, rendered in self.terminal.taken]

    def standing(self) -> int:
        return len({reference for reference, _ in self.terminal.taken})

    def faults(self, payload: Any) -> list[str]:
        return [line for line in payload.splitlines() if len(line) > WIDTH]

    def read(self, payload: Any) -> str:
        return " ".join(payload.split())

    def fails(self, cause: str) -> None:
        raise AssertionError(cause)
