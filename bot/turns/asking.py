"""`mag dit …`: anybody asks the gate about a text, a case or a step. Nothing of it is kept."""

from __future__ import annotations

import re

from bot.turns import capturing, dialogs, refusing, registers
from bot.turns.turn import Turn
from conversations.dialog.messages import Content, Message, Phrase, Value
from conversations.privacy import gate
from conversations.process.case import CODE
from conversations.process.workflow import DataLevel, Role
from storage.prepared import Row

_IN_CASE = re.compile(rf"^(?:(?:in|bij|over|about)\s+)?({CODE})\s*(?:[:,]\s*(.+)|\??)$", re.DOTALL)
_IN_STEP = re.compile(r"^(?:(?:in|bij|over|about)\s+)?(?:stap|step)\s+(\d[A-Za-z]?)\s*\??$", re.IGNORECASE)


def ask_gate(turn: Turn, argument: str = "") -> None:
    """`mag dit: …`, `mag dit in VW-2026-03?`, `mag dit in VW-2026-03: …`, `mag dit in stap 2B?`."""
    if not argument:
        turn.say(Message("gate.how_to_ask"))
    elif found := _IN_STEP.match(argument):
        _step(turn, found[1].upper())
    elif found := _IN_CASE.match(argument):
        _case(turn, found[1], found[2])
    else:
        _answer(turn, capturing.inspect_line(turn, argument))


def _answer(turn: Turn, refusal: gate.Refusal | None) -> None:
    if refusal is None:
        turn.say(Message("gate.fits"))
    else:
        dialogs.refuse(turn, refusal.kinds, refusal.bound)


def _step(turn: Turn, step_id: str) -> None:
    step = turn.tenant.steps.get(step_id)
    if step is None:
        turn.say(Message("gate.how_to_ask"))
        return
    values: dict[str, Value] = {
        "step": Content(f"step.{step_id}.name"), "level": _named(step.data_level),
        "privacy": Content(f"step.{step_id}.privacy"), "ask": refusing.ask(turn, Role.PROCESS_LEAD),
    }  # fmt: skip
    turn.say(Message("agreement.in_step", values))


def _case(turn: Turn, code: str, text: str | None) -> None:
    case = next((row for row in registers.visible_cases(turn) if row.code.casefold() == code.casefold()), None)
    if case is None:
        turn.say(Message("cases.unknown", {"case": code.upper()}))
        return
    verdict = turn.level(turn.tenant.steps[case.step], may_pseudonyms=bool(case.may_pseudonyms))
    if text is None:
        _verdict(turn, case, verdict)
        return
    names = turn.tenant.settings.detector_words
    _answer(turn, gate.inspect(text, level=verdict.level, bound=verdict.bound, names=names))


def _verdict(turn: Turn, case: Row, verdict: gate.Verdict) -> None:
    values: dict[str, Value] = {
        "case": case.code,
        "step": Content(f"step.{case.step}.name"),
        "level": _named(verdict.level),
    }
    if verdict.level >= DataLevel.PSEUDONYM:
        turn.say(Message("agreement.here_all", {**values, "ask": refusing.ask(turn, Role.PRIVACY_OFFICER)}))
    else:
        turn.say(Message("agreement.here", {**values, **refusing.because(turn, verdict.bound)}))


def _named(level: DataLevel) -> Phrase:
    return Phrase(f"agreement.level.{level.name.lower()}")
