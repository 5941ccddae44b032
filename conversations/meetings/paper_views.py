"""View models of a case's registers and of the paper that a step ends with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from conversations.meetings.view_parts import ActionItem, DecisionItem, Front, Gap, GoalItem, Heading, Opinion

PaperKind: TypeAlias = Literal["interpretation", "advice", "plan", "monitoring", "evaluation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionList:
    """The action list of a case, or of every case of the reader (`heading` is None then)."""

    front: Front
    heading: Heading | None
    actions: tuple[ActionItem, ...]
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRegister:
    """The decision register of a case, or of every case of the reader; newest last."""

    front: Front
    heading: Heading | None
    decisions: tuple[DecisionItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of a table that somebody filled in."""

    partner: str
    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What was answered to one question: in words or figures by each partner (`opinions`), or as a table."""

    label: str
    opinions: tuple[Opinion, ...]
    columns: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One form of the step with what came in on it. `is_joint`: one of them wrote it for all."""

    title: str
    is_joint: bool
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A value on a day; `low` and `high` are the same unless it was given as a range."""

    on: date
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """How one partner saw an indicator over time."""

    partner: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure that is asked again every round. `ceiling`: the highest it can be; 0 when there is none."""

    label: str
    unit: str
    ceiling: int
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPaper:
    """What a step ends with: the interpretation, the advice, the plan, how it goes, or the evaluation."""

    kind: PaperKind
    front: Front
    heading: Heading
    parts: tuple[Part, ...]
    goals: tuple[GoalItem, ...]
    actions: tuple[ActionItem, ...]
    done: int
    total: int
    indicators: tuple[Indicator, ...]
    gaps: tuple[Gap, ...]
    decisions: tuple[DecisionItem, ...]
