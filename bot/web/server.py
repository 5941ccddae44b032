"""The web chat's server: the page, its JSON, the live stream and the documents. Who may come in: `guard.py`."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, Final, TypeVar

import uvicorn
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from bot.exports import ExportFailed
from bot.platforms import webchat
from bot.web import pages
from bot.web.door import Door
from bot.web.entrance import Entrance, Keeper
from bot.web.guard import Guard, document_policy, is_loopback, refusal
from bot.web.oidc import Providers
from bot.web.ports import Act, Chat, Entry, Overview
from conversations.documents.render import STYLESHEET, stylesheet
from conversations.i18n import LANGUAGES

LARGEST: Final = 64 * 1024  # bytes of a request
FORMATS: Final = frozenset({"html", "md"})
FILES: Final = frozenset({"docx", "pdf", "csv", "ics", "json"})
UNDER_WAY: Final = 200  # far more demo acts than windows can have under way
HEARTBEAT: Final = 15.0  # seconds; a window that heard nothing for three of them takes the line for dead
GATHER: Final = 0.05  # seconds: what changes together is told together


class NotLoopback(ValueError):
    """Without a public address the web chat never listens where others could reach it."""


class Problem(HTTPException):
    """A request that cannot be met, with the code that the page has words for."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(status, code)


class Seen(BaseModel):
    """How far somebody has read."""

    model_config = ConfigDict(extra="forbid")

    persona: webchat.Code
    place: webchat.Code
    upto: Annotated[int, Field(ge=0)]


class Demo(BaseModel):
    """What a visitor asks of the demo itself."""

    model_config = ConfigDict(extra="forbid")

    event: webchat.EventId
    persona: webchat.Code
    act: Act
    value: Annotated[str, StringConstraints(max_length=40)] | None = None


Body = TypeVar("Body", bound=BaseModel)


class Web:
    """The routes. `stopping` ends the live streams, which would otherwise hold up the end of the program."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._done: dict[str, None] = {}  # demo acts handled lately: a retry changes nothing
        self.stopping = asyncio.Event()
        self.is_public = False  # there is a door and a public address

    async def index(self, request: Request) -> Response:
        """The shell of the page."""
        return HTMLResponse(pages.index(pages.fitting_language(request.query_params.get("language"))))

    async def texts(self, request: Request) -> Response:
        """The page's texts in one language."""
        if (language := request.path_params["language"]) not in LANGUAGES:
            raise Problem(404, "not_found")
        return JSONResponse(pages.texts(language))

    async def health(self, _request: Request) -> Response:
        """Whether the server answers."""
        return PlainTextResponse("ok\n")

    async def overview(self, request: Request) -> Response:
        """Everything around the conversation."""
        overview = await self._chat.overview(_query(request, "persona"))
        if overview is None:
            raise Problem(404, "unknown_persona")
        visitor = request.scope.get("visitor")
        return JSONResponse(_overview(overview) | ({"csrf": visitor.csrf} if visitor is not None else {}))

    async def history(self, request: Request) -> Response:
        """What changed in a place since what the window has."""
        persona, place = _query(request, "persona"), _query(request, "place")
        if place.startswith("@") and place != f"@{persona}":
            raise Problem(403, "not_yours")
        after, thread = _number(request, "after"), request.query_params.get("thread")
        entries = await self._chat.history(persona, place, after=after, thread=thread)
        return JSONResponse({"entries": [_entry(entry) for entry in entries]})

    async def send(self, request: Request) -> Response:
        """Something that somebody wrote, pressed or filled in."""
        body = await _body(request)
        try:
            inbound = webchat.parse(body, at=self._chat.now())
        except ValidationError:
            raise Problem(422, "invalid") from None
        _own(request, inbound.sender)
        received = await self._chat.receive(inbound)
        if received.status == "failed":
            return refusal(500, "internal", received.error or "")
        return JSONResponse({"status": received.status, "go_to": received.go_to, "thread": received.thread})

    async def seen(self, request: Request) -> Response:
        """How far the persona has read a place."""
        seen = _read(Seen, await _body(request))
        _own(request, seen.persona)
        await self._chat.seen(seen.persona, seen.place, seen.upto)
        return JSONResponse({})

    async def demo(self, request: Request) -> Response:
        """The demo's own buttons. The same event twice is done once."""
        demo = _read(Demo, await _body(request))
        _own(request, demo.persona)
        if demo.act == "language" and demo.value not in LANGUAGES:
            raise Problem(422, "invalid")
        if demo.event not in self._done:
            self._done[demo.event] = None
            if len(self._done) > UNDER_WAY:
                self._done.pop(next(iter(self._done)))
            try:
                await self._chat.demo(demo.persona, demo.act, demo.value)
            except BaseException:
                self._done.pop(demo.event, None)
                raise
        return JSONResponse({})

    async def page(self, request: Request) -> Response:
        """An agenda, minutes, a status or a paper of a case as a page, or to take along."""
        language = pages.fitting_language(request.query_params.get("language"))
        params = request.path_params
        kind, number, format_ = params["kind"], params["id"], request.query_params.get("format", "html")
        page = None
        if number < 2**63 and format_ in FILES:
            return await self._file(request, kind, number, format_, language)
        if number < 2**63 and format_ in FORMATS:  # what a database takes for an id
            page = await self._chat.page(_query(request, "persona"), kind, number, format_, language)
        if page is None:
            return HTMLResponse(pages.message(language, "page.missing"), status_code=404)
        if page.format == "md":
            headers = {"content-disposition": f'inline; filename="{pages.file_name(page.title, "md")}"'}
            return PlainTextResponse(page.content, media_type="text/plain", headers=headers)
        shown = pages.with_files(page, str(request.url.path), _query(request, "persona"), language)
        return HTMLResponse(shown, headers={"content-security-policy": document_policy(shown)})

    async def _file(self, request: Request, kind: str, number: int, form: str, language: str) -> Response:
        try:
            taken = await self._chat.take(_query(request, "persona"), kind, number, form)
        except ExportFailed as failed:
            return HTMLResponse(pages.failed(language, failed.text_id, failed.detail), status_code=500)
        if taken is None:
            return HTMLResponse(pages.message(language, "page.missing"), status_code=404)
        headers = {"content-disposition": f'attachment; filename="{pages.file_name(taken.title, taken.format)}"'}
        return Response(taken.content, media_type=taken.media_type, headers=headers)

    async def stylesheet(self, _request: Request) -> Response:
        """The style of the documents."""
        return Response(stylesheet(), media_type="text/css", headers={"cache-control": "no-cache"})

    async def events(self, request: Request) -> Response:
        """The live stream: the version of the latest change, each time that there is one."""
        last = request.headers.get("last-event-id") or request.query_params.get("last", "")
        known = int(last) if last.isdecimal() and len(last) < 19 else -1  # noqa: PLR2004  # fits 64 bits
        headers = {"x-accel-buffering": "no"}
        return StreamingResponse(self._stream(known), media_type="text/event-stream", headers=headers)

    async def _stream(self, known: int) -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        changes = aiter(self._chat.changes())
        stopping = asyncio.ensure_future(self.stopping.wait())
        change: asyncio.Future[int] = asyncio.ensure_future(anext(changes))
        try:
            while True:
                awaited: set[asyncio.Future[Any]] = {change, stopping}
                await asyncio.wait(awaited, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
                if stopping.done():
                    return
                if not change.done():
                    yield "event: beat\ndata: \n\n"
                    continue
                version = change.result()
                if version != known:
                    yield f"id: {version}\ndata: {version}\n\n"
                    known = version
                    await asyncio.sleep(GATHER)
                change = asyncio.ensure_future(anext(changes))
        finally:
            for task in (change, stopping):
                task.cancel()
                with suppress(asyncio.CancelledError, StopAsyncIteration):
                    await task


def build_web(
    chat: Chat, watched: Sequence[Route] = (), *, door: Door | None = None, public_url: str = "",
    hooks: Sequence[BaseRoute] = (), providers: Providers | None = None,
) -> Starlette:  # fmt: skip
    """The web chat as an ASGI application. `app.state.web.stopping` ends its live streams. `watched`: the routes for
    those who watch the program, instead of a plain one. `hooks`: where chat platforms call. Without a door, as in the
    demo, visitors are whoever they say. A public address needs a door.
    """
    if public_url and door is None:
        raise ValueError("who can come from elsewhere has to sign in")
    web = Web(chat)
    app = Starlette(
        routes=[
            Route("/", web.index),
            *(watched or [Route("/healthz", web.health)]),
            *hooks,
            Route("/texts/{language:str}.json", web.texts),
            Route("/api/overview", web.overview),
            Route("/api/history", web.history),
            Route("/api/events", web.events),
            Route("/api/send", web.send, methods=["POST"]),
            Route("/api/seen", web.seen, methods=["POST"]),
            Route("/api/demo", web.demo, methods=["POST"]),
            Route("/page/{kind:str}/{id:int}", web.page),
            Route(STYLESHEET, web.stylesheet),
            *(Entrance(door, providers).routes() if door is not None else ()),
            Mount("/static", Static(directory=Path(__file__).parent / "static")),
        ],
        middleware=[Middleware(Guard, public_url), *([Middleware(Keeper, door)] if door is not None else [])],
        exception_handlers={HTTPException: _problem},
    )
    app.state.web = web
    web.is_public = bool(public_url)
    return app


class Static(StaticFiles):
    """The page's own files. Browsers ask each time whether theirs is still the latest: it is the same machine."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or 304."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response


async def _problem(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    known = {404: "not_found", 405: "wrong_method"}
    code = error.detail if isinstance(error, Problem) else known.get(status, "invalid")
    return refusal(status, code)


def _own(request: Request, persona: str) -> None:
    """Who is signed in speaks for themselves alone; in the demo there is nobody to compare with."""
    visitor = request.scope.get("visitor")
    if visitor is not None and visitor.persona != persona:
        raise Problem(403, "not_yours")


def _query(request: Request, name: str) -> str:
    value = request.query_params.get(name, "")
    if len(value) > 100:  # noqa: PLR2004  # as long as a `webchat.Code` gets
        raise Problem(422, "invalid")
    return value


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "0")
    if not text.isdecimal() or len(text) > 18:  # noqa: PLR2004  # fits 64 bits
        raise Problem(422, "invalid")
    return int(text)


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object that was sent, read no further than what is allowed."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Problem(415, "invalid")
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > LARGEST:
        raise Problem(413, "too_large")
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > LARGEST:
            raise Problem(413, "too_large")
    try:
        return _Object.model_validate_json(bytes(read)).model_dump()
    except ValidationError:
        raise Problem(400, "invalid") from None


class _Object(BaseModel):
    model_config = ConfigDict(extra="allow")


def _read(model: type[Body], body: dict[str, Any]) -> Body:
    try:
        return model.model_validate(body)
    except ValidationError:
        raise Problem(422, "invalid") from None


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _overview(overview: Overview) -> dict[str, Any]:
    return asdict(overview) | {"now": _moment(overview.now), "next_at": _moment(overview.next_at)}


def _entry(entry: Entry) -> dict[str, Any]:
    return asdict(entry) | {"at": _moment(entry.at), "body": dict(entry.body)}


def bind_loopback(host: str, port: int, *, is_public: bool = False) -> socket.socket:
    """A listening socket, on this machine alone unless there is a public address; port 0 takes a free one. NotLoopback
    for any other host.
    """
    if not is_loopback(host) and not is_public:
        raise NotLoopback(
            "Without OVERLEGMAAT_PUBLIC_URL the web chat only listens on this machine: "
            f"use 127.0.0.1, ::1 or localhost, not {host!r}."
        )
    address = "127.0.0.1" if host.lower() == "localhost" else host.strip("[]")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    """Ends the live streams first: uvicorn waits for open connections."""

    def __init__(self, config: uvicorn.Config, on_exit: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_exit = on_exit

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Asked to end (SIGTERM, Ctrl+C): in good order, and without the signal once more afterwards."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        self._on_exit()
        await super().shutdown(sockets)


async def serve_loopback(app: ASGIApp, host: str, port: int, *, ready: Callable[[str], None] | None = None) -> None:
    """Serve until the program is told to end (SIGINT, SIGTERM) or this is cancelled.

    `ready` gets the address once browsers can come. NotLoopback when others could reach the host; OSError when the
    port is taken.
    """
    web: Web | None = getattr(getattr(app, "state", None), "web", None)
    listener = bind_loopback(host, port, is_public=web is not None and web.is_public)
    name, number = listener.getsockname()[:2]
    config = uvicorn.Config(
        app, log_level="warning", log_config=None, access_log=False, proxy_headers=False, server_header=False,
        lifespan="off", timeout_graceful_shutdown=3,
    )  # fmt: skip
    server = _Server(config, web.stopping.set if web else lambda: None)
    listener.listen()
    if ready:
        ready(f"http://{f'[{name}]' if ':' in name else name}:{number}/")
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise
