"""The clock's beat: a few interval jobs ask the database what is due. No job per reminder (docs/decisions)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger("overlegmaat")

TICK_SECONDS = 2
HOUSEKEEPING_SECONDS = 60


@contextmanager
def beating(
    beat: Callable[[], Awaitable[None]], housekeeping: Callable[[], object], *, seconds: float = TICK_SECONDS
) -> Iterator[None]:
    """Call `beat` and, less often, `housekeeping` for as long as this lasts. A beat that fails is logged; the next
    comes.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)

    async def keep_house() -> None:
        await asyncio.to_thread(housekeeping)

    scheduler = AsyncIOScheduler(timezone="UTC")
    for job, every in ((beat, seconds), (keep_house, HOUSEKEEPING_SECONDS)):
        scheduler.add_job(job, "interval", seconds=every, max_instances=1, coalesce=True, misfire_grace_time=None)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
