"""The lines to platforms are kept open, taken up again when they break, and closed in good order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2 as httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.access import read_access
from bot.app import build_app
from bot.clock import SystemClock
from bot.listening import hooks, listening
from bot.platforms import limits
from bot.platforms.base import Inbound, Outbound, Place
from bot.platforms.registry import ADAPTERS, Surroundings, configured
from bot.web.guard import LARGEST_CALL
from bot.web.server import build_web
from conversations.process.workflow import DataLevel
from storage.migrate import open_ready
from tests.platforms.kit import NOW
from tests.web.fake_chat import FakeChat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from bot.platforms.base import Intake, Received


@dataclass
class Line:
    """A platform that listens, is called, and breaks as often as it is told."""

    name: str = "slack"
    ceiling: DataLevel = DataLevel.GROUP
    keeps_history: bool = True
    limits: tuple[Any, ...] = limits.EMBEDDED
    breaks: int = 0
    got: list[Received] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    ended: list[str] = field(default_factory=list)

    async def send(self, outbound: Outbound) -> str | None:
        return outbound.key

    async def listen(self, intake: Intake) -> None:
        if self.breaks:
            self.breaks -= 1
            raise ConnectionError
        place = Place(self.name, "U1", is_private=True)
        try:
            self.got.append(await intake.receive_soon(Inbound(self.name, "1", "U1", place, NOW, text="hallo")))
            self.heard.set()
            await asyncio.Event().wait()
        finally:
            self.ended.append("line")

    def routes(self, intake: Intake) -> Sequence[Route]:
        async def called(request: Request) -> PlainTextResponse:
            return PlainTextResponse(str(len(await request.body())))

        return [Route("/events", called, methods=["POST"])]

    async def close(self) -> None:
        self.ended.append("closed")
        raise ConnectionError


def test_a_line_that_breaks_is_opened_again_and_all_are_closed_at_the_end(tmp_path, caplog):
    line = Line(breaks=3)

    async def run() -> None:
        with open_ready(f"sqlite:///{tmp_path}/a.db") as database:
            app = build_app(database=database, clock=SystemClock(), platforms=[line])
            async with listening(app, stop_seconds=5, pauses=(0.0,)) as mounted:
                await line.heard.wait()
                assert [one.path for one in mounted] == ["/hooks/slack"]

    asyncio.run(run())
    assert [one.status for one in line.got] == ["unknown"]
    assert line.ended == ["line", "closed"]
    assert [one for one in caplog.messages if "listening=slack" in one]


@pytest.mark.parametrize("size", [3, LARGEST_CALL + 1])
def test_a_platform_may_call_without_a_session_or_an_origin_but_not_endlessly(size):
    async def run() -> httpx.Response:
        web = build_web(FakeChat(), hooks=hooks([Line()], FakeIntake()))  # type: ignore[arg-type]
        transport = httpx.ASGITransport(app=web, client=("203.0.113.5", 5))
        async with httpx.AsyncClient(transport=transport, base_url="https://overleg.example.nl") as platform:
            assert (await platform.post("/api/send", json={})).status_code == 403
            return await platform.post("/hooks/slack/events", content=b"x" * size)

    assert asyncio.run(run()).status_code == (200 if size == 3 else 413)


class FakeIntake:
    """Nothing is handed in."""


def test_a_platform_is_made_only_where_the_environment_has_settings_for_it(tmp_path):
    with open_ready(f"sqlite:///{tmp_path}/a.db") as database:
        access = read_access(f"sqlite:///{tmp_path}/a.db")
        assert configured(Surroundings({}, database, access)) == []
        mail = {"OVERLEGMAAT_SMTP_HOST": "smtp.example.nl", "OVERLEGMAAT_SMTP_FROM": "a@example.nl"}
        assert [one.name for one in configured(Surroundings(mail, database, access))] == ["email"]


def test_what_a_platform_can_do_is_known_without_its_library():
    assert all(one.capabilities.ceiling for one in ADAPTERS)
