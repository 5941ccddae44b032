from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2 as httpx

from bot.platforms import webchat
from bot.platforms.base import Outbound, Place
from bot.platforms.webchat import WebChat
from bot.web.server import build_web
from tests.platforms.kit import Ledger, unchanged
from tests.web.fake_chat import FakeChat

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager

    from bot.platforms.base import Inbound, Platform, Received
    from tests.platforms.kit import Meant

BASE = "http://127.0.0.1:8800"


class Recording(WebChat):
    """The windows, with what a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[str, Any]] = []

    async def send(self, outbound: Outbound) -> str | None:
        reference = await super().send(outbound)
        self.taken.append((reference or "", webchat.render(outbound.presented)))
        return reference


class Town(FakeChat):
    """The web part's town, whose conversations are the ledger."""

    def __init__(self, intake: Ledger) -> None:
        super().__init__()
        self._intake = intake

    async def receive(self, inbound: Inbound) -> Received:  # type: ignore[override]
        return await self._intake.receive_soon(inbound)


@dataclass
class Kit:
    causes: Mapping[str, Meant] = field(default_factory=dict)
    windows: Recording = field(default_factory=Recording)

    def open(self) -> AbstractAsyncContextManager[Platform]:
        return unchanged(self.windows)

    async def deliver(self, platform: Platform, payload: Any, intake: Ledger) -> bool:
        transport = httpx.ASGITransport(app=build_web(Town(intake)), client=("127.0.0.1", 5))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as browser:
            answer = await browser.post(
                "/api/send", content=json.dumps(payload), headers={"origin": BASE, "content-type": "application/json"}
            )
        return answer.status_code < 500

    def place(self, *, is_private: bool) -> Place:
        return Place(webchat.NAME, "@wijkagent" if is_private else "jgo", is_private=is_private)

    def taken(self) -> list[Any]:
        return [rendered for _, rendered in self.windows.taken]

    def standing(self) -> int:
        return len({reference for reference, _ in self.windows.taken})

    def faults(self, payload: Any) -> list[str]:
        return [] if json.loads(json.dumps(payload)) == payload else ["not JSON"]

    def read(self, payload: Any) -> str:
        return json.dumps(payload, ensure_ascii=False)

    def fails(self, cause: str) -> None:
        raise AssertionError(cause)
