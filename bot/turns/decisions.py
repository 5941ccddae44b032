"""Taking an exit: the decision that ends a stay in a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.turns import keeping, records, steps
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Content, Message, Phrase, Value
from conversations.process import case as process
from conversations.process.workflow import Exit, Form, Role, Step
from conversations.records import AssignmentRecord, CaseRecord
from storage import cases, meetings, registers
from storage.prepared import Row


def is_stopped(turn: Turn, case: Row, step: Step, way: Exit) -> bool:
    """Whether something stands in the way of an exit; then each reason is said, with a button to waive what can be."""
    record = cases.record(case, turn.tenant.zone)
    waiting = _waiting(turn, case, step, way)
    stays = cases.stays(turn.tx, case.id, turn.tenant.zone)
    reasons = list(process.refusals(way, record, turn.me.roles, waiting, stays))
    if way.effect == "permit_pseudonyms" and not turn.tenant.has_retention(turn.today):
        reasons.append(Phrase("cases.exit.retention_unset"))
    if not reasons:
        return False
    choices = tuple(_waive_choice(turn, item) for item in waiting) if turn.has_role(Role.PROCESS_LEAD) else ()
    for reason in reasons[:-1]:
        turn.say(Message(reason.id, reason.values), case_id=case.id)
    turn.say(Message(reasons[-1].id, reasons[-1].values, choices), case_id=case.id)
    return True


def _waiting(turn: Turn, case: Row, step: Step, way: Exit) -> list[AssignmentRecord]:
    stay = cases.stay_now(turn.tx, case.id)
    listed = cases.assignments(turn.tx, case.id, turn.tenant.zone)
    return process.still_open(step, way, [item for item in listed if stay is not None and item.stay_id == stay.id])


def _waive_choice(turn: Turn, item: AssignmentRecord) -> Choice:
    names = turn.partner_names()
    label = Phrase(
        "waiver.choice", {"partner": names[item.partner_id], "task": Content(f"task.{item.step}.{item.task}.title")}
    )
    return Choice(f"w{item.id}:waive", label)


def take_exit(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """Record the decision and move the case."""
    case = cases.by_id(turn.tx, row.case_id)
    step_id, _, exit_id = str(row.subject["exit"]).partition(".")
    if case is None or case.step != step_id:
        turn.say(Message("cases.exit.moved_on", {"case": row.case_code or ""}))
        return
    step = turn.tenant.steps[step_id]
    way = step.exit(exit_id)
    if way is None or is_stopped(turn, case, step, way):
        return
    record = cases.record(case, turn.tenant.zone)
    change = process.take(way, record)
    meeting = _meeting_now(turn, way.body, case.id)
    decision_id, number = registers.add_decision(
        turn.tx, municipality_id=turn.tenant.id, case_id=case.id, meeting_id=meeting, body=way.body, from_step=step.id,
        to_step=change.enters, exit=f"{step.id}.{way.id}", text=str(answers["text"]),
        reason=str(answers.get("reason", "")),
        conditions=str(answers.get("conditions", "")), effect=_effect(way, record), member_id=turn.me.member_id,
        reference=str(answers.get("reference", "")), dissent=_dissent(answers), decided_at=turn.now,
        review_on=date.fromisoformat(answers["review_on"]) if "review_on" in answers else None,
    )  # fmt: skip
    turn.note("decided", f"decision:{decision_id}", f"{number} {step.id}.{way.id}")
    if "review_on" in answers:
        plan_review(turn, decision_id, date.fromisoformat(answers["review_on"]))
    _tell(turn, case, number, way, step)
    _move(turn, case, way, change, answers, number)


def move_on(turn: Turn, case: Row, step: Step, way: Exit) -> None:
    """Take an exit that is no decision: the case moves, and the audit says who moved it."""
    change = process.take(way, cases.record(case, turn.tenant.zone))
    turn.note("moved", f"case:{case.id}", f"{step.id}.{way.id}")
    _tell(turn, case, "", way, step)
    _move(turn, case, way, change, {}, "")


def plan_review(turn: Turn, decision_id: int, day: date) -> None:
    """Let time bring a decision back on its review date, and announce that some working days before."""
    soon = turn.tenant.calendar.add_working_days(day, -turn.tenant.settings.review_days)
    if soon > turn.today:
        steps.plan(turn, "review_soon", decision_id, soon)
    steps.plan(turn, "review", decision_id, day)


def _effect(way: Exit, case: CaseRecord) -> str:
    """What the decision does to the data level; erasing codes that never were is nothing."""
    if way.effect == "remove_pseudonyms" and not case.may_pseudonyms:
        return "none"
    return way.effect


def _dissent(answers: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"partner": str(one["partner"]["choice"]), "words": str(one["words"])}
        for one in answers.get("dissent", ())
        if "partner" in one and "words" in one
    ]


def _meeting_now(turn: Turn, body: str, case_id: int) -> int | None:
    """The meeting of this body that is going on: the one that is at this case, in whichever room, else the last."""
    going_on = meetings.open_of(turn.tx, turn.tenant.id, body)
    at_case = (row for row in going_on if row.item_case_id == case_id)
    chosen = next(at_case, going_on[0] if going_on else None)
    return None if chosen is None else int(chosen.id)


def _tell(turn: Turn, case: Row, number: str, way: Exit, step: Step) -> None:
    """Everybody at the table hears that there is a decision (what it says is in the register) or that it moved."""
    values: dict[str, Value] = {"case": case.code, "exit": Content(f"exit.{step.id}.{way.id}.label")}
    name = "cases.decided" if number else "cases.moved"
    if number:
        values["number"] = number
    message = Message(name, values, (Choice(f"k{case.id}:status", Phrase("cases.choice.status")),))
    turn.say(message, case_id=case.id)
    room = steps.room_of(turn, case.id)
    if room is not None and room.address != turn.here.address:
        turn.post(room, Message(name, values), case_id=case.id)


def _move(
    turn: Turn, case: Row, way: Exit, change: process.CaseChange, answers: Mapping[str, Any], number: str
) -> None:
    stays_here = change.enters is None and change.status in process.RUNNING
    updates: dict[str, Any] = {"status": change.status, "may_pseudonyms": change.may_pseudonyms}
    if change.enters is not None:
        updates["step"] = change.enters
    if change.status not in process.RUNNING:
        updates["closed_at"] = turn.now
    if "case" in answers:
        other = cases.by_code(turn.tx, turn.tenant.id, answers["case"]["choice"])
        updates["merged_into"] = other.id if other else None
        if other is not None:
            _merge_signals(turn, case, other)
    turn.tx.run(cases.CHANGE_CASE, which=case.id, **updates)
    if change.removes_pseudonyms:
        _forget_pseudonyms(turn, case.id)
    if change.status not in process.RUNNING:
        keeping.say_planned(turn, case, change.status)
    if stays_here:
        return
    _leave(turn, case, way, is_last=change.enters is None)
    if way.id == "adopted":
        records.adopt_plan(turn, case.id, number)
    if change.enters is not None:
        steps.enter(turn, case.id, change.enters)


def _leave(turn: Turn, case: Row, way: Exit, *, is_last: bool) -> None:
    stay = cases.stay_now(turn.tx, case.id)
    if stay is None:
        return
    turn.tx.run(cases.CHANGE_STAY, which=stay.id, left_at=turn.now, exit=f"{case.step}.{way.id}")
    lasting = {task.id for task in turn.tenant.steps[case.step].tasks if task.outlasts_step}
    for task in _tasks(turn, case, stay.id, is_last=is_last):
        if task.status == "open" and (is_last or task.task not in lasting):
            cases.settle_others(turn.tx, task.id, "closed")
            turn.tx.run(cases.CHANGE_TASK, which=task.id, status="closed")
            steps.post_card(turn, task.id)


def _tasks(turn: Turn, case: Row, stay_id: int, *, is_last: bool) -> Sequence[Row]:
    """The tasks of this stay; when the case leaves the process, those of every stay."""
    if not is_last:
        return cases.tasks_of_stay(turn.tx, stay_id)
    return [
        task
        for stay in cases.stays(turn.tx, case.id, turn.tenant.zone)
        for task in cases.tasks_of_stay(turn.tx, stay.id)
    ]


def _forget_pseudonyms(turn: Turn, case_id: int) -> None:
    removed = cases.forget_pseudonyms(turn.tx, case_id)
    tracks = registers.forget_tracks(turn.tx, case_id)
    if removed or tracks:
        turn.tx.insert(
            records.ADD_TOMBSTONE, municipality_id=turn.tenant.id, kind="pseudonyms", subject=f"case:{case_id}",
            rule="exit", removed_at=turn.now,
        )  # fmt: skip
        turn.note("pseudonyms_removed", f"case:{case_id}", f"{removed} codes, {tracks} tracks")


def _merge_signals(turn: Turn, case: Row, other: Row) -> None:
    records.move_signals(turn, case.id, other.id)
