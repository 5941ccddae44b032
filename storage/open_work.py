"""What people still have to do: what is asked of organisations for a case, and the actions that were agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import bindparam, func, select

from conversations.process.case import RUNNING
from storage.names import table
from storage.prepared import Row, prepared
from storage.registers import action_number
from storage.tables import Action, Assignment, GroupCase, Partner, Task
from storage.transaction import Transaction

A, T, C, P, X = table(Assignment), table(Task), table(GroupCase), table(Partner), table(Action)
FINISHED = ("done", "dropped")


@dataclass(frozen=True, slots=True)
class OpenWork:
    """One thing to do. `status` is the assignment's or the action's; it is asked about again while `is_asked`."""

    kind: Literal["assignment", "action"]
    id: int
    municipality_id: int
    partner_id: int
    member_id: int | None  # who took it on
    status: str
    due_on: date
    original_due_on: date
    due_time: str
    due_changes: int
    opened_at: datetime
    case_id: int | None
    case_code: str
    role: str = ""  # assignment
    task_id: int = 0
    task: str = ""  # "2A.assess"
    is_required: bool = False
    is_over: bool = False  # the case that it belongs to ended
    number: str = ""  # action: "A6"
    function: str = ""

    @property
    def subject(self) -> str:
        """How nudges name it."""
        return f"{self.kind}:{self.id}"

    @property
    def is_asked(self) -> bool:
        """Whether it is asked about again: an owner who said that it is stuck, or that it is done, is left in peace."""
        is_waiting = self.status == "open" if self.kind == "assignment" else self.status in {"open", "running"}
        return is_waiting and not self.is_over


_ASSIGNED = select(
    A.c.id, A.c.municipality_id, A.c.partner_id, A.c.member_id, A.c.role, A.c.status, A.c.due_changes, A.c.task_id,
    func.coalesce(A.c.due_on, T.c.due_on, type_=T.c.due_on.type).label("due_on"),
    T.c.due_on.label("original_due_on"), T.c.due_time, T.c.opened_at, T.c.step, T.c.task, T.c.is_required,
    T.c.status.label("task_status"), C.c.id.label("case_id"), C.c.code.label("case_code"),
).join_from(A, T, A.c.task_id == T.c.id).join(C, T.c.case_id == C.c.id)  # fmt: skip
_ASSIGNMENTS = prepared(
    _ASSIGNED.join(P, P.c.id == A.c.partner_id).where(
        P.c.municipality_id == bindparam("town"), A.c.status == "open", T.c.status == "open"
    ).order_by(A.c.id)
)  # fmt: skip
_ASSIGNMENT = prepared(_ASSIGNED.where(A.c.id == bindparam("which")))
_ACTING = select(X, C.c.code.label("case_code"), C.c.status.label("case_status")).join_from(
    X, C, X.c.case_id == C.c.id, isouter=True
)
_STANDS = (X.c.undone_at.is_(None), X.c.due_on.is_not(None))
_ACTIONS = prepared(
    _ACTING.where(X.c.municipality_id == bindparam("town"), X.c.status.not_in(FINISHED), *_STANDS).order_by(X.c.id)
)
_ACTION = prepared(_ACTING.where(X.c.id == bindparam("which"), *_STANDS))


def _assignment(row: Row) -> OpenWork:
    return OpenWork(
        "assignment", row.id, row.municipality_id, row.partner_id, row.member_id,
        row.status if row.task_status == "open" else "closed", row.due_on, row.original_due_on, row.due_time,
        row.due_changes, row.opened_at, row.case_id, row.case_code, role=row.role, task_id=row.task_id,
        task=f"{row.step}.{row.task}", is_required=row.is_required,
    )  # fmt: skip


def _action(row: Row) -> OpenWork:
    original = row.original_due_on or row.due_on
    return OpenWork(
        "action", row.id, row.municipality_id, row.partner_id, None, row.status, row.due_on, original,
        "17:00", int(original != row.due_on), row.created_at, row.case_id, row.case_code or "",
        number=action_number(row.case_id, row.number), function=row.function,
        is_over=row.case_status is not None and row.case_status not in RUNNING,
    )  # fmt: skip


def of_town(tx: Transaction, municipality_id: int) -> list[OpenWork]:
    """Everything that is still to do in a municipality: two queries."""
    return [
        *(_assignment(row) for row in tx.all(_ASSIGNMENTS, town=municipality_id)),
        *(_action(row) for row in tx.all(_ACTIONS, town=municipality_id)),
    ]


def one(tx: Transaction, subject: str) -> OpenWork | None:
    """One thing to do by its subject ("assignment:3"), also when it is done by now; None when it is gone."""
    kind, _, number = subject.partition(":")
    if kind == "assignment":
        row = tx.first(_ASSIGNMENT, which=int(number))
        return None if row is None else _assignment(row)
    row = tx.first(_ACTION, which=int(number))
    return None if row is None else _action(row)
