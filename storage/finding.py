"""The records behind what a search found, in one query for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from conversations.records import ActionRecord, ContributionRecord, DecisionRecord, MeetingLine
from storage import contributions, registers
from storage.lines import record as line_record
from storage.names import table
from storage.prepared import Row, prepared
from storage.tables import Action, Amendment, Decision, Meeting
from storage.tables import MeetingLine as MeetingLineTable
from storage.transaction import Transaction

D, A, L, M = table(Decision), table(Action), table(MeetingLineTable), table(Meeting)
AMEND = table(Amendment)

_IDS: Any = bindparam("ids", expanding=True)
_DECISIONS = prepared(select(D).where(D.c.id.in_(_IDS), D.c.undone_at.is_(None)))
_ACTIONS = prepared(select(A).where(A.c.id.in_(_IDS), A.c.undone_at.is_(None)))
_LINES = prepared(
    select(L, M.c.kind.label("table_kind"), M.c.starts_at)
    .join_from(L, M, M.c.id == L.c.meeting_id)
    .where(L.c.id.in_(_IDS), L.c.undone_at.is_(None), L.c.state == "recorded")
)
_AMENDMENTS = prepared(
    select(AMEND, M.c.kind.label("table_kind"), M.c.starts_at)
    .join_from(AMEND, M, M.c.id == AMEND.c.meeting_id)
    .where(AMEND.c.id.in_(_IDS))
)


@dataclass(frozen=True, slots=True)
class Said:
    """A line of minutes or a correction of them, with the meeting where it was recorded."""

    line: MeetingLine
    kind: str
    meeting: Row


Found = DecisionRecord | ActionRecord | ContributionRecord | Said


def records(tx: Transaction, entries: Sequence[Row], zone: str) -> list[Found]:
    """What still stands of these entries of the index, in their order."""
    known: dict[tuple[str, int], Found] = {}
    for row in _of(tx, _DECISIONS, entries, "decision"):
        known["decision", row.id] = registers.decision_record(row, zone)
    for row in _of(tx, _ACTIONS, entries, "action"):
        known["action", row.id] = registers.action_record(row)
    for row in _of(tx, _LINES, entries, "line"):
        known["line", row.id] = Said(line_record(row), row.table_kind, row)
    for row in _of(tx, _AMENDMENTS, entries, "amendment"):
        known["amendment", row.id] = Said(_corrected(row), row.table_kind, row)
    ids = _ids(entries, "contribution")
    for record in contributions.latest(tx, ids) if ids else ():
        known["contribution", record.id] = record
    keys: Iterable[tuple[str, int]] = ((one.kind, one.subject_id) for one in entries)
    return [known[key] for key in keys if key in known]


def _corrected(row: Row) -> MeetingLine:
    """A correction reads, and is guarded, like the lines that it puts right."""
    return MeetingLine(
        id=row.id, meeting_id=row.meeting_id, kind="info", case_id=row.case_id, text=row.text,
        partner_id=row.partner_id, recorded_at=row.decided_at,
    )  # fmt: skip


def _of(tx: Transaction, statement: Any, entries: Sequence[Row], kind: str) -> list[Row]:
    ids = _ids(entries, kind)
    return tx.all(statement, ids=ids) if ids else []


def _ids(entries: Sequence[Row], kind: str) -> list[int]:
    return [one.subject_id for one in entries if one.kind == kind]
