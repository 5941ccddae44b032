"""Whether a message that waited is still wanted at the moment that it would be sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from conversations.dialog.messages import Message
from storage import meetings, nudges, open_work
from storage.prepared import Row
from storage.transaction import Transaction

NUDGE = "reminder.morning"
TOO_LATE = timedelta(days=2)  # an answer to something somebody said so long ago only puzzles them


def why_not(tx: Transaction, message: Message, row: Row, now: datetime) -> str | None:
    """A code for why it is not wanted any more; None when it is."""
    if message.id == NUDGE and not _is_open(tx, message):
        return "done_meanwhile"
    if message.id == "meeting.soon" and _has_begun(tx, message, now):
        return "stale"
    if message.id.startswith("dialog.") and row.card_id is None and now - row.created_at > TOO_LATE:
        return "stale"
    return None


def _is_open(tx: Transaction, message: Message) -> bool:
    """A reminder is still wanted while something that it carries is open."""
    nudge = nudges.by_id(tx, message.exhibit.id) if message.exhibit is not None else None
    carried = nudges.together(tx, nudge) if nudge is not None else []
    works = (open_work.one(tx, one.subject) for one in carried)
    return any(work is not None and work.is_asked for work in works)


def _has_begun(tx: Transaction, message: Message, now: datetime) -> bool:
    """The meeting that it speaks of is over, or was under way before this could be said."""
    number = next((int(choice.key[1:].partition(":")[0]) for choice in message.choices if choice.key[0] == "m"), None)
    meeting = meetings.by_id(tx, number) if number is not None else None
    return meeting is not None and (meeting.status == "closed" or meeting.starts_at < now - timedelta(hours=4))
