"""Several programs on one PostgreSQL: who came in by one is in at the others, and what works once works once."""

from __future__ import annotations

import asyncio
from collections.abc import Generator

import pytest

from bot.access import Access
from bot.app import build_app
from bot.clock import SimulatedClock
from bot.platforms.webchat import WebChat
from bot.stage import LiveStage
from bot.turns import joining
from bot.web.chat import WebConversations
from bot.web.door import Door
from bot.web.server import build_web
from storage.migrate import open_ready
from tests.web.test_door import NOW, PUBLIC, TOWN, Browser, Elsewhere, Live


class Replica(Live):
    """One of the programs. They have the same secret."""

    def __init__(self, url: str) -> None:
        self.webchat, self.slack = WebChat(), Elsewhere()
        self.clock = SimulatedClock(NOW)
        self.app = build_app(
            database=open_ready(url), clock=self.clock, platforms=[self.webchat, self.slack],
            access=Access(b"s" * 32, PUBLIC),
        )  # fmt: skip
        self.web = build_web(WebConversations(self), door=Door(self.app), public_url=PUBLIC)


@pytest.fixture
def both(postgresql_url) -> Generator[tuple[Replica, Replica]]:
    first = Replica(postgresql_url)
    first.app.set_up(TOWN)
    second = Replica(postgresql_url)
    yield first, second
    for one in (first, second):
        one.app.database.close()


def moved(browser: Browser, other: Replica) -> Browser:
    """The same browser, at another of the programs."""
    found = Browser(other)
    found.client.cookies = browser.client.cookies
    return found


def test_who_is_in_at_one_is_in_at_the_other_and_what_works_once_works_once(both):
    first, second = both

    async def visit() -> None:
        code = first.code("wijkagent")
        entered = await asyncio.gather(*(Browser(one).enter(code) for one in (first, second, first, second)))
        assert sorted(one.status_code for one in entered) == [303, 403, 403, 403]
        link = first.app.access.link(first.member("wijkagent").member_id, "/", first.now()).removeprefix(PUBLIC)
        browsers = [Browser(one) for one in (first, second, first, second)]
        followed = await asyncio.gather(*(one.form(link) for one in browsers))
        assert sorted(one.status_code for one in followed) == [303, 410, 410, 410]
        (lucky,) = [one for one, answer in zip(browsers, followed, strict=True) if answer.status_code == 303]
        there = moved(lucky, second if lucky.live is first else first)
        seen = (await there.get("/api/overview")).json()
        assert seen["persona"] == "wijkagent"
        assert (await there.say("hallo", "wijkagent", csrf=seen["csrf"])).status_code == 200
        who = first.member("wijkagent")
        first.app.database.write(lambda tx: joining.leave(tx, first.tenant, who, by=None, now=first.now()))
        for one in (lucky, there):
            assert (await one.get("/api/overview")).status_code == 401

    asyncio.run(visit())


def test_guessing_is_counted_by_all_of_them(both):
    async def visit() -> None:
        answers = [await Browser(both[number % 2]).enter(f"0000-0000-{number:04}") for number in range(7)]
        assert [one.status_code for one in answers][-2:] == [429, 429]
        assert (await Browser(both[0]).enter(both[0].code("wijkagent"))).status_code == 429

    asyncio.run(visit())


def test_without_the_secret_it_does_not_start(postgresql_url, monkeypatch):
    open_ready(postgresql_url).close()
    with pytest.raises(ValueError, match="OVERLEGMAAT_SECRET"):
        LiveStage(postgresql_url, None)
    monkeypatch.setenv("OVERLEGMAAT_SECRET", "s" * 32)
    LiveStage(postgresql_url, None).close()
