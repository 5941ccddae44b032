"""Days and periods."""

from __future__ import annotations

from datetime import date
from typing import Final

from conversations.dates import Prefer, read_day, read_period
from conversations.dialog.answering.readings import Misunderstood, Reading, Understood
from conversations.dialog.answering.words import clean
from conversations.process.workflow import Question

_LONGEST: Final = 200


def _prefer(question: Question) -> Prefer:
    return "past" if question.past else "future" if question.future else None


def read_date(question: Question, text: str, *, today: date, language: str) -> Reading:
    """One day, on the side of today that the question asks for."""
    if not text.strip():
        return Misunderstood("wrong.empty")
    day = read_day(clean(text), today, language, prefer=_prefer(question)) if len(text) < _LONGEST else None
    if day is None:
        return Misunderstood("wrong.date")
    if question.past and day > today:
        return Misunderstood("wrong.date_past", {"day": day})
    if question.future and day < today:
        return Misunderstood("wrong.date_future", {"day": day})
    return Understood(day.isoformat())


def read_stretch(question: Question, text: str, *, today: date, language: str) -> Reading:
    """A period, open on one side at most."""
    if not text.strip():
        return Misunderstood("wrong.empty")
    # Without a side of its own a period is about what has been: that is what is told at the table.
    period = read_period(clean(text), today, language, prefer=_prefer(question)) if len(text) < _LONGEST else None
    return Misunderstood("wrong.period") if period is None else fit_period(question, *period, today=today)


def fit_period(question: Question, start: date | None, end: date | None, *, today: date) -> Reading:
    """The canonical value when the ends are in order and on the right side of today."""
    if start is None and end is None:
        return Misunderstood("wrong.period")
    if start and end and end < start:
        return Misunderstood("wrong.period_order", {"start": start, "end": end})
    if question.past and start and start > today:
        return Misunderstood("wrong.date_past", {"day": start})
    if question.past and end and end > today:
        if start is None:
            return Misunderstood("wrong.date_past", {"day": end})
        end = today  # "deze maand": as far as it has come
    return Understood({"start": start.isoformat() if start else None, "end": end.isoformat() if end else None})
