"""What a member asks of the assistant outside a form: my tasks, the status of a case, the overview of signals …"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.turns import (
    about,
    absence,
    attendance,
    capturing,
    dialogs,
    exits,
    freezing,
    items,
    joining,
    meetings,
    minutes,
    opening,
    origins,
    oversight,
    overview,
    registers,
    steps,
    table,
    table_only,
)
from bot.turns.turn import Turn
from conversations.dialog.commands import IN_ROOM, OF_PAPERS, Command
from conversations.dialog.messages import Choice, Content, Exhibit, Message, Phrase
from conversations.process.case import CODE, RUNNING
from conversations.process.workflow import Role
from storage import cases, contributions
from storage import dialogs as drafts
from storage.prepared import Row

MOST_BUTTONS = 20
# What is done at once: after it, an open form asks its question again. The others begin something of their own.
LOOKS = frozenset(
    {
        "tasks", "status", "cases", "decisions", "actions", "my_actions", "search", "agenda", "minutes", "language",
        "ask_gate", "help", "sign_off", "sign_on", "circulate", "adopt", "minutes_standing", "for_triangle",
        "for_public", "why",
    }
    | {"points", "check_agenda", "send_agenda"}
    | {"quiet_hours", "workdays", "overview", "stays_here", "access", "end_access", "sign_in"}
    | oversight.LOOKS
)  # fmt: skip
_LINK = re.compile(r"^c-?(\d+)\s+(?:aan|met|to|with)?\s*(\S+)$", re.IGNORECASE)
_NUMBER = re.compile(r"^c-?(\d+)$", re.IGNORECASE)


def run(turn: Turn, command: Command) -> None:
    """Carry out a command. What belongs to the meeting is said in its room; everything else goes to the private chat,
    because what one member may see is not for all who sit in the room.
    """
    kind_of_room = turn.room.kind if turn.room is not None else None
    if command.name not in IN_ROOM and not dialogs.go_private(turn):
        return
    argument = command.argument
    if command.name == "absent" and absence.is_meant(turn, argument):
        absence.away(turn, argument)
        return
    if command.name in OF_PAPERS and not argument and kind_of_room is not None:
        argument = str(kind_of_room)
    _COMMANDS[command.name](turn, argument)


def go_on(turn: Turn) -> None:
    """`verder`: with the draft that was last worked on, or else with what is asked."""
    begun = drafts.drafts(turn.tx, turn.me.member_id)
    if begun:
        dialogs.resume(turn, max(begun, key=lambda row: (row.changed_at, row.id)))
    else:
        tasks(turn)


def signal(turn: Turn, argument: str = "") -> None:
    """Start a signal."""
    dialogs.open_form(turn, "1.signal")


def tasks(turn: Turn, argument: str = "") -> None:
    """What this member still has to do, and the drafts that wait."""
    waiting = [one for one in cases.open_for(turn.tx, turn.me.partner_id) if steps.is_answerer(turn.me, Role(one.role))]
    choices = [
        Choice(f"t{one.task_id}:private", Phrase("task.choice.row", {
            "case": one.case_code, "title": Content(f"task.{one.step}.{one.task}.title"), "day": one.due_on,
        }), "primary" if place == 0 else "plain")
        for place, one in enumerate(waiting[:MOST_BUTTONS])
    ]  # fmt: skip
    choices += [
        Choice(f"d{row.id}:open", Phrase("task.choice.draft", {"title": Content(f"{row.form}.title")}))
        for row in drafts.drafts(turn.tx, turn.me.member_id)
        if row.assignment_id is None
    ]
    turn.say(Message("task.list" if choices else "task.none", {"n": len(waiting)}, tuple(choices)))


def list_cases(turn: Turn, argument: str = "") -> None:
    """The cases of this member's partner, running ones first."""
    found = sorted(registers.visible_cases(turn), key=lambda row: (row.status not in RUNNING, row.id))
    choices = tuple(
        Choice(f"k{row.id}:status", Phrase("cases.choice.row", {
            "case": row.code, "step": row.step, "status": Phrase(f"case_status.{row.status}"),
        }))
        for row in found[:MOST_BUTTONS]
    )  # fmt: skip
    turn.say(Message("cases.list" if found else "cases.none", {"n": len(found)}, choices))


def _case(turn: Turn, argument: str) -> Row | None:
    """The case that is meant: by code, or the only one that runs; otherwise the member is asked which."""
    mine = registers.visible_cases(turn)
    code = argument.strip().casefold()
    if code:
        for row in mine:
            if code in {row.code.casefold(), row.group_code.casefold()}:
                return row
        turn.say(
            Message("cases.unknown", {"case": argument.strip().upper()[:20] if _looks_like_code(argument) else "?"})
        )
        return None
    running = [row for row in mine if row.status in RUNNING]
    if len(running) == 1:
        return running[0]
    list_cases(turn)
    return None


def _looks_like_code(text: str) -> bool:
    return re.fullmatch(CODE, text.strip()) is not None


def status(turn: Turn, argument: str = "") -> None:
    """How a case stands."""
    case = _case(turn, argument)
    if case is not None:
        show_status(turn, case)


def show_status(turn: Turn, case: Row) -> None:
    """The status card of a case, for this reader."""
    choices = []
    if turn.has_role(Role.PROCESS_LEAD) and case.status in RUNNING:
        choices = [
            Choice(f"k{case.id}:decide", Phrase("cases.choice.decide")),
            Choice(f"k{case.id}:waive", Phrase("cases.choice.waive")),
            Choice(f"k{case.id}:round", Phrase("cases.choice.round")),
        ]
    turn.note("status_seen", f"case:{case.id}")
    message = Message("cases.status", {"case": case.code}, tuple(choices), exhibit=Exhibit("status", case.id))
    turn.say(message, case_id=case.id)


def signals(turn: Turn, argument: str = "") -> None:
    """Signals that belong to no case yet, for the process lead."""
    if not turn.has_role(Role.PROCESS_LEAD):
        turn.say(Message("cases.only_lead"))
        return
    found = contributions.open_signals(turn.tx, turn.tenant.id)
    if not found:
        turn.say(Message("signal.none"))
        return
    choices = [Choice("cmd:open_case", Phrase("signal.choice.open_case"), "primary")]
    running = [row for row in cases.all_cases(turn.tx, turn.tenant.id) if row.status in RUNNING]
    choices += [
        Choice(f"g{one.number}:{row.id}", Phrase("signal.choice.link", {"number": one.number, "case": row.code}))
        for one in found
        for row in running
    ][:MOST_BUTTONS]
    turn.say(Message("signal.overview", {"n": len(found)}, tuple(choices), exhibit=Exhibit("signals", turn.tenant.id)))


def open_case(turn: Turn, argument: str = "") -> None:
    """Start the form that opens a case."""
    if not turn.has_role(Role.PROCESS_LEAD):
        turn.say(Message("cases.only_lead"))
    else:
        dialogs.open_form(turn, "shared.open_case")


def link(turn: Turn, argument: str = "") -> None:
    """`koppel C-3 aan VW-2026-03`."""
    found = _LINK.match(argument.strip())
    if found is None:
        turn.say(Message("signal.how_to_link"))
        return
    opening.link_signal(turn, int(found[1]), found[2])


def decide(turn: Turn, argument: str = "") -> None:
    """Show the exits of a case's step."""
    case = _case(turn, argument)
    if case is not None:
        exits.offer(turn, case)


def waive(turn: Turn, argument: str = "") -> None:
    """Show who is missing, each with a button to waive."""
    case = _case(turn, argument)
    if case is None:
        return
    if not turn.has_role(Role.PROCESS_LEAD):
        turn.say(Message("cases.only_lead"))
        return
    names = turn.partner_names()
    missing = [one for one in cases.assignments(turn.tx, case.id, turn.tenant.zone) if one.status == "open"]
    choices = tuple(
        Choice(f"w{one.id}:waive", Phrase("waiver.choice", {
            "partner": names.get(one.partner_id, "?"), "task": Content(f"task.{one.step}.{one.task}.title"),
        }))
        for one in missing[:MOST_BUTTONS]
    )  # fmt: skip
    turn.say(Message("waiver.who" if missing else "waiver.nobody", {"case": case.code}, choices), case_id=case.id)


def begin_waiver(turn: Turn, assignment_id: int) -> None:
    """Ask the reason why a partner need not answer."""
    assignment = cases.assignment(turn.tx, assignment_id)
    if not turn.has_role(Role.PROCESS_LEAD):
        turn.say(Message("cases.only_lead"))
    elif assignment is None or assignment.status != "open":
        turn.say(Message("waiver.too_late"))
    else:
        dialogs.open_form(turn, "shared.waiver", case_id=assignment.case_id, subject={"assignment": assignment_id})


def new_round(turn: Turn, argument: str = "") -> None:
    """Show the tasks of the step that the process lead can ask (again)."""
    case = _case(turn, argument)
    if case is None:
        return
    if not turn.has_role(Role.PROCESS_LEAD):
        turn.say(Message("cases.only_lead"))
        return
    choices = tuple(
        Choice(f"k{case.id}:ask:{task.id}", Content(f"task.{case.step}.{task.id}.title"))
        for task in turn.tenant.steps[case.step].tasks
    )
    turn.say(Message("cases.round", {"case": case.code}, choices), case_id=case.id)


def ask_again(turn: Turn, case: Row, task_id: str) -> None:
    """Open a task of the step now, whatever opens it otherwise."""
    step = turn.tenant.steps[case.step]
    task, stay = step.task(task_id), cases.stay_now(turn.tx, case.id)
    if task is None or stay is None or not turn.has_role(Role.PROCESS_LEAD):
        turn.say(Message("cases.exit.other_step", {"case": case.code, "step": Content(f"step.{step.id}.name")}))
        return
    rounds = [one for one in cases.tasks_of_stay(turn.tx, stay.id) if one.task == task_id]
    if any(one.status == "open" for one in rounds):
        turn.say(Message("cases.round_open"), case_id=case.id)
        return
    due_on = turn.tenant.calendar.add_working_days(turn.today, task.term)
    made = steps.open_task(turn, case.id, stay.id, step, task, due_on=due_on, round_=len(rounds) + 1)
    if made is None:
        turn.say(Message("cases.round_nobody"), case_id=case.id)
        return
    turn.note("task_opened", f"task:{made}")
    turn.say(
        Message("cases.round_asked", {"title": Content(f"task.{step.id}.{task.id}.title"), "day": due_on}),
        case_id=case.id,
    )
    steps.announce(turn, case.id, [made])


def track(turn: Turn, argument: str = "") -> None:
    """Start the form for an individual track elsewhere."""
    _about_a_code(turn, argument, "shared.track")


def remove_code(turn: Turn, argument: str = "") -> None:
    """Start the form that takes away a P-code."""
    _about_a_code(turn, argument, "shared.remove_code")


def _about_a_code(turn: Turn, argument: str, form: str) -> None:
    case = _case(turn, argument)
    if case is None:
        return
    if not turn.has_role(Role.PROCESS_LEAD):
        turn.say(Message("cases.only_lead"))
    elif not case.may_pseudonyms:
        turn.say(Message("track.not_now", {"case": case.code}))
    else:
        dialogs.open_form(turn, form, case_id=case.id)


def change(turn: Turn, argument: str = "") -> None:
    """`wijzig bijdrage C-12`."""
    found = _NUMBER.match(argument.strip())
    if found is None:
        turn.say(Message("contribution.how_to_change"))
        return
    begin_change(turn, int(found[1]))


def begin_change(turn: Turn, number: int) -> None:
    """Open one's own contribution again; confirming makes the next version."""
    found = contributions.by_number(turn.tx, turn.tenant.id, number)
    if found is None or found.partner_id != turn.me.partner_id:
        turn.say(Message("contribution.not_yours", {"number": number}))
        return
    if freezing.stops_contribution(turn, number):
        return
    case = cases.by_id(turn.tx, found.case_id) if found.case_id is not None else None
    if case is not None and case.status not in RUNNING:
        turn.say(Message("cases.exit.case_is_closed"))
        return
    if not dialogs.go_private(turn):
        return
    dialogs.open_form(
        turn, found.form, case_id=found.case_id, assignment_id=found.assignment_id, answers=found.answers,
        supersedes=found.id,
    )  # fmt: skip


def _of_meeting(turn: Turn, argument: str, act: Callable[[Turn, Row], None]) -> None:
    meeting = minutes.meeting_of(turn, argument)
    if meeting is not None:
        act(turn, meeting)


def _for_triangle(turn: Turn, meeting: Row) -> None:
    minutes.extract(turn, meeting, "triangle")


def _for_public(turn: Turn, meeting: Row) -> None:
    minutes.extract(turn, meeting, "public")


_COMMANDS: Mapping[str, Callable[[Turn, str], None]] = {
    "tasks": tasks,
    "status": status,
    "cases": list_cases,
    "signal": signal,
    "signals": signals,
    "open_case": open_case,
    "link": link,
    "decide": decide,
    "decisions": registers.decisions,
    "actions": registers.actions,
    "my_actions": lambda turn, argument: registers.actions(turn, argument or "mijn"),
    "update_action": registers.actions,
    "search": registers.look_for,
    "agenda": lambda turn, argument: meetings.paper(turn, argument, "agenda"),
    "minutes": lambda turn, argument: meetings.paper(turn, argument, "minutes"),
    "circulate": lambda turn, argument: _of_meeting(turn, argument, minutes.circulate),
    "adopt": lambda turn, argument: _of_meeting(turn, argument, minutes.adopt),
    "minutes_standing": lambda turn, argument: _of_meeting(turn, argument, minutes.show_standing),
    "amend": lambda turn, argument: _of_meeting(turn, argument, minutes.begin_amendment),
    "for_triangle": lambda turn, argument: _of_meeting(turn, argument, _for_triangle),
    "for_public": lambda turn, argument: _of_meeting(turn, argument, _for_public),
    "why": origins.why,
    "start_meeting": meetings.start,
    "close_meeting": meetings.close,
    "present": lambda turn, argument: attendance.attend(turn, argument, "present"),
    "absent": lambda turn, argument: attendance.attend(turn, argument, "absent"),
    "excused": lambda turn, argument: attendance.attend(turn, argument, "excused"),
    "late": lambda turn, argument: attendance.attend(turn, argument, "late"),
    "left": lambda turn, argument: attendance.attend(turn, argument, "left"),
    "stand_in": attendance.stand_in,
    "next_item": lambda turn, argument: items.command(turn, argument, "next"),
    "push_item": lambda turn, argument: items.command(turn, argument, "push"),
    "drop_item": lambda turn, argument: items.command(turn, argument, "drop"),
    "go_to_item": lambda turn, argument: items.command(turn, argument, "go_to"),
    "sign_off": lambda turn, argument: meetings.announce(turn, argument, "excused"),
    "sign_on": lambda turn, argument: meetings.announce(turn, argument, "expected"),
    "undo": capturing.undo,
    "stays_here": table_only.keep_here,
    "waive": waive,
    "new_round": new_round,
    "track": track,
    "remove_code": remove_code,
    "change": change,
    "quiet_hours": absence.quiet,
    "workdays": absence.workdays,
    "overview": overview.show,
    "access": joining.make_code,
    "end_access": joining.end_access,
    "sign_in": joining.sign_in_code,
    "language": about.language,
    "ask_gate": about.ask_gate,
    "help": about.help_,
    **table.COMMANDS,
    **oversight.COMMANDS,
}
COMMANDS = frozenset(_COMMANDS)
