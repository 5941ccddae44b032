"""Rounds that take turns, and what can be said of them: on a machine that others use too, only ratios count."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Literal, TypeAlias, TypeVar

T = TypeVar("T")


class CannotMeasureError(Exception):
    """Something that a metric needs is not on this machine; says what."""


@dataclass(frozen=True, slots=True)
class Round:
    """One contender's part of a round: how long it took as a whole, and each piece of it in seconds."""

    elapsed: float
    pieces: Sequence[float]


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to do the work. `run` does one round's share; `unit` names a piece of it."""

    name: str
    run: Callable[[int], Round]
    note: str = ""


@dataclass(slots=True)
class Series:
    """The rounds of one contender."""

    name: str
    note: str = ""
    rounds: list[Round] = field(default_factory=list)

    @property
    def pieces(self) -> list[float]:
        """Every piece of every round, in seconds."""
        return [piece for one in self.rounds for piece in one.pieces]

    def typical(self, which: int) -> float:
        """The middle piece of one round."""
        return median(self.rounds[which].pieces)

    def rate(self, which: int) -> float:
        """Pieces a second in one round."""
        return len(self.rounds[which].pieces) / self.rounds[which].elapsed

    def as_json(self) -> dict[str, float | int]:
        """Times in microseconds."""
        p50, p99 = percentiles(self.pieces)
        return {
            "per_second": round(median(map(self.rate, range(len(self.rounds)))), 2),
            "p50_us": round(p50 * 1e6, 1),
            "p99_us": round(p99 * 1e6, 1),
            "pieces": len(self.pieces),
        }


@dataclass(frozen=True, slots=True)
class Ratio:
    """What was reached, beside what was wanted (nothing, when it is there to compare with).

    A figure that is not a ratio has a unit (MB, queries).
    """

    name: str
    value: float
    target: float | None = None
    wants: Literal[">=", "<="] = "<="
    unit: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the target was reached, as the figure is shown: to two decimals."""
        if self.target is None:
            return True
        shown = round(self.value, 2)
        return shown >= self.target if self.wants == ">=" else shown <= self.target

    def as_json(self) -> dict[str, Any]:
        """The figure with its target, when it has one."""
        if self.target is None:
            return {"ratio": round(self.value, 3)}
        return {"ratio": round(self.value, 3), "target": f"{self.wants}{self.target:g}{self.unit}", "met": self.is_met}


@dataclass(frozen=True, slots=True)
class Result:
    """What a metric found. The first ratio is the one that the metric is known by."""

    ratios: tuple[Ratio, ...]
    series: tuple[Series, ...]
    sizes: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """The first ratio, then everything."""
        return {
            **self.ratios[0].as_json(),
            "met": all(one.is_met for one in self.ratios),
            "ratios": {one.name: one.as_json() for one in self.ratios},
            "measured": {one.name: one.as_json() for one in self.series},
            "sizes": self.sizes,
        }


Say: TypeAlias = Callable[[str], None]


def percentiles(pieces: Sequence[float]) -> tuple[float, float]:
    """The middle one, and the one that a hundredth is slower than."""
    if len(pieces) == 1:
        return pieces[0], pieces[0]
    cuts = quantiles(pieces, n=100, method="inclusive")
    return cuts[49], cuts[98]


def one_by_one(pieces: Sequence[Callable[[], object]]) -> Round:
    """Do the pieces after one another, each with its own time."""
    times = []
    began = last = perf_counter()
    for piece in pieces:
        piece()
        now = perf_counter()
        times.append(now - last)
        last = now
    return Round(last - began, times)


async def in_flight(lines: Sequence[Sequence[T]], handle: Callable[[T], Awaitable[object]]) -> Round:
    """Every line has one piece under way at any moment."""
    times: list[float] = []

    async def go_along(line: Sequence[T]) -> None:
        for piece in line:
            began = perf_counter()
            await handle(piece)
            times.append(perf_counter() - began)

    began = perf_counter()
    await asyncio.gather(*map(go_along, lines))
    return Round(perf_counter() - began, times)


def take_turns(contenders: Sequence[Contender], rounds: int) -> tuple[Series, ...]:
    """A B C A B C …: what slows down one for a while slows down the others too. The first round is not counted."""
    series = tuple(Series(one.name, one.note) for one in contenders)
    for number in range(rounds + 1):
        for contender, kept in zip(contenders, series, strict=True):
            done = contender.run(number)
            if number:
                kept.rounds.append(done)
    return series


def ratio_of_rates(ours: Series, other: Series) -> float:
    """Pieces a second of ours ÷ the other's: the median of the rounds, each compared with its neighbour in time."""
    return median(ours.rate(number) / other.rate(number) for number in range(len(ours.rounds)))


def ratio_of_times(ours: Series, other: Series) -> float:
    """The middle time of ours ÷ the other's, likewise."""
    return median(ours.typical(number) / other.typical(number) for number in range(len(ours.rounds)))
