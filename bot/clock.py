"""Where the time comes from. Nothing else in the program asks the system for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The present moment, aware and in UTC."""

    def now(self) -> datetime:
        """Now."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Now, by the machine."""
        return datetime.now(UTC)


class SimulatedClock:
    """A clock that stands still until it is moved: for replays and tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment it was moved to last."""
        return self._now

    def advance_to(self, moment: datetime) -> None:
        """Move forward; an earlier moment leaves it where it is."""
        self._now = max(self._now, moment.astimezone(UTC))


class DemoClock:
    """The machine's clock with a shift, so that a visitor of the demo can go to the next moment that matters."""

    def __init__(self, start: datetime) -> None:
        self._shift = start - datetime.now(UTC)

    def now(self) -> datetime:
        """Now in the demo."""
        return datetime.now(UTC) + self._shift

    def advance_to(self, moment: datetime) -> None:
        """Jump forward; an earlier moment leaves it where it is."""
        if moment > self.now():
            self._shift = moment - datetime.now(UTC)

    def restart_at(self, moment: datetime) -> None:
        """Go to any moment, back as well (the demo begins again)."""
        self._shift = moment - datetime.now(UTC)


ONE_MINUTE = timedelta(minutes=1)
