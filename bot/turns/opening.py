"""Opening a case from signals, and linking a signal to a case that exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.turns import refusing, steps
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Message, Phrase
from conversations.process import case as process
from conversations.process.workflow import DataLevel, Form, Role
from storage import cases, contributions, members
from storage.numbers import next_number
from storage.prepared import Row

FIRST_STEP = "1"


def open_case(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """A new case at step 1, with the signals that were chosen."""
    if not turn.has_role(Role.PROCESS_LEAD):
        turn.say(Message("cases.only_lead"))
        return
    purpose = str(answers["purpose"]["choice"])
    covenant = turn.tenant.covenant(turn.today)
    if covenant is None or purpose not in covenant.purposes:
        turn.say(Message("agreement.purpose_not_now", {"function": refusing.function_of(turn, Role.PRIVACY_OFFICER)}))
        return
    partners = process.table_of(turn.tenant.workflow, members.partners(turn.tx, turn.tenant.id, turn.today))
    room = _room_for_cases(turn)
    code = _next_code(turn)
    case_id = cases.new_case(
        turn.tx, partners=[one.id for one in partners], now=turn.now, municipality_id=turn.tenant.id, code=code,
        group_code=str(answers["group_code"]), place=str(answers.get("place", "")), step=FIRST_STEP,
        purpose=purpose, room_id=room.id if room else None,
    )  # fmt: skip
    for number in _signal_numbers(answers):
        contributions.link(turn.tx, turn.tenant.id, number, case_id, turn.now)
    turn.note("case_opened", f"case:{case_id}", f"{len(_signal_numbers(answers))} signals")
    decide = Choice(f"k{case_id}:decide", Phrase("cases.choice.decide"))
    status = Choice(f"k{case_id}:status", Phrase("cases.choice.status"))
    turn.say(
        Message("cases.opened", {"case": code, "n": len(_signal_numbers(answers))}, (status, decide)), case_id=case_id
    )
    steps.enter(turn, case_id, FIRST_STEP)


def _room_for_cases(turn: Turn) -> Row | None:
    """The room that may carry most: a case table's own room before the room of a meeting."""
    rooms = members.rooms(turn.tx, turn.tenant.id)
    ranked = sorted(rooms, key=lambda room: (room.kind is not None, -DataLevel.named(room.ceiling)))
    return ranked[0] if ranked else None


def _next_code(turn: Turn) -> str:
    settings = turn.tenant.settings
    number = next_number(turn.tx, turn.tenant.id, f"case:{turn.today.year}", settings.first_case_number)
    return f"{settings.case_prefix}-{turn.today.year}-{number:02d}"


def _signal_numbers(answers: Mapping[str, Any]) -> list[int]:
    chosen = (answers.get("signals") or {}).get("choices", ())
    return [int(key.removeprefix("c")) for key in chosen if key.removeprefix("c").isdigit()]


def link_signal(turn: Turn, number: int, code: str) -> None:
    """`koppel C-3 aan VW-2026-03`."""
    if not turn.has_role(Role.PROCESS_LEAD):
        turn.say(Message("cases.only_lead"))
        return
    case = cases.by_code(turn.tx, turn.tenant.id, code)
    signal = contributions.by_number(turn.tx, turn.tenant.id, number)
    if case is None or case.status not in process.RUNNING:
        turn.say(Message("cases.unknown", {"case": code.upper()}))
        return
    if signal is None or signal.form != "1.signal":
        turn.say(Message("signal.unknown", {"number": number}))
        return
    contributions.link(turn.tx, turn.tenant.id, number, case.id, turn.now)
    turn.note("signal_linked", f"contribution:{number}", f"case:{case.id}")
    turn.say(Message("signal.linked", {"number": number, "case": case.code}), case_id=case.id)
