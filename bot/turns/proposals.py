"""What members who do not record propose for the minutes, and what chair and note-taker make of it.

The proposal is a line that is not recorded yet. The buttons hang at the message in which it was typed, so nobody reads
it who did not read that; what is repeated of it goes to who may see it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.turns import capturing, dialogs, papers, receipts, recorders
from bot.turns.turn import Turn
from conversations.dialog.commands import Captured
from conversations.dialog.messages import Choice, Message, Phrase, Value
from conversations.privacy import gate
from storage import facts, lines, members
from storage.prepared import Row


def propose(turn: Turn, meeting: Row, line: Captured, case: Row | None) -> None:
    """Keep what was typed as it was, and ask who records what becomes of it."""
    line_id = lines.add(
        turn.tx, municipality_id=turn.tenant.id, meeting_id=meeting.id, item_id=meeting.item_id, number=0,
        kind=line.kind, text=line.text, state="proposed", case_id=case.id if case is not None else None,
        partner_id=turn.me.partner_id, member_id=turn.me.member_id, proposed_by=turn.me.member_id,
        recorded_at=turn.now,
    )  # fmt: skip
    turn.note("line_proposed", f"meeting:{meeting.id}", line.kind)
    choices = (
        Choice(f"m{meeting.id}:record:{line_id}", Phrase("meeting.choice.record"), "primary"),
        Choice(f"m{meeting.id}:record_changed:{line_id}", Phrase("meeting.choice.record_changed")),
        Choice(f"m{meeting.id}:decline:{line_id}", Phrase("meeting.choice.decline")),
    )
    receipts.give(turn, line_id, Message("meeting.proposed", _values(turn, line.kind), choices))


def _values(turn: Turn, kind: str) -> dict[str, Value]:
    return {"function": turn.me.function, "kind": Phrase(f"meeting.a_line.{kind}")}


def press(turn: Turn, meeting: Row, act: str, line_id: int) -> None:
    """Take, take changed, or decline; the first who presses decides."""
    line = lines.by_id(turn.tx, line_id)
    if line is None or line.meeting_id != meeting.id or line.proposed_by is None:
        turn.say(Message("dialog.unknown_button"))
    elif not recorders.may_record(turn, meeting.kind):
        turn.say(Message("meeting.only_recorders"))
    elif not _waits(line):
        turn.say(Message("meeting.proposal_settled"))
    elif meeting.status != "open":
        turn.say(Message("meeting.none_open"))
    elif act == "record":
        take(turn, meeting, line, line.text)
    elif act == "decline":
        decline(turn, line, "meeting.proposal_declined")
    else:
        _change(turn, meeting, line)


def _waits(line: Row) -> bool:
    return line.state == "proposed" and line.undone_at is None


def take(turn: Turn, meeting: Row, line: Row, text: str) -> bool:
    """Record it; False when the text lacks something, which is said."""
    found = capturing.read(turn, meeting, line.kind, text, line)
    if isinstance(found, Message):
        turn.say(found)
        return False
    _, receipt = capturing.record(turn, meeting, found, line)
    turn.note("proposal_taken", f"meeting:{meeting.id}", line.kind)
    receipts.change(turn, line.id, receipt)
    name = "meeting.your_proposal_taken" if text == line.text else "meeting.your_proposal_changed"
    _tell_proposer(turn, line, name)
    return True


def decline(turn: Turn, line: Row, shown: str) -> None:
    """It does not go into the minutes."""
    turn.tx.run(lines.CHANGE, which=line.id, state="declined")
    turn.note("proposal_declined", f"meeting:{line.meeting_id}", line.kind)
    receipts.change(turn, line.id, Message(shown))
    _tell_proposer(turn, line, "meeting.your_proposal_declined")


def lapse(turn: Turn, meeting: Row) -> None:
    """The meeting ends: what nobody took up is not in the minutes, and its proposers hear that."""
    for line in lines.proposals(turn.tx, meeting.id):
        decline(turn, line, "meeting.proposal_lapsed")


def _tell_proposer(turn: Turn, line: Row, name: str) -> None:
    proposer = members.person(turn.tx, line.proposed_by)
    if proposer is not None and proposer.member_id != turn.me.member_id:
        values: dict[str, Value] = {"kind": Phrase(f"meeting.a_line.{line.kind}"), "at": line.recorded_at}
        turn.tell(proposer, Message(name, values))


def _change(turn: Turn, meeting: Row, line: Row) -> None:
    """Open the proposal in private, for a recorder who may read it, to take it in other words."""
    guard = facts.guard(turn.tx, turn.tenant.id, turn.tenant.workflow)
    seen = guard.visible_to(
        lines.record(line), papers.viewer(turn.me, turn.now, turn.tenant, level=turn.platform_level)
    )
    if seen is None:
        turn.say(Message("meeting.not_for_you"))
    elif dialogs.go_private(turn):
        subject = {"meeting": meeting.id, "line": line.id}
        dialogs.open_form(turn, "shared.proposal", case_id=line.case_id, subject=subject, answers={"text": seen.text})


def take_changed(turn: Turn, meeting: Row, row: Row, answers: Mapping[str, Any]) -> None:
    """The form with the changed words was confirmed."""
    line = lines.by_id(turn.tx, int(row.subject["line"]))
    if line is None or not _waits(line):
        turn.say(Message("meeting.proposal_settled"))
        return
    text = str(answers["text"])
    refusal = _refusal(turn, meeting, text)
    if refusal is not None and not refusal.may_be_overruled:  # a name in it was overruled when it was written
        dialogs.refuse(turn, refusal.kinds, refusal.bound)
    elif take(turn, meeting, line, text):
        turn.say(Message("meeting.proposal_taken"))


def _refusal(turn: Turn, meeting: Row, text: str) -> gate.Refusal | None:
    """The gate of the room where it is recorded, wherever it was typed."""
    room = members.room(turn.tx, meeting.room_id) if meeting.room_id is not None else None
    before, turn.room = turn.room, room
    try:
        return capturing.inspect_line(turn, text)
    finally:
        turn.room = before
