"""Keeping the lines to chat platforms open for as long as the program runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from starlette.routing import BaseRoute, Mount

from bot.app import App
from bot.faults import report
from bot.platforms.base import Closing, Hooked, Intake, Listening, Platform

PAUSES: Final = (1.0, 2.0, 5.0, 15.0, 60.0)  # seconds before a line is tried again
SETTLED: Final = 120.0  # seconds after which a line that broke is no longer counted as a try that failed


@asynccontextmanager
async def listening(app: App, *, stop_seconds: float, pauses: Sequence[float] = PAUSES) -> AsyncIterator[list[Mount]]:
    """Listen on every platform that is `Listening`; gives the routes of those that are `Hooked`. At the end what was
    taken in is finished, `stop_seconds` at most, and lines and connections are closed.
    """
    platforms = list(app.platforms.values())
    lines = [
        asyncio.create_task(_keep_open(one.name, one, app, pauses), name=f"listen:{one.name}")
        for one in platforms
        if isinstance(one, Listening)
    ]
    try:
        yield hooks(platforms, app)
    finally:
        for line in lines:
            line.cancel()
        if lines:
            await asyncio.wait(lines, timeout=stop_seconds)
        for one in platforms:
            if isinstance(one, Closing):
                try:
                    await one.close()
                except Exception as error:  # noqa: BLE001 -- the program ends; the others are closed all the same
                    report(error, closing=one.name)


def hooks(platforms: Sequence[Platform], intake: Intake) -> list[Mount]:
    """Where platforms call, below `/hooks/NAME`."""
    return [
        Mount(f"/hooks/{one.name}", routes=list[BaseRoute](one.routes(intake)))
        for one in platforms
        if isinstance(one, Hooked)
    ]


async def _keep_open(name: str, platform: Listening, intake: Intake, pauses: Sequence[float]) -> None:
    """Listen; when the line breaks, again after a pause that grows while it keeps breaking."""
    loop, broken = asyncio.get_running_loop(), 0
    while True:
        began = loop.time()
        try:
            await platform.listen(intake)
        except Exception as error:  # noqa: BLE001 -- the platform may be away; the others go on
            report(error, listening=name)
        broken = 0 if loop.time() - began > SETTLED else broken + 1
        await asyncio.sleep(pauses[min(broken, len(pauses)) - 1] if broken else pauses[0])
