"""What a form needs to know of what there is now: partners, cases, signals, actions to choose from, rows to fill in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.turns.turn import Turn
from conversations.privacy.visibility import without_codes
from conversations.process import case as process
from conversations.process.workflow import DataLevel, Form, Kind, Option, Question, Words
from storage import cases, contributions, members, registers
from storage.prepared import Row

GivenRows = Mapping[str, tuple[Mapping[str, Any], ...]]
NOTHING: GivenRows = {}


def fill(turn: Turn, form: Form, row: Row, level: DataLevel) -> tuple[Form, GivenRows]:
    """The form with its looked-up choices, and the rows its lists start with."""
    wanted = {name for question in form.questions for name in _options_of(question)}
    exit_key = row.subject.get("exit") if row.form == "shared.decision" else None
    if exit_key is not None:
        step_id, _, exit_id = exit_key.partition(".")
        way = turn.tenant.steps[step_id].exit(exit_id)
        if way is not None:
            form = process.decision_form(form, way)
    if wanted:
        form = process.looked_up(form, {name: _OPTIONS[name](turn, row) for name in wanted})
    lists = [question for question in form.questions if question.rows_from is not None]
    if not lists:
        return _answerable(form), NOTHING
    given = {question.id: _ROWS[str(question.rows_from)](turn, row, level) for question in lists}
    empty = {name for name, rows in given.items() if not rows}
    kept = tuple(question for question in form.questions if question.id not in empty)
    return _answerable(form.model_copy(update={"questions": kept})), given


def _answerable(form: Form) -> Form:
    """Without questions that have nothing to choose from and need not be answered."""
    kept = tuple(question for question in form.questions if not _is_empty_choice(question))
    return form if len(kept) == len(form.questions) else form.model_copy(update={"questions": kept})


def _is_empty_choice(question: Question) -> bool:
    return question.kind in {Kind.CHOICE, Kind.CHOICES} and not question.options


def _options_of(question: Question) -> set[str]:
    own = {question.options_from} if question.options_from else set()
    return own | {column.options_from for column in question.columns if column.options_from}


def _named(key: str, name: str) -> Option:
    return Option.model_construct(id=key, label=Words.model_construct(nl=name, en=name), text=False)


def _partners(turn: Turn, row: Row) -> list[Option]:
    return [_named(one.code, one.name) for one in members.partners(turn.tx, turn.tenant.id, turn.today)]


def _cases(turn: Turn, row: Row) -> list[Option]:
    found = cases.all_cases(turn.tx, turn.tenant.id)
    return [_named(one.code, f"{one.code} {one.group_code}") for one in found if one.id != row.case_id]


def _signals(turn: Turn, row: Row) -> list[Option]:
    names = turn.partner_names()
    found = contributions.open_signals(turn.tx, turn.tenant.id)
    return [_named(f"c{one.number}", f"C-{one.number} {names.get(one.partner_id, '')}".strip()) for one in found]


def _actions(turn: Turn, row: Row) -> list[Option]:
    found = registers.actions_of(turn.tx, row.case_id) if row.case_id else registers.actions(turn.tx, turn.tenant.id)
    return [_named(one.number.lower(), one.number) for one in found]


def _members(turn: Turn, row: Row) -> list[Option]:
    return [_named(one.code, one.function) for one in turn.people()]


def _codes(turn: Turn, row: Row) -> list[Option]:
    found = cases.pseudonyms(turn.tx, row.case_id) if row.case_id is not None else []
    return [_named(one.code.lower(), one.code) for one in found]


_OPTIONS: Mapping[str, Callable[[Turn, Row], list[Option]]] = {
    "partners": _partners,
    "cases": _cases,
    "signals": _signals,
    "actions": _actions,
    "members": _members,
    "pseudonyms": _codes,
}


def _fit(text: str, turn: Turn, level: DataLevel) -> str:
    """A text of a plan for who is asked about it here: without codes where those may not be shown."""
    return text if level >= DataLevel.PSEUDONYM else without_codes(text, turn.me.language)


def _action_rows(turn: Turn, row: Row, level: DataLevel) -> tuple[Mapping[str, Any], ...]:
    """The actions of this partner in the case that are not finished."""
    if row.case_id is None:
        return ()
    return tuple(
        {"key": one.number, "label": f"{one.number} {_fit(one.title, turn, level)}"}
        for one in registers.actions_of(turn.tx, row.case_id)
        if one.partner_id == turn.me.partner_id and one.status not in {"done", "dropped"}
    )


def _goal_rows(turn: Turn, row: Row, level: DataLevel) -> tuple[Mapping[str, Any], ...]:
    if row.case_id is None:
        return ()
    return tuple(
        {"key": one.number, "label": f"{one.number} {_fit(one.indicator, turn, level)}"}
        for one in registers.goals_of(turn.tx, row.case_id)
    )


def _pseudonym_rows(turn: Turn, row: Row, level: DataLevel) -> tuple[Mapping[str, Any], ...]:
    if row.case_id is None:
        return ()
    return tuple({"key": one.code, "label": one.code} for one in cases.pseudonyms(turn.tx, row.case_id))


_ROWS: Mapping[str, Callable[[Turn, Row, DataLevel], tuple[Mapping[str, Any], ...]]] = {
    "actions": _action_rows,
    "goals": _goal_rows,
    "pseudonyms": _pseudonym_rows,
}
