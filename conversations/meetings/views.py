"""View models: what a document says, for one reader, before it is text.

They hold words of people and of the content as they are (nothing escaped), days as days, and ids for what the catalogue
names (roles, statuses). Frozen and JSON-able: a document is stored with the view it was rendered from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, TypeAlias

from pydantic import TypeAdapter

from conversations.meetings.paper_views import ActionList, DecisionRegister, StepPaper
from conversations.meetings.view_parts import (
    ActionItem,
    AgendaChange,
    AmendmentItem,
    Audience,
    CaseItem,
    CaseMove,
    DecisionItem,
    DissentItem,
    Duty,
    Fact,
    Front,
    Gap,
    GapState,
    GoalItem,
    Heading,
    Input,
    ItemOutcome,
    Judgement,
    LackItem,
    MarkState,
    Note,
    Occasion,
    Opinion,
    Point,
    PrivacyItem,
    Review,
    Seat,
    SignOff,
    Standing,
    StayItem,
    StepMark,
    Track,
    Way,
)
from conversations.process.workflow import MinutesSection

__all__ = [
    "ActionItem",
    "ActionList",
    "Agenda",
    "AgendaChange",
    "AmendmentItem",
    "Audience",
    "CaseItem",
    "CaseMinutes",
    "CaseMove",
    "CaseStatusView",
    "DecisionItem",
    "DecisionRegister",
    "DissentItem",
    "Duty",
    "Fact",
    "Front",
    "Gap",
    "GapState",
    "GoalItem",
    "Heading",
    "Input",
    "ItemOutcome",
    "Judgement",
    "LackItem",
    "MarkState",
    "Minutes",
    "Note",
    "Occasion",
    "Opinion",
    "Point",
    "PrivacyItem",
    "PublicMinutes",
    "Review",
    "Seat",
    "SignOff",
    "Standing",
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
    points: tuple[Point, ...]
    waiting: tuple[Point, ...]  # proposed, kept for later or dropped
    total: int | None  # minutes of all points; None: not for this reader
    lacks: tuple[LackItem, ...]
    version: int  # 0: never sent
    is_draft: bool  # not what was sent
    changes: tuple[AgendaChange, ...]
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
    notes: tuple[Note, ...]
    dissent: tuple[DissentItem, ...]
    decisions: tuple[DecisionItem, ...]
    moves: tuple[CaseMove, ...]
    actions: tuple[ActionItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """The minutes of a meeting for one reader."""

    front: Front
    occasion: Occasion
    is_closed: bool
    standing: Standing | None  # None: not sent round yet
    sections: tuple[MinutesSection, ...]  # what such a meeting puts in its minutes
    present: tuple[Seat, ...]
    absent: tuple[Seat, ...]
    is_attendance_known: bool
    signals: tuple[Input, ...]
    decides_signals: bool
    notes: tuple[Note, ...]
    dissent: tuple[DissentItem, ...]
    decisions: tuple[DecisionItem, ...]
    cases: tuple[CaseMinutes, ...]
    items: tuple[ItemOutcome, ...]
    actions: tuple[ActionItem, ...]
    next_on: date | None
    next_time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMinutes:
    """What everybody may know of a meeting: who sat there and how much of what was done. It has no field for words that
    people wrote.
    """

    front: Front
    on: date
    state: Literal["draft", "circulated", "adopted", "corrected"]
    version: int
    present: tuple[str, ...]  # organisations
    steps: tuple[tuple[str, str, int], ...]  # step, its name and how many groups were spoken of at it
    decided: tuple[tuple[str, int], ...]  # label of an exit and how often it was taken
    other_decisions: int
    new_actions: int
    done_actions: int
    next_on: date | None


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
    duty: Duty | None = None


View: TypeAlias = Agenda | Minutes | PublicMinutes | CaseStatusView | ActionList | DecisionRegister | StepPaper
_KINDS: Mapping[str, type[View]] = {
    "agenda": Agenda,
    "minutes": Minutes,
    "public": PublicMinutes,
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
