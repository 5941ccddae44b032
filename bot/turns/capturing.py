"""What is recorded in a meeting, line by line: decisions, actions, notes, dissent and questions to the triangle.

Chair and note-taker record; what others type in that form is a proposal to them (`proposals.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.turns import questions, receipts, recorders
from bot.turns.attendance import named
from bot.turns.recorders import open_here
from bot.turns.turn import Turn
from conversations import dates
from conversations.dialog.messages import Listing, Message, Phrase, Value
from conversations.privacy import gate
from conversations.process.case import CODE_IN_TEXT
from conversations.records import Dissent, PartnerRecord
from storage import agenda_items, cases, lines, meetings, members, registers
from storage.prepared import Row

TYPED: Final = frozenset({"decision", "action", "info", "dissent", "question"})  # what `herstel` takes back
_OWNER = re.compile(r"@([\w-]+)")
_BEFORE = re.compile(r"\b(?:v[oó][oó]r|uiterlijk|before|by)\s+(.+)$", re.IGNORECASE)
_NEXT_MEETING = re.compile(r"^(?:de |het |the )?(?:volgende|volgend|next)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a typed line says. `partner_id`: who does it, whose view it is, or else who said it."""

    kind: str
    text: str
    case: Row | None
    partner_id: int
    due_on: date | None = None


def record(turn: Turn, meeting: Row, reading: Reading, proposal: Row | None = None) -> tuple[int, Message]:
    """Put it in the minutes and the registers; the line and its receipt. A proposal becomes the line itself."""
    values, receipt = _RECORDS[reading.kind](
        turn, meeting, reading, meeting.item_id if proposal is None else proposal.item_id
    )
    line: dict[str, Any] = {
        "kind": reading.kind, "text": reading.text, "partner_id": reading.partner_id, "state": "recorded",
        "case_id": reading.case.id if reading.case is not None else None, "member_id": turn.me.member_id,
        "number": lines.next_number(turn.tx, meeting.id), "recorded_at": turn.now, **values,
    }  # fmt: skip
    if proposal is None:
        shared = {"municipality_id": turn.tenant.id, "meeting_id": meeting.id, "item_id": meeting.item_id}
        line_id = lines.add(turn.tx, **shared, **line)
    else:
        line_id = proposal.id
        lines.take(turn.tx, proposal, **line)
    return line_id, Message(receipt.id, receipt.values, (receipts.undo_choice(meeting.id, line_id),))


# --- reading ----------------------------------------------------------------------------------------------------------


def read(turn: Turn, meeting: Row, kind: str, text: str, proposal: Row | None = None) -> Reading | Message:
    """What a line says, or what it lacks. A proposal was said by its proposer, at the item of then."""
    if (lacking := _lacking(turn, text)) is not None:
        return lacking
    case, rest = _case_of(turn, meeting, text, proposal)
    if kind == "action":
        return _read_action(turn, meeting, rest, case, proposal)
    if kind == "dissent":
        return _read_dissent(turn, rest, case)
    return Reading(kind, rest, case, turn.me.partner_id if proposal is None else proposal.partner_id)


def _lacking(turn: Turn, text: str) -> Message | None:
    """A line about nothing, or about a case that is not there."""
    found = CODE_IN_TEXT.search(text)
    if found is not None and cases.by_code(turn.tx, turn.tenant.id, found[0]) is None:
        return Message("meeting.no_such_case", {"case": found[0].upper()})
    rest = CODE_IN_TEXT.sub("", text)
    return None if any(one.isalnum() for one in rest) else Message("meeting.empty_line")


def _case_of(turn: Turn, meeting: Row, text: str, proposal: Row | None) -> tuple[Row | None, str]:
    """The case that a line names, else that of the item that the meeting is at; and the line without its code."""
    found = CODE_IN_TEXT.search(text)
    named_case = cases.by_code(turn.tx, turn.tenant.id, found[0]) if found else None
    if named_case is not None:
        return named_case, CODE_IN_TEXT.sub("", text).strip(" ,:-–")
    if proposal is not None:
        case_id = proposal.case_id
    else:
        item = lines.item(turn.tx, meeting.item_id) if meeting.item_id is not None else None
        case_id = item.case_id if item is not None else None
    return (cases.by_id(turn.tx, case_id) if case_id is not None else None), text


def _read_action(turn: Turn, meeting: Row, text: str, case: Row | None, proposal: Row | None) -> Reading | Message:
    known = members.partners(turn.tx, turn.tenant.id, turn.today)
    owners = [_owner(turn, known, word) for word in _OWNER.findall(text)]
    owner = owners[0] if owners else None
    if owner is None:
        return Message("meeting.action_owner", {"partners": Listing(tuple(f"@{one.code}" for one in known))})
    if any(one is not None and one.id != owner.id for one in owners):
        return Message("meeting.action_one_owner", {"partner": owner.name})
    until = _BEFORE.search(text)
    proposer = members.person(turn.tx, proposal.proposed_by) if proposal is not None else None
    language = (proposer or turn.me).language
    due_on = _day(turn, meeting, until[1].strip(" ."), language) if until else None
    if until and due_on is None:
        return Message("meeting.action_day")
    if due_on is not None and due_on < turn.tenant.today(meeting.starts_at):
        return Message("meeting.action_day_past", {"day": due_on})
    title = " ".join(_OWNER.sub("", _BEFORE.sub("", text)).strip(" ,.;-–").split())
    if not title:
        return Message("meeting.action_what", {"partner": owner.name})
    return Reading("action", title, case, owner.id, due_on)


def _owner(turn: Turn, known: list[PartnerRecord], word: str) -> PartnerRecord | None:
    found = named(turn, known, word.replace("_", " ")) or named(turn, known, word)
    return found.partner if found is not None else None


def _day(turn: Turn, meeting: Row, text: str, language: str) -> date | None:
    """A day as typed, "de volgende vergadering" included."""
    text = _OWNER.sub("", text).strip(" ,")
    if _NEXT_MEETING.match(text):
        following = meetings.following(turn.tx, turn.tenant.id, meeting.kind, meeting.starts_at)
        if following is not None:
            return turn.tenant.today(following.starts_at)
    return dates.read_day(text, turn.today, language, prefer="future")


def _read_dissent(turn: Turn, text: str, case: Row | None) -> Reading | Message:
    """`afwijkend: jongerenwerk: …`: whose view, and the words as they were said."""
    who, _, words = text.partition(":")
    known = members.partners(turn.tx, turn.tenant.id, turn.today)
    called = named(turn, known, who.strip()) if words.strip() else None
    if called is None:
        return Message("meeting.dissent_who")
    return Reading("dissent", words.strip(), case, called.partner.id)


# --- recording --------------------------------------------------------------------------------------------------------


def _record_decision(
    turn: Turn, meeting: Row, reading: Reading, item_id: int | None
) -> tuple[dict[str, object], Message]:
    case = reading.case
    decision_id, number = registers.add_decision(
        turn.tx, municipality_id=turn.tenant.id, case_id=case.id if case else None, meeting_id=meeting.id,
        body=meeting.kind, text=reading.text, dissent=[], decided_at=turn.now, member_id=turn.me.member_id,
        from_step=case.step if case else None, to_step=case.step if case else None,
    )  # fmt: skip
    return {"decision_id": decision_id}, Message("meeting.decision", {"number": number})


def _record_action(
    turn: Turn, meeting: Row, reading: Reading, item_id: int | None
) -> tuple[dict[str, object], Message]:
    action_id, number = registers.add_action(
        turn.tx, municipality_id=turn.tenant.id, case_id=reading.case.id if reading.case else None,
        meeting_id=meeting.id, title=reading.text, partner_id=reading.partner_id, function="", level="group",
        status="open", due_on=reading.due_on, created_at=turn.now,
    )  # fmt: skip
    values: dict[str, Value] = {"number": number, "partner": _partner(turn, reading.partner_id).name}
    if reading.due_on is not None:
        values["day"] = reading.due_on
    return {"action_id": action_id}, Message("meeting.action" if reading.due_on else "meeting.action_no_day", values)


def _record_info(turn: Turn, meeting: Row, reading: Reading, item_id: int | None) -> tuple[dict[str, object], Message]:
    return {}, Message("meeting.info")


def _record_question(
    turn: Turn, meeting: Row, reading: Reading, item_id: int | None
) -> tuple[dict[str, object], Message]:
    """It comes on the agenda of the triangle's next meeting, as an item of who asked it."""
    asked = questions.agenda(turn.tx, turn.tenant.id, turn.now)
    if asked is None:
        return {}, Message("meeting.question_waits")
    item = questions.put(
        turn.tx, asked, turn.now, text=reading.text, case_id=reading.case.id if reading.case else None,
        partner_id=reading.partner_id, member_id=turn.me.member_id,
    )  # fmt: skip
    return {"asked_item_id": item}, Message("meeting.question", {"day": turn.tenant.today(asked.starts_at)})


def _take_back_question(turn: Turn, line: Row) -> None:
    """Off the triangle's agenda as well, as long as that meeting has not begun."""
    asked = questions.agenda(turn.tx, turn.tenant.id, turn.now)
    for item in agenda_items.items_of(turn.tx, asked.id) if asked is not None else ():
        if (item.kind, item.title, item.member_id, item.state) == ("own", line.text, line.member_id, "on"):
            agenda_items.change_item(turn.tx, which=item.id, now=turn.now, state="dropped")
            return


def _record_dissent(
    turn: Turn, meeting: Row, reading: Reading, item_id: int | None
) -> tuple[dict[str, object], Message]:
    """It goes with the last decision of the item that the meeting is at, in the register too."""
    partner = _partner(turn, reading.partner_id)
    decision = lines.last_decision(turn.tx, meeting.id, item_id, reading.case.id if reading.case is not None else None)
    if decision is None:
        return {}, Message("meeting.dissent_alone", {"partner": partner.name})
    dissent = [*decision.dissent, {"partner": partner.code, "words": reading.text}]
    turn.tx.run(registers.CHANGE_DECISION, which=decision.id, dissent=dissent)
    # Who may read the decision may read this: it is about the same case, or about none.
    about = {"decision_id": decision.id, "case_id": decision.case_id}
    return about, Message("meeting.dissent", {"partner": partner.name})


def _partner(turn: Turn, partner_id: int) -> PartnerRecord:
    return next(one for one in members.partners(turn.tx, turn.tenant.id, turn.today) if one.id == partner_id)


_RECORDS = {
    "decision": _record_decision,
    "action": _record_action,
    "info": _record_info,
    "dissent": _record_dissent,
    "question": _record_question,
}


# --- taking back ------------------------------------------------------------------------------------------------------


def undo(turn: Turn, argument: str = "") -> None:
    """Take back the last line of one's own that stands. Nothing is erased: the line is marked."""
    meeting = open_here(turn)
    if meeting is None:
        recorders.say_none_open(turn)
        return
    line = lines.last_by(turn.tx, meeting.id, turn.me.member_id, TYPED)
    if line is not None:
        _take_back(turn, line)
        return
    is_empty = not lines.has_any(turn.tx, meeting.id)
    turn.say(Message("meeting.nothing_to_undo" if is_empty else "meeting.nothing_of_yours"))


def undo_line(turn: Turn, meeting: Row, line_id: int) -> None:
    """The button at a line: only who recorded it takes it back, and only while the meeting goes on."""
    line = lines.by_id(turn.tx, line_id)
    if line is None or line.meeting_id != meeting.id or line.kind not in TYPED:
        turn.say(Message("dialog.unknown_button"))
    elif meeting.status != "open":
        turn.say(Message("meeting.none_open"))
    elif line.undone_at is not None:
        turn.say(Message("meeting.undone_already"))
    elif line.member_id != turn.me.member_id:
        turn.say(Message("meeting.not_your_line"))
    else:
        _take_back(turn, line)


def _take_back(turn: Turn, line: Row) -> None:
    turn.tx.run(lines.CHANGE, which=line.id, undone_at=turn.now)
    if line.decision_id is not None and line.kind == "decision":
        turn.tx.run(registers.CHANGE_DECISION, which=line.decision_id, undone_at=turn.now)
    if line.decision_id is not None and line.kind == "dissent":
        _take_out_dissent(turn, line)
    if line.kind == "question" and line.state == "recorded":
        _take_back_question(turn, line)
    if line.action_id is not None:
        registers.change_action(turn.tx, line.action_id, undone_at=turn.now)
    turn.note("line_undone", f"meeting:{line.meeting_id}", line.kind)
    receipts.change(turn, line.id, Message("meeting.receipt_undone"))
    kind = line.kind if line.state == "recorded" else "proposal"
    turn.acknowledge(Message("meeting.undone", {"kind": Phrase(f"meeting.line.{kind}")}))


def _take_out_dissent(turn: Turn, line: Row) -> None:
    decision = registers.decision(turn.tx, line.decision_id, turn.tenant.zone)
    if decision is None:
        return
    said = Dissent(partner=_partner(turn, line.partner_id).code, words=line.text)
    kept = list(decision.dissent)
    if said in kept:
        kept.remove(said)
        dissent = [{"partner": one.partner, "words": one.words} for one in kept]
        turn.tx.run(registers.CHANGE_DECISION, which=decision.id, dissent=dissent)


# --- the gate ---------------------------------------------------------------------------------------------------------


def inspect_line(turn: Turn, text: str) -> gate.Refusal | None:
    """The gate on what is said in a room."""
    return gate.inspect(
        without_owners(turn, text),
        level=recorders.level_in_meeting(turn),
        bound="step" if turn.room is None else "room",
        names=turn.tenant.settings.detector_words,
    )


def without_owners(turn: Turn, text: str) -> str:
    """The text as the gate looks at it: only the owner's `@code` of an action may look like a handle."""
    known: Mapping[str, object] = {one.code: one for one in members.partners(turn.tx, turn.tenant.id, turn.today)}
    return _OWNER.sub(lambda at: "" if at[1].casefold() in known or _is_role(turn, at[1]) else at[0], text)


def _is_role(turn: Turn, word: str) -> bool:
    return named(turn, members.partners(turn.tx, turn.tenant.id, turn.today), word) is not None
