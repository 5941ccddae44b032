"""Where the marks of the timeline picture stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from conversations.meetings.views import StepMark

_STEP: Final = 84  # from mark to mark
_EDGE: Final = 42
_HEIGHT: Final = 76


@dataclass(frozen=True, slots=True)
class Spot:
    """One mark of the picture with the line that leads to it (None for the first)."""

    mark: StepMark
    x: int
    line_from: int | None


@dataclass(frozen=True, slots=True)
class Picture:
    """The size of the picture and what stands in it."""

    width: int
    height: int
    spots: tuple[Spot, ...]


def draw(marks: Sequence[StepMark]) -> Picture:
    """The timeline from left to right."""
    spots = tuple(
        Spot(mark=mark, x=_EDGE + place * _STEP, line_from=_EDGE + (place - 1) * _STEP if place else None)
        for place, mark in enumerate(marks)
    )
    return Picture(width=2 * _EDGE + max(0, len(marks) - 1) * _STEP, height=_HEIGHT, spots=spots)
