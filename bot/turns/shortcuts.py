"""Something that was said in a room, turned into an item for the agenda, or into a signal."""

from __future__ import annotations

from typing import Final

from bot.turns import agenda_points, dialogs
from bot.turns.turn import Turn
from conversations.dialog import commands, events
from conversations.dialog.messages import Message
from conversations.process.workflow import Kind
from storage import dialogs as drafts
from storage import history

SIGNAL: Final = "1.signal"
THIS: Final = frozenset({"dit", "dit bericht", "hiervan", "this", "this message"})


def propose(turn: Turn, argument: str) -> None:
    """`agendapunt …`; with `agendapunt dit` the member's own last message in this place becomes the item."""
    if argument.strip().casefold() in THIS:
        here = turn.here
        said = history.said_last(turn.tx, here.platform, here.address, turn.me.member_id)
        item(turn, next((text for text in said if is_talk(text)), ""))
    else:
        agenda_points.propose(turn, argument)


def is_talk(text: str) -> bool:
    """Whether a text was said to the others: no command, and no line for the minutes."""
    if commands.has_prefix(text) or commands.read_capture(text) is not None:
        return False
    return commands.read_command(text, is_forgiving=False) is None


def item(turn: Turn, text: str) -> None:
    """A message turned into an item: also for a platform that has a choice for it at every message."""
    if text.strip():
        agenda_points.propose(turn, text)
    else:
        turn.say(Message("agenda.shortcut_empty"))


def signal(turn: Turn, text: str) -> None:
    """A message recorded as a signal: the form opens in private, with the message as what its writer wants to add."""
    if not dialogs.go_private(turn):
        return
    dialogs.open_form(turn, SIGNAL)
    begun = drafts.active(turn.tx, turn.me.member_id, turn.here.key)
    asked = turn.tenant.workflow.form(SIGNAL).questions
    notes = next((one for one in reversed(asked) if one.kind is Kind.LONG_TEXT), None)
    if text.strip() and begun is not None and notes is not None:
        dialogs.apply(turn, begun.id, events.Filled({notes.id: text.strip()}))
