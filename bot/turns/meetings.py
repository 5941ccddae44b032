"""A meeting in its room: opened, attended, captured line by line, closed; and its papers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

from bot.turns import dialogs, papers
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Content, Exhibit, Listing, Message, Phrase, Value
from conversations.privacy import gate
from conversations.process.workflow import DataLevel, Role
from conversations.records import PartnerRecord
from storage import meetings, members
from storage.prepared import Row

RECORDERS = (Role.CHAIR, Role.NOTE_TAKER)
OPENS_BEFORE = timedelta(hours=12)


def start(turn: Turn, argument: str) -> None:
    """Open the meeting of this room's table; every expected partner starts as not yet seen."""
    room = turn.room
    planned = _planned_here(turn)
    kind = planned.kind if planned is not None else room.kind if room is not None else None
    if room is None or kind is None:
        turn.say(Message("meeting.only_in_room"))
        return
    if not _may_record(turn, kind):
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
    values: dict[str, Value] = {"kind": Content(f"meeting.{kind}.name"), "day": turn.today}
    choices = tuple(
        Choice(f"m{meeting_id}:here:{one.code}", Phrase("meeting.choice.present", {"partner": one.name}))
        for one in _expected(turn, kind)
    )
    turn.say(Message("meeting.opened", values, choices))


def _planned_here(turn: Turn) -> Row | None:
    """The meeting that is planned about now: in this room, or else of the table that sits in it."""
    if turn.room is None:
        return None
    first, last = turn.now - OPENS_BEFORE, turn.now + OPENS_BEFORE
    here = meetings.planned_in(turn.tx, turn.room.id, first, last)
    if here is not None or turn.room.kind is None:
        return here
    planned = meetings.next_of(turn.tx, turn.tenant.id, turn.room.kind, first)
    return planned if planned is not None and planned.starts_at <= last else None


def _expected(turn: Turn, kind_id: str) -> list[PartnerRecord]:
    kind = turn.tenant.workflow.meeting_kind(kind_id)
    roles = {*kind.takes_part, *kind.guests}
    return [one for one in members.partners(turn.tx, turn.tenant.id, turn.today) if one.role in roles]


def recording(turn: Turn) -> Row | None:
    """The open meeting in this room, when this member may record in it; otherwise they are told why not."""
    meeting = meetings.open_in(turn.tx, turn.room.id) if turn.room is not None else None
    if meeting is None:
        turn.say(Message("meeting.none_open"))
        return None
    if not _may_record(turn, meeting.kind):
        turn.say(Message("meeting.only_recorders"))
        return None
    return meeting


def _may_record(turn: Turn, kind: str) -> bool:
    """Whether this member records in such a meeting: a chair, this table's own chair, or a note-taker."""
    return turn.has_role(*RECORDERS, turn.tenant.workflow.meeting_kind(kind).chair)


def attend(turn: Turn, argument: str, state: Literal["present", "absent", "excused"]) -> None:
    """`aanwezig politie, jongerenwerk`: by code, name or role of the partner."""
    meeting = recording(turn)
    if meeting is None:
        return
    known = members.partners(turn.tx, turn.tenant.id, turn.today)
    wanted = [word.strip() for word in re.split(r",|\ben\b|\band\b|;", argument) if word.strip()]
    if argument.strip().casefold() in {"iedereen", "allen", "everybody", "all"}:
        wanted = [one.code for one in _expected(turn, meeting.kind)]
    found = [(word, partner_of(turn, known, word)) for word in wanted]
    missing = [word for word, one in found if one is None]
    if missing or not found:
        names = Listing(tuple(one.name for one in known))
        turn.say(Message("meeting.who", {"partners": names}))
        return
    for _, one in found:
        if one is not None:
            _set_attendance(turn, meeting, one, state)
    turn.say(_attendance_message(turn, meeting, [one for _, one in found if one is not None], state))


def announce(turn: Turn, argument: str, state: Literal["excused", "expected"]) -> None:
    """`afmelden jgo`: a member says beforehand that their organisation will not be there, or that it will after all."""
    kind = _kind(turn, argument)
    meeting = papers.next_meeting(turn.tx, turn.tenant, kind, turn.now) if kind is not None else None
    if kind is None or meeting is None:
        names = Listing(tuple(Content(f"meeting.{one.id}.short") for one in turn.tenant.workflow.meeting_kinds))
        turn.say(Message("meeting.which_kind", {"kinds": names}))
        return
    partners = members.partners(turn.tx, turn.tenant.id, turn.today)
    own = next(one for one in partners if one.id == turn.me.partner_id)
    if own.id not in {one.id for one in _expected(turn, kind)}:
        turn.say(Message("meeting.not_yours"))
        return
    _set_attendance(turn, meeting, own, state)
    values: dict[str, Value] = {
        "partner": own.name,
        "kind": Content(f"meeting.{kind}.name"),
        "day": turn.tenant.today(meeting.starts_at),
    }
    turn.say(Message(f"meeting.announced_{state}", values))


def arrive(turn: Turn, meeting_id: int, code: str) -> None:
    """The button "aanwezig" behind a partner."""
    meeting = meetings.by_id(turn.tx, meeting_id)
    partner = next((one for one in members.partners(turn.tx, turn.tenant.id, turn.today) if one.code == code), None)
    if meeting is None or partner is None or meeting.status != "open":
        turn.say(Message("meeting.none_open"))
        return
    if not turn.has_role(*RECORDERS) and turn.me.partner_id != partner.id:
        turn.say(Message("meeting.only_recorders"))
        return
    _set_attendance(turn, meeting, partner, "present")
    turn.say(_attendance_message(turn, meeting, [partner], "present"))


def _set_attendance(turn: Turn, meeting: Row, partner: PartnerRecord, state: str) -> None:
    functions = [
        one.function for one in turn.people() if one.partner_id == partner.id and not one.roles & {Role.PRIVACY_OFFICER}
    ]
    mayor = turn.tenant.workflow.meeting_kind(meeting.kind)
    is_mayors = Role.MAYOR in mayor.takes_part and partner.role is Role.MUNICIPALITY
    mayors = [one.function for one in turn.people() if is_mayors and Role.MAYOR in one.roles]
    workers = [one.function for one in turn.people() if one.partner_id == partner.id and Role.CHAIR in one.roles]
    function = next(iter(mayors or workers or functions), partner.name)
    meetings.set_attendance(
        turn.tx,
        municipality_id=turn.tenant.id,
        meeting_id=meeting.id,
        partner_id=partner.id,
        function=function,
        state=state,
    )


def _attendance_message(turn: Turn, meeting: Row, partners: list[PartnerRecord], state: str) -> Message:
    names = Listing(tuple(one.name for one in partners))
    return Message(f"meeting.{state}", {"partners": names})


def partner_of(turn: Turn, known: list[PartnerRecord], word: str) -> PartnerRecord | None:
    """A partner by its code, its name (or the start of it) or its role in either language."""
    plain = word.casefold()
    texts = [turn.tenant.texts(language, turn.now) for language in ("nl", "en")]
    for one in known:
        roles = {text.value(Content(f"role.{one.role.value}")).casefold() for text in texts}
        functions = {person.function.casefold() for person in turn.people() if person.partner_id == one.id}
        if plain in {
            one.code.casefold(),
            one.role.value,
            "om" if one.role is Role.PROSECUTION else one.code,
            *roles,
            *functions,
        }:
            return one
    return next((one for one in known if plain in one.name.casefold()), None)


def close(turn: Turn, argument: str = "") -> None:
    """Close the meeting; the minutes can be had at once."""
    meeting = recording(turn)
    if meeting is None:
        return
    turn.tx.run(meetings.CHANGE_MEETING, which=meeting.id, status="closed", closed_at=turn.now)
    turn.note("meeting_closed", f"meeting:{meeting.id}")
    choice = Choice(f"m{meeting.id}:minutes", Phrase("meeting.choice.minutes"), "primary")
    turn.say(Message("meeting.closed", {"kind": Content(f"meeting.{meeting.kind}.name")}, (choice,)))


# --- papers -----------------------------------------------------------------------------------------------------------


def paper(turn: Turn, argument: str, kind: Literal["agenda", "minutes"]) -> None:
    """Compile the agenda or the minutes for this reader, and show where to read them."""
    meeting_kind = _kind(turn, argument)
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
    """Compile for this reader, and show it in private, because the page is this member's own."""
    expected = turn.tenant.workflow.meeting_kind(meeting.kind)
    if not turn.me.roles & {expected.chair, *expected.takes_part, *expected.guests, *RECORDERS, Role.PROCESS_LEAD}:
        turn.say(Message("meeting.not_yours"))
        return
    document_id = papers.keep_paper(turn.tx, turn.tenant, meeting, turn.me, turn.now, kind)
    turn.note(f"{kind}_compiled", f"document:{document_id}", f"meeting:{meeting.id}")
    values: dict[str, Value] = {
        "kind": Content(f"meeting.{meeting.kind}.name"), "day": turn.tenant.today(meeting.starts_at),
    }  # fmt: skip
    message = Message(f"meeting.{kind}", values, exhibit=Exhibit("document", document_id))
    if dialogs.go_private(turn):
        turn.say(message)


def _kind(turn: Turn, argument: str) -> str | None:
    """The meeting kind that is meant: as typed, else of this room, else the first that this member takes part in."""
    plain = argument.strip().casefold()
    kinds = turn.tenant.workflow.meeting_kinds
    if plain:
        for one in kinds:
            names = {
                one.id,
                *(words.read(language).casefold() for words in (one.name, one.short) for language in ("nl", "en")),
            }
            if plain in names:
                return one.id
        return None
    if turn.room is not None and turn.room.kind is not None:
        return str(turn.room.kind)
    return next(
        (one.id for one in kinds if turn.me.roles & {one.chair, *one.takes_part, *one.guests, Role.PROCESS_LEAD}), None
    )


def level_in_meeting(turn: Turn) -> DataLevel:
    """What may be said in the room of a meeting: its ceiling, and never more than its papers show."""
    if turn.room is None:
        return DataLevel.GROUP
    ceiling = DataLevel.named(turn.room.ceiling)
    kind = turn.tenant.workflow.meeting_kind(turn.room.kind) if turn.room.kind else None
    shows = DataLevel.PSEUDONYM if kind is None or kind.shows_pseudonyms else DataLevel.GROUP
    return min(ceiling, shows, turn.platform_level)


def inspect_private(turn: Turn, text: str) -> gate.Refusal | None:
    """The gate on what is typed in private outside any form."""
    level = min(DataLevel.PSEUDONYM, turn.platform_level)
    return gate.inspect(text, level=level, bound="platform", names=turn.tenant.settings.detector_words)
