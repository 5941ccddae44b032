"""What a member asked another to take over: a task (`kind` "assignment", subject: the assignment) or an action (`kind`
"action", subject: the action).

`to_member_id` is who is asked to say yes. A colleague takes it over themselves; for another organisation (`partner_id`)
who leads the process decides. At most one is asked at a time for one subject: asking again withdraws the one before.
What changes hands on a yes is the caller's, in the same transaction, and only when `settle` gave True.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, select, update

from storage.names import adds, table
from storage.prepared import Row, prepared
from storage.tables import Handover
from storage.transaction import Transaction

# "date" and "not_mine" (subject: the dialog with the reason) wait for who leads the process
Kind = Literal["assignment", "action", "date", "not_mine"]
Settled = Literal["accepted", "declined", "withdrawn"]

H = table(Handover)
_ADD = adds(Handover)
_ABOUT = (H.c.kind == bindparam("about"), H.c.subject_id == bindparam("subject"), H.c.status == "asked")
_BY_ID = prepared(select(H).where(H.c.id == bindparam("handover_id")))
_OPEN = prepared(select(H).where(*_ABOUT).order_by(H.c.id.desc()).limit(1))
_ASKED_OF = prepared(select(H).where(H.c.to_member_id == bindparam("member"), H.c.status == "asked").order_by(H.c.id))
_WAITING = prepared(select(H).where(H.c.municipality_id == bindparam("town"), H.c.status == "asked").order_by(H.c.id))
_WITHDRAW = prepared(update(H).where(*_ABOUT).values(status="withdrawn", settled_at=bindparam("at")))
_SETTLE = prepared(
    update(H)
    .where(H.c.id == bindparam("handover_id"), H.c.status == "asked")
    .values(status=bindparam("outcome"), settled_at=bindparam("at"))
)


def ask(
    tx: Transaction, *, municipality_id: int, kind: Kind, subject_id: int, from_member_id: int, to_member_id: int,
    at: datetime, partner_id: int | None = None,
) -> int:  # fmt: skip
    """Ask for a take-over; what was asked before about the same is withdrawn. The id of the handover."""
    withdraw(tx, kind, subject_id, at)
    return tx.insert(
        _ADD, municipality_id=municipality_id, kind=kind, subject_id=subject_id, from_member_id=from_member_id,
        to_member_id=to_member_id, partner_id=partner_id, asked_at=at,
    )  # fmt: skip


def by_id(tx: Transaction, handover_id: int) -> Row | None:
    """One handover, however it ended."""
    return tx.first(_BY_ID, handover_id=handover_id)


def open_for(tx: Transaction, kind: Kind, subject_id: int) -> Row | None:
    """What is asked at the moment about this."""
    return tx.first(_OPEN, about=kind, subject=subject_id)


def asked_of(tx: Transaction, member_id: int) -> list[Row]:
    """What this member has to say yes or no to."""
    return tx.all(_ASKED_OF, member=member_id)


def waiting(tx: Transaction, municipality_id: int) -> list[Row]:
    """Everything in a municipality that somebody has to say yes or no to."""
    return tx.all(_WAITING, town=municipality_id)


def settle(tx: Transaction, handover_id: int, outcome: Settled, at: datetime) -> bool:
    """How it ended; False when it had ended already, and then nothing changes."""
    return tx.run(_SETTLE, handover_id=handover_id, outcome=outcome, at=at) == 1


def withdraw(tx: Transaction, kind: Kind, subject_id: int, at: datetime) -> None:
    """What was asked about this is asked no more: it was done meanwhile, or somebody else is asked."""
    tx.run(_WITHDRAW, about=kind, subject=subject_id, at=at)
