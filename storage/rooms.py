"""What a platform tells of its rooms: gone, back, another name, another address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, update

from storage.names import table
from storage.prepared import prepared
from storage.tables import Card, Outbox, Room
from storage.transaction import Transaction

C, O, R = table(Card), table(Outbox), table(Room)  # noqa: E741 -- one letter a table, as in the others

_GONE = prepared(
    update(R)
    .where(R.c.id == bindparam("which"), R.c.is_gone.is_not(bindparam("is_so")))
    .values(is_gone=bindparam("is_so"))
)
_RENAME = prepared(
    update(R).where(R.c.id == bindparam("which"), R.c.name != bindparam("called")).values(name=bindparam("called"))
)
_MOVE = prepared(update(R).where(R.c.id == bindparam("which")).values(address=bindparam("new")))
_CARDS = prepared(
    update(C)
    .where(C.c.platform == bindparam("on"), C.c.address == bindparam("old"))
    .values(address=bindparam("new"), reference=None)
)
_WAITING = prepared(
    update(O)
    .where(O.c.platform == bindparam("on"), O.c.address == bindparam("old"), O.c.status == "waiting")
    .values(address=bindparam("new"), thread=None, lane_id=None, fetch_at=bindparam("now"))
)


def mark_gone(tx: Transaction, room_id: int, *, is_gone: bool) -> bool:
    """Whether anything can be sent there; False when that was known."""
    return tx.run(_GONE, which=room_id, is_so=is_gone) == 1


def rename(tx: Transaction, room_id: int, name: str) -> bool:
    """What it is called now; False when that was known."""
    return tx.run(_RENAME, which=room_id, called=name) == 1


def move(tx: Transaction, room_id: int, platform: str, old: str, new: str, now: datetime) -> None:
    """It goes on under another address. Cards start anew there, because the platform does not know its messages by
    their earlier names; a form that was open in a thread is a draft that can be taken up anywhere.
    """
    tx.run(_MOVE, which=room_id, new=new)
    tx.run(_CARDS, on=platform, old=old, new=new)
    tx.run(_WAITING, on=platform, old=old, new=new, now=now)
