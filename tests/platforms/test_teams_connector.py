"""Microsoft's own library, calling a server on this machine."""

from __future__ import annotations

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import jwt
import pytest

from bot.platforms.base import SendError
from bot.platforms.teams import connector
from bot.platforms.teams.connector import MicrosoftConnector, Registration, at
from tests.platforms.kits.teams import APP, TENANT

TOKEN = jwt.encode({"exp": 9999999999}, "a secret that is long enough for the test", "HS256")


class Service(BaseHTTPRequestHandler):
    """Takes what is posted; one path is busy."""

    got: list[tuple[str, str]] = []  # noqa: RUF012 -- the server makes the object

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.got.append((self.path, self.headers["authorization"]))
        self.send_response(429 if self.path.startswith("/busy") else 201)
        self.send_header("retry-after", "2")
        self.end_headers()
        self.wfile.write(b'{"id": "174"}')

    def log_message(self, *_: object) -> None:
        """It says nothing."""


def test_a_call_carries_a_token_and_what_is_refused_is_a_send_error(monkeypatch):
    async def token(scope: object, tenant: str | None) -> str:
        assert tenant == TENANT
        return TOKEN

    monkeypatch.setattr(connector, "_by_certificate", lambda _: token)
    server = HTTPServer(("127.0.0.1", 0), Service)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    url = f"http://127.0.0.1:{server.server_port}"

    async def run() -> None:
        teams = MicrosoftConnector(Registration(APP, TENANT, certificate="a file"))
        path = at("19:x@thread.tacv2;messageid=1", "activities")
        assert await teams.call("POST", f"{url}/", path, {"type": "message"}) == {"id": "174"}
        with pytest.raises(SendError) as busy:
            await teams.call("POST", f"{url}/busy", path, {})
        assert (busy.value.retry_after or 0) >= 2
        with pytest.raises(SendError, match="ConnectError"):
            await teams.call("POST", "http://127.0.0.1:1", path, {})
        with pytest.raises(OSError, match="ConnectError"):
            await teams.fetch("http://127.0.0.1:1/keys")
        await teams.close()

    try:
        asyncio.run(run())
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
        asyncio.set_event_loop(None)
    assert Service.got[0] == ("/v3/conversations/19:x@thread.tacv2;messageid=1/activities", f"Bearer {TOKEN}")
