"""Where a platform wants to be called for an address: the conversation and the server, as it told us last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.names import table
from storage.prepared import prepared
from storage.tables import Reference
from storage.transaction import Transaction
from storage.upsert import upsert

F = table(Reference)

_FIND = prepared(select(F.c.known).where(F.c.platform == bindparam("platform"), F.c.address == bindparam("address")))
_ALL = prepared(select(F.c.address, F.c.known).where(F.c.platform == bindparam("platform")).order_by(F.c.id))
_OF = prepared(
    select(F.c.known).where(
        F.c.platform == bindparam("platform"), F.c.address.in_(bindparam("addresses", expanding=True))
    )
)
_ADD = upsert(F)
_KEEP = prepared(
    _ADD.on_conflict_do_update(
        index_elements=["platform", "address"],
        set_={"known": _ADD.excluded.known, "renewed_at": _ADD.excluded.renewed_at},
    )
)
_FORGET = prepared(delete(F).where(F.c.platform == bindparam("on"), F.c.address == bindparam("at")))


def find(tx: Transaction, platform: str, address: str) -> Mapping[str, str] | None:
    """What the platform told of this address; None when it never did."""
    row = tx.first(_FIND, platform=platform, address=address)
    return None if row is None else dict(row.known)


def every(tx: Transaction, platform: str) -> list[tuple[str, Mapping[str, str]]]:
    """What the platform told of all its addresses."""
    return [(row.address, dict(row.known)) for row in tx.all(_ALL, platform=platform)]


def of_addresses(tx: Transaction, platform: str, addresses: Sequence[str]) -> list[Mapping[str, str]]:
    """What the platform told of these addresses."""
    return [dict(row.known) for row in tx.all(_OF, platform=platform, addresses=list(addresses))] if addresses else []


def renew(tx: Transaction, platform: str, address: str, known: Mapping[str, str], now: datetime) -> None:
    """What the platform tells of this address from now on."""
    tx.run(_KEEP, platform=platform, address=address, known=dict(known), renewed_at=now)


def forget(tx: Transaction, platform: str, address: str) -> None:
    """Nothing is known of it any more."""
    tx.run(_FORGET, on=platform, at=address)
