"""Cases, their stays in steps, their tasks and who still has to answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select, update

from conversations.records import AssignmentRecord, CaseRecord, StepStay
from storage.names import adds, changes, table
from storage.prepared import Row, prepared
from storage.tables import Assignment, CasePartner, GroupCase, Pseudonym, Task
from storage.tables import StepStay as StepStayTable
from storage.transaction import Transaction

C, S, T, A, CP, P = (
    table(GroupCase), table(StepStayTable), table(Task), table(Assignment), table(CasePartner), table(Pseudonym),
)  # fmt: skip

ADD_CASE, ADD_STAY, ADD_TASK, ADD_ASSIGNMENT = adds(GroupCase), adds(StepStayTable), adds(Task), adds(Assignment)
ADD_CASE_PARTNER, ADD_PSEUDONYM = adds(CasePartner), adds(Pseudonym)
CHANGE_CASE, CHANGE_STAY, CHANGE_TASK, CHANGE_ASSIGNMENT = (
    changes(GroupCase), changes(StepStayTable), changes(Task), changes(Assignment),
)  # fmt: skip

_DUE = func.coalesce(A.c.due_on, T.c.due_on, type_=T.c.due_on.type)  # a partner may have a later day than the others
_BY_ID = prepared(select(C).where(C.c.id == bindparam("case_id")))
_BY_CODE = prepared(
    select(C).where(C.c.municipality_id == bindparam("municipality_id"), func.lower(C.c.code) == bindparam("code"))
)
_OF_PARTNER = prepared(
    select(C).join(CP, CP.c.case_id == C.c.id).where(CP.c.partner_id == bindparam("partner_id")).order_by(C.c.id)
)
_ALL = prepared(select(C).where(C.c.municipality_id == bindparam("municipality_id")).order_by(C.c.id))
_TABLE = prepared(select(CP.c.case_id, CP.c.partner_id).where(CP.c.municipality_id == bindparam("municipality_id")))
_TABLE_OF = prepared(select(CP.c.partner_id).where(CP.c.case_id == bindparam("case_id")))
_WORK_OF_CASE = prepared(
    select(
        S.c.id.label("stay"), S.c.step.label("stay_step"), S.c.entered_at, S.c.left_at, S.c.exit,
        A.c.id, T.c.id.label("task_id"), T.c.case_id, T.c.stay_id, T.c.step, T.c.task, A.c.partner_id, T.c.kind,
        T.c.is_required, _DUE.label("due_on"), T.c.due_on.label("original_due_on"), A.c.due_changes, A.c.status,
        A.c.delivered_at, A.c.waiver,
    )
    .select_from(S.outerjoin(T, T.c.stay_id == S.c.id).outerjoin(A, A.c.task_id == T.c.id))
    .where(S.c.case_id == bindparam("case_id"))
    .order_by(S.c.id, T.c.id, A.c.id)
)  # fmt: skip
_STAYS = prepared(select(S).where(S.c.case_id == bindparam("case_id")).order_by(S.c.id))
_STAY_NOW = prepared(select(S).where(S.c.case_id == bindparam("case_id"), S.c.left_at.is_(None)))
_ASSIGNED = select(
    A.c.id, A.c.municipality_id, A.c.task_id, A.c.partner_id, A.c.role, A.c.status, A.c.delivered_at, A.c.waiver,
    A.c.member_id, A.c.due_reason, A.c.due_changes,
    T.c.case_id, T.c.stay_id, T.c.step, T.c.task, T.c.form, T.c.kind, T.c.is_required, _DUE.label("due_on"),
    T.c.due_on.label("original_due_on"), T.c.due_time,
    T.c.round, T.c.meeting_id, T.c.status.label("task_status"),
).join_from(A, T, A.c.task_id == T.c.id)  # fmt: skip
_OF_CASE = prepared(_ASSIGNED.where(T.c.case_id == bindparam("case_id")).order_by(T.c.id, A.c.id))
_OF_TASK = prepared(_ASSIGNED.where(T.c.id == bindparam("task_id")).order_by(A.c.id))
_STAY = prepared(select(S).where(S.c.id == bindparam("stay_id")))
_ASSIGNMENT = prepared(_ASSIGNED.where(A.c.id == bindparam("assignment_id")))
_MINE = prepared(
    _ASSIGNED.add_columns(C.c.code.label("case_code"), C.c.group_code)
    .join(C, T.c.case_id == C.c.id)
    .where(A.c.partner_id == bindparam("partner_id"), A.c.status == "open", T.c.status == "open")
    .order_by(_DUE, T.c.id)
)
_TASK = prepared(
    select(T, C.c.code.label("case_code"), C.c.group_code, C.c.room_id, C.c.may_pseudonyms)
    .join_from(T, C, T.c.case_id == C.c.id)
    .where(T.c.id == bindparam("task_id"))
)
_TASKS_OF_STAY = prepared(select(T).where(T.c.stay_id == bindparam("stay_id")).order_by(T.c.id))
_TASK_FOR = prepared(
    select(T.c.id).where(
        T.c.stay_id == bindparam("stay_id"), T.c.task == bindparam("task"), T.c.meeting_id == bindparam("meeting_id")
    )
)
_SETTLE = prepared(
    update(A).where(A.c.task_id == bindparam("of_task"), A.c.status == "open").values(status=bindparam("new_status"))
)
_CLOSE_TASKS = prepared(
    update(T).where(T.c.stay_id == bindparam("of_stay"), T.c.status == "open").values(status="closed")
)
_CLOSE_ASSIGNMENTS = prepared(
    update(A)
    .where(A.c.task_id.in_(select(T.c.id).where(T.c.stay_id == bindparam("of_stay"))), A.c.status == "open")
    .values(status="closed")
)
_CODES = prepared(select(P).where(P.c.case_id == bindparam("case_id"), P.c.removed_at.is_(None)).order_by(P.c.code))
_CODE_COUNT = prepared(select(func.count().label("n")).select_from(P).where(P.c.case_id == bindparam("case_id")))
_FORGET_CODES = prepared(P.delete().where(P.c.case_id == bindparam("case_id")))


def record(row: Row, zone: str) -> CaseRecord:
    """The case as the rules know it; days are days in the municipality."""
    local = ZoneInfo(zone)
    return CaseRecord(
        id=row.id, code=row.code, group_code=row.group_code, place=row.place, purpose=row.purpose, status=row.status,
        step=row.step, may_pseudonyms=row.may_pseudonyms, opened_on=row.opened_at.astimezone(local).date(),
        closed_on=row.closed_at.astimezone(local).date() if row.closed_at else None,
    )  # fmt: skip


def by_id(tx: Transaction, case_id: int) -> Row | None:
    """The case with this id."""
    return tx.first(_BY_ID, case_id=case_id)


def by_code(tx: Transaction, municipality_id: int, code: str) -> Row | None:
    """The case with this code, however it is written."""
    return tx.first(_BY_CODE, municipality_id=municipality_id, code=code.strip().lower())


def of_partner(tx: Transaction, partner_id: int) -> list[Row]:
    """The cases at whose table a partner sits."""
    return tx.all(_OF_PARTNER, partner_id=partner_id)


def all_cases(tx: Transaction, municipality_id: int) -> list[Row]:
    """Every case of a municipality."""
    return tx.all(_ALL, municipality_id=municipality_id)


def tables(tx: Transaction, municipality_id: int) -> dict[int, frozenset[int]]:
    """Case id → ids of the partners at its table."""
    found: dict[int, set[int]] = {}
    for row in tx.all(_TABLE, municipality_id=municipality_id):
        found.setdefault(row.case_id, set()).add(row.partner_id)
    return {case_id: frozenset(partners) for case_id, partners in found.items()}


def table_of(tx: Transaction, case_id: int) -> frozenset[int]:
    """Ids of the partners at the table of a case."""
    return frozenset(row.partner_id for row in tx.all(_TABLE_OF, case_id=case_id))


def stays(tx: Transaction, case_id: int, zone: str) -> list[StepStay]:
    """Every stay, oldest first."""
    local = ZoneInfo(zone)
    return [
        StepStay(
            id=row.id, case_id=row.case_id, step=row.step, entered_on=row.entered_at.astimezone(local).date(),
            left_on=row.left_at.astimezone(local).date() if row.left_at else None, exit=row.exit,
        )
        for row in tx.all(_STAYS, case_id=case_id)
    ]  # fmt: skip


def stay_now(tx: Transaction, case_id: int) -> Row | None:
    """The stay the case is in."""
    return tx.first(_STAY_NOW, case_id=case_id)


def assignments(tx: Transaction, case_id: int, zone: str) -> list[AssignmentRecord]:
    """Everything that was or is asked in a case."""
    local = ZoneInfo(zone)
    return [assignment_record(row, local) for row in tx.all(_OF_CASE, case_id=case_id)]


def work_of(tx: Transaction, case_id: int, zone: str) -> tuple[list[StepStay], list[AssignmentRecord]]:
    """Every stay, and everything that was or is asked in them: one query."""
    local = ZoneInfo(zone)
    stays: dict[int, StepStay] = {}
    asked = []
    for row in tx.all(_WORK_OF_CASE, case_id=case_id):
        if row.stay not in stays:
            stays[row.stay] = StepStay(
                id=row.stay, case_id=case_id, step=row.stay_step, entered_on=row.entered_at.astimezone(local).date(),
                left_on=row.left_at.astimezone(local).date() if row.left_at else None, exit=row.exit,
            )  # fmt: skip
        if row.id is not None:
            asked.append(assignment_record(row, local))
    return list(stays.values()), sorted(asked, key=lambda one: (one.task_id, one.id))


def assignment_record(row: Row, local: ZoneInfo) -> AssignmentRecord:
    """The assignment as the rules know it."""
    return AssignmentRecord(
        id=row.id, task_id=row.task_id, case_id=row.case_id, stay_id=row.stay_id, step=row.step, task=row.task,
        partner_id=row.partner_id, kind=row.kind, is_required=row.is_required, due_on=row.due_on, status=row.status,
        original_due_on=row.original_due_on if row.due_changes else None,
        delivered_on=row.delivered_at.astimezone(local).date() if row.delivered_at else None, waiver=row.waiver,
    )  # fmt: skip


def stay(tx: Transaction, stay_id: int) -> Row | None:
    """One stay, as a row."""
    return tx.first(_STAY, stay_id=stay_id)


def assignment(tx: Transaction, assignment_id: int) -> Row | None:
    """One assignment with its task."""
    return tx.first(_ASSIGNMENT, assignment_id=assignment_id)


def of_task(tx: Transaction, task_id: int) -> list[Row]:
    """Everybody who is asked the same task."""
    return tx.all(_OF_TASK, task_id=task_id)


def task(tx: Transaction, task_id: int) -> Row | None:
    """A task with its case."""
    return tx.first(_TASK, task_id=task_id)


def tasks_of_stay(tx: Transaction, stay_id: int) -> list[Row]:
    """The tasks of a stay."""
    return tx.all(_TASKS_OF_STAY, stay_id=stay_id)


def has_round(tx: Transaction, stay_id: int, task_id: str, meeting_id: int) -> bool:
    """Whether a task was opened for this meeting already."""
    return tx.first(_TASK_FOR, stay_id=stay_id, task=task_id, meeting_id=meeting_id) is not None


def open_for(tx: Transaction, partner_id: int) -> list[Row]:
    """What a partner still has to give, soonest first."""
    return tx.all(_MINE, partner_id=partner_id)


def settle_others(tx: Transaction, task_id: int, status: str) -> None:
    """The open assignments of a task need not be answered any more."""
    tx.run(_SETTLE, of_task=task_id, new_status=status)


def close_stay_tasks(tx: Transaction, stay_id: int) -> None:
    """The step is left: what is open is closed, not lost."""
    tx.run(_CLOSE_ASSIGNMENTS, of_stay=stay_id)
    tx.run(_CLOSE_TASKS, of_stay=stay_id)


def pseudonyms(tx: Transaction, case_id: int) -> list[Row]:
    """The P-codes in use."""
    return tx.all(_CODES, case_id=case_id)


def codes_given(tx: Transaction, case_id: int) -> int:
    """How many P-codes were ever given out in a case."""
    row = tx.first(_CODE_COUNT, case_id=case_id)
    return row.n if row else 0


def forget_pseudonyms(tx: Transaction, case_id: int) -> int:
    """Remove the P-codes of a case; how many."""
    return tx.run(_FORGET_CODES, case_id=case_id)


def new_case(tx: Transaction, *, partners: list[int], now: datetime, **values: Any) -> int:
    """A case with its table and its first stay."""
    made = tx.insert(ADD_CASE, status="open", may_pseudonyms=False, opened_at=now, **values)
    town = values["municipality_id"]
    tx.many(ADD_CASE_PARTNER, [{"municipality_id": town, "case_id": made, "partner_id": one} for one in partners])
    return made


def new_task(
    tx: Transaction, *, town: int, case_id: int, stay_id: int, due_on: date, now: datetime, asks: list[tuple[int, str]],
    **values: Any,
) -> int:  # fmt: skip
    """A task with one assignment for each (partner id, role)."""
    made = tx.insert(
        ADD_TASK,
        municipality_id=town,
        case_id=case_id,
        stay_id=stay_id,
        due_on=due_on,
        opened_at=now,
        status="open",
        **values,
    )
    tx.many(
        ADD_ASSIGNMENT,
        [
            {"municipality_id": town, "task_id": made, "partner_id": partner, "role": role, "status": "open"}
            for partner, role in asks
        ],
    )
    return made
