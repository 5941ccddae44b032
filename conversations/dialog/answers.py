"""Answers: reading what was typed, clicked or sent as a value, and showing what is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from conversations.dialog.answering.amounts import with_reason
from conversations.dialog.answering.choosing import own_words
from conversations.dialog.answering.readings import Misunderstood, Partial, Reading, Understood
from conversations.dialog.answering.rows import read_row, read_rows
from conversations.dialog.answering.showing import choices, show
from conversations.dialog.answering.values import picked, read_any, read_plain
from conversations.dialog.answering.words import clean
from conversations.process.workflow import Kind, Question

__all__ = [
    "Misunderstood",
    "Partial",
    "Reading",
    "Understood",
    "choices",
    "clean",
    "read_choice",
    "read_row",
    "read_text",
    "read_value",
    "show",
]

_AGAIN = re.compile(r"ja|nee|yes|no|[1-5]|unsure|twijfel", re.IGNORECASE)


def read_text(question: Question, text: str, *, today: date, language: str, part: Partial | None = None) -> Reading:
    """What was typed. With `part`, the words that it wanted; a bare mark or yes or no chooses anew."""
    if part is None or (part.wants == "reason" and _AGAIN.fullmatch(text.strip(" .!"))):
        return read_plain(question, text, today, language)
    words = clean(text, lines=part.wants == "reason") if len(text) < 10_000 else text  # noqa: PLR2004  # refused for its length
    if not words:
        return Misunderstood(f"wrong.{part.wants}_missing")
    if part.wants == "reason":
        return with_reason(question, part.value, words)
    return own_words(question, dict(part.value), words)


def read_choice(
    question: Question, keys: Sequence[str], *, part: Partial | None = None, language: str = "nl"
) -> Reading:
    """What was clicked; it takes the place of what was chosen before, `part` included."""
    del part
    return picked(question, keys, language)


def read_value(question: Question, value: object, *, today: date, language: str = "nl") -> Reading:
    """A JSON value from a form, a window or a script; strings are read as if typed, rows cell by cell."""
    if question.kind is Kind.ROWS and not isinstance(value, str) and value:
        return read_rows(question, value, today, language)
    return read_any(question, value, today, language)
