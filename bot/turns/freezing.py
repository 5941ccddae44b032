"""What a report of a data breach is about, by the words that people name it with; and whether something is frozen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.turns import papers
from bot.turns.turn import Turn
from conversations.dialog.messages import Content, Message
from conversations.process.workflow import Role
from conversations.records import ContributionRecord, DecisionRecord
from storage import breaches, contributions, facts, history, registers
from storage.prepared import Row

_NUMBER = re.compile(r"^([cb])-?(\d{1,9})$", re.IGNORECASE)
_PAPER = re.compile(r"^(verslag|notulen|minutes|agenda)\b\s*(.*)$", re.IGNORECASE)
_MESSAGE = re.compile(r"^(?:bericht|message)(?:\s+(?:van\s+)?([01]?\d|2[0-3])[:.]([0-5]\d))?$", re.IGNORECASE)
_LOOKED_BACK: Final = 300


@dataclass(frozen=True, slots=True)
class Meant:
    """What is to be frozen, and how it is named in the record of the breach."""

    subject: str
    frozen: tuple[tuple[str, int], ...]
    case_id: int | None = None


NOTHING: Final = Meant("", ())


def meant(turn: Turn, argument: str) -> Meant | None:
    """What somebody means, as far as they may know of it."""
    text = argument.strip().rstrip(".?!")
    if found := _NUMBER.match(text):
        return (_contribution if found[1].casefold() == "c" else _decision)(turn, int(found[2]))
    if found := _PAPER.match(text):
        return _paper(turn, "agenda" if found[1].casefold() == "agenda" else "minutes", found[2])
    if found := _MESSAGE.match(text):
        return _message(turn, None if found[1] is None else (int(found[1]), int(found[2])))
    return None


def _sees(turn: Turn, record: ContributionRecord | DecisionRecord) -> bool:
    if Role.PRIVACY_OFFICER in turn.me.roles:  # reads no content, but may close anything
        return True
    guard = facts.guard(turn.tx, turn.tenant.id, turn.tenant.workflow)
    return guard.visible_to(record, papers.viewer(turn.me, turn.now, turn.tenant)) is not None


def _contribution(turn: Turn, number: int) -> Meant | None:
    found = contributions.by_number(turn.tx, turn.tenant.id, number)
    if found is None or not _sees(turn, found):
        return None
    return Meant(f"contribution:{number}", (("contribution", number),), found.case_id)


def _decision(turn: Turn, number: int) -> Meant | None:
    listed = registers.newest_decisions(turn.tx, turn.tenant.id, turn.tenant.zone, before=number + 1, most=1)
    if not listed or int(listed[0].number.removeprefix("B-")) != number or not _sees(turn, listed[0]):
        return None
    return Meant(f"decision:{number}", (("decision", listed[0].id),), listed[0].case_id)


def _paper(turn: Turn, kind: Literal["agenda", "minutes"], named: str) -> Meant | None:
    from bot.turns import meetings  # noqa: PLC0415 -- it asks here whether papers are frozen

    meeting_kind = meetings.kind_named(turn, named)
    if meeting_kind is None:
        return None
    find = papers.next_meeting if kind == "agenda" else papers.last_meeting
    meeting = find(turn.tx, turn.tenant, meeting_kind, turn.now)
    return None if meeting is None else Meant(f"{kind}:{meeting.id}", ((kind, meeting.id),))


def _message(turn: Turn, at: tuple[int, int] | None) -> Meant | None:
    """The last message where it was reported, or all of a minute."""
    here = turn.came_from or turn.here
    said = [
        row
        for row in history.latest(turn.tx, here.platform, here.address, _LOOKED_BACK)
        if row.thread == here.thread and row.breach_id is None
    ]
    if at is not None:
        said = [row for row in said if _is_at(turn, row.at, at)]
    chosen = said if at is not None else said[-1:]
    if not chosen:
        return None
    return Meant(f"message:{chosen[0].id}", tuple(("message", row.id) for row in chosen), chosen[0].case_id)


def _is_at(turn: Turn, said_at: datetime, at: tuple[int, int]) -> bool:
    local = said_at.astimezone(turn.tenant.local)
    return (local.hour, local.minute) == at and turn.now - said_at < timedelta(days=1)


# --- is it? -----------------------------------------------------------------------------------------------------------


def stops(turn: Turn, kind: Literal["agenda", "minutes"], meeting: Row) -> bool:
    """Whether the papers of a meeting are frozen; then it is said."""
    if (kind, meeting.id) not in breaches.frozen(turn.tx, turn.tenant.id):
        return False
    turn.say(Message("breach.frozen_paper", {"kind": Content(f"meeting.{meeting.kind}.name")}))
    return True


def stops_contribution(turn: Turn, number: int) -> bool:
    """Whether a contribution is frozen; then it is said."""
    if ("contribution", number) not in breaches.frozen(turn.tx, turn.tenant.id):
        return False
    turn.say(Message("breach.frozen_contribution", {"number": number}))
    return True
