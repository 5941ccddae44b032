"""Forms that nobody goes on with: after some days they close by themselves and say so; what was filled in stays."""

from __future__ import annotations

from datetime import timedelta

from bot.turns.reaching import Reach
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Content, Message, Phrase, Value
from storage import dialogs
from storage.prepared import Row

MOMENT = "untouched"


def close(turn: Turn, row: Row) -> None:
    """Close what was not touched for so many days and tell whose it is; who is not there hears it once they are."""
    del row
    reach = Reach(turn, turn.today)
    for draft in found(turn):
        if not reach.is_there(draft.member_id):
            continue
        dialogs.close(turn.tx, draft.id)
        values: dict[str, Value] = {
            "title": Content(f"{draft.form}.title"), "n": turn.tenant.reminders.form_closes_after_days,
        }  # fmt: skip
        resume = Choice("open", Phrase("dialog.choice.resume"), "primary")
        message = Message("dialog.closed_itself", values, (resume,))
        turn.tell(reach.people[draft.member_id], message, dialog_id=draft.id, case_id=draft.case_id)


def found(turn: Turn) -> list[Row]:
    """Forms that are open somewhere and that nobody touched for so many days."""
    days = timedelta(days=turn.tenant.reminders.form_closes_after_days)
    return dialogs.untouched(turn.tx, turn.tenant.id, turn.now - days)
