"""What the assistant says of itself: what can be asked, and in which language it speaks."""

from __future__ import annotations

from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Message, Phrase, Value
from conversations.process.workflow import Role
from storage.names import changes
from storage.tables import Member

_CHANGE_MEMBER = changes(Member)
_FIRST_CHOICES = (
    Choice("cmd:tasks", Phrase("help.choice.tasks"), "primary"),
    Choice("cmd:signal", Phrase("help.choice.signal")),
    Choice("cmd:cases", Phrase("help.choice.cases")),
)


def not_understood(turn: Turn) -> None:
    """A text that is no command, while nothing is asked."""
    turn.say(Message("help.not_understood", {}, _FIRST_CHOICES))


def help_(turn: Turn, argument: str = "") -> None:
    """What can be asked here, for this member's roles."""
    values: dict[str, Value] = {"function": turn.me.function, "rights": _rights(turn)}
    choices = list(_FIRST_CHOICES)
    name = "help.partner"
    if turn.has_role(Role.CHAIR, Role.NOTE_TAKER):
        name = "help.chair"
        choices += [
            Choice("cmd:agenda", Phrase("help.choice.agenda")),
            Choice("cmd:minutes", Phrase("help.choice.minutes")),
        ]
    if turn.has_role(Role.PROCESS_LEAD):
        name = "help.lead"
        choices.append(Choice("cmd:signals", Phrase("help.choice.signals")))
    turn.say(Message(name, values, tuple(choices)))


def _rights(turn: Turn) -> Value:
    """Where people can go who want to know what is kept about them, when the covenant says so."""
    covenant = turn.tenant.covenant(turn.today)
    contact = covenant.rights_contact if covenant is not None else None
    return "" if contact is None else Phrase("help.rights", {"contact": contact})


def language(turn: Turn, argument: str = "") -> None:
    """`taal nl`, `language en`."""
    wanted = {"nl": "nl", "nederlands": "nl", "dutch": "nl", "en": "en", "engels": "en", "english": "en"}.get(
        argument.casefold()
    )
    if wanted is None:
        turn.say(Message("language.which"))
        return
    turn.tx.run(_CHANGE_MEMBER, which=turn.me.member_id, language=wanted)
    turn.say(Message(f"language.now_{wanted}"))


def ask_gate(turn: Turn, argument: str = "") -> None:
    """`mag dit …`: what the gate says of a text, a case or a step."""
    from bot.turns import asking  # noqa: PLC0415 -- it looks up cases as the other commands here do

    asking.ask_gate(turn, argument)
