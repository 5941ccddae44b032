"""What the menu of a place offers to be typed: made from the table of commands, so that none is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conversations.dialog.commands import IN_ROOM, NAMES

CAPTURE: Final = ("decision", "action", "info", "dissent", "question")  # lines for the minutes
IN_FORM: Final = ("back", "skip", "nothing", "where", "edit", "stop", "help")
_ALSO_PRIVATE: Final = ("propose", "absent")  # said in a room, and elsewhere too
_FIRST_PRIVATE: Final = ("tasks", "signal", "status", "search")
_FIRST_IN_ROOM: Final = ("start_meeting", "present", "next_item", "undo", "close_meeting")


def menu() -> Mapping[str, tuple[str, ...]]:
    """The ids of what can be typed, by kind of place; the words are `web.command.ID` in the catalogue."""
    private = [name for name in NAMES if name not in IN_ROOM or name in _ALSO_PRIVATE]
    room = [name for name in NAMES if name in IN_ROOM] + [name for name in NAMES if name not in IN_ROOM]
    return {
        "private": _once(*_FIRST_PRIVATE, *IN_FORM, *private),
        "thread": IN_FORM,
        "room": _once(*CAPTURE, *_FIRST_IN_ROOM, *room),
    }


def _once(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
