"""A case entering a step: its tasks open, are announced once, and time knows when to remind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, cast

from bot.turns.turn import Turn
from conversations import deadlines
from conversations.dialog.messages import Choice, Content, Exhibit, Message, Phrase, Value
from conversations.privacy.gate import fits_place
from conversations.process import case as process
from conversations.process import seats
from conversations.process.workflow import DataLevel, Form, Role, Step, Task
from conversations.records import PartnerRecord
from conversations.spoken import spoken
from storage import cases, meetings, members, queue, registers
from storage.members import Person
from storage.prepared import Row

DUE_TIME = "17:00"
REMINDER_TIME = "09:00"


def enter(turn: Turn, case_id: int, step_id: str) -> None:
    """Start a stay in a step: open its tasks and tell who is asked something."""
    stay = turn.tx.insert(
        cases.ADD_STAY, municipality_id=turn.tenant.id, case_id=case_id, step=step_id, entered_at=turn.now
    )
    step = turn.tenant.steps[step_id]
    opened = [
        open_task(turn, case_id, stay, step, task, due_on=_due_on(turn, task)) for task in process.opening_tasks(step)
    ]
    announce(turn, case_id, [one for one in opened if one is not None])
    for meeting_kind in {str(task.meeting) for task in step.tasks if task.opens == "before_meeting"}:
        open_round_if_near(turn, case_id, step, stay, meeting_kind)


def _due_on(turn: Turn, task: Task) -> date:
    if task.on is not None:
        return deadlines.yearly_day(task.on, turn.today, turn.tenant.calendar)
    return turn.tenant.calendar.add_working_days(turn.today, task.term)


def settle_owners(turn: Turn, task: Task, task_id: int) -> None:
    """A task that is somebody's by name is theirs, and nobody answers on a day off of their organisation."""
    named = {one.partner_id: one.member_id for one in turn.people() if one.code in task.members}
    for row in cases.of_task(turn.tx, task_id):
        day = turn.calendar_of(row.partner_id).next_working_day(row.due_on)
        changes: dict[str, Any] = {"member_id": named[row.partner_id]} if row.partner_id in named else {}
        if day != row.due_on and turn.tenant.calendar.is_working_day(row.due_on):
            changes["due_on"] = day
        if changes:
            turn.tx.run(cases.CHANGE_ASSIGNMENT, which=row.id, **changes)


def open_task(
    turn: Turn, case_id: int, stay_id: int, step: Step, task: Task, *, due_on: date, round_: int = 1,
    meeting_id: int | None = None,
) -> int | None:  # fmt: skip
    """Ask a task of everybody at the table whom it concerns; None when that is nobody."""
    asked = _asked(turn, case_id, task)
    if _is_about_actions(step, task):
        asked = [(partner, role) for partner, role in asked if _has_actions(turn, case_id, partner.id)]
    if not asked:
        return None
    task_id = cases.new_task(
        turn.tx, town=turn.tenant.id, case_id=case_id, stay_id=stay_id, due_on=due_on, now=turn.now,
        asks=[(partner.id, role.value) for partner, role in asked], step=step.id, task=task.id,
        form=f"{step.id}.{task.form}", kind=task.kind, is_required=task.required, round=round_, meeting_id=meeting_id,
        due_time=DUE_TIME,
    )  # fmt: skip
    settle_owners(turn, task, task_id)
    post_card(turn, task_id)
    return task_id


def _plan(turn: Turn, kind: str, subject_id: int, day: date, time: str) -> None:
    due_at = deadlines.moment(day, time, turn.tenant.zone)
    queue.plan(
        turn.tx, municipality_id=turn.tenant.id, kind=kind, subject_id=subject_id, day=day, time=time, due_at=due_at
    )


def plan(turn: Turn, kind: str, subject_id: int, day: date, time: str = REMINDER_TIME) -> None:
    """Let time bring something back on a day (municipality's clock)."""
    _plan(turn, kind, subject_id, day, time)


def _asked(turn: Turn, case_id: int, task: Task) -> list[tuple[PartnerRecord, Role]]:
    at_table = cases.table_of(turn.tx, case_id)
    partners = [one for one in members.partners(turn.tx, turn.tenant.id, turn.today) if one.id in at_table]
    if task.partners:
        partners = [one for one in partners if one.code in task.partners]
    if task.members:
        theirs = {one.partner_id for one in turn.people() if one.code in task.members}
        return [(one, one.role) for one in partners if one.id in theirs]
    lead = next(iter(turn.leads()), None)
    return process.partners_for(task, partners, lead.partner_id if lead else None)


def _is_about_actions(step: Step, task: Task) -> bool:
    form = next(form for form in step.forms if form.id == task.form)
    return any(question.rows_from == "actions" for question in form.questions)


def _has_actions(turn: Turn, case_id: int, partner_id: int) -> bool:
    return any(
        one.partner_id == partner_id and one.status not in {"done", "dropped"}
        for one in registers.actions_of(turn.tx, case_id)
    )


def announce(turn: Turn, case_id: int, task_ids: Iterable[int]) -> None:
    """Tell every member who is asked something, once, with a button for each task."""
    asked: dict[int, list[int]] = {}
    task_ids = list(task_ids)
    for task_id in task_ids:
        for row in cases.of_task(turn.tx, task_id):
            people = answerers(turn, row.partner_id, Role(row.role))
            for person in [one for one in people if one.member_id == row.member_id] or people:
                asked.setdefault(person.member_id, []).append(task_id)
    case = cases.by_id(turn.tx, case_id)
    for person in turn.people():
        tasks = asked.get(person.member_id)
        if tasks and case is not None:
            turn.tell(person, _new_tasks(turn, case, tasks), case_id=case_id)
    _warn_of_lost(turn, task_ids)


def _warn_of_lost(turn: Turn, task_ids: Iterable[int]) -> None:
    """What is asked of an organisation in which nobody can be reached: the process lead hears that at once."""
    from bot.turns import reaching  # noqa: PLC0415 -- it asks this module who answers

    partner_ids = {row.partner_id for task_id in task_ids for row in cases.of_task(turn.tx, task_id)}
    if partner_ids:
        reaching.warn(turn, partner_ids)


def _new_tasks(turn: Turn, case: Row, task_ids: list[int]) -> Message:
    choices = []
    for task_id in task_ids:
        task = cast("Row", cases.task(turn.tx, task_id))
        choices.append(Choice(f"t{task_id}:private", Content(f"task.{task.step}.{task.task}.title"), "primary"))
    first = cast("Row", cases.task(turn.tx, task_ids[0]))
    values: dict[str, Value] = {
        "case": case.code,
        "step": Content(f"step.{case.step}.name"),
        "n": len(task_ids),
        "day": spoken(first.due_on, turn.today, turn.tenant.calendar),
    }
    return Message("task.new", values, tuple(choices))


def answerers(turn: Turn, partner_id: int, role: Role) -> list[Person]:
    """The members who can answer for a partner in a role."""
    return [one for one in turn.people() if one.partner_id == partner_id and is_answerer(one, role)]


def is_answerer(person: Person, role: Role) -> bool:
    """Whether a role's tasks are this member's: a mayor or privacy officer is of the municipality, but its tasks are
    not theirs.
    """
    return role in person.roles and (role in seats.NOT_SENT or not person.roles & seats.NOT_SENT)


# --- the card ---------------------------------------------------------------------------------------------------------


def room_of(turn: Turn, case_id: int | None) -> Row | None:
    """The room where a case is spoken of."""
    case = cases.by_id(turn.tx, case_id) if case_id is not None else None
    return members.room(turn.tx, case.room_id) if case is not None and case.room_id is not None else None


def post_card(turn: Turn, task_id: int) -> None:
    """Hang the card of a task in the room of its case, or bring the one that hangs there up to date."""
    task = cases.task(turn.tx, task_id)
    room = room_of(turn, task.case_id) if task is not None else None
    if task is None or room is None:
        return
    card = queue.card(turn.tx, "task", task_id, room.platform, room.address)
    card_id = card.id if card else queue.add_card(
        turn.tx, municipality_id=turn.tenant.id, kind="task", subject_id=task_id, platform=room.platform,
        address=room.address,
    )  # fmt: skip
    turn.post(room, card_message(turn, task, room), case_id=task.case_id, card_id=card_id)


def card_message(turn: Turn, task: Row, room: Row) -> Message:
    """The card: what is asked is looked up when it is shown; the buttons say where it may be answered."""
    choices = [Choice(f"t{task.id}:private", Phrase("task.choice.private"), "primary")]
    form = turn.tenant.workflow.form(task.form)
    if fits_room(turn, form, task.step, room):
        choices.append(Choice(f"t{task.id}:thread", Phrase("task.choice.thread")))
    is_open = task.status == "open"
    values = {"case": task.case_code, "title": Content(f"task.{task.step}.{task.task}.title")}
    return Message("task.card", values, tuple(choices) if is_open else (), exhibit=Exhibit("task", task.id))


def fits_room(turn: Turn, form: Form, step_id: str, room: Row) -> bool:
    """Whether a form may be answered in the thread of its card in this room: who is in it decides, not only its
    ceiling.
    """
    present = [one for one in members.partners(turn.tx, turn.tenant.id, turn.today) if one.code in room.partners]
    has_guests = any(not one.is_signatory for one in present)
    ceiling = DataLevel.named(room.ceiling)
    return fits_place(form, turn.tenant.steps.get(step_id), ceiling, has_guests=has_guests)


# --- rounds before a meeting ------------------------------------------------------------------------------------------


def open_round(turn: Turn, case_id: int, step: Step, stay_id: int, meeting: Row) -> None:
    """Open the tasks that are asked before each meeting of this kind, once for this meeting."""
    day = turn.tenant.today(meeting.starts_at)
    earlier = [row for row in cases.tasks_of_stay(turn.tx, stay_id) if row.meeting_id is not None]
    number = 1 + len({row.meeting_id for row in earlier if row.meeting_id != meeting.id})
    opened = []
    for task in step.tasks:
        is_wanted = task.opens == "before_meeting" and task.meeting == meeting.kind
        if not is_wanted or cases.has_round(turn.tx, stay_id, task.id, meeting.id):
            continue
        due_on = turn.tenant.calendar.add_working_days(day, -task.term)
        made = open_task(
            turn, case_id, stay_id, step, task, due_on=max(due_on, turn.today), round_=number, meeting_id=meeting.id
        )
        if made is not None:
            opened.append(made)
            _close_earlier_rounds(turn, stay_id, task.id, made)
    announce(turn, case_id, opened)


def _close_earlier_rounds(turn: Turn, stay_id: int, task_id: str, newest: int) -> None:
    for row in cases.tasks_of_stay(turn.tx, stay_id):
        if row.task == task_id and row.id != newest and row.status == "open":
            cases.settle_others(turn.tx, row.id, "closed")
            turn.tx.run(cases.CHANGE_TASK, which=row.id, status="closed")
            post_card(turn, row.id)


def open_round_if_near(turn: Turn, case_id: int, step: Step, stay_id: int, kind: str) -> None:
    """A case that enters a step shortly before a meeting is asked for it still."""
    meeting = meetings.next_of(turn.tx, turn.tenant.id, kind, turn.now + timedelta(hours=1))
    if meeting is None:
        return
    usual = turn.tenant.workflow.meeting_kind(kind).tasks_open
    longest = max(task.opens_before or usual for task in step.tasks if task.opens == "before_meeting")
    opens_on = turn.tenant.calendar.add_working_days(turn.tenant.today(meeting.starts_at), -longest)
    if turn.today >= opens_on:
        open_round(turn, case_id, step, stay_id, meeting)
