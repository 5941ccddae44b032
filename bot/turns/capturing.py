"""What is recorded in a meeting, line by line: decisions, actions, notes and dissent; and taking the last one back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.turns.meetings import level_in_meeting, partner_of, recording
from bot.turns.turn import Turn
from conversations import dates
from conversations.dialog.commands import Captured
from conversations.dialog.messages import Choice, Listing, Message, Phrase, Value
from conversations.privacy import gate
from storage import cases, meetings, members, registers
from storage.prepared import Row

_CASE_CODE = re.compile(r"\b[A-Za-z]{1,4}-\d{4}-\d{2,}\b")
_OWNER = re.compile(r"@([\w-]+)")
_BEFORE = re.compile(r"\b(?:v[oó][oó]r|uiterlijk|before|by)\s+(.+)$", re.IGNORECASE)
_NEXT_MEETING = re.compile(r"^(?:de |het |the )?(?:volgende|volgend|next)\b", re.IGNORECASE)


def capture(turn: Turn, line: Captured) -> None:
    """Record a decision, action, note or dissent in the open meeting."""
    meeting = recording(turn)
    if meeting is None:
        return
    case = _case_in(turn, line.text)
    text = _CASE_CODE.sub("", line.text).strip(" ,:-–") if case is not None else line.text
    values = _CAPTURES[line.kind](turn, meeting, text, case)
    if values is None:
        return
    meetings.add_line(
        turn.tx, municipality_id=turn.tenant.id, meeting_id=meeting.id, kind=line.kind,
        case_id=case.id if case is not None else None, member_id=turn.me.member_id, recorded_at=turn.now, **values,
    )  # fmt: skip


def _case_in(turn: Turn, text: str) -> Row | None:
    found = _CASE_CODE.search(text)
    return cases.by_code(turn.tx, turn.tenant.id, found[0]) if found else None


def _capture_decision(turn: Turn, meeting: Row, text: str, case: Row | None) -> dict[str, Any] | None:
    decision_id, number = registers.add_decision(
        turn.tx, municipality_id=turn.tenant.id, case_id=case.id if case else None, meeting_id=meeting.id,
        body=meeting.kind, text=text, dissent=[], decided_at=turn.now, member_id=turn.me.member_id,
        from_step=case.step if case else None, to_step=case.step if case else None,
    )  # fmt: skip
    turn.say(Message("meeting.decision", {"number": number}, (_undo(meeting),)))
    return {"text": text, "partner_id": turn.me.partner_id, "decision_id": decision_id}


def _capture_action(turn: Turn, meeting: Row, text: str, case: Row | None) -> dict[str, Any] | None:
    known = members.partners(turn.tx, turn.tenant.id, turn.today)
    named = _OWNER.search(text)
    owner = partner_of(turn, known, named[1].replace("_", " ")) or partner_of(turn, known, named[1]) if named else None
    if owner is None:
        turn.say(Message("meeting.action_owner", {"partners": Listing(tuple(one.code for one in known))}))
        return None
    until = _BEFORE.search(text)
    due_on = _day(turn, meeting, until[1].strip(" .")) if until else None
    if until and due_on is None:
        turn.say(Message("meeting.action_day"))
        return None
    title = _OWNER.sub("", _BEFORE.sub("", text)).strip(" ,.;-–")
    action_id, number = registers.add_action(
        turn.tx, municipality_id=turn.tenant.id, case_id=case.id if case else None, meeting_id=meeting.id, title=title,
        partner_id=owner.id, function="", level="group", status="open", due_on=due_on, created_at=turn.now,
    )  # fmt: skip
    values: dict[str, Value] = {"number": number, "partner": owner.name}
    if due_on is not None:
        values["day"] = due_on
    turn.say(Message("meeting.action" if due_on else "meeting.action_no_day", values, (_undo(meeting),)))
    return {"text": title, "partner_id": owner.id, "action_id": action_id}


def _day(turn: Turn, meeting: Row, text: str) -> date | None:
    """A day as typed, "de volgende vergadering" included."""
    text = _OWNER.sub("", text).strip(" ,")
    if _NEXT_MEETING.match(text):
        following = meetings.following(turn.tx, turn.tenant.id, meeting.kind, meeting.starts_at)
        if following is not None:
            return turn.tenant.today(following.starts_at)
    return dates.read_day(text, turn.today, turn.me.language, prefer="future")


def _capture_info(turn: Turn, meeting: Row, text: str, case: Row | None) -> dict[str, Any] | None:
    turn.say(Message("meeting.info", {}, (_undo(meeting),)))
    return {"text": text, "partner_id": turn.me.partner_id}


def _capture_dissent(turn: Turn, meeting: Row, text: str, case: Row | None) -> dict[str, Any] | None:
    """`afwijkend: jongerenwerk: …`: whose view, and the words as they were said; it goes with the last decision."""
    who, _, words = text.partition(":")
    partner = partner_of(turn, members.partners(turn.tx, turn.tenant.id, turn.today), who.strip()) if words else None
    if partner is None:
        turn.say(Message("meeting.dissent_who"))
        return None
    last = [line for line in meetings.lines(turn.tx, meeting.id) if line.decision_id is not None]
    decision_id = last[-1].decision_id if last else None
    turn.say(
        Message("meeting.dissent" if last else "meeting.dissent_alone", {"partner": partner.name}, (_undo(meeting),))
    )
    return {"text": words.strip(), "partner_id": partner.id, "decision_id": decision_id}


_CAPTURES = {
    "decision": _capture_decision,
    "action": _capture_action,
    "info": _capture_info,
    "dissent": _capture_dissent,
}


def _undo(meeting: Row) -> Choice:
    return Choice(f"m{meeting.id}:undo", Phrase("meeting.choice.undo"), "quiet")


def undo(turn: Turn, argument: str = "") -> None:
    """Take back the last line that stands. Nothing is erased: the line is marked."""
    meeting = recording(turn)
    if meeting is None:
        return
    line = meetings.last_line(turn.tx, meeting.id)
    if line is None:
        turn.say(Message("meeting.nothing_to_undo"))
        return
    turn.tx.run(meetings.CHANGE_LINE, which=line.id, undone_at=turn.now)
    if line.decision_id is not None and line.kind == "decision":
        turn.tx.run(registers.CHANGE_DECISION, which=line.decision_id, undone_at=turn.now)
    if line.action_id is not None:
        registers.change_action(turn.tx, line.action_id, undone_at=turn.now)
    turn.note("line_undone", f"meeting:{meeting.id}", line.kind)
    turn.say(Message("meeting.undone", {"kind": Phrase(f"meeting.line.{line.kind}")}))


def inspect_line(turn: Turn, text: str) -> gate.Refusal | None:
    """The gate on what is said in a room: only the owner's `@code` of an action may look like a handle."""
    known: Mapping[str, object] = {one.code: one for one in members.partners(turn.tx, turn.tenant.id, turn.today)}
    spoken = _OWNER.sub(
        lambda found: "" if found[1].casefold() in known or _is_role(turn, found[1]) else found[0], text
    )
    return gate.inspect(
        spoken,
        level=level_in_meeting(turn),
        bound="step" if turn.room is None else "room",
        names=turn.tenant.settings.detector_words,
    )


def _is_role(turn: Turn, word: str) -> bool:
    return partner_of(turn, members.partners(turn.tx, turn.tenant.id, turn.today), word) is not None
