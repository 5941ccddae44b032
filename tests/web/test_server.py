from __future__ import annotations

import asyncio
import json
import logging
import socket
import uuid
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import httpx2 as httpx
import pytest
from pydantic import ValidationError
from starlette.requests import Request

from bot.platforms import webchat
from bot.platforms.base import Button, Input, Line, Outbound, Place, Presented
from bot.web import server
from bot.web.guard import is_loopback
from bot.web.server import NotLoopback, bind_loopback, build_web, serve_loopback
from tests.web.fake_chat import FakeChat

BASE = "http://127.0.0.1:8800"
NOW = datetime(2026, 2, 24, 8, 0, tzinfo=UTC)


def ask(
    chat: FakeChat, method: str, path: str, *, client: tuple[str, int] = ("127.0.0.1", 5), **options: Any
) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app=build_web(chat), client=client)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as browser:
            return await browser.request(method, path, **options)

    return asyncio.run(run())


def post(chat: FakeChat, path: str, body: Any, **headers: str) -> httpx.Response:
    return ask(chat, "POST", path, json=body, headers={"origin": BASE} | headers)


def said(**fields: Any) -> dict[str, Any]:
    return {"event": str(uuid.uuid4()), "persona": "wijkagent", "place": "@wijkagent"} | fields


@pytest.fixture
def chat() -> FakeChat:
    return FakeChat()


def test_text_press_and_input_become_inbound() -> None:
    text = webchat.parse(said(text="Goedemorgen", place="jgo", thread="card-1"), at=NOW)
    assert (text.sender, text.text, text.place) == (
        "wijkagent",
        "Goedemorgen",
        Place("webchat", "jgo", is_private=False, thread="card-1"),
    )
    press = webchat.parse(said(action="send", picked=["a", "b"]), at=NOW)
    assert (press.action, press.picked, press.place.is_private) == ("send", ("a", "b"), True)
    item = webchat.parse(said(action="item", text="Het licht bij de tunnel", place="jgo"), at=NOW)
    assert (item.action, item.text, item.reference) == ("item", "Het licht bij de tunnel", None)
    fields = webchat.parse(said(action="f:1", values={"scale": {"score": 3}}), at=NOW)
    assert (fields.action, fields.values) == ("f:1", {"scale": {"score": 3}})


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"text": "a", "action": "b"},
        {"text": "  "},
        {"text": "a", "picked": ["b"]},
        {"text": "a", "place": "@jongerenwerker"},
        {"text": "a", "persona": "@wijkagent"},
        {"text": "a", "event": "1"},
        {"text": "a", "more": 1},
        {"text": "x" * 10_001},
        {"action": "item"},
        {"action": "item", "text": "a", "picked": ["b"]},
    ],
)
def test_what_is_no_message_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        webchat.parse(said(**wrong), at=NOW)


def test_rendering_leaves_out_what_is_empty_but_no_answer() -> None:
    row = {"key": "r1", "label": "", "count": 0, "day": None}
    question = Input("actions", "rows", "f:1", "Acties", rows=(row,), required=False)
    message = Presented("Welke?", input=question, lines=(Line("Ernst", "3", Button("w", "Wijzig")),), progress=(1, 4))
    assert webchat.render(message) == {
        "text": "Welke?",
        "lines": [{"label": "Ernst", "text": "3", "button": {"key": "w", "label": "Wijzig", "style": "plain"}}],
        "input": {
            "question": "actions",
            "kind": "rows",
            "action": "f:1",
            "label": "Acties",
            "required": False,
            "range": False,
            "reason": "no",
            "rows": [row],
            "may_add": True,
        },
        "progress": [1, 4],
        "multiple": False,
        "tone": "plain",
    }
    assert webchat.render(Presented(""))["text"] == ""


def test_a_window_hears_the_latest_of_several_changes() -> None:
    async def run() -> None:
        windows = webchat.WebChat(5)
        hearing = aiter(windows.changes())
        assert await anext(hearing) == 5
        first = Outbound("k1", Place("webchat", "jgo", is_private=False), Presented("Hallo"))
        assert await windows.send(first) == "k1"
        assert await windows.send(Outbound("k2", first.place, first.presented, replaces="k1")) == "k1"
        assert await anext(hearing) == 7
        waiting = asyncio.ensure_future(anext(hearing))
        await asyncio.sleep(0)
        windows.changed(40)
        assert await waiting == 40

    asyncio.run(run())


def test_every_answer_carries_the_security_headers(chat: FakeChat) -> None:
    for path in (
        "/",
        "/healthz",
        "/texts/nl.json",
        "/api/overview",
        "/page/none/1",
        "/nowhere",
        "/static/app.js",
    ):
        headers = ask(chat, "GET", path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'"), path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == ("no-cache" if path.startswith("/static/") else "no-store")


def test_shell_has_no_inline_script_or_style(chat: FakeChat) -> None:
    page = ask(chat, "GET", "/?language=en")
    assert '<html lang="en">' in page.text
    assert "<style" not in page.text
    assert "style=" not in page.text
    assert page.text.count("<script") == 1
    assert "http" not in page.text.replace("http-equiv", "")
    assert '<html lang="nl">' in ask(chat, "GET", "/?language=xx").text


@pytest.mark.parametrize(
    ("client", "headers", "code"),
    [
        (("192.0.2.7", 5), {}, "not_loopback"),
        (("127.0.0.1", 5), {"x-forwarded-for": "192.0.2.7"}, "not_loopback"),
        (("127.0.0.1", 5), {"host": "evil.example"}, "wrong_host"),
        (("127.0.0.1", 5), {"host": "127.0.0.1.evil.example:8800"}, "wrong_host"),
    ],
)
def test_strangers_are_refused(chat: FakeChat, client: tuple[str, int], headers: dict[str, str], code: str) -> None:
    answer = ask(chat, "GET", "/api/overview", client=client, headers=headers)
    assert (answer.status_code, answer.json()) == (403, {"error": {"code": code}})


@pytest.mark.parametrize("host", ["localhost:8800", "[::1]:8800", "127.0.0.1:8800"])
def test_names_of_this_machine_are_welcome(chat: FakeChat, host: str) -> None:
    assert ask(chat, "GET", "/healthz", client=("::1", 5), headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:9999", "null", ""])
def test_another_page_cannot_post_here(chat: FakeChat, origin: str) -> None:
    answer = post(chat, "/api/send", said(text="hallo"), origin=origin)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrong_origin")
    assert chat.inbound == []


def test_a_retry_of_the_same_event_is_a_duplicate(chat: FakeChat) -> None:
    body = said(text="taken")
    assert [post(chat, "/api/send", body).json()["status"] for _ in range(2)] == ["accepted", "duplicate"]
    assert len(chat.inbound) == 1


def test_status_of_what_was_sent(chat: FakeChat) -> None:
    assert post(chat, "/api/send", said(text="bel 06-12345678")).json()["status"] == "refused"
    unknown = post(chat, "/api/send", said(text="hoi", persona="niemand", place="jgo")).json()
    assert unknown == {"status": "unknown", "go_to": None, "thread": None}
    press = post(chat, "/api/send", said(action="answer", place="jgo")).json()
    assert press == {"status": "accepted", "go_to": "@wijkagent", "thread": None}


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "invalid"),
        (b"[]", "application/json", 400, "invalid"),
        (b"\xff\xfe", "application/json", 400, "invalid"),
        (b"{}", "application/json", 422, "invalid"),
        (b"text=hallo", "application/x-www-form-urlencoded", 415, "invalid"),
        (json.dumps({"text": "x" * 70_000}).encode(), "application/json", 413, "too_large"),
    ],
)
def test_bodies_that_cannot_be_used(chat: FakeChat, content: bytes, kind: str, status: int, code: str) -> None:
    for path in ("/api/send", "/api/seen", "/api/demo"):
        answer = ask(chat, "POST", path, content=content, headers={"origin": BASE, "content-type": kind})
        assert (answer.status_code, answer.json()) == (status, {"error": {"code": code}}), path


def test_a_long_body_without_a_length_is_cut_off(chat: FakeChat) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b"x" * 1024

    headers = {"origin": BASE, "content-type": "application/json"}
    assert ask(chat, "POST", "/api/send", content=endless(), headers=headers).status_code == 413


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/overview?persona=niemand", 404, "unknown_persona"),
        ("/api/history?persona=wijkagent&place=@voorzitter", 403, "not_yours"),
        ("/api/history?persona=wijkagent&place=jgo&after=x", 422, "invalid"),
        ("/api/history?persona=wijkagent&place=" + "x" * 101, 422, "invalid"),
        ("/texts/de.json", 404, "not_found"),
        ("/static/../server.py", 404, "not_found"),
        ("/api/send", 405, "wrong_method"),
    ],
)
def test_questions_that_cannot_be_met(chat: FakeChat, path: str, status: int, code: str) -> None:
    answer = ask(chat, "GET", path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_history_gives_what_changed_since(chat: FakeChat) -> None:
    def entries(**params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ask(
            chat, "GET", "/api/history", params={"persona": "wijkagent", "place": "jgo"} | params
        ).json()["entries"]
        return found

    everything = entries()
    assert [entry["author"] for entry in everything] == [None, "Jongerenwerker – De Brug", None]
    newest = max(entry["changed"] for entry in everything)
    assert entries(after=newest) == []
    post(chat, "/api/send", said(text="Ik kom eraan", place="jgo", thread="card-1"))
    assert [(entry["starts"], entry["replies"]) for entry in entries(after=newest)] == [("card-1", 2)]
    assert [entry["body"]["text"] for entry in entries(thread="card-1")] == ["Ik kom eraan", "Dat heb ik begrepen."]


def test_seen_places_have_nothing_unread(chat: FakeChat) -> None:
    def unread() -> int:
        rooms = ask(chat, "GET", "/api/overview?persona=wijkagent").json()["rooms"]
        return int(rooms[0]["unread"])

    assert unread() == 3
    post(chat, "/api/seen", {"persona": "wijkagent", "place": "jgo", "upto": chat.last_id})
    assert unread() == 0


def test_demo_acts_are_done_once_per_event(chat: FakeChat) -> None:
    body = {"event": str(uuid.uuid4()), "persona": "wijkagent", "act": "next"}
    for _ in range(2):
        assert post(chat, "/api/demo", body).status_code == 200
    english = {"event": str(uuid.uuid4()), "persona": "wijkagent", "act": "language", "value": "en"}
    assert post(chat, "/api/demo", english).status_code == 200
    assert chat.language == "en"
    assert post(chat, "/api/demo", english | {"event": str(uuid.uuid4()), "value": "de"}).status_code == 422


def test_a_demo_act_that_failed_can_be_tried_again(chat: FakeChat) -> None:
    chat.failures = 1
    body = {"event": str(uuid.uuid4()), "persona": "wijkagent", "act": "next"}
    assert [post(chat, "/api/demo", body).status_code for _ in range(2)] == [500, 200]


def test_many_demo_acts_are_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "UNDER_WAY", 2)
    web = server.Web(FakeChat())

    async def act() -> None:
        body = json.dumps({"event": str(uuid.uuid4()), "persona": "wijkagent", "act": "next"}).encode()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        headers = [(b"content-type", b"application/json")]
        await web.demo(Request({"type": "http", "method": "POST", "headers": headers}, receive))

    for _ in range(5):
        asyncio.run(act())
    assert len(web._done) == 2


def test_a_turn_that_failed_gives_the_id_that_its_log_has(chat: FakeChat) -> None:
    answer = post(chat, "/api/send", said(text="gaat mis"))
    assert (answer.status_code, answer.json()) == (500, {"error": {"code": "internal", "id": "0a1b2c3d"}})


def test_documents_bring_their_style(chat: FakeChat) -> None:
    style = ask(chat, "GET", "/static/document.css")
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert "@media print" in style.text


def test_a_quiet_stream_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEARTBEAT", 0.01)

    async def run() -> list[str]:
        chat = FakeChat()
        web = server.Web(chat)
        stream = web._stream(chat.windows.version)
        heard = [await anext(stream), await anext(stream), await anext(stream)]
        web.stopping.set()
        return heard + [piece async for piece in stream]

    assert asyncio.run(run()) == ["retry: 1000\n\n", *["event: beat\ndata: \n\n"] * 2]


def test_a_fault_gives_an_id_and_keeps_the_text_out_of_the_log(
    chat: FakeChat, caplog: pytest.LogCaptureFixture
) -> None:
    chat.failures = 1
    with caplog.at_level(logging.DEBUG):
        answer = post(chat, "/api/send", said(text="geheime tekst"))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (500, "internal")
    assert error["id"] in caplog.text
    assert "RuntimeError at fake_chat.py" in caplog.text
    assert "geheime" not in caplog.text + answer.text


def test_documents_run_no_script_and_only_their_own_style(chat: FakeChat) -> None:
    page = ask(chat, "GET", "/page/agenda/1?persona=wijkagent")
    policy = page.headers["content-security-policy"]
    assert "script" not in policy
    assert "style-src 'self' 'sha256-" in policy
    assert "unsafe" not in policy
    markdown = ask(chat, "GET", "/page/agenda/1?persona=wijkagent&format=md")
    assert (markdown.text, markdown.headers["content-type"]) == ("# Agenda\n", "text/plain; charset=utf-8")
    for path in ("/page/minutes/1", f"/page/agenda/{10**30}", "/page/agenda/1?format=exe"):
        missing = ask(chat, "GET", path)
        assert (missing.status_code, "Deze pagina is er niet" in missing.text) == (404, True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org", ""])
def test_listening_elsewhere_is_refused(host: str) -> None:
    with pytest.raises(NotLoopback, match="only listens on this machine"):
        bind_loopback(host, 0)
    assert not is_loopback(host)


def test_a_port_that_is_taken_is_an_error() -> None:
    with closing(bind_loopback("localhost", 0)) as first:
        first.listen()
        with pytest.raises(OSError, match="in use"):
            bind_loopback("127.0.0.1", first.getsockname()[1])


def test_live_stream_tells_of_changes_and_ends_with_the_server(chat: FakeChat) -> None:
    async def run() -> list[str]:
        chat = FakeChat()
        url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        serving = asyncio.ensure_future(serve_loopback(build_web(chat), "127.0.0.1", 0, ready=url.set_result))
        lines: list[str] = []
        async with (
            httpx.AsyncClient(base_url=await url) as browser,
            browser.stream("GET", "/api/events", headers={"last-event-id": str(chat.windows.version)}) as stream,
        ):
            async for line in stream.aiter_lines():
                lines.append(line)
                if line.startswith("retry"):
                    await asyncio.sleep(0.1)
                    chat.say("jgo", Presented("Nieuws"))
                    chat.say("jgo", Presented("En nog iets"))
                if line.startswith("data"):
                    serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
        return lines

    newest = FakeChat().windows.version + 2
    assert [line for line in asyncio.run(run()) if line] == ["retry: 1000", f"id: {newest}", f"data: {newest}"]


def test_ipv6_loopback_is_served_too(chat: FakeChat) -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        listener = bind_loopback("::1", 0)
    except OSError:
        pytest.skip("no IPv6 address here")
    with closing(listener):
        assert listener.getsockname()[0] == "::1"
