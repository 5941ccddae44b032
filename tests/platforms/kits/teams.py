from __future__ import annotations

import itertools
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2 as httpx
from starlette.applications import Starlette

from bot.listening import hooks
from bot.platforms.base import Place
from bot.platforms.teams import NAME, render
from bot.platforms.teams.client import Teams
from bot.platforms.teams.connector import Registration, refusal
from bot.platforms.teams.parse import Reference
from tests.platforms.kit import Meant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.platforms.base import Platform, SendError
    from tests.platforms.kit import Ledger

TENANT = "3d0f1c7a-9a52-4a0e-8a51-6a1f5a0c9b11"
APP = "0b7c7b8e-5c2f-4b7e-9a35-2d1f4c6e8a10"
ROOM = "19:7d3e@thread.tacv2"
MEMBER = "7f2b1c9e-1111-4aaa-8bbb-0c0c0c0c0c01"
SERVICE = "https://smba.trafficmanager.net/emea/"
ELEMENTS = {
    "ActionSet", "Column", "ColumnSet", "Container", "Input.ChoiceSet", "Input.Date", "Input.Number", "Input.Text",
    "RichTextBlock", "Table", "TableCell", "TableRow", "TextRun",
}  # fmt: skip
BLOCKED: Mapping[str, Any] = {"subCode": "MessageWritesBlocked", "error": {"code": "Forbidden", "message": "private"}}
ANSWERS: dict[str, tuple[int, Mapping[str, str], Mapping[str, Any]]] = {
    "busy": (429, {"Retry-After": "3"}, {}),
    "busy, no time": (429, {}, {}),
    "changed meanwhile": (412, {}, {}),
    "bad gateway": (502, {}, {}),
    "no answer": (504, {}, {}),
    "a fault of theirs": (500, {}, {"error": {"code": "ServiceError", "message": "what somebody wrote"}}),
    "no right": (401, {}, {}),
    "blocked": (403, {}, BLOCKED),
    "gone": (404, {}, {"error": {"code": "ConversationNotFound"}}),
    "too large": (413, {}, {"error": {"code": "MessageSizeTooBig"}}),
}


@dataclass
class OtherEnd:
    """The connector's server: it numbers what it takes and counts bytes."""

    sent: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    failure: SendError | None = None
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def call(self, method: str, service_url: str, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.failure is not None:
            raise self.failure
        self.sent.append((method, path, json.loads(json.dumps(body))))
        if path == "/v3/conversations":
            return {"id": "a:1begun"}
        return {"id": body.get("id") or f"17403840000{next(self.numbers):03}"}

    async def fetch(self, address: str) -> Mapping[str, Any]:
        raise OSError(address)

    async def close(self) -> None:
        """There is nothing to let go of."""


@dataclass
class Known:
    """Where people are, in memory."""

    found: dict[str, Reference] = field(default_factory=dict)

    async def find(self, address: str) -> Reference | None:
        return self.found.get(address)

    async def keep(self, known: Reference) -> None:
        self.found[known.address] = known

    async def of_team(self, team: str) -> tuple[str, ...]:
        return tuple(one.address for one in self.found.values() if one.team == team)

    async def viewers(self, room: str, most: int) -> tuple[str, ...]:
        return ("29:1wijkagent",)


class Open:
    """A door without a lock: the lock has its own tests."""

    async def admit(self, authorization: str, service_url: str, channel: str = "") -> None:
        """Let in."""


@dataclass
class Kit:
    other: OtherEnd = field(default_factory=OtherEnd)
    known: Known = field(default_factory=Known)

    @property
    def causes(self) -> Mapping[str, Meant]:
        waits = {"busy", "busy, no time", "changed meanwhile", "bad gateway", "no answer"}
        lasting = {"blocked", "gone", "too large"}
        return {one: Meant(permanent=one in lasting, waits=one in waits) for one in ANSWERS}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Platform]:
        self.known.found[MEMBER] = Reference(MEMBER, "a:1personalconversation", SERVICE, TENANT, "29:1wijkagent")
        platform = Teams(Registration(APP, TENANT, "secret"), self.other, self.known, Open())  # type: ignore[arg-type]
        yield platform
        await platform.close()

    async def deliver(self, platform: Platform, payload: Any, intake: Ledger) -> bool:
        transport = httpx.ASGITransport(app=Starlette(routes=hooks([platform], intake)))
        async with httpx.AsyncClient(transport=transport, base_url="https://overleg.example.nl") as teams:
            answer = await teams.post("/hooks/teams/messages", content=json.dumps(payload))
        return answer.status_code < 500

    def place(self, *, is_private: bool) -> Place:
        return Place(NAME, MEMBER if is_private else ROOM, is_private=is_private)

    def taken(self) -> list[Any]:
        return [body for _, _, body in self.other.sent]

    def standing(self) -> int:
        return sum(method == "POST" for method, _, _ in self.other.sent)

    def faults(self, payload: Any) -> list[str]:
        found = [] if render.size(payload) <= 80_000 else [f"{render.size(payload)} bytes"]
        for card in cards(payload):
            if len(card.get("refresh", {}).get("userIds", [])) > 60:
                found.append("more than 60 views")
            ids = [one["id"] for one in parts(card) if str(one.get("type", "")).startswith("Input.")]
            if len(ids) != len(set(ids)):
                found.append("an id twice")
            for one in parts(card["body"]):
                kind = one.get("type", "")
                if kind == "ActionSet" and len(one["actions"]) > 6:
                    found.append("more than 6 actions")
                if kind and not kind.startswith("Action.") and kind not in ELEMENTS:
                    found.append(kind)
        return found

    def read(self, payload: Any) -> str:
        words = ("text", "title", "url", "value", "label")
        return "\n".join(
            str(one[word]) for card in cards(payload) for one in parts(card) for word in words if word in one
        )

    def fails(self, cause: str) -> None:
        self.other.failure = refusal(*ANSWERS[cause])


def cards(payload: Any) -> list[Any]:
    return [one["content"] for one in payload.get("attachments", ())]


def parts(element: Any) -> list[dict[str, Any]]:
    """An element and everything in it."""
    if isinstance(element, list):
        return [inner for one in element for inner in parts(one)]
    if not isinstance(element, dict):
        return []
    return [element, *(inner for name, one in element.items() if name != "data" for inner in parts(one))]
