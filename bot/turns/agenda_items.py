"""The items of an agenda in a turn: all of them, settled when a meeting starts, carried on when it closes."""

from __future__ import annotations

from datetime import date

from bot.turns.turn import Turn
from conversations import deadlines
from conversations.meetings.facts import MeetingFacts, with_rounds
from conversations.meetings.items import AgendaEntry, agenda_entries, on_agenda
from storage import agenda_items, facts, lines, meetings
from storage.prepared import Row


def known(turn: Turn, meeting: Row) -> MeetingFacts:
    """Everything that the meeting's papers are compiled from; before a reader gets any of it, `see`."""
    tenant = turn.tenant
    setting = facts.setting(
        turn.tx, tenant.id, name=tenant.name, zone=tenant.zone, workflow=tenant.workflow, now=turn.now
    )
    return with_rounds(facts.meeting_facts(turn.tx, meeting, setting))


def entries(turn: Turn, meeting: Row) -> tuple[AgendaEntry, ...]:
    """Every item of the meeting's agenda, in order; also what was proposed, put off or dropped."""
    return agenda_entries(known(turn, meeting))


def settle(turn: Turn, meeting: Row) -> list[Row]:
    """When the meeting starts: every item on the agenda gets a row, so that its outcome can be recorded. Idempotent."""
    live = on_agenda(entries(turn, meeting))
    agenda_items.settle(turn.tx, town=turn.tenant.id, meeting_id=meeting.id, entries=live, now=turn.now)
    return agenda_items.items_of(turn.tx, meeting.id)


def carry_over(turn: Turn, meeting: Row) -> int:
    """When the meeting closes: what was moved, kept for later, not judged yet, or comes back each time goes to the next
    meeting of its kind, or to the one on the day it was moved to. How many; what finds no meeting waits for one.
    """
    day = turn.tenant.today(meeting.starts_at)
    carried = 0
    for row in agenda_items.to_carry(turn.tx, meeting.id):
        target = _next(turn, meeting, row.moved_to)
        if target is not None:
            agenda_items.carry(turn.tx, row, meeting_id=target.id, day=day, now=turn.now)
            carried += 1
    return carried


def pass_on(turn: Turn, meeting: Row) -> None:
    """When the meeting does not take place: what people put on it, and what was carried to it, goes to the next."""
    target = meetings.following(turn.tx, turn.tenant.id, meeting.kind, meeting.starts_at)
    for row in agenda_items.items_of(turn.tx, meeting.id):
        if target is None:
            lines.wait_again(turn.tx, row.id)
            continue
        if row.state in {"on", "later", "proposed"} and (row.kind == "own" or row.origin_id is not None):
            agenda_items.pass_on(turn.tx, row, meeting_id=target.id, now=turn.now)


def is_there(turn: Turn, meeting: Row, title: str) -> bool:
    """Whether this member has put it on this agenda before: a second press adds nothing."""
    mine = [one for one in agenda_items.items_of(turn.tx, meeting.id) if one.member_id == turn.me.member_id]
    return any(one.title == title and one.state in {"on", "proposed", "later"} for one in mine)


def _next(turn: Turn, meeting: Row, day: date | None) -> Row | None:
    """The first meeting of the same kind on or after a day; when there is none, the next that is planned."""
    town = turn.tenant.id
    first = meetings.following(turn.tx, town, meeting.kind, meeting.starts_at)
    if day is None or first is None or turn.tenant.today(first.starts_at) >= day:
        return first
    on_day = deadlines.moment(day, "00:00", turn.tenant.zone)
    return meetings.next_of(turn.tx, town, meeting.kind, on_day) or first
