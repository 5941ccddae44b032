"""What platforms need: a lease on what only one program may do, and short names for long keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select, update

from storage.names import table
from storage.prepared import prepared
from storage.tables import Lease, ShortKey
from storage.transaction import Transaction
from storage.upsert import upsert

L, K = table(Lease), table(ShortKey)

_FIRST = prepared(upsert(L).on_conflict_do_nothing(index_elements=["name"]))
_TAKE = prepared(
    update(L)
    .where(
        L.c.name == bindparam("what"),
        or_(L.c.holder == bindparam("who"), L.c.until_at <= bindparam("now")),
    )
    .values(holder=bindparam("who"), until_at=bindparam("until"))
)
_LET_GO = prepared(delete(L).where(L.c.name == bindparam("what"), L.c.holder == bindparam("who")))
_NEW_KEY = upsert(K)
_KEEP = prepared(_NEW_KEY.on_conflict_do_update(index_elements=["short"], set_={"used_at": _NEW_KEY.excluded.used_at}))
_BEHIND = prepared(select(K.c.short, K.c.key).where(K.c.short.in_(bindparam("which", expanding=True))))
_FORGET = prepared(delete(K).where(K.c.used_at < bindparam("before")))


def take(tx: Transaction, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take a lease, or keep it; False while somebody else has it."""
    if tx.run(_FIRST, name=name, holder=holder, until_at=until) == 1:
        return True
    return tx.run(_TAKE, what=name, who=holder, now=now, until=until) == 1


def let_go(tx: Transaction, name: str, holder: str) -> None:
    """Give a lease back, so that the next need not wait for its end."""
    tx.run(_LET_GO, what=name, who=holder)


def keep_keys(tx: Transaction, keys: Mapping[str, str], now: datetime) -> None:
    """Remember what is behind short names."""
    for short, key in keys.items():
        tx.run(_KEEP, short=short, key=key, used_at=now)


def keys_behind(tx: Transaction, shorts: Iterable[str]) -> dict[str, str]:
    """Short name → key, of those that are known."""
    wanted = list(shorts)
    return {row.short: row.key for row in tx.all(_BEHIND, which=wanted)} if wanted else {}


def forget_keys(tx: Transaction, before: datetime) -> None:
    """Let go of what was not shown since."""
    tx.run(_FORGET, before=before)
