"""Questions to the triangle: on the agenda of its next meeting, or waiting until one is planned."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from conversations.meetings.items import TRIANGLE
from storage import agenda_items, lines, meetings
from storage.prepared import Row
from storage.transaction import Transaction

MINUTES: Final = 5


def agenda(tx: Transaction, town: int, now: datetime) -> Row | None:
    """The triangle's next meeting that has not begun."""
    upcoming = meetings.next_of(tx, town, TRIANGLE, now)
    if upcoming is not None and upcoming.status == "open":
        upcoming = meetings.following(tx, town, TRIANGLE, upcoming.starts_at)
    return upcoming if upcoming is not None and upcoming.status == "planned" else None


def put(
    tx: Transaction, meeting: Row, now: datetime, *, text: str, case_id: int | None, partner_id: int | None,
    member_id: int,
) -> int:  # fmt: skip
    """A question becomes an item of who asked it; gives the item's id."""
    return agenda_items.add_own(
        tx, now=now, municipality_id=meeting.municipality_id, meeting_id=meeting.id, title=text, state="on",
        case_id=case_id, goal="decide", partner_id=partner_id, minutes=MINUTES, reason="", times=1, is_again=False,
        member_id=member_id,
    )  # fmt: skip


def put_waiting(tx: Transaction, town: int, now: datetime) -> int:
    """Once a meeting of the triangle is planned: what waited for one comes on its agenda. How many; twice adds none."""
    meeting = agenda(tx, town, now)
    if meeting is None:
        return 0
    waiting = lines.waiting_questions(tx, town)
    for line in waiting:
        item = put(
            tx, meeting, now, text=line.text, case_id=line.case_id, partner_id=line.partner_id, member_id=line.member_id
        )
        tx.run(lines.CHANGE, which=line.id, asked_item_id=item)
    return len(waiting)
