"""Receipts in a meeting: at the message itself where the platform has that, else a line that changes in place."""

from __future__ import annotations

from bot.platforms.base import Place
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Message, Phrase
from storage import queue


def undo_choice(meeting_id: int, line_id: int) -> Choice:
    """The button that takes a line back."""
    return Choice(f"m{meeting_id}:undo:{line_id}", Phrase("meeting.choice.undo"), "quiet")


def give(turn: Turn, line_id: int, message: Message) -> None:
    """Say what became of the line that was typed just now."""
    here = turn.here
    if turn.reference is not None:
        queue.add_card(
            turn.tx, municipality_id=turn.tenant.id, kind="mark", subject_id=line_id, platform=here.platform,
            address=here.address, reference=turn.reference,
        )  # fmt: skip
        turn.acknowledge(message)
        return
    card_id = queue.add_card(
        turn.tx, municipality_id=turn.tenant.id, kind="receipt", subject_id=line_id, platform=here.platform,
        address=here.address,
    )  # fmt: skip
    turn.say(message, card_id=card_id)


def change(turn: Turn, line_id: int, message: Message) -> None:
    """Something else became of the line: the receipt that is there says so from now on."""
    for card in queue.cards_of(turn.tx, "mark", line_id):
        turn.react(Place(card.platform, card.address, is_private=False), card.reference, message)
    for card in queue.cards_of(turn.tx, "receipt", line_id):
        turn.bring_up_to_date(Place(card.platform, card.address, is_private=False), card.id, message)
