"""A register as a table for a spreadsheet: a line for each action or decision, every cell data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from conversations.catalogue import Catalogue
from conversations.documents.escape import clean
from conversations.meetings.views import ActionItem, ActionList, DecisionItem, DecisionRegister

# What a spreadsheet takes for a formula when a cell begins with it; the full-width forms too.
_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  # that they look alike is the point
_ACTIONS: Final = ("number", "case", "action", "owner", "function", "due", "was_due", "state", "reason", "done")
_DECISIONS: Final = (
    "number", "day", "case", "decision", "reason", "conditions", "way", "step", "effect", "reference", "dissent",
    "review",
)  # fmt: skip


def table(view: ActionList | DecisionRegister) -> str:
    """The register with semicolons, as a Dutch spreadsheet reads it; every cell in quotes, formulas as text."""
    language = view.front.language
    if isinstance(view, ActionList):
        names: Sequence[str] = _ACTIONS
        rows: Iterable[Sequence[str]] = (_action(item, language) for item in view.actions)
    else:
        names, rows = _DECISIONS, (_decision(item, language) for item in view.decisions)
    heads = [Catalogue.load().text(language, f"documents.csv.{name}") for name in names]
    return sheet(heads, rows)


def sheet(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows with semicolons, as a Dutch spreadsheet reads them; every cell in quotes, formulas as text."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([[_cell(text) for text in row] for row in (heads, *rows)])
    return written.getvalue()


def _cell(text: str) -> str:
    """The text in one line; one that would be calculated is marked as text, as spreadsheets themselves do."""
    line = " ".join(clean(text).split())
    return f"'{line}" if text[:1] in _FORMULA or line[:1] in _FORMULA else line


def _action(item: ActionItem, language: str) -> Sequence[str]:
    state = Catalogue.load().text(language, f"action_status.{item.status}")
    return (
        item.number, item.case, item.title, item.owner, item.function, _day(item.due_on), _day(item.original_due_on),
        state, item.reason, _day(item.done_on),
    )  # fmt: skip


def _decision(item: DecisionItem, language: str) -> Sequence[str]:
    effect = (
        "" if item.effect == "none" else Catalogue.load().text(language, f"documents.decision.effect.{item.effect}")
    )
    dissent = " / ".join(f"{said.partner}: {said.words}" for said in item.dissent)
    return (
        item.number, _day(item.decided_on), item.case, item.text, item.reason, item.conditions, item.way,
        item.leads_to, effect, item.reference, dissent, _day(item.review_on),
    )  # fmt: skip


def _day(day: date | None) -> str:
    """As every spreadsheet sorts it."""
    return "" if day is None else day.isoformat()
