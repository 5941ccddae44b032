"""Whether the program does what it planned: what should have been said and was not, and how much waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, literal_column, select

from storage import nudges
from storage.names import table
from storage.prepared import prepared
from storage.tables import Due, Outbox
from storage.transaction import Transaction

O, D = table(Outbox), table(Due)  # noqa: E741 -- one letter a table, as in the others

WINDOW = timedelta(minutes=30)  # within which what is planned has come about and is sent
LOOKS_BACK = timedelta(days=7)  # what is older was told often enough

_NOT_FIRED = prepared(
    select(D.c.municipality_id, D.c.id, D.c.due_at)
    .where(
        D.c.status == literal_column("'waiting'"), D.c.due_at <= bindparam("before"), D.c.due_at > bindparam("after")
    )
    .order_by(D.c.due_at)
)
_WAITS = select(O.c.municipality_id, O.c.id, O.c.created_at).where(O.c.created_at > bindparam("after"))
_IN_LINE = prepared(_WAITS.where(O.c.lane_id.is_not(None), O.c.created_at <= bindparam("before")))
_NOT_FETCHED = prepared(_WAITS.where(O.c.fetch_at <= bindparam("before")))
_COUNT = select(func.count().label("n"), func.min(O.c.created_at).label("oldest"))
_DEPTH = (prepared(_COUNT.where(O.c.lane_id.is_not(None))), prepared(_COUNT.where(O.c.fetch_at <= bindparam("now"))))
_DEAD_COUNT = prepared(select(func.count().label("n")).select_from(O).where(O.c.status == literal_column("'dead'")))
_DUE_COUNT = prepared(
    select(func.count().label("n"), func.min(D.c.due_at).label("oldest")).where(
        D.c.status == literal_column("'waiting'"), D.c.due_at <= bindparam("now")
    )
)


@dataclass(frozen=True, slots=True)
class Silence:
    """Something planned that was not said. `what` is `due:ID`, `nudge:ID`, `outbox:ID` or `round:MUNICIPALITY`."""

    municipality_id: int
    what: str
    planned_at: datetime


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits at this moment, and since when the first of it."""

    due: int
    due_since: datetime | None
    outbox: int
    outbox_since: datetime | None
    dead: int


def silent_reminders(tx: Transaction, now: datetime) -> list[Silence]:
    """What was planned before the window and has no record of being sent or of being needless, oldest first."""
    span = {"before": now - WINDOW, "after": now - LOOKS_BACK}
    found = [Silence(row.municipality_id, f"due:{row.id}", row.due_at) for row in tx.all(_NOT_FIRED, **span)]
    late = nudges.late(tx, now - WINDOW)
    found += [Silence(row.municipality_id, f"nudge:{row.id}", row.planned_at) for row in late]
    found += [Silence(town, f"round:{town}", now - WINDOW) for town in nudges.silent(tx, now - WINDOW)]
    for statement in (_IN_LINE, _NOT_FETCHED):
        found += [Silence(row.municipality_id, f"outbox:{row.id}", row.created_at) for row in tx.all(statement, **span)]
    return sorted(found, key=lambda one: (one.planned_at, one.what))


def depth(tx: Transaction, now: datetime) -> Depth:
    """How much waits; each number from an index of its own."""
    in_line, new = tx.first(_DEPTH[0]), tx.first(_DEPTH[1], now=now)
    dead, due = tx.first(_DEAD_COUNT), tx.first(_DUE_COUNT, now=now)
    assert in_line is not None  # noqa: S101 -- a count is always one row
    assert new is not None  # noqa: S101 -- idem
    assert dead is not None  # noqa: S101 -- idem
    assert due is not None  # noqa: S101 -- idem
    oldest = min((one for one in (in_line.oldest, new.oldest) if one is not None), default=None)
    return Depth(due.n, due.oldest, in_line.n + new.n, oldest, dead.n)
