"""The cards of a meeting that is going on, as they are shown to everybody in its room."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.platforms.base import Button, Line
from bot.shown import Shown
from conversations.i18n import Texts
from conversations.meetings.items import title_of
from conversations.process.workflow import DataLevel, Role
from conversations.records import AgendaItemRecord, Attendance, PartnerRecord, Viewer
from storage import agenda_items, cases, facts, meetings, members
from storage.prepared import Row

if TYPE_CHECKING:
    from bot.present import Presenter


def attendance(presenter: Presenter, texts: Texts, meeting_id: int) -> Shown:
    """Who is there, by function: first the seats of the table, then who came besides."""
    meeting = meetings.by_id(presenter.tx, meeting_id)
    if meeting is None:
        return Shown()
    noted = {one.partner_id: one for one in meetings.attendance(presenter.tx, meeting_id)}
    partners = members.partners(presenter.tx, presenter.tenant.id, presenter.tenant.today(meeting.starts_at))
    kind = presenter.tenant.workflow.meeting_kind(meeting.kind)
    roles = {*kind.takes_part, *kind.guests} - {Role.MAYOR, Role.PROCESS_LEAD}
    seats = [one for one in partners if one.role in roles or one.id in noted]
    zone = ZoneInfo(presenter.tenant.zone)
    lines = tuple(_seat(meeting, one, noted.get(one.id), texts, zone) for one in seats)
    there = sum(one.state in {"present", "late"} for one in noted.values())
    return Shown(text=texts.message("meeting.there", {"n": there, "total": len(seats)}), lines=lines)


def _seat(meeting: Row, partner: PartnerRecord, noted: Attendance | None, texts: Texts, zone: ZoneInfo) -> Line:
    state = noted.state if noted is not None else "expected"
    is_new = state == "expected"
    verb = "here" if is_new else "who"
    label = texts.message("meeting.choice.here" if is_new else "meeting.choice.other")
    button = Button(f"m{meeting.id}:{verb}:{partner.code}", label, "plain" if is_new else "quiet")
    text = texts.message("meeting.seat.expected") if noted is None or is_new else _words(noted, texts, zone)
    return Line(partner.name, text, button if meeting.status == "open" else None)


def _words(noted: Attendance, texts: Texts, zone: ZoneInfo) -> str:
    """`wijkagent · aanwezig vanaf 10:20`, and who came instead."""
    states = [texts.message(f"meeting.seat.{noted.state}")]
    if noted.arrived_at is not None:
        states = [texts.message("meeting.seat.from", {"time": _clock(noted.arrived_at, zone)})]
    if noted.left_at is not None:
        until = "meeting.seat.until" if noted.arrived_at is None else "meeting.seat.and_until"
        states = [*(states if noted.arrived_at else ()), texts.message(until, {"time": _clock(noted.left_at, zone)})]
    function = noted.function
    if noted.stand_in:
        function = texts.message("meeting.seat.stand_in", {"stand_in": noted.stand_in, "function": noted.function})
    return " · ".join((function, *states))


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"


# --- the agenda -------------------------------------------------------------------------------------------------------


def item(presenter: Presenter, texts: Texts, item_id: int) -> Shown:
    """The item that the meeting is at, or was: its goal, owner and minutes, and what became of it."""
    row = agenda_items.by_id(presenter.tx, item_id)
    meeting = meetings.by_id(presenter.tx, row.meeting_id) if row is not None else None
    if row is None or meeting is None:
        return Shown()
    said = []
    if row.goal is not None:
        said.append(texts.message("meeting.item_text.goal", {"goal": texts.message(f"meeting.goal.{row.goal}")}))
    partners = members.partners(presenter.tx, presenter.tenant.id, presenter.tenant.today(meeting.starts_at))
    said += [row.function] if row.function else [one.name for one in partners if one.id == row.partner_id]
    if row.minutes:
        said.append(texts.message("meeting.item_text.minutes", {"n": row.minutes}))
    if row.times > 1 and row.first_on is not None:
        said.append(texts.message("meeting.item_text.carried", {"day": row.first_on, "n": row.times}))
    title = _title(presenter, texts, meeting, row, partners)
    return Shown(title=title, text=" · ".join((*said, *_outcome(row, texts))))


def _outcome(row: Row, texts: Texts) -> list[str]:
    if row.state == "moved" and row.moved_to is not None:
        return [texts.message("meeting.item_text.moved_to", {"day": row.moved_to})]
    return [texts.message(f"meeting.ended.{row.state}")] if row.state in {"done", "moved", "dropped"} else []


def open_items(presenter: Presenter, texts: Texts, meeting_id: int) -> Shown:
    """The items of which it is not known what becomes of them."""
    meeting = meetings.by_id(presenter.tx, meeting_id)
    if meeting is None:
        return Shown()
    partners = members.partners(presenter.tx, presenter.tenant.id, presenter.tenant.today(meeting.starts_at))
    left = [row for row in agenda_items.items_of(presenter.tx, meeting_id) if row.state == "on"]
    return Shown(text="\n".join(_title(presenter, texts, meeting, row, partners) for row in left))


def _title(presenter: Presenter, texts: Texts, meeting: Row, row: Row, partners: list[PartnerRecord]) -> str:
    """What the item is called, for a room: only what each organisation in it may read."""
    number = row.position or 0
    record = agenda_items.record(row)
    case = cases.by_id(presenter.tx, row.case_id) if row.case_id is not None else None
    if not _may_all_read(presenter, meeting, record, partners):
        return f"{number}. {case.code}" if case else texts.message("meeting.item_text.unnamed", {"n": number})
    name = f"{case.code} {case.group_code}" if case is not None else ""
    title = title_of(presenter.tenant.workflow, meeting.kind, record, name)
    return f"{number}. {title if isinstance(title, str) else title.read(texts.language)}"


def _may_all_read(presenter: Presenter, meeting: Row, record: AgendaItemRecord, partners: list[PartnerRecord]) -> bool:
    room = members.room(presenter.tx, meeting.room_id) if meeting.room_id is not None else None
    if room is None or (record.case_id is None and not record.title):
        return room is not None
    guard = facts.guard(presenter.tx, presenter.tenant.id, presenter.tenant.workflow)
    for one in partners:
        if one.code not in room.partners:
            continue
        reader = Viewer(
            member_id=0, partner_id=one.id, roles=frozenset({one.role}), is_signatory=one.is_signatory,
            language=presenter.tenant.language, level=DataLevel.GROUP,
        )  # fmt: skip
        if guard.visible_to(record, reader) != record:
            return False
    return True
