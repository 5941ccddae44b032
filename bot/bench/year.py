"""A year of many municipalities in minutes: how late reminders come, whether a busy room delays others, and memory.

The clock runs while the program works and jumps over the hours in which nothing happens, so that what the program and
the platforms' limits take is what is measured.
"""

from __future__ import annotations

import asyncio
import random
from array import array
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final
from zoneinfo import ZoneInfo

from bot.app import App, build_app
from bot.bench.measure import Ratio, Result, Round, Say, Series, percentiles
from bot.bench.memory import held
from bot.bench.towns import CASES, PARTNERS, ZONE, Town, settings_of
from bot.clock import DemoClock
from bot.platforms import limits
from bot.platforms.base import Outbound
from bot.stage import FOLDER
from bot.wanted import NUDGE
from conversations import deadlines
from conversations.dialog.messages import Message, to_json
from conversations.process.workflow import DataLevel
from storage import nudges, queue
from storage.migrate import open_ready
from storage.names import changes
from storage.pace import Limit
from storage.tables import Assignment, Task
from storage.transaction import Transaction

TITLE: Final = "a year of 342 municipalities, each with 8 cases of 12 partners, on a clock that skips idle hours"
TOWNS: Final = 342
DAYS: Final = 365
EVERY: Final = 28  # days between the rounds in which everybody is asked something for each case
START: Final = date(2026, 1, 5)
ROOM: Final = 60  # messages for one busy room each working day, a minute before the reminders
ANSWERED: Final = ((0.6, 9), (0.85, 13), (0.95, 17), (1.0, 25))  # share that was answered by so many days after opening

_CLOSE = changes(Task)
_DELIVER = changes(Assignment)


class Counted:
    """A chat platform at which every reminder arrives at once, as far as its limits let it."""

    ceiling = DataLevel.PSEUDONYM
    keeps_history = True

    def __init__(self, name: str, allows: tuple[Limit, ...], year: Year) -> None:
        self.name = name
        self.limits = allows
        self._year = year

    async def send(self, outbound: Outbound) -> str | None:
        """It has come."""
        self._year.came(outbound)
        return outbound.key


@dataclass
class Year:
    """What is counted while it passes."""

    clock: DemoClock
    late: array[float] = field(default_factory=lambda: array("d"))  # seconds after nine o'clock, per reminder
    sent: int = 0
    busy: int = -1  # the town with the busy room today
    beside: list[float] = field(default_factory=list)  # of the reminders in that town today
    elsewhere: list[float] = field(default_factory=list)
    fairness: list[float] = field(default_factory=list)  # of each day: beside a busy room ÷ elsewhere

    def came(self, outbound: Outbound) -> None:
        """A message arrived."""
        self.sent += 1
        if outbound.context.get("message") != NUDGE:
            return
        now = self.clock.now().astimezone(ZoneInfo(ZONE))
        seconds = (now - now.replace(hour=9, minute=0, second=0, microsecond=0)).total_seconds()
        self.late.append(seconds)
        if outbound.place.platform != "slack":  # where the busy room is
            return
        here = self.beside if outbound.place.address.startswith(f"D{self.busy}-") else self.elsewhere
        here.append(seconds)

    def end_of_day(self) -> None:
        """Compare those beside the busy room with the others on the same platform."""
        if self.beside and self.elsewhere:
            self.fairness.append(median(self.beside) / max(median(self.elsewhere), 0.001))
        self.beside.clear()
        self.elsewhere.clear()


def measure(folder: Path, rounds: int, scale: float, say: Say) -> Result:
    """One year, whatever the rounds: it is long enough to be repeated in itself."""
    del rounds
    towns, days = max(3, round(TOWNS * scale)), DAYS if scale >= 0.1 else max(30, round(DAYS * scale))  # noqa: PLR2004
    say(f"{towns} municipalities × {CASES} cases × {PARTNERS} partners, {days} days; a whole year takes long")
    year = Year(DemoClock(deadlines.moment(START, "05:00", ZONE)))
    database = open_ready(f"sqlite:///{folder / 'year.db'}")
    platforms = [
        Counted("slack", (Limit(1, 1.0), Limit(30, 1.0, "platform")), year),  # many workspaces
        Counted("telegram", limits.TELEGRAM, year),
    ]
    app = build_app(database=database, clock=year.clock, platforms=platforms)
    try:
        app.set_up(FOLDER)
        play = _Play(app, year, towns, days)
        began = perf_counter()
        asyncio.run(play.run())
        elapsed = perf_counter() - began
    finally:
        database.close()
    return _result(year, play, elapsed, {"towns": towns, "cases": CASES, "partners": PARTNERS, "days": days})


def _result(year: Year, play: _Play, elapsed: float, sizes: dict[str, int]) -> Result:
    if not year.late:
        raise RuntimeError("nobody was reminded of anything")
    series = Series("reminders", "how late they came", [Round(elapsed, year.late)])
    ratios = (
        Ratio("reminder lateness, p99", percentiles(year.late)[1], unit=" s"),
        Ratio("beside a busy room ÷ elsewhere", median(year.fairness) if year.fairness else 1.0, 2, "<="),
        Ratio("memory after the first month and at the end", play.grown() / 2**20, 64, "<=", " MB"),
        Ratio("asked, and not sent on its day", float(play.left), 0, "<="),
        Ratio("run time", elapsed / 60, unit=" minutes"),
    )
    return Result(ratios, (series,), {**sizes, "reminders": len(year.late), "messages": year.sent})


class _Play:
    """Lets the days pass."""

    def __init__(self, app: App, year: Year, towns: int, days: int) -> None:
        self._app = app
        self._year = year
        self._days = days
        self._chance = random.Random(2026)
        self._answers: dict[int, list[int]] = {}  # day → assignments that are answered then
        self._tasks: dict[int, list[int]] = {}  # day → tasks that close then
        self._held: list[int] = []
        self.left = 0
        settings = app.database.read(settings_of)
        self._towns = [
            app.database.write(partial(Town.found, number=number, settings=settings, day=START))
            for number in range(towns)
        ]
        app.reload()

    def grown(self) -> int:
        """Bytes more at the end than after the first month."""
        return self._held[-1] - self._held[min(30, len(self._held) // 2)]

    async def run(self) -> None:
        """Day after day: what is asked and answered, then what time brings."""
        for number in range(self._days):
            day = START + timedelta(days=number)
            self._year.clock.advance_to(deadlines.moment(day, "05:00", ZONE))
            self._ask(number, day)
            self._answer(number)
            await self._until(deadlines.moment(day, "08:59", ZONE))
            if day.weekday() < 5:  # noqa: PLR2004 -- a working day
                self._fill_room(number, day)
            await self._until(deadlines.moment(day, "20:00", ZONE))
            self._year.end_of_day()
            self._app.keep_house()
            self._held.append(held("VmRSS"))
        self.left = self._app.database.read(lambda tx: len(nudges.late(tx, self._year.clock.now())))

    async def _until(self, end: datetime) -> None:
        """Bring about and send everything that comes before that moment."""
        app, clock = self._app, self._year.clock
        while (at := self._next()) is not None and at <= end:
            clock.advance_to(at)
            ticking = asyncio.create_task(asyncio.to_thread(app.tick))
            while not ticking.done():
                await app.drain()
                await asyncio.wait({ticking}, timeout=0.02)
            await ticking
            await app.drain()
        clock.advance_to(end)

    def _next(self) -> datetime | None:
        moments = [one for one in (self._app.next_due(), self._app.next_turn()) if one is not None]
        return min(moments, default=None)

    # --- what happens -------------------------------------------------------------------------------------------------

    def _ask(self, number: int, day: date) -> None:
        """Some municipalities begin a round today; those of a month are spread over it."""
        for which, town in enumerate(self._towns):
            if (number + which) % EVERY == 0:
                asked = self._app.database.write(partial(town.ask, day=day))
                for assignment in asked.assignments:
                    chance = self._chance.random()
                    after = next(days for share, days in ANSWERED if chance <= share)
                    self._answers.setdefault(number + self._chance.randint(1, after), []).append(assignment)
                self._tasks.setdefault(number + EVERY - 1, []).extend(asked.tasks)

    def _answer(self, number: int) -> None:
        answered, closed = self._answers.pop(number, []), self._tasks.pop(number, [])

        def work(tx: Transaction) -> None:
            tx.many(_DELIVER, [{"which": one, "status": "delivered"} for one in answered])
            tx.many(_CLOSE, [{"which": one, "status": "closed"} for one in closed])

        self._app.database.write(work)

    def _fill_room(self, number: int, day: date) -> None:
        """One room gets much at once; whoever is reminded in that municipality must not wait for it."""
        self._year.busy = number * 2 % (len(self._towns) + len(self._towns) % 2)
        town, now, message = self._towns[self._year.busy], self._year.clock.now(), to_json(Message("task.none"))

        def work(tx: Transaction) -> None:
            for one in range(ROOM):
                queue.put(
                    tx, municipality_id=town.id, dedup_key=f"room:{day}:{one}", platform="slack",
                    address=f"R{self._year.busy}", is_private=False, thread=None, message=message,
                    created_at=now, retry_at=now, member_id=None, dialog_id=None, card_id=None, case_id=None,
                )  # fmt: skip

        self._app.database.write(work)
