"""Whether a message that waited is still wanted at the moment that it would be sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from conversations.dialog.messages import Message
from storage import cases, meetings, members
from storage.prepared import Row
from storage.transaction import Transaction

NUDGES = frozenset({"task.reminder", "task.overdue"})
TOO_LATE = timedelta(days=2)  # an answer to something somebody said so long ago only puzzles them


def why_not(tx: Transaction, message: Message, row: Row, now: datetime) -> str | None:
    """A code for why it is not wanted any more; None when it is."""
    if message.id in NUDGES and not _is_open(tx, message, row):
        return "done_meanwhile"
    if message.id == "meeting.soon" and _has_begun(tx, message, now):
        return "stale"
    if message.id.startswith("dialog.") and row.card_id is None and now - row.created_at > TOO_LATE:
        return "stale"
    return None


def _is_open(tx: Transaction, message: Message, row: Row) -> bool:
    """A nudge is still wanted while the task is open for the reader's partner."""
    task_id = next((int(choice.key[1:].partition(":")[0]) for choice in message.choices if choice.key[0] == "t"), None)
    reader = members.person(tx, row.member_id) if row.member_id is not None else None
    if task_id is None or reader is None:
        return True
    return any(one.status == "open" and one.partner_id == reader.partner_id for one in cases.of_task(tx, task_id))


def _has_begun(tx: Transaction, message: Message, now: datetime) -> bool:
    """The meeting that it speaks of is over, or was under way before this could be said."""
    number = next((int(choice.key[1:].partition(":")[0]) for choice in message.choices if choice.key[0] == "m"), None)
    meeting = meetings.by_id(tx, number) if number is not None else None
    return meeting is not None and (meeting.status == "closed" or meeting.starts_at < now - timedelta(hours=4))
