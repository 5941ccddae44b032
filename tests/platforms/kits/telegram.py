from __future__ import annotations

import asyncio
import json
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import pytest
from starlette.applications import Starlette

pytest.importorskip("telegram")

from bot.platforms.base import Place
from bot.platforms.telegram import NAME
from bot.platforms.telegram.client import SECRET_HEADER, Telegram
from bot.platforms.telegram.settings import Settings
from storage.migrate import open_ready
from tests.platforms.fake_telegram import TOKEN, USERNAME, FakeRequest, FakeTelegram, Refused, faults, read_html
from tests.platforms.kit import Meant
from tests.platforms.posting import post

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.platforms.base import Intake, Platform
    from storage.database import Database
    from tests.platforms.kit import Ledger

HOOK = "https://overleg.example.nl/hooks/telegram/"
CAUSES = MappingProxyType(
    {
        "blocked": Meant(permanent=True),
        "no such chat": Meant(permanent=True),
        "topic closed": Meant(permanent=True),
        "too many": Meant(waits=True),
        "nonsense": Meant(),
        "down": Meant(),
        "unreachable": Meant(),
        "token revoked": Meant(waits=True, is_whole_platform=True),
    }
)
ANSWERS = {
    "blocked": Refused(403, "Forbidden: bot was blocked by the user"),
    "no such chat": Refused(400, "Bad Request: chat not found"),
    "topic closed": Refused(400, "Bad Request: TOPIC_CLOSED"),
    "too many": Refused(429, "Too Many Requests: retry after 7", retry_after=7),
    "nonsense": Refused(400, "Bad Request: something nobody heard of"),
    "down": Refused(502, "Bad Gateway"),
    "unreachable": ConnectionError("no route"),
    "token revoked": Refused(401, "Unauthorized"),
}


@cache
def database() -> Database:
    """One for all: only short names of keys are kept in it."""
    return open_ready(f"sqlite:///{Path(tempfile.mkdtemp()) / 'telegram.db'}")


@dataclass
class Kit:
    """The adapter with PTB's own reading of what comes back, called by webhook."""

    causes: Mapping[str, Meant] = field(default_factory=lambda: CAUSES)
    end: FakeTelegram = field(default_factory=FakeTelegram)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Platform]:
        platform = Telegram(Settings(TOKEN, hook=HOOK), database(), lambda _: FakeRequest(self.end))
        platform._username = USERNAME
        try:
            yield platform
        finally:
            await platform.close()

    async def deliver(self, platform: Platform, payload: Any, intake: Ledger) -> bool:
        assert isinstance(platform, Telegram)
        app = Starlette(routes=list(platform.routes(cast("Intake", intake))))
        headers = {SECRET_HEADER: platform.settings.secret}
        status = await post(app, "/", json.dumps(payload).encode(errors="surrogatepass"), headers)
        await asyncio.gather(*platform._replies)
        return status == 200

    def place(self, *, is_private: bool) -> Place:
        return Place(NAME, "5001" if is_private else "-1001234567890", is_private=is_private)

    def taken(self) -> list[Any]:
        return [one for one in self.end.calls if one[0] in {"sendMessage", "editMessageText"}]

    def standing(self) -> int:
        return len(self.end.messages)

    def faults(self, payload: Any) -> list[str]:
        return faults(*payload)

    def read(self, payload: Any) -> str:
        _, given = payload
        rows = given.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [f"{one['text']} {one.get('url', '')}" for row in rows for one in row]
        return "\n".join([read_html(given["text"]).text, *buttons])

    def fails(self, cause: str) -> None:
        self.end.cause = ANSWERS[cause]
