"""Matrix as it is: a real homeserver, the real adapter, and a partner with a client of their own."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("nio", reason="matrix-nio is not installed (make dev)")

import vodozemac

from bot.platforms.base import Button, Inbound, Outbound, Place, Presented, SendError
from bot.platforms.matrix.account import Account
from bot.platforms.matrix.client import Matrix
from bot.platforms.matrix.session import Away
from conversations.process.workflow import DataLevel
from storage.database import DatabaseError
from tests.platforms.kit import Ledger
from tests.platforms.synapse import LONGEST, PASSWORD, SERVER, partner, synapse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tests.platforms.synapse import Partner, Synapse

__all__ = ["synapse"]
KEY = "a key that the tests lock with, for a minute"
OTHER_KEY = "another key, of forty characters or more"
NAMES = count(1)
KEYS = count(1)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something; whoever waits has the time limit."""
    while not holds():  # noqa: ASYNC110 -- it is said by many, and most of them not to us
        await asyncio.sleep(0.02)


class Stay:
    """The adapter, signed in and listening, with what came in."""

    def __init__(self, matrix: Matrix, ledger: Ledger, line: asyncio.Task[None]) -> None:
        self.matrix, self.ledger, self.line = matrix, ledger, line

    @property
    def rooms(self) -> Any:
        """Where the adapter is, as far as it knows."""
        assert self.matrix._session is not None
        return self.matrix._session.rooms

    @property
    def texts(self) -> list[str | None]:
        return [one.text for one in self.ledger.came if isinstance(one, Inbound)]

    async def came(self, number: int = 1) -> Any:
        """The so many-th that came in, waiting for it."""
        async with asyncio.timeout(LONGEST):
            await until(lambda: len(self.ledger.came) >= number)
        return self.ledger.came[number - 1]

    async def say(self, place: Place, presented: Presented, **more: Any) -> str | None:
        key = more.pop("key", f"key-{next(KEYS)}")
        async with asyncio.timeout(LONGEST):
            return await self.matrix.send(Outbound(key, place, presented, **more))


@asynccontextmanager
async def staying(server: Synapse, folder: Path, user: str, **more: Any) -> AsyncIterator[Stay]:
    welcome = more.pop("welcome", frozenset({SERVER}))
    key = more.pop("secret", KEY)
    account = Account(server.url, user, PASSWORD, key, folder, welcome, more.pop("has_polls", False))
    matrix, ledger = Matrix(account, sync_seconds=5, key_patience=more.pop("key_patience", 0.5)), Ledger()
    line = asyncio.create_task(matrix.listen(ledger))
    try:
        async with asyncio.timeout(LONGEST):
            await until(lambda: line.done() or (matrix._session is not None and matrix._session.is_ready.is_set()))
            if line.done():
                line.result()
        yield Stay(matrix, ledger, line)
    finally:
        line.cancel()
        await asyncio.wait([line])
        if not line.cancelled():
            line.exception()
        await matrix.close()


@pytest.fixture
def user(synapse) -> str:
    account: str = synapse.register(f"overlegmaat{next(NAMES)}")["user_id"]
    return account


def name() -> str:
    return f"wijkagent{next(NAMES)}"


def test_a_private_talk_is_encrypted_both_ways(synapse, user, tmp_path):
    async def talk() -> None:
        async with staying(synapse, tmp_path, user) as stay, partner(synapse, name()) as wijkagent:
            private = Place("matrix", wijkagent.user, is_private=True)
            assert stay.matrix.ceiling_at(private) is DataLevel.PSEUDONYM
            buttons = (Button("d1:a:yes", "Ja"), Button("t7:private", "Later"))
            await stay.say(private, Presented("Klopt het?", buttons=buttons))
            heard = await wijkagent.hears("Klopt het?")
            room = heard["room_id"]
            assert heard["was_encrypted"]
            assert "1. Ja" in heard["content"]["body"]
            assert "[#1 Later]" in heard["content"]["body"]
            await wijkagent.says(room, "ja hoor")
            said = await stay.came()
            assert (said.text, said.place, said.ceiling) == ("ja hoor", private, DataLevel.PSEUDONYM)
            await wijkagent.says(room, "#1")
            assert (await stay.came(2)).action == "t7:private"
            await wijkagent.puts(room, "m.reaction", annotation(heard["event_id"], "1️⃣"))
            assert (await stay.came(3)).action == "d1:a:yes"
            assert stay.matrix.ceiling_at(private) is DataLevel.PSEUDONYM
            await stay.say(private, Presented("Nog iets?", buttons=(Button("t8:private", "Later"),)))
            assert "[#2 Later]" in (await wijkagent.hears("Nog iets?"))["content"]["body"]
            await wijkagent.client.room_leave(room)
            assert (await stay.came(4)).kind == "address_gone"
            with pytest.raises(SendError, match="left") as caught:
                await stay.say(private, Presented("Ben je er nog?"))
            assert caught.value.permanent

    asyncio.run(talk())


def annotation(event: str, key: str) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": key}}


def test_a_room_has_cards_threads_and_receipts_and_carries_what_its_encryption_allows(synapse, user, tmp_path):
    async def talk() -> None:
        async with staying(synapse, tmp_path, user) as stay, partner(synapse, name()) as wijkagent:
            opened = await wijkagent.room(user, is_encrypted=False, name="open")
            closed = await wijkagent.room(user, name="dicht")
            for room in (opened, closed):
                await wijkagent.joined(room, user)
            await stay.came(2)
            await until(lambda: {opened, closed} <= set(stay.rooms))
            assert stay.matrix.ceiling_at(Place("matrix", opened, is_private=False)) is DataLevel.GROUP
            place = Place("matrix", closed, is_private=False)
            assert stay.matrix.ceiling_at(place) is DataLevel.PSEUDONYM

            await wijkagent.says(opened, "besluit: hier leest iedereen mee")
            assert ((await stay.came(3)).ceiling, (await stay.came(3)).place.address) == (DataLevel.GROUP, opened)
            here = (Button("t1:thread", "Hier"),)
            card = await stay.say(
                place, Presented("0 van 3 binnen", tone="card", buttons=(Button("t1:thread", "Hier"),))
            )
            assert (await wijkagent.hears("0 van 3"))["was_encrypted"]
            again = await stay.say(place, Presented("1 van 3 binnen", tone="card", buttons=here), replaces=card)
            assert again == card
            changed = await wijkagent.hears("1 van 3")
            assert changed["content"]["m.new_content"]["body"] == "1 van 3 binnen\n[#1 Hier]"

            below = {"m.relates_to": {"rel_type": "m.thread", "event_id": card}}
            await wijkagent.says(closed, "wij ook", **below)
            assert (await stay.came(4)).place.thread == card
            await wijkagent.says(closed, "wij ook", **{"m.relates_to": {"m.in_reply_to": {"event_id": card}}})
            assert (await stay.came(5)).place.thread == card
            await stay.say(replace(place, thread=card), Presented("Wat zie je?"))
            assert (await wijkagent.hears("Wat zie je?"))["content"]["m.relates_to"]["event_id"] == card

            line = await wijkagent.says(closed, "besluit: we gaan door")
            said = await stay.came(6)
            assert said.reference == line
            undo = (Button("m1:undo:7", "Terugdraaien"),)
            noted = Presented("Vastgelegd als besluit 3.", tone="receipt", buttons=undo)
            await stay.say(place, noted, reacts_to=line, context={"message": "meeting.decision"})
            marked = await wijkagent.wait(lambda one: one["type"] == "m.reaction")
            assert marked["content"]["m.relates_to"] == annotation(line, "✅")["m.relates_to"]
            assert (await wijkagent.hears("besluit 3"))["content"]["m.relates_to"]["event_id"] == line
            before = len(wijkagent.seen)
            undone = Presented("Teruggedraaid.", tone="receipt")
            await stay.say(place, undone, reacts_to=line, context={"message": "meeting.receipt_undone"})
            marked = await wijkagent.wait(lambda one: one["type"] == "m.reaction", before)
            assert marked["content"]["m.relates_to"]["key"] == "↩️"
            await wijkagent.hears("* Teruggedraaid.", before)

            plain = await asyncio.to_thread(
                synapse.ask, "PUT", f"/_matrix/client/v3/rooms/{closed}/send/m.room.message/x",
                {"msgtype": "m.text", "body": "niet versleuteld"}, token=wijkagent.client.access_token,
            )  # fmt: skip
            said = await stay.came(7)
            assert (said.event_id, said.ceiling) == (plain["event_id"], DataLevel.GROUP)

    asyncio.run(talk())


def test_only_who_is_welcome_may_invite_us(synapse, user, tmp_path):
    async def talk() -> None:
        async with (
            partner(synapse, name()) as stranger,
            partner(synapse, name()) as wijkagent,
            staying(synapse, tmp_path, user, welcome=frozenset({wijkagent.user})) as stay,
        ):
            declined = await stranger.room(user, is_direct=True)
            taken = await wijkagent.room(user, is_direct=True)
            await wijkagent.joined(taken, user)
            await stranger.wait(lambda one: one.get("state_key") == user and one["content"]["membership"] == "leave")
            await until(lambda: taken in stay.rooms)
            assert set(stay.rooms) == {taken}
            assert declined not in stay.matrix._keeping.all_private().values()
            await wijkagent.says(taken, "taken")
            assert (await stay.came()).place == Place("matrix", wijkagent.user, is_private=True)

    asyncio.run(talk())


def test_a_restart_takes_in_what_was_said_meanwhile_and_nothing_twice(synapse, user, tmp_path):
    async def talk() -> None:
        async with partner(synapse, name()) as wijkagent:
            async with staying(synapse, tmp_path, user) as stay:
                room = await wijkagent.room(user, is_direct=True)
                await wijkagent.joined(room, user)
                await wijkagent.says(room, "een")
                assert (await stay.came()).text == "een"
                stay.ledger.is_away = True  # the database is gone: it is not acknowledged
                await wijkagent.says(room, "twee")
                await until(lambda: stay.ledger.entered.is_set() and stay.line.done())
                with suppress(DatabaseError):
                    await stay.line
                assert stay.texts == ["een"]
            for number in range(30):
                await wijkagent.says(room, f"meer {number}")
            async with staying(synapse, tmp_path, user) as stay:
                await stay.came(31)
                assert stay.texts == ["twee", *(f"meer {number}" for number in range(30))]
            async with staying(synapse, tmp_path, user) as stay:
                await wijkagent.says(room, "drie")
                assert (await stay.came()).text == "drie"

    asyncio.run(talk())


def test_a_lost_folder_is_a_new_device_of_the_same_identity(synapse, user, tmp_path):
    async def talk() -> None:
        async with partner(synapse, name()) as wijkagent:
            async with staying(synapse, tmp_path / "one", user) as stay:
                private = Place("matrix", wijkagent.user, is_private=True)
                await stay.say(private, Presented("Hallo"))
                room = (await wijkagent.hears("Hallo"))["room_id"]
                first = devices_of(synapse, wijkagent, user)
            assert [one.name for one in (tmp_path / "one").iterdir() if one.stat().st_mode & 0o077] == []
            assert (tmp_path / "one").stat().st_mode & 0o077 == 0
            token = wijkagent.client.access_token
            assert all(token.encode() not in one.read_bytes() for one in (tmp_path / "one").iterdir())
            async with staying(synapse, tmp_path / "two", user) as stay:
                second = devices_of(synapse, wijkagent, user)
                assert second["master"] == first["master"]
                assert len(second["signed"]) == 2
                assert stay.matrix._keeping.private_room(wijkagent.user) == room
                await wijkagent.sync()
                await wijkagent.says(room, "weet je nog wie ik ben")
                said = await stay.came()
                assert (said.text, said.place) == ("weet je nog wie ik ben", private)
                await stay.say(private, Presented("Ja"))
                assert (await wijkagent.hears("Ja"))["room_id"] == room
            async with staying(
                synapse, tmp_path / "two", user, secret="another key, of forty characters or so"
            ) as stay:
                third = devices_of(synapse, wijkagent, user)
                assert third["master"] != first["master"]
                assert len(third["signed"]) == 1

    asyncio.run(talk())


def devices_of(server: Synapse, one: Partner, user: str) -> dict[str, Any]:
    """The identity of an account as others see it, and which of its devices carry a signature of it that is right."""
    found = server.ask(
        "POST", "/_matrix/client/v3/keys/query", {"device_keys": {user: []}}, token=one.client.access_token
    )
    master, own = found["master_keys"][user], found["self_signing_keys"][user]
    master_id, master_key = next(iter(master["keys"].items()))
    own_id, own_key = next(iter(own["keys"].items()))
    assert is_signed(own, user, master_id, master_key)
    devices = found["device_keys"][user]
    signed = [name for name, device in devices.items() if is_signed(device, user, own_id, own_key)]
    return {"master": master_key, "signed": signed}


def is_signed(what: dict[str, Any], user: str, by: str, key: str) -> bool:
    signature = what.get("signatures", {}).get(user, {}).get(by)
    if signature is None:
        return False
    bare = {name: value for name, value in what.items() if name not in {"signatures", "unsigned"}}
    text = json.dumps(bare, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    vodozemac.Ed25519PublicKey.from_base64(key).verify_signature(
        text.encode(), vodozemac.Ed25519Signature.from_base64(signature)
    )
    return True


def test_a_homeserver_that_slows_us_down_or_is_away(synapse, user, tmp_path):
    async def talk() -> None:
        async with partner(synapse, name()) as wijkagent, staying(synapse, tmp_path, user) as stay:
            private = Place("matrix", wijkagent.user, is_private=True)
            await stay.say(private, Presented("nul"))
            room = (await wijkagent.hears("nul"))["room_id"]
            await asyncio.to_thread(synapse.slow_down, user, {"messages_per_second": 1, "burst_count": 1})
            hurried = (stay.say(private, Presented(f"vlug {number}")) for number in range(9))
            with pytest.raises(SendError, match="M_LIMIT_EXCEEDED") as caught:
                await asyncio.gather(*hurried)
            assert 0 < (caught.value.retry_after or 0) <= 60
            assert (caught.value.permanent, caught.value.is_whole_platform) == (False, True)
            await asyncio.to_thread(synapse.slow_down, user, {"messages_per_second": 0, "burst_count": 0})

            await asyncio.to_thread(synapse.stop)
            with pytest.raises(SendError) as caught:
                await stay.say(private, Presented("tijdens"), key="while-away")
            assert (caught.value.permanent, caught.value.is_whole_platform) == (False, True)
            await until(stay.line.done)
            with pytest.raises(Away):
                await stay.line
            synapse.start()  # here: it ends with the thread that started it
            await wijkagent.says(room, "ben je er weer")
        async with partner(synapse, name()) as other, staying(synapse, tmp_path, user) as stay:
            assert (await stay.came()).text == "ben je er weer"
            private = Place("matrix", other.user, is_private=True)
            first = await stay.say(private, Presented("tijdens"), key="while-away")
            assert await stay.say(private, Presented("tijdens"), key="while-away") == first, "the server takes it once"

    asyncio.run(talk())


def test_a_question_as_a_poll(synapse, user, tmp_path):
    async def talk() -> None:
        async with (
            staying(synapse, tmp_path, user, has_polls=True) as stay,
            partner(synapse, name()) as wijkagent,
        ):
            private = Place("matrix", wijkagent.user, is_private=True)
            options = (Button("d1:a:yes", "Ja"), Button("d1:a:no", "Nee"), Button("d1:back", "Terug"))
            await stay.say(private, Presented("Klopt het?", tone="question", buttons=options))
            poll = await wijkagent.wait(lambda one: one["type"] == "org.matrix.msc3381.poll.start")
            asked = poll["content"]["org.matrix.msc3381.poll.start"]
            assert [one["org.matrix.msc1767.text"] for one in asked["answers"]] == ["Ja", "Nee"]
            assert "[#1 Terug]" in poll["content"]["body"], "who cannot see polls can type"
            vote = {
                "m.relates_to": {"rel_type": "m.reference", "event_id": poll["event_id"]},
                "org.matrix.msc3381.poll.response": {"answers": ["d1:a:no"]},
            }
            await wijkagent.puts(poll["room_id"], "org.matrix.msc3381.poll.response", vote)
            assert (await stay.came()).action == "d1:a:no"
            await stay.say(private, Presented("Dank je"))
            ended = await wijkagent.wait(lambda one: one["type"] == "org.matrix.msc3381.poll.end")
            assert ended["content"]["m.relates_to"]["event_id"] == poll["event_id"]

    asyncio.run(talk())
