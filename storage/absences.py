"""Who is away, who stands in, and when people may be reminded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, select, update

from storage.names import adds, table
from storage.prepared import Row, prepared
from storage.tables import Absence, Address, Member
from storage.transaction import Transaction

A, M, ADDRESS = table(Absence), table(Member), table(Address)

_ADD = adds(Absence)
_BY_ID = prepared(select(A).where(A.c.id == bindparam("absence_id")))
_OF_MEMBER = prepared(
    select(A)
    .where(A.c.member_id == bindparam("member"), A.c.ended_at.is_(None), A.c.until_on >= bindparam("today"))
    .order_by(A.c.from_on, A.c.id)
)
_ON = prepared(
    select(A.c.member_id, A.c.stand_in_id, A.c.until_on)
    .where(
        A.c.municipality_id == bindparam("town"), A.c.ended_at.is_(None), A.c.from_on <= bindparam("day"),
        A.c.until_on >= bindparam("day"),
    )
    .order_by(A.c.id)
)  # fmt: skip
_END = prepared(update(A).where(A.c.id == bindparam("which"), A.c.ended_at.is_(None)).values(ended_at=bindparam("at")))
_STANDING = select(
    M.c.id, M.c.partner_id, M.c.function, M.c.hours, M.c.stand_in_id, M.c.is_active,
    exists().where(ADDRESS.c.member_id == M.c.id, ADDRESS.c.is_reachable.is_(True)).label("is_reachable"),
)  # fmt: skip
_STANDINGS = prepared(_STANDING.where(M.c.municipality_id == bindparam("town")).order_by(M.c.id))
_STANDS = prepared(_STANDING.where(M.c.id == bindparam("member")))
_SET_HOURS = prepared(update(M).where(M.c.id == bindparam("which")))


def add(tx: Transaction, **values: Any) -> int:
    """Days on which a member is away; the id."""
    return tx.insert(_ADD, **values)


def by_id(tx: Transaction, absence_id: int) -> Row | None:
    """One absence, also one that was taken back."""
    return tx.first(_BY_ID, absence_id=absence_id)


def of_member(tx: Transaction, member_id: int, today: date) -> list[Row]:
    """When a member is away, now and later."""
    return tx.all(_OF_MEMBER, member=member_id, today=today)


def on_day(tx: Transaction, municipality_id: int, day: date) -> dict[int, Row]:
    """Member id → the absence that holds on a day (the last one that was told)."""
    return {row.member_id: row for row in tx.all(_ON, town=municipality_id, day=day)}


def end(tx: Transaction, absence_id: int, now: datetime) -> bool:
    """Take it back; False when that was done before."""
    return tx.run(_END, which=absence_id, at=now) == 1


def standings(tx: Transaction, municipality_id: int) -> dict[int, Row]:
    """Member id → how each member stands, also who left: hours, stand-in, whether there is an address that works."""
    return {row.id: row for row in tx.all(_STANDINGS, town=municipality_id)}


def standing(tx: Transaction, member_id: int) -> Row | None:
    """The same of one member."""
    return tx.first(_STANDS, member=member_id)


def set_hours(tx: Transaction, member_id: int, hours: dict[str, Any]) -> None:
    """When a member may be reminded."""
    tx.run(_SET_HOURS, which=member_id, hours=hours)
