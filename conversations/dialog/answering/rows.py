"""Rows of cells, such as the actions of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from conversations.dialog.answering.readings import Misunderstood, Partial, Reading, Understood
from conversations.dialog.answering.values import read_any
from conversations.dialog.messages import Phrase, Value
from conversations.process.workflow import Question


def read_rows(question: Question, value: object, today: date, language: str) -> Reading:
    """Every row read cell by cell; the first cell that is wrong is named with its row and its column."""
    if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
        return Misunderstood("wrong.rows", {"n": question.min_rows})
    given = [row for row in value if row.get("key") or any(cell not in (None, "", [], {}) for cell in row.values())]
    if len(given) < question.min_rows:
        return Misunderstood("wrong.rows", {"n": question.min_rows})
    if len(given) > question.max_rows:
        return Misunderstood("wrong.rows_many", {"n": question.max_rows})
    keys = _keys(given)
    if len(set(keys)) < len(keys):
        return Misunderstood("wrong.rows_key")
    rows = []
    for number, (key, row) in enumerate(zip(keys, given, strict=True), start=1):
        reading = read_row(question, row, today, language, number=number)
        if not isinstance(reading, Understood):
            return reading
        rows.append({"key": key, **reading.value})
    return Understood(rows)


def _keys(rows: list[Mapping[str, Any]]) -> list[str]:
    """The rows' own keys; a row without one gets the first number that is free."""
    taken = {str(row["key"])[:40] for row in rows if row.get("key")}
    free = (str(number) for number in range(1, 2 * len(rows) + 2) if str(number) not in taken)
    return [str(row["key"])[:40] if row.get("key") else next(free) for row in rows]


def read_row(question: Question, row: Mapping[str, Any], today: date, language: str, *, number: int) -> Reading:
    """The cells of one row that have something in them; a column whose condition does not hold is left out."""
    names = {column.id for column in question.columns}
    if not names.issuperset(name for name in row if name != "key"):
        return Misunderstood("wrong.rows_column", {"n": number})
    cells: dict[str, Any] = {}
    for column in question.columns:
        if column.when and not column.when.holds(cells):
            continue
        cell = row.get(column.id)
        if cell in (None, "", [], {}):
            if column.required:
                return _in_cell(column, number, language, Phrase("wrong.cell_missing"))
            continue
        reading = read_any(column, cell, today, language)
        if isinstance(reading, Partial):
            return _in_cell(column, number, language, Phrase(f"wrong.{reading.wants}_missing"))
        if isinstance(reading, Misunderstood):
            return _in_cell(column, number, language, Phrase(reading.id, reading.values))
        cells[column.id] = reading.value
    return Understood(cells)


def _in_cell(column: Question, number: int, language: str, problem: Phrase) -> Misunderstood:
    values: dict[str, Value] = {"n": number, "column": column.short.read(language), "problem": problem}
    return Misunderstood("wrong.row", values)
