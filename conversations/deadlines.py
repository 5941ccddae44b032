"""Working days and due moments: pure arithmetic on days, turned into instants as late as can be.

A term counts working days: not the weekend, not a national holiday, not a day on which the municipality is closed. A
due day with its local time becomes an instant only when it is needed, so that a clock change does not move it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from conversations.hours import WEEKDAYS

LiberationDay = Literal["lustrum", "yearly", "never"]

_DAY = timedelta(days=1)
_SATURDAY = 5
_LUSTRUM = 5


@lru_cache(maxsize=64)
def _national_holidays(year: int) -> Mapping[date, str]:
    from holidays import country_holidays  # noqa: PLC0415 (slow import: a tenth of a second, and not every run needs it)

    return dict(country_holidays("NL", years=year, language="nl"))


@lru_cache(maxsize=64)
def _good_friday(year: int) -> date:
    return next(day for day, name in _national_holidays(year).items() if "paasdag" in name) - 2 * _DAY


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked on in one municipality. `closed` has its own closed days with what they are called."""

    closed: Mapping[date, str] = field(default_factory=dict)
    good_friday_free: bool = False
    liberation_day: LiberationDay = "lustrum"
    weekdays_off: frozenset[int] = frozenset()  # besides the weekend; Monday is 0

    def without(self, days_off: Iterable[str]) -> Calendar:
        """The same, for an organisation with days off of its own: weekdays ("friday") and days ("2026-05-15")."""
        own = list(days_off)
        if not own:
            return self
        weekdays = {WEEKDAYS.index(one) for one in own if one in WEEKDAYS}
        closed = {date.fromisoformat(one): "" for one in own if one not in WEEKDAYS}
        return replace(self, closed={**closed, **self.closed}, weekdays_off=self.weekdays_off | weekdays)

    def day_off(self, day: date) -> str | None:
        """What the day is called when nobody works because of it: a holiday or an own closed day; None otherwise."""
        if day in self.closed:
            return self.closed[day]
        if (day.month, day.day) == (5, 5):
            is_free = self.liberation_day == "yearly" or (self.liberation_day == "lustrum" and day.year % _LUSTRUM == 0)
            if is_free:
                return "Bevrijdingsdag"
        if day == _good_friday(day.year):
            return "Goede Vrijdag" if self.good_friday_free else None
        name = _national_holidays(day.year).get(day)
        return None if name == "Bevrijdingsdag" else name

    def is_working_day(self, day: date) -> bool:
        """Whether a working day's term counts this day."""
        weekday = day.weekday()
        return weekday < _SATURDAY and weekday not in self.weekdays_off and self.day_off(day) is None

    def next_working_day(self, day: date) -> date:
        """The day itself when it is a working day, otherwise the first one after it."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """The day itself when it is a working day, otherwise the last one before it."""
        while not self.is_working_day(day):
            day -= _DAY
        return day

    def add_working_days(self, day: date, number: int) -> date:
        """The working day that many working days after the day (before it, when negative); 0 is `next_working_day`."""
        if number == 0:
            return self.next_working_day(day)
        step = _DAY if number > 0 else -_DAY
        for _ in range(abs(number)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days come after `start` up to and with `end`; negative when `end` is the earlier one."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + number * _DAY for number in range(1, (end - start).days + 1))
        return sum(1 for day in days if self.is_working_day(day))


def moment(day: date, at: str, zone: str) -> datetime:
    """The instant, in UTC, at which the clocks of a zone show a time ("17:00") on a day.

    A time that a clock change skips is that much later; one that comes twice is the first of the two.
    """
    return datetime.combine(day, time.fromisoformat(at), ZoneInfo(zone)).astimezone(UTC)


def local_day(instant: datetime, zone: str) -> date:
    """The day on the calendar of a zone at an instant."""
    return instant.astimezone(ZoneInfo(zone)).date()


def yearly_day(month_day: str, start: date, calendar: Calendar) -> date:
    """The first working day on or after a day of the year ("06-01"), from `start` on; 02-29 may be 1 March."""
    month, day = map(int, month_day.split("-"))
    for year in (start.year, start.year + 1):
        on = date(year, month, 1) + (day - 1) * _DAY
        if on >= start:
            return calendar.next_working_day(on)
    raise AssertionError("the day of next year is later")


def ladder_days(
    due_on: date, offsets: Iterable[int], calendar: Calendar, *, counts: Literal["working_days", "calendar_days"]
) -> tuple[date, ...]:
    """The days of the rungs of a ladder: so many days before (negative) or after the due day, counted as it says."""
    if counts == "calendar_days":
        return tuple(due_on + offset * _DAY for offset in offsets)
    return tuple(calendar.add_working_days(due_on, offset) for offset in offsets)
