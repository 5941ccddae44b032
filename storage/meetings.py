"""Meetings, and who was there. Their lines are in `lines.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select

from conversations.records import Attendance, MeetingRecord
from storage.names import adds, changes, table
from storage.prepared import Row, prepared
from storage.tables import AgendaItem, Document, Meeting, Room
from storage.tables import Attendance as AttendanceTable
from storage.transaction import Transaction
from storage.upsert import upsert

M, AT, R, DOC = table(Meeting), table(AttendanceTable), table(Room), table(Document)
I = table(AgendaItem)  # noqa: E741 -- one letter a table, as in the others

ADD_MEETING, ADD_DOCUMENT = adds(Meeting), adds(Document)
CHANGE_MEETING = changes(Meeting)
_SEAT: dict[str, Any] = {name: bindparam(name) for name in ("state", "function", "stand_in", "arrived_at", "left_at")}
_SET_ATTENDANCE = prepared(
    upsert(AT)
    .values(
        municipality_id=bindparam("municipality_id"), meeting_id=bindparam("meeting_id"),
        partner_id=bindparam("partner_id"), **_SEAT,
    )
    .on_conflict_do_update(index_elements=["meeting_id", "partner_id"], set_=_SEAT)
)  # fmt: skip
_WITH_ROOM = select(M, R.c.code.label("room"), R.c.name.label("room_name")).join_from(
    M, R, M.c.room_id == R.c.id, isouter=True
)
_BY_ID = prepared(_WITH_ROOM.where(M.c.id == bindparam("meeting_id")))
_NEXT = prepared(
    _WITH_ROOM.where(
        M.c.municipality_id == bindparam("municipality_id"), M.c.kind == bindparam("kind"),
        or_(M.c.status == "planned", M.c.status == "open"),
        M.c.starts_at >= bindparam("after"),
    ).order_by(M.c.starts_at).limit(1)
)  # fmt: skip
_AFTER = prepared(
    _WITH_ROOM.where(
        M.c.municipality_id == bindparam("municipality_id"), M.c.kind == bindparam("kind"),
        M.c.starts_at > bindparam("after"), M.c.status != "cancelled",
        M.c.status != "proposed",
    ).order_by(M.c.starts_at).limit(1)
)  # fmt: skip
_LAST_HELD = prepared(
    _WITH_ROOM.where(
        M.c.municipality_id == bindparam("municipality_id"), M.c.kind == bindparam("kind"),
        M.c.opened_at.is_not(None), M.c.starts_at < bindparam("before"),
    ).order_by(M.c.starts_at.desc()).limit(1)
)  # fmt: skip
_OPEN_IN = prepared(_WITH_ROOM.where(M.c.room_id == bindparam("room_id"), M.c.status == "open").order_by(M.c.id.desc()))
_PLANNED = _WITH_ROOM.where(
    M.c.status == "planned", M.c.starts_at >= bindparam("first"), M.c.starts_at <= bindparam("last")
).order_by(M.c.starts_at)
_PLANNED_IN = prepared(_PLANNED.where(M.c.room_id == bindparam("room_id")))
_PLANNED_OF = prepared(
    _PLANNED.where(M.c.municipality_id == bindparam("municipality_id"), M.c.kind == bindparam("kind"))
)
_OPEN_OF = prepared(
    _WITH_ROOM.add_columns(I.c.case_id.label("item_case_id"))
    .join(I, M.c.item_id == I.c.id, isouter=True)
    .where(M.c.municipality_id == bindparam("municipality_id"), M.c.kind == bindparam("kind"), M.c.status == "open")
    .order_by(M.c.opened_at.desc(), M.c.id.desc())
)
_ATTENDANCE = prepared(select(AT).where(AT.c.meeting_id == bindparam("meeting_id")).order_by(AT.c.id))
_AT_TIME = prepared(
    select(M.c.id).where(
        M.c.municipality_id == bindparam("municipality_id"), M.c.kind == bindparam("kind"),
        or_(M.c.starts_at == bindparam("starts_at"), M.c.series_at == bindparam("starts_at")),
    )
)  # fmt: skip
_ALL = prepared(_WITH_ROOM.where(M.c.municipality_id == bindparam("municipality_id")).order_by(M.c.starts_at))
_DOCUMENT = prepared(select(DOC).where(DOC.c.id == bindparam("document_id")))
_LAST_DOCUMENT = prepared(
    select(DOC).where(DOC.c.meeting_id == bindparam("meeting_id"), DOC.c.kind == bindparam("kind"))
    .order_by(DOC.c.id.desc()).limit(1)
)  # fmt: skip


def set_attendance(tx: Transaction, municipality_id: int, meeting_id: int, seat: Attendance) -> None:
    """Say how it is with a partner's seat; saying it again replaces it."""
    values = {name: getattr(seat, name) for name in _SEAT}
    tx.run(
        _SET_ATTENDANCE, municipality_id=municipality_id, meeting_id=meeting_id, partner_id=seat.partner_id, **values
    )


def attendance(tx: Transaction, meeting_id: int) -> list[Attendance]:
    """What is noted of who was there, in the order in which it was noted first."""
    return [
        Attendance(
            partner_id=one.partner_id, function=one.function, state=one.state, stand_in=one.stand_in,
            arrived_at=one.arrived_at, left_at=one.left_at,
        )
        for one in tx.all(_ATTENDANCE, meeting_id=meeting_id)
    ]  # fmt: skip


def by_id(tx: Transaction, meeting_id: int) -> Row | None:
    """The meeting with this id."""
    return tx.first(_BY_ID, meeting_id=meeting_id)


def next_of(tx: Transaction, municipality_id: int, kind: str, after: datetime) -> Row | None:
    """The next meeting of a kind that has not been closed."""
    return tx.first(_NEXT, municipality_id=municipality_id, kind=kind, after=after)


def following(tx: Transaction, municipality_id: int, kind: str, after: datetime) -> Row | None:
    """The meeting of the kind after this moment, whatever its state."""
    return tx.first(_AFTER, municipality_id=municipality_id, kind=kind, after=after)


def last_held(tx: Transaction, municipality_id: int, kind: str, before: datetime) -> Row | None:
    """The last meeting of a kind that was opened."""
    return tx.first(_LAST_HELD, municipality_id=municipality_id, kind=kind, before=before)


def planned_in(tx: Transaction, room_id: int, first: datetime, last: datetime) -> list[Row]:
    """The meetings that are planned in a room between two moments."""
    return tx.all(_PLANNED_IN, room_id=room_id, first=first, last=last)


def planned_of(tx: Transaction, municipality_id: int, kind: str, first: datetime, last: datetime) -> list[Row]:
    """The meetings of a kind that are planned between two moments."""
    return tx.all(_PLANNED_OF, municipality_id=municipality_id, kind=kind, first=first, last=last)


def open_of(tx: Transaction, municipality_id: int, kind: str) -> list[Row]:
    """The meetings of a kind that go on, opened last first; `item_case_id`: the case of the item that each is at."""
    return tx.all(_OPEN_OF, municipality_id=municipality_id, kind=kind)


def open_in(tx: Transaction, room_id: int) -> Row | None:
    """The meeting that is going on in a room."""
    return tx.first(_OPEN_IN, room_id=room_id)


def at_time(tx: Transaction, municipality_id: int, kind: str, starts_at: datetime) -> int | None:
    """The meeting of a kind at exactly this moment, or moved from it."""
    row = tx.first(_AT_TIME, municipality_id=municipality_id, kind=kind, starts_at=starts_at)
    return None if row is None else row.id


def all_meetings(tx: Transaction, municipality_id: int) -> list[Row]:
    """Every meeting, by date."""
    return tx.all(_ALL, municipality_id=municipality_id)


def record(tx: Transaction, row: Row) -> MeetingRecord:
    """The meeting with its attendance."""
    return MeetingRecord(
        id=row.id,
        kind=row.kind,
        starts_at=row.starts_at,
        status=row.status,
        room=row.place or row.room_name or "",
        attendance=tuple(attendance(tx, row.id)),
        minutes=row.minutes,
        sequence=row.sequence,
    )


def last_document(tx: Transaction, meeting_id: int, kind: str) -> Row | None:
    """The newest document of a kind that was compiled for a meeting, whoever asked for it."""
    return tx.first(_LAST_DOCUMENT, meeting_id=meeting_id, kind=kind)


def document(tx: Transaction, document_id: int) -> Row | None:
    """A compiled document."""
    return tx.first(_DOCUMENT, document_id=document_id)
