"""The web chat for real: nobody comes in without a code or a link, nobody as somebody else, and it ends."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from bot.access import Access
from bot.app import App, build_app
from bot.clock import SimulatedClock
from bot.platforms.base import Outbound
from bot.platforms.webchat import WebChat
from bot.turns import joining
from bot.web.chat import WebConversations
from bot.web.door import Door
from bot.web.server import NotLoopback, bind_loopback, build_web
from conversations.process.workflow import DataLevel
from storage import access as stored
from storage import members
from storage.migrate import open_ready
from storage.pace import Limit
from storage.tables import AuditEntry, WebSession

TOWN = Path(__file__).parents[2] / "conversations" / "content" / "demo" / "vlietwaarden"
PUBLIC = "https://overleg.example.nl"
NOW = datetime(2026, 2, 3, 8, 0, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass
class Elsewhere:
    """A chat platform at the other end of a network."""

    name: str = "slack"
    ceiling: DataLevel = DataLevel.GROUP
    keeps_history: bool = True
    limits: tuple[Limit, ...] = ()
    sent: list[Outbound] = field(default_factory=list)

    async def send(self, outbound: Outbound) -> str | None:
        self.sent.append(outbound)
        return outbound.key


class Live:
    """A program for real, with a clock that the test moves."""

    is_demo = False
    era = 0

    def __init__(self, path: Path, public_url: str) -> None:
        self.webchat, self.slack = WebChat(), Elsewhere()
        self.clock = SimulatedClock(NOW)
        self.app: App = build_app(
            database=open_ready(f"sqlite:///{path}"), clock=self.clock, platforms=[self.webchat, self.slack],
            access=Access(b"s" * 32, public_url),
        )  # fmt: skip
        self.app.set_up(TOWN)
        self.web = build_web(WebConversations(self), door=Door(self.app), public_url=public_url)

    def now(self) -> datetime:
        return self.clock.now()

    async def to_next_moment(self) -> None: ...

    async def start_again(self) -> None: ...

    def wait(self, **much: float) -> None:
        self.clock.advance_to(self.clock.now() + timedelta(**much))

    @property
    def tenant(self):
        return next(iter(self.app.tenants.values()))

    def member(self, code: str) -> Any:
        return self.app.database.read(lambda tx: members.person_by_code(tx, self.tenant.id, code))

    def code(self, member: str, kind: Any = "join") -> str:
        who = self.member(member).member_id
        number = self.app.database.write(
            lambda tx: joining.new_ticket(tx, self.tenant, kind, who, made_by=who, now=self.now())
        )
        return self.app.access.code(kind, number)

    def at_slack(self, member: str, address: str) -> None:
        who = self.member(member).member_id
        town = self.tenant.id
        self.app.database.write(
            lambda tx: stored.join(tx, municipality_id=town, member_id=who, platform="slack", address=address)
        )

    def rows(self, model: Any) -> list[Any]:
        from storage.names import table  # noqa: PLC0415
        from storage.prepared import prepared  # noqa: PLC0415

        statement = prepared(table(model).select())
        return self.app.database.read(lambda tx: tx.all(statement))


@pytest.fixture(params=["", PUBLIC], ids=["loopback", "behind a proxy"])
def live(request, tmp_path) -> Generator[Live]:
    running = Live(tmp_path / "live.db", request.param)
    yield running
    running.app.database.close()


class Browser:
    """A browser with its cookies. Behind the proxy it comes by the public name and from elsewhere."""

    def __init__(self, live: Live, seen_from: str = "203.0.113.7") -> None:
        self.live = live
        is_public = bool(live.app.access.public_url)
        self.base = live.app.access.public_url or "http://127.0.0.1:8800"
        headers = {"user-agent": FIREFOX, "accept-language": "nl"}
        if is_public:
            headers["x-forwarded-for"] = f"198.51.100.9, {seen_from}"
        transport = httpx.ASGITransport(app=live.web, client=("10.0.0.2" if is_public else "127.0.0.1", 5))
        self.client = httpx.AsyncClient(transport=transport, base_url=self.base, headers=headers)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.get(path, **more)

    async def form(self, path: str, origin: str = "", **fields: str) -> httpx.Response:
        return await self.client.post(path, data=fields, headers={"origin": origin or self.base})

    async def enter(self, code: str) -> httpx.Response:
        return await self.form("/sign-in", code=code, next="/")

    async def say(self, text: str, persona: str, *, csrf: str | None = None) -> httpx.Response:
        if csrf is None:
            csrf = (await self.get("/api/overview")).json().get("csrf", "")
        body = {"event": str(uuid.uuid4()), "persona": persona, "place": f"@{persona}", "text": text}
        return await self.client.post("/api/send", json=body, headers={"origin": self.base, "x-csrf-token": csrf})


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())


def test_who_is_not_signed_in_gets_nowhere(live):
    async def visit() -> None:
        browser = Browser(live)
        for path in ("/api/overview", "/api/history?place=@wijkagent&persona=wijkagent", "/api/events"):
            assert (await browser.get(path)).status_code == 401
        assert (await browser.say("taken", "wijkagent", csrf="")).status_code == 401
        for path in ("/", "/page/document/1?persona=wijkagent", "/sessions"):
            answer = await browser.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/sign-in?next=/")
        assert "Wijkagent" not in (await browser.get("/sign-in")).text
        assert (await browser.get("/healthz")).status_code == 200

    run(visit)


def test_a_code_lets_in_once_as_that_member_alone(live):
    async def visit() -> None:
        code = live.code("wijkagent")
        browser, other = Browser(live), Browser(live)
        answer = await browser.enter(f" {code.lower()} ")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert ("Secure" in cookie, "__Host-" in cookie) == (bool(live.app.access.public_url),) * 2
        overview = (await browser.get("/api/overview")).json()
        assert overview["persona"] == "wijkagent"
        assert [one["code"] for one in overview["personas"]] == ["wijkagent"]
        assert (await browser.say("taken", "wijkagent")).json()["status"] == "accepted"
        assert (await browser.say("taken", "jeugdagent")).status_code == 403
        assert (await browser.get("/api/overview?persona=jeugdagent")).status_code == 403
        assert (await browser.get("/api/history?persona=wijkagent&place=@jeugdagent")).status_code == 403
        assert (await browser.get("/?persona=jeugdagent")).headers["location"] == "/"
        assert (await other.enter(code)).status_code == 403
        assert (await other.get("/api/overview")).status_code == 401

    run(visit)


def test_a_page_elsewhere_cannot_use_the_session(live):
    async def visit() -> None:
        browser = Browser(live)
        await browser.enter(live.code("wijkagent"))
        assert (await browser.say("taken", "wijkagent", csrf="")).status_code == 403
        assert (await browser.say("taken", "wijkagent", csrf="0" * 32)).status_code == 403
        elsewhere = await browser.form("/sign-in", origin="https://evil.example", code=live.code("jeugdagent"))
        assert elsewhere.status_code == 403
        assert (await browser.form("/sessions", csrf="x", session="1")).status_code == 403

    run(visit)


def test_guessing_codes_is_locked_out_for_a_while(live):
    async def visit() -> None:
        code, browser = live.code("wijkagent"), Browser(live)
        answers = [(await browser.enter(f"AAAA-AAAA-AAA{letter}")).status_code for letter in "ABCDE"]
        assert answers == [403] * 4 + [429]
        assert (await browser.enter(code)).status_code == 429
        if live.app.access.public_url:
            assert (await Browser(live, "203.0.113.8").enter(live.code("jeugdagent"))).status_code == 303
        live.wait(minutes=16)
        assert (await browser.enter(code)).status_code == 303

    run(visit)


def test_a_session_ends_by_itself_by_its_owner_and_by_leaving(live):
    async def visit() -> None:
        one, two = Browser(live), Browser(live)
        await one.enter(live.code("wijkagent"))
        await two.enter(live.code("wijkagent"))
        page = (await one.get("/sessions")).text
        assert page.count("Firefox · Windows") >= 2
        csrf = re.search(r'name="csrf" value="(\w+)"', page)
        numbers = re.findall(r'name="session" value="(\d+)"', page)
        assert csrf is not None
        assert (await one.form("/sessions", csrf=csrf[1], session=numbers[1])).headers["location"] == "/sessions"
        assert (await two.get("/api/overview")).status_code == 401
        assert (await one.form("/sessions", csrf=csrf[1], session=numbers[0])).headers["location"] == "/sign-in"
        assert (await one.get("/api/overview")).status_code == 401
        await one.enter(live.code("wijkagent"))
        live.wait(minutes=50)
        assert (await one.get("/")).status_code == 200
        live.wait(minutes=50)
        assert (await one.get("/api/overview")).status_code == 200  # an open window asks: that is no use of it
        live.wait(minutes=20)
        assert (await one.get("/api/overview")).status_code == 401
        await one.enter(live.code("wijkagent"))
        leaver = live.member("wijkagent")
        live.app.database.write(lambda tx: joining.leave(tx, live.tenant, leaver, by=None, now=live.now()))
        assert (await one.get("/api/overview")).status_code == 401

    run(visit)


def test_somebody_elses_session_cannot_be_ended(live):
    async def visit() -> None:
        mine, theirs = Browser(live), Browser(live)
        await theirs.enter(live.code("jeugdagent"))
        await mine.enter(live.code("wijkagent"))
        csrf = (await mine.get("/api/overview")).json()["csrf"]
        (their_row,) = [row for row in live.rows(WebSession) if row.member_id == live.member("jeugdagent").member_id]
        await mine.form("/sessions", csrf=csrf, session=str(their_row.id))
        assert (await theirs.get("/api/overview")).status_code == 200

    run(visit)


def test_a_code_is_sent_by_the_members_own_channel_and_nobody_learns_who_there_is(live):
    async def visit() -> None:
        live.at_slack("wijkagent", "U1")
        browser = Browser(live)
        known = await browser.form("/sign-in/code", who="Wijkagent", next="/")
        unknown = await browser.form("/sign-in/code", who="niemand", next="/")
        assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
        await live.app.drain()
        (sent,) = live.slack.sent
        assert (sent.place.address, sent.presented.lines[-1].label) == ("U1", "Code")
        assert (await browser.enter(sent.presented.lines[-1].text)).status_code == 303
        for _ in range(8):
            await browser.form("/sign-in/code", who="wijkagent", next="/")
        await live.app.drain()
        assert len(live.slack.sent) <= 4

    run(visit)


def test_a_link_brings_its_member_to_a_page_once(live):
    async def visit() -> None:
        link = live.app.access.link(live.member("wijkagent").member_id, "/page/status/1", live.now())
        path = link.removeprefix(live.app.access.public_url)
        browser, other = Browser(live), Browser(live)
        for _ in range(2):  # a program that reads mail opens it too, and uses nothing up
            shown = await browser.get(path)
            assert shown.status_code == 200
            assert "Wijkagent" in shown.text
            assert shown.headers["referrer-policy"] == "same-origin"
        followed = await browser.form(path)
        assert (followed.status_code, followed.headers["location"]) == (303, "/page/status/1")
        assert (await browser.get("/api/overview")).json()["persona"] == "wijkagent"
        for again in (await other.get(path), await other.form(path)):
            assert again.status_code == 410
            assert "al gebruikt" in again.text
            assert 'name="code"' in again.text
        assert (await other.get("/api/overview")).status_code == 401

    run(visit)


def test_a_link_that_is_old_changed_or_of_who_left_does_not_work(live):
    async def visit() -> None:
        wijkagent = live.member("wijkagent")
        browser = Browser(live)

        def path(target: str = "/") -> str:
            link: str = live.app.access.link(wijkagent.member_id, target, live.now())
            return link.removeprefix(live.app.access.public_url)

        changed = path()
        changed = changed[:-6] + ("A" if changed[-6] != "A" else "B") + changed[-5:]
        for wrong in (changed, "/in/nonsense", "/in/a.b", path().replace(".", "")):
            assert (await browser.form(wrong)).status_code == 410
        foreign = Access(b"t" * 32, live.app.access.public_url).link(wijkagent.member_id, "/", live.now())
        assert (await browser.form(foreign.removeprefix(live.app.access.public_url))).status_code == 410
        old = path()
        live.wait(hours=25)
        assert "te oud" in (await browser.form(old)).text
        left = path()
        live.wait(minutes=1)
        live.app.database.write(lambda tx: joining.leave(tx, live.tenant, wijkagent, by=None, now=live.now()))
        assert (await browser.form(left)).status_code == 410
        await browser.enter(live.code("wijkagent"))  # the successor
        assert (await Browser(live).form(left)).status_code == 410

    run(visit)


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "x"])
def test_after_signing_in_one_stays_here(live, target):
    async def visit() -> None:
        answer = await Browser(live).form("/sign-in", code=live.code("wijkagent"), next=target)
        assert answer.headers["location"] == "/"

    run(visit)


def test_what_is_kept_lets_nobody_in(live):
    async def visit() -> None:
        browser = Browser(live)
        code = live.code("wijkagent")
        await browser.enter(code)
        token = next(iter(browser.client.cookies.jar)).value
        kept = repr([*live.rows(WebSession), *live.rows(AuditEntry)])
        assert token
        assert token not in kept
        assert code not in kept
        assert "203.0.113.7" not in kept
        assert {row.act for row in live.rows(AuditEntry)} >= {"code_made", "joined", "signed_in"}

    run(visit)


def test_only_with_a_public_address_others_can_come(live):
    async def visit() -> None:
        transport = httpx.ASGITransport(app=live.web, client=("10.0.0.2", 5))
        async with httpx.AsyncClient(transport=transport, base_url="https://other.example") as browser:
            assert (await browser.get("/sign-in")).status_code == 403

    run(visit)
    with pytest.raises(NotLoopback):
        bind_loopback("0.0.0.0", 0)
    bind_loopback("0.0.0.0", 0, is_public=True).close()
    with pytest.raises(ValueError, match="sign in"):
        build_web(WebConversations(live), public_url=PUBLIC)
