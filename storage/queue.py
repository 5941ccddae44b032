"""Inbox (events already handled), outbox (what is to be sent) and due (what time brings)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, literal_column, or_, select, update

from storage.names import table
from storage.prepared import Row, prepared
from storage.tables import Card, Due, Inbox, Outbox
from storage.transaction import Transaction
from storage.upsert import upsert

I, O, D, C = table(Inbox), table(Outbox), table(Due), table(Card)  # noqa: E741 -- one letter a table, as in the others

_SEEN = prepared(upsert(I).on_conflict_do_nothing(index_elements=["platform", "event_id"]))
_KNOWN = prepared(select(I.c.id).where(I.c.platform == bindparam("platform"), I.c.event_id == bindparam("event_id")))
_PUT = prepared(upsert(O).on_conflict_do_nothing(index_elements=["dedup_key"]))
_SENT_AS = prepared(select(O).where(O.c.dedup_key == bindparam("key")))
_PLAN = prepared(upsert(D).on_conflict_do_nothing(index_elements=["dedup_key"]))
_MARK = prepared(
    update(O).where(O.c.id == bindparam("which"), O.c.status == "waiting").values(lane_id=None, fetch_at=None)
)
_TRY_LATER = prepared(update(O).where(O.c.id == bindparam("which"), O.c.status == "waiting"))
_DUE_ROWS = select(D).where(D.c.status == "waiting", D.c.due_at <= bindparam("now"))
_FREE_DUE = (
    _DUE_ROWS.where(or_(D.c.lease_until.is_(None), D.c.lease_until <= bindparam("now")))
    .order_by(D.c.due_at, D.c.id)
    .limit(bindparam("most"))
)
_CLAIM_DUE = prepared(_FREE_DUE, postgresql=_FREE_DUE.with_for_update(skip_locked=True))
_LEASE_DUE = prepared(
    update(D).where(D.c.id.in_(bindparam("which", expanding=True))).values(lease_until=bindparam("until"))
)
_DUE_ROW = prepared(select(D).where(D.c.id == bindparam("due_id")))
_FIRED = prepared(update(D).where(D.c.id == bindparam("which"), D.c.status == "waiting"))
_NEXT_DUE = prepared(select(func.min(D.c.due_at).label("at")).where(D.c.status == "waiting"))
_DROP_DUE = prepared(
    update(D)
    .where(D.c.status == "waiting", D.c.kind == bindparam("of_kind"), D.c.subject_id == bindparam("subject"))
    .values(status="dropped")
)
_DEAD = prepared(select(O).where(O.c.status == literal_column("'dead'")).order_by(O.c.id))
_REVIVE = prepared(
    update(O)
    .where(O.c.id == bindparam("which"), O.c.status == "dead")
    .values(status="waiting", attempts=0, error=None, retry_at=bindparam("now"), fetch_at=bindparam("now"))
)
_BURY = prepared(update(O).where(O.c.id == bindparam("which"), O.c.status == "dead").values(status="dropped"))
_CARD = prepared(
    select(C).where(
        C.c.kind == bindparam("kind"), C.c.subject_id == bindparam("subject_id"),
        C.c.platform == bindparam("platform"), C.c.address == bindparam("address"),
    )
)  # fmt: skip
_CARD_BY_ID = prepared(select(C).where(C.c.id == bindparam("card_id")))
_CARD_AT = prepared(
    select(C).where(
        C.c.platform == bindparam("platform"),
        C.c.address == bindparam("address"),
        C.c.reference == bindparam("reference"),
    )
)
_CARDS_OF = prepared(select(C).where(C.c.kind == bindparam("kind"), C.c.subject_id == bindparam("subject_id")))
_ADD_CARD = prepared(upsert(C))
_CARD_SENT = prepared(update(C).where(C.c.id == bindparam("which")).values(reference=bindparam("sent_as")))


def is_new(tx: Transaction, platform: str, event_id: str, now: datetime) -> bool:
    """Remember an event; False when it was handled before, because platforms send again."""
    return tx.run(_SEEN, platform=platform, event_id=event_id, received_at=now) == 1


def is_known(tx: Transaction, platform: str, event_id: str) -> bool:
    """Whether something came in under this id."""
    return tx.first(_KNOWN, platform=platform, event_id=event_id) is not None


def put(tx: Transaction, **values: Any) -> bool:
    """Add an outbox row; False when one with the same `dedup_key` is there already."""
    return tx.run(_PUT, fetch_at=values["retry_at"], **values) == 1


def sent_as(tx: Transaction, key: str) -> Row | None:
    """The outbox row with this key."""
    return tx.first(_SENT_AS, key=key)


def mark_sent(tx: Transaction, outbox_id: int, now: datetime) -> None:
    """It was sent."""
    tx.run(_MARK, which=outbox_id, status="sent", sent_at=now, error=None)


def mark_dropped(tx: Transaction, outbox_id: int, why: str) -> None:
    """It is no longer wanted; `why` is a code."""
    tx.run(_MARK, which=outbox_id, status="dropped", error=why)


def mark_dead(tx: Transaction, outbox_id: int, error: str) -> None:
    """It cannot be sent; `error` is a code, never content."""
    tx.run(_MARK, which=outbox_id, status="dead", error=error)


def push_on(tx: Transaction, outbox_id: int, retry_at: datetime, error: str) -> None:
    """Try again later."""
    tx.run(_TRY_LATER, which=outbox_id, retry_at=retry_at, error=error)


def dead_letters(tx: Transaction) -> list[Row]:
    """What could not be sent."""
    return tx.all(_DEAD)


def revive(tx: Transaction, outbox_id: int, now: datetime) -> bool:
    """Send a dead letter again; False when there is none with this id."""
    return tx.run(_REVIVE, which=outbox_id, now=now) == 1


def bury(tx: Transaction, outbox_id: int) -> bool:
    """Drop a dead letter; False when there is none with this id."""
    return tx.run(_BURY, which=outbox_id) == 1


def plan(
    tx: Transaction, *, municipality_id: int, kind: str, subject_id: int, day: date, time: str, due_at: datetime,
    round_: str = "",
) -> bool:  # fmt: skip
    """Let time bring something once: the same kind, subject, day and `round_` are planned once only."""
    key = f"{kind}:{subject_id}:{day.isoformat()}:{round_}"
    return tx.run(
        _PLAN, municipality_id=municipality_id, dedup_key=key, kind=kind, subject_id=subject_id, local_day=day,
        local_time=time, due_at=due_at,
    ) == 1  # fmt: skip


def claim_due(tx: Transaction, now: datetime, until: datetime, most: int = 100) -> list[Row]:
    """Take what is due, oldest first. It comes back by itself when the lease ends; whoever marks a row as `fired` first
    brings it about.
    """
    rows = tx.all(_CLAIM_DUE, now=now, most=most)
    if rows:
        tx.run(_LEASE_DUE, which=[row.id for row in rows], until=until)
    return rows


def due_row(tx: Transaction, due_id: int) -> Row | None:
    """One due row."""
    return tx.first(_DUE_ROW, due_id=due_id)


def fired(tx: Transaction, due_id: int, now: datetime, status: str = "done") -> bool:
    """Mark a due row; False when somebody else did so first."""
    return tx.run(_FIRED, which=due_id, status=status, fired_at=now) == 1


def drop_due(tx: Transaction, kind: str, subject_id: int) -> None:
    """What is planned for this subject is no longer wanted."""
    tx.run(_DROP_DUE, of_kind=kind, subject=subject_id)


def next_due(tx: Transaction) -> datetime | None:
    """The first moment at which something is due."""
    row = tx.first(_NEXT_DUE)
    return None if row is None else row.at


def card(tx: Transaction, kind: str, subject_id: int, platform: str, address: str) -> Row | None:
    """The card of a subject at a place."""
    return tx.first(_CARD, kind=kind, subject_id=subject_id, platform=platform, address=address)


def card_by_id(tx: Transaction, card_id: int) -> Row | None:
    """The card with this id."""
    return tx.first(_CARD_BY_ID, card_id=card_id)


def card_at(tx: Transaction, platform: str, address: str, reference: str) -> Row | None:
    """The card that a thread hangs on."""
    return tx.first(_CARD_AT, platform=platform, address=address, reference=reference)


def cards_of(tx: Transaction, kind: str, subject_id: int) -> Iterable[Row]:
    """Every place where this subject's card hangs."""
    return tx.all(_CARDS_OF, kind=kind, subject_id=subject_id)


def add_card(tx: Transaction, **values: Any) -> int:
    """A new card, before it was sent."""
    return tx.insert(_ADD_CARD, **values)


def card_sent(tx: Transaction, card_id: int, reference: str) -> None:
    """Remember the platform's name for the card's message."""
    tx.run(_CARD_SENT, which=card_id, sent_as=reference)
