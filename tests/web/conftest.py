"""The web chat with the small town behind it, served in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any, TypeVar

import pytest

from bot.web.server import build_web, serve_loopback
from tests.web.fake_chat import FakeChat

Result = TypeVar("Result")


class Town:
    """A running server. `do` runs something with the chat in the server's own thread."""

    def __init__(self) -> None:
        self.chat: FakeChat
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.chat = self.do(FakeChat)
        self.start(0)

    @property
    def port(self) -> int:
        return int(self.url.rstrip("/").rpartition(":")[2])

    def start(self, port: int) -> None:
        ready = threading.Event()

        def here(url: str) -> None:
            self.url = url
            ready.set()

        app = self.do(lambda: build_web(self.chat))
        serving = serve_loopback(app, "127.0.0.1", port, ready=here)
        self._serving = self.do(lambda: asyncio.ensure_future(serving))
        assert ready.wait(10)

    def stop(self) -> None:
        async def end() -> None:
            self._serving.cancel()
            with suppress(asyncio.CancelledError):
                await self._serving

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)

    def do(self, act: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
        async def run() -> Result:
            return act(*args, **kwargs)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def close(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def town() -> Generator[Town]:
    running = Town()
    yield running
    running.close()
