"""When somebody may be reminded: not in their quiet hours, and on the days of the week that they work."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY_DAY: Final = frozenset(range(7))
_QUIET = re.compile(
    r"(?:van )?(\d{1,2})(?:[:.](\d\d))?(?: uur)? ?(?:-|–|tot|to|until) ?(\d{1,2})(?:[:.](\d\d))?(?: uur)?"
)
_LONGEST = 366  # days that are looked ahead; nobody is away from work longer by their own hours


@dataclass(frozen=True, slots=True)
class Hours:
    """`quiet_from` up to `quiet_until` (local time, over midnight when it is the later one) is quiet; equal: never.

    `days` are the days of the week (Monday is 0) on which a reminder is welcome.
    """

    quiet_from: time
    quiet_until: time
    days: frozenset[int] = EVERY_DAY

    @staticmethod
    def read(stored: Mapping[str, Any]) -> Hours:
        """From `{"quiet": "18:00-08:00", "days": ["monday", …]}`; without days every day is welcome."""
        first, _, last = str(stored["quiet"]).partition("-")
        days = frozenset(WEEKDAYS.index(name) for name in stored.get("days", ()))
        return Hours(time.fromisoformat(first), time.fromisoformat(last), days or EVERY_DAY)

    def is_quiet(self, at: time) -> bool:
        """Whether a time of the day is in the quiet hours."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def is_welcome(self, local: datetime, is_day_off: Callable[[date], bool] = lambda _: False) -> bool:
        """Whether a reminder may come at this local moment."""
        return local.weekday() in self.days and not is_day_off(local.date()) and not self.is_quiet(local.time())

    def welcome(self, local: datetime, is_day_off: Callable[[date], bool] = lambda _: False) -> datetime:
        """The first local moment, from this one on, at which a reminder may come. Moments are without a zone."""
        for _ in range(_LONGEST):
            if local.weekday() in self.days and not is_day_off(local.date()):
                if not self.is_quiet(local.time()):
                    return local
                end = datetime.combine(local.date(), self.quiet_until)
                if end > local:
                    return end
            local = datetime.combine(local.date() + timedelta(days=1), time())
        return local


def read_quiet(text: str) -> str | None:
    """Quiet hours as somebody types them ("18:00-08:00", "van 18 tot 8 uur"), as they are stored; None when they are
    none.
    """
    found = _QUIET.fullmatch(" ".join(text.casefold().split()))
    if found is None:
        return None
    first, last = (int(found[1]), int(found[2] or 0)), (int(found[3]), int(found[4] or 0))
    if max(first[0], last[0]) > 23 or max(first[1], last[1]) > 59:  # noqa: PLR2004 (a clock)
        return None
    return f"{first[0]:02}:{first[1]:02}-{last[0]:02}:{last[1]:02}"
