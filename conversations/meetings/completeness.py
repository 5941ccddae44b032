"""What an agenda still lacks before it can go out: from whom, about which item, and how it can be mended.

A gap is ids and numbers; who may know which is decided where it is shown, by what the reader was let through to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from conversations.meetings.casework import newest
from conversations.meetings.facts import MeetingFacts
from conversations.meetings.items import AgendaEntry, Place, agenda_entries, key_of, on_agenda, places
from conversations.records import AssignmentRecord, DecisionRecord

LackKind: TypeAlias = Literal[
    "undelivered", "unasked", "no_owner", "no_goal", "no_minutes", "no_paper", "left_out", "unjudged", "no_review",
    "too_long",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """One gap. `key`: the item that it is about; `partner_ids`: from whom something did not come in."""

    kind: LackKind
    key: str = ""
    case_id: int | None = None
    task: str = ""  # "2A.assess"
    task_id: int | None = None
    partner_ids: tuple[int, ...] = ()
    is_one_enough: bool = False
    due_on: date | None = None
    decision_id: int | None = None
    minutes: int = 0  # too_long: so many more than there are


def lacking(facts: MeetingFacts, entries: Sequence[AgendaEntry] | None = None) -> tuple[Lack, ...]:
    """Every gap of a meeting's agenda, what did not come in first."""
    known = agenda_entries(facts) if entries is None else entries
    live = on_agenda(known)
    keys = {entry.key for entry in live}
    found = [place for place in places(facts) if key_of(place) in keys]
    return (
        *(lack for place in found for lack in _missing(place)),
        *(lack for place in found for lack in _unasked(place, facts.meeting.kind)),
        *(lack for entry in live for lack in _incomplete(entry)),
        *_left_out(known),
        *_without_review(facts, found),
        *_too_long(facts, live),
    )


def _missing(place: Place) -> Iterator[Lack]:
    """Required contributions that are not in: a gap a task, with the partners that it waits for."""
    waiting: dict[int, list[int]] = {}
    first: dict[int, AssignmentRecord] = {}
    for item in newest(place.facts, place.stay):
        if item.status == "open" and item.is_required:
            waiting.setdefault(item.task_id, []).append(item.partner_id)
            first.setdefault(item.task_id, item)
    for task_id, partners in waiting.items():
        yield Lack(
            kind="undelivered",
            key=key_of(place),
            case_id=place.facts.case.id,
            task=f"{first[task_id].step}.{first[task_id].task}",
            task_id=task_id,
            partner_ids=tuple(partners),
            is_one_enough=first[task_id].kind == "one_of",
            due_on=first[task_id].due_on,
        )


def _unasked(place: Place, kind: str) -> Iterator[Lack]:
    """What an exit of the step needs, and nobody was asked yet."""
    asked = {item.task for item in place.facts.assignments if item.stay_id == place.stay.id}
    ways = [way for way in place.step.exits if way.is_decision and way.body == kind]
    needed = dict.fromkeys(task for way in ways for task in way.needs)
    for task in needed:
        if task not in asked:
            yield Lack(kind="unasked", key=key_of(place), case_id=place.facts.case.id, task=f"{place.step.id}.{task}")


def _incomplete(entry: AgendaEntry) -> Iterator[Lack]:
    if entry.goal is None:
        yield Lack(kind="no_goal", key=entry.key, case_id=entry.case_id)
    if entry.partner_id is None:
        yield Lack(kind="no_owner", key=entry.key, case_id=entry.case_id)
    if not entry.minutes:
        yield Lack(kind="no_minutes", key=entry.key, case_id=entry.case_id)
    if entry.kind == "own" and entry.goal == "decide" and not entry.paper:
        yield Lack(kind="no_paper", key=entry.key, case_id=entry.case_id)


def _left_out(entries: Iterable[AgendaEntry]) -> Iterator[Lack]:
    """Required items that were taken off, and proposals that nobody judged."""
    for entry in entries:
        if entry.state == "proposed":
            yield Lack(kind="unjudged", key=entry.key, case_id=entry.case_id)
        elif entry.is_required and entry.state in {"dropped", "later"}:
            yield Lack(kind="left_out", key=entry.key, case_id=entry.case_id)


def _without_review(facts: MeetingFacts, found: Iterable[Place]) -> Iterator[Lack]:
    """Decisions that nobody looks at again: those with conditions, and those of this table's last meeting."""
    last = None if facts.previous is None else facts.previous.id
    listed = [*facts.decisions, *(item for place in found for item in place.facts.decisions)]
    for item in listed:
        if item.review_on is None and _wants_review(item, facts.meeting.kind, last):
            yield Lack(kind="no_review", case_id=item.case_id, decision_id=item.id)


def _wants_review(item: DecisionRecord, kind: str, last: int | None) -> bool:
    if item.body != kind:
        return False
    return bool(item.conditions) or (last is not None and item.meeting_id == last and item.exit is None)


def _too_long(facts: MeetingFacts, live: Iterable[AgendaEntry]) -> Iterator[Lack]:
    more = sum(entry.minutes or 0 for entry in live) - length(facts)
    if more > 0:
        yield Lack(kind="too_long", minutes=more)


def length(facts: MeetingFacts) -> int:
    """How many minutes the meeting has."""
    return facts.meeting.minutes or facts.setting.workflow.meeting_kind(facts.meeting.kind).minutes
