"""One POST to an ASGI application, without a network or a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp


async def post(app: ASGIApp, path: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status that it is answered with."""
    answered: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        answered.append(message)

    whole = {"content-length": str(len(body)), **headers}
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in whole.items()], "http_version": "1.1",
        "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 5), "root_path": "",
    }  # fmt: skip
    await app(scope, receive, send)
    return int(answered[0]["status"])
