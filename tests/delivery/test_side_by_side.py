"""A conversation in which the platform gives no answer holds up nobody else."""

from __future__ import annotations

import asyncio

from bot.app import build_app
from bot.clock import SimulatedClock
from storage.migrate import open_ready
from tests.delivery import towns
from tests.delivery.test_stop import Slow


class SlowForOne(Slow):
    """It answers everybody at once but the first."""

    async def send(self, outbound):
        if not self.begun:
            return await super().send(outbound)
        self.begun.append(outbound.key)
        self.sent.append(outbound.key)
        return outbound.key


def test_who_gets_no_answer_holds_up_nobody_else_however_many_there_are(tmp_path):
    url = f"sqlite:///{tmp_path}/side.db"
    asked = towns.fill(url, 60)  # more than are taken up at once

    async def sent() -> int:
        platform = SlowForOne()
        with open_ready(url) as database:
            app = build_app(database=database, clock=SimulatedClock(towns.NOW), platforms=[platform])
            app.tick()
            draining = asyncio.create_task(app.drain())
            while len(platform.sent) < len(asked) - 1:  # noqa: ASYNC110 -- it waits for what others do
                await asyncio.sleep(0.01)
            assert not draining.done()
            platform.may_answer.set()
            return await draining

    assert asyncio.run(sent()) == len(asked)
