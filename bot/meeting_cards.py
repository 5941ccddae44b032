"""The cards of a meeting that is going on, as they are shown."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.platforms.base import Button, Line
from bot.shown import Shown
from conversations.i18n import Texts
from conversations.process.workflow import Role
from conversations.records import Attendance, PartnerRecord
from storage import meetings, members
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
