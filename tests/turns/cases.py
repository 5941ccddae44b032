"""Cases brought as far as a test needs them, by what people say and press."""

from __future__ import annotations

from storage.tables import Assignment, Task
from tests.turns.chat import Chat

LEAD = "procesregisseur"
CASE = "VW-2026-03"
ROOM = "molenkamp"
PARTNERS = ("wijkagent", "jongerenwerker", "boa", LEAD)  # who answers what is asked of four partners
WORKERS = {
    1: LEAD,
    2: "wijkagent",
    3: "officier",
    4: "jongerenwerker",
    5: "boa",
    6: "zorgcoordinator",
    7: "wijkbeheerder",
}
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


def take(chat: Chat, exit_id: str, who: str = LEAD, case_code: str = CASE, *, stop: bool = False, **more: str) -> None:
    """Take an exit of the case's step, with a decision where that is asked; `stop` where a refusal is expected."""
    chat.say(who, f"besluit nemen {case_code}")
    chat.press(who, next(button.key for button in chat.question().shown.buttons if button.key.endswith(f":{exit_id}")))
    if stop:
        return
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


def task_of(chat: Chat, name: str) -> int:
    """The newest task with this name."""
    return int(max(row.id for row in chat.rows(Task, task=name)))


def nothing(chat: Chat, who: str, name: str) -> None:
    """Somebody has nothing to report for a task."""
    chat.send_key(who, f"t{task_of(chat, name)}:private")
    chat.say(who, "niets te melden")


def to_2b(chat: Chat) -> None:
    """From 2A, after everybody assessed the group, by the decision that it is problematic."""
    for who in PARTNERS:
        nothing(chat, who, "assess")
    take(chat, "problematic")


def to_3(chat: Chat) -> None:
    """From 2B, with three P-codes."""
    answer(chat, LEAD, task_of(chat, "name_list"))
    chat.send_key(LEAD, f"t{task_of(chat, 'pseudonyms')}:private")
    chat.fill(LEAD, {"codes": [{"age_band": "age_16_17", "part": "core"}] * 3})
    chat.press(LEAD, "confirm")
    nothing(chat, "wijkagent", "scan")
    take(chat, "to_step_3")


def to_4(chat: Chat) -> None:
    """From 3."""
    for who in PARTNERS:
        nothing(chat, who, "duiding")
    nothing(chat, LEAD, "draft_plan")
    take(chat, "to_step_4")


def to_5(chat: Chat) -> None:
    """From 4, by the triangle."""
    nothing(chat, LEAD, "advice")
    take(chat, "prioritised", who="burgemeester", review_on="1 juni 2026")


PLAN = {
    "goals": [
        {"goal": "g1", "indicator": "meldingen per maand", "baseline": "20", "target": "5", "date": "2026-06-30"},
        {"goal": "g3", "indicator": "jongeren naar school", "baseline": "2", "target": "6", "date": "2026-06-30"},
    ],
    "actions": [
        {"title": "Elke vrijdag langs het plein", "level": "group", "owner": "politie", "due_on": "2026-05-01"},
        {"title": "Boksles op woensdag", "level": "domain", "owner": "jongerenwerk", "due_on": "2026-05-08"},
    ],
    "reviews": [{"date": "2026-05-12"}],
    "securing": "Jongerenwerk blijft op het plein.",
}


def to_6(chat: Chat) -> None:
    """From 5, with a plan of two goals and two actions."""
    chat.send_key(LEAD, f"t{task_of(chat, 'plan')}:private")
    chat.fill(LEAD, PLAN)
    chat.deliver(LEAD)
    take(chat, "adopted")


def to_7(chat: Chat) -> None:
    """From 6, after a round before a meeting."""
    for row in chat.rows(Task, step="6", status="open"):
        for one in chat.rows(Assignment, task_id=row.id, status="open"):
            nothing(chat, WORKERS[one.partner_id], row.task)
    take(chat, "to_step_7")
