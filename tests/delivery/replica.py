"""One program of several on one database, as `overlegmaat serve` runs it: replica.py URL PORT-OF-THE-PLATFORM SHIFT."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from datetime import UTC, datetime, timedelta

from bot.app import build_app
from bot.delivery import Delivery
from bot.schedule import run_beats
from storage.database import DatabaseError
from storage.migrate import open_ready
from tests.delivery.fake_platform import Sending


class Shifted:
    """The machine's clock, on another day."""

    def __init__(self, seconds: float) -> None:
        self._shift = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift


async def run(url: str, port: int, shift: float) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    with open_ready(url) as database:
        app = build_app(database=database, clock=Shifted(shift), platforms=[Sending(port)], delivery=Delivery.read())
        await run_beats(app, stopping)


def main() -> None:
    logging.basicConfig(level=logging.ERROR)
    url, port, shift = sys.argv[1:]
    while True:
        try:
            asyncio.run(run(url, int(port), float(shift)))
        except DatabaseError:  # it is away while we start
            time.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    main()
