"""Decisions, actions, goals and individual tracks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CompoundSelect, Integer, bindparam, cast, func, literal_column, null, select, true, union_all

from conversations.records import ActionRecord, DecisionRecord, Dissent, GoalRecord, TrackRecord
from storage import search
from storage.names import adds, changes, table
from storage.numbers import next_number
from storage.prepared import Row, prepared
from storage.tables import Action, Decision, Goal, GroupCase, Track
from storage.transaction import Transaction

D, A, G, R, C = table(Decision), table(Action), table(Goal), table(Track), table(GroupCase)

ADD_GOAL, ADD_TRACK = adds(Goal), adds(Track)
CHANGE_TRACK, CHANGE_DECISION = changes(Track), changes(Decision)
_CHANGE_ACTION = changes(Action)
_ADD_DECISION, _ADD_ACTION = adds(Decision), adds(Action)
_STANDING = D.c.undone_at.is_(None)
_DECISIONS = prepared(
    select(D).where(D.c.municipality_id == bindparam("municipality_id"), _STANDING).order_by(D.c.number)
)
_DECISIONS_OF = prepared(select(D).where(D.c.case_id == bindparam("case_id"), _STANDING).order_by(D.c.number))
_ACTIONS = prepared(
    select(A).where(A.c.municipality_id == bindparam("municipality_id"), A.c.undone_at.is_(None)).order_by(A.c.id)
)
_ACTIONS_OF = prepared(
    select(A).where(A.c.case_id == bindparam("case_id"), A.c.undone_at.is_(None)).order_by(A.c.number)
)
_PARTS = ((D, _STANDING), (A, A.c.undone_at.is_(None)), (G, true()), (R, true()))


def _side_by_side() -> CompoundSelect[Any]:
    """The small registers of a case in one query: which register, its columns, and NULL for those of the others."""
    columns = [(place, column) for place, (register, _) in enumerate(_PARTS) for column in register.c]
    return union_all(
        *(
            select(
                literal_column(str(part), Integer).label("part"),
                *(
                    (column if place == part else cast(null(), column.type)).label(f"r{place}_{column.key}")
                    for place, column in columns
                ),
            )
            .select_from(register)
            .where(register.c.case_id == bindparam("case_id"), condition)
            for part, (register, condition) in enumerate(_PARTS)
        )
    )


_OF_CASE = prepared(_side_by_side())
_NEWEST = prepared(
    select(D).where(D.c.municipality_id == bindparam("municipality_id"), _STANDING, D.c.number < bindparam("before"))
    .order_by(D.c.number.desc()).limit(bindparam("most"))
)  # fmt: skip
_DECISION = prepared(select(D).where(D.c.id == bindparam("decision_id"), _STANDING))
_OPEN = prepared(
    select(A).where(
        A.c.municipality_id == bindparam("municipality_id"),
        literal_column("action.undone_at IS NULL"), literal_column("action.status NOT IN ('done', 'dropped')"),
    ).order_by(A.c.due_on.is_(None), A.c.due_on, A.c.id)
)  # fmt: skip
_ACTION = prepared(
    select(A, C.c.code.label("case_code"))
    .join_from(A, C, C.c.id == A.c.case_id, isouter=True)
    .where(A.c.id == bindparam("action_id"))
)
_GOALS_OF = prepared(select(G).where(G.c.case_id == bindparam("case_id")).order_by(G.c.number))
_TRACKS_OF = prepared(select(R).where(R.c.case_id == bindparam("case_id")).order_by(R.c.code, R.c.id))
_TRACK = prepared(
    select(R.c.id).where(
        R.c.case_id == bindparam("case_id"), R.c.code == bindparam("code"), R.c.route == bindparam("route")
    )
)
_LAST_ACTION = prepared(select(func.max(A.c.number).label("n")).where(A.c.case_id == bindparam("case_id")))
_FORGET_GOALS = prepared(G.delete().where(G.c.case_id == bindparam("case_id")))
_FORGET_TRACK = prepared(R.delete().where(R.c.case_id == bindparam("case_id"), R.c.code == bindparam("code")))
_FORGET_TRACKS = prepared(R.delete().where(R.c.case_id == bindparam("case_id")))


@dataclass(frozen=True, slots=True)
class Registers:
    """What is registered of one case."""

    decisions: tuple[DecisionRecord, ...]
    actions: tuple[ActionRecord, ...]
    goals: tuple[GoalRecord, ...]
    tracks: tuple[TrackRecord, ...]


def add_decision(tx: Transaction, *, municipality_id: int, **values: Any) -> tuple[int, str]:
    """A line in the decision register; gives (id, "B-01")."""
    number = next_number(tx, municipality_id, "decision")
    made = tx.insert(_ADD_DECISION, municipality_id=municipality_id, number=number, **values)
    said = [str(values.get(name, "")) for name in ("text", "reason", "conditions", "reference")]
    said += [one["words"] for one in values.get("dissent", ())]
    search.put(tx, municipality_id, "decision", made, " / ".join([f"B-{number:02d}", *said]))
    return made, f"B-{number:02d}"


def add_action(tx: Transaction, *, municipality_id: int, case_id: int | None, **values: Any) -> tuple[int, str]:
    """A line in the action list: A1, A2 … within a case, A-01 … outside one; gives (id, number as shown)."""
    number = next_number(tx, municipality_id, f"action:{case_id or ''}")
    due_on = values.get("due_on")
    made = tx.insert(
        _ADD_ACTION, municipality_id=municipality_id, case_id=case_id, number=number, original_due_on=due_on, **values
    )
    shown = action_number(case_id, number)
    _index_action(tx, municipality_id, made, shown, values)
    return made, shown


def change_action(tx: Transaction, action_id: int, **values: Any) -> None:
    """Change a line of the action list."""
    tx.run(_CHANGE_ACTION, which=action_id, **values)
    if {"title", "function", "reason"} & values.keys() and (row := action(tx, action_id)) is not None:
        _index_action(tx, row.municipality_id, row.id, action_number(row.case_id, row.number), row._asdict())


def _index_action(tx: Transaction, town: int, action_id: int, number: str, values: Mapping[str, Any]) -> None:
    said = (str(values.get(name, "")) for name in ("title", "function", "reason"))
    search.put(tx, town, "action", action_id, " / ".join([number, *said]))


def action_number(case_id: int | None, number: int) -> str:
    """The number of an action as people write it."""
    return f"A-{number:02d}" if case_id is None else f"A{number}"


def decision_record(row: Row, zone: str) -> DecisionRecord:
    """The decision as documents know it."""
    return DecisionRecord(
        id=row.id, number=f"B-{row.number:02d}", case_id=row.case_id, meeting_id=row.meeting_id, body=row.body,
        from_step=row.from_step, to_step=row.to_step, exit=row.exit, text=row.text, reason=row.reason,
        conditions=row.conditions, effect=row.effect, reference=row.reference,
        dissent=tuple(Dissent(partner=one["partner"], words=one["words"]) for one in row.dissent),
        review_on=row.review_on, decided_on=row.decided_at.astimezone(ZoneInfo(zone)).date(),
    )  # fmt: skip


def action_record(row: Row) -> ActionRecord:
    """The action as documents know it."""
    return ActionRecord(
        id=row.id, number=action_number(row.case_id, row.number), case_id=row.case_id, meeting_id=row.meeting_id,
        title=row.title, level=row.level, partner_id=row.partner_id, function=row.function, due_on=row.due_on,
        original_due_on=row.original_due_on, status=row.status, reason=row.reason, done_on=row.done_on,
        source=row.source,
    )  # fmt: skip


def goal_record(row: Row) -> GoalRecord:
    """The goal as documents know it."""
    return GoalRecord(
        id=row.id, number=f"G{row.number}", case_id=row.case_id, goal=row.goal, indicator=row.indicator,
        baseline=row.baseline, target=row.target, due_on=row.due_on, source=row.source,
    )  # fmt: skip


def track_record(row: Row, local: ZoneInfo) -> TrackRecord:
    """The track as documents know it."""
    return TrackRecord(
        id=row.id, case_id=row.case_id, code=row.code, route=row.route, status=row.status, reference=row.reference,
        changed_on=row.changed_at.astimezone(local).date(),
    )  # fmt: skip


def decisions(tx: Transaction, municipality_id: int, zone: str) -> list[DecisionRecord]:
    """The register."""
    return [decision_record(row, zone) for row in tx.all(_DECISIONS, municipality_id=municipality_id)]


def newest_decisions(
    tx: Transaction, municipality_id: int, zone: str, *, before: int, most: int
) -> list[DecisionRecord]:
    """The register from its end: so many decisions with a number below this one."""
    rows = tx.all(_NEWEST, municipality_id=municipality_id, before=before, most=most)
    return [decision_record(row, zone) for row in rows]


def decision(tx: Transaction, decision_id: int, zone: str) -> DecisionRecord | None:
    """One decision, unless it was taken back."""
    row = tx.first(_DECISION, decision_id=decision_id)
    return None if row is None else decision_record(row, zone)


def decision_row(tx: Transaction, decision_id: int) -> Row | None:
    """The same with who recorded it, and when."""
    return tx.first(_DECISION, decision_id=decision_id)


def decisions_of(tx: Transaction, case_id: int, zone: str) -> list[DecisionRecord]:
    """The decisions about a case."""
    return [decision_record(row, zone) for row in tx.all(_DECISIONS_OF, case_id=case_id)]


def actions(tx: Transaction, municipality_id: int) -> list[ActionRecord]:
    """The action list."""
    return [action_record(row) for row in tx.all(_ACTIONS, municipality_id=municipality_id)]


def open_actions(tx: Transaction, municipality_id: int) -> list[ActionRecord]:
    """What is still to be done, soonest first."""
    return [action_record(row) for row in tx.all(_OPEN, municipality_id=municipality_id)]


def actions_of(tx: Transaction, case_id: int) -> list[ActionRecord]:
    """The actions of a case."""
    return [action_record(row) for row in tx.all(_ACTIONS_OF, case_id=case_id)]


def action(tx: Transaction, action_id: int) -> Row | None:
    """One action."""
    return tx.first(_ACTION, action_id=action_id)


def goals_of(tx: Transaction, case_id: int) -> list[GoalRecord]:
    """The goals of the plan in force."""
    return [goal_record(row) for row in tx.all(_GOALS_OF, case_id=case_id)]


def of_case(tx: Transaction, case_id: int, zone: str) -> Registers:
    """What is registered of a case: one query."""
    found: list[list[Any]] = [[] for _ in _PARTS]
    labels = [[column.key for column in register.c] for register, _ in _PARTS]
    starts = [1 + sum(map(len, labels[:place])) for place in range(len(_PARTS))]
    for row in tx.all(_OF_CASE, case_id=case_id):
        own = labels[row.part]
        start = starts[row.part]
        found[row.part].append(SimpleNamespace(**dict(zip(own, row[start : start + len(own)], strict=True))))
    decided, acts, goals, tracks = found
    local = ZoneInfo(zone)
    return Registers(
        tuple(decision_record(row, zone) for row in sorted(decided, key=attrgetter("number"))),
        tuple(action_record(row) for row in sorted(acts, key=attrgetter("number"))),
        tuple(goal_record(row) for row in sorted(goals, key=attrgetter("number"))),
        tuple(track_record(row, local) for row in sorted(tracks, key=attrgetter("code", "id"))),
    )


def forget_goals(tx: Transaction, case_id: int) -> None:
    """A plan that is adopted anew brings its own goals."""
    tx.run(_FORGET_GOALS, case_id=case_id)


def tracks_of(tx: Transaction, case_id: int, zone: str) -> list[TrackRecord]:
    """The individual tracks of a case, as status and reference."""
    local = ZoneInfo(zone)
    return [track_record(row, local) for row in tx.all(_TRACKS_OF, case_id=case_id)]


def track_id(tx: Transaction, case_id: int, code: str, route: str) -> int | None:
    """The track of this code along this route, when there is one."""
    row = tx.first(_TRACK, case_id=case_id, code=code, route=route)
    return None if row is None else row.id


def forget_track(tx: Transaction, case_id: int, code: str) -> int:
    """Remove the individual tracks of one code; how many."""
    return tx.run(_FORGET_TRACK, case_id=case_id, code=code)


def forget_tracks(tx: Transaction, case_id: int) -> int:
    """Remove the tracks of a case; how many."""
    return tx.run(_FORGET_TRACKS, case_id=case_id)
