"""What the contract test needs of a platform: its adapter with a fake other end, and what is right and wrong there.

A platform's kit is the class `Kit` in `tests/platforms/kits/NAME.py`; its recorded payloads are in `payloads/NAME/`,
each with what it `becomes`: the fields of an Inbound or a Happening that matter, or null.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bot.platforms.base import Happening, Inbound, Outbound, Place, Received
from storage.database import DatabaseError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AbstractAsyncContextManager

    from bot.homes import Home
    from bot.platforms.base import Platform
    from bot.sheets import Sheet

NOW = datetime(2026, 2, 24, 8, 0, tzinfo=UTC)
PAYLOADS = Path(__file__).parent / "payloads"


@dataclass(frozen=True)
class Meant:
    """What an answer of the platform means to us."""

    permanent: bool = False
    waits: bool = False  # it says how long
    is_whole_platform: bool = False


class PlatformKit(Protocol):
    """A platform as the contract test sees it."""

    causes: Mapping[str, Meant]  # what the other end can answer

    def open(self) -> AbstractAsyncContextManager[Platform]:
        """The adapter, with its other end, until the end of the test."""
        ...

    async def deliver(self, platform: Platform, payload: Any, intake: Ledger) -> bool:
        """The platform brings a payload: whether we acknowledged it."""
        ...

    def place(self, *, is_private: bool) -> Place:
        """A place there."""
        ...

    def taken(self) -> list[Any]:
        """Every payload that the other end took."""
        ...

    def standing(self) -> int:
        """How many messages stand there now."""
        ...

    def faults(self, payload: Any) -> list[str]:
        """What of a payload breaks the platform's own rules."""
        ...

    def read(self, payload: Any) -> str:
        """What people can read of it."""
        ...

    def fails(self, cause: str) -> None:
        """From now on the other end answers so."""
        ...


@dataclass
class Ledger:
    """An Intake that keeps what comes in; its commits wait while `held`, and fail when `is_away`."""

    came: list[Inbound | Happening] = field(default_factory=list)
    is_away: bool = False
    status: Any = "accepted"
    held: asyncio.Event | None = None
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    committed: int = 0

    async def receive_soon(self, inbound: Inbound) -> Received:
        return await self._keep(inbound)

    async def happened_soon(self, happening: Happening) -> Received:
        return await self._keep(happening)

    async def home_soon(self, platform: str, sender: str) -> Home | None:
        return None

    async def sheet_soon(self, platform: str, sender: str, dialog_id: int, after: str = "") -> Sheet | None:
        return None

    async def wrong_soon(self, platform: str, sender: str, dialog_id: int, values: Mapping[str, Any]) -> dict[str, str]:
        return {}

    async def _keep(self, it: Inbound | Happening) -> Received:
        self.entered.set()
        if self.held is not None:
            await self.held.wait()
        if self.is_away:
            raise DatabaseError("away")
        known = any((one.platform, one.event_id) == (it.platform, it.event_id) for one in self.came)
        self.came.append(it)
        self.committed += 1
        return Received("duplicate" if known else self.status)


def recorded(name: str) -> list[tuple[str, Any, dict[str, Any] | None]]:
    """Every recorded payload of a platform: file, payload, what it becomes."""
    found = []
    for path in sorted((PAYLOADS / name).glob("*.json")):
        read = json.loads(path.read_text(encoding="utf-8"))
        found.append((path.stem, read["payload"], read["becomes"]))
    return found


@asynccontextmanager
async def unchanged(platform: Platform) -> AsyncIterator[Platform]:
    """A platform that needs no other end."""
    yield platform


def out(place: Place, presented: Any, *, key: str = "contract/1", replaces: str | None = None) -> Outbound:
    return Outbound(key, place, presented, replaces, NOW)
