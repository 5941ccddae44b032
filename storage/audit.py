"""Who did or saw what, and when. Ids and kinds only, never content; each entry is chained to the one before."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select, update

from storage.names import adds, table
from storage.prepared import Row, prepared
from storage.tables import AuditEntry
from storage.transaction import Transaction

E = table(AuditEntry)
BATCH = 1000
FORGOTTEN = "forgotten"  # the act of an entry of which the retention period left only its place in the chain
FORGET = "audit_purged"  # the act that says up to which entry that was done; it is kept itself

_ADD = adds(AuditEntry)
_UNSEALED = prepared(select(E).where(E.c.seal.is_(None)).order_by(E.c.id).limit(bindparam("most")))
_LAST_SEALED = prepared(select(E.c.seal).where(E.c.seal.is_not(None)).order_by(E.c.id.desc()).limit(1))
_SEAL = prepared(update(E).where(E.c.id == bindparam("which")).values(seal=bindparam("mark")))
_OLD = and_(
    E.c.municipality_id == bindparam("municipality_id"), E.c.at < bindparam("before"), E.c.seal.is_not(None),
    E.c.act.not_in([FORGOTTEN, FORGET]),
)  # fmt: skip
_FORGETTABLE = prepared(select(func.count().label("n"), func.max(E.c.id).label("last")).where(_OLD))
_FORGET = prepared(
    update(E)
    .where(
        E.c.municipality_id == bindparam("town"), E.c.at < bindparam("before"), E.c.seal.is_not(None),
        E.c.act.not_in([FORGOTTEN, FORGET]),
    )
    .values(act=FORGOTTEN, member_id=None, subject="", note="")
)  # fmt: skip
_FORGETTINGS = prepared(select(E.c.municipality_id, E.c.subject).where(E.c.act == FORGET, E.c.seal.is_not(None)))
_AFTER = prepared(select(E).where(E.c.id > bindparam("after")).order_by(E.c.id).limit(bindparam("most")))


def note(
    tx: Transaction,
    *,
    municipality_id: int,
    at: datetime,
    member_id: int | None,
    act: str,
    subject: str,
    note: str = "",
) -> None:
    """Write one entry. `note` holds kinds and numbers."""
    tx.insert(_ADD, municipality_id=municipality_id, at=at, member_id=member_id, act=act, subject=subject, note=note)


def seal(tx: Transaction) -> int:
    """Chain the entries written since the last time; how many. Runs with the housekeeping, so that turns need not wait
    for each other's entry.
    """
    last = tx.first(_LAST_SEALED)
    before = last.seal if last else ""
    rows = tx.all(_UNSEALED, most=BATCH)
    for row in rows:
        before = _mark(before, row)
        tx.run(_SEAL, which=row.id, mark=before)
    return len(rows)


def broken(tx: Transaction) -> tuple[int, int | None]:
    """How many sealed entries were read, and the id of the first that does not fit its chain (None: all fit)."""
    before, after, read = "", 0, 0
    forgotten = _forgotten_upto(tx)
    while rows := tx.all(_AFTER, after=after, most=BATCH):
        for row in rows:
            after = row.id
            if row.seal is None:
                continue
            is_forgotten = row.act == FORGOTTEN and row.id <= forgotten.get(row.municipality_id, 0)
            if row.seal != _mark(before, row) and not is_forgotten:
                return read, row.id
            before, read = row.seal, read + 1
    return read, None


def forget(tx: Transaction, municipality_id: int, before: datetime, now: datetime) -> int:
    """Take out what sealed entries older than `before` say; their place and seal stay, so that the chain can still be
    followed. How many.
    """
    found = tx.first(_FORGETTABLE, municipality_id=municipality_id, before=before)
    if found is None or not found.n:
        return 0
    tx.run(_FORGET, town=municipality_id, before=before)
    note(
        tx, municipality_id=municipality_id, at=now, member_id=None, act=FORGET, subject=f"audit:{found.last}",
        note=f"{found.n} entries",
    )  # fmt: skip
    return int(found.n)


def _forgotten_upto(tx: Transaction) -> dict[int, int]:
    """Municipality → the last entry of which a sealed entry says that it was forgotten."""
    upto: dict[int, int] = {}
    for row in tx.all(_FORGETTINGS):
        last = int(row.subject.partition(":")[2] or 0)
        upto[row.municipality_id] = max(upto.get(row.municipality_id, 0), last)
    return upto


def _mark(before: str, row: Row) -> str:
    fields = (before, row.id, row.municipality_id, row.at.isoformat(), row.member_id, row.act, row.subject, row.note)
    return hashlib.sha256("\x1f".join(map(str, fields)).encode()).hexdigest()
