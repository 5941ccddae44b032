"""The one place where everything is put together: command line, web part, replays and tests all call `build_app`."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.access import Access
from bot.ceilings import Ceilings
from bot.clock import Clock
from bot.delivery import Delivery
from bot.meter import Meter
from bot.outbox import Postman
from bot.platforms.base import Happening, Inbound, Platform, Received, Shown
from bot.runtime import Runtime
from bot.tenant import load_tenants
from storage import access as stored_access
from storage import audit, lanes
from storage.database import Database
from storage.transaction import Transaction

if TYPE_CHECKING:
    from bot.homes import Home
    from bot.setup import SetUp
    from bot.sheets import Desk, Sheet

AN_HOUR = timedelta(hours=1)


class App:
    """The running program: what comes in, what time brings, what goes out."""

    def __init__(
        self, database: Database, clock: Clock, platforms: Sequence[Platform], config: Path | None, delivery: Delivery,
        access: Access,
    ) -> None:  # fmt: skip
        self.database = database
        self.clock = clock
        self.platforms = {platform.name: platform for platform in platforms}
        self.config = config
        self.access = access
        self.delivery = delivery
        self.forget_keys: Callable[[], object] | None = None  # of backups, for what was removed
        self.is_stopping = False
        self.meter = Meter()
        self._draining = asyncio.Lock()
        self.runtime: Runtime
        self.postman: Postman
        self.reload()

    def reload(self) -> None:
        """Read the municipalities again, after a set-up."""
        self.tenants = self.database.read(lambda tx: load_tenants(tx, self.config, self.access))
        ceilings = Ceilings([*self.platforms.values()])
        without = frozenset(one.name for one in self.platforms.values() if not one.keeps_history)
        self.runtime = Runtime(
            self.database,
            self.clock,
            self.tenants,
            ceilings,
            keeps_history=without,
            lease=self.delivery.lease,
            meter=self.meter,
        )
        self.postman = Postman(
            self.database, self.clock, self.tenants, self.platforms, ceilings, self.delivery, self.meter
        )
        self.ceilings = ceilings

    def set_up(self, folder: Path) -> SetUp:
        """A municipality's folder into the database. Raises FolderError with every problem."""
        from bot.setup import set_up  # noqa: PLC0415 -- done once in a while, not at a start
        from conversations.process.load import load_workflow  # noqa: PLC0415 -- idem
        from conversations.process.municipality import load_municipality  # noqa: PLC0415 -- idem

        loaded, workflow = load_municipality(folder), load_workflow(folder)
        done = self.database.write(lambda tx: set_up(tx, loaded, workflow, self.clock.now()))
        self.reload()
        return done

    def receive(self, inbound: Inbound) -> Received:
        """One inbound message; returns after its commit."""
        return self.runtime.receive(inbound)

    async def receive_soon(self, inbound: Inbound) -> Received:
        """The same for asyncio."""
        return await self.runtime.receive_soon(inbound)

    async def happened_soon(self, happening: Happening) -> Received:
        """Something that happened on a platform beside that."""
        return await self.runtime.happened_soon(happening)

    async def home_soon(self, platform: str, sender: str) -> Home | None:
        """What the sender's page on a platform with such pages shows."""
        from bot.homes import home  # noqa: PLC0415 -- for platforms with such pages

        now = self.clock.now()
        return await self.database.perform(lambda tx: home(tx, self.tenants, self.ceilings, now, platform, sender))

    async def sheet_soon(self, platform: str, sender: str, dialog_id: int, after: str = "") -> Sheet | None:
        """A page of a form that is going on with the sender."""
        return await self.database.perform(lambda tx: self._desk(tx).sheet(platform, sender, dialog_id, after))

    async def wrong_soon(self, platform: str, sender: str, dialog_id: int, values: Mapping[str, Any]) -> dict[str, str]:
        """What is the matter with which field of a window."""
        return await self.database.perform(lambda tx: self._desk(tx).wrong(platform, sender, dialog_id, values))

    def _desk(self, tx: Transaction) -> Desk:
        from bot.sheets import Desk  # noqa: PLC0415 -- for platforms with windows

        return Desk(tx, self.tenants, self.ceilings, self.clock.now())

    async def shown_soon(self, platform: str, sender: str, key: str) -> Shown | None:
        """A message that was sent to a room, as the sender may see it."""
        return await self.database.perform(lambda tx: self._desk(tx).again(platform, sender, key))

    def tick(self) -> int:
        """What is due by now; how many rows."""
        return self.runtime.tick()

    async def drain(self) -> int:
        """Send what waits, one drain at a time so that a conversation keeps its order; how many messages."""
        async with self._draining:
            return await self.postman.drain()

    async def deliver_for(self, seconds: float) -> None:
        """Send what waits, and what gets its turn within so many seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        await self.drain()
        while not self.is_stopping and (turn := await asyncio.to_thread(self.next_turn)) is not None:
            wait = max(0.0, (turn - self.clock.now()).total_seconds())
            if loop.time() + wait >= end:
                return
            await asyncio.sleep(wait)
            await self.drain()

    def stop(self) -> None:
        """Take nothing up any more: what is in hand is finished, the rest is for the next start, or for others."""
        self.is_stopping = True
        self.runtime.stop()
        self.postman.stop()

    def next_turn(self) -> datetime | None:
        """The first moment at which there is something to send; in the past when there is now."""
        return self.postman.next_turn()

    def next_due(self) -> datetime | None:
        """The first moment at which something is due."""
        return self.runtime.next_due()

    def keep_house(self) -> int:
        """What need not be done in a turn: the audit's new entries are chained (how many), idle lanes and codes and
        sessions that ended long ago are let go. After a purge the keys of what it removed are destroyed.
        """
        now = self.clock.now()
        self.database.write(lambda tx: lanes.forget_idle(tx, now - AN_HOUR))
        self.database.write(lambda tx: stored_access.tidy(tx, now))
        done = self.keep_trail()
        if self.forget_keys is not None:
            self.forget_keys()
        return done

    def keep_trail(self) -> int:
        """Chain the new entries of the audit trail; how many. Not all at once when there are many."""
        return self.database.write(lambda tx: audit.seal(tx, self.access.vouch))


def build_app(
    *, database: Database, clock: Clock, platforms: Sequence[Platform] = (), config: Path | None = None,
    delivery: Delivery | None = None, access: Access | None = None,
) -> App:  # fmt: skip
    """Put the program together. Nothing is started: the caller ticks, drains and serves."""
    app = App(database, clock, platforms, config, delivery or Delivery(), access or Access())
    gc.enable()  # see bot/__main__.py
    return app
