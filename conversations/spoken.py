"""Due days as people say them: "vrijdag 17 april, over 3 werkdagen"."""

from __future__ import annotations

from datetime import date, timedelta

from conversations.deadlines import Calendar
from conversations.dialog.messages import Phrase


def spoken(day: date, today: date, calendar: Calendar) -> Phrase:
    """A day with how far it is, in working days, seen from today."""
    if day == today:
        return Phrase("deadline.today", {"day": day})
    if day == today + timedelta(days=1):
        return Phrase("deadline.tomorrow", {"day": day})
    number = calendar.working_days_between(today, day)
    if number == 0:
        return Phrase("deadline.plain", {"day": day})
    return Phrase("deadline.ahead" if number > 0 else "deadline.ago", {"n": abs(number), "day": day})


def with_first(day: date, original: date, today: date, calendar: Calendar) -> Phrase:
    """The same, with the day that was agreed at first when it is another."""
    said = spoken(day, today, calendar)
    return said if day == original else Phrase("deadline.was", {"day": said, "before": original})
