"""A real homeserver for a test, and a partner who talks there with a client of their own."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from nio import AsyncClient, AsyncClientConfig
from nio.store import SqliteStore

from tests.servers import dying_with_us, free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator

PROGRAM = Path(__file__).parents[2] / "build" / "synapse" / "bin" / "python"
SERVER = "vlietwaarden.test"
ENCRYPTION = {"algorithm": "m.megolm.v1.aes-sha2"}
MANY = {"per_second": 10_000, "burst_count": 10_000}
START_SECONDS = 120
LONGEST = 120  # seconds, on a machine that does much else
PASSWORD = "a password of the tests"
SHARED = "a secret of the tests"


class Synapse:
    """Synapse on SQLite in a folder of its own, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (folder / "log").open("w+", encoding="utf-8")
        self._running: subprocess.Popen[bytes] | None = None
        self._admin = ""
        settings = {
            "server_name": SERVER, "pid_file": str(folder / "pid"), "media_store_path": str(folder / "media"),
            "listeners": [{"port": self.port, "type": "http", "bind_addresses": ["127.0.0.1"],
                           "resources": [{"names": ["client"], "compress": False}]}],
            "database": {"name": "sqlite3", "args": {"database": str(folder / "hs.db")}},
            "log_config": str(folder / "log.yaml"), "signing_key_path": str(folder / "signing.key"),
            "registration_shared_secret": SHARED, "macaroon_secret_key": SHARED, "form_secret": SHARED,
            "report_stats": False, "trusted_key_servers": [], "suppress_key_server_warning": True,
            "presence": {"enabled": False}, "federation_domain_whitelist": [], "password_config": {"bcrypt_rounds": 4},
            "rc_message": MANY, "rc_registration": MANY, "rc_login": {"address": MANY, "account": MANY},
            "rc_joins": {"local": MANY}, "rc_room_creation": MANY,
            "rc_invites": {"per_room": MANY, "per_user": MANY, "per_issuer": MANY},
        }  # fmt: skip
        log = {"version": 1, "handlers": {"log": {"class": "logging.StreamHandler"}},
               "root": {"level": "WARNING", "handlers": ["log"]}}  # fmt: skip
        (folder / "homeserver.yaml").write_text(json.dumps(settings), encoding="utf-8")
        (folder / "log.yaml").write_text(json.dumps(log), encoding="utf-8")
        seed = base64.b64encode(os.urandom(32)).decode().rstrip("=")
        (folder / "signing.key").write_text(f"ed25519 a_test {seed}\n", encoding="ascii")

    def _run(self) -> subprocess.Popen[bytes]:
        command = [str(PROGRAM), "-m", "synapse.app.homeserver", "-c", str(self.folder / "homeserver.yaml")]
        environment = {**os.environ, "SYNAPSE_CACHE_FACTOR": "0.5"}
        return subprocess.Popen(
            [*dying_with_us(), *command], cwd=self.folder, env=environment, stdout=self._log, stderr=self._log
        )

    def start(self) -> None:
        self._running = self._run()
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._running.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"Synapse did not start:\n{(self.folder / 'log').read_text(encoding='utf-8')}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            self.ask("GET", "/health", raw=True)
        except (urllib.error.URLError, OSError):
            return False
        return True

    def stop(self) -> None:
        if self._running is not None:
            self._running.terminate()
            self._running.wait(START_SECONDS)
            self._running = None

    def close(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.wait(START_SECONDS)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(
        self, method: str, path: str, content: Any = None, *, token: str = "", raw: bool = False
    ) -> Any:  # fmt: skip
        body = None if content is None else json.dumps(content).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(f"{self.url}{path}", body, headers, method=method)
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
            read = answer.read()
        return read if raw else json.loads(read)

    def register(self, name: str, *, is_admin: bool = False) -> dict[str, str]:
        nonce = self.ask("GET", "/_synapse/admin/v1/register")["nonce"]
        parts = (nonce, name, PASSWORD, "admin" if is_admin else "notadmin")
        mac = hmac.new(SHARED.encode(), "\0".join(parts).encode(), hashlib.sha1).hexdigest()
        asked = {"nonce": nonce, "username": name, "password": PASSWORD, "admin": is_admin, "mac": mac}
        found: dict[str, str] = self.ask("POST", "/_synapse/admin/v1/register", asked)
        return found

    def slow_down(self, user: str, limit: dict[str, int]) -> None:
        """Let somebody send no more than this; 0 for as much as they like."""
        if not self._admin:
            self._admin = self.register("beheer", is_admin=True)["access_token"]
        self.ask("POST", f"/_synapse/admin/v1/users/{user}/override_ratelimit", limit, token=self._admin)


@pytest.fixture(scope="session")
def synapse() -> Generator[Synapse]:
    if not PROGRAM.exists():
        pytest.skip("no Synapse here (make synapse)")
    server = Synapse(Path(tempfile.mkdtemp(prefix="overlegmaat-synapse-")))
    try:
        server.start()
        yield server
    finally:
        server.close()


class Partner:
    """Somebody with a client of their own, encrypting as theirs does."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self.user: str = client.user_id
        self.seen: list[dict[str, Any]] = []  # every event, in the order in which it came

    async def sync(self, seconds: float = 0.0) -> None:
        answer = await self.client.sync(timeout=int(seconds * 1000), since=None)
        assert hasattr(answer, "rooms"), answer
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        if self.client.should_query_keys:
            await self.client.keys_query()
        if self.client.should_claim_keys:
            await self.client.keys_claim(self.client.get_users_for_key_claiming())
        await self.client.send_to_device_messages()
        for room in answer.rooms.invite:
            await self.client.join(room)
        for room, info in answer.rooms.join.items():
            self.seen += [
                {**one.source, "room_id": room, "was_encrypted": getattr(one, "decrypted", False)}
                for one in info.timeline.events
            ]

    async def wait(self, wanted: Callable[[dict[str, Any]], bool], after: int = 0) -> dict[str, Any]:
        """The first event like that, waiting for it to come."""
        async with asyncio.timeout(LONGEST):
            while True:
                for event in self.seen[after:]:
                    if event.get("sender") != self.user and wanted(event):
                        return event
                await self.sync(5)

    async def hears(self, words: str, after: int = 0) -> dict[str, Any]:
        return await self.wait(lambda one: words in str(one.get("content", {}).get("body", "")), after)

    async def room(self, *invited: str, is_encrypted: bool = True, is_direct: bool = False, name: str = "") -> str:
        state = [{"type": "m.room.encryption", "state_key": "", "content": ENCRYPTION}] if is_encrypted else []
        made = await self.client.room_create(
            invite=list(invited), is_direct=is_direct, initial_state=state, name=name or None
        )
        await self.sync()
        room: str = made.room_id
        return room

    async def says(self, room: str, text: str, **more: Any) -> str:
        return await self.puts(room, "m.room.message", {"msgtype": "m.text", "body": text, **more})

    async def puts(self, room: str, kind: str, content: dict[str, Any]) -> str:
        sent = await self.client.room_send(room, kind, content, ignore_unverified_devices=True)
        assert hasattr(sent, "event_id"), sent
        event_id: str = sent.event_id
        return event_id

    async def joined(self, room: str, user: str) -> None:
        """Wait until somebody is in the room, so that what is said next is encrypted for them as well."""
        await self.wait(
            lambda one: (
                (one["room_id"], one.get("state_key")) == (room, user) and one["content"].get("membership") == "join"
            )
        )


@asynccontextmanager
async def partner(server: Synapse, name: str) -> AsyncIterator[Partner]:
    """A new account with a client, closed at the end."""
    account = await asyncio.to_thread(server.register, name)
    folder = server.folder / f"client-{name}"
    folder.mkdir()
    config = AsyncClientConfig(store=SqliteStore, encryption_enabled=True, store_sync_tokens=False)
    client = AsyncClient(server.url, account["user_id"], account["device_id"], str(folder), config=config)
    client.restore_login(account["user_id"], account["device_id"], account["access_token"])
    try:
        one = Partner(client)
        await one.sync()
        yield one
    finally:
        await client.close()
        client.store.database.close()
