"""A false alarm: the writer says, with a reason, that what looked like a name is none. It holds for the next text
there, once and for a few minutes: the text itself was not kept. Nothing else can be overruled.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.access import Access
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Message, Phrase
from conversations.privacy.gate import Refusal
from storage import access
from storage.prepared import Row
from storage.transaction import Transaction

REASONS: Final = ("place", "organisation", "word")
GOOD_FOR: Final = timedelta(minutes=10)
_KIND: Final = "name"


def offer(turn: Turn) -> tuple[Choice, ...]:
    """The buttons under a refusal. An earlier offer no longer holds."""
    member_id = turn.me.member_id
    number = access.add_ticket(
        turn.tx, municipality_id=turn.tenant.id, member_id=member_id, kind=_KIND, made_by=member_id, now=turn.now,
        expires_at=turn.now + GOOD_FOR,
    )  # fmt: skip
    return tuple(Choice(f"u{number}:{reason}", Phrase(f"overruled.choice.{reason}")) for reason in REASONS)


def press(turn: Turn, number: int, reason: str) -> None:
    """A reason was given: the next text may hold what looks like a name."""
    ticket = access.ticket(turn.tx, number)
    if ticket is None or ticket.kind != _KIND or reason not in REASONS:
        turn.say(Message("dialog.unknown_button"))
    elif ticket.member_id != turn.me.member_id:
        turn.say(Message("dialog.not_yours"))
    elif ticket.used_at is not None or ticket.expires_at <= turn.now:
        turn.say(Message("overruled.too_late"))
    else:
        access.seal_ticket(turn.tx, number, f"{number}:{reason}:{_place(turn.tenant.access, turn.here.key)}")
        turn.say(Message("overruled.say_it_again", {"reason": Phrase(f"overruled.choice.{reason}")}))


def stands(turn: Turn, *refusals: Refusal) -> bool:
    """Whether refusals of what was just written hold; when the writer overruled them, that is used up and noted."""
    if not all(one.may_be_overruled for one in refusals):
        return True
    if turn.has_overruled:
        return False
    ticket = granted(turn.tx, turn.tenant.access, turn.me.member_id, turn.here.key, turn.now)
    if ticket is None:
        return True
    access.use_up(turn.tx, ticket.id, turn.now)
    turn.has_overruled = True
    turn.note("name_overruled", f"place:{turn.here.platform}", str(ticket.digest).split(":")[1])
    return False


def granted(tx: Transaction, secrets: Access, member_id: int, place: str, now: datetime) -> Row | None:
    """What a member overruled in a place, while it holds."""
    found = access.open_ticket(tx, _KIND, member_id, now)
    is_here = found is not None and str(found.digest).endswith(f":{_place(secrets, place)}")
    return found if is_here else None


def _place(secrets: Access, key: str) -> str:
    return secrets.digest("place", key)[:16]
