"""What is filled in about a meeting while it is going on, beside what is typed in its room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.turns import attendance, capturing, items, proposals, receipts, recorders
from bot.turns.meetings import press_close
from bot.turns.turn import Turn
from conversations.dialog.commands import Captured, Command, read_command
from conversations.dialog.messages import Message
from conversations.process.workflow import Form
from storage import meetings, members
from storage.prepared import Row

LEADING: Final = frozenset({"start_meeting", "next_item", "push_item", "drop_item", "undo", "close_meeting"})


def capture(turn: Turn, line: Captured) -> None:
    """A line for the minutes: recorded, or put to who records."""
    meeting = recorders.open_here(turn)
    if meeting is None:
        if line.kind != "question":  # outside a meeting people have questions of another kind
            turn.say(Message("meeting.none_open"))
        return
    found = capturing.read(turn, meeting, line.kind, line.text)
    if isinstance(found, Message):
        turn.say(found)
    elif recorders.may_record(turn, meeting.kind):
        line_id, receipt = capturing.record(turn, meeting, found)
        receipts.give(turn, line_id, receipt)
    else:
        proposals.propose(turn, meeting, line, found.case)


def spoken(turn: Turn, text: str) -> Command | None:
    """What leads a meeting on, typed without `/overleg` by who records in it: `volgende`, `sluit vergadering`. From
    everybody else in the room such words are just talk.
    """
    command = read_command(text, is_forgiving=False)
    if command is None or command.argument or turn.room is None or turn.room.kind is None:
        return None
    words = LEADING if recorders.open_here(turn) is not None else {"start_meeting"}
    return command if command.name in words and recorders.may_record(turn, turn.room.kind) else None


def record(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """Keep a confirmed form of the meeting, when it still goes on and this member records in it."""
    meeting = meetings.by_id(turn.tx, int(row.subject["meeting"]))
    if meeting is None or meeting.status != "open":
        turn.say(Message("meeting.none_open"))
    elif not recorders.may_record(turn, meeting.kind):
        turn.say(Message("meeting.only_recorders"))
    else:
        _FORMS[row.form](turn, meeting, row, answers)


def _stand_in(turn: Turn, meeting: Row, row: Row, answers: Mapping[str, Any]) -> None:
    partners = members.partners(turn.tx, turn.tenant.id, turn.today)
    partner = next((one for one in partners if one.id == row.subject["partner"]), None)
    if partner is not None:
        attendance.replace(turn, meeting, partner, str(answers["function"]))
        turn.say(Message("meeting.stand_in", {"partner": partner.name}))


def _item(turn: Turn, meeting: Row, row: Row, answers: Mapping[str, Any]) -> None:
    items.answered(turn, meeting, int(row.subject["item"]), dict(answers))


_FORMS: Mapping[str, Callable[[Turn, Row, Row, Mapping[str, Any]], None]] = {
    "shared.stand_in": _stand_in,
    "shared.proposal": proposals.take_changed,
    "shared.item_dropped": _item,
    "shared.item_moved": _item,
}


# --- buttons ----------------------------------------------------------------------------------------------------------

_Press = Callable[[Turn, Row, str, str], None]


def _numbered(press: Callable[[Turn, Row, str, int], None]) -> _Press:
    """A button about a line or an item, which its key names by number."""

    def pressed(turn: Turn, meeting: Row, verb: str, rest: str) -> None:
        if rest.isdigit():
            press(turn, meeting, verb, int(rest))
        else:
            turn.say(Message("dialog.unknown_button"))

    return pressed


# Verbs of the keys of a meeting that goes on: `m2:VERB:REST`.
PRESSES: Mapping[str, _Press] = {
    **dict.fromkeys(("here", "who", "all", "rest", "card", "stand_in", *attendance.STATES), attendance.press),
    **dict.fromkeys(("next", "push", "push_to", "scrap"), _numbered(items.press)),
    **dict.fromkeys(("record", "record_changed", "decline"), _numbered(proposals.press)),
    **dict.fromkeys(("close", "push_all", "done_all"), lambda turn, meeting, verb, _: press_close(turn, meeting, verb)),
    "undo": _numbered(lambda turn, meeting, _, line: capturing.undo_line(turn, meeting, line)),
}
