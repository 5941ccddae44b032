"""Answers that come as values: from a web form, a window of a platform or a replay script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeAlias

from conversations.dates import read_day
from conversations.dialog.answering.amounts import fit_number, read_number, read_scale, with_reason
from conversations.dialog.answering.choosing import (
    JUDGEMENTS,
    own_words,
    read_judgement,
    read_one,
    read_several,
    several,
)
from conversations.dialog.answering.days import fit_period, read_date, read_stretch
from conversations.dialog.answering.readings import Misunderstood, Reading, Understood
from conversations.dialog.answering.words import READ_LONGEST, clean, fitted, read_place, read_words
from conversations.process.workflow import Kind, Option, Question

_TEXTS: Final = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.PLACE})
_SCORES: Final = range(1, 6)
TextReader: TypeAlias = Callable[[Question, str, date, str], Reading]


def _read_rows_text(question: Question, text: str, _: date, __: str) -> Reading:
    """Rows are filled in cell by cell; all that can be said in a word is that there are none."""
    is_none = clean(text).casefold().strip(".!") in {
        "geen",
        "niets",
        "nvt",
        "n.v.t",
        "none",
        "nothing",
        "n/a",
        "-",
        "[]",
    }
    if is_none and question.min_rows == 0:
        return Understood([])
    return Misunderstood("wrong.rows", {"n": question.min_rows})


_TEXT_READERS: Final[Mapping[Kind, TextReader]] = {
    Kind.SHORT_TEXT: lambda question, text, _, __: read_words(question, text),
    Kind.LONG_TEXT: lambda question, text, _, __: read_words(question, text),
    Kind.PLACE: lambda question, text, _, __: read_place(question, text),
    Kind.JUDGEMENT: lambda question, text, _, __: read_judgement(question, text),
    Kind.CHOICE: lambda question, text, _, language: read_one(question, text, language),
    Kind.CHOICES: lambda question, text, _, language: read_several(question, text, language),
    Kind.NUMBER: lambda question, text, _, __: read_number(question, text),
    Kind.SCALE: lambda question, text, _, __: read_scale(question, text),
    Kind.DATE: lambda question, text, today, language: read_date(question, text, today=today, language=language),
    Kind.PERIOD: lambda question, text, today, language: read_stretch(question, text, today=today, language=language),
    Kind.ROWS: _read_rows_text,
}


def read_plain(question: Question, text: str, today: date, language: str) -> Reading:
    """What was typed, by the kind of the question."""
    if question.kind not in _TEXTS and len(text) > READ_LONGEST:
        return Misunderstood("wrong.too_long", {"n": len(text) - READ_LONGEST, "most": READ_LONGEST})
    return _TEXT_READERS[question.kind](question, text, today, language)


def picked(question: Question, keys: Sequence[str], language: str) -> Reading:
    """What was clicked: option ids, "yes", "3"; several of them only where several may be chosen."""
    if question.kind is Kind.CHOICES:
        options = [option for key in keys if (option := _option(question, key))]
        if len(options) < len(keys):
            return Misunderstood("wrong.choice", {"n": len(question.options)})
        return several(question, options, "")
    if len(keys) != 1:
        return Misunderstood("wrong.choices_empty" if not keys else "wrong.choice_one", {"n": len(question.options)})
    key = keys[0]
    if question.kind is Kind.JUDGEMENT and key in JUDGEMENTS:
        return with_reason(question, {"choice": key}, "")
    if question.kind is Kind.CHOICE:
        option = _option(question, key)
        if option is None:
            return Misunderstood("wrong.choice", {"n": len(question.options)})
        return own_words(question, {"choice": option.id}, "") if option.text else Understood({"choice": option.id})
    return (
        read_plain(question, key, date.min, language) if question.kind is Kind.SCALE else Misunderstood("wrong.value")
    )


def _option(question: Question, key: object) -> Option | None:
    return next((option for option in question.options if option.id == key), None)


def read_any(question: Question, value: object, today: date, language: str) -> Reading:
    """A JSON value of any shape: the stored shape is checked, simpler shapes are read as if typed."""
    if value is None or value in ("", [], {}):
        return _read_empty(question)
    if question.kind is Kind.JUDGEMENT and isinstance(value, bool):
        return with_reason(question, {"choice": "yes" if value else "no"}, "")
    if isinstance(value, bool):  # YAML reads an option `yes` as true
        value = "yes" if value else "no"
    if isinstance(value, date):
        value = value.isoformat()[:10]
    if isinstance(value, int | float):
        value = str(int(value)) if isinstance(value, int) or value.is_integer() else str(value)
    if isinstance(value, str):
        return read_plain(question, value, today, language)
    reader = _SHAPES.get(question.kind)
    return reader(question, value, today, language) if reader else Misunderstood("wrong.value")


def _read_empty(question: Question) -> Reading:
    if question.kind is Kind.ROWS:
        return Understood([]) if question.min_rows == 0 else Misunderstood("wrong.rows", {"n": question.min_rows})
    if question.kind is Kind.CHOICES:
        return Misunderstood("wrong.choices_empty", {"n": len(question.options)})
    return Misunderstood("wrong.empty")


def _words(value: Mapping[Any, Any], name: str) -> str:
    words = value.get(name)
    return words if isinstance(words, str) else ""


def _judgement(question: Question, value: object, _: date, __: str) -> Reading:
    if not isinstance(value, Mapping) or value.get("choice") not in JUDGEMENTS:
        return Misunderstood("wrong.judgement")
    return with_reason(question, {"choice": value["choice"]}, clean(_words(value, "reason"), lines=True))


def _scale(question: Question, value: object, _: date, __: str) -> Reading:
    score = value.get("score") if isinstance(value, Mapping) else None
    if isinstance(score, str) and score.strip() in {"1", "2", "3", "4", "5"}:
        score = int(score)
    if not isinstance(value, Mapping) or not isinstance(score, int) or isinstance(score, bool) or score not in _SCORES:
        return Misunderstood("wrong.scale")
    return with_reason(question, {"score": score}, clean(_words(value, "reason"), lines=True))


def _one(question: Question, value: object, _: date, language: str) -> Reading:
    choice = value.get("choice") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(choice, str):
        return Misunderstood("wrong.choice", {"n": len(question.options)})
    option = _option(question, choice)
    if option is None:
        return read_one(question, choice, language)
    return (
        own_words(question, {"choice": option.id}, _words(value, "text"))
        if option.text
        else Understood({"choice": option.id})
    )


def _several(question: Question, value: object, _: date, language: str) -> Reading:
    keys = value.get("choices") if isinstance(value, Mapping) else value
    if not isinstance(keys, list | tuple):
        return Misunderstood("wrong.choice", {"n": len(question.options)})
    options: list[Option] = []
    for key in keys:
        option = _option(question, key)
        if option is None:
            reading = read_several(question, str(key), language)
            if not isinstance(reading, Understood):
                return reading
            options += [found for chosen in reading.value["choices"] if (found := _option(question, chosen))]
        else:
            options.append(option)
    return several(question, options, _words(value, "text") if isinstance(value, Mapping) else "")


def _number(question: Question, value: object, today: date, language: str) -> Reading:
    if isinstance(value, Mapping):
        ends = [_end(value.get(name)) for name in ("low", "high") if value.get(name) not in (None, "")]
        if ends and all(isinstance(end, int) for end in ends):
            numbers = sorted(end for end in ends if isinstance(end, int))
            return fit_number(question, numbers[0], numbers[-1])
        return Misunderstood("wrong.number_whole")
    if isinstance(value, list | tuple) and 1 <= len(value) <= 2:  # noqa: PLR2004  # [8, 12]
        return _number(question, dict(zip(("low", "high"), value, strict=False)), today, language)
    return Misunderstood("wrong.number_whole")


def _end(value: object) -> int | None:
    if isinstance(value, str):
        digits = value.strip()
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None  # noqa: PLR2004
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _period(question: Question, value: object, today: date, language: str) -> Reading:
    if isinstance(value, list | tuple) and len(value) == 2:  # noqa: PLR2004  # [start, end]
        value = {"start": value[0], "end": value[1]}
    if not isinstance(value, Mapping):
        return Misunderstood("wrong.period")
    ends: list[date | None] = []
    for name in ("start", "end"):
        given = value.get(name)
        if given in (None, ""):
            ends.append(None)
            continue
        text = given.isoformat()[:10] if isinstance(given, date) else str(given)
        day = read_day(clean(text[:200]), today, language, prefer="past" if question.past else None)
        if day is None:
            return Misunderstood("wrong.period")
        ends.append(day)
    return fit_period(question, ends[0], ends[1], today=today)


def _text(question: Question, value: object, _: date, __: str) -> Reading:
    """A list of lines for a long text; anything else is no text."""
    if (
        question.kind is Kind.LONG_TEXT
        and isinstance(value, list | tuple)
        and all(isinstance(line, str) for line in value)
    ):
        ready = fitted("\n".join(value), question.longest, lines=True)
        return ready if isinstance(ready, Misunderstood) else Understood(ready)
    return Misunderstood("wrong.value")


ValueReader: TypeAlias = Callable[[Question, object, date, str], Reading]
_SHAPES: dict[Kind, ValueReader] = {
    Kind.JUDGEMENT: _judgement,
    Kind.SCALE: _scale,
    Kind.CHOICE: _one,
    Kind.CHOICES: _several,
    Kind.NUMBER: _number,
    Kind.PERIOD: _period,
    Kind.LONG_TEXT: _text,
}
