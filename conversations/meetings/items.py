"""The items of an agenda: what the content and the cases give, with what was settled about each, in order.

An item is known by its key within a meeting, the same at each compile and on the meeting after it: `opening:0`,
`actions`, `signals`, `case:3`, `request:3`, `privacy`, `reviews`, `closing:0`, `own:12`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, TypeAlias

from conversations.meetings.casework import FIRST_STEP, current_stay, newest
from conversations.meetings.facts import CaseFacts, MeetingFacts, Setting
from conversations.process.workflow import Goal, MeetingKind, Role, StandingItem, Step, Words, Workflow
from conversations.records import AgendaItemRecord, ItemKind, ItemState, StepStay

Part: TypeAlias = Literal["cases", "monitored", "requests"]
TRIANGLE: Final = "triangle"
MONITORED: Final = "execute_monitor"
LIVE: Final = frozenset({"on", "done", "moved"})  # has, or had, its place in the meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaEntry:
    """One item of the agenda. `title`: words of the content, or of who proposed it."""

    key: str
    kind: ItemKind
    title: Words | str
    goal: Goal | None
    minutes: int | None
    partner_id: int | None  # owner
    function: str
    case_id: int | None = None
    step: str = ""  # where its case stands
    row_id: int | None = None  # None: nothing was settled about it yet
    position: int | None = None
    state: ItemState = "on"
    reason: str = ""
    paper: str = ""
    moved_to: date | None = None
    first_on: date | None = None  # the day of the meeting that it was on first, when it was carried over
    times: int = 1
    is_again: bool = False
    is_required: bool = False
    proposer_id: int | None = None  # the partner that proposed it

    def name(self, language: str) -> str:
        """The title in a language."""
        return self.title if isinstance(self.title, str) else self.title.read(language)


@dataclass(frozen=True, slots=True)
class Place:
    """A case where it stands, and the part of the agenda that it belongs to."""

    facts: CaseFacts
    stay: StepStay
    step: Step
    part: Part


def agenda_entries(facts: MeetingFacts) -> tuple[AgendaEntry, ...]:
    """Every item, also proposed, put off and dropped ones, in the order of the agenda. For one reader: of what `see`
    let through.
    """
    kind = facts.setting.workflow.meeting_kind(facts.meeting.kind)
    rows = {row.key: row for row in facts.items}
    found = tuple(places(facts))
    given = [
        *_standing(facts.setting, kind, "opening", kind.opening, found),
        *_cases(facts.setting, kind, found, ("cases", "monitored")),
        *(_own(row) for row in facts.items if row.kind == "own"),
        *_closing(facts.setting, kind, found),
    ]
    known = {entry.key for entry in given}
    gone = [entry for row in facts.items if row.key not in known and (entry := _gone(row, kind, facts)) is not None]
    return tuple(_in_order([_settled(entry, rows.get(entry.key)) for entry in (*given, *gone)]))


def on_agenda(entries: Iterable[AgendaEntry]) -> tuple[AgendaEntry, ...]:
    """Those that have a place in the meeting."""
    return tuple(entry for entry in entries if entry.state in LIVE)


def title_of(workflow: Workflow, meeting_kind: str, row: AgendaItemRecord, case_code: str) -> Words | str:
    """How a settled item is called: as it was proposed, as the content has it, or the code of its case."""
    if row.title:
        return row.title
    if row.case_id is not None:
        return case_code
    standing = standing_item(workflow.meeting_kind(meeting_kind), row.key)
    return standing.title if standing else row.key


def standing_item(kind: MeetingKind, key: str) -> StandingItem | None:
    """The standing item of this kind of meeting that has the key."""
    for part, items in (("opening", kind.opening), ("closing", kind.closing)):
        for number, item in enumerate(items):
            if key == (item.holds or f"{part}:{number}"):
                return item
    return None


# --- which cases ------------------------------------------------------------------------------------------------------


def decides(step: Step, kind_id: str) -> bool:
    """Whether this table takes all decisions of the step."""
    bodies = {way.body for way in step.exits if way.is_decision}
    return bodies == {kind_id}


def decides_signals(workflow: Workflow, kind: MeetingKind) -> bool:
    """Whether new signals come to this table: it decides on the step that signals are shared in."""
    return any(step.id == FIRST_STEP and decides(step, kind.id) for step in workflow.steps)


def is_ours(step: Step, workflow: Workflow, kind: MeetingKind) -> bool:
    """Whether a case at this step belongs at this table: there it is decided, or it is the table that signals come to.

    A table that no step names (a session) gets all that it is given.
    """
    if decides_signals(workflow, kind) or decides(step, kind.id):
        return True
    return not any(decides(other, kind.id) for other in workflow.steps)


def places(facts: MeetingFacts) -> Iterator[Place]:
    """The open cases that belong at this table, by step and code."""
    workflow = facts.setting.workflow
    kind = workflow.meeting_kind(facts.meeting.kind)
    steps = {step.id: step for step in workflow.steps}
    found = []
    for case in facts.cases:
        stay = current_stay(case)
        step = steps.get(stay.step) if stay else None
        if stay is not None and step is not None and case.case.status == "open" and is_ours(step, workflow, kind):
            found.append(Place(case, stay, step, _part(step, kind)))
    yield from sorted(found, key=lambda place: (place.step.id, place.facts.case.code))


def key_of(place: Place) -> str:
    """The key of the item that a case is on the agenda as."""
    return f"{'request' if place.part == 'requests' else 'case'}:{place.facts.case.id}"


def _part(step: Step, kind: MeetingKind) -> Part:
    if kind.id != TRIANGLE and decides(step, TRIANGLE):
        return "requests"
    return "monitored" if step.identifier == MONITORED else "cases"


# --- what is given ----------------------------------------------------------------------------------------------------


def _standing(
    setting: Setting, kind: MeetingKind, part: str, items: Iterable[StandingItem], found: tuple[Place, ...]
) -> Iterator[AgendaEntry]:
    for number, item in enumerate(items):
        asked = list(_cases(setting, kind, found, ("requests",), item.minutes)) if item.holds == "requests" else []
        if asked:
            yield from asked
            continue
        partner_id, function = owner(setting, item.owner or kind.chair)
        yield AgendaEntry(
            key=item.holds or f"{part}:{number}",
            kind="standing" if item.holds is None or item.holds == "requests" else item.holds,
            title=item.title,
            goal=item.goal,
            minutes=item.minutes,
            partner_id=partner_id,
            function=function,
            is_required=item.required,
        )


def _closing(setting: Setting, kind: MeetingKind, found: tuple[Place, ...]) -> Iterator[AgendaEntry]:
    """The standing items at the end; before them the requests that no standing item holds."""
    if not any(item.holds == "requests" for item in (*kind.opening, *kind.closing)):
        yield from _cases(setting, kind, found, ("requests",))
    yield from _standing(setting, kind, "closing", kind.closing, found)


def _cases(
    setting: Setting, kind: MeetingKind, found: tuple[Place, ...], parts: tuple[Part, ...], minutes: int | None = None
) -> Iterator[AgendaEntry]:
    for part in parts:
        for place in found:
            if place.part != part:
                continue
            case = place.facts.case
            partner_id, function = owner(setting, place.step.leads)
            yield AgendaEntry(
                key=key_of(place),
                kind="request" if part == "requests" else "case",
                title=f"{case.code} {case.group_code}".strip(),
                goal=_goal(place, kind),
                minutes=kind.case_minutes if minutes is None else minutes,
                partner_id=partner_id,
                function=function,
                case_id=case.id,
                step=place.step.id,
                is_required=part == "cases",
            )


def _goal(place: Place, kind: MeetingKind) -> Goal:
    """To decide, when this table can take an exit that waits for nothing any more."""
    awaited = {item.task for item in newest(place.facts, place.stay) if item.status == "open"}
    ways = (way for way in place.step.exits if way.is_decision and way.body == kind.id)
    is_ready = any(awaited.isdisjoint(way.needs) for way in ways)
    return "decide" if is_ready and place.part == "cases" else "discuss"


def owner(setting: Setting, role: Role) -> tuple[int | None, str]:
    """The partner of a role, with the function when it is the role of a person."""
    for member in setting.members:
        if role in member.roles and not any(one.role is role for one in setting.partners):
            return member.partner_id, member.function
    return next((one.id for one in setting.partners if one.role is role), None), ""


def _own(row: AgendaItemRecord) -> AgendaEntry:
    return AgendaEntry(
        key=row.key,
        kind=row.kind,
        title=row.title,
        goal=None,
        minutes=None,
        partner_id=None,
        function="",
        case_id=row.case_id,
        proposer_id=row.proposer_id,
    )


def _gone(row: AgendaItemRecord, kind: MeetingKind, facts: MeetingFacts) -> AgendaEntry | None:
    """What was settled and is no longer given: a case that left in the meeting itself, an item of older content."""
    if facts.meeting.status not in {"open", "closed"} and row.state not in LIVE - {"on"}:
        return None
    case = next((item.case for item in facts.cases if item.case.id == row.case_id), None)
    if row.case_id is not None and case is None:
        return None  # not for this reader
    code = f"{case.code} {case.group_code}".strip() if case else ""
    return replace(_own(row), title=title_of(facts.setting.workflow, kind.id, row, code))


# --- what was settled -------------------------------------------------------------------------------------------------


def _settled(entry: AgendaEntry, row: AgendaItemRecord | None) -> AgendaEntry:
    if row is None:
        return entry
    has_owner = row.partner_id is not None
    return replace(
        entry,
        row_id=row.id,
        title=row.title or entry.title,
        goal=row.goal or entry.goal,
        minutes=entry.minutes if row.minutes is None else row.minutes,
        partner_id=row.partner_id if has_owner else entry.partner_id,
        function=row.function if has_owner else entry.function,
        position=row.position,
        state=row.state,
        reason=row.reason,
        paper=row.paper,
        moved_to=row.moved_to,
        first_on=row.first_on,
        times=row.times,
        is_again=row.is_again,
        proposer_id=row.proposer_id,
    )


def _in_order(entries: list[AgendaEntry]) -> list[AgendaEntry]:
    """In the order given, but who was given a place is at that place."""
    live = [entry for entry in entries if entry.state in LIVE]
    ordered = [entry for entry in live if entry.position is None]
    for entry in sorted((one for one in live if one.position is not None), key=lambda one: one.position or 0):
        ordered.insert((entry.position or 1) - 1, entry)
    return ordered + [entry for entry in entries if entry.state not in LIVE]
