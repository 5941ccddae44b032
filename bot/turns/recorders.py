"""Who records in a meeting, and which meeting it is."""

from __future__ import annotations

from bot.turns.turn import Turn
from conversations.dialog.messages import Message
from conversations.process import seats
from conversations.process.workflow import DataLevel
from storage import meetings
from storage.members import Person
from storage.prepared import Row


def may_record(turn: Turn, kind: str) -> bool:
    """Whether this member records in such a meeting: a chair, this table's own chair, or a note-taker."""
    return is_recorder(turn, turn.me, kind)


def is_recorder(turn: Turn, person: Person, kind: str) -> bool:
    """Whether a member records in meetings of this kind."""
    return bool(person.roles & seats.recorders(turn.tenant.workflow.meeting_kind(kind)))


def open_here(turn: Turn) -> Row | None:
    """The meeting that is going on in this room."""
    return meetings.open_in(turn.tx, turn.room.id) if turn.room is not None else None


def say_none_open(turn: Turn) -> None:
    """Why nothing can be recorded here: in the private chat there is no meeting, whatever goes on in a room."""
    turn.say(Message("meeting.in_the_room" if turn.here.is_private else "meeting.none_open"))


def recording(turn: Turn) -> Row | None:
    """The open meeting in this room, when this member may record in it; otherwise they are told why not."""
    meeting = open_here(turn)
    if meeting is None:
        say_none_open(turn)
        return None
    if not may_record(turn, meeting.kind):
        turn.say(Message("meeting.only_recorders"))
        return None
    return meeting


def level_in_meeting(turn: Turn) -> DataLevel:
    """What may be said in the room of a meeting: its ceiling, and never more than its papers show."""
    if turn.room is None:
        return DataLevel.GROUP
    ceiling = DataLevel.named(turn.room.ceiling)
    kind = turn.tenant.workflow.meeting_kind(turn.room.kind) if turn.room.kind else None
    shows = DataLevel.PSEUDONYM if kind is None or kind.shows_pseudonyms else DataLevel.GROUP
    return min(ceiling, shows, turn.platform_level)
