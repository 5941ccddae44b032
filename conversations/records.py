"""What is known, as plain facts: the shapes that storage fills and that agendas, minutes, cards and pages are compiled
from.

A record is never shown as it is: `privacy/visibility.py` decides which records and which answers reach which viewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from conversations.process.workflow import DataLevel, Goal, Role

CaseStatus = Literal[
    "open", "watched", "on_hold", "stopped", "regular_work", "merged", "handed_over", "closed", "aftercare"
]
ActionStatus = Literal["open", "running", "done", "blocked", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRecord:
    """An organisation at the table. `is_signatory`: signed the covenant and it is in date today."""

    id: int
    code: str
    name: str
    role: Role
    is_signatory: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRecord:
    """A person by function; `roles` are the partner's and the member's own."""

    id: int
    code: str
    function: str
    partner_id: int
    roles: frozenset[Role]
    language: str
    is_signatory: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """A youth group or fluid network under its code."""

    id: int
    code: str
    group_code: str
    place: str
    purpose: str
    status: CaseStatus
    step: str
    may_pseudonyms: bool  # a recorded 2B decision permits them now
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStay:
    """One stay of a case in a step; coming back to a step is a new stay."""

    id: int
    case_id: int
    step: str
    entered_on: date
    left_on: date | None
    exit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRecord:
    """What one partner still has to give, or gave, for one task."""

    id: int
    task_id: int
    case_id: int | None
    stay_id: int | None
    step: str
    task: str  # the content's task id
    partner_id: int
    kind: Literal["each_of", "one_of"]
    is_required: bool
    due_on: date
    # closed: another partner's answer was enough, or the step was left
    status: Literal["open", "in", "nothing", "waived", "closed"]
    delivered_on: date | None
    waiver: str | None  # the process lead's reason
    original_due_on: date | None = None  # when it was to be in at first; None: the same day


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionRecord:
    """Confirmed answers, newest version unless asked otherwise. `number` is what documents refer to."""

    id: int
    number: int
    version: int
    case_id: int | None
    stay_id: int | None
    assignment_id: int | None
    form: str  # key, e.g. "2A.assess"
    partner_id: int
    member_id: int
    confirmed_at: datetime
    is_late: bool
    answers: Mapping[str, Any]  # question id → canonical value
    case_ids: tuple[int, ...] = ()  # a signal can be linked to cases
    stays_at_table: bool = False  # goes no further than the signatories at the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissent:
    """A partner's view that differs from the decision, kept word for word."""

    partner: str  # partner code
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """One line of the decision register."""

    id: int
    number: str  # "B-01"
    case_id: int | None
    meeting_id: int | None
    body: str  # meeting kind id
    from_step: str | None
    to_step: str | None
    exit: str | None  # key "2A.problematic"
    text: str
    reason: str
    conditions: str
    effect: str
    reference: str
    dissent: tuple[Dissent, ...]
    review_on: date | None
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRecord:
    """One line of the action list."""

    id: int
    number: str  # "A1" within a case, "A-03" outside a case
    case_id: int | None
    meeting_id: int | None
    title: str
    level: Literal["group", "domain", "individual"]
    partner_id: int
    function: str
    due_on: date | None
    original_due_on: date | None
    status: ActionStatus
    reason: str
    done_on: date | None
    source: int | None  # contribution number it comes from


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalRecord:
    """A goal of the plan with how it is measured."""

    id: int
    number: str  # "G1"
    case_id: int
    goal: str  # g1…g6
    indicator: str
    baseline: str
    target: str
    due_on: date | None
    source: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """An individual track elsewhere, as a status and a reference."""

    id: int
    case_id: int
    code: str  # P02
    route: str
    status: str
    reference: str
    changed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRecord:
    """How it stands in a case with the duty to inform who has a code, in numbers."""

    case_id: int
    informed: int
    to_do: int
    deferred: int
    overdue: int  # of those to do
    to_review: int  # of those deferred: it is time to look again
    by: date | None  # first last day of those to do
    review_on: date | None  # first day on which a delay is looked at again


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Who was there, by function and organisation."""

    partner_id: int
    function: str
    state: Literal["expected", "present", "absent", "excused", "late", "left"]
    stand_in: str = ""  # function of who came instead
    arrived_at: datetime | None = None  # when that was later than the beginning
    left_at: datetime | None = None  # when that was before the end


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """A line recorded in a meeting; an undone line is never compiled."""

    id: int
    meeting_id: int
    kind: Literal["decision", "action", "info", "dissent", "question"]
    case_id: int | None
    text: str
    partner_id: int | None  # who said it (dissent) or who recorded it
    recorded_at: datetime
    decision_id: int | None = None
    action_id: int | None = None
    number: int = 0  # within the meeting
    item_id: int | None = None  # what the meeting was at


ItemKind = Literal["standing", "actions", "signals", "case", "request", "privacy", "reviews", "own"]
ItemState = Literal["proposed", "on", "later", "dropped", "done", "moved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItemRecord:
    """What was settled about one item of a meeting's agenda; None or empty: as it is compiled."""

    id: int
    meeting_id: int
    key: str  # "opening:0", "actions", "signals", "case:3", "request:3", "privacy", "reviews", "closing:0", "own:12"
    kind: ItemKind
    case_id: int | None = None
    title: str = ""
    goal: Goal | None = None
    partner_id: int | None = None  # owner
    function: str = ""
    minutes: int | None = None
    position: int | None = None  # place on the agenda, from 1
    paper: str = ""
    state: ItemState = "on"
    reason: str = ""
    moved_to: date | None = None
    origin_id: int | None = None
    first_on: date | None = None
    times: int = 1
    is_again: bool = False
    member_id: int | None = None  # who proposed it
    proposer_id: int | None = None  # their partner


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRecord:
    """What an organisation said of the minutes; its remark in its own words."""

    partner_id: int
    verdict: Literal["asked", "agreed", "agreed_with_remark", "not_agreed", "silent"]
    remark: str
    line: int | None  # number of the line that the remark is about
    case_id: int | None  # the case that the remark is about
    function: str  # of who said it; empty: nobody did
    signed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentRecord:
    """A numbered correction of minutes that were adopted."""

    number: int
    line: int | None
    case_id: int | None
    text: str
    partner_id: int | None  # who asked for it
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRecord:
    """A meeting of one of the tables."""

    id: int
    kind: str
    starts_at: datetime
    status: Literal["planned", "open", "closed", "cancelled"]
    room: str
    attendance: tuple[Attendance, ...]
    minutes: int | None = None  # when that is not the kind's own
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who reads. `level` is the ceiling of the place the text goes to; a document page has the member's own."""

    member_id: int
    partner_id: int
    roles: frozenset[Role]
    is_signatory: bool
    language: str
    level: DataLevel
    is_at_table: bool = True  # False: a paper for others than the case's own table, such as the triangle
