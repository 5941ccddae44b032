"""Where people and rooms of Teams can be written to, as Teams told it last."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final, Protocol

from bot.platforms.teams import NAME
from bot.platforms.teams.parse import Reference
from storage import references, rooms
from storage.database import Database
from storage.transaction import Transaction

LATELY: Final = 10_000  # addresses of which we remember that nothing changed


class Whereabouts(Protocol):
    """Kept for every program on the database."""

    async def find(self, address: str) -> Reference | None:
        """Where to write to a member or a room; None when Teams never told."""
        ...

    async def keep(self, known: Reference) -> None:
        """Teams tells where; written down when that is news. Raises DatabaseError."""
        ...

    async def of_team(self, team: str) -> tuple[str, ...]:
        """The rooms that we know in a team."""
        ...

    async def viewers(self, room: str, most: int) -> tuple[str, ...]:
        """How a card in a room names those who each see it their own way; nobody when they are more than `most`."""
        ...


class StoredWhereabouts:
    """In the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lately: dict[str, Reference] = {}

    async def find(self, address: str) -> Reference | None:
        """Where to write to a member or a room; None when Teams never told."""
        known = await asyncio.to_thread(self._database.read, lambda tx: references.find(tx, NAME, address))
        return None if known is None else Reference(address, **known)

    async def keep(self, known: Reference) -> None:
        """Teams tells where; written down when that is news. Raises DatabaseError."""
        if self._lately.get(known.address) == known:
            return
        told = {name: value for name, value in asdict(known).items() if name != "address"}
        now = datetime.now(UTC)
        await self._database.perform(lambda tx: references.renew(tx, NAME, known.address, told, now))
        if len(self._lately) >= LATELY:
            self._lately.clear()
        self._lately[known.address] = known

    async def of_team(self, team: str) -> tuple[str, ...]:
        """The rooms that we know in a team."""
        every = await asyncio.to_thread(self._database.read, lambda tx: references.every(tx, NAME))
        return tuple(address for address, known in every if known.get("team") == team)

    async def viewers(self, room: str, most: int) -> tuple[str, ...]:
        """How a card in a room names those who each see it their own way; nobody when they are more than `most`."""
        told = await asyncio.to_thread(self._database.read, lambda tx: _told(tx, room))
        users = tuple(user for one in told if (user := one.get("user")))
        return users if len(told) <= most else ()


def _told(tx: Transaction, room: str) -> list[Mapping[str, str]]:
    return references.of_addresses(tx, NAME, rooms.addresses_in(tx, NAME, room))
