"""What time brings: reminders, overdue tasks, rounds before a meeting, review dates. Everything is looked at again at
the moment itself: what was done meanwhile is not mentioned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.turns import covenant_moments, steps
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Content, Listing, Message, Phrase, Value
from conversations.process.case import RUNNING
from conversations.process.workflow import Role
from storage import cases, meetings, members, registers
from storage.prepared import Row


def bring(turn: Turn, row: Row) -> None:
    """Do what a due row is for."""
    _MOMENTS[row.kind](turn, row)


def _open_assignments(turn: Turn, task_id: int) -> tuple[Row | None, list[Row]]:
    task = cases.task(turn.tx, task_id)
    if task is None or task.status != "open":
        return None, []
    return task, [one for one in cases.of_task(turn.tx, task_id) if one.status == "open"]


def _reminder(turn: Turn, row: Row) -> None:
    """On the due day: who has not answered."""
    _remind(turn, row.subject_id, "task.reminder")


def _remind(turn: Turn, task_id: int, message_id: str) -> None:
    task, missing = _open_assignments(turn, task_id)
    if task is None:
        return
    button = Choice(f"t{task.id}:private", Phrase("task.choice.start"), "primary")
    values: dict[str, Value] = {
        "title": Content(f"task.{task.step}.{task.task}.title"), "case": task.case_code, "day": task.due_on,
    }  # fmt: skip
    for one in missing:
        people = steps.answerers(turn, one.partner_id, Role(one.role))
        turn.tell_all(people, Message(message_id, values, (button,)), case_id=task.case_id)


def _overdue(turn: Turn, row: Row) -> None:
    """Two working days later: the owners once more, and the process lead sees who is missing."""
    _remind(turn, row.subject_id, "task.overdue")
    task, missing = _open_assignments(turn, row.subject_id)
    if task is None or not missing:
        return
    names = {one.id: one.name for one in members.partners(turn.tx, turn.tenant.id, turn.today)}
    waive = tuple(
        Choice(f"w{one.id}:waive", Phrase("waiver.choice", {
            "partner": names[one.partner_id], "task": Content(f"task.{task.step}.{task.task}.title"),
        }))
        for one in missing
    )  # fmt: skip
    values: dict[str, Value] = {
        "title": Content(f"task.{task.step}.{task.task}.title"), "case": task.case_code, "day": task.due_on,
        "partners": Listing(tuple(names[one.partner_id] for one in missing)),
    }  # fmt: skip
    turn.tell_all(turn.leads(), Message("task.missing", values, waive), case_id=task.case_id)


def _round(turn: Turn, row: Row) -> None:
    """Some working days before a meeting: ask what is asked before each meeting of that kind."""
    meeting = meetings.by_id(turn.tx, row.subject_id)
    if meeting is None or meeting.status == "closed":
        return
    for case in cases.all_cases(turn.tx, turn.tenant.id):
        stay = cases.stay_now(turn.tx, case.id)
        if case.status in RUNNING and stay is not None:
            steps.open_round(turn, case.id, turn.tenant.steps[case.step], stay.id, meeting)


def _review_soon(turn: Turn, row: Row) -> None:
    """Some working days before a review date: there is time to put it on an agenda."""
    _tell_review(turn, row, "decisions.review_soon")


def _review(turn: Turn, row: Row) -> None:
    """The day a decision said to look again."""
    _tell_review(turn, row, "decisions.review")


def _tell_review(turn: Turn, row: Row, message_id: str) -> None:
    decision = registers.decision(turn.tx, row.subject_id, turn.tenant.zone)
    if decision is None or decision.review_on is None:
        return
    case = cases.by_id(turn.tx, decision.case_id) if decision.case_id is not None else None
    choices = () if case is None else (Choice(f"k{case.id}:status", Phrase("cases.choice.status"), "primary"),)
    values: dict[str, Value] = {
        "number": decision.number, "case": case.code if case is not None else "–", "day": decision.review_on,
    }  # fmt: skip
    turn.tell_all(turn.leads(), Message(message_id, values, choices), case_id=decision.case_id)


def _meeting(turn: Turn, row: Row) -> None:
    """The morning of a meeting: the chair is offered the agenda."""
    meeting = meetings.by_id(turn.tx, row.subject_id)
    if meeting is None or meeting.status == "closed":
        return
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    button = Choice(f"m{meeting.id}:agenda", Phrase("meeting.choice.agenda"), "primary")
    values: dict[str, Value] = {"kind": Content(f"meeting.{meeting.kind}.name"), "at": meeting.starts_at}
    chairs = members.with_role(turn.people(), kind.chair, Role.PROCESS_LEAD)
    turn.tell_all(chairs, Message("meeting.soon", values, (button,)))


_MOMENTS: Mapping[str, Callable[[Turn, Row], None]] = {
    "reminder": _reminder,
    "overdue": _overdue,
    "open_round": _round,
    "review": _review,
    "review_soon": _review_soon,
    "meeting": _meeting,
    covenant_moments.KIND: covenant_moments.covenant_ends,
}
