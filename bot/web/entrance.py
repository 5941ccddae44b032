"""The pages of coming in and going out, and the keeper in front of everything else. They work without scripts."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlencode

from starlette.datastructures import FormData, Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.access import SESSION_LIFETIME
from bot.web import pages
from bot.web.door import Door, Entered, Visitor
from bot.web.guard import HOOKS, is_near, refusal
from bot.web.oidc import RETURN, UNDER_WAY, Offer, Providers, Refusal
from conversations.documents.render import STYLESHEET

OPEN: Final = ("/sign-in", "/in/", "/static/", "/texts/", "/healthz", "/readyz", HOOKS)
LONGEST_FIELD: Final = 200
LARGEST_FORM: Final = 4096
_FLOW: Final = "-provider"  # of the cookie that waits for a provider's answer
_BROWSERS: Final = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS: Final = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def cookie_name(*, is_secure: bool) -> str:
    """With the prefix, browsers take it over TLS alone, and from no other host."""
    return "__Host-overlegmaat" if is_secure else "overlegmaat"


class Keeper:
    """Middleware behind the guard: nobody comes further who is not signed in, and nobody as somebody else."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        path = scope.get("path", "")
        is_open = path.startswith(OPEN) or path == STYLESHEET or (path == "/metrics" and is_near(scope))
        if scope["type"] != "http" or is_open:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        token = request.cookies.get(cookie_name(is_secure=self._door.is_secure), "")
        is_doing = scope["method"] == "POST" or not path.startswith("/api/")
        visitor = await self._door.visitor(token, is_doing=is_doing) if token else None
        answer = _signed_out(request) if visitor is None else _as_other(request, visitor)
        if answer is not None:
            await answer(scope, receive, send)
            return
        asked = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if visitor is not None:
            asked["persona"] = [visitor.persona]
        query = urlencode(asked, doseq=True).encode("latin-1")
        await self._app({**scope, "query_string": query, "visitor": visitor}, receive, send)


def _signed_out(request: Request) -> Response:
    if request.url.path.startswith("/api/"):
        return refusal(401, "signed_out")
    after = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    return RedirectResponse(f"/sign-in?next={quote(after)}", status_code=303)


def _as_other(request: Request, visitor: Visitor) -> Response | None:
    """Why a request of somebody who is signed in is refused."""
    wanted = request.query_params.get("persona", "")
    if wanted not in {"", visitor.persona}:
        return RedirectResponse("/", status_code=303) if request.url.path == "/" else refusal(403, "not_yours")
    if request.method == "POST" and request.url.path.startswith("/api/"):
        given = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(given.encode(), visitor.csrf.encode()):
            return refusal(403, "wrong_origin")
    return None


class Entrance:
    """Sign in, open a link, see one's sessions, sign out."""

    def __init__(self, door: Door, providers: Providers | None = None) -> None:
        self._door = door
        self._providers = providers or Providers(door, {})

    def routes(self) -> list[Route]:
        """Where it is."""
        return [
            Route("/sign-in", self.show),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-in/code", self.send_code, methods=["POST"]),
            Route("/sign-in/oidc", self.to_provider),
            Route(RETURN, self.from_provider),
            Route("/sign-in/oidc/out", self.out_at_provider),
            Route("/in/{token:str}", self.link),
            Route("/in/{token:str}", self.follow, methods=["POST"]),
            Route("/sessions", self.sessions),
            Route("/sessions", self.end, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The sign-in page."""
        town = request.query_params.get("out", "")
        out = next((one for one in self._providers.offers if one.town == town), None)
        return self._sign_in(request, target=_own(request.query_params.get("next", "/")), out=out)

    async def sign_in(self, request: Request) -> Response:
        """With a code."""
        form = await _form(request)
        target = _own(_field(form, "next"))
        found = await self._door.by_code(_field(form, "code"), _source(request, self._door), _device(request))
        if isinstance(found, Entered):
            return self._let_in(found, target)
        return self._sign_in(request, status=429 if found == "locked" else 403, problem=found, target=target)

    async def send_code(self, request: Request) -> Response:
        """By the member's own channel. The answer is the same whoever asks."""
        form = await _form(request)
        if who := _field(form, "who").strip():
            await self._door.send_code(who, _source(request, self._door))
        return self._sign_in(request, problem="sent", target=_own(_field(form, "next")))

    async def to_provider(self, request: Request) -> Response:
        """On to the municipality's own provider; what its answer has to fit stays in the browser meanwhile."""
        town, target = request.query_params.get("town", ""), _own(request.query_params.get("next", "/"))
        try:
            address, kept = await self._providers.begin(town, target, self._address(request, RETURN))
        except Refusal as refused:
            return self._sign_in(request, status=refused.status, problem=refused.why, target=target)
        answer = RedirectResponse(address, status_code=303)
        self._keep(answer, _FLOW, kept, int(UNDER_WAY.total_seconds()))
        return answer

    async def from_provider(self, request: Request) -> Response:
        """Back from there: in, or the reason why not. What the browser kept is used up."""
        kept = request.cookies.get(cookie_name(is_secure=self._door.is_secure) + _FLOW, "")
        given = {name: value for name, value in request.query_params.items() if len(value) <= LARGEST_FORM}
        try:
            entered, target = await self._providers.finish(
                kept, given, self._address(request, RETURN), _source(request, self._door), _device(request)
            )
        except Refusal as refused:
            answer = self._sign_in(request, status=refused.status, problem=refused.why, target="/")
        else:
            answer = self._let_in(entered, _own(target))
        self._keep(answer, _FLOW, "", 0)
        return answer

    async def out_at_provider(self, request: Request) -> Response:
        """On to the page of the provider that signs out there as well."""
        try:
            address = await self._providers.sign_out(
                request.query_params.get("town", ""), self._address(request, "/sign-in")
            )
        except Refusal as refused:
            return self._sign_in(request, status=refused.status, problem=refused.why, target="/")
        return RedirectResponse(address or "/sign-in", status_code=303)

    async def link(self, request: Request) -> Response:
        """What a link is for. Opening it does not use it up: pressing the button does."""
        found = await self._door.about_link(request.path_params["token"])
        if isinstance(found, str):
            return self._sign_in(request, status=410, problem=found, target="/")
        return _page(request, "link", function=found.function, partner=found.partner_name)

    async def follow(self, request: Request) -> Response:
        """Come in by a link."""
        found = await self._door.by_link(request.path_params["token"], _device(request))
        if isinstance(found, Entered):
            return self._let_in(found, _own(found.target))
        return self._sign_in(request, status=410, problem=found, target="/")

    async def sessions(self, request: Request) -> Response:
        """Where one is signed in."""
        visitor: Visitor = request.scope["visitor"]
        rows = await self._door.sessions(visitor)
        return _page(request, "sessions", language=visitor.language, csrf=visitor.csrf, rows=[
            {"id": row.id, "device": row.device, "way": row.way, "is_here": row.id == visitor.session_id,
             "since": f"{row.created_at:%Y-%m-%dT%H:%M}Z"}
            for row in rows
        ])  # fmt: skip

    async def end(self, request: Request) -> Response:
        """End a session: this one, or another of one's own."""
        visitor: Visitor = request.scope["visitor"]
        form = await _form(request)
        number = _field(form, "session")
        if not hmac.compare_digest(_field(form, "csrf").encode(), visitor.csrf.encode()) or not number.isdecimal():
            return refusal(403, "wrong_origin")
        out = await self._door.end(visitor, int(number[:18]))
        is_here = int(number[:18]) == visitor.session_id
        after = f"/sign-in?out={quote(out)}" if out else "/sign-in"
        answer = RedirectResponse(after if is_here else "/sessions", status_code=303)
        if is_here:
            answer.delete_cookie(
                cookie_name(is_secure=self._door.is_secure), secure=self._door.is_secure, httponly=True, samesite="lax"
            )
            answer.headers["clear-site-data"] = '"cache", "storage"'
        return answer

    def _let_in(self, entered: Entered, target: str) -> Response:
        answer = RedirectResponse(target, status_code=303)
        self._keep(answer, "", entered.token, int(SESSION_LIFETIME.total_seconds()))
        return answer

    def _keep(self, answer: Response, name: str, value: str, seconds: int) -> None:
        """A cookie that scripts cannot read, and that no other site's forms bring along."""
        answer.set_cookie(
            cookie_name(is_secure=self._door.is_secure) + name, value, max_age=seconds, path="/",
            secure=self._door.is_secure, httponly=True, samesite="lax",
        )  # fmt: skip

    def _address(self, request: Request, path: str) -> str:
        """A page of ours as a provider knows it."""
        return f"{self._door.public_url or str(request.base_url).rstrip('/')}{path}"

    def _sign_in(
        self, request: Request, *, target: str, status: int = 200, problem: str = "", out: Offer | None = None
    ) -> Response:
        return _page(
            request, "sign_in", status=status, target=target, problem=problem, offers=self._providers.offers, out=out
        )


def _page(request: Request, name: str, *, status: int = 200, language: str = "", **values: Any) -> Response:
    wish = language or request.query_params.get("language") or request.headers.get("accept-language", "")[:2]
    shown = pages.entrance(pages.fitting_language(wish), name, values)
    # The address of a link is a secret; and without its origin a browser's form would not be known for our own.
    return HTMLResponse(shown, status_code=status, headers={"referrer-policy": "same-origin"})


async def _form(request: Request) -> FormData:
    headers: Mapping[str, str] = Headers(scope=request.scope)
    length = headers.get("content-length", "")
    if not length.isdecimal() or int(length) > LARGEST_FORM:
        return FormData()
    body = (await request.body()).decode("utf-8", "replace")
    return FormData(
        [(name, value) for name, found in parse_qs(body, keep_blank_values=True).items() for value in found]
    )


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value[:LONGEST_FIELD] if isinstance(value, str) else ""


def _own(target: str) -> str:
    """A page of ours to go on to; never one elsewhere."""
    is_ours = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if is_ours and len(target) <= LONGEST_FIELD else "/"


def _source(request: Request, door: Door) -> str:
    """Who asks, as far as can be told: behind a proxy of ours, the address that it saw."""
    seen = request.headers.get("x-forwarded-for", "") if door.is_secure else ""
    client = request.client.host if request.client is not None else ""
    return seen.rpartition(",")[2].strip() or client


def _device(request: Request) -> str:
    """A kind of browser and of system; no more of what the browser tells."""
    agent = request.headers.get("user-agent", "")
    found = [next((name for mark, name in known if mark in agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return " · ".join(part for part in found if part)
