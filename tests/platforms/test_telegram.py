"""Telegram as people meet it: the whole program behind it, and an other end that refuses what Telegram refuses."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml

pytest.importorskip("telegram")

from starlette.applications import Starlette

from bot.app import build_app
from bot.clock import SimulatedClock
from bot.platforms.base import Button, Line, Outbound, Place, Presented, SendError
from bot.platforms.telegram import polling
from bot.platforms.telegram.client import SECRET_HEADER, Telegram
from bot.platforms.telegram.settings import Settings
from bot.platforms.webchat import WebChat
from bot.turns import joining, steps
from bot.turns.turn import Turn
from storage import members
from storage import platforms as stored_platforms
from storage.database import DatabaseError
from storage.migrate import open_ready
from storage.tables import Address, Answer, Card, Contribution, Inbox, Outbox, Room
from tests.content.small import replace
from tests.platforms.fake_telegram import TOKEN, FakeRequest, FakeTelegram, Refused, read_html
from tests.platforms.kit import Ledger
from tests.platforms.posting import post
from tests.turns.cases import to_2a
from tests.turns.chat import Chat
from tests.turns.conftest import VLIETWAARDEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

WORKER, POLICE, LEAD = 5001, 5002, 5003  # jongerenwerker, wijkagent and procesregisseur on Telegram
GROUP = -4001
ASSESS = 2
HOOK = "https://overleg.example.nl/hooks/telegram/"
ON_TELEGRAM = {"jongerenwerker": WORKER, "wijkagent": POLICE}


@pytest.fixture(scope="module", autouse=True)
def no_loop_left_open():
    yield
    asyncio.set_event_loop(None)


@pytest.fixture(scope="module")
def brought(tmp_path_factory) -> Path:
    """A case in step 2A, in the web chat."""
    path: Path = tmp_path_factory.mktemp("telegram") / "town.sqlite3"
    chat = Chat(path)
    chat.set_up(VLIETWAARDEN)
    to_2a(chat)
    chat.close()
    return path


def folder(tmp_path: Path, *, is_raised: bool, room: int | None = None) -> Path:
    """Vlietwaarden, with some of its people on Telegram alone."""
    made = tmp_path / "vlietwaarden"
    shutil.copytree(VLIETWAARDEN, made)
    for name, change in (("members.yaml", _move_people), ("rooms.yaml", _move_room(room))):
        read = yaml.safe_load((made / name).read_text(encoding="utf-8"))
        change(read)
        (made / name).write_text(yaml.safe_dump(read, allow_unicode=True), encoding="utf-8")
    if is_raised:
        contact = "  rights_contact: Privacyloket"
        replace(made / "municipality.yaml", contact, f"  platforms: {{telegram: group}}\n{contact}")
        replace(made / "municipality.yaml", "telegram: notify_only", "telegram: group")
    return made


def _move_people(read: Any) -> None:
    for one in read["members"]:
        if one["code"] in ON_TELEGRAM:
            one["addresses"] = {"telegram": str(ON_TELEGRAM[one["code"]])}


def _move_room(room: int | None) -> Any:
    def change(read: Any) -> None:
        for one in read["rooms"]:
            if room is not None and one["code"] == "molenkamp":
                one |= {"platform": "telegram", "address": str(room), "ceiling": "group"}

    return change


class Town:
    """The program on a copy of the case, with Telegram as its other end."""

    def __init__(self, of: Path, tmp_path: Path, *, is_raised: bool, room: int | None = None) -> None:
        path = shutil.copy(of, tmp_path / "town.sqlite3")
        self.database = open_ready(f"sqlite:///{path}")
        self.clock = SimulatedClock(datetime(2026, 2, 4, 9, 30, tzinfo=UTC))
        self.end = FakeTelegram()
        self.line = Telegram(Settings(TOKEN, hook=HOOK), self.database, lambda _: FakeRequest(self.end))
        self.app = build_app(database=self.database, clock=self.clock, platforms=[WebChat(), self.line])
        self.app.set_up(folder(tmp_path, is_raised=is_raised, room=room))
        self.line.routes(self.app)

    async def take(self, update: dict[str, Any]) -> None:
        await self.line.take(update)
        await asyncio.gather(*self.line._replies)
        await self.deliver()

    async def deliver(self) -> None:
        """Everything that waits, at the pace that Telegram allows."""
        for _ in range(400):
            await self.app.drain()
            turn = self.app.next_turn()
            if turn is None or turn > self.clock.now() + timedelta(minutes=20):
                return
            self.clock.advance_to(max(turn, self.clock.now()))

    async def say(self, chat: int, text: str, **more: Any) -> None:
        await self.take(self.end.said(chat, text, **more))

    async def press(self, chat: int, label: str, **more: Any) -> None:
        await self.take(self.end.pressed(chat, label, **more))

    def rows(self, model: type, **where: Any) -> list[Any]:
        return Chat.rows(self, model, **where)  # type: ignore[arg-type]

    def last(self, chat: int) -> dict[str, Any]:
        return self.end.standing(chat)[-1]


@asynccontextmanager
async def opened(of: Path, tmp_path: Path, *, is_raised: bool = True, room: int | None = None) -> AsyncIterator[Town]:
    town = Town(of, tmp_path, is_raised=is_raised, room=room)
    try:
        yield town
    finally:
        await town.line.close()
        town.database.close()


def labels(message: dict[str, Any]) -> list[str]:
    return [one["text"] for row in (message.get("reply_markup") or {}).get("inline_keyboard", []) for one in row]


# --- only that something waits ----------------------------------------------------------------------------------------


def test_by_itself_it_says_only_that_something_waits_and_keeps_nothing_that_is_typed(brought, tmp_path):
    async def run() -> None:
        async with opened(brought, tmp_path, is_raised=False) as town:
            before = len(town.rows(Answer)), len(town.rows(Contribution))
            for text in (
                "/start",
                "/taken",
                "/status VW-2026-03",
                "een groep bij GEHEIM",
                "/signaal",
                "besluit: GEHEIM",
            ):
                await town.say(WORKER, text)
            await town.take(
                town.end._press({"message_id": 1, "chat": {"id": WORKER, "type": "private"}}, "t2:private", WORKER)
            )
            said = {one["text"] for one in town.end.standing(WORKER)}
            notice = "Er staat iets voor je klaar. Meer mag ik hier niet zeggen: open de webchat."
            assert said == {f"{notice}\n\nTwijfel je? Vraag het aan: Procesregisseur."}
            assert all(labels(one) == [] for one in town.end.standing(WORKER))
            assert (len(town.rows(Answer)), len(town.rows(Contribution))) == before
            stored = "".join(repr(town.rows(model)) for model in (Answer, Contribution, Outbox, Inbox))
            assert "GEHEIM" not in stored

    asyncio.run(run())


# --- a form, in private -----------------------------------------------------------------------------------------------


def test_a_task_is_answered_with_buttons_ticks_and_words(brought, tmp_path):
    async def run() -> None:
        async with opened(brought, tmp_path) as town:
            await town.say(WORKER, "/taken")
            await town.take(town.end._press(town.last(WORKER), f"t{ASSESS}:private", WORKER))
            asked = town.last(WORKER)
            assert "1/" in asked["text"]
            await town.say(WORKER, "8 tot 12")
            assert "Genoteerd" in town.last(WORKER)["text"]
            question = town.last(WORKER)
            ticks = [one for one in labels(question) if one.startswith("☐")]
            assert len(ticks) > 2
            await town.press(WORKER, "Versturen")
            assert town.end.of("answerCallbackQuery")[-1]["text"] == "Kies er eerst een of meer."
            await town.press(WORKER, ticks[1])
            await town.press(WORKER, ticks[2])
            shown = town.end.messages[WORKER, question["message_id"]]
            assert [one for one in labels(shown) if one.startswith("☑")] == [
                one.replace("☐", "☑") for one in ticks[1:3]
            ]
            await town.press(WORKER, "Versturen")
            over = town.end.messages[WORKER, question["message_id"]]
            assert labels(over) == [one.replace("☐", "☑") for one in ticks[1:3]], "what was chosen stays to be seen"
            await town.press(WORKER, "☑")
            for _ in range(60):
                if "Versturen" in labels(town.last(WORKER)) and "Klopt het" in town.last(WORKER)["text"]:
                    break
                await answer_anything(town, WORKER)
            await town.press(WORKER, "Versturen")
            (made,) = [one for one in town.rows(Contribution, form="2A.assess") if one.is_latest]
            assert made.partner_id == 4

    asyncio.run(run())


async def answer_anything(town: Town, chat: int) -> None:
    """The first choice, or some words."""
    message = town.last(chat)
    moves = {"Terug", "Overslaan", "Niets te melden", "Uitleg", "Stoppen"}
    options = [one for one in labels(message) if one not in moves and not one.startswith(("☐", "☑", "Niets"))]
    if any(one.startswith("☐") for one in labels(message)):
        await town.press(chat, next(one for one in labels(message) if one.startswith("☐")))
        await town.press(chat, "Versturen")
    elif "Overslaan" in labels(message):
        await town.press(chat, "Overslaan")
    elif options:
        await town.press(chat, options[0])
    else:
        await town.say(chat, "3, want het is elke avond raak")


def test_a_code_by_deep_link_lets_somebody_in_once(brought, tmp_path):
    async def run() -> None:
        async with opened(brought, tmp_path) as town:
            tenant = next(iter(town.app.tenants.values()))
            person = town.database.read(lambda tx: members.person_by_code(tx, tenant.id, "boa"))
            assert person is not None
            now = town.clock.now()
            ticket = town.database.write(
                lambda tx: joining.new_ticket(tx, tenant, "join", person.member_id, made_by=None, now=now)
            )
            code = tenant.access.code("join", ticket)
            await town.say(7001, "/start")
            assert "Ik ken dit adres nog niet" in town.last(7001)["text"]
            await town.say(7001, f"/start {code}")
            assert "Je bent binnen als" in town.last(7001)["text"]
            await town.say(7002, f"/start {code}")
            assert "Die code ken ik niet" in town.last(7002)["text"]
            assert [one.member_id for one in town.rows(Address, platform="telegram", address="7001")] == [
                person.member_id
            ]

    asyncio.run(run())


# --- groups -----------------------------------------------------------------------------------------------------------


def test_a_task_is_answered_by_replies_in_a_group_and_its_card_changes_in_place(brought, tmp_path):
    async def run() -> None:
        async with opened(brought, tmp_path, room=GROUP) as town:
            tenant = next(iter(town.app.tenants.values()))
            town.database.write(lambda tx: steps.post_card(Turn(tx, tenant, town.clock.now(), "t"), ASSESS))
            await town.deliver()
            (card,) = town.end.standing(GROUP)
            await town.press(GROUP, "Hier", by=POLICE)
            question = town.last(GROUP)
            assert question["reply_to_message"]["message_id"] == card["message_id"]
            assert question["text"].startswith("@Wijkagent")
            await town.say(GROUP, "8 tot 12", by=POLICE, reply_to=question)
            assert "Genoteerd" in town.last(GROUP)["text"]
            await town.say(GROUP, "zomaar wat praat", by=POLICE)
            assert "Genoteerd" in town.last(GROUP)["text"]
            town.end.migrated[GROUP] = -1001234
            await town.take(town.end.said(GROUP, "2", by=POLICE, reply_to=town.last(GROUP)))
            assert [one.address for one in town.rows(Room, code="molenkamp")] == ["-1001234"]
            assert "Genoteerd" in town.last(-1001234)["text"], "what waited goes to the new address"
            assert [one.reference for one in town.rows(Card, address="-1001234")] == [None]

    asyncio.run(run())


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_who_blocks_the_bot_is_shown_as_unreachable_and_the_lead_hears(brought, tmp_path):
    async def run() -> None:
        async with opened(brought, tmp_path) as town:
            town.end.blocked.add(WORKER)
            await town.say(WORKER, "/taken")
            assert [one.is_reachable for one in town.rows(Address, address=str(WORKER))] == [False]
            told = [one.message["id"] for one in town.rows(Outbox) if one.message["id"].startswith("delivery.")]
            assert told
            town.end.blocked.clear()
            await town.say(WORKER, "/taken")
            assert [one.is_reachable for one in town.rows(Address, address=str(WORKER))] == [True]

    asyncio.run(run())


def test_a_token_that_is_worth_nothing_any_more_is_told_once_and_nothing_is_lost(brought, tmp_path):
    async def run() -> None:
        async with opened(brought, tmp_path) as town:
            town.end.refuse["sendMessage"] = [Refused(401, "Unauthorized")] * 2
            place = Place("telegram", str(WORKER), is_private=True)
            for key in ("a/1", "b/1"):
                with pytest.raises(SendError) as failure:
                    await town.line.send(Outbound(key, place, Presented("TEKST")))
                assert (failure.value.permanent, failure.value.is_whole_platform) == (False, True)
            told = [one for one in town.rows(Outbox) if one.message["id"] == "happened.access_revoked"]
            assert len({one.address for one in told}) == len(told) > 0

    asyncio.run(run())


def test_patience_is_kept_as_long_as_it_is_asked_and_no_piece_is_sent_twice(brought, tmp_path):
    async def run() -> None:
        async with opened(brought, tmp_path) as town:
            long = Presented("TEKST", lines=tuple(Line(f"Regel {n}", "woord " * 300) for n in range(6)))
            place = Place("telegram", str(WORKER), is_private=True)
            town.end.refuse["sendMessage"] = [Refused(429, "Too Many Requests: retry after 9", retry_after=9)]
            await town.say(WORKER, "/help")
            assert town.end.standing(WORKER), "it went when the time was over"
            assert town.clock.now() >= datetime(2026, 2, 4, 9, 30, 9, tzinfo=UTC)
            stood = len(town.end.standing(WORKER))
            original, town.end._may_write = town.end._may_write, refuse_third(town.end)  # type: ignore[method-assign]
            with pytest.raises(SendError):
                await town.line.send(Outbound("long/1", place, long))
            town.end._may_write = original  # type: ignore[method-assign]
            await town.line.send(Outbound("long/1", place, long))
            pieces = [read_html(one["text"]).text for one in town.end.of("sendMessage")][stood:]
            assert len(pieces) == len(set(pieces)) == 3 or len(pieces) == len(set(pieces)) == 4
            assert sum(f"Regel {n}:" in piece for piece in pieces for n in range(6)) == 6

    asyncio.run(run())


def refuse_third(end: FakeTelegram) -> Any:
    left = [2]

    def may_write(chat: int) -> None:
        if not left[0]:
            raise Refused(429, "Too Many Requests: retry after 3", retry_after=3)
        left[0] -= 1

    return may_write


def test_a_long_key_comes_back_as_it_was(brought, tmp_path):
    async def run() -> None:
        async with opened(brought, tmp_path) as town:
            key = f"d12:a:{'v' * 40}:{'o' * 40}"
            place = Place("telegram", str(WORKER), is_private=True)
            await town.line.send(Outbound("key/1", place, Presented("Vraag", buttons=(Button(key, "Ja"),))))
            ledger = Ledger()
            town.line.routes(ledger)
            await town.line.take(town.end.pressed(WORKER, "Ja"))
            assert [one.action for one in ledger.came] == [key]  # type: ignore[union-attr]
            town.database.write(lambda tx: stored_platforms.forget_keys(tx, datetime(2100, 1, 1, tzinfo=UTC)))
            await town.line.take(town.end.pressed(WORKER, "Ja"))
            assert ledger.came[-1].action.startswith("~")  # type: ignore[union-attr]

    asyncio.run(run())


# --- taking in --------------------------------------------------------------------------------------------------------


def test_a_call_without_the_secret_is_refused_unread(brought, tmp_path):
    async def run() -> None:
        async with opened(brought, tmp_path) as town:
            app = Starlette(routes=list(town.line.routes(town.app)))
            body = b'{"update_id": 1}'
            assert await post(app, "/", body, {}) == 403
            assert await post(app, "/", body, {SECRET_HEADER: "x"}) == 403
            told = {SECRET_HEADER: town.line.settings.secret}
            assert await post(app, "/", body, told) == 200
            assert await post(app, "/", b"no json", told) == 200

    asyncio.run(run())


def test_one_program_polls_the_other_stands_by_and_goes_on_where_it_was(brought, tmp_path, monkeypatch):
    monkeypatch.setattr(polling, "STAND_BY_SECONDS", 0.01)
    monkeypatch.setattr(polling, "SOONEST", 0.0)

    async def run() -> None:
        async with opened(brought, tmp_path) as town:
            lines = [Telegram(Settings(TOKEN), town.database, lambda _: FakeRequest(town.end)) for _ in range(2)]
            first, second = Ledger(), Ledger()
            town.end.updates = [town.end.said(WORKER, f"een {n}") for n in range(3)]
            tasks = [asyncio.create_task(lines[0].listen(first))]
            await until(lambda: len(first.came) == 3)
            tasks.append(asyncio.create_task(lines[1].listen(second)))
            await until(lambda: town.end.updates == [])
            town.end.updates.append(town.end.said(WORKER, "nog een"))
            await until(lambda: len(first.came) == 4 and town.end.updates == [])
            assert second.came == []
            tasks[0].cancel()
            with suppress(asyncio.CancelledError):
                await tasks[0]
            town.end.updates.append(town.end.said(WORKER, "en nu jij"))
            await until(lambda: len(second.came) == 1)
            second.is_away = True
            lost = town.end.said(WORKER, "bewaar mij")
            town.end.updates.append(lost)
            with pytest.raises(DatabaseError):
                await tasks[1]
            assert lost in town.end.updates, "it was not confirmed, so it comes again"
            assert town.end.menus["all_private_chats", "nl"][0] == "taken"
            for line in lines:
                await line.close()

    asyncio.run(run())


async def until(is_so: Any) -> None:
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 -- what it waits for is in two programs
            await asyncio.sleep(0.001)


def test_the_menu_is_short_where_only_notices_are_said(brought, tmp_path):
    async def run() -> None:
        async with opened(brought, tmp_path, is_raised=False) as town:
            listening = asyncio.create_task(town.line.listen(town.app))
            await until(lambda: town.end.webhook is not None)
            listening.cancel()
            assert town.end.menus["all_private_chats", "en"] == ["start", "help"]
            assert town.end.webhook is not None
            assert town.end.webhook["secret_token"] == town.line.settings.secret
            assert town.end.webhook["url"] == HOOK

    asyncio.run(run())


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"TOKEN": "secret-token"}, "is not a bot's token"),
        ({"TOKEN": TOKEN, "MODE": "pushing"}, "polling or webhook"),
        ({"TOKEN": TOKEN, "MODE": "webhook"}, "PUBLIC_URL"),
        ({"TOKEN": TOKEN, "API": "http://elsewhere.example"}, "https"),
    ],
)
def test_settings_that_cannot_be_used_are_told_without_the_token(given, says):
    environment = {f"OVERLEGMAAT_TELEGRAM_{name}": value for name, value in given.items()}
    with pytest.raises(ValueError, match=says) as caught:
        Settings.read(environment, "")
    assert given["TOKEN"] not in str(caught.value)
    assert TOKEN not in repr(Settings(TOKEN))
