"""What storage knows about a meeting and its cases, and what is left of it for one reader.

Agenda, minutes and status are compiled from what `see` and `see_case` let through and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from conversations.privacy.visibility import Guard, Record, is_coordinator
from conversations.process.workflow import DataLevel, MeetingKind, Workflow
from conversations.records import (
    ActionRecord,
    AgendaItemRecord,
    AssignmentRecord,
    CaseRecord,
    ContributionRecord,
    DecisionRecord,
    DutyRecord,
    GoalRecord,
    MeetingLine,
    MeetingRecord,
    MemberRecord,
    PartnerRecord,
    StepStay,
    TrackRecord,
    Viewer,
)

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The municipality on one day: what every document of it is compiled in."""

    municipality: str
    zone: str  # "Europe/Amsterdam"
    today: date
    workflow: Workflow
    partners: tuple[PartnerRecord, ...]
    members: tuple[MemberRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """Everything of one case. `contributions`: newest versions, of all stays, with the signals linked to the case."""

    case: CaseRecord
    stays: tuple[StepStay, ...] = ()
    assignments: tuple[AssignmentRecord, ...] = ()
    contributions: tuple[ContributionRecord, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()
    actions: tuple[ActionRecord, ...] = ()
    goals: tuple[GoalRecord, ...] = ()
    tracks: tuple[TrackRecord, ...] = ()
    duty: DutyRecord | None = None  # to inform who has a code
    rounds: frozenset[int] = frozenset()  # set by `see`: assignments in the newest round of their task
    hidden_answers: Mapping[int, int] = field(default_factory=dict)  # set by `see`: contribution number → answers
    withheld: int = 0  # set by `see`: records held back


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingFacts:
    """A meeting with the cases of the municipality that are not closed, or were not at the meeting.

    `signals`: contributions of step 1's signal form that no case has, and those linked to a case since the previous
    meeting. `actions` and `decisions` are those outside any case; `lines` are this meeting's, undone ones left out.
    """

    setting: Setting
    meeting: MeetingRecord
    previous: MeetingRecord | None = None
    next: MeetingRecord | None = None
    cases: tuple[CaseFacts, ...] = ()
    signals: tuple[ContributionRecord, ...] = ()
    actions: tuple[ActionRecord, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()
    lines: tuple[MeetingLine, ...] = ()
    items: tuple[AgendaItemRecord, ...] = ()  # what was settled about the agenda of this meeting
    hidden_answers: Mapping[int, int] = field(default_factory=dict)
    withheld: int = 0


def reader_at(viewer: Viewer, facts: MeetingFacts) -> Viewer:
    """The viewer with the ceiling of the meeting: papers of a table that shows no pseudonyms hold none for anybody,
    and those of the triangle nothing that was to go no further than the table of its case.
    """
    return capped(viewer, facts.setting.workflow.meeting_kind(facts.meeting.kind))


def capped(viewer: Viewer, kind: MeetingKind) -> Viewer:
    """The viewer with the ceiling of a kind of meeting."""
    viewer = replace(viewer, is_at_table=viewer.is_at_table and not kind.is_beyond_table)
    if kind.shows_pseudonyms:
        return viewer
    return replace(viewer, level=min(viewer.level, DataLevel.GROUP))


def _seen(records: Iterable[R], guard: Guard, viewer: Viewer) -> tuple[R, ...]:
    return tuple(shown for record in records if (shown := guard.visible_to(record, viewer)) is not None)


def _hidden(records: Iterable[ContributionRecord], guard: Guard, viewer: Viewer) -> dict[int, int]:
    return {record.number: count for record in records if (count := guard.hidden_answers(record, viewer))}


def see_case(facts: CaseFacts, guard: Guard, viewer: Viewer, *, meeting_id: int | None = None) -> CaseFacts | None:
    """What the viewer may know of a case; None when that is not even its code. `meeting_id`: it is for that meeting."""
    case = guard.visible_to(facts.case, viewer)
    if case is None:
        return None
    seen = CaseFacts(
        case=case,
        stays=facts.stays,
        assignments=_seen(facts.assignments, guard, viewer),
        contributions=_seen(facts.contributions, guard, viewer),
        decisions=_seen(facts.decisions, guard, viewer),
        actions=_seen(facts.actions, guard, viewer),
        goals=_seen(facts.goals, guard, viewer),
        tracks=_seen(facts.tracks, guard, viewer),
        duty=None if facts.duty is None else guard.visible_to(facts.duty, viewer),
        rounds=_newest_rounds(facts.assignments),
        hidden_answers=_hidden(facts.contributions, guard, viewer),
    )
    return replace(seen, withheld=_withheld(facts, seen, meeting_id))


def _newest_rounds(assignments: Iterable[AssignmentRecord]) -> frozenset[int]:
    """A task may be asked again in the same stay; the last time counts."""
    newest: dict[tuple[int | None, str], int] = {}
    listed = tuple(assignments)
    for item in listed:
        key = (item.stay_id, item.task)
        newest[key] = max(newest.get(key, 0), item.task_id)
    return frozenset(item.id for item in listed if newest[item.stay_id, item.task] == item.task_id)


def _withheld(facts: CaseFacts, seen: CaseFacts, meeting_id: int | None) -> int:
    """How much is held back of what a document shows: the last stay, what is to be done, the meeting's decisions."""
    actions = {action.id for action in seen.actions}
    decisions = {decision.id for decision in seen.decisions}
    numbers = {record.number for record in seen.contributions}
    stay_id = facts.stays[-1].id if facts.stays else None
    return (
        sum(action.id not in actions for action in facts.actions if action.status not in {"done", "dropped"})
        + sum(item.id not in decisions for item in facts.decisions if meeting_id in {None, item.meeting_id})
        + sum(
            seen.hidden_answers.get(record.number, 0)
            for record in facts.contributions
            if record.stay_id == stay_id and record.number not in numbers
        )
    )


def with_rounds(facts: MeetingFacts) -> MeetingFacts:
    """The facts of nobody in particular, for what the program itself has to know, such as the numbers of lines: nothing
    is left out of them.
    """
    return replace(facts, cases=tuple(replace(case, rounds=_newest_rounds(case.assignments)) for case in facts.cases))


def see(facts: MeetingFacts, guard: Guard, viewer: Viewer) -> MeetingFacts:
    """What the viewer may know of a meeting. A case that is not theirs leaves no trace, not even in a count."""
    reader = reader_at(viewer, facts)
    at = facts.meeting.id
    shown = (see_case(case, guard, reader, meeting_id=at) for case in facts.cases)
    cases = tuple(case for case in shown if case is not None)
    known: set[int | None] = {item.case.id for item in cases}
    if is_coordinator(viewer) or has_place(viewer, facts):
        known.add(None)
    lines = tuple(line for line in facts.lines if line.case_id in known)
    seen = replace(
        facts,
        cases=cases,
        signals=_seen(facts.signals, guard, reader),
        actions=_seen(facts.actions, guard, reader),
        decisions=_seen(facts.decisions, guard, reader) if None in known else (),
        lines=_seen(lines, guard, reader),
        items=_seen((item for item in facts.items if item.case_id in known), guard, reader),
        hidden_answers=_hidden(facts.signals, guard, reader),
    )
    return replace(seen, withheld=len(lines) - len(seen.lines))


def has_place(viewer: Viewer, facts: MeetingFacts) -> bool:
    """Whether this viewer sits at the meeting's table, as partner or as guest."""
    return sits_at(viewer, facts.setting.workflow.meeting_kind(facts.meeting.kind))


def sits_at(viewer: Viewer, kind: MeetingKind) -> bool:
    """Whether this viewer sits at the table of this kind of meeting."""
    return bool(viewer.roles & {kind.chair, *kind.takes_part, *kind.guests})
