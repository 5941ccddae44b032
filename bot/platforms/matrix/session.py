"""Being signed in: the device and its keys, one sync after another, and putting events into rooms.

The library does the encryption. What it leaves to its user is here: which device we are, signing it, and what the
server's refusals mean.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from nio import (
    AsyncClient,
    AsyncClientConfig,
    EncryptionError,
    ErrorResponse,
    Event,
    LocalProtocolError,
    LoginResponse,
    MatrixRoom,
    MegolmEvent,
    RoomMessagesResponse,
    SyncResponse,
)
from nio.store import SqliteStore

from bot.platforms.base import SendError
from bot.platforms.matrix.account import Account
from bot.platforms.matrix.identity import Identity
from bot.platforms.matrix.keeping import Device, Keeping, derived

log = logging.getLogger("overlegmaat")

ENCRYPTION: Final = {"algorithm": "m.megolm.v1.aes-sha2"}
PATIENCE: Final = 15.0  # seconds after which a server that is away is asked again
_FILTER: Final = {
    "presence": {"types": []}, "account_data": {"types": []},
    "room": {"timeline": {"limit": 200}, "ephemeral": {"types": []}, "account_data": {"types": []}},
}  # fmt: skip
_MOST_PAGES: Final = 20  # of what was said while we were away for long, in one room
_NEVER: Final = frozenset({"M_FORBIDDEN", "M_NOT_FOUND", "M_TOO_LARGE", "M_BAD_JSON", "M_INVALID_PARAM"})
_SIGNED_OUT: Final = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"})

logging.getLogger("nio").setLevel(logging.ERROR)  # it logs what it could not read, with who wrote it


class SignedOut(Exception):
    """The server does not know our device any more."""


class Away(Exception):
    """The server cannot be reached, or cannot answer now. `retry_after`: seconds, where it says."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class Refused(Exception):
    """The server says no, and will go on saying so."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked(answer: Any) -> Any:
    """The answer; Away, Refused or SignedOut when it is an error."""
    if not isinstance(answer, ErrorResponse):
        return answer
    code = str(answer.status_code or "unknown")
    if code in _SIGNED_OUT:
        raise SignedOut
    if code in _NEVER:
        raise Refused(code)
    wait = answer.retry_after_ms
    raise Away(code, (wait or 5000) / 1000 if code == "M_LIMIT_EXCEEDED" else None)


class Session:
    """One stretch of being signed in, from `open` to `close`."""

    def __init__(self, account: Account, keeping: Keeping) -> None:
        self._account = account
        self._keeping = keeping
        self._client = self._bare()
        self._is_first = True
        self._news = asyncio.Event()
        self.is_ready = asyncio.Event()

    def _bare(self) -> AsyncClient:
        """Without keys, to sign in with."""
        config = AsyncClientConfig(encryption_enabled=False, max_limit_exceeded=0, max_timeouts=0, request_timeout=30)
        return AsyncClient(self._account.homeserver, self._account.user, config=config)

    def _made(self, device: str) -> AsyncClient:
        pickle_key = derived(self._account.key, self._account.user, "device").hex()
        config = AsyncClientConfig(
            store=SqliteStore, store_name=f"{device}.keys.db", encryption_enabled=True,
            pickle_key=pickle_key, store_sync_tokens=False, max_limit_exceeded=0, max_timeouts=0, request_timeout=30,
        )  # fmt: skip
        folder = str(self._account.folder)
        return AsyncClient(self._account.homeserver, self._account.user, device, folder, config=config)

    @property
    def rooms(self) -> Mapping[str, MatrixRoom]:
        """The rooms that we are in, as far as the last sync tells."""
        return self._client.rooms  # type: ignore[no-any-return]

    # --- signing in ---------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Sign in as the device that we were, or, when that is lost, as a new one that our identity signs."""
        device = self._keeping.device
        if device is None or not (self._account.folder / f"{device.id}.keys.db").exists():
            device = await self._sign_in()
        self._client = self._made(device.id)
        try:
            self._client.restore_login(self._account.user, device.id, device.token)
        except Exception:  # noqa: BLE001 -- a store that cannot be opened with this key is lost; the library says it variously
            log.warning("the keys of our Matrix device cannot be read any more: signing in as a new one")
            self._keeping.signed_out()
            device = await self._sign_in()
            self._client = self._made(device.id)
            self._client.restore_login(self._account.user, device.id, device.token)
        (self._account.folder / f"{device.id}.keys.db").chmod(0o600)

    async def _sign_in(self) -> Device:
        first = self._bare()
        try:
            answer = await self._asked(first.login(self._account.password, device_name="Overlegmaat"))
        finally:
            await first.close()
        if not isinstance(answer, LoginResponse):
            raise Refused("login")
        device = Device(answer.device_id, answer.access_token)
        self._keeping.signed_in(device)
        return device

    async def close(self) -> None:
        """Let go of the connection and of the keys' file."""
        self.is_ready.clear()
        await self._client.close()
        if self._client.store is not None:
            self._client.store.database.close()

    async def _asked(self, question: Any) -> Any:
        try:
            return checked(await question)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Away(type(error).__name__) from None

    # --- taking in ----------------------------------------------------------------------------------------------------

    async def sync(self, since: str | None, seconds: float) -> SyncResponse:
        """What happened since, waiting so many seconds for something. Keys that came with it are kept already."""
        is_first, client = self._is_first, self._client
        answer = await self._asked(
            client.sync(
                timeout=0 if is_first else max(1, int(seconds * 1000)), sync_filter=_FILTER, since=since,
                full_state=is_first or None,
            )
        )  # fmt: skip
        await self._keep_up()
        if is_first:
            await self._publish_identity()
            self._is_first = False
        self._news.set()
        self._news = asyncio.Event()
        return answer

    async def _keep_up(self) -> None:
        """What encryption asks between two syncs."""
        client = self._client
        if client.should_upload_keys:
            await self._asked(client.keys_upload())
        if client.should_query_keys:
            await self._asked(client.keys_query())
        if client.should_claim_keys:
            await self._asked(client.keys_claim(client.get_users_for_key_claiming()))
        for sent in await client.send_to_device_messages():
            checked(sent)

    async def missed(self, room: str, start: str, since: str) -> list[Event]:
        """What was said in a room between `since` and `start`, oldest first."""
        found: list[Event] = []
        for _ in range(_MOST_PAGES):
            page = await self._asked(self._client.room_messages(room, start, since, limit=200))
            if not isinstance(page, RoomMessagesResponse):
                break
            found.extend(page.chunk)
            if not page.chunk or page.end is None or page.end == since:
                break
            start = page.end
        return found[::-1]

    def read_again(self, room: str, source: Mapping[str, Any]) -> Event | None:
        """An event that could not be decrypted, now; None when its key has not come."""
        event = Event.parse_encrypted_event(dict(source))
        if not isinstance(event, MegolmEvent):
            return None
        event.room_id = room
        try:
            found = self._client.decrypt_event(event)
        except EncryptionError:
            return None
        return found if isinstance(found, Event) else None

    def is_senders(self, event: Event) -> bool:
        """Whether a decrypted event comes from a device of the one who is named as its sender."""
        devices = self._client.device_store.active_user_devices(event.sender)
        return any(one.curve25519 == event.sender_key for one in devices)

    async def look_up_devices(self, user: str) -> None:
        """Ask the server for somebody's devices."""
        self._client.olm.users_for_key_query.add(user)
        await self._asked(self._client.keys_query())

    # --- in rooms -----------------------------------------------------------------------------------------------------

    async def known_room(self, room: str, *, is_sealed: bool) -> MatrixRoom:
        """A room that we are in, and that is known to be encrypted if it is; of one that was just made, the server
        tells in more than one sync.
        """
        while (found := self._client.rooms.get(room)) is None or (is_sealed and not found.encrypted):
            await self._news.wait()
        return found

    async def has(self, room: MatrixRoom, user: str) -> bool:
        """Whether somebody is in a room, or invited."""
        if user not in room.users and user not in room.invited_users:
            path = f"/_matrix/client/v3/rooms/{quote(room.room_id)}/state/m.room.member/{quote(user)}"
            if (await self._raw("GET", path)).get("membership") not in {"join", "invite"}:
                return False
            while user not in room.users and user not in room.invited_users:
                await self._news.wait()
        return True

    async def put(self, room: str, kind: str, content: dict[str, Any], once: str) -> str:
        """Send an event; with the same `once` the server takes it once. Its id. Raises SendError."""
        if room not in self._client.rooms:
            raise SendError("matrix:not_in_room", permanent=True)
        sent = await self.asked_to_send(self._send(room, kind, content, once))
        return str(sent.event_id)

    async def _send(self, room: str, kind: str, content: dict[str, Any], once: str) -> Any:
        try:
            return await self._client.room_send(room, kind, content, tx_id=once, ignore_unverified_devices=True)
        except LocalProtocolError as error:
            raise Away(type(error).__name__) from None

    async def asked_to_send(self, question: Any) -> Any:
        """The answer, with refusals as a SendError."""
        try:
            return await self._asked(question)
        except Refused as refused:
            raise SendError(f"matrix:{refused.code}", permanent=True) from None
        except SignedOut:
            raise SendError("matrix:signed_out", retry_after=PATIENCE, is_whole_platform=True) from None
        except Away as away:
            is_limit = away.code == "M_LIMIT_EXCEEDED"
            wait = (away.retry_after or PATIENCE) if is_limit else PATIENCE
            raise SendError(f"matrix:{away.code}", retry_after=wait, is_whole_platform=True) from None

    async def create_private(self, user: str) -> str:
        """An encrypted room with one person."""
        state = [{"type": "m.room.encryption", "state_key": "", "content": ENCRYPTION}]
        made = await self.asked_to_send(self._client.room_create(is_direct=True, invite=[user], initial_state=state))
        return str(made.room_id)

    async def talks(self) -> dict[str, str]:
        """Private rooms as the server keeps them for us: room → member."""
        try:
            found = await self._raw("GET", f"/_matrix/client/v3/user/{quote(self._account.user)}/account_data/m.direct")
        except Refused:  # none yet
            return {}
        return {str(room): member for member, rooms in found.items() if isinstance(rooms, list) for room in rooms}

    async def keep_talks(self, private: Mapping[str, str]) -> None:
        """Tell the server which rooms are private ones, so that they are known again after a loss: member → room."""
        path = f"/_matrix/client/v3/user/{quote(self._account.user)}/account_data/m.direct"
        await self._raw("PUT", path, {member: [room] for member, room in private.items()})

    async def redact(self, room: str, event: str, once: str) -> None:
        """Take an event of ours away."""
        await self.asked_to_send(self._client.room_redact(room, event, tx_id=once))

    async def join(self, room: str, via: str = "") -> None:
        """Come in; Refused when that may not be. `via`: a server that is in the room."""
        way = f"?server_name={quote(via)}" if via else ""
        await self._raw("POST", f"/_matrix/client/v3/join/{quote(room)}{way}", {})

    async def leave(self, room: str) -> None:
        """Go, or decline."""
        await self._asked(self._client.room_leave(room))

    async def has_read(self, room: str, event: str) -> None:
        """Put the read marker at an event."""
        await self._asked(self._client.room_read_markers(room, event, event))

    async def author_of(self, room: str, event: str) -> str | None:
        """Who wrote an event, also when it was taken away; None when nobody knows."""
        try:
            found = await self._raw("GET", f"/_matrix/client/v3/rooms/{quote(room)}/event/{quote(event)}")
        except Refused:
            return None
        return str(found.get("sender") or "") or None

    async def follows(self, room: str, before: str) -> bool:
        """Whether a room says of itself that it comes after another."""
        made = await self._raw("GET", f"/_matrix/client/v3/rooms/{quote(room)}/state/m.room.create")
        predecessor = made.get("predecessor")
        return isinstance(predecessor, dict) and predecessor.get("room_id") == before

    # --- our identity -------------------------------------------------------------------------------------------------

    async def _publish_identity(self) -> None:
        """Make our cross-signing known once, and sign this device with it. A server that refuses leaves the device
        unsigned: encryption works, and clients show a warning at it.
        """
        user, identity = self._account.user, Identity(self._account.user, self._account.key)
        try:
            known = await self._raw("POST", "/_matrix/client/v3/keys/query", {"device_keys": {user: []}})
            if not identity.is_published(known):
                await self._upload(identity)
            device = known["device_keys"][user][self._client.device_id]
            if not identity.has_signed(device):
                signed = {user: {self._client.device_id: identity.sign_device(device)}}
                answer = await self._raw("POST", "/_matrix/client/v3/keys/signatures/upload", signed)
                if answer.get("failures"):
                    raise Refused("signature")  # noqa: TRY301 -- told as every other refusal, below
        except (Refused, KeyError) as refusal:
            log.warning("our Matrix device is not cross-signed: %s", refusal)

    async def _upload(self, identity: Identity) -> None:
        path, keys = "/_matrix/client/v3/keys/device_signing/upload", identity.to_upload()
        status, answer = await self._request("POST", path, keys)
        if status == 401:  # noqa: PLR2004 -- the server wants to see the password
            mine = {"type": "m.id.user", "user": self._account.user}
            auth = {"type": "m.login.password", "identifier": mine, "password": self._account.password}
            status, answer = await self._request(
                "POST", path, keys | {"auth": auth | {"session": answer.get("session")}}
            )
        _fine(status, answer)

    async def _raw(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> dict[str, Any]:
        status, answer = await self._request(method, path, content)
        return _fine(status, answer)

    async def _request(self, method: str, path: str, content: Mapping[str, Any] | None) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self._client.access_token}", "Content-Type": "application/json"}
        body = None if content is None else json.dumps(content)
        try:
            answer = await self._client.send(method, path, body, headers)
            async with answer:
                found = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Away(type(error).__name__) from None
        return answer.status, found if isinstance(found, dict) else {}


def _fine(status: int, answer: dict[str, Any]) -> dict[str, Any]:
    if status < 400:  # noqa: PLR2004 -- HTTP
        return answer
    code = str(answer.get("errcode") or status)
    if code in _SIGNED_OUT:
        raise SignedOut
    if code == "M_LIMIT_EXCEEDED" or status >= 500:  # noqa: PLR2004 -- idem
        raise Away(code, float(answer.get("retry_after_ms") or 5000) / 1000)
    raise Refused(code)


def now() -> float:
    """Seconds, for waiting: also right after a restart."""
    return time.time()


__all__ = ["Away", "Refused", "Session", "SignedOut", "now"]
