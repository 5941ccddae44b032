"""A chat platform at the other end of a connection, which counts what it was given and fails as platforms do."""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.base import Outbound, SendError
from conversations.process.workflow import DataLevel
from storage.pace import Limit

NAME = "slack"
FAILS = ("429", "500", "no answer", "cut off")


@dataclass
class Got:
    """What the platform took: how often each key, and after how many others it came last."""

    taken: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)  # taken, but the sender was not told
    last: dict[str, int] = field(default_factory=dict)  # address → number of the last message there
    order: dict[str, list[str]] = field(default_factory=dict)  # address → keys as they came
    failures: Counter[str] = field(default_factory=Counter)
    number: int = 0


class FakePlatform:
    """Serves in a thread of its own; every request is one line of JSON, and so is every answer."""

    def __init__(self, seed: int, failing: float) -> None:
        self.got = Got()
        self.lock = threading.Lock()
        self._chance = random.Random(seed)
        self._failing = failing
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self._ready.wait(10)

    def _serve(self) -> None:
        self._loop.run_until_complete(self._listen())
        self._loop.run_forever()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._ready.set()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await reader.readline()
            if not line.endswith(b"\n"):
                return
            answer = self._take(**json.loads(line))
            if answer is None:  # no answer: the sender gives up waiting
                await reader.read()
            elif answer:
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    def _take(self, key: str, address: str) -> dict[str, Any] | None:
        """What is answered: {} is a connection that is closed half-way, None no answer at all."""
        with self.lock:
            fails = self._chance.random() < self._failing
            how = self._chance.choice(FAILS) if fails else ""
            self.got.failures[how] += 1
            if how in ("429", "500"):
                return {"status": int(how), "retry_after": 0.2}
            if not fails or self._chance.random() < 0.5:
                self.got.number += 1
                self.got.taken[key] += 1
                self.got.last[address] = self.got.number
                self.got.order.setdefault(address, []).append(key)
                self.got.unanswered[key] += fails
            return {"": {"status": 200}, "no answer": None, "cut off": {}}[how]


class Sending:
    """The adapter for it: what a platform's module does with its SDK."""

    name = NAME
    ceiling = DataLevel.PSEUDONYM
    keeps_history = True
    limits: tuple[Limit, ...] = (Limit(200, 1.0), Limit(5000, 1.0, "platform"))

    def __init__(self, port: int) -> None:
        self._port = port

    async def send(self, outbound: Outbound) -> str | None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            raise SendError("unreachable") from None
        try:
            sent = {"key": outbound.key, "address": outbound.place.address}
            writer.write(json.dumps(sent).encode() + b"\n")
            await writer.drain()
            line = await reader.readline()
        except OSError:
            raise SendError("broken_off") from None
        finally:
            writer.close()
        if not line:
            raise SendError("broken_off")
        answer = json.loads(line)
        if answer["status"] == 429:
            raise SendError("rate_limited", retry_after=answer["retry_after"])
        if answer["status"] != 200:
            raise SendError("http_500")
        return outbound.key
