"""When a table meets: a fixed rhythm or a list of dates, turned into days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from conversations.deadlines import Calendar
from conversations.hours import WEEKDAYS
from conversations.process.workflow import Content, Slug

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


WhichOfMonth = Literal["first", "second", "third", "fourth", "last"]
PerYear = Literal[1, 2, 3, 4, 6, 12]  # spread evenly over the months


class MeetingSeries(Content):
    """The meetings of one table; none on a day in `cancelled`. One of three: `dates`; every so many weeks on a weekday;
    or so many times a year, on the first (second … last) such weekday of a month, from the month of `starts_on`.
    """

    id: Slug
    kind: Slug
    room: Slug
    time: TimeOfDay
    dates: tuple[date, ...] = ()
    every_weeks: Annotated[int, Field(ge=1, le=52)] | None = None
    times_per_year: PerYear | None = None
    on_the: WhichOfMonth | None = None
    weekday: Weekday | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    cancelled: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _has_dates_or_rhythm(self) -> Self:
        rhythm = (self.every_weeks, self.times_per_year, self.weekday, self.starts_on)
        if self.dates and any(part is not None for part in (*rhythm, self.on_the, self.ends_on)):
            raise ValueError("a series has either dates, or every_weeks with weekday and starts_on")
        if self.every_weeks is not None and self.times_per_year is not None:
            raise ValueError("a series has either every_weeks or times_per_year")
        is_rhythm = self.every_weeks is not None or self.times_per_year is not None
        if not self.dates and (not is_rhythm or self.weekday is None or self.starts_on is None):
            raise ValueError("a series needs dates, or every_weeks with weekday and starts_on")
        if self.on_the is not None and self.times_per_year is None:
            raise ValueError("on_the goes with times_per_year")
        return self


@dataclass(frozen=True, slots=True)
class MeetingDay:
    """A day of a series. With `day_off` (what it is called) the meeting is skipped; `proposal` is a day instead."""

    on: date
    day_off: str | None = None
    proposal: date | None = None


def meeting_days(series: MeetingSeries, start: date, end: date, calendar: Calendar) -> tuple[MeetingDay, ...]:
    """The days of a series from `start` up to and with `end`. A date that was listed takes place, day off or not."""
    if series.dates:
        days = (day for day in sorted(set(series.dates)) if start <= day <= end and day not in series.cancelled)
        return tuple(MeetingDay(day) for day in days)
    return tuple(_on_a_working_day(day, calendar) for day in _rhythm(series, start, end) if day not in series.cancelled)


def _rhythm(series: MeetingSeries, start: date, end: date) -> list[date]:
    if series.times_per_year is not None:
        return _in_months(series, start, end, 12 // series.times_per_year)
    if series.every_weeks is None or series.weekday is None or series.starts_on is None:
        return []
    first = series.starts_on + timedelta(days=(WEEKDAYS.index(series.weekday) - series.starts_on.weekday()) % 7)
    step = timedelta(weeks=series.every_weeks)
    if start > first:
        first += -((first - start) // step) * step
    last = end if series.ends_on is None else min(end, series.ends_on)
    return [first + number * step for number in range((last - first) // step + 1)]


def _in_months(series: MeetingSeries, start: date, end: date, every: int) -> list[date]:
    """The first (second … last) of the weekday in every so many months."""
    if series.weekday is None or series.starts_on is None:
        return []
    last = end if series.ends_on is None else min(end, series.ends_on)
    month = series.starts_on.year * 12 + series.starts_on.month - 1
    found = []
    while (first := date(month // 12, month % 12 + 1, 1)) <= last:
        day = _of_month(first, WEEKDAYS.index(series.weekday), series.on_the or "first")
        if max(start, series.starts_on) <= day <= last:
            found.append(day)
        month += every
    return found


def _of_month(first: date, weekday: int, which: WhichOfMonth) -> date:
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    if which == "last":
        while (day + timedelta(weeks=1)).month == first.month:
            day += timedelta(weeks=1)
        return day
    return day + timedelta(weeks=("first", "second", "third", "fourth").index(which))


def _on_a_working_day(day: date, calendar: Calendar) -> MeetingDay:
    day_off = calendar.day_off(day)
    return MeetingDay(day) if day_off is None else MeetingDay(day, day_off, calendar.next_working_day(day))
