"""The exits of a step, offered and begun; `decisions.py` takes them."""

from __future__ import annotations

from bot.turns import decisions, dialogs, keeping
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Content, Message, Phrase, Value
from conversations.process import case as process
from storage import cases
from storage.prepared import Row


def offer(turn: Turn, case: Row) -> None:
    """Show the exits of the step where the case is, and what is still missing before some of them."""
    record = cases.record(case, turn.tenant.zone)
    if record.status not in process.RUNNING:
        turn.say(Message("cases.exit.case_is_closed"))
        return
    step = turn.tenant.steps[case.step]
    mine = [way for way in step.exits if turn.me.roles & set(way.may)]
    if not mine:
        turn.say(Message("cases.exit.not_yours"))
        return
    choices = tuple(
        Choice(
            f"k{case.id}:exit:{way.id}", Content(f"exit.{step.id}.{way.id}.label"), "primary" if place == 0 else "plain"
        )
        for place, way in enumerate(mine)
    )
    values: dict[str, Value] = {"case": case.code, "step": Content(f"step.{step.id}.name")}
    turn.say(Message("cases.exit.offer", values, choices), case_id=case.id)


def begin(turn: Turn, case: Row, exit_id: str) -> None:
    """Start the decision form for an exit, unless something stands in the way."""
    step = turn.tenant.steps[case.step]
    way = step.exit(exit_id)
    if way is None:
        turn.say(Message("cases.exit.other_step", {"case": case.code, "step": Content(f"step.{step.id}.name")}))
        return
    if decisions.is_stopped(turn, case, step, way):
        return
    status = process.take(way, cases.record(case, turn.tenant.zone)).status
    if status not in process.RUNNING:
        keeping.ask_before(turn, case, status)
    if not way.is_decision:
        confirm = Choice(f"k{case.id}:move:{way.id}", Phrase("cases.choice.move"), "primary")
        values: dict[str, Value] = {"case": case.code, "exit": Content(f"exit.{step.id}.{way.id}.label")}
        turn.say(Message("cases.exit.confirm_move", values, (confirm,)), case_id=case.id)
        return
    subject = {"exit": f"{step.id}.{way.id}", "case": case.id}
    dialogs.open_form(turn, "shared.decision", case_id=case.id, subject=subject)


def move(turn: Turn, case: Row, exit_id: str) -> None:
    """Move the case on by an exit that is no decision, unless something stands in the way by now."""
    step = turn.tenant.steps[case.step]
    way = step.exit(exit_id)
    if way is None or way.is_decision:
        turn.say(Message("cases.exit.other_step", {"case": case.code, "step": Content(f"step.{step.id}.name")}))
    elif not decisions.is_stopped(turn, case, step, way):
        decisions.move_on(turn, case, step, way)
