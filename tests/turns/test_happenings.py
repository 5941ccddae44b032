"""What a platform tells beside what people say: who coordinates hears of it, and nothing stored changes by itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.platforms.base import Happened, Happening, Place
from storage.tables import Address, Card, Contribution, Outbox, Room
from tests.turns.cases import LEAD, ROOM, answer, task_of

if TYPE_CHECKING:
    from tests.turns.chat import Chat


def happens(chat: Chat, kind: Happened, address: str = "", event: str = "1", **more: Any) -> str:
    happening = Happening("webchat", f"{kind}:{event}", kind, chat.clock.now(), address, **more)
    status = asyncio.run(chat.app.happened_soon(happening)).status
    chat.listen()
    return status


@pytest.mark.parametrize("kind", ["room_gone", "room_left"])
def test_nothing_is_sent_to_a_room_that_is_gone_until_it_is_back(case, kind):
    assert happens(case, kind, ROOM) == "accepted"
    case.expect(f"happened.{kind}", to=LEAD)
    assert case.rows(Room, address=ROOM)[0].is_gone
    answer(case, "wijkagent", task_of(case, "assess"))
    posted = [row for row in case.rows(Outbox, address=ROOM) if row.error == "room_gone"]
    assert posted, "the card would have been brought up to date"
    assert {row.status for row in posted} == {"dropped"}
    assert happens(case, "room_back", ROOM) == "accepted"
    case.expect("happened.room_back", to=LEAD)


def test_the_same_told_twice_is_told_once(case):
    assert happens(case, "room_gone", ROOM) == "accepted"
    assert happens(case, "room_gone", ROOM) == "duplicate"
    assert happens(case, "room_gone", ROOM, event="2") == "accepted"
    assert case.last == []


def test_a_room_keeps_its_place_under_another_name_or_address(case):
    happens(case, "room_renamed", ROOM, to="  JGO  Rivierwijk ")
    case.expect("happened.room_renamed", to=LEAD)
    assert case.rows(Room, address=ROOM)[0].name == "JGO Rivierwijk"
    card = case.rows(Card, kind="task", address=ROOM)[0]
    assert card.reference is not None
    happens(case, "room_moved", ROOM, to="jgo-2")
    case.expect("happened.room_moved", to=LEAD)
    assert case.rows(Room, address="jgo-2")
    moved = next(one for one in case.rows(Card) if one.id == card.id)
    assert (moved.address, moved.reference) == ("jgo-2", None)
    assert happens(case, "room_moved", ROOM, to="jgo-3", event="2") == "unknown"


def test_who_left_the_platform_cannot_be_reached_there_until_they_are_back(case):
    happens(case, "address_gone", "@wijkagent")
    case.expect("happened.address_gone", to=LEAD)
    assert "Politie" in case.last[0].all_text
    assert not case.rows(Address, address="@wijkagent")[0].is_reachable
    happens(case, "address_back", "@wijkagent")
    assert case.last == []
    assert case.rows(Address, address="@wijkagent")[0].is_reachable
    assert happens(case, "address_gone", "@nobody", event="2") == "unknown"


def test_an_answer_stays_as_it_was_noted_when_its_message_is_changed(case):
    answer(case, "wijkagent", task_of(case, "assess"))
    kept = case.rows(Contribution)
    assert case._inbound is not None
    kind: Happened
    for kind in ("message_edited", "message_deleted"):
        happens(case, kind, "@wijkagent", reference=case._inbound.event_id)
        case.expect(f"happened.{kind}", to="wijkagent")
        happens(case, kind, "@wijkagent", event="2", reference=case._inbound.event_id)
        assert case.last == []
        happens(case, kind, "@wijkagent", event="3", reference="of something else")
        assert case.last == []
    assert case.rows(Contribution) == kept


def test_a_platform_that_lets_us_in_no_more_is_told_to_who_coordinates(case):
    assert happens(case, "access_revoked") == "accepted"
    case.expect("happened.access_revoked", to=LEAD)


def test_the_key_of_a_place_can_be_read_back():
    for place in (
        Place("webchat", "jgo", is_private=False, thread="card-1"),
        Place("matrix", "!room:example.nl", is_private=False, thread="$abc"),
        Place("matrix", "@wijkagent:example.nl", is_private=True),
    ):
        assert Place.of(place.key) == place
