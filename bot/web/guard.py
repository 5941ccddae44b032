"""Who may talk to the web chat: this machine, the page's own origin; and what every answer says to the browser."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from base64 import b64encode
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.faults import report

HOOKS: Final = "/hooks/"  # chat platforms call there; each route looks at its platform's signature
LARGEST_CALL: Final = 2 * 1024 * 1024  # bytes of one such call
NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
PROXIED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "content-security-policy": CSP,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}


def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def document_policy(html: str) -> str:
    """A policy for a document of ours: no scripts at all, and of styles only those that stand in it."""
    styles = re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    hashes = (b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles)
    allowed = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in hashes)])
    return f"default-src 'none'; style-src {allowed}; img-src data:; frame-ancestors 'none'; base-uri 'none'"


def refusal(status: int, code: str, error_id: str = "") -> JSONResponse:
    """A problem as the page takes it: a code that it has words for, and for a fault of ours the id in the log."""
    return JSONResponse({"error": {"code": code} | ({"id": error_id} if error_id else {})}, status_code=status)


class Guard:
    """Middleware around everything: refuses strangers, adds the headers, turns a fault into an error id."""

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        self._app = app
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                headers = MutableHeaders(scope=message)
                for name, value in {**HEADERS, **_sworn(self._public_url)}.items():
                    headers.setdefault(name, value)
            await send(message)

        is_call = scope["path"].startswith(HOOKS)
        if problem := "" if is_call else _stranger(scope, self._public_url):
            await refusal(403, problem)(scope, receive, send_with_headers)
            return
        if is_call and not _fits(scope):
            await refusal(413, "too_large")(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001  # the one broad catch of the web part: the visitor gets an id
            error_id = report(error)
            if not has_started:
                await refusal(500, "internal", error_id)(scope, receive, send_with_headers)


def _fits(scope: Scope) -> bool:
    """A call says how long it is, and is no longer than any platform's."""
    length = Headers(scope=scope).get("content-length", "0" if scope["method"] in {"GET", "HEAD"} else "")
    return length.isdecimal() and int(length) <= LARGEST_CALL


def is_near(scope: Scope) -> bool:
    """Whether a request comes from this machine, and by no proxy."""
    client = scope.get("client")
    headers = Headers(scope=scope)
    return client is not None and is_loopback(client[0]) and not any(name in headers for name in PROXIED)


def _sworn(public_url: str) -> dict[str, str]:
    return {"strict-transport-security": "max-age=31536000"} if public_url.startswith("https:") else {}


def _stranger(scope: Scope, public_url: str) -> str:
    """Why a request is refused, or "". A page elsewhere may not use the visitor's browser to come in either.

    With a public address, others come in too, by that name: who they are is asked behind this.
    """
    headers = Headers(scope=scope)
    if not public_url and not is_near(scope):
        return "not_loopback"
    host = headers.get("host", "")
    is_public = bool(public_url) and host == urlsplit(public_url).netloc
    if not is_public and (urlsplit(f"//{host}").hostname or "") not in NAMES:
        return "wrong_host"
    if scope["method"] in {"GET", "HEAD"}:
        return ""
    is_own = headers.get("origin") == (public_url if is_public else f"{scope['scheme']}://{host}")
    return "" if is_own and headers.get("sec-fetch-site", "same-origin") == "same-origin" else "wrong_origin"
