"""For those who watch the program: is it alive, can it be used, and how is it doing. Numbers and ids, never content."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.faults import report
from bot.meter import exposition
from storage import heartbeat
from storage.database import DatabaseError
from storage.heartbeat import Depth, Silence

MOST_TOLD = 50


class Monitor:
    """`/healthz`, `/readyz` and `/metrics` of the app that runs now."""

    def __init__(self, app: Callable[[], App]) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        """Where they are."""
        return [Route("/healthz", self.health), Route("/readyz", self.ready), Route("/metrics", self.metrics)]

    async def health(self, _request: Request) -> Response:
        """200 while the program does what time brings and sends what it planned; else 503 with what is silent."""
        try:
            depth, silent = await self._look()
        except DatabaseError as error:
            return JSONResponse({"status": "no_database", "error": report(error)}, status_code=503)
        answer = {
            "status": "silent" if silent else "ok", "dead_letters": depth.dead, "waiting": depth.outbox,
            "silent": [one.what for one in silent[:MOST_TOLD]], "silent_count": len(silent),
        }  # fmt: skip
        return JSONResponse(answer, status_code=503 if silent else 200)

    async def ready(self, _request: Request) -> Response:
        """200 when messages can be taken in: the database answers, a municipality is set up, and it is not stopping."""
        app = self._app()
        try:
            await asyncio.to_thread(app.next_due)
        except DatabaseError:
            return JSONResponse({"status": "no_database"}, status_code=503)
        if app.is_stopping:
            return JSONResponse({"status": "stopping"}, status_code=503)
        if not app.tenants:
            return JSONResponse({"status": "no_municipality"}, status_code=503)
        return JSONResponse({"status": "ready"})

    async def metrics(self, _request: Request) -> Response:
        """For Prometheus."""
        app = self._app()
        try:
            depth, silent = await self._look()
        except DatabaseError as error:
            return JSONResponse({"status": "no_database", "error": report(error)}, status_code=503)
        content, media_type = exposition(app.meter, depth, len(silent), app.clock.now())
        return Response(content, headers={"content-type": media_type})

    async def _look(self) -> tuple[Depth, list[Silence]]:
        app = self._app()
        now = app.clock.now()
        return await asyncio.to_thread(
            app.database.read, lambda tx: (heartbeat.depth(tx, now), heartbeat.silent_reminders(tx, now))
        )
