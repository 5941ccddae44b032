"""What a platform tells of its rooms: gone, back, another name, another address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update

from storage import members
from storage.names import table
from storage.prepared import prepared
from storage.tables import Address, Card, Member, Outbox, Partner, Room
from storage.transaction import Transaction

A, C, M = table(Address), table(Card), table(Member)
O, P, R = table(Outbox), table(Partner), table(Room)  # noqa: E741 -- one letter a table, as in the others

_GONE = prepared(
    update(R)
    .where(R.c.id == bindparam("which"), R.c.is_gone.is_not(bindparam("is_so")))
    .values(is_gone=bindparam("is_so"))
)
_ADDRESSES = prepared(
    select(A.c.address)
    .join_from(A, M, A.c.member_id == M.c.id)
    .join(P, M.c.partner_id == P.c.id)
    .where(
        A.c.platform == bindparam("platform"),
        A.c.ended_at.is_(None),
        M.c.is_active.is_(True),
        P.c.municipality_id == bindparam("municipality_id"),
        P.c.code.in_(bindparam("partners", expanding=True)),
    )
    .order_by(A.c.id)
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


def addresses_in(tx: Transaction, platform: str, room: str) -> list[str]:
    """Where the members of the organisations in a room are on its platform."""
    found = members.room_at(tx, platform, room)
    partners = [] if found is None else list(found.partners)
    if found is None or not partners:
        return []
    rows = tx.all(_ADDRESSES, platform=platform, municipality_id=found.municipality_id, partners=partners)
    return [row.address for row in rows]


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
