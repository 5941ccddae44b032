"""Users: "Jobs run two or three times". Here any number of programs bring a moment about once, and send it once."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.app import build_app
from bot.clock import SimulatedClock
from bot.platforms.base import Outbound
from conversations.process.workflow import DataLevel
from storage.migrate import open_ready
from storage.pace import Limit
from tests.delivery import towns
from tests.delivery.fake_platform import NAME


class Counting:
    """A platform on which every send is counted."""

    name = NAME
    ceiling = DataLevel.PSEUDONYM
    keeps_history = True
    limits: tuple[Limit, ...] = ()

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()

    async def send(self, outbound: Outbound) -> str | None:
        self.sent[outbound.place.address] += 1
        await asyncio.sleep(0)
        return outbound.key


@pytest.mark.parametrize("programs", [2, 5])
def test_programs_that_do_the_same_at_the_same_time_send_each_reminder_once(database_url, programs):
    asked = towns.fill(database_url, 60)
    platform, clock = Counting(), SimulatedClock(towns.NOW)
    databases = [open_ready(database_url) for _ in range(programs)]
    try:
        apps = [build_app(database=one, clock=clock, platforms=[platform]) for one in databases]
        with ThreadPoolExecutor(programs) as pool:
            fired = list(pool.map(lambda app: app.tick(), apps))
            list(pool.map(lambda app: asyncio.run(app.drain()), apps))
    finally:
        for one in databases:
            one.close()
    assert sum(fired) == len(asked)
    assert platform.sent == Counter(dict.fromkeys(asked, 1))
