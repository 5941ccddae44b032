"""The lines of a meeting: what was recorded, what was proposed, and what was taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from conversations.records import MeetingLine
from storage import search
from storage.names import adds, changes, table
from storage.prepared import Row, prepared
from storage.tables import AgendaItem, Decision
from storage.tables import MeetingLine as MeetingLineTable
from storage.transaction import Transaction

L, D, A = table(MeetingLineTable), table(Decision), table(AgendaItem)

IN_A_REGISTER = frozenset({"decision", "action"})
_ADD, CHANGE = adds(MeetingLineTable), changes(MeetingLineTable)
_OF_MEETING = select(L).where(L.c.meeting_id == bindparam("meeting_id"))
_STANDING = _OF_MEETING.where(L.c.undone_at.is_(None), L.c.state == "recorded")
_BY_ID = prepared(select(L).where(L.c.id == bindparam("line_id")))
_ITEM = prepared(select(A).where(A.c.id == bindparam("item_id")))
_LINES = prepared(_STANDING.order_by(L.c.id))
_PROPOSED = prepared(_OF_MEETING.where(L.c.undone_at.is_(None), L.c.state == "proposed").order_by(L.c.id))
_NEWEST_BY = prepared(
    _OF_MEETING.where(
        L.c.member_id == bindparam("member_id"), L.c.undone_at.is_(None), L.c.state.in_(("recorded", "proposed"))
    ).order_by(L.c.recorded_at.desc(), L.c.id.desc())
)  # fmt: skip
_WAITING = prepared(
    select(L)
    .where(
        L.c.municipality_id == bindparam("town"), L.c.kind == "question", L.c.state == "recorded",
        L.c.asked_item_id.is_(None), L.c.undone_at.is_(None),
    )
    .order_by(L.c.id)
)  # fmt: skip
_OF_ITEM = prepared(select(L.c.id).where(L.c.asked_item_id == bindparam("item_id")))
_LAST_NUMBER = prepared(
    select(func.coalesce(func.max(L.c.number), 0).label("n")).where(L.c.meeting_id == bindparam("meeting_id"))
)
_DECISIONS = prepared(
    select(D, L.c.item_id)
    .join_from(D, L, and_(L.c.decision_id == D.c.id, L.c.kind == "decision"), isouter=True)
    .where(D.c.meeting_id == bindparam("meeting_id"), D.c.undone_at.is_(None))
    .order_by(D.c.decided_at.desc(), D.c.id.desc())
)


def add(tx: Transaction, *, municipality_id: int, kind: str, text: str, **values: Any) -> int:
    """A new line; gives its id. What is recorded is indexed for search, unless a register has it as well."""
    made = tx.insert(_ADD, municipality_id=municipality_id, kind=kind, text=text, **values)
    if values.get("state", "recorded") == "recorded":
        _index(tx, municipality_id, made, kind, text)
    return made


def take(tx: Transaction, proposal: Row, *, kind: str, text: str, **values: Any) -> None:
    """A proposal becomes a line of the minutes."""
    tx.run(CHANGE, which=proposal.id, kind=kind, text=text, **values)
    _index(tx, proposal.municipality_id, proposal.id, kind, text)


def _index(tx: Transaction, town: int, line_id: int, kind: str, text: str) -> None:
    if kind not in IN_A_REGISTER:
        search.put(tx, town, "line", line_id, text)


def waiting_questions(tx: Transaction, town: int) -> list[Row]:
    """The questions to the triangle that are on none of its agendas."""
    return tx.all(_WAITING, town=town)


def wait_again(tx: Transaction, item_id: int) -> None:
    """The question of an item waits for another agenda: the meeting does not take place."""
    for row in tx.all(_OF_ITEM, item_id=item_id):
        tx.run(CHANGE, which=row.id, asked_item_id=None)


def by_id(tx: Transaction, line_id: int) -> Row | None:
    """One line, whatever became of it."""
    return tx.first(_BY_ID, line_id=line_id)


def record(row: Row) -> MeetingLine:
    """The line as documents and the guard know it."""
    return MeetingLine(
        id=row.id, meeting_id=row.meeting_id, kind=row.kind, case_id=row.case_id, text=row.text,
        partner_id=row.partner_id, recorded_at=row.recorded_at, decision_id=row.decision_id, action_id=row.action_id,
        number=row.number, item_id=row.item_id,
    )  # fmt: skip


def item(tx: Transaction, item_id: int) -> Row | None:
    """The item of an agenda that lines belong to."""
    return tx.first(_ITEM, item_id=item_id)


def of_meeting(tx: Transaction, meeting_id: int) -> list[MeetingLine]:
    """What was recorded and not undone, in order."""
    return [record(row) for row in tx.all(_LINES, meeting_id=meeting_id)]


def proposals(tx: Transaction, meeting_id: int) -> list[Row]:
    """What waits for chair or note-taker."""
    return tx.all(_PROPOSED, meeting_id=meeting_id)


def next_number(tx: Transaction, meeting_id: int) -> int:
    """The number of the next line of a meeting."""
    row = tx.first(_LAST_NUMBER, meeting_id=meeting_id)
    return 1 + (row.n if row is not None else 0)


def last_by(tx: Transaction, meeting_id: int, member_id: int, kinds: Iterable[str]) -> Row | None:
    """The last standing line of these kinds that a member recorded or proposed."""
    wanted = frozenset(kinds)
    found = tx.all(_NEWEST_BY, meeting_id=meeting_id, member_id=member_id)
    return next((row for row in found if row.kind in wanted), None)


def has_any(tx: Transaction, meeting_id: int) -> bool:
    """Whether a line stands."""
    return tx.first(_LINES, meeting_id=meeting_id) is not None


def last_decision(tx: Transaction, meeting_id: int, item_id: int | None, case_id: int | None) -> Row | None:
    """The last decision of a meeting that was taken at this item or about this case; without either, in the meeting."""
    for row in tx.all(_DECISIONS, meeting_id=meeting_id):
        at_item = item_id is not None and row.item_id == item_id
        about_case = case_id is not None and row.case_id == case_id
        if at_item or about_case or (item_id is None and case_id is None):
            return row
    return None
