"""A press on a button. Its key names what it is about; right, state and age are looked at again each time.

d12:…  dialog 12        t7:private|thread  task 7       k3:status|decide|exit:ID|move:ID|waive|round|ask:ID  case 3
w9:waive  assignment 9  c41:change  contribution C-41   x5:card|done|date|blocked|hand|to:MEMBER|away:PARTNER  action 5
h6:yes|no  handover 6   r3:REGISTER:PAGE  a register (of case 3; of all: 0)                 q8:KIND:PAGE  search 8
m2:undo:LINE|record:LINE|record_changed:LINE|decline:LINE  a line of meeting 2
m2:next:ITEM|push:ITEM|push_to:ITEM|scrap:ITEM|close|push_all|done_all|minutes|agenda   its agenda; what `table` has
m2:all|rest|card|here:CODE|who:CODE|STATE:CODE|stand_in:CODE                           its attendance
g41:3  link signal C-41 to case 3
n12:… nudge 12, y3:… what is asked of a process lead: see nudging.py   b4:undo  absence 4
   and its minutes: circulate|adopt|correct|standing|triangle|public            v4:agree|remark|object  version 4
u7:REASON  what looked like a name is none
o2:PART   page 2 of the audit trail    l3:card|describe|release|close|report  data breach 3
z3:card|decide|longer  request 3 of a person concerned
cmd:NAME  a command     signals  the overview of signals
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.turns import (
    absence,
    desk,
    dialogs,
    exits,
    live,
    meetings,
    minutes,
    nudging,
    opening,
    outcomes,
    overruling,
    oversight,
    planning,
    registers,
    signing,
    steps,
    table,
    table_only,
)  # fmt: skip
from bot.turns.turn import Turn
from conversations.dialog import commands, events
from conversations.dialog.commands import Command
from conversations.dialog.messages import Message
from conversations.dialog.state import DialogState
from conversations.process.workflow import Role
from storage import cases, contributions, handovers
from storage import dialogs as drafts
from storage import meetings as stored_meetings

_KEY = re.compile(r"^([a-z])(\d{1,18}):(.+)$", re.DOTALL)


def press(turn: Turn, key: str, picked: tuple[str, ...], values: Mapping[str, Any] | None) -> None:
    """Carry out what a key stands for."""
    if key == "signals":
        desk.signals(turn)
        return
    if key.startswith("cmd:") and key[4:] in desk.COMMANDS:
        desk.run(turn, Command(key[4:]))
        return
    found = _KEY.match(key)
    if found is None:
        turn.say(Message("dialog.unknown_button"))
        return
    if found[1] == "d":
        _dialog(turn, int(found[2]), found[3], picked, values)
        return
    if found[1] not in _PRESSES:
        turn.say(Message("dialog.unknown_button"))
        return
    _PRESSES[found[1]](turn, int(found[2]), found[3])


def _dialog(turn: Turn, dialog_id: int, rest: str, picked: tuple[str, ...], values: Mapping[str, Any] | None) -> None:
    row = drafts.by_id(turn.tx, dialog_id)
    if row is None or row.municipality_id != turn.tenant.id:
        turn.say(Message("dialog.gone"))
        return
    if row.member_id != turn.me.member_id:
        turn.say(Message("dialog.not_yours"))
        return
    if row.status == "delivered":
        turn.say(Message("dialog.delivered_already"))
        return
    if rest == "here" and table_only.toggle(turn, row):
        dialogs.resume(turn, row)
        return
    verb, _, asked_at = rest.partition("@")
    event = _event(verb if verb in {"back", "skip"} else rest, picked, values)
    if event is None:
        turn.say(Message("dialog.unknown_button"))
        return
    outdated = _outdated(row, event, asked_at)
    dialogs.take_up(turn, row)
    dialogs.apply(turn, row.id, outdated or event)


def _outdated(row: Any, event: events.Event, asked_at: str) -> events.Event | None:
    """What a press under an earlier question comes to: the engine says that it is one, and asks what is asked now.
    An old field does not replace the answer that came after it.
    """
    state = DialogState.from_json(row.state)
    if isinstance(event, events.WentBack | events.Skipped):
        return events.Picked(asked_at, ()) if asked_at and state.cell != asked_at else None
    if isinstance(event, events.Filled) and len(event.values) == 1:
        (name,) = event.values
        if "#" not in name and name != state.at and name in state.answers:
            return events.Picked(name, ())
    return None


def _event(rest: str, picked: tuple[str, ...], values: Mapping[str, Any] | None) -> events.Event | None:
    if rest.startswith("f:") or rest == "f":
        cell = rest[2:]
        if values is None:
            return events.Picked(cell, picked) if picked else None
        return events.Filled({cell if cell and len(values) == 1 else name: value for name, value in values.items()})
    event = commands.read_key(rest)
    if isinstance(event, events.Picked) and not event.options:
        return events.Picked(event.cell, picked)
    return event


def _task(turn: Turn, task_id: int, act: str) -> None:
    """Answer a task, in private or in the thread of its card."""
    task = cases.task(turn.tx, task_id)
    if task is None or task.municipality_id != turn.tenant.id:
        turn.say(Message("task.gone"))
        return
    assigned = [
        one
        for one in cases.of_task(turn.tx, task_id)
        if one.partner_id == turn.me.partner_id and turn.me in steps.answerers(turn, one.partner_id, Role(one.role))
    ]
    if not assigned:
        _privately(turn, Message("task.not_yours"))
        return
    assignment = assigned[0]
    if assignment.status == "in":
        number = contributions.number_of(turn.tx, assignment.id) or 0
        _privately(turn, Message("task.delivered", {"number": number}, (outcomes.change_choice(number),)))
        return
    if assignment.status in {"closed", "waived"} or task.status == "closed":
        _privately(turn, Message("task.closed", {"case": task.case_code}))
        return
    _begin(turn, task, assignment, act)


def _begin(turn: Turn, task: Any, assignment: Any, act: str) -> None:
    form = turn.tenant.workflow.form(task.form)
    if act == "thread" and turn.room is not None and not steps.fits_room(turn, form, task.step, turn.room):
        act = "private"
    if act == "thread":
        dialogs.go_to_thread(turn, task.id)
    elif not dialogs.go_private(turn):
        return
    if assignment.status == "nothing":
        turn.tx.run(cases.CHANGE_ASSIGNMENT, which=assignment.id, status="open", delivered_at=None)
        turn.tx.run(cases.CHANGE_TASK, which=task.id, status="open")
        steps.post_card(turn, task.id)
    draft = drafts.draft_for(turn.tx, assignment.id, turn.me.member_id)
    if draft is not None:
        dialogs.resume(turn, draft)
        return
    dialogs.open_form(turn, task.form, case_id=task.case_id, assignment_id=assignment.id)


def _privately(turn: Turn, message: Message) -> None:
    """What concerns one member is not said in a room: the talk goes on in private."""
    if dialogs.go_private(turn):
        turn.say(message)


def _case(turn: Turn, case_id: int, act: str) -> None:
    case = next((row for row in registers.visible_cases(turn) if row.id == case_id), None)
    if case is None:
        turn.say(Message("cases.unknown", {"case": "?"}))
        return
    verb, _, rest = act.partition(":")
    if verb == "exit":
        exits.begin(turn, case, rest)
    elif verb == "move":
        exits.move(turn, case, rest)
    elif verb == "ask":
        desk.ask_again(turn, case, rest)
    elif verb in _CASE_ACTS:
        _CASE_ACTS[verb](turn, case)
    else:
        turn.say(Message("dialog.unknown_button"))


_CASE_ACTS: Mapping[str, Callable[[Turn, Any], None]] = {
    "status": desk.show_status,
    "decide": exits.offer,
    "waive": lambda turn, case: desk.waive(turn, case.code),
    "round": lambda turn, case: desk.new_round(turn, case.code),
}


def _meeting(turn: Turn, meeting_id: int, act: str) -> None:
    verb, _, rest = act.partition(":")
    meeting = stored_meetings.by_id(turn.tx, meeting_id)
    if meeting_id == 0 and verb == "planned":
        planning.pressed(turn, rest)
    elif meeting is None or meeting.municipality_id != turn.tenant.id:
        turn.say(Message("meeting.none_open"))
    elif verb in live.PRESSES:
        live.PRESSES[verb](turn, meeting, verb, rest)
    elif verb in _PAPER_ACTS:
        _PAPER_ACTS[verb](turn, meeting)
    elif verb in table.PRESSES:
        table.PRESSES[verb](turn, meeting, rest)
    elif verb in {"minutes", "agenda"}:
        meetings.show_paper(turn, meeting, "minutes" if verb == "minutes" else "agenda")
    else:
        turn.say(Message("dialog.unknown_button"))


def _handover(turn: Turn, handover_id: int, act: str) -> None:
    handover = handovers.by_id(turn.tx, handover_id)
    if handover is None:
        turn.say(Message("handover.not_yours"))
    elif handover.kind == "action":
        registers.answer_handover(turn, handover, act)
    elif handover.kind == "assignment":
        nudging.settle(turn, handover, act)
    else:
        turn.say(Message("dialog.unknown_button"))


_PAPER_ACTS: Mapping[str, Callable[[Turn, Any], None]] = {
    "circulate": minutes.circulate,
    "adopt": minutes.adopt,
    "correct": minutes.begin_amendment,
    "standing": minutes.show_standing,
    "triangle": lambda turn, meeting: minutes.extract(turn, meeting, "triangle"),
    "public": lambda turn, meeting: minutes.extract(turn, meeting, "public"),
}


def _link(turn: Turn, number: int, act: str) -> None:
    case = cases.by_id(turn.tx, int(act)) if act.isdigit() else None
    if case is None or case.municipality_id != turn.tenant.id:
        turn.say(Message("cases.unknown", {"case": "?"}))
        return
    opening.link_signal(turn, number, case.code)


_PRESSES: Mapping[str, Callable[[Turn, int, str], None]] = {
    "t": _task,
    "k": _case,
    "w": lambda turn, assignment_id, _: desk.begin_waiver(turn, assignment_id),
    "c": lambda turn, number, _: desk.begin_change(turn, number),
    "x": registers.press_action,
    "r": registers.turn_page,
    "q": registers.press_search,
    "h": _handover,
    "m": _meeting,
    "g": _link,
    "n": nudging.press,
    "y": nudging.decide,
    "b": lambda turn, absence_id, _: absence.undo(turn, absence_id),
    "v": signing.press,
    "u": overruling.press,
    **oversight.PRESSES,
}
