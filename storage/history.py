"""The history of platforms that keep none of their own (web chat, console)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select, update

from storage.names import table
from storage.prepared import Row, prepared
from storage.tables import ChatMessage
from storage.transaction import Transaction
from storage.upsert import upsert

H = table(ChatMessage)
_ADD = prepared(upsert(H).on_conflict_do_nothing(index_elements=["dedup_key"]))
_CHANGE = prepared(update(H).where(H.c.dedup_key == bindparam("of_key")))
_LAST_CHANGE = prepared(select(func.max(H.c.changed).label("n")))
_SINCE = prepared(
    select(H)
    .where(H.c.platform == bindparam("platform"), H.c.address == bindparam("address"), H.c.changed > bindparam("after"))
    .order_by(H.c.id)
)
_LATEST = prepared(
    select(H)
    .where(H.c.platform == bindparam("platform"), H.c.address == bindparam("address"))
    .order_by(H.c.id.desc())
    .limit(bindparam("most"))
)


def add(tx: Transaction, **values: Any) -> None:
    """Keep a message once; `dedup_key` tells whether it is there already."""
    tx.run(_ADD, **values)


def change(tx: Transaction, key: str, body: dict[str, Any], changed: int) -> bool:
    """Replace a message in place."""
    return tx.run(_CHANGE, of_key=key, body=body, changed=changed) == 1


def next_change(tx: Transaction) -> int:
    """A number above all given so far, for what is added or changed now."""
    row = tx.first(_LAST_CHANGE)
    return 1 + ((row.n if row else 0) or 0)


def since(tx: Transaction, platform: str, address: str, after: int) -> list[Row]:
    """What was added or changed at a place after change number `after`."""
    return tx.all(_SINCE, platform=platform, address=address, after=after)


def latest(tx: Transaction, platform: str, address: str, most: int = 300) -> list[Row]:
    """The last messages at a place, oldest first."""
    return list(reversed(tx.all(_LATEST, platform=platform, address=address, most=most)))
