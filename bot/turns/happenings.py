"""What happens on a platform beside what people say: somebody or a room is gone, or a message was changed afterwards.

Whoever coordinates hears of what they have to act on, once a day; nothing that was stored changes by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from bot.platforms.base import Happened, Happening, Received
from bot.tenant import Tenant
from bot.turns.turn import Turn
from conversations.dialog.messages import Message, Phrase, Value
from storage import members, queue, rooms
from storage.members import Person
from storage.prepared import Row
from storage.transaction import Transaction

LONGEST_NAME: Final = 80  # of a room, as the platform calls it


def bring(tx: Transaction, happening: Happening, tenants: Mapping[int, Tenant], now: datetime) -> Received:
    """Bring about what it means to us; "unknown" when it is about nobody and no room of ours."""
    kind = happening.kind
    if kind == "access_revoked":
        for tenant in tenants.values():
            _tell(Turn(tx, tenant, now, ""), happening, {})
        return Received("accepted")
    if kind in _OF_ROOMS:
        room = members.room_at(tx, happening.platform, happening.address)
        owner = tenants.get(room.municipality_id) if room is not None else None
        if room is None or owner is None:
            return Received("unknown")
        _OF_ROOMS[kind](Turn(tx, owner, now, ""), happening, room)
        return Received("accepted")
    person = members.who(tx, happening.platform, happening.address)
    town = tenants.get(person.municipality_id) if person is not None else None
    if person is None or town is None:
        return Received("unknown")
    _OF_PEOPLE[kind](Turn(tx, town, now, ""), happening, person)
    return Received("accepted")


def _tell(turn: Turn, happening: Happening, values: Mapping[str, Value]) -> None:
    """The process leads hear of it, once a day."""
    turn.key = f"happened:{happening.kind}:{happening.platform}:{happening.address}:{turn.today}"
    whole: dict[str, Value] = {"platform": Phrase(f"platform.{happening.platform}"), **values}
    turn.tell_all(turn.leads(), Message(f"happened.{happening.kind}", whole))


# --- rooms ------------------------------------------------------------------------------------------------------------


def _room_gone(turn: Turn, happening: Happening, room: Row) -> None:
    if rooms.mark_gone(turn.tx, room.id, is_gone=True):
        turn.note(happening.kind, f"room:{room.id}", happening.platform)
        _tell(turn, happening, {"room": room.name})


def _room_back(turn: Turn, happening: Happening, room: Row) -> None:
    if rooms.mark_gone(turn.tx, room.id, is_gone=False):
        turn.note(happening.kind, f"room:{room.id}", happening.platform)
        _tell(turn, happening, {"room": room.name})


def _room_renamed(turn: Turn, happening: Happening, room: Row) -> None:
    name = " ".join(happening.to.split())[:LONGEST_NAME]
    if name and rooms.rename(turn.tx, room.id, name):
        turn.note(happening.kind, f"room:{room.id}", happening.platform)
        _tell(turn, happening, {"room": room.name, "name": name})


def _room_moved(turn: Turn, happening: Happening, room: Row) -> None:
    if not happening.to or members.room_at(turn.tx, happening.platform, happening.to) is not None:
        return
    rooms.move(turn.tx, room.id, happening.platform, happening.address, happening.to, turn.now)
    turn.note(happening.kind, f"room:{room.id}", happening.platform)
    _tell(turn, happening, {"room": room.name, "address": happening.to})


# --- people -----------------------------------------------------------------------------------------------------------


def _address_gone(turn: Turn, happening: Happening, person: Person) -> None:
    if members.mark_unreachable(turn.tx, happening.platform, happening.address):
        turn.note("address_gone", f"member:{person.member_id}", happening.platform)
        _tell(turn, happening, {"function": person.function, "partner": person.partner_name})


def _address_back(turn: Turn, happening: Happening, person: Person) -> None:
    if members.mark_reachable(turn.tx, happening.platform, happening.address):
        turn.note("address_back", f"member:{person.member_id}", happening.platform)


def _changed_afterwards(turn: Turn, happening: Happening, person: Person) -> None:
    """What was noted of a message stays as it was noted: its author hears so, once for each message. Of a message that
    was refused nothing was noted.
    """
    platform, reference = happening.platform, happening.reference
    if not queue.is_known(turn.tx, platform, reference) or queue.is_known(turn.tx, platform, f"refused:{reference}"):
        return
    key = f"happened:{happening.kind}:{happening.platform}:{happening.reference}"
    turn.tell_once(key, person, Message(f"happened.{happening.kind}"))


def _unread(turn: Turn, happening: Happening, person: Person) -> None:
    """What came and could not be decrypted: its author is asked for it once more, there."""
    turn.key = f"happened:{happening.kind}:{happening.platform}:{happening.reference}"
    values: dict[str, Value] = {"platform": Phrase(f"platform.{happening.platform}")}
    turn.tell_at((happening.platform, happening.address), person, Message(f"happened.{happening.kind}", values))


_OF_ROOMS: Final[Mapping[Happened, Callable[[Turn, Happening, Row], None]]] = {
    "room_gone": _room_gone,
    "room_left": _room_gone,
    "room_back": _room_back,
    "room_renamed": _room_renamed,
    "room_moved": _room_moved,
}
_OF_PEOPLE: Final[Mapping[Happened, Callable[[Turn, Happening, Person], None]]] = {
    "address_gone": _address_gone,
    "address_back": _address_back,
    "message_edited": _changed_afterwards,
    "message_deleted": _changed_afterwards,
    "message_unread": _unread,
}
