"""Who was asked again about what: one row per occasion, from the moment that it is planned until it is sent or dropped
with a reason.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select, update

from storage.names import table
from storage.prepared import Row, prepared
from storage.tables import Due, Municipality, Nudge, Outbox
from storage.transaction import Transaction
from storage.upsert import upsert

N, D, OUT, T = table(Nudge), table(Due), table(Outbox), table(Municipality)
WEEK = timedelta(days=7)

_WAITS = (N.c.outbox_key.is_(None), N.c.why_not.is_(None))
_ADD = prepared(upsert(N).on_conflict_do_nothing(index_elements=["dedup_key"]))
_BY_ID = prepared(select(N).where(N.c.id == bindparam("nudge_id")))
_WAITING = prepared(
    select(N)
    .where(
        N.c.member_id == bindparam("member"), N.c.local_day >= bindparam("since"), N.c.planned_at <= bindparam("now"),
        *_WAITS,
    )
    .order_by(N.c.id)
)  # fmt: skip
_MARK = prepared(update(N).where(N.c.id == bindparam("which"), *_WAITS))
_PUT_BACK = prepared(
    update(N)
    .where(N.c.member_id == bindparam("member"), N.c.outbox_key == bindparam("carried_by"))
    .values(outbox_key=None, planned_at=bindparam("planned_at"))
)
_SENT_SINCE = prepared(
    select(func.count().label("n")).where(
        N.c.member_id == bindparam("member"), N.c.local_day > bindparam("after"), N.c.outbox_key.is_not(None),
        N.c.audience.in_(("owner", "stand_in")),
    )
)  # fmt: skip
_TOGETHER = prepared(
    select(N).where(N.c.member_id == bindparam("member"), N.c.outbox_key == bindparam("carried_by")).order_by(N.c.id)
)
_SINCE = prepared(
    select(N, OUT.c.status, OUT.c.sent_at)
    .join_from(N, OUT, OUT.c.dedup_key == N.c.outbox_key, isouter=True)
    .where(N.c.municipality_id == bindparam("town"), N.c.local_day > bindparam("after"))
    .order_by(N.c.id)
)
_OF_SUBJECT = prepared(
    select(N)
    .where(
        N.c.municipality_id == bindparam("town"), N.c.local_day >= bindparam("since"),
        N.c.subject == bindparam("about"),
    )
    .order_by(N.c.id)
)  # fmt: skip
_BUNDLE = prepared(
    upsert(D).on_conflict_do_update(
        index_elements=["dedup_key"],
        set_={"status": "waiting", "fired_at": None, "lease_until": None},
        where=D.c.status != "waiting",
    )
)
_LATE = prepared(
    select(N.c.municipality_id, N.c.member_id, N.c.id, N.c.planned_at)
    .join_from(N, OUT, OUT.c.dedup_key == N.c.outbox_key, isouter=True)
    .where(
        N.c.why_not.is_(None), N.c.planned_at <= bindparam("before"), N.c.planned_at > bindparam("after"),
        or_(N.c.outbox_key.is_(None), OUT.c.status.in_(("waiting", "dead"))),
    )
    .order_by(N.c.id)
)  # fmt: skip
_PLANNED = select(D.c.municipality_id, func.max(D.c.due_at).label("at")).where(
    D.c.kind == "morning", D.c.status == "waiting"
).group_by(D.c.municipality_id).subquery()  # fmt: skip
_MORNINGS = prepared(
    select(T.c.id, _PLANNED.c.at)
    .join_from(T, _PLANNED, _PLANNED.c.municipality_id == T.c.id, isouter=True)
    .where(exists().where(D.c.municipality_id == T.c.id, D.c.kind == "morning"))
)
_LOOKS_BACK = timedelta(days=7)


def add(tx: Transaction, **values: Any) -> bool:
    """Plan a nudge; False when it was planned before."""
    return tx.run(_ADD, **values) == 1


def by_id(tx: Transaction, nudge_id: int) -> Row | None:
    """One nudge, however it ended."""
    return tx.first(_BY_ID, nudge_id=nudge_id)


def waiting(tx: Transaction, member_id: int, now: datetime, today: date) -> list[Row]:
    """What is to be said to a member by now, oldest first."""
    return tx.all(_WAITING, member=member_id, now=now, since=today - timedelta(days=60))


def sent(tx: Transaction, nudge_id: int, outbox_key: str) -> None:
    """It is carried by this message."""
    tx.run(_MARK, which=nudge_id, outbox_key=outbox_key)


def dropped(tx: Transaction, nudge_id: int, why_not: str) -> None:
    """It is not sent, for this reason (a code)."""
    tx.run(_MARK, which=nudge_id, why_not=why_not)


def put_back(tx: Transaction, member_id: int, outbox_key: str, at: datetime) -> bool:
    """What this message carries waits again, for a moment later; False when it carries nothing."""
    return tx.run(_PUT_BACK, member=member_id, carried_by=outbox_key, planned_at=at) > 0


def sent_since(tx: Transaction, member_id: int, after: date) -> int:
    """How many things a member was asked again after a day."""
    row = tx.first(_SENT_SINCE, member=member_id, after=after)
    return row.n if row else 0


def together(tx: Transaction, nudge: Row) -> list[Row]:
    """The nudges that are carried by the same message as this one."""
    return tx.all(_TOGETHER, member=nudge.member_id, carried_by=nudge.outbox_key)


def since(tx: Transaction, municipality_id: int, after: date) -> list[Row]:
    """Every nudge after a day, with what became of its message (`status`, `sent_at`)."""
    return tx.all(_SINCE, town=municipality_id, after=after)


def of_subject(tx: Transaction, municipality_id: int, subject: str, since_on: date) -> list[Row]:
    """Every nudge about one thing from a day on."""
    return tx.all(_OF_SUBJECT, town=municipality_id, about=subject, since=since_on)


def plan_message(tx: Transaction, municipality_id: int, member_id: int, day: date, time: str, at: datetime) -> None:
    """Let a message go to a member at a moment, with what waits for them then. Done again it is one message still, and
    after it went what came later goes in one more.
    """
    tx.run(
        _BUNDLE, municipality_id=municipality_id, dedup_key=f"bundle:{member_id}:{at.isoformat()}", kind="bundle",
        subject_id=member_id, local_day=day, local_time=time, due_at=at, status="waiting", fired_at=None,
    )  # fmt: skip


def late(tx: Transaction, before: datetime) -> list[Row]:
    """The heartbeat: every reminder of the last week that should have gone before this moment and has no send record
    (`municipality_id`, `member_id`, `id`, `planned_at`).
    """
    return tx.all(_LATE, before=before, after=before - _LOOKS_BACK)


def silent(tx: Transaction, before: datetime) -> list[int]:
    """Ids of the municipalities where the round of every morning was due before this moment and did not come, nor is
    planned any more.
    """
    return [row.id for row in tx.all(_MORNINGS) if row.at is None or row.at <= before]
