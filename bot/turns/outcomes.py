"""What a confirmed form becomes: a contribution, a signal, a case, a decision, an action …"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.turns import (
    agenda_points,
    decisions,
    live,
    minutes,
    opening,
    oversight,
    planning,
    pseudonyms,
    records,
    reviews,
    signing,
    steps,
    table_only,
)
from bot.turns.turn import Turn
from conversations import deadlines
from conversations.dialog.messages import Choice, Content, Exhibit, Message, Phrase, Value
from conversations.process.workflow import Form, Outcome, Role, Visibility
from storage import cases, contributions
from storage.prepared import Row


def may_deliver(turn: Turn, row: Row) -> bool:
    """Whether what was filled in can still be taken; otherwise the member is told why, and the draft stays."""
    if row.status == "delivered":
        turn.say(Message("dialog.delivered_already"))
        return False
    if pseudonyms.is_stopped(turn, row):
        return False
    if row.supersedes is not None:
        return _is_newest(turn, row.supersedes)
    if row.assignment_id is None:
        return True
    if row.assignment_status == "in":
        number = contributions.number_of(turn.tx, row.assignment_id) or 0
        turn.say(Message("task.answered_by_colleague", {"number": number}, (change_choice(number),)))
        return False
    if row.assignment_status == "closed":
        turn.say(Message("task.closed", {"case": row.case_code or ""}), case_id=row.case_id)
        return False
    return True


def _is_newest(turn: Turn, contribution_id: int) -> bool:
    """Whether nobody else made the next version of what is changed here."""
    changed = contributions.by_id(turn.tx, contribution_id)
    newest = contributions.by_number(turn.tx, turn.tenant.id, changed.number) if changed is not None else None
    if newest is None or newest.id == contribution_id:
        return newest is not None
    turn.say(Message("contribution.changed_meanwhile", {"number": newest.number}, (change_choice(newest.number),)))
    return False


def change_choice(number: int) -> Choice:
    """The button that opens a contribution again."""
    return Choice(f"c{number}:change", Phrase("dialog.choice.change"))


def deliver(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """Keep the confirmed answers and do what the form is for."""
    _OUTCOMES[form.outcome](turn, row, form, answers, skipped)


def _contribution(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    number, version = _store(turn, row, answers)
    if row.assignment_id is not None:
        _settle(turn, row.assignment_id, "in")
    after = records.AFTER.get(row.form)
    if after is not None:
        after(turn, row, answers, number)
    _receipt(turn, row, form, number, version, skipped)


def _store(turn: Turn, row: Row, answers: Mapping[str, Any]) -> tuple[int, int]:
    earlier = contributions.by_id(turn.tx, row.supersedes) if row.supersedes else None
    assignment = cases.assignment(turn.tx, row.assignment_id) if row.assignment_id else None
    is_late = earlier.is_late if earlier else assignment is not None and _is_late(turn, assignment)
    stay_id = earlier.stay_id if earlier else (assignment.stay_id if assignment else None)
    version = earlier.version + 1 if earlier else 1
    _, number = contributions.add(
        turn.tx, municipality_id=turn.tenant.id, answers=answers, number=earlier.number if earlier else None,
        version=version, case_id=row.case_id, stay_id=stay_id, assignment_id=row.assignment_id, dialog_id=row.id,
        form=row.form, partner_id=turn.me.partner_id, member_id=turn.me.member_id, confirmed_at=turn.now,
        is_late=is_late, stays_at_table=table_only.is_kept_here(turn, row),
    )  # fmt: skip
    turn.note("contributed", f"contribution:{number}", f"version {version}, {row.form}")
    return number, version


def _is_late(turn: Turn, assignment: Row) -> bool:
    return turn.now > deadlines.moment(assignment.due_on, assignment.due_time, turn.tenant.zone)


def _settle(turn: Turn, assignment_id: int, status: str) -> None:
    """The assignment is answered; where one answer is enough, nobody else need answer; the card shows it."""
    assignment = cases.assignment(turn.tx, assignment_id)
    if assignment is None:
        return
    turn.tx.run(cases.CHANGE_ASSIGNMENT, which=assignment.id, status=status, delivered_at=turn.now)
    if assignment.kind == "one_of" and status == "in":
        cases.settle_others(turn.tx, assignment.task_id, "closed")
    if all(one.status != "open" for one in cases.of_task(turn.tx, assignment.task_id)):
        turn.tx.run(cases.CHANGE_TASK, which=assignment.task_id, status="done")
    steps.post_card(turn, assignment.task_id)


def _receipt(turn: Turn, row: Row, form: Form, number: int, version: int, skipped: tuple[str, ...]) -> None:
    values: dict[str, Value] = {
        "number": number,
        "version": version,
        "readers": Phrase("agreement.readers_here") if table_only.is_kept_here(turn, row) else _readers(form, turn),
        "title": Content(f"{row.form}.title"),
    }
    name = "receipt.stored" if row.case_id is not None else "receipt.signal"
    if row.case_id is not None:
        values["case"] = row.case_code
    if skipped:
        values["skipped"] = len(skipped)
        name += "_incomplete"
    turn.say(
        Message(name, values, (change_choice(number),), exhibit=Exhibit("receipt", row.id)),
        dialog_id=row.id,
        case_id=row.case_id,
    )
    turn.say(*_next_task(turn))


def _readers(form: Form, turn: Turn) -> Phrase:
    """Who can read this: the widest circle of its questions, and whether parts go to a smaller one."""
    circles = {question.visibility for question in form.questions}
    widest = next(one for one in Visibility if one in circles)
    name = f"receipt.readers.{widest.value}"
    return Phrase(name if len(circles) == 1 else f"{name}_partly")


def _next_task(turn: Turn) -> tuple[Message]:
    """What is still to do for this member, or that all is done."""
    waiting = [one for one in cases.open_for(turn.tx, turn.me.partner_id) if steps.is_answerer(turn.me, Role(one.role))]
    if not waiting:
        return (Message("task.all_done"),)
    first = waiting[0]
    choice = Choice(f"t{first.task_id}:private", Content(f"task.{first.step}.{first.task}.title"), "primary")
    return (Message("task.next", {"n": len(waiting), "case": first.case_code, "day": first.due_on}, (choice,)),)


def _signal(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    number, version = _store(turn, row, answers)
    _receipt(turn, row, form, number, version, skipped)
    if version > 1:
        return
    values: dict[str, Value] = {"number": number, "partner": turn.me.partner_name}
    message = Message("signal.arrived", values, (Choice("signals", Phrase("signal.choice.overview"), "primary"),))
    turn.tell_all([one for one in turn.leads() if one.member_id != turn.me.member_id], message)


def nothing_to_report(turn: Turn, row: Row) -> None:
    """The partner has nothing for this task; it counts as answered and is shown as such."""
    report_nothing(turn, row.assignment_id)


def report_nothing(turn: Turn, assignment_id: int) -> None:
    """The same, without a form that was opened for it."""
    assignment = cases.assignment(turn.tx, assignment_id)
    task = cases.task(turn.tx, assignment.task_id) if assignment is not None else None
    if assignment is None or task is None:
        return
    _settle(turn, assignment_id, "nothing")
    turn.note("nothing_to_report", f"assignment:{assignment_id}")
    undo = Choice(f"t{task.id}:private", Phrase("task.choice.answer_after_all"))
    turn.say(Message("receipt.nothing", {"case": task.case_code}, (undo,)), case_id=task.case_id)


def _waiver(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    assignment = cases.assignment(turn.tx, int(row.subject["assignment"]))
    if not turn.has_role(Role.PROCESS_LEAD) or assignment is None or assignment.status != "open":
        turn.say(Message("waiver.too_late"))
        return
    turn.tx.run(
        cases.CHANGE_ASSIGNMENT, which=assignment.id, status="waived", waiver=str(answers["reason"]), delivered_at=None
    )
    turn.note("waived", f"assignment:{assignment.id}")
    if all(one.status != "open" for one in cases.of_task(turn.tx, assignment.task_id)):
        turn.tx.run(cases.CHANGE_TASK, which=assignment.task_id, status="done")
    steps.post_card(turn, assignment.task_id)
    title = Content(f"task.{assignment.step}.{assignment.task}.title")
    told = Message("waiver.told", {"title": title, "case": row.case_code or ""})
    asked = steps.answerers(turn, assignment.partner_id, Role(assignment.role))
    turn.tell_all([one for one in asked if one.member_id != turn.me.member_id], told, case_id=row.case_id)
    turn.say(Message("waiver.done", {"title": title, "case": row.case_code or ""}), case_id=row.case_id)


def _work(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    from bot.turns import nudging  # noqa: PLC0415 -- it reports that there is nothing to tell, which is here

    take = nudging.not_mine if form.outcome is Outcome.NOT_MINE else nudging.new_date
    take(turn, row, form, answers, skipped)


_OUTCOMES: Mapping[Outcome, Callable[[Turn, Row, Form, Mapping[str, Any], tuple[str, ...]], None]] = {
    Outcome.CONTRIBUTION: _contribution,
    Outcome.SIGNAL: _signal,
    Outcome.CASE: opening.open_case,
    Outcome.DECISION: decisions.take_exit,
    Outcome.WAIVER: _waiver,
    Outcome.TRACK: records.track,
    Outcome.REMOVE_CODE: pseudonyms.remove,
    Outcome.ACTION: records.new_action,
    Outcome.ACTION_UPDATE: records.update_action,
    Outcome.MEETING: live.record,
    Outcome.NEW_DATE: _work,
    Outcome.NOT_MINE: _work,
    Outcome.SIGN_OFF: signing.sign_by_form,
    Outcome.AMENDMENT: minutes.amend,
    Outcome.AGENDA_ITEM: agenda_points.from_form,
    Outcome.AGENDA_POINT: agenda_points.filled,
    Outcome.AGENDA_REASON: agenda_points.dropped,
    Outcome.REVIEW: reviews.given,
    Outcome.PLANNING: planning.from_form,
    Outcome.OVERSIGHT: oversight.from_form,
}
