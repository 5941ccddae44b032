"""Data breaches, and what they froze."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from storage.names import adds, changes, table
from storage.numbers import next_number
from storage.prepared import Row, prepared
from storage.tables import Breach, ChatMessage, Contribution, Document, Frozen
from storage.traces import quotes
from storage.transaction import Transaction

B, F, H, K, DOC = table(Breach), table(Frozen), table(ChatMessage), table(Contribution), table(Document)

CHANGE = changes(Breach)
_ADD, _ADD_FROZEN = adds(Breach), adds(Frozen)
_BY_ID = prepared(select(B).where(B.c.id == bindparam("breach_id")))
_BY_NUMBER = prepared(select(B).where(B.c.municipality_id == bindparam("town"), B.c.number == bindparam("of_number")))
_NEWEST = prepared(
    select(B).where(B.c.municipality_id == bindparam("town")).order_by(B.c.id.desc()).limit(bindparam("most"))
)
_FROZEN = prepared(
    select(F.c.kind, F.c.subject_id).where(F.c.municipality_id == bindparam("town"), F.c.released_at.is_(None))
)
_OF_BREACH = prepared(select(F).where(F.c.breach_id == bindparam("of_breach")).order_by(F.c.id))
_RELEASE = prepared(
    update(F)
    .where(F.c.breach_id == bindparam("of_breach"), F.c.released_at.is_(None))
    .values(released_at=bindparam("now"), reason=bindparam("why"))
)
_HIDE = prepared(
    update(H).where(H.c.id == bindparam("which")).values(breach_id=bindparam("by"), changed=bindparam("change"))
)
_SHOW = prepared(update(H).where(H.c.breach_id == bindparam("by")).values(breach_id=None, changed=bindparam("change")))
_DIALOGS = prepared(
    select(K.c.dialog_id).where(
        K.c.municipality_id == bindparam("town"), K.c.number == bindparam("of_number"), K.c.dialog_id.is_not(None)
    )
)
_DOCUMENTS = prepared(select(DOC.c.id, DOC.c.model).where(DOC.c.municipality_id == bindparam("town")))


def add(tx: Transaction, municipality_id: int, **values: Any) -> tuple[int, int]:
    """A new breach: its id and number."""
    number = next_number(tx, municipality_id, "breach")
    return tx.insert(_ADD, municipality_id=municipality_id, number=number, told={}, **values), number


def by_id(tx: Transaction, breach_id: int) -> Row | None:
    """One breach."""
    return tx.first(_BY_ID, breach_id=breach_id)


def by_number(tx: Transaction, town: int, number: int) -> Row | None:
    """The breach that people call by this number."""
    return tx.first(_BY_NUMBER, town=town, of_number=number)


def newest(tx: Transaction, town: int, most: int) -> list[Row]:
    """The last that were reported."""
    return tx.all(_NEWEST, town=town, most=most)


# --- freezing ---------------------------------------------------------------------------------------------------------


def frozen(tx: Transaction, town: int) -> frozenset[tuple[str, int]]:
    """Kind and number of everything that is frozen now."""
    return frozenset((row.kind, row.subject_id) for row in tx.all(_FROZEN, town=town))


def freeze(tx: Transaction, town: int, breach_id: int, what: Iterable[tuple[str, int]], now: datetime) -> None:
    """Nobody may open these any more; of a contribution neither the forms it was written in nor pages that quote it."""
    for kind, subject_id in {one for named in what for one in _with_copies(tx, town, named)}:
        tx.insert(
            _ADD_FROZEN, municipality_id=town, breach_id=breach_id, kind=kind, subject_id=subject_id, frozen_at=now
        )
        if kind == "message":
            tx.run(_HIDE, which=subject_id, by=breach_id, change=next_number(tx, town, "chat"))


def _with_copies(tx: Transaction, town: int, named: tuple[str, int]) -> Iterable[tuple[str, int]]:
    yield named
    kind, number = named
    if kind != "contribution":
        return
    for row in tx.all(_DIALOGS, town=town, of_number=number):
        yield "dialog", row.dialog_id
    for row in tx.all(_DOCUMENTS, town=town):
        if quotes(row.model, number):
            yield "document", row.id


def release(tx: Transaction, town: int, breach_id: int, why: str, now: datetime) -> int:
    """Everything that this breach froze may be opened again; how much that is."""
    count = tx.run(_RELEASE, of_breach=breach_id, now=now, why=why)
    tx.run(_SHOW, by=breach_id, change=next_number(tx, town, "chat"))
    return count


def of_breach(tx: Transaction, breach_id: int) -> list[Row]:
    """What it froze, released or not."""
    return tx.all(_OF_BREACH, of_breach=breach_id)
