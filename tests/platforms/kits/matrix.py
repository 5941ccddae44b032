from __future__ import annotations

import json
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import aiohttp
from nio import EncryptionError, RoomSendError, RoomSendResponse, SyncResponse

from bot.platforms.base import Place
from bot.platforms.matrix.account import Account
from bot.platforms.matrix.client import Matrix
from bot.platforms.matrix.intake import Reader
from bot.platforms.matrix.parse import Offer
from bot.platforms.matrix.session import Session
from storage.database import DatabaseError
from tests.platforms.kit import Meant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.platforms.base import Platform
    from tests.platforms.kit import Ledger

US, THEM = "@overlegmaat:vlietwaarden.example", "@wijkagent:vlietwaarden.example"
ROOM, PRIVATE = "!jgo:vlietwaarden.example", "!prive:vlietwaarden.example"
QUESTION = "$vraag"  # a message of ours in the private room, with choices
ANSWERS = {
    "limit": {"errcode": "M_LIMIT_EXCEEDED", "error": "Too many requests", "retry_after_ms": 2000},
    "kicked": {"errcode": "M_FORBIDDEN", "error": "not in the room"},
    "too_large": {"errcode": "M_TOO_LARGE", "error": "event too large"},
    "signed_out": {"errcode": "M_UNKNOWN_TOKEN", "error": "unknown token"},
    "broken": {"errcode": "M_UNKNOWN", "error": "internal server error"},
}


class Homeserver:
    """The library's client, with a homeserver that keeps what it is given."""

    access_token = "a token"

    def __init__(self) -> None:
        users = {US: None, THEM: None}
        self.rooms = {
            ROOM: SimpleNamespace(room_id=ROOM, users=users, invited_users={}, encrypted=True),
            PRIVATE: SimpleNamespace(room_id=PRIVATE, users=users, invited_users={}, encrypted=True),
        }
        self.taken: list[Any] = []
        self.fails = ""

    async def room_send(self, room: str, kind: str, content: dict[str, Any], **more: Any) -> Any:
        if self.fails == "down":
            raise aiohttp.ClientConnectionError
        if self.fails:
            return RoomSendError.from_dict(ANSWERS[self.fails], room)
        self.taken.append(content)
        return RoomSendResponse(f"$event{len(self.taken)}", room)

    def decrypt_event(self, event: Any) -> Any:
        raise EncryptionError

    async def room_read_markers(self, room: str, fully_read: str, read: str) -> None:
        """Taken."""

    async def room_leave(self, room: str) -> None:
        """Taken."""

    async def send(self, method: str, path: str, body: str | None, headers: Any) -> Any:
        """Everything else that is asked; what was redacted was theirs."""
        return Answer({"sender": THEM, "predecessor": {"room_id": ROOM}})


class Answer:
    status = 200

    def __init__(self, content: Any) -> None:
        self._content = content

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""

    async def json(self, **_: Any) -> Any:
        return self._content


class Kit:
    causes: ClassVar = {
        "limit": Meant(waits=True, is_whole_platform=True),
        "kicked": Meant(permanent=True),
        "too_large": Meant(permanent=True),
        "signed_out": Meant(waits=True, is_whole_platform=True),
        "broken": Meant(waits=True, is_whole_platform=True),
        "down": Meant(waits=True, is_whole_platform=True),
    }

    def __init__(self) -> None:
        self.homeserver = Homeserver()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Platform]:
        with tempfile.TemporaryDirectory() as folder:
            account = Account(
                "https://matrix.vlietwaarden.example", US, "secret", "k" * 40, Path(folder),
                frozenset({"vlietwaarden.example"}),
            )  # fmt: skip
            matrix = Matrix(account)
            keeping = matrix._keeping
            keeping.is_private_with(THEM, PRIVATE)
            offers = [
                Offer(QUESTION, 0, "d12:a:yes", keeping.seen_as("Ja")),
                Offer(QUESTION, 0, "d12:a:no", keeping.seen_as("Nee")),
                Offer(QUESTION, 4, "d12:skip@seen", keeping.seen_as("Overslaan")),
            ]
            keeping.offered(PRIVATE, QUESTION, offers)
            matrix._session = session = Session(account, keeping)
            session._client = self.homeserver
            session.is_ready.set()
            yield matrix
            await matrix.close()

    async def deliver(self, platform: Platform, payload: Any, intake: Ledger) -> bool:
        assert isinstance(platform, Matrix)
        assert platform._session is not None
        try:
            batch = SyncResponse.from_dict(payload)
        except Exception:  # noqa: BLE001 -- whatever the library makes of it: the line breaks, and is taken up again
            return False
        if not isinstance(batch, SyncResponse):
            return False
        reader = Reader(platform._account, platform._keeping, platform._session, intake, key_patience=0)
        try:
            await reader.take(batch, "s1")
        except DatabaseError:
            return False
        return True

    def place(self, *, is_private: bool) -> Place:
        return Place("matrix", THEM if is_private else ROOM, is_private=is_private)

    def taken(self) -> list[Any]:
        return self.homeserver.taken

    def standing(self) -> int:
        relations = [one.get("m.relates_to", {}) for one in self.homeserver.taken]
        return len([one for one in relations if one.get("rel_type") != "m.replace"])

    def faults(self, payload: Any) -> list[str]:
        size = len(json.dumps(payload).encode())
        return [] if size < 45_000 else [f"an event of {size} bytes: with encryption more than the 65,536 that fit"]

    def read(self, payload: Any) -> str:
        shown = payload.get("m.new_content", payload)
        return f"{shown['body']}\n{shown['formatted_body']}"

    def fails(self, cause: str) -> None:
        self.homeserver.fails = cause
