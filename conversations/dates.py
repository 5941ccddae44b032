"""Days and periods as people write and read them, in Dutch and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from conversations.catalogue import Catalogue
from conversations.date_grammar import Point, Prefer, Span, ago, length, moved, normal, one_day, read_span, safe
from conversations.date_words import AMOUNT, UNIT
from conversations.spelling import later

__all__ = ["Prefer", "read_day", "read_period", "show_date", "show_day", "show_period"]

_LONGEST: Final = 120  # characters; no day takes more to say
_SINCE: Final = re.compile(r"(?:al |ongoing )?(?:sinds|since|sedert|vanaf|from|van|na|after) (?:al )?(?P<rest>.+)")
_UNTIL: Final = re.compile(
    r"(?:tot en met|t/m|tm|tot aan|tot|until|till|up to|through|uiterlijk|voor|vóór|by|before) (?P<rest>.+)"
)
_FOR: Final = later(rf"(?P<on>al|nu al|for|for the)? ?{AMOUNT} {UNIT}(?: al| nu| already| now)?")
_JOINT: Final = re.compile(r" (?:tot en met|t/m|tm|tot aan|tot|until|till|up to|through|thru|to|en|and|-) | ?- ?")
_OPENING: Final = re.compile(r"^(?:van|vanaf|from|tussen|between|sinds|since|de|het|the) ")


def read_day(text: str, today: date, language: str = "nl", *, prefer: Prefer = None) -> date | None:
    """The day that is meant, or None. `prefer` says on which side of today "vrijdag" or "15 juni" lies."""
    del language  # both are read at once: see date_grammar
    if len(text) > _LONGEST:
        return None
    span = read_span(normal(text), Point(today, today, prefer))
    return span.day if span and _is_sane(span) else None


def read_period(
    text: str, today: date, language: str = "nl", *, prefer: Prefer = None
) -> tuple[date | None, date | None] | None:
    """First and last day that are meant (None: open on that side), or None when it is no period."""
    del language
    if len(text) > _LONGEST:
        return None
    phrase = normal(text)
    here = Point(today, today, prefer)
    span = read_span(phrase, here) if not phrase.startswith("al ") else None
    if span:
        return (span.start, span.end) if _is_sane(span) else None
    for attempt in (_length, _pair, _open):
        if period := attempt(phrase, here):
            return period if all(day is None or _is_near(day) for day in period) else None
    return None


def _is_near(day: date) -> bool:
    return 1990 <= day.year <= 2099  # noqa: PLR2004  # another year is a slip of the keyboard


def _is_sane(span: Span) -> bool:
    return _is_near(span.start) and _is_near(span.end)


def _length(phrase: str, here: Point) -> tuple[date | None, date | None] | None:
    """Read "drie weken": it has lasted so long, or for a question about the future, so long from now."""
    found = _FOR().fullmatch(phrase)
    amount = length(found) if found else None
    if not found or not amount:
        return None
    if here.prefer == "future" and not found["on"]:
        return here.today, moved(here.today, *amount)
    start = ago(found, here)
    return (start, None) if start else None


def _open(phrase: str, here: Point) -> tuple[date | None, date | None] | None:
    """Read "sinds drie weken", "vanaf 1 mei", "t/m 5 mei"."""
    if found := _SINCE.fullmatch(phrase):
        is_past = phrase.startswith(("sinds", "since", "sedert", "al ")) or here.prefer == "past"
        if is_past and (lasted := _length(found["rest"], replace(here, prefer="past"))):
            return lasted
        span = read_span(found["rest"], replace(here, prefer=here.prefer or ("past" if is_past else None)))
        return (span.start, None) if span else None
    if found := _UNTIL.fullmatch(phrase):
        span = read_span(found["rest"], here)
        return (None, span.end) if span else None
    return None


def _pair(phrase: str, here: Point) -> tuple[date | None, date | None] | None:
    """Read "van 3 tot 15 februari": every place where the phrase could be split is tried."""
    for left, right in _splits(phrase):
        end = read_span(right, here)
        if end:
            before = replace(here, around=end.end, prefer="past")
            start = _bare(left, end.start) or read_span(left, before)
        else:
            start = read_span(left, here)
            end = _bare(right, start.start) if start else None
        if start and end:
            return start.start, end.end
    return None


def _splits(phrase: str) -> Iterator[tuple[str, str]]:
    is_between = phrase.startswith(("tussen ", "between "))
    for joint in _JOINT.finditer(phrase):
        if joint[0].strip() in {"en", "and"} and not is_between:
            continue
        left = phrase[: joint.start()]
        while (shorter := _OPENING.sub("", left)) != left:
            left = shorter
        yield left, phrase[joint.end() :]


def _bare(text: str, beside: date) -> Span | None:
    """A lone day number takes its month from the other end of the period."""
    return one_day(safe(beside.year, beside.month, int(text))) if re.fullmatch(r"\d{1,2}", text) else None


def show_day(day: date, language: str, today: date | None = None) -> str:
    """Write "vrijdag 17 april"; with the year unless it is today's."""
    return _show(day, language, today, "day")


def show_date(day: date, language: str, today: date | None = None) -> str:
    """Write "17 april"; with the year unless it is today's."""
    return _show(day, language, today, "date")


def _show(day: date, language: str, today: date | None, form: str) -> str:
    catalogue = Catalogue.load()
    is_this_year = today is not None and today.year == day.year
    values: dict[str, str | int] = {
        "weekday": catalogue.text(language, f"calendar.weekday.{day.weekday()}"),
        "day": day.day,
        "month": catalogue.text(language, f"calendar.month.{day.month}"),
        "year": day.year,
    }
    return catalogue.text(language, f"calendar.{form}" if is_this_year else f"calendar.{form}_year", values)


def show_period(start: date | None, end: date | None, language: str, today: date | None = None) -> str:
    """Write "sinds 3 februari 2026", "3 februari tot en met 15 maart"; one day when both ends are the same."""
    text = Catalogue.load().text
    if start and end:
        if start == end:
            return show_day(start, language, today)
        first = show_date(start, language, end if start.year == end.year else today)
        return text(language, "calendar.between", {"start": first, "end": show_date(end, language, today)})
    if start:
        return text(language, "calendar.since", {"start": show_date(start, language, today)})
    return text(language, "calendar.until", {"end": show_date(end, language, today)}) if end else ""
