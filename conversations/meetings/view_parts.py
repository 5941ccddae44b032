"""What documents are put together from: an answer, a gap, a decision, an action, as one reader gets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from conversations.process.workflow import Role
from conversations.records import ActionStatus, CaseStatus, ItemState

GapState: TypeAlias = Literal["open", "late", "waived", "nothing", "missed"]
Audience: TypeAlias = Literal["partner", "triangle", "public"]
MarkState: TypeAlias = Literal["done", "current", "ahead", "passed_over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The head of a document: whose, about what, when, for whom."""

    municipality: str
    title: str  # "Jeugdgroepenoverleg", or the code of a case
    language: str
    reader: str  # the organisation it was compiled for
    compiled_on: date
    is_whole: bool  # False: only the cases of the reader's organisation are in it
    hidden: int  # answers and lines in it that this reader does not get
    audience: Audience = "partner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """When and where a meeting is."""

    on: date
    time: str  # "10:00", local
    place: str
    minutes: int
    chair: str  # the function that chairs; empty: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """An organisation, or a function in it, at a meeting."""

    partner: str
    function: str
    is_signatory: bool
    state: Literal["expected", "present", "late", "left", "excused", "absent"]
    was_absent: bool = False  # at the meeting before
    stand_in: str = ""  # function of who came instead
    arrived: str = ""  # time of day
    left: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One answer: the question's short label and what was answered."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A delivered contribution with its main answers; `more` answers are left out, `hidden` are not for the reader."""

    number: int
    partner: str
    on: date
    is_late: bool
    facts: tuple[Fact, ...]
    more: int
    hidden: int
    in_case: str = ""  # signals: the code of the case that they were linked to
    stays_at_table: bool = False  # its writer wants it no further than the signatories at this table
    line: int = 0  # its number in the minutes; 0: it has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What did not come in: from whom, and how that stands."""

    partners: tuple[str, ...]  # more than one: an answer of one of them is enough
    task: str
    due_on: date
    state: GapState
    is_required: bool
    reason: str
    line: int = 0  # its number in the minutes; 0: it has none
    original_due_on: date | None = None  # when another day was agreed at first


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one partner thinks."""

    partner: str
    text: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One question on which several partners gave their judgement."""

    label: str
    differs: bool
    opinions: tuple[Opinion, ...]
    line: int = 0  # its number in the minutes; 0: it has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A decision that can be asked for."""

    label: str
    leads_to: str  # id of the step; empty: the case stays in this one (open) or leaves the process (another status)
    status: CaseStatus
    by: tuple[Role, ...]
    body: str  # another table that decides; empty: this one
    awaits: tuple[str, ...]  # tasks that must be in first
    is_decision: bool  # False: the process lead moves the case on once the work is in


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """A line of the action list."""

    number: str
    case: str
    title: str
    owner: str
    function: str
    due_on: date | None
    original_due_on: date | None
    status: ActionStatus
    reason: str
    done_on: date | None
    is_overdue: bool
    source: int | None
    line: int = 0  # its number in the minutes; 0: it has none


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalItem:
    """A goal of the plan with how it is measured."""

    number: str
    indicator: str
    baseline: str
    target: str
    due_on: date | None
    source: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DissentItem:
    """What a partner that saw it differently said, word for word."""

    partner: str
    words: str
    line: int = 0  # its number in the minutes; 0: it has none


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionItem:
    """A line of the decision register."""

    number: str
    case: str
    text: str
    reason: str
    conditions: str
    effect: str  # none, permit_pseudonyms, remove_pseudonyms
    reference: str
    way: str  # label of the exit taken; empty: no exit
    leads_to: str  # id of a step; empty: none
    dissent: tuple[DissentItem, ...]
    review_on: date | None
    decided_on: date
    line: int = 0  # its number in the minutes; 0: it has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A decision that is to be looked at again."""

    number: str
    case: str
    text: str
    on: date
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Which case, and where it stands."""

    code: str
    group: str
    place: str
    step: str
    step_name: str
    since: date | None
    status: CaseStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseItem:
    """A case on the agenda."""

    key: str = ""
    heading: Heading
    inputs: tuple[Input, ...]
    gaps: tuple[Gap, ...]
    judgements: tuple[Judgement, ...]
    ways: tuple[Way, ...]
    goals: tuple[GoalItem, ...] = ()  # when monitored, like the rest
    actions: tuple[ActionItem, ...] = ()  # overdue first, then blocked
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """An item on the agenda: what for, whose, how long, and where it comes from."""

    key: str
    number: int  # 0: not on the agenda
    title: str
    step: str  # where its case stands
    goal: str  # inform, discuss, decide; empty: not known
    owner: str
    minutes: int | None
    starts: str  # "10:05"; empty: not for this reader, or not on the agenda
    state: ItemState
    carried_on: date | None  # day of the meeting that it was on first
    times: int
    is_again: bool
    proposer: str  # the partner that proposed it
    paper: str
    reason: str
    moved_to: date | None
    anchor: str  # where on the page it goes on: "case:3", "actions"; empty: nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class LackItem:
    """Something that the agenda went out without."""

    kind: str
    item: str  # the item's title; empty: the agenda as a whole
    case: str
    task: str
    partners: tuple[str, ...]
    is_one_enough: bool
    due_on: date | None
    is_late: bool
    decision: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaChange:
    """What is different from the version before."""

    what: Literal[
        "added", "removed", "renamed", "goal", "owner", "minutes", "place", "when", "where", "length", "delivered",
    ]  # fmt: skip
    item: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """An individual track elsewhere, under a pseudonym."""

    code: str
    route: str
    status: str
    reference: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """How it stands with the duty to inform, in numbers."""

    informed: int
    to_do: int
    deferred: int
    by: date | None
    is_late: bool
    review_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyItem:
    """What there is to be careful about in a case."""

    case: str
    permitted_by: str  # number of the decision that permits pseudonyms; empty: unknown
    tracks: tuple[Track, ...] | None  # None: not in these papers
    duty: Duty | None = None  # None: no codes yet, or not for this reader


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMark:
    """A step in the timeline of a case."""

    step: str
    name: str
    state: MarkState
    visits: int
    entered_on: date | None
    left_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StayItem:
    """One stay in a step, in the order of time."""

    step: str
    name: str
    entered_on: date
    left_on: date | None
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that was noted in a meeting, and whose it is."""

    text: str
    partner: str
    is_question: bool = False  # to the triangle
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOutcome:
    """An item of the agenda that was not finished: moved to a day, or dropped for a reason."""

    title: str
    state: Literal["moved", "dropped"]
    moved_to: date | None
    reason: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMove:
    """A case that went on to another step without a decision."""

    way: str
    leads_to: str
    on: date
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """What an organisation said of the minutes. `is_held_back`: there is a remark, not for this reader."""

    partner: str
    verdict: Literal["agreed", "agreed_with_remark", "not_agreed", "silent"]
    remark: str
    function: str
    on: date
    about: int | None = None  # the line that the remark is about
    is_held_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentItem:
    """A numbered correction of minutes that were adopted. `about`: the line that it is about."""

    number: int
    about: int | None
    text: str
    partner: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where minutes are on their way, and what was said of them."""

    state: Literal["circulated", "adopted", "corrected"]
    version: int
    circulated_on: date
    until: date | None
    asked: tuple[str, ...] = ()  # organisations that are asked to sign
    adopted_on: date | None = None
    adopted_by: str = ""
    sign_offs: tuple[SignOff, ...] = ()
    amendments: tuple[AmendmentItem, ...] = ()
    held_back: int = 0  # remarks and corrections that are not for this reader
