"""Numbers that are given out once: contributions, decisions, actions, cases."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from storage.names import table
from storage.prepared import prepared
from storage.tables import Counter
from storage.transaction import Transaction
from storage.upsert import upsert

N = table(Counter)
_NEXT = prepared(
    upsert(N)
    .values(municipality_id=bindparam("municipality_id"), series=bindparam("series"), value=bindparam("first"))
    .on_conflict_do_update(index_elements=["municipality_id", "series"], set_={"value": N.c.value + 1})
    .returning(N.c.value)
)
_GIVEN = prepared(select(func.sum(N.c.value).label("n")).where(N.c.series == bindparam("series")))


def next_number(tx: Transaction, municipality_id: int, series: str, first: int = 1) -> int:
    """The next number of a series, which starts at `first`."""
    row = tx.first(_NEXT, municipality_id=municipality_id, series=series, first=first)
    if row is None:
        raise LookupError(series)
    return int(row.value)


def given_out(tx: Transaction, series: str) -> int:
    """How many numbers of a series were given out in all municipalities together."""
    row = tx.first(_GIVEN, series=series)
    return int(row.n or 0) if row is not None else 0
