"""A day on which a decision is looked at again, given afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.turns import agenda, dialogs, steps
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Message, Phrase
from conversations.process.workflow import Form
from conversations.records import DecisionRecord
from storage import meetings, registers
from storage.prepared import Row


def begin(turn: Turn, meeting: Row, decision_id: str) -> None:
    """The form for the day."""
    decision = _open(turn, int(decision_id)) if decision_id.isdigit() else None
    if not agenda.may_prepare(turn, meeting.kind):
        turn.say(Message("agenda.only_chair"))
    elif decision is None:
        turn.say(Message("agenda.review_gone"))
    elif dialogs.go_private(turn):
        subject = {"meeting": meeting.id, "decision": decision.id}
        dialogs.open_form(turn, "shared.review", subject=subject, case_id=decision.case_id)


def _open(turn: Turn, decision_id: int) -> DecisionRecord | None:
    """The decision, while it has no day yet."""
    listed = registers.decisions(turn.tx, turn.tenant.id, turn.tenant.zone)
    return next((one for one in listed if one.id == decision_id and one.review_on is None), None)


def given(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """Keep the day, and let time bring the decision back on it."""
    decision = _open(turn, int(row.subject["decision"]))
    meeting = meetings.by_id(turn.tx, int(row.subject["meeting"]))
    if decision is None or meeting is None or not agenda.may_prepare(turn, meeting.kind):
        turn.say(Message("agenda.review_gone"))
        return
    day = date.fromisoformat(answers["review_on"])
    turn.tx.run(registers.CHANGE_DECISION, which=decision.id, review_on=day)
    steps.plan(turn, "review", decision.id, day)
    turn.note("review_set", f"decision:{decision.id}")
    check = Choice(f"m{meeting.id}:check", Phrase("agenda.choice.check"), "primary")
    turn.say(Message("agenda.review_set", {"number": decision.number, "day": day}, (check,)), case_id=decision.case_id)
