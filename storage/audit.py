"""Who did or saw what, and when. Ids and kinds only, never content; each entry is chained to the one before."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import bindparam, select, update

from storage.names import adds, table
from storage.prepared import Row, prepared
from storage.tables import AuditEntry
from storage.transaction import Transaction

E = table(AuditEntry)
BATCH = 1000

_ADD = adds(AuditEntry)
_UNSEALED = prepared(select(E).where(E.c.seal.is_(None)).order_by(E.c.id).limit(bindparam("most")))
_LAST_SEALED = prepared(select(E.c.seal).where(E.c.seal.is_not(None)).order_by(E.c.id.desc()).limit(1))
_SEAL = prepared(update(E).where(E.c.id == bindparam("which")).values(seal=bindparam("mark")))
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
    while rows := tx.all(_AFTER, after=after, most=BATCH):
        for row in rows:
            after = row.id
            if row.seal is None:
                continue
            if row.seal != _mark(before, row):
                return read, row.id
            before, read = row.seal, read + 1
    return read, None


def _mark(before: str, row: Row) -> str:
    fields = (before, row.id, row.municipality_id, row.at.isoformat(), row.member_id, row.act, row.subject, row.note)
    return hashlib.sha256("\x1f".join(map(str, fields)).encode()).hexdigest()
