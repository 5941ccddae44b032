"""The items of a meeting's agenda about which something was settled: proposed, given a place or an owner, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, or_, select

from conversations.meetings.items import AgendaEntry
from conversations.records import AgendaItemRecord
from storage.names import changes, table
from storage.prepared import Row, prepared
from storage.tables import AgendaItem, Member
from storage.transaction import Transaction
from storage.upsert import upsert

I, M = table(AgendaItem), table(Member)  # noqa: E741 -- one letter a table, as in the others

_ADD = prepared(upsert(I))
_SETTLE = prepared(upsert(I).on_conflict_do_nothing(index_elements=["meeting_id", "key"]))
_CHANGE = changes(AgendaItem)
_ITEMS = select(I, M.c.partner_id.label("proposer_id")).join_from(I, M, I.c.member_id == M.c.id, isouter=True)
_OF_MEETING = prepared(_ITEMS.where(I.c.meeting_id == bindparam("meeting_id")).order_by(I.c.position, I.c.id))
_BY_ID = prepared(_ITEMS.where(I.c.id == bindparam("item_id")))
_BY_KEY = prepared(_ITEMS.where(I.c.meeting_id == bindparam("meeting_id"), I.c.key == bindparam("key")))
_GOES_ON = or_(I.c.state == "moved", I.c.state == "later", I.c.state == "proposed", I.c.is_again.is_(True))
_NEXT = I.alias("successor")
_TO_CARRY = prepared(
    _ITEMS.join(_NEXT, _NEXT.c.origin_id == I.c.id, isouter=True)
    .where(I.c.meeting_id == bindparam("meeting_id"), _GOES_ON, _NEXT.c.id.is_(None))
    .order_by(I.c.position, I.c.id)
)

# Columns of a row that a record has under the same name.
_KEPT = (
    "id", "meeting_id", "key", "kind", "case_id", "title", "goal", "partner_id", "function", "minutes", "position",
    "paper", "state", "reason", "moved_to", "origin_id", "first_on", "times", "is_again", "member_id", "proposer_id",
)  # fmt: skip


def record(row: Row) -> AgendaItemRecord:
    """A row as a plain fact."""
    return AgendaItemRecord(**{name: getattr(row, name) for name in _KEPT})


def items_of(tx: Transaction, meeting_id: int) -> list[Row]:
    """The settled items of a meeting by their place; once it was started, that is every item."""
    return tx.all(_OF_MEETING, meeting_id=meeting_id)


def records(tx: Transaction, meeting_id: int) -> tuple[AgendaItemRecord, ...]:
    """The settled items of a meeting as plain facts."""
    return tuple(record(row) for row in items_of(tx, meeting_id))


def by_id(tx: Transaction, item_id: int) -> Row | None:
    """One item."""
    return tx.first(_BY_ID, item_id=item_id)


def by_key(tx: Transaction, meeting_id: int, key: str) -> Row | None:
    """The settled item with this key."""
    return tx.first(_BY_KEY, meeting_id=meeting_id, key=key)


def add_own(tx: Transaction, *, now: datetime, **values: Any) -> int:
    """An item that somebody proposes; its key is made of its own number."""
    made = tx.insert(_ADD, key="own:", kind="own", created_at=now, changed_at=now, **values)
    tx.run(_CHANGE, which=made, key=f"own:{made}")
    return made


def change_item(tx: Transaction, *, which: int, now: datetime, **values: Any) -> bool:
    """Change some columns of an item; False when it is gone."""
    return tx.run(_CHANGE, which=which, changed_at=now, **values) == 1


def row_for(tx: Transaction, *, town: int, meeting_id: int, entry: AgendaEntry, now: datetime) -> int:
    """The row of an entry, made when nothing was settled about it yet."""
    if entry.row_id is not None:
        return entry.row_id
    _put(tx, town, meeting_id, entry, now, position=None)
    row = by_key(tx, meeting_id, entry.key)
    if row is None:
        raise LookupError(entry.key)
    return int(row.id)


def settle(tx: Transaction, *, town: int, meeting_id: int, entries: Sequence[AgendaEntry], now: datetime) -> None:
    """Give every entry a row with its place, owner and minutes as they stand now, so that outcomes can be recorded.
    Done again it changes nothing but the places.
    """
    for place, entry in enumerate(entries, start=1):
        if _put(tx, town, meeting_id, entry, now, position=place) or entry.row_id is None:
            continue
        tx.run(
            _CHANGE, which=entry.row_id, position=place, goal=entry.goal, partner_id=entry.partner_id,
            function=entry.function, minutes=entry.minutes, changed_at=now,
        )  # fmt: skip


def _put(
    tx: Transaction, town: int, meeting_id: int, entry: AgendaEntry, now: datetime, *, position: int | None
) -> bool:
    """Add the row of an entry. Without a place only the key: everything else stays as it is compiled."""
    is_whole = position is not None
    return tx.run(
        _SETTLE, municipality_id=town, meeting_id=meeting_id, key=entry.key, kind=entry.kind, case_id=entry.case_id,
        title="", goal=entry.goal if is_whole else None, partner_id=entry.partner_id if is_whole else None,
        function=entry.function if is_whole else "", minutes=entry.minutes if is_whole else None, position=position,
        paper="", state="on", reason="", times=1, is_again=False, created_at=now, changed_at=now,
    ) == 1  # fmt: skip


def to_carry(tx: Transaction, meeting_id: int) -> list[Row]:
    """What goes on to a later meeting and is not there yet: moved, kept for later, proposed, or back each time."""
    return tx.all(_TO_CARRY, meeting_id=meeting_id)


def carry(tx: Transaction, row: Row, *, meeting_id: int, day: date, now: datetime) -> None:
    """Put an item on a later meeting's agenda. `day`: of the meeting it comes from. Twice changes nothing."""
    if row.state in {"later", "proposed"}:
        pass_on(tx, row, meeting_id=meeting_id, now=now)
    else:
        _copy(tx, row, meeting_id, now, state="on", times=row.times + 1, first_on=row.first_on or day)


def pass_on(tx: Transaction, row: Row, *, meeting_id: int, now: datetime) -> None:
    """Put an item that was not discussed on a later meeting's agenda, as it stands."""
    _copy(tx, row, meeting_id, now, state=row.state, times=row.times, first_on=row.first_on)


def _copy(tx: Transaction, row: Row, meeting_id: int, now: datetime, **stand: Any) -> None:
    stand |= {"origin_id": row.id, "is_again": row.is_again, "changed_at": now}
    there = by_key(tx, meeting_id, row.key)
    if there is not None:
        if there.origin_id is None:
            tx.run(_CHANGE, which=there.id, **stand)
        return
    own: dict[str, Any] = {"goal": None, "partner_id": None, "function": "", "minutes": None}
    if row.kind == "own":
        own = {name: getattr(row, name) for name in own}
    tx.insert(
        _ADD, municipality_id=row.municipality_id, meeting_id=meeting_id, key=row.key, kind=row.kind,
        case_id=row.case_id, title=row.title, paper=row.paper, reason="", member_id=row.member_id, created_at=now,
        **own, **stand,
    )  # fmt: skip
