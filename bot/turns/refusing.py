"""Saying no: which kind or which bound it is, why, what is allowed instead, and whom to ask."""

from __future__ import annotations

from collections.abc import Mapping

from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Message, Phrase, Value
from conversations.privacy.gate import Bound
from conversations.process.workflow import Role
from storage import members

_OF_THE_LEAD = frozenset({"step", "decision", "room", "question"})  # the rest is for the privacy officer


def refuse(turn: Turn, kinds: tuple[str, ...], bound: Bound, choices: tuple[Choice, ...] = ()) -> None:
    """Say which kinds of personal data were in it, why they are not kept, and what to write instead."""
    turn.refused = kinds
    turn.note("text_refused", f"place:{turn.here.platform}", ",".join(kinds))
    for kind in kinds:
        values = because(turn, bound) if kind == "pseudonym" else {"ask": ask(turn, Role.PRIVACY_OFFICER)}
        turn.say(Message(f"refused.{kind}", values, choices))


def because(turn: Turn, bound: Bound) -> Mapping[str, Value]:
    """What holds the level here, what is allowed instead, and whom to ask."""
    role = Role.PROCESS_LEAD if bound in _OF_THE_LEAD else Role.PRIVACY_OFFICER
    return {
        "why": Phrase(f"agreement.why.{bound}"),
        "instead": Phrase(f"agreement.instead.{bound}"),
        "ask": ask(turn, role),
    }


def ask(turn: Turn, role: Role) -> Phrase:
    """Whom to ask, by function; of personal data also where people go about their own."""
    function, covenant = function_of(turn, role), turn.tenant.covenant(turn.today)
    if role is not Role.PRIVACY_OFFICER or covenant is None or covenant.rights_contact is None:
        return Phrase("agreement.ask", {"function": function})
    return Phrase("agreement.ask_privacy", {"function": function, "contact": covenant.rights_contact})


def function_of(turn: Turn, role: Role) -> str:
    """The function of who has this role; of the process lead when nobody has."""
    found = [*members.with_role(turn.people(), role), *turn.leads()]
    return found[0].function if found else "–"
