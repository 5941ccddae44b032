"""Who is expected at a meeting, who was there, and when it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from conversations.meetings.facts import MeetingFacts, Setting
from conversations.meetings.views import Occasion, Seat
from conversations.process.workflow import MeetingKind, Role
from conversations.records import Attendance, MeetingRecord, PartnerRecord

# Roles of one person; they have a seat of their own, besides that of an organisation.
_PERSONAL: Final = frozenset({Role.PROCESS_LEAD, Role.CHAIR, Role.NOTE_TAKER, Role.MAYOR, Role.PRIVACY_OFFICER})
_THERE: Final = frozenset({"present", "late", "left"})


def local_time(moment: datetime, setting: Setting) -> datetime:
    """The moment on the municipality's own clock."""
    return moment.astimezone(ZoneInfo(setting.zone))


def occasion(meeting: MeetingRecord, kind: MeetingKind, setting: Setting) -> Occasion:
    """When, where and for how long."""
    starts = local_time(meeting.starts_at, setting)
    chair = next((member.function for member in setting.members if kind.chair in member.roles), "")
    minutes = meeting.minutes or kind.minutes
    return Occasion(on=starts.date(), time=f"{starts:%H:%M}", place=meeting.room, minutes=minutes, chair=chair)


def expected(facts: MeetingFacts) -> tuple[Seat, ...]:
    """Organisations and functions that the table has a seat for, those at the table before the guests."""
    missed = _missed(facts.previous)
    excused = {item.partner_id for item in facts.meeting.attendance if item.state == "excused"}
    return tuple(
        Seat(
            partner=partner.name,
            function=function,
            is_signatory=partner.is_signatory,
            state="excused" if partner.id in excused else "expected",
            was_absent=partner.id in missed,
        )
        for partner, function in _seats(facts, with_guests=True)
    )


def _missed(previous: MeetingRecord | None) -> frozenset[int]:
    """Partners that were noted as not there at the meeting before."""
    if previous is None:
        return frozenset()
    there = {item.partner_id for item in previous.attendance if item.state in _THERE}
    return frozenset(item.partner_id for item in previous.attendance if item.partner_id not in there)


def attended(facts: MeetingFacts) -> tuple[tuple[Seat, ...], tuple[Seat, ...]]:
    """Who was there and who was not. Expected and not noted at all is absent: silence is no presence."""
    partners = {partner.id: partner for partner in facts.setting.partners}
    noted = facts.meeting.attendance
    present = tuple(_seat(item, partners, facts.setting) for item in noted if item.state in _THERE)
    absent = [_seat(item, partners, facts.setting) for item in noted if item.state not in _THERE]
    if noted:
        known = {item.partner_id for item in noted}
        absent.extend(
            Seat(partner=partner.name, function=function, is_signatory=partner.is_signatory, state="absent")
            for partner, function in _seats(facts, with_guests=False)
            if partner.id not in known
        )
    return present, tuple(absent)


def _seat(item: Attendance, partners: Mapping[int, PartnerRecord], setting: Setting) -> Seat:
    partner = partners.get(item.partner_id)
    return Seat(
        partner=partner.name if partner else "–",
        function=item.function,
        is_signatory=partner is not None and partner.is_signatory,
        state="absent" if item.state == "expected" else item.state,
        stand_in=item.stand_in,
        arrived=_time(item.arrived_at, setting),
        left=_time(item.left_at, setting),
    )


def _time(moment: datetime | None, setting: Setting) -> str:
    return "" if moment is None else f"{local_time(moment, setting):%H:%M}"


def _seats(facts: MeetingFacts, *, with_guests: bool) -> Iterator[tuple[PartnerRecord, str]]:
    kind = facts.setting.workflow.meeting_kind(facts.meeting.kind)
    partners = facts.setting.partners
    for role in kind.takes_part:
        if role in _PERSONAL:
            yield from _functions(facts.setting, role)
        else:
            yield from ((partner, "") for partner in partners if partner.role is role)
    for role in kind.guests if with_guests else ():
        yield from ((partner, "") for partner in partners if partner.role is role)


def _functions(setting: Setting, role: Role) -> Iterator[tuple[PartnerRecord, str]]:
    partners = {partner.id: partner for partner in setting.partners}
    for member in setting.members:
        if role in member.roles and member.partner_id in partners:
            yield partners[member.partner_id], member.function
