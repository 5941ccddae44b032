"""An answer as one readable line, and what of a question can be clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from conversations.catalogue import Catalogue
from conversations.dates import show_day, show_period
from conversations.dialog.answering.choosing import JUDGEMENTS
from conversations.dialog.answering.options import head
from conversations.process.workflow import Kind, Question, Words


def choices(question: Question) -> tuple[tuple[str, Words], ...]:
    """Key and label of everything that can be clicked; empty for a question that is only typed."""
    if question.kind in (Kind.CHOICE, Kind.CHOICES):
        return tuple((option.id, option.label) for option in question.options)
    if question.kind is Kind.JUDGEMENT:
        catalogue = Catalogue.load()
        return tuple((key, catalogue.words(f"answer.{key}")) for key in JUDGEMENTS)
    if question.kind is Kind.SCALE:
        return tuple((str(score), Words(nl=str(score), en=str(score))) for score in range(1, 6))
    return ()


def show(question: Question, value: Any, language: str, *, today: date | None = None) -> str:
    """One line for a stored value; a value that no longer fits its question is shown as it is."""
    if isinstance(value, str) and question.kind is not Kind.DATE:
        return " ".join(value.split())
    try:
        return _SHOWN[question.kind](question, value, language, today)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return " ".join(str(value).split())


def _text(text_id: str, language: str, **values: str | int) -> str:
    return Catalogue.load().text(language, f"answer.{text_id}", values)


def _with_words(shown: str, more: object, language: str) -> str:
    return _text("with_words", language, shown=shown, words=" ".join(str(more).split())) if more else shown


def _label(question: Question, option_id: str, language: str) -> str:
    option = next((option for option in question.options if option.id == option_id), None)
    if option is None:
        return str(option_id)
    label = option.label.read(language)
    return head(label) or label if option.text else label


def _judgement(_: Question, value: Mapping[str, Any], language: str, __: date | None) -> str:
    return _with_words(_text(value["choice"], language), value.get("reason"), language)


def _choice(question: Question, value: Mapping[str, Any], language: str, _: date | None) -> str:
    return _with_words(_label(question, value["choice"], language), value.get("text"), language)


def _choices(question: Question, value: Mapping[str, Any], language: str, _: date | None) -> str:
    labels = [_label(question, option_id, language) for option_id in value["choices"]]
    return _with_words(Catalogue.load().join(labels, language), value.get("text"), language)


def _number(question: Question, value: Mapping[str, Any], language: str, _: date | None) -> str:
    low, high = value["low"], value["high"]
    shown = str(low) if low == high else _text("range", language, low=low, high=high)
    return f"{shown} {question.unit.read(language)}" if question.unit else shown


def _scale(_: Question, value: Mapping[str, Any], language: str, __: date | None) -> str:
    return _with_words(_text("score", language, score=value["score"]), value.get("reason"), language)


def _date(_: Question, value: str, language: str, today: date | None) -> str:
    return show_day(date.fromisoformat(value), language, today)


def _period(_: Question, value: Mapping[str, Any], language: str, today: date | None) -> str:
    start, end = (date.fromisoformat(day) if day else None for day in (value["start"], value["end"]))
    return show_period(start, end, language, today)


def _rows(question: Question, value: list[Any], language: str, _: date | None) -> str:
    if not value:
        return _text("no_rows", language)
    if question.row_name:
        return _text("named_rows", language, n=len(value), name=question.row_name.read(language))
    return _text("rows", language, n=len(value))


def _words(_: Question, value: Any, __: str, ___: date | None) -> str:
    return " ".join(str(value).split())


_SHOWN: Final[Mapping[Kind, Callable[[Question, Any, str, date | None], str]]] = {
    Kind.SHORT_TEXT: _words,
    Kind.LONG_TEXT: _words,
    Kind.PLACE: _words,
    Kind.JUDGEMENT: _judgement,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.NUMBER: _number,
    Kind.SCALE: _scale,
    Kind.DATE: _date,
    Kind.PERIOD: _period,
    Kind.ROWS: _rows,
}
