"""Where the lines and words of a small chart stand: one indicator, a line for each partner, time from left to right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from conversations.meetings.paper_views import Indicator, Point, Series

WIDTH: Final = 460
_LEFT, _RIGHT, _TOP, _PLOT = 44, 16, 12, 92
_LEGEND: Final = 20  # a line of the legend
_BELOW: Final = 34  # days under the plot
# Told apart by dashes as well as by colour: print may be grey, and eyes differ.
_LOOKS: Final = (
    ("#154273", ""),
    ("#9a3412", "7 4"),
    ("#3f6212", "2 3"),
    ("#6b21a8", "10 3 2 3"),
    ("#0e7490", "4 2"),
    ("#57534e", "1 4"),
)


@dataclass(frozen=True, slots=True)
class Dot:
    """A value at its place."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Curve:
    """One partner's line, with where its name stands in the legend."""

    partner: str
    colour: str
    dashes: str
    dots: tuple[Dot, ...]
    legend_y: int

    @property
    def path(self) -> str:
        """The line as SVG writes it."""
        return " ".join(f"{dot.x:g},{dot.y:g}" for dot in self.dots)


@dataclass(frozen=True, slots=True)
class Mark:
    """A value on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn; the template writes out the days, under the plot at `days_y`."""

    width: int
    height: int
    left: int
    right: int
    days_y: int
    levels: tuple[Mark, ...]
    curves: tuple[Curve, ...]


def middle(point: Point) -> float:
    """What is drawn of a range."""
    return (point.low + point.high) / 2


def number(value: float) -> str:
    """Whole numbers without a point."""
    return f"{value:g}"


def values(point: Point) -> str:
    """The value as it was given: "8–12", or "9"."""
    return number(point.low) if point.low == point.high else f"{number(point.low)}–{number(point.high)}"


def chart(indicator: Indicator) -> Chart:
    """The drawing of an indicator."""
    points = [point for series in indicator.series for point in series.points]
    days = [point.on.toordinal() for point in points]
    low, top = (1, indicator.ceiling) if indicator.ceiling else (0, _round_up(max(map(middle, points))))
    bottom = _TOP + _PLOT
    first, span = min(days), max(1, max(days) - min(days))
    across = WIDTH - _LEFT - _RIGHT

    def dot(point: Point) -> Dot:
        share = (point.on.toordinal() - first) / span
        return Dot(round(_LEFT + share * across, 1), round(bottom - (middle(point) - low) / (top - low) * _PLOT, 1))

    return Chart(
        width=WIDTH,
        height=bottom + _BELOW + _LEGEND * len(indicator.series),
        left=_LEFT,
        right=WIDTH - _RIGHT,
        days_y=bottom + 18,
        levels=tuple(Mark(bottom - _PLOT * share / 2, number(low + (top - low) * share / 2)) for share in range(3)),
        curves=tuple(_curves(indicator.series, dot_of=dot, below=bottom + _BELOW)),
    )


def _curves(series: Sequence[Series], *, dot_of: Callable[[Point], Dot], below: int) -> Iterator[Curve]:
    for place, one in enumerate(series):
        colour, dashes = _LOOKS[place % len(_LOOKS)]
        yield Curve(one.partner, colour, dashes, tuple(map(dot_of, one.points)), below + _LEGEND * place + 12)


def _round_up(value: float) -> int:
    """The top of the axis: even, so that half of it is a whole number."""
    step = 2 if value <= 20 else 10 if value <= 100 else 100  # noqa: PLR2004  # by how people count
    return max(2, ceil(value / step) * step)
