"""Asked to stop: what is in hand is finished, nothing more is taken up, and the rest is free for others at once."""

from __future__ import annotations

import asyncio

from bot.app import build_app
from bot.clock import SimulatedClock
from bot.schedule import Beat, beating, run_beats
from conversations.process.workflow import DataLevel
from storage.migrate import open_ready
from storage.pace import Limit
from tests.delivery import towns
from tests.delivery.fake_platform import NAME


class Slow:
    """A platform that answers when it is let."""

    name = NAME
    ceiling = DataLevel.PSEUDONYM
    keeps_history = True
    limits: tuple[Limit, ...] = (Limit(1000, 1.0),)

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.sent: list[str] = []
        self.may_answer = asyncio.Event()

    async def send(self, outbound):
        self.begun.append(outbound.key)
        await self.may_answer.wait()
        self.sent.append(outbound.key)
        return outbound.key


def test_what_is_in_hand_is_finished_and_the_rest_is_for_the_next_program(tmp_path):
    url = f"sqlite:///{tmp_path}/stop.db"
    asked = towns.fill(url, 40)

    async def stopped() -> Slow:
        platform, stopping = Slow(), asyncio.Event()
        with open_ready(url) as database:
            app = build_app(database=database, clock=SimulatedClock(towns.NOW), platforms=[platform])
            running = asyncio.create_task(run_beats(app, stopping))
            while len(platform.begun) < app.delivery.side_by_side:  # noqa: ASYNC110 -- it waits for what others do
                await asyncio.sleep(0.01)
            stopping.set()
            while not app.is_stopping:  # noqa: ASYNC110 -- it waits for what others do
                await asyncio.sleep(0.01)
            platform.may_answer.set()
            await running
        return platform

    first = asyncio.run(stopped())
    assert sorted(first.sent) == sorted(first.begun)
    assert len(first.sent) < len(asked)

    async def next_one() -> Slow:
        platform = Slow()
        platform.may_answer.set()
        with open_ready(url) as database:
            app = build_app(database=database, clock=SimulatedClock(towns.NOW), platforms=[platform])
            app.tick()
            await app.drain()
        return platform

    second = asyncio.run(next_one())  # no lease has to end first
    assert len(first.sent) + len(second.sent) == len(set(first.sent) | set(second.sent)) == len(asked)


def test_a_beat_that_fails_is_followed_by_the_next():
    times: list[int] = []

    async def fail() -> None:
        times.append(1)
        raise RuntimeError

    async def run() -> None:
        async with beating([Beat("fails", fail, 0.01)], stop=lambda: None, stop_seconds=1):
            while len(times) < 3:  # noqa: ASYNC110 -- it waits for what others do
                await asyncio.sleep(0.01)

    asyncio.run(run())
    assert len(times) >= 3
