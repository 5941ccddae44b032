"""What somebody does with a reminder besides answering: later, hand over, not mine, nothing to report, another day.

n12:later|hour|tomorrow|before|hand|to:7|not_mine|nothing|date|more  nudge 12     h3:yes|no  handover 3, of a task
y5:grant|refuse  handover 5: another day that is asked for, or something that is said to be another's
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from bot.turns import dialogs, ladders, outcomes, steps
from bot.turns.reaching import Reach, soon
from bot.turns.tasks_view import Titles, case_of
from bot.turns.turn import Turn
from conversations import deadlines
from conversations.dialog.messages import AnswerOf, Choice, Content, Message, Phrase, Value
from conversations.process import seats
from conversations.process.workflow import Form, Role
from conversations.spoken import with_first
from storage import cases, handovers, members, nudges, open_work, registers
from storage import dialogs as drafts
from storage.members import Person
from storage.open_work import OpenWork
from storage.prepared import Row

MOST_COLLEAGUES = 12
_OTHERWISE = ("later", "hand", "not_mine", "nothing", "date")


def otherwise(nudge_id: int, work: OpenWork) -> list[tuple[str, str]]:
    """What can be done instead of answering, each with the key of its button. An action has buttons of its own."""
    own = {"hand": f"x{work.id}:hand", "date": f"x{work.id}:date"} if work.kind == "action" else {}
    return [(act, own.get(act, f"n{nudge_id}:{act}")) for act in _OTHERWISE]


def press(turn: Turn, nudge_id: int, act: str) -> None:
    """A button under a reminder. Whose it is and whether it is still open is looked at again."""
    if not dialogs.go_private(turn):
        return
    nudge = nudges.by_id(turn.tx, nudge_id)
    work = open_work.one(turn.tx, nudge.subject) if nudge is not None else None
    if nudge is None or work is None or nudge.municipality_id != turn.tenant.id:
        turn.say(Message("reminder.gone"))
    elif not may_act(turn, work):
        turn.say(Message("task.not_yours"))
    elif not work.is_asked:
        turn.say(Message("reminder.done_already", _about(turn, work)))
    else:
        verb, _, rest = act.partition(":")
        wanted = _ACTS.get(verb)
        if wanted is None:
            turn.say(Message("dialog.unknown_button"))
        else:
            wanted(turn, nudge, work, rest)


def may_act(turn: Turn, work: OpenWork) -> bool:
    """Whether this member can do something with it: of its organisation, or who stands in for an owner."""
    if work.partner_id == turn.me.partner_id:
        return (
            work.kind == "action" or steps.is_answerer(turn.me, Role(work.role)) or work.member_id == turn.me.member_id
        )
    reach = Reach(turn, turn.today)
    return turn.me.member_id in {route.to.member_id for route in (*reach.routes(work), *reach.stand_ins(work))}


def _about(turn: Turn, work: OpenWork) -> dict[str, Value]:
    """What it is, for a message: the words of an action are the reader's to see, or left out."""
    title = Titles(turn).of(work)
    day = with_first(work.due_on, work.original_due_on, turn.today, turn.tenant.calendar)
    return {"title": title if title is not None else work.number, "case": case_of(work), "day": day}


def _more(turn: Turn, nudge: Row, work: OpenWork, rest: str) -> None:
    choices = (
        _answer_choice(work),
        *(Choice(key, Phrase(f"reminder.choice.{act}")) for act, key in otherwise(nudge.id, work)),
    )
    turn.say(Message("reminder.more", _about(turn, work), choices))


# --- later ------------------------------------------------------------------------------------------------------------


def _later(turn: Turn, nudge: Row, work: OpenWork, rest: str) -> None:
    """Offer the moments that are still to come."""
    before = turn.calendar_of(work.partner_id).add_working_days(work.due_on, -1)
    acts = ["hour", "tomorrow", *(["before"] if before > turn.today else [])]
    choices = tuple(Choice(f"n{nudge.id}:{act}", Phrase(f"reminder.choice.{act}")) for act in acts)
    turn.say(Message("reminder.when", _about(turn, work), choices))


def _snooze(turn: Turn, nudge: Row, work: OpenWork, at: datetime) -> None:
    """One occurrence more, with a key of its own: asked twice it comes once. The ladder itself goes on as it is."""
    reach = Reach(turn, turn.today)
    at = reach.welcome(turn.me.member_id, at, keeps_days_off=False)
    local = at.astimezone(turn.tenant.local)
    is_new = nudges.add(
        turn.tx, municipality_id=turn.tenant.id, dedup_key=f"snooze:{nudge.id}:{turn.me.member_id}",
        member_id=turn.me.member_id, kind="snooze", audience="owner", instead_of=nudge.instead_of,
        subject=work.subject, local_day=local.date(), planned_at=at, why_not=None,
    )  # fmt: skip
    if not is_new:
        turn.say(Message("reminder.snoozed_already", _about(turn, work)))
        return
    ladders.plan_message(turn, turn.me.member_id, at)
    turn.note("snoozed", work.subject)
    turn.say(Message("reminder.snoozed", {**_about(turn, work), "at": at}))


def _hour(turn: Turn, nudge: Row, work: OpenWork, rest: str) -> None:
    _snooze(turn, nudge, work, soon(turn.now + timedelta(hours=1)))


def _tomorrow(turn: Turn, nudge: Row, work: OpenWork, rest: str) -> None:
    _snooze(turn, nudge, work, _at_nine(turn, turn.today + timedelta(days=1)))


def _before(turn: Turn, nudge: Row, work: OpenWork, rest: str) -> None:
    day = turn.calendar_of(work.partner_id).add_working_days(work.due_on, -1)
    _snooze(turn, nudge, work, _at_nine(turn, max(day, turn.today + timedelta(days=1))))


def _at_nine(turn: Turn, day: date) -> datetime:
    return deadlines.moment(day, "09:00", turn.tenant.zone)


# --- hand over --------------------------------------------------------------------------------------------------------


def colleagues(turn: Turn, work: OpenWork) -> list[Person]:
    """Who of the same organisation could take it over."""
    role = Role(work.role) if work.role else None
    return [
        one
        for one in turn.people()
        if one.partner_id == work.partner_id
        and one.member_id != turn.me.member_id
        and (steps.is_answerer(one, role) if role is not None else not one.roles & seats.NOT_SENT)
    ]


def _hand(turn: Turn, nudge: Row, work: OpenWork, rest: str) -> None:
    found = colleagues(turn, work)[:MOST_COLLEAGUES]
    choices = tuple(Choice(f"n{nudge.id}:to:{one.member_id}", one.function) for one in found)
    turn.say(Message("takeover.who" if found else "takeover.nobody", _about(turn, work), choices))


def _to(turn: Turn, nudge: Row, work: OpenWork, rest: str) -> None:
    """Ask a colleague; until they say yes it stays with who asked."""
    to = next((one for one in colleagues(turn, work) if rest == str(one.member_id)), None)
    if to is None:
        turn.say(Message("takeover.nobody", _about(turn, work)))
        return
    asked = handovers.open_for(turn.tx, work.kind, work.id)
    if asked is not None and asked.to_member_id == to.member_id:
        turn.say(Message("takeover.asked_already", {"function": to.function}))
        return
    made = handovers.ask(
        turn.tx, municipality_id=turn.tenant.id, kind=work.kind, subject_id=work.id,
        from_member_id=turn.me.member_id, to_member_id=to.member_id, at=turn.now,
    )  # fmt: skip
    choices = (
        Choice(f"h{made}:yes", Phrase("takeover.choice.accept"), "primary"),
        Choice(f"h{made}:no", Phrase("takeover.choice.decline")),
    )
    turn.note("handover_asked", work.subject, f"member:{to.member_id}")
    turn.tell(to, Message("takeover.asked", {**_about(turn, work), "function": turn.me.function}, choices))
    turn.say(Message("takeover.sent", {"function": to.function}))


def settle(turn: Turn, row: Row, act: str) -> None:
    """A colleague says yes or no to a task."""
    if row.municipality_id != turn.tenant.id or row.to_member_id != turn.me.member_id:
        turn.say(Message("task.not_yours"))
        return
    work = open_work.one(turn.tx, f"assignment:{row.subject_id}")
    outcome: handovers.Settled = "accepted" if act == "yes" else "declined"
    if work is None or not work.is_asked:
        outcome = "withdrawn"
    if not handovers.settle(turn.tx, row.id, outcome, turn.now) or work is None or outcome == "withdrawn":
        turn.say(Message("takeover.over"))
        return
    turn.note(f"handover_{outcome}", work.subject)
    if outcome == "accepted":
        turn.tx.run(cases.CHANGE_ASSIGNMENT, which=work.id, member_id=turn.me.member_id)
    choices = (_answer_choice(work),) if outcome == "accepted" else ()
    turn.say(Message(f"takeover.{outcome}", _about(turn, work), choices))
    giver = members.person(turn.tx, row.from_member_id)
    if giver is not None:
        turn.tell(giver, Message(f"takeover.was_{outcome}", {**_about(turn, work), "function": turn.me.function}))


def _answer_choice(work: OpenWork) -> Choice:
    key = f"t{work.task_id}:private" if work.kind == "assignment" else f"x{work.id}:card"
    return Choice(key, Phrase("reminder.choice.answer"), "primary")


# --- not mine, nothing, another day -----------------------------------------------------------------------------------


def _open(form: str) -> Callable[[Turn, Row, OpenWork, str], None]:
    def begin(turn: Turn, nudge: Row, work: OpenWork, rest: str) -> None:
        dialogs.open_form(turn, form, case_id=work.case_id, subject={"work": work.subject})

    return begin


def _nothing(turn: Turn, nudge: Row, work: OpenWork, rest: str) -> None:
    """A task is answered by it. An action only keeps its day: there is nothing new to tell."""
    if work.kind == "assignment":
        outcomes.report_nothing(turn, work.id)
        return
    turn.note("nothing_new", work.subject)
    turn.say(Message("reminder.nothing_new", _about(turn, work)))


def not_mine(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """The process lead hears that something was asked of the wrong one, with the reason."""
    work = open_work.one(turn.tx, subject_of(row))
    if work is None or not work.is_asked:
        turn.say(Message("takeover.over"))
        return
    _refer(turn, row, work, "not_mine")
    turn.note("not_mine", work.subject)
    turn.say(Message("reminder.not_mine_sent", _about(turn, work)))


def new_date(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """Another day: the first time it is the owner's own to say, after that the process lead decides."""
    work = open_work.one(turn.tx, subject_of(row))
    if work is None or not work.is_asked or not may_act(turn, work):
        turn.say(Message("takeover.over"))
        return
    day = date.fromisoformat(answers["new_date"])
    if work.due_changes and not turn.has_role(Role.PROCESS_LEAD):
        _refer(turn, row, work, "date")
        turn.say(Message("reminder.date_asked", {**_about(turn, work), "new_day": day}))
        return
    move(turn, work, day, str(answers["reason"]))
    moved = open_work.one(turn.tx, work.subject) or work
    turn.say(Message("reminder.date_set", _about(turn, moved)))
    others = [one for one in turn.leads() if one.member_id != turn.me.member_id]
    for lead in others:
        turn.tell(lead, _told(turn, row, moved, "reminder.date_told", day), dialog_id=row.id, case_id=row.case_id)


def may_move(turn: Turn, action_id: int, answers: Mapping[str, Any], row: Row | None) -> bool:
    """Whether an action gets another day now: with a reason, and the first time, or by the process lead. Otherwise the
    member is told why not, and the process lead is asked where the form is about this action alone.
    """
    work = open_work.one(turn.tx, f"action:{action_id}")
    day = date.fromisoformat(answers["new_date"])
    if work is None or day == work.due_on or turn.has_role(Role.PROCESS_LEAD):
        return True
    again = (Choice(f"x{action_id}:date", Phrase("reminder.choice.date")),)
    if not answers.get("reason"):
        turn.say(Message("reminder.date_needs_reason", {"number": work.number}, again))
        return False
    if not work.due_changes:
        return True
    if row is None:
        turn.say(Message("reminder.date_needs_lead", {"number": work.number}, again))
        return False
    _refer(turn, row, work, "date")
    turn.say(Message("reminder.date_asked", {**_about(turn, work), "new_day": day}))
    return False


def subject_of(dialog: Row) -> str:
    """What a form about one thing to do is about, as nudges name it."""
    return str(dialog.subject.get("work") or f"action:{dialog.subject.get('action', 0)}")


def move(turn: Turn, work: OpenWork, day: date, reason: str) -> None:
    """Give it another day; the first one stays known."""
    if work.kind == "assignment":
        turn.tx.run(
            cases.CHANGE_ASSIGNMENT, which=work.id, due_on=day, due_reason=reason, due_changes=work.due_changes + 1
        )
        steps.post_card(turn, work.task_id)
    else:
        registers.change_action(turn.tx, work.id, due_on=day, reason=reason)
    turn.note("due_changed", work.subject, f"{work.due_on} {day}")


def _told(turn: Turn, row: Row, work: OpenWork, text: str, day: date | None, *choices: Choice) -> Message:
    values: dict[str, Value] = {
        "function": turn.me.function, "partner": turn.me.partner_name, "reason": AnswerOf("reason"),
        "title": work.number or _task_title(work), "case": case_of(work),
    }  # fmt: skip
    if day is not None:
        values["new_day"] = day
    return Message(text, values, choices)


def _task_title(work: OpenWork) -> Value:
    return Content(f"task.{work.task}.title")


def _refer(turn: Turn, row: Row, work: OpenWork, kind: handovers.Kind) -> None:
    """Put it before the process leads: it is one question, whoever of them answers first."""
    leads = turn.leads()
    if not leads:
        return
    made = handovers.ask(
        turn.tx, municipality_id=turn.tenant.id, kind=kind, subject_id=row.id, from_member_id=turn.me.member_id,
        to_member_id=leads[0].member_id, at=turn.now,
    )  # fmt: skip
    day = date.fromisoformat(str(_answers(row)["new_date"])) if kind == "date" else None
    choices = [
        Choice(f"y{made}:grant", Phrase(f"reminder.choice.{kind}_grant"), "primary"),
        Choice(f"y{made}:refuse", Phrase(f"reminder.choice.{kind}_refuse")),
    ]
    for lead in leads:
        message = _told(turn, row, work, f"reminder.{kind}_told_lead", day, *choices)
        turn.tell(lead, message, dialog_id=row.id, case_id=row.case_id)


def _answers(row: Row) -> Mapping[str, Any]:
    return dict(row.state.get("answers", {}))


def decide(turn: Turn, handover_id: int, act: str) -> None:
    """A process lead answers: another day or not; another's or not."""
    row = handovers.by_id(turn.tx, handover_id)
    if row is None or row.municipality_id != turn.tenant.id or not turn.has_role(Role.PROCESS_LEAD):
        turn.say(Message("cases.only_lead"))
        return
    dialog = drafts.by_id(turn.tx, row.subject_id)
    work = open_work.one(turn.tx, subject_of(dialog)) if dialog is not None else None
    outcome: handovers.Settled = "accepted" if act == "grant" else "declined"
    if dialog is None or work is None or not work.is_asked or not handovers.settle(turn.tx, row.id, outcome, turn.now):
        turn.say(Message("takeover.over"))
        return
    if outcome == "accepted" and row.kind == "date":
        answers = _answers(dialog)
        move(turn, work, date.fromisoformat(answers["new_date"]), str(answers["reason"]))
    if outcome == "accepted" and row.kind == "not_mine" and work.kind == "assignment":
        turn.tx.run(cases.CHANGE_ASSIGNMENT, which=work.id, member_id=None)
    work = open_work.one(turn.tx, work.subject) or work
    turn.say(Message(f"reminder.{row.kind}_{outcome}", _about(turn, work), _after(row, work, outcome)))
    asker = members.person(turn.tx, row.from_member_id)
    if asker is not None and asker.member_id != turn.me.member_id:
        turn.tell(asker, Message(f"reminder.{row.kind}_was_{outcome}", _about(turn, work)))


def _after(row: Row, work: OpenWork, outcome: str) -> tuple[Choice, ...]:
    if row.kind == "not_mine" and outcome == "accepted" and work.kind == "assignment":
        return (Choice(f"w{work.id}:waive", Phrase("cases.choice.waive")),)
    return ()


_ACTS: Mapping[str, Callable[[Turn, Row, OpenWork, str], None]] = {
    "more": _more,
    "later": _later,
    "hour": _hour,
    "tomorrow": _tomorrow,
    "before": _before,
    "hand": _hand,
    "to": _to,
    "not_mine": _open("shared.not_mine"),
    "nothing": _nothing,
    "date": _open("shared.new_date"),
}
