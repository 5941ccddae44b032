"""The audit trail as its overseer reads it: newest first, of one case, one member or some days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from storage.audit import FORGOTTEN
from storage.names import table
from storage.prepared import Row, prepared
from storage.tables import Action, Assignment, AuditEntry, Contribution, Decision, Member, Partner, Task
from storage.transaction import Transaction

E, M, P = table(AuditEntry), table(Member), table(Partner)
T, AS, K, D, A = table(Task), table(Assignment), table(Contribution), table(Decision), table(Action)

_ENTRIES = (
    select(
        E.c.id, E.c.at, E.c.act, E.c.subject, E.c.note, E.c.place, E.c.seal, M.c.function, P.c.name.label("partner"),
    )
    .outerjoin_from(E, M, E.c.member_id == M.c.id)
    .outerjoin(P, M.c.partner_id == P.c.id)
    .where(
        E.c.municipality_id == bindparam("town"), E.c.at >= bindparam("since"), E.c.at < bindparam("until"),
        E.c.act != FORGOTTEN,
    )
    .order_by(E.c.at.desc(), E.c.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)  # fmt: skip
_ALL = prepared(_ENTRIES)
_OF_MEMBER = prepared(_ENTRIES.where(E.c.member_id == bindparam("of_member")))
_OF_SUBJECTS = prepared(_ENTRIES.where(E.c.subject.in_(bindparam("subjects", expanding=True))))
_OF_CASE = {
    "task": prepared(select(T.c.id).where(T.c.case_id == bindparam("of_case"))),
    "assignment": prepared(
        select(AS.c.id).join_from(AS, T, AS.c.task_id == T.c.id).where(T.c.case_id == bindparam("of_case"))
    ),
    "contribution": prepared(select(K.c.number.label("id")).where(K.c.case_id == bindparam("of_case"))),
    "decision": prepared(select(D.c.id).where(D.c.case_id == bindparam("of_case"))),
    "action": prepared(select(A.c.id).where(A.c.case_id == bindparam("of_case"))),
}


def subjects_of_case(tx: Transaction, case_id: int) -> list[str]:
    """What entries about a case are about: the case itself, and what was done in it."""
    inner = {f"{kind}:{row.id}" for kind, statement in _OF_CASE.items() for row in tx.all(statement, of_case=case_id)}
    return [f"case:{case_id}", *sorted(inner)]


def entries(
    tx: Transaction, town: int, since: datetime, until: datetime, *, member_id: int = 0,
    subjects: Sequence[str] = (), most: int, skip: int = 0,
) -> list[Row]:  # fmt: skip
    """Entries in a period, newest first; of one member, or about these subjects."""
    common = {"town": town, "since": since, "until": until, "most": most, "skip": skip}
    if member_id:
        return tx.all(_OF_MEMBER, of_member=member_id, **common)
    if subjects:
        return tx.all(_OF_SUBJECTS, subjects=list(subjects), **common)
    return tx.all(_ALL, **common)
