"""View models: what a document says, for one reader, before it is text.

They hold words of people and of the content as they are (nothing escaped), days as days, and ids for what the catalogue
names (roles, statuses). Frozen and JSON-able: a document is stored with the view it was rendered from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from conversations.meetings.paper_views import ActionList, DecisionRegister, StepPaper
from conversations.meetings.view_parts import (
    ActionItem,
    CaseItem,
    DecisionItem,
    DissentItem,
    Fact,
    Front,
    Gap,
    GapState,
    GoalItem,
    Heading,
    Input,
    Judgement,
    MarkState,
    Occasion,
    Opinion,
    PrivacyItem,
    Review,
    Seat,
    StayItem,
    StepMark,
    Track,
    Way,
)

__all__ = [
    "ActionItem",
    "ActionList",
    "Agenda",
    "CaseItem",
    "CaseMinutes",
    "CaseStatusView",
    "DecisionItem",
    "DecisionRegister",
    "DissentItem",
    "Fact",
    "Front",
    "Gap",
    "GapState",
    "GoalItem",
    "Heading",
    "Input",
    "Judgement",
    "MarkState",
    "Minutes",
    "Occasion",
    "Opinion",
    "PrivacyItem",
    "Review",
    "Seat",
    "StayItem",
    "StepMark",
    "StepPaper",
    "Track",
    "View",
    "Way",
    "freeze",
    "kind_of",
    "thaw",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The agenda of a meeting for one reader."""

    front: Front
    occasion: Occasion
    opening: tuple[str, ...]
    closing: tuple[str, ...]
    decides_signals: bool
    seats: tuple[Seat, ...]
    actions: tuple[ActionItem, ...]
    signals: tuple[Input, ...]
    cases: tuple[CaseItem, ...]
    monitored: tuple[CaseItem, ...]
    requests: tuple[CaseItem, ...]
    privacy: tuple[PrivacyItem, ...] | None  # None: not for this reader
    reviews: tuple[Review, ...]
    previous_on: date | None
    next_on: date | None
    next_time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMinutes:
    """What the minutes say of a case."""

    heading: Heading
    inputs: tuple[Input, ...]
    gaps: tuple[Gap, ...]
    judgements: tuple[Judgement, ...]
    notes: tuple[str, ...]
    dissent: tuple[DissentItem, ...]
    decisions: tuple[DecisionItem, ...]
    actions: tuple[ActionItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """The minutes of a meeting for one reader."""

    front: Front
    occasion: Occasion
    is_closed: bool
    present: tuple[Seat, ...]
    absent: tuple[Seat, ...]
    is_attendance_known: bool
    signals: tuple[Input, ...]
    decides_signals: bool
    notes: tuple[str, ...]
    dissent: tuple[DissentItem, ...]
    decisions: tuple[DecisionItem, ...]
    cases: tuple[CaseMinutes, ...]
    actions: tuple[ActionItem, ...]
    next_on: date | None
    next_time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStatusView:
    """How a case stands, for one reader."""

    front: Front
    heading: Heading
    purpose: str
    timeline: tuple[StepMark, ...]
    stays: tuple[StayItem, ...]
    delivered: tuple[Input, ...]
    judgements: tuple[Judgement, ...]
    gaps: tuple[Gap, ...]
    ways: tuple[Way, ...]
    goals: tuple[GoalItem, ...]
    actions: tuple[ActionItem, ...]
    decisions: tuple[DecisionItem, ...]


View: TypeAlias = Agenda | Minutes | CaseStatusView | ActionList | DecisionRegister | StepPaper
_KINDS: Mapping[str, type[View]] = {
    "agenda": Agenda,
    "minutes": Minutes,
    "status": CaseStatusView,
    "actions": ActionList,
    "decisions": DecisionRegister,
    "interpretation": StepPaper,
    "advice": StepPaper,
    "plan": StepPaper,
    "monitoring": StepPaper,
    "evaluation": StepPaper,
}


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    """Made when it is needed first: that takes longer than all the rest of this module."""
    return TypeAdapter(_KINDS[kind])


def kind_of(view: View) -> str:
    """Which kind of document a view is for: agenda, minutes, status, a register, or the paper of a step."""
    if isinstance(view, StepPaper):
        return view.kind
    return next(kind for kind, known in _KINDS.items() if isinstance(view, known))


def freeze(view: View) -> dict[str, Any]:
    """The view as plain JSON values; `thaw` gives an equal view back."""
    kind = kind_of(view)
    return {"kind": kind, "view": _adapter(kind).dump_python(view, mode="json")}


def thaw(frozen: Mapping[str, Any]) -> View:
    """Read what `freeze` made. ValueError when it is something else."""
    if frozen.get("kind") not in _KINDS:
        raise ValueError("not a frozen document")
    view: View = _adapter(frozen["kind"]).validate_python(frozen["view"])
    return view
