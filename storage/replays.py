"""What a replay looks up: what it handled before, how much was contributed, and every document of the year."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, select, update

from storage.names import table
from storage.prepared import Row, prepared
from storage.tables import Contribution, Document, Due, Inbox, Lane, Meeting, Outbox, Paper
from storage.transaction import Transaction

I, K, DOC, M = table(Inbox), table(Contribution), table(Document), table(Meeting)  # noqa: E741 (a letter a table)
OUT, PAPER = table(Outbox), table(Paper)

_HANDLED = prepared(
    select(I.c.event_id).where(I.c.platform == bindparam("platform"), I.c.event_id.like(bindparam("pattern")))
)
_CONTRIBUTED = prepared(
    select(func.count().label("n"))
    .select_from(K)
    .where(K.c.municipality_id == bindparam("municipality_id"), K.c.is_latest.is_(True))
)
_DOCUMENTS = prepared(
    select(DOC, M.c.kind.label("meeting_kind"), M.c.starts_at, PAPER.c.version)
    .join_from(DOC, M, DOC.c.meeting_id == M.c.id)
    .join(PAPER, DOC.c.paper_id == PAPER.c.id, isouter=True)
    .where(DOC.c.municipality_id == bindparam("municipality_id"), DOC.c.kind.in_(("agenda", "minutes")))
    .order_by(DOC.c.id)
)
_LET_GO = prepared(
    update(OUT)
    .where(OUT.c.status == "waiting")
    .values(retry_at=OUT.c.created_at, fetch_at=OUT.c.created_at, lane_id=None)
)
_NO_LANES = prepared(delete(table(Lane)))
_NO_LEASES = prepared(update(table(Due)).where(table(Due).c.lease_until.is_not(None)).values(lease_until=None))


def let_go(tx: Transaction) -> int:
    """What a killed replay had taken up and not finished waits again, in its old order; how many messages."""
    tx.run(_NO_LANES)
    tx.run(_NO_LEASES)
    return tx.run(_LET_GO)


def handled(tx: Transaction, platform: str, prefix: str) -> frozenset[str]:
    """The ids of events that came in before and start so."""
    return frozenset(row.event_id for row in tx.all(_HANDLED, platform=platform, pattern=f"{prefix}%"))


def contributed(tx: Transaction, municipality_id: int) -> int:
    """How many contributions there are, signals included; versions of one count once."""
    row = tx.first(_CONTRIBUTED, municipality_id=municipality_id)
    return row.n if row else 0


def documents(tx: Transaction, municipality_id: int) -> list[Row]:
    """Every agenda and minutes that was compiled, oldest first, with its meeting's kind and moment."""
    return tx.all(_DOCUMENTS, municipality_id=municipality_id)
