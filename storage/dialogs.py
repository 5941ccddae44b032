"""Dialogs: one person filling in one form. The draft lives here until it is confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from storage.names import adds, table
from storage.prepared import Row, prepared
from storage.tables import Assignment, Dialog, GroupCase, Task
from storage.transaction import Transaction

D, C, A, T = table(Dialog), table(GroupCase), table(Assignment), table(Task)

_WITH_CASE = select(
    D.c.id, D.c.municipality_id, D.c.member_id, D.c.assignment_id, D.c.case_id, D.c.form, D.c.subject, D.c.place,
    D.c.is_active, D.c.status, D.c.state, D.c.version, D.c.supersedes, D.c.changed_at, C.c.code.label("case_code"),
    C.c.may_pseudonyms, C.c.status.label("case_status"), C.c.step.label("case_step"),
    A.c.status.label("assignment_status"),
    A.c.task_id,
).select_from(D.outerjoin(C, D.c.case_id == C.c.id).outerjoin(A, D.c.assignment_id == A.c.id))  # fmt: skip
_BY_ID = prepared(_WITH_CASE.where(D.c.id == bindparam("dialog_id")))
_ACTIVE = prepared(
    _WITH_CASE.where(D.c.member_id == bindparam("member_id"), D.c.place == bindparam("place"), D.c.is_active.is_(True))
)
_DRAFT_FOR = prepared(
    _WITH_CASE.where(
        D.c.assignment_id == bindparam("assignment_id"),
        D.c.member_id == bindparam("member_id"),
        D.c.status.in_(["asking"]),
    )
)
_DRAFTS = prepared(_WITH_CASE.where(D.c.member_id == bindparam("member_id"), D.c.status == "asking").order_by(D.c.id))
_ADD = adds(Dialog)
_SAVE = prepared(update(D).where(D.c.id == bindparam("which"), D.c.version == bindparam("read_version")))
_PARK = prepared(
    update(D)
    .where(D.c.member_id == bindparam("of_member"), D.c.place == bindparam("at_place"), D.c.is_active.is_(True))
    .values(is_active=False)
)
UNTOUCHED = prepared(
    _WITH_CASE.where(
        D.c.municipality_id == bindparam("town"), D.c.is_active.is_(True), D.c.changed_at < bindparam("before")
    ).order_by(D.c.changed_at, D.c.id)
)
_CLOSE = prepared(update(D).where(D.c.id == bindparam("which")).values(is_active=False))
CHANGE_SUBJECT = prepared(update(D).where(D.c.id == bindparam("which")).values(subject=bindparam("subject")))
_MOVE = prepared(update(D).where(D.c.id == bindparam("which")))


class ChangedMeanwhileError(Exception):
    """Another turn changed this dialog first; the turn is done again from the start."""


def by_id(tx: Transaction, dialog_id: int) -> Row | None:
    """The dialog with its case and assignment."""
    return tx.first(_BY_ID, dialog_id=dialog_id)


def active(tx: Transaction, member_id: int, place: str) -> Row | None:
    """The dialog that is going on with this member at this place."""
    return tx.first(_ACTIVE, member_id=member_id, place=place)


def draft_for(tx: Transaction, assignment_id: int, member_id: int) -> Row | None:
    """This member's unfinished draft for an assignment."""
    return tx.first(_DRAFT_FOR, assignment_id=assignment_id, member_id=member_id)


def drafts(tx: Transaction, member_id: int) -> list[Row]:
    """Everything this member has begun and not confirmed."""
    return tx.all(_DRAFTS, member_id=member_id)


def add(tx: Transaction, **values: Any) -> int:
    """A new dialog; the one that was active at the place is parked."""
    park(tx, values["member_id"], values["place"])
    return tx.insert(_ADD, **values)


def park(tx: Transaction, member_id: int, place: str) -> None:
    """No dialog is active at this place any more; drafts stay."""
    tx.run(_PARK, of_member=member_id, at_place=place)


def untouched(tx: Transaction, municipality_id: int, before: datetime) -> list[Row]:
    """What is going on anywhere and was last changed before a moment."""
    return tx.all(UNTOUCHED, town=municipality_id, before=before)


def close(tx: Transaction, dialog_id: int) -> None:
    """Nobody goes on with it; the draft stays."""
    tx.run(_CLOSE, which=dialog_id)


def save(tx: Transaction, dialog_id: int, read_version: int, **values: Any) -> None:
    """Write the state that follows. Raises ChangedMeanwhileError when the version read is no longer the last."""
    if tx.run(_SAVE, which=dialog_id, read_version=read_version, version=read_version + 1, **values) != 1:
        raise ChangedMeanwhileError(dialog_id)


def move(tx: Transaction, dialog_id: int, member_id: int, place: str) -> None:
    """Go on with a dialog at another place (from the thread to the private chat)."""
    park(tx, member_id, place)
    tx.run(_MOVE, which=dialog_id, place=place, is_active=True)
