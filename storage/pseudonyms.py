"""P-codes one by one: the duty to inform of each, and taking one away."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from conversations.records import DutyRecord
from storage.names import table
from storage.prepared import prepared
from storage.tables import Answer, Contribution, Pseudonym
from storage.transaction import Transaction

P, K, W = table(Pseudonym), table(Contribution), table(Answer)

_ONE = (P.c.case_id == bindparam("of_case"), P.c.code == bindparam("of_code"), P.c.removed_at.is_(None))
_CHANGE = prepared(update(P).where(*_ONE))
_DUTIES = prepared(
    select(P.c.inform_state, P.c.inform_by, P.c.review_on).where(
        P.c.case_id == bindparam("case_id"), P.c.removed_at.is_(None)
    )
)
_TABLES = prepared(
    select(W.c.id, W.c.value)
    .join_from(W, K, W.c.contribution_id == K.c.id)
    .where(K.c.case_id == bindparam("case_id"), W.c.question.in_(["people", "persons"]))
)
_CHANGE_ANSWER = prepared(update(W).where(W.c.id == bindparam("which")).values(value=bindparam("value")))


def set_duty(tx: Transaction, case_id: int, code: str, **values: Any) -> None:
    """How it stands with the duty to inform of one code."""
    tx.run(_CHANGE, of_case=case_id, of_code=code, **values)


def remove(tx: Transaction, case_id: int, code: str, now: datetime) -> bool:
    """Take away one code with what was kept under it; its number is not given out again. False for an unknown one."""
    gone = {
        "removed_at": now, "age_band": "", "part": "", "inform_state": "", "informed_on": None, "deferred_because": "",
        "decided_by": "", "review_on": None, "inform_by": None,
    }  # fmt: skip
    if not tx.run(_CHANGE, of_case=case_id, of_code=code, **gone):
        return False
    for row in tx.all(_TABLES, case_id=case_id):
        if not isinstance(row.value, list):  # a number by that name
            continue
        kept = [one for one in row.value if one.get("key") != code]
        if len(kept) < len(row.value):
            tx.run(_CHANGE_ANSWER, which=row.id, value=kept)
    return True


def duty(tx: Transaction, case_id: int, today: date) -> DutyRecord | None:
    """How it stands with the duty to inform in a case, in numbers; None when it has no codes."""
    rows = tx.all(_DUTIES, case_id=case_id)
    if not rows:
        return None
    waiting = [row for row in rows if row.inform_state == "to_do"]
    deferred = [row for row in rows if row.inform_state == "deferred"]
    return DutyRecord(
        case_id=case_id,
        informed=sum(row.inform_state == "informed" for row in rows),
        to_do=len(waiting),
        deferred=len(deferred),
        overdue=sum(row.inform_by is not None and row.inform_by < today for row in waiting),
        to_review=sum(row.review_on is not None and row.review_on <= today for row in deferred),
        by=min((row.inform_by for row in waiting if row.inform_by is not None), default=None),
        review_on=min((row.review_on for row in deferred if row.review_on is not None), default=None),
    )
