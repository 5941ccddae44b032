"""`niet verder dan deze tafel`: a partner keeps a contribution, or one that is being written, at this table."""

from __future__ import annotations

import re

from bot.turns.turn import Turn
from conversations.dialog.messages import Message
from conversations.process.workflow import Outcome
from storage import contributions, dialogs
from storage.prepared import Row

_NUMBER = re.compile(r"^c-?(\d+)$", re.IGNORECASE)
OUTCOMES = frozenset({Outcome.CONTRIBUTION, Outcome.SIGNAL})


def keep_here(turn: Turn, argument: str = "") -> None:
    """For what is being written here, or a contribution by its number; said again it takes that back."""
    found = _NUMBER.match(argument.strip())
    if found is not None:
        _contribution(turn, int(found[1]))
        return
    writing = dialogs.active(turn.tx, turn.me.member_id, turn.here.key)
    if argument or writing is None or not toggle(turn, writing):
        turn.say(Message("agreement.how_to_keep_here"))


def toggle(turn: Turn, row: Row) -> bool:
    """Turn the mark of a draft round and say so; False for a form that becomes no contribution."""
    if turn.tenant.workflow.form(row.form).outcome not in OUTCOMES:
        return False
    stays = not is_kept_here(turn, row)
    turn.tx.run(dialogs.CHANGE_SUBJECT, which=row.id, subject={**row.subject, "stays_at_table": stays})
    turn.say(Message("agreement.stays_here" if stays else "agreement.goes_on"))
    return True


def is_kept_here(turn: Turn, row: Row) -> bool:
    """Whether what becomes of this draft stays at the table: as was said, else as the version before."""
    if "stays_at_table" in row.subject:
        return bool(row.subject["stays_at_table"])
    earlier = contributions.by_id(turn.tx, row.supersedes) if row.supersedes else None
    return earlier is not None and earlier.stays_at_table


def _contribution(turn: Turn, number: int) -> None:
    found = contributions.by_number(turn.tx, turn.tenant.id, number)
    if found is None or found.partner_id != turn.me.partner_id:
        turn.say(Message("contribution.not_yours", {"number": number}))
        return
    stays = not found.stays_at_table
    contributions.keep_at_table(turn.tx, turn.tenant.id, number, stays=stays)
    turn.note("kept_at_table" if stays else "let_go_on", f"contribution:{number}")
    turn.say(Message("agreement.stays_here" if stays else "agreement.goes_on"), case_id=found.case_id)
