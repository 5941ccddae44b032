"""`waarom 12`: where a line of the minutes comes from, for who may see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.turns import meetings, papers, versions
from bot.turns.turn import Turn
from conversations.dialog.messages import Content, Message, Value
from conversations.meetings.lines import Source, SourceKind, unpack
from conversations.privacy.visibility import Guard
from conversations.process.workflow import DataLevel
from conversations.records import PartnerRecord, Viewer
from storage import agenda_items, cases, contributions, facts, members, registers
from storage import lines as stored_lines
from storage import meetings as stored_meetings
from storage import papers as stored
from storage.members import Person
from storage.prepared import Row

_ASKED = re.compile(r"^(?:regel|line)?\s*(\d{1,4})\s*(.*)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks, and what is known of everybody."""

    turn: Turn
    meeting: Row
    guard: Guard
    viewer: Viewer
    partners: Mapping[int, PartnerRecord]
    people: Mapping[int, Person]

    def partner(self, partner_id: int | None) -> str:
        found = self.partners.get(partner_id or 0)
        return found.name if found is not None else "–"

    def function(self, member_id: int | None) -> str:
        found = self.people.get(member_id or 0)
        return found.function if found is not None else "–"


def why(turn: Turn, argument: str) -> None:
    """Where line 12 of the minutes comes from; of the last meeting of a kind that the member sits at."""
    found = _ASKED.match(argument.strip())
    if found is None:
        turn.say(Message("origin.how_to_ask"))
        return
    kind = meetings.kind_named(turn, found[2])
    meeting = papers.last_meeting(turn.tx, turn.tenant, kind, turn.now) if kind is not None else None
    if meeting is None or not versions.may_read(turn.me, turn.tenant.workflow.meeting_kind(meeting.kind)):
        turn.say(Message("origin.no_minutes"))
        return
    number = int(found[1])
    turn.note("origin_asked", f"meeting:{meeting.id}", f"line {number}")
    source = _sources(turn, meeting).get(number)
    values: dict[str, Value] = {
        "line": number, "kind": Content(f"meeting.{meeting.kind}.name"), "day": turn.tenant.today(meeting.starts_at),
    }  # fmt: skip
    if source is None:
        turn.say(Message("origin.no_such_line", values))
        return
    told = list(_ORIGINS[source.kind](_asking(turn, meeting), source))
    turn.say(Message("origin.of" if told else "origin.not_for_you", values))
    for message in told:
        turn.say(message)


def _sources(turn: Turn, meeting: Row) -> Mapping[int, Source]:
    """What the lines come from in the version that this member reads: as sent, else the draft they saw last."""
    newest = stored.latest(turn.tx, meeting.id, "minutes")
    if newest is not None:
        row = next(iter(stored.texts_of(turn.tx, newest.id)), None)
    else:
        row = stored.last_draft(turn.tx, meeting.id, turn.me.member_id)
    if row is None:
        made = papers.keep_paper(turn.tx, turn.tenant, meeting, turn.me, turn.now, "minutes")
        row = stored_meetings.document(turn.tx, made)
    return unpack(row.lines) if row is not None else {}


def _asking(turn: Turn, meeting: Row) -> _Asking:
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    level = DataLevel.PSEUDONYM if kind.shows_pseudonyms else DataLevel.GROUP
    return _Asking(
        turn,
        meeting,
        facts.guard(turn.tx, turn.tenant.id, turn.tenant.workflow),
        papers.viewer(turn.me, turn.now, turn.tenant, level=level),
        {one.id: one for one in members.partners(turn.tx, turn.tenant.id, turn.today)},
        {one.member_id: one for one in turn.people()},
    )


# --- what each kind of line comes from --------------------------------------------------------------------------------


def _of_contributions(asking: _Asking, source: Source) -> Iterator[Message]:
    turn = asking.turn
    for number, version in source.versions:
        record = contributions.version(turn.tx, turn.tenant.id, number, version)
        if record is None or asking.guard.visible_to(record, asking.viewer) is None:
            continue
        values: dict[str, Value] = {
            "number": number, "version": version, "partner": asking.partner(record.partner_id),
            "function": asking.function(record.member_id), "at": record.confirmed_at,
            "title": Content(f"{record.form}.title"),
        }  # fmt: skip
        newest = contributions.by_number(turn.tx, turn.tenant.id, number)
        is_newest = newest is None or newest.version == version
        if newest is not None and not is_newest:
            values["newest"] = newest.version
        yield Message("origin.contribution" if is_newest else "origin.contribution_changed", values)


def _of_line(asking: _Asking, source: Source) -> Iterator[Message]:
    for line in stored_lines.of_meeting(asking.turn.tx, asking.meeting.id):
        if line.id not in source.ids or asking.guard.visible_to(line, asking.viewer) is None:
            continue
        row = stored_lines.by_id(asking.turn.tx, line.id)
        values: dict[str, Value] = {
            "function": asking.function(row.member_id if row is not None else None), "at": line.recorded_at,
            "partner": asking.partner(line.partner_id),
        }  # fmt: skip
        yield Message("origin.said" if line.kind == "dissent" else "origin.line", values)


def _of_decision(asking: _Asking, source: Source) -> Iterator[Message]:
    turn = asking.turn
    row = registers.decision_row(turn.tx, source.ids[0])
    record = registers.decision_record(row, turn.tenant.zone) if row is not None else None
    if row is None or record is None or asking.guard.visible_to(record, asking.viewer) is None:
        return
    values: dict[str, Value] = {
        "number": record.number, "body": Content(f"meeting.{record.body}.short"), "at": row.decided_at,
        "function": asking.function(row.member_id),
    }  # fmt: skip
    yield Message("origin.decision", values)


def _of_action(asking: _Asking, source: Source) -> Iterator[Message]:
    row = registers.action(asking.turn.tx, source.ids[0])
    record = registers.action_record(row) if row is not None else None
    if row is None or record is None or asking.guard.visible_to(record, asking.viewer) is None:
        return
    values: dict[str, Value] = {
        "number": record.number, "partner": asking.partner(record.partner_id), "at": row.created_at,
    }  # fmt: skip
    if record.source is None:
        yield Message("origin.action", values)
    else:
        yield Message("origin.action_of", {**values, "source": record.source})


def _of_assignments(asking: _Asking, source: Source) -> Iterator[Message]:
    turn = asking.turn
    for assignment_id in source.ids:
        row = cases.assignment(turn.tx, assignment_id)
        if row is None:
            continue
        record = cases.assignment_record(row, turn.tenant.local)
        if asking.guard.visible_to(record, asking.viewer) is not None:
            values: dict[str, Value] = {
                "partner": asking.partner(record.partner_id), "day": record.due_on,
                "title": Content(f"task.{record.step}.{record.task}.title"),
            }  # fmt: skip
            yield Message("origin.assignment", values)


def _of_item(asking: _Asking, source: Source) -> Iterator[Message]:
    for record in agenda_items.records(asking.turn.tx, asking.meeting.id):
        if record.id in source.ids and asking.guard.visible_to(record, asking.viewer) is not None:
            yield Message("origin.item", {"owner": asking.partner(record.partner_id) if record.partner_id else "–"})


def _of_stay(asking: _Asking, source: Source) -> Iterator[Message]:
    turn = asking.turn
    stay = cases.stay(turn.tx, source.ids[0])
    row = cases.by_id(turn.tx, stay.case_id) if stay is not None else None
    if stay is None or row is None or stay.left_at is None:
        return
    if asking.guard.visible_to(cases.record(row, turn.tenant.zone), asking.viewer) is not None:
        values: dict[str, Value] = {"case": row.code, "step": stay.step, "day": turn.tenant.today(stay.left_at)}
        yield Message("origin.stay", values)


_ORIGINS: Mapping[SourceKind, Callable[[_Asking, Source], Iterator[Message]]] = {
    "contributions": _of_contributions,
    "line": _of_line,
    "decision": _of_decision,
    "action": _of_action,
    "assignments": _of_assignments,
    "item": _of_item,
    "stay": _of_stay,
}


def case_of(turn: Turn, meeting_id: int, line: int | None) -> int | None:
    """The case that a line of the minutes is about; None: of no case, or there is no such line."""
    newest = stored.latest(turn.tx, meeting_id, "minutes")
    texts = stored.texts_of(turn.tx, newest.id) if newest is not None else []
    source = unpack(texts[0].lines).get(line or 0) if texts else None
    return None if source is None else _CASES[source.kind](turn, meeting_id, source)


def has_line(turn: Turn, meeting_id: int, line: int) -> bool:
    """Whether the minutes that were sent have a line with this number."""
    newest = stored.latest(turn.tx, meeting_id, "minutes")
    texts = stored.texts_of(turn.tx, newest.id) if newest is not None else []
    return bool(texts) and str(line) in texts[0].lines


def _case_of_contribution(turn: Turn, meeting_id: int, source: Source) -> int | None:
    record = contributions.by_number(turn.tx, turn.tenant.id, source.versions[0][0])
    return None if record is None else record.case_id or next(iter(record.case_ids), None)


def _case_of_line(turn: Turn, meeting_id: int, source: Source) -> int | None:
    return next((one.case_id for one in stored_lines.of_meeting(turn.tx, meeting_id) if one.id in source.ids), None)


def _case_of_decision(turn: Turn, meeting_id: int, source: Source) -> int | None:
    row = registers.decision_row(turn.tx, source.ids[0])
    return None if row is None else row.case_id


def _case_of_action(turn: Turn, meeting_id: int, source: Source) -> int | None:
    row = registers.action(turn.tx, source.ids[0])
    return None if row is None else row.case_id


def _case_of_assignment(turn: Turn, meeting_id: int, source: Source) -> int | None:
    row = cases.assignment(turn.tx, source.ids[0])
    return None if row is None else row.case_id


def _case_of_item(turn: Turn, meeting_id: int, source: Source) -> int | None:
    row = agenda_items.by_id(turn.tx, source.ids[0])
    return None if row is None else row.case_id


def _case_of_stay(turn: Turn, meeting_id: int, source: Source) -> int | None:
    row = cases.stay(turn.tx, source.ids[0])
    return None if row is None else row.case_id


_CASES: Mapping[SourceKind, Callable[[Turn, int, Source], int | None]] = {
    "contributions": _case_of_contribution,
    "line": _case_of_line,
    "decision": _case_of_decision,
    "action": _case_of_action,
    "assignments": _case_of_assignment,
    "item": _case_of_item,
    "stay": _case_of_stay,
}
