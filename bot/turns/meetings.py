"""A meeting in its room: opened, attended, captured line by line, closed; and its papers."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from bot.turns import agenda, agenda_items, attendance, dialogs, freezing, items, papers, proposals, recorders, versions
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Content, Exhibit, Listing, Message, Phrase, Value
from conversations.privacy import gate
from conversations.process import seats
from conversations.process.workflow import DataLevel, Role
from storage import meetings
from storage import papers as stored_papers
from storage.prepared import Row

OPENS_BEFORE = timedelta(hours=12)


def start(turn: Turn, argument: str) -> None:
    """Open the meeting of this room's table; every expected partner starts as not yet seen."""
    room = turn.room
    planned = _planned_here(turn)
    kind = planned.kind if planned is not None else room.kind if room is not None else None
    if room is None or kind is None:
        turn.say(Message("meeting.only_in_room"))
        return
    if not recorders.may_record(turn, kind):
        turn.say(Message("meeting.only_recorders"))
        return
    if meetings.open_in(turn.tx, room.id) is not None:
        turn.say(Message("meeting.already_open"))
        return
    if planned is None:
        meeting_id = turn.tx.insert(
            meetings.ADD_MEETING, municipality_id=turn.tenant.id, kind=kind, starts_at=turn.now, status="open",
            room_id=room.id, opened_at=turn.now,
        )  # fmt: skip
    else:
        meeting_id = planned.id
        turn.tx.run(meetings.CHANGE_MEETING, which=meeting_id, status="open", opened_at=turn.now, room_id=room.id)
    turn.note("meeting_opened", f"meeting:{meeting_id}")
    turn.say(Message("meeting.opened", {"kind": Content(f"meeting.{kind}.name"), "day": turn.today}))
    opened = meetings.by_id(turn.tx, meeting_id)
    if opened is not None:
        attendance.post_card(turn, opened)
        items.begin(turn, opened)


def _planned_here(turn: Turn) -> Row | None:
    """The meeting that is planned nearest to now: in this room, or else of the table that sits in it."""
    if turn.room is None:
        return None
    first, last = turn.now - OPENS_BEFORE, turn.now + OPENS_BEFORE
    planned = meetings.planned_in(turn.tx, turn.room.id, first, last)
    if not planned and turn.room.kind is not None:
        planned = meetings.planned_of(turn.tx, turn.tenant.id, turn.room.kind, first, last)
    return min(planned, key=lambda row: abs(row.starts_at - turn.now), default=None)


def announce(turn: Turn, argument: str, state: Literal["excused", "expected"]) -> None:
    """`afmelden jgo`: a member says beforehand that their organisation will not be there, or that it will after all."""
    kind = kind_named(turn, argument)
    meeting = papers.next_meeting(turn.tx, turn.tenant, kind, turn.now) if kind is not None else None
    if kind is None or meeting is None:
        names = Listing(tuple(Content(f"meeting.{one.id}.short") for one in turn.tenant.workflow.meeting_kinds))
        turn.say(Message("meeting.which_kind", {"kinds": names}))
        return
    own = next((one for one in attendance.expected(turn, kind) if one.id == turn.me.partner_id), None)
    if own is None:
        turn.say(Message("meeting.not_yours"))
        return
    attendance.announce(turn, meeting, own, state)
    values: dict[str, Value] = {
        "partner": own.name,
        "kind": Content(f"meeting.{kind}.name"),
        "day": turn.tenant.today(meeting.starts_at),
    }
    turn.say(Message(f"meeting.announced_{state}", values))


def close(turn: Turn, argument: str = "") -> None:
    """Close the meeting, once every item has an outcome; the minutes can be had at once."""
    meeting = recorders.recording(turn)
    if meeting is None:
        return
    left = items.open_items(turn, meeting)
    if left:
        items.refuse_to_close(turn, meeting, left)
    else:
        _close(turn, meeting)


def press_close(turn: Turn, meeting: Row, verb: str) -> None:
    """The buttons to close: as it is, or after what is left was moved on or called done."""
    if meeting.status != "open":
        turn.say(Message("meeting.over", {"kind": Content(f"meeting.{meeting.kind}.name")}))
    elif not recorders.may_record(turn, meeting.kind):
        turn.say(Message("meeting.only_recorders"))
    elif verb == "close" and (left := items.open_items(turn, meeting)):
        items.refuse_to_close(turn, meeting, left)
    else:
        if verb != "close":
            items.end_all(turn, meeting, "moved" if verb == "push_all" else "done")
        _close(turn, meeting)


def _close(turn: Turn, meeting: Row) -> None:
    turn.tx.run(meetings.CHANGE_MEETING, which=meeting.id, status="closed", closed_at=turn.now, item_id=None)
    turn.note("meeting_closed", f"meeting:{meeting.id}")
    proposals.lapse(turn, meeting)
    agenda_items.carry_over(turn, meeting)
    closed = meetings.by_id(turn.tx, meeting.id)
    if closed is not None:
        attendance.post_card(turn, closed)
    choices = (
        Choice(f"m{meeting.id}:minutes", Phrase("meeting.choice.minutes"), "primary"),
        Choice(f"m{meeting.id}:circulate", Phrase("minutes.choice.circulate")),
    )
    turn.say(Message("meeting.closed", {"kind": Content(f"meeting.{meeting.kind}.name")}, choices))


# --- papers -----------------------------------------------------------------------------------------------------------


def paper(turn: Turn, argument: str, kind: Literal["agenda", "minutes"]) -> None:
    """Compile the agenda or the minutes for this reader, and show where to read them."""
    meeting_kind = kind_named(turn, argument)
    if meeting_kind is None:
        names = Listing(tuple(Content(f"meeting.{one.id}.short") for one in turn.tenant.workflow.meeting_kinds))
        turn.say(Message("meeting.which_kind", {"kinds": names}))
        return
    find = papers.next_meeting if kind == "agenda" else papers.last_meeting
    meeting = find(turn.tx, turn.tenant, meeting_kind, turn.now)
    if meeting is None:
        turn.say(Message(f"meeting.no_{kind}", {"kind": Content(f"meeting.{meeting_kind}.name")}))
        return
    show_paper(turn, meeting, kind)


def show_paper(turn: Turn, meeting: Row, kind: Literal["agenda", "minutes"]) -> None:
    """Compile for this reader, and show it in private, because the page is this member's own. Minutes that were sent
    round are shown as they were sent.
    """
    expected = turn.tenant.workflow.meeting_kind(meeting.kind)
    if not versions.may_read(turn.me, expected):
        turn.say(Message("meeting.not_yours"))
        return
    if freezing.stops(turn, kind, meeting):
        return
    values: dict[str, Value] = {
        "kind": Content(f"meeting.{meeting.kind}.name"), "day": turn.tenant.today(meeting.starts_at),
    }  # fmt: skip
    choices = agenda.choices(turn, meeting) if kind == "agenda" else ()
    newest = stored_papers.latest(turn.tx, meeting.id, "minutes") if kind == "minutes" else None
    if newest is not None:
        message = _sent_minutes(turn, meeting, newest, values)
    else:
        document_id = papers.keep_paper(turn.tx, turn.tenant, meeting, turn.me, turn.now, kind)
        turn.note(f"{kind}_compiled", f"document:{document_id}", f"meeting:{meeting.id}")
        message = Message(f"meeting.{kind}", values, choices, exhibit=Exhibit("document", document_id))
    if dialogs.go_private(turn):
        turn.say(message)


def _sent_minutes(turn: Turn, meeting: Row, paper: Row, values: dict[str, Value]) -> Message:
    """The newest version that was sent, for this reader."""
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    text = stored_papers.text_of_circle(turn.tx, paper.id, versions.circle_of(turn.tenant, turn.me, kind, turn.now))
    if text is None:
        return Message("minutes.no_text", values)
    turn.note("minutes_seen", f"document:{text.id}", f"meeting:{meeting.id}")
    values = {**values, "version": paper.version}
    standing = Choice(f"m{meeting.id}:standing", Phrase("minutes.choice.standing"))
    exhibit = Exhibit("document", text.id)
    if versions.kept_text(text).is_of_now:
        return Message("minutes.version", values, (standing,), exhibit=exhibit)
    return Message("minutes.older_version", values, (standing,), exhibit=exhibit)


def kind_named(turn: Turn, argument: str) -> str | None:
    """The meeting kind that is meant: as typed, else of this room, else the first that this member takes part in."""
    plain = argument.strip().casefold()
    kinds = turn.tenant.workflow.meeting_kinds
    if plain:
        for one in kinds:
            if plain in seats.called(one):
                return one.id
        return None
    if turn.room is not None and turn.room.kind is not None:
        return str(turn.room.kind)
    return next(
        (one.id for one in kinds if turn.me.roles & {one.chair, *one.takes_part, *one.guests, Role.PROCESS_LEAD}), None
    )


def inspect_private(turn: Turn, text: str) -> gate.Refusal | None:
    """The gate on what is typed in private outside any form."""
    level = min(DataLevel.PSEUDONYM, turn.platform_level)
    return gate.inspect(text, level=level, bound="platform", names=turn.tenant.settings.detector_words)
