"""One small table with every column type of ours, and statements on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from storage.columns import BigId, Instant, Json
from storage.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Transaction

metadata = MetaData()
note = Table(
    "note",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("text", String, nullable=False, unique=True),
    Column("written_at", Instant),
    Column("content", Json),
    Column("on", Date),
    Column("is_done", Boolean, default=False),
    Column("count", Integer, nullable=False, default=1),
)

ADD = prepared(insert(note))
ALL = prepared(select(note.c.id, note.c.text).order_by(note.c.id))
BY_TEXT = prepared(select(note).where(note.c.text == bindparam("text")))
BY_TEXTS = prepared(
    select(note.c.text).where(note.c.text.in_(bindparam("texts", expanding=True))).order_by(note.c.text)
)
CHANGE = prepared(update(note).where(note.c.text == bindparam("key")))
COUNT_ON = prepared(update(note).where(note.c.text == bindparam("key")).values(count=note.c.count + bindparam("more")))
REMOVE = prepared(delete(note).where(note.c.text == bindparam("text")))

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)


def add(text: str, **values: Any) -> Callable[[Transaction], int]:
    return lambda tx: tx.insert(ADD, text=text, **values)


def texts(tx: Transaction) -> list[str]:
    return [row.text for row in tx.all(ALL)]
