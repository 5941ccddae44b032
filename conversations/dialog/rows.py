"""Moving through a question of kind rows: cell by cell, row by row, and then "another one?".

A row in the making is kept in the answers as it grows, so that a restart in the middle loses nothing. A cell that was
left open on purpose is None until delivery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from conversations.dialog.events import RowAdded, RowEdited, RowRemoved
from conversations.dialog.messages import Phrase
from conversations.dialog.state import DialogState, columns_of
from conversations.process.workflow import Kind, Question

_OWN_KEYS = frozenset({"key", "label"})


def enter(question: Question, state: DialogState, given: Sequence[Mapping[str, Any]] | None) -> DialogState:
    """Go to the first cell that is still open, or to "another one?" when the list is complete."""
    listed = list(state.answers.get(question.id, ()))
    if not listed:
        listed = [dict(row) for row in given] if question.rows_from and given else [{"key": "1"}]
    state = replace(state, at=question.id, part=None, phase="asking", answers={**state.answers, question.id: listed})
    return _to_open_cell(question, state) or replace(state, row=len(listed), column=None)


def keep_cell(question: Question, state: DialogState, value: object) -> DialogState:
    """Write the cell that is asked and go on to the next one."""
    listed = list(state.answers[question.id])
    row = {**listed[_row(state)], str(state.column): value}
    listed[_row(state)] = row
    state = replace(state, part=None, answers={**state.answers, question.id: listed})
    columns = [column.id for column in columns_of(question, row)]
    here = columns.index(str(state.column)) if state.column in columns else -1
    if here + 1 < len(columns):
        return replace(state, column=columns[here + 1])
    return _to_open_cell(question, state) or _at_end(question, state)


def _at_end(question: Question, state: DialogState) -> DialogState:
    if is_given(question, state):
        return replace(state, row=None, column=None)
    return replace(state, row=len(state.answers[question.id]), column=None)


def _to_open_cell(question: Question, state: DialogState) -> DialogState | None:
    for place, row in enumerate(state.answers[question.id]):
        for column in columns_of(question, row):
            if column.id not in row:
                return replace(state, row=place, column=column.id)
    return None


def back(question: Question, state: DialogState) -> DialogState | None:
    """The cell before; None when this is the first one."""
    listed = state.answers.get(question.id, [])
    if state.column is None:
        return _last_cell(question, state, len(listed) - 1)
    columns = [column.id for column in columns_of(question, listed[_row(state)])]
    here = columns.index(state.column) if state.column in columns else 0
    if here > 0:
        return replace(state, column=columns[here - 1], part=None)
    return _last_cell(question, state, _row(state) - 1)


def _last_cell(question: Question, state: DialogState, place: int) -> DialogState | None:
    if place < 0:
        return None
    columns = columns_of(question, state.answers[question.id][place])
    return replace(state, row=place, column=columns[-1].id, part=None)


def add(question: Question, state: DialogState, event: RowAdded) -> DialogState | Phrase:
    """Start one more row."""
    listed = list(state.answers.get(question.id, ()))
    if is_given(question, state):
        return Phrase("dialog.rows_are_given")
    if not wants_more(state):
        return Phrase("dialog.finish_row_first")
    if len(listed) >= question.max_rows:
        return Phrase("dialog.too_many_rows", {"n": question.max_rows})
    key = str(1 + max((int(row["key"]) for row in listed if str(row["key"]).isdigit()), default=0))
    answers = {**state.answers, question.id: [*listed, {"key": key}]}
    return replace(state, answers=answers, row=len(listed), column=question.columns[0].id, part=None)


def edit(question: Question, state: DialogState, event: RowEdited) -> DialogState | Phrase:
    """Go through an existing row again."""
    listed = state.answers.get(question.id, ())
    if not 1 <= event.row <= len(listed):
        return Phrase("dialog.no_such_row", {"n": len(listed)})
    return replace(state, row=event.row - 1, column=question.columns[0].id, part=None)


def remove(question: Question, state: DialogState, event: RowRemoved) -> DialogState | Phrase:
    """Take a row out of a list that the member made."""
    listed = list(state.answers.get(question.id, ()))
    if is_given(question, state):
        return Phrase("dialog.rows_are_given")
    if not 1 <= event.row <= len(listed):
        return Phrase("dialog.no_such_row", {"n": len(listed)})
    del listed[event.row - 1]
    state = replace(state, answers={**state.answers, question.id: listed}, part=None)
    return enter(question, state, None)


def drop_row(question: Question, state: DialogState) -> DialogState:
    """Forget the row that was only just begun."""
    listed = list(state.answers[question.id])
    del listed[_row(state)]
    if listed:
        return replace(state, answers={**state.answers, question.id: listed}, row=len(listed), column=None)
    kept = {name: value for name, value in state.answers.items() if name != question.id}
    return replace(state, answers=kept, row=None, column=None)


def too_few(question: Question, state: DialogState) -> Phrase | None:
    """Why the list cannot be closed yet, or None."""
    if len(state.answers.get(question.id, ())) < question.min_rows:
        return Phrase("dialog.too_few_rows", {"n": question.min_rows})
    return None


def is_complete(question: Question, listed: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every cell that applies has been asked."""
    return all(column.id in row for row in listed for column in columns_of(question, row))


def is_answered(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether nothing more has to be asked about a question: of a list, no cell and no row that is lacking."""
    if question.id not in answers:
        return False
    if question.kind is not Kind.ROWS:
        return True
    listed = answers[question.id]
    is_enough = question.rows_from is not None or len(listed) >= question.min_rows
    return is_enough and is_complete(question, listed)


def is_blank(question: Question, state: DialogState) -> bool:
    """Whether the member's own list has rows but nothing in them."""
    listed = state.answers.get(question.id, ())
    return bool(listed) and question.rows_from is None and is_empty(listed)


def is_empty(listed: Sequence[Mapping[str, Any]]) -> bool:
    """Whether no row has anything in it."""
    return all(set(row) <= _OWN_KEYS for row in listed)


def completed(
    question: Question, listed: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]] | None
) -> list[dict[str, Any]]:
    """Rows that came in whole: an empty cell is left open. Of a given list every row stays, and none comes in."""
    sent = {str(row["key"]): dict(row) for row in listed}
    for row in sent.values():
        for column in columns_of(question, row):
            row.setdefault(column.id, None)
    if question.rows_from and given:
        return [{**row, **sent.get(str(row["key"]), {})} for row in given]
    return list(sent.values())


def cleaned(question: Question, listed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows as they are delivered: without cells that were left open or no longer apply."""
    found = []
    for row in listed:
        wanted = _OWN_KEYS | {column.id for column in columns_of(question, row)}
        found.append({name: value for name, value in row.items() if value is not None and name in wanted})
    return found


def stands(question: Question, state: DialogState) -> bool:
    """Whether the remembered cell still exists."""
    listed = state.answers.get(question.id, ())
    if state.row is None:
        return False
    if state.column is None:
        return state.row == len(listed) and bool(listed) and is_complete(question, listed)
    return state.row < len(listed) and state.column in [column.id for column in columns_of(question, listed[state.row])]


def wants_more(state: DialogState) -> bool:
    """Whether "another one?" is what is asked."""
    return state.row is not None and state.column is None


def is_finished(question: Question, state: DialogState) -> bool:
    """Whether the last cell of a given list has been filled."""
    return state.row is None


def is_given(question: Question, state: DialogState) -> bool:
    """Whether the rows come from elsewhere, so that none can be added or removed."""
    return question.rows_from is not None


def is_untouched(question: Question, state: DialogState) -> bool:
    """Whether nothing has been filled in in this row yet."""
    return set(state.answers[question.id][_row(state)]) <= _OWN_KEYS


def row_of(cell: str | None) -> int | None:
    """Row in the name of a cell: 1 of `goals#1.level`."""
    number = (cell or "").partition("#")[2].partition(".")[0]
    return int(number) if number.isdigit() else None


def _row(state: DialogState) -> int:
    return state.row or 0
