"""Cases brought as far as a test needs them, by what people say and press."""

from __future__ import annotations

from tests.turns.chat import Chat

LEAD = "procesregisseur"
CASE = "VW-2026-03"
ROOM = "molenkamp"
WORTHY = {"text": "De tafel besluit dit.", "reason": "Alle partners zien hetzelfde beeld."}


def signal(chat: Chat, who: str) -> None:
    chat.say(who, "signaal")
    chat.deliver(who)


def open_case(chat: Chat) -> None:
    """Two signals, and a case from both."""
    signal(chat, "wijkagent")
    signal(chat, "jongerenwerker")
    chat.say(LEAD, "zaak openen")
    chat.fill(
        LEAD,
        {
            "signals": ["c1", "c2"], "group_code": "Molenkamp", "place": "Molenkamp", "purpose": "public_order",
            "why": "Twee partners melden hetzelfde.",
        },
    )  # fmt: skip
    chat.press(LEAD, "confirm")


def take(chat: Chat, exit_id: str, who: str = LEAD, **more: str) -> None:
    """Take an exit of the case's step, with a decision where that is asked."""
    chat.say(who, f"besluit nemen {CASE}")
    chat.press(who, next(button.key for button in chat.question().shown.buttons if button.key.endswith(f":{exit_id}")))
    if chat.question().id == "cases.exit.confirm_move":
        chat.press(who, "Ja, ga verder")
        return
    chat.fill(who, {**WORTHY, **more})
    while chat.question().id != "dialog.summary":
        chat.say(who, "overslaan")
    chat.press(who, "confirm")


def to_2a(chat: Chat) -> None:
    open_case(chat)
    take(chat, "to_step_2")


def answer(chat: Chat, who: str, task: int, **answers: str) -> None:
    """Answer a task in private, whole."""
    chat.send_key(who, f"t{task}:private")
    chat.deliver(who, answers)
