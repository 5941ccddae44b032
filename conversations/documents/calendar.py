"""A meeting as a calendar file: when, where and of which table, and nothing about cases.

Calendars are synchronised to telephones and to other people's servers, so what is confidential stays out of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

_CHANGES = ("starts_at", "ends_at", "summary", "place", "is_cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A meeting in a calendar. `uid` stays the same for good; `sequence` goes up with every change that people see."""

    uid: str
    sequence: int
    stamped_at: datetime  # when this version of it was made
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    place: str
    municipality: str
    code: str  # the municipality's
    is_cancelled: bool


def versioned(new: Invitation, kept: Mapping[str, Any] | None) -> Invitation:
    """The invitation with its number: that of the last one (`kept`, as frozen) when nothing changed, else the next."""
    if kept is None:
        return new
    last: Invitation = TypeAdapter(Invitation).validate_python(dict(kept))
    if all(getattr(new, name) == getattr(last, name) for name in _CHANGES):
        return replace(new, sequence=last.sequence, stamped_at=last.stamped_at)
    return replace(new, sequence=last.sequence + 1)


def frozen(invitation: Invitation) -> dict[str, Any]:
    """As plain JSON values."""
    made: dict[str, Any] = TypeAdapter(Invitation).dump_python(invitation, mode="json")
    return made


def calendar(invitation: Invitation) -> bytes:
    """The .ics file: a meeting that is published, or one that is cancelled."""
    from icalendar import Calendar, Event, vCalAddress, vText  # noqa: PLC0415  # an extra

    event = Event()
    for name, value in (
        ("uid", invitation.uid),
        ("sequence", invitation.sequence),
        ("dtstamp", invitation.stamped_at),
        ("dtstart", invitation.starts_at),
        ("dtend", invitation.ends_at),
        ("summary", _one_line(invitation.summary)),
        ("location", _one_line(invitation.place)),
        ("description", invitation.description),
        ("status", "CANCELLED" if invitation.is_cancelled else "CONFIRMED"),
        ("class", "CONFIDENTIAL"),
        ("transp", "OPAQUE"),
    ):
        event.add(name, value)
    organiser = vCalAddress(f"mailto:overlegmaat@{invitation.code}.invalid")  # calendars want one; nobody reads it
    organiser.params["cn"] = vText(_one_line(invitation.municipality))
    event.add("organizer", organiser)
    whole = Calendar()
    whole.add("prodid", "-//Overlegmaat//Overlegmaat//NL")
    whole.add("version", "2.0")
    whole.add("method", "CANCEL" if invitation.is_cancelled else "PUBLISH")
    whole.add_component(event)
    made: bytes = whole.to_ical()
    return made


def _one_line(text: str) -> str:
    return " ".join(text.split())
