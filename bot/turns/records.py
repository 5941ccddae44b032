"""What confirmed answers become besides a contribution: P-codes, goals, actions and individual tracks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.turns import pseudonyms
from bot.turns.turn import Turn
from conversations.dialog.messages import Message
from conversations.process.workflow import Form, Role
from conversations.records import PartnerRecord
from storage import cases, contributions, members, registers
from storage.names import adds
from storage.prepared import Row
from storage.tables import Tombstone

ADD_TOMBSTONE = adds(Tombstone)


def _choice(value: Any) -> str:
    return str(value["choice"]) if isinstance(value, Mapping) and "choice" in value else ""


def _progress(turn: Turn, row: Row, answers: Mapping[str, Any], number: int) -> None:
    """Monitoring says how each action stands."""
    if row.case_id is None:
        return
    listed = {one.number: one for one in registers.actions_of(turn.tx, row.case_id)}
    for one in answers.get("actions", ()):
        action = listed.get(str(one.get("key")))
        if action is not None and action.partner_id == turn.me.partner_id:
            _change_action(turn, action.id, one)  # a day is asked for in a form of its own, see below


def _change_action(turn: Turn, action_id: int, answers: Mapping[str, Any], row: Row | None = None) -> None:
    """Keep how an action stands. `row`: the dialog that was about this action alone."""
    from bot.turns import nudging  # noqa: PLC0415 -- it knows the outcomes of forms, which know this

    updates: dict[str, Any] = {}
    status = _choice(answers.get("status"))
    if status:
        updates["status"] = status
        updates["done_on"] = turn.today if status == "done" else None
    if answers.get("new_date") and nudging.may_move(turn, action_id, answers, row):
        updates["due_on"] = date.fromisoformat(answers["new_date"])
    if answers.get("reason"):
        updates["reason"] = str(answers["reason"])
    if updates:
        registers.change_action(turn.tx, action_id, **updates)


AFTER: Mapping[str, Callable[[Turn, Row, Mapping[str, Any], int], None]] = {
    pseudonyms.MAKING: pseudonyms.make,
    pseudonyms.INFORMING: pseudonyms.inform,
    "6.progress": _progress,
}


def adopt_plan(turn: Turn, case_id: int, decision: str) -> None:
    """The goals and actions of the plan become records; an action that exists (same title, same owner) stays."""
    plans = [one for one in contributions.of_case(turn.tx, case_id) if one.form == "5.plan"]
    if not plans:
        return
    plan = plans[-1]
    partners = {one.code: one for one in members.partners(turn.tx, turn.tenant.id, turn.today)}
    known = {(one.title, one.partner_id) for one in registers.actions_of(turn.tx, case_id)}
    for one in plan.answers.get("actions", ()):
        owner = partners.get(_choice(one.get("owner")))
        if owner is not None and (str(one.get("title", "")), owner.id) not in known:
            _adopt_action(turn, case_id, one, owner, plan.number)
    registers.forget_goals(turn.tx, case_id)
    for place, one in enumerate(plan.answers.get("goals", ()), start=1):
        _adopt_goal(turn, case_id, place, one, plan.number)
    turn.note("plan_adopted", f"case:{case_id}", decision)


def _adopt_action(turn: Turn, case_id: int, one: Mapping[str, Any], owner: PartnerRecord, source: int) -> None:
    registers.add_action(
        turn.tx, municipality_id=turn.tenant.id, case_id=case_id, title=str(one["title"]), partner_id=owner.id,
        level=_choice(one.get("level")) or "group", function=str(one.get("function", "")),
        status=_choice(one.get("status")) or "open",
        due_on=date.fromisoformat(one["due_on"]) if one.get("due_on") else None, source=source, created_at=turn.now,
    )  # fmt: skip


def _adopt_goal(turn: Turn, case_id: int, place: int, one: Mapping[str, Any], source: int) -> None:
    """A goal keeps the number of the six goals it serves (G3 serves goal 3), as partners call it."""
    goal = _choice(one.get("goal"))
    number = int(goal.removeprefix("g")) if goal.removeprefix("g").isdigit() else place
    turn.tx.insert(
        registers.ADD_GOAL, municipality_id=turn.tenant.id, number=number, case_id=case_id, goal=goal,
        indicator=_said(one, "indicator"), baseline=_said(one, "baseline"), target=_said(one, "target"), source=source,
        due_on=date.fromisoformat(one["date"]) if one.get("date") else None,
    )  # fmt: skip


def _said(one: Mapping[str, Any], name: str) -> str:
    value = one.get(name, "")
    if isinstance(value, Mapping) and "low" in value:
        low, high = value["low"], value["high"]
        return f"{low:g}" if low == high else f"{low:g}–{high:g}"
    return str(value)


def track(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """An individual track elsewhere: status and reference, for a code that exists."""
    code, route = str(answers["code"]).upper(), _choice(answers["route"])
    codes = {one.code for one in cases.pseudonyms(turn.tx, row.case_id)} if row.case_id else set()
    if code not in codes or row.case_id is None:
        turn.say(Message("track.unknown_code", {"case": row.case_code or ""}))
        return
    values = {
        "status": _choice(answers["status"]), "reference": str(answers.get("reference", "")), "changed_at": turn.now,
    }  # fmt: skip
    known = registers.track_id(turn.tx, row.case_id, code, route)
    if known is None:
        turn.tx.insert(
            registers.ADD_TRACK, municipality_id=turn.tenant.id, case_id=row.case_id, code=code, route=route, **values
        )
    else:
        turn.tx.run(registers.CHANGE_TRACK, which=known, **values)
    turn.note("track", f"case:{row.case_id}", route)
    turn.say(Message("track.stored", {"case": row.case_code or ""}), case_id=row.case_id)


def new_action(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """An action outside a plan."""
    partners = {one.code: one for one in members.partners(turn.tx, turn.tenant.id, turn.today)}
    owner = partners[_choice(answers["owner"])]
    _, number = registers.add_action(
        turn.tx, municipality_id=turn.tenant.id, case_id=row.case_id, title=str(answers["title"]), partner_id=owner.id,
        level=_choice(answers.get("level")) or "group", status="open", created_at=turn.now,
        due_on=date.fromisoformat(answers["due_on"]) if answers.get("due_on") else None,
    )  # fmt: skip
    turn.say(Message("actions.added", {"number": number, "partner": owner.name}), case_id=row.case_id)


def update_action(turn: Turn, row: Row, form: Form, answers: Mapping[str, Any], skipped: tuple[str, ...]) -> None:
    """How one action stands, by its owner or the process lead."""
    action = registers.action(turn.tx, int(row.subject["action"]))
    if action is None or not may_update(turn, action):
        turn.say(Message("actions.not_yours"))
        return
    if form.id == "action_blocked":
        answers = {**answers, "status": {"choice": "blocked"}}
    _change_action(turn, action.id, answers, row)
    number = registers.action_number(action.case_id, action.number)
    turn.note("action_updated", f"action:{action.id}")
    turn.say(Message("actions.updated", {"number": number}), case_id=action.case_id)


def may_update(turn: Turn, action: Row) -> bool:
    """An action is kept up to date by its owner, or by who keeps the list."""
    return action.partner_id == turn.me.partner_id or turn.has_role(Role.PROCESS_LEAD, Role.NOTE_TAKER)


def move_signals(turn: Turn, from_case: int, to_case: int) -> None:
    """A case that is merged brings its signals along."""
    for one in contributions.of_case(turn.tx, from_case):
        if one.form == "1.signal":
            contributions.link(turn.tx, turn.tenant.id, one.number, to_case, turn.now)
