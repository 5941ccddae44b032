"""Everything that documents are compiled from, read in a fixed number of queries a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from conversations.meetings.facts import CaseFacts, MeetingFacts, Setting
from conversations.privacy.visibility import Guard
from conversations.process.case import RUNNING
from conversations.process.workflow import Workflow
from conversations.records import ActionRecord, DecisionRecord
from storage import agenda_items, breaches, cases, contributions, lines, meetings, members, pseudonyms, registers
from storage.prepared import Row
from storage.transaction import Transaction


def setting(
    tx: Transaction, municipality_id: int, *, name: str, zone: str, workflow: Workflow, now: datetime
) -> Setting:
    """The municipality on this day."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return Setting(
        municipality=name,
        zone=zone,
        today=today,
        workflow=workflow,
        partners=tuple(members.partners(tx, municipality_id, today)),
        members=tuple(members.member_record(one, today) for one in members.people(tx, municipality_id)),
    )


def guard(tx: Transaction, municipality_id: int, workflow: Workflow) -> Guard:
    """The guard with the tables of all cases of the municipality."""
    return Guard(workflow, cases.tables(tx, municipality_id), frozen=breaches.frozen(tx, municipality_id))


def case_facts(tx: Transaction, row: Row, zone: str, today: date | None = None) -> CaseFacts:
    """Everything of one case: five queries, whatever its size. `today`: with the duty to inform as it stands then."""
    stays, assignments = cases.work_of(tx, row.id, zone)
    registered = registers.of_case(tx, row.id, zone)
    return CaseFacts(
        case=cases.record(row, zone),
        stays=tuple(stays),
        assignments=tuple(assignments),
        contributions=tuple(contributions.of_case(tx, row.id)),
        decisions=registered.decisions,
        actions=registered.actions,
        goals=registered.goals,
        tracks=registered.tracks,
        duty=pseudonyms.duty(tx, row.id, today) if row.may_pseudonyms and today is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Registered:
    """Decisions and actions by case, and those that belong to none."""

    cases: tuple[CaseFacts, ...]
    decisions: tuple[DecisionRecord, ...]
    actions: tuple[ActionRecord, ...]


def registered(
    tx: Transaction, municipality_id: int, case: Row | None, zone: str, *,
    actions: Callable[[ActionRecord], bool], decisions: Callable[[DecisionRecord], bool],
) -> Registered:  # fmt: skip
    """What is in the registers of a case, or of all and of none, as far as it is wanted: one query a register."""
    acts: dict[int | None, list[ActionRecord]] = defaultdict(list)
    decided: dict[int | None, list[DecisionRecord]] = defaultdict(list)
    one = None if case is None else case.id
    rows = cases.all_cases(tx, municipality_id) if case is None else [case]
    listed_actions = registers.actions(tx, municipality_id) if one is None else registers.actions_of(tx, one)
    for action in filter(actions, listed_actions):
        acts[action.case_id].append(action)
    listed_decisions = (
        registers.decisions(tx, municipality_id, zone) if one is None else registers.decisions_of(tx, one, zone)
    )
    for decision in filter(decisions, listed_decisions):
        decided[decision.case_id].append(decision)
    stays = () if one is None else tuple(cases.stays(tx, one, zone))
    listed = tuple(
        CaseFacts(
            case=cases.record(row, zone), stays=stays, actions=tuple(acts[row.id]), decisions=tuple(decided[row.id])
        )
        for row in rows
    )
    return Registered(listed, tuple(decided[None]), tuple(acts[None]))


def meeting_facts(tx: Transaction, meeting: Row, setting: Setting) -> MeetingFacts:
    """A meeting with the cases that may come up in it."""
    town = meeting.municipality_id
    previous = meetings.last_held(tx, town, meeting.kind, meeting.starts_at)
    following = meetings.following(tx, town, meeting.kind, meeting.starts_at)
    since = previous.starts_at if previous else meeting.starts_at - timedelta(days=3650)
    listed = [
        row
        for row in cases.all_cases(tx, town)
        if row.status in RUNNING or row.closed_at is None or row.closed_at >= since
    ]
    found = tuple(case_facts(tx, row, setting.zone, setting.today) for row in listed)
    linked = [
        one for case in found for one in case.contributions if one.form == "1.signal" and one.confirmed_at >= since
    ]
    return MeetingFacts(
        setting=setting,
        meeting=meetings.record(tx, meeting),
        previous=meetings.record(tx, previous) if previous else None,
        next=meetings.record(tx, following) if following else None,
        cases=found,
        signals=tuple(sorted([*contributions.open_signals(tx, town), *linked], key=lambda one: one.number)),
        actions=tuple(one for one in registers.actions(tx, town) if one.case_id is None),
        decisions=tuple(one for one in registers.decisions(tx, town, setting.zone) if one.case_id is None),
        lines=tuple(lines.of_meeting(tx, meeting.id)),
        items=agenda_items.records(tx, meeting.id),
    )
