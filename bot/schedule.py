"""The clock's beat: a few interval jobs ask the database what is due. No job per reminder (docs/decisions)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import App
from bot.faults import report

HOUSEKEEPING_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Beat:
    """What is done again and again; a beat that fails is logged, and the next comes."""

    name: str
    work: Callable[[], Awaitable[object]]
    seconds: float


@asynccontextmanager
async def beating(beats: Sequence[Beat], *, stop: Callable[[], None], stop_seconds: float) -> AsyncIterator[None]:
    """Keep up the beats for as long as this lasts. Then `stop` tells them to take up nothing more, and what is under
    way is waited for, `stop_seconds` at most.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    under_way: set[asyncio.Task[object]] = set()

    async def once(beat: Beat) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- a job runs in a task
        under_way.add(task)
        try:
            await beat.work()
        except Exception as error:  # noqa: BLE001 -- the database or a platform may be away: the next beat tries again
            report(error, beat=beat.name)
        finally:
            under_way.discard(task)

    scheduler = AsyncIOScheduler(timezone="UTC")
    for beat in beats:
        scheduler.add_job(
            once, "interval", [beat], seconds=beat.seconds, max_instances=1, coalesce=True, misfire_grace_time=None
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.pause()
        stop()
        if under_way:
            await asyncio.wait(under_way, timeout=stop_seconds)
        scheduler.shutdown(wait=False)


def beats_of(app: Callable[[], App]) -> list[Beat]:
    """What the program does by itself. It is asked for each time, because a demo's begins again."""
    seconds = app().delivery.beat_seconds

    async def tick() -> None:
        await asyncio.to_thread(app().tick)

    async def deliver() -> None:
        await app().deliver_for(seconds)

    async def keep_house() -> None:
        await asyncio.to_thread(app().keep_house)

    house = Beat("house", keep_house, HOUSEKEEPING_SECONDS)
    return [Beat("tick", tick, seconds), Beat("deliver", deliver, seconds), house]


async def run_beats(app: App, stopping: asyncio.Event) -> None:
    """Let time pass and deliver, until told to stop: a program without a web chat."""
    async with beating(beats_of(lambda: app), stop=app.stop, stop_seconds=app.delivery.stop_seconds):
        await stopping.wait()
