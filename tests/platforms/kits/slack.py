"""Slack's other end in memory: its Web API as slack_sdk calls it, and its calls to us, signed."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx2 as httpx
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.listening import hooks
from bot.platforms.base import Place
from bot.platforms.slack import NAME
from bot.platforms.slack.client import Settings, SlackByCalls
from bot.web.server import build_web
from tests.platforms.kit import Meant
from tests.web.fake_chat import FakeChat

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.platforms.base import Platform
    from tests.platforms.kit import Ledger

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ANSWERS: Mapping[str, tuple[int, dict[str, str], str]] = {
    "slow down": (429, {"Retry-After": "30"}, "ratelimited"),
    "archived": (200, {}, "is_archived"),
    "never in the channel": (200, {}, "not_in_channel"),
    "deactivated": (200, {}, "user_disabled"),
    "token revoked": (200, {}, "token_revoked"),
    "app removed": (200, {}, "account_inactive"),
    "trouble there": (500, {}, "internal_error"),
    "something new": (200, {}, "a_word_of_tomorrow"),
}
MEANT = MappingProxyType(
    {
        "slow down": Meant(waits=True),
        "archived": Meant(permanent=True),
        "never in the channel": Meant(permanent=True),
        "deactivated": Meant(permanent=True),
        "token revoked": Meant(waits=True, is_whole_platform=True),
        "app removed": Meant(waits=True, is_whole_platform=True),
        "trouble there": Meant(),
        "something new": Meant(),
        "cut off": Meant(),
    }
)


class Answer(dict[str, Any]):
    """As slack_sdk gives it."""

    def __init__(self, said: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> None:
        super().__init__(said)
        self.status_code = status
        self.headers = headers or {}
        self.data = self


class FakeSlack(AsyncWebClient):  # type: ignore[misc]
    """The Web API: remembers what it took, and what stands in each channel."""

    def __init__(self) -> None:
        super().__init__("xoxb-1-contract")
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.standing: dict[str, dict[str, Any]] = {}
        self.cause = ""

    async def api_call(self, api_method: str, **given: Any) -> Any:
        await asyncio.sleep(0)
        if api_method == "auth.test":
            return Answer({"ok": True, "user_id": "UBOT", "bot_id": "BBOT", "team_id": "T1", "user": "overlegmaat"})
        if self.cause == "cut off":
            raise ConnectionResetError
        if self.cause:
            status, headers, code = ANSWERS[self.cause]
            raise SlackApiError("no", Answer({"ok": False, "error": code}, status, headers))
        asked = {name: value for kind in ("params", "json") for name, value in (given.get(kind) or {}).items()}
        self.calls.append((api_method, asked))
        ts = asked.get("ts") or f"1771920000.{len(self.calls):06}"
        channel = f"D{asked['channel'][1:]}" if str(asked.get("channel", "")).startswith("U") else asked.get("channel")
        if api_method in {"chat.postMessage", "chat.update"}:
            if api_method == "chat.update" and ts not in self.standing:
                raise SlackApiError("no", Answer({"ok": False, "error": "message_not_found"}))
            self.standing[ts] = asked
        return Answer({"ok": True, "channel": channel, "ts": ts})


@dataclass
class Kit:
    causes: Mapping[str, Meant] = field(default_factory=lambda: MEANT)
    slack: FakeSlack = field(default_factory=FakeSlack)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Platform]:
        yield SlackByCalls(Settings("xoxb-1-contract", SECRET), self.slack)

    async def deliver(self, platform: Platform, payload: Any, intake: Ledger) -> bool:
        return (await self.call(platform, payload, intake)).status_code == 200

    async def call(self, platform: Platform, payload: Any, intake: Any, secret: str = SECRET) -> httpx.Response:
        """A call as Slack makes it."""
        assert isinstance(platform, SlackByCalls)
        body, kind = _body(payload)
        now = str(int(time.time()))
        signature = SignatureVerifier(secret).generate_signature(timestamp=now, body=body) or ""
        headers = {"content-type": kind, "x-slack-request-timestamp": now, "x-slack-signature": signature}
        transport = httpx.ASGITransport(app=build_web(FakeChat(), hooks=hooks([platform], intake)))
        async with httpx.AsyncClient(transport=transport, base_url="https://overleg.example.nl") as caller:
            return await caller.post("/hooks/slack/events", content=body.encode(), headers=headers)

    def place(self, *, is_private: bool) -> Place:
        return Place(NAME, "U7WIJKAGENT" if is_private else "C7JGO", is_private=is_private)

    def taken(self) -> list[Any]:
        return [{"method": method, **asked} for method, asked in self.slack.calls]

    def standing(self) -> int:
        return len(self.slack.standing)

    def faults(self, payload: Any) -> list[str]:
        return faults_of(payload)

    def read(self, payload: Any) -> str:
        return " ".join(_texts(payload.get("blocks", [])))

    def fails(self, cause: str) -> None:
        self.slack.cause = cause


def faults_of(payload: Any) -> list[str]:
    """What slack_sdk's own models have against a payload."""
    found: list[str] = []
    given = payload.get("view") or payload
    blocks = given.get("blocks", [])
    if payload.get("view"):
        _try(found, lambda: View(**given).validate_json())
    if len(blocks) > (100 if payload.get("view") else 50):
        found.append("too many blocks")
    for block in blocks:
        parsed = Block.parse(block)
        if parsed is None:
            found.append(f"no block: {block.get('type')}")
        else:
            _try(found, parsed.validate_json)
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        found.append("block_id twice")
    if len(str(payload.get("text", ""))) > 40_000:
        found.append("text too long")
    return found


def _try(found: list[str], check: Any) -> None:
    try:
        check()
    except Exception as error:  # noqa: BLE001 -- whatever they say is wrong
        found.append(f"{type(error).__name__}: {error}")


def _texts(value: Any) -> list[str]:
    """Every text in a block, for people who read it; links with their address."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for name, inner in value.items() if name != "text" or not own for text in _texts(inner)]
    return [text for inner in value for text in _texts(inner)] if isinstance(value, list) else []


def _body(payload: Any) -> tuple[str, str]:
    """Commands are forms, presses a form with JSON in it, events JSON."""
    form = "application/x-www-form-urlencoded"
    if isinstance(payload, dict) and "command" in payload:
        return urlencode({name: str(value) for name, value in payload.items()}, errors="replace"), form
    if isinstance(payload, dict) and str(payload.get("type")) not in {"event_callback", "url_verification"}:
        return urlencode({"payload": json.dumps(payload)}), form
    return json.dumps(payload), "application/json"
