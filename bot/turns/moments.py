"""What time brings: the round of a morning and its messages, rounds before a meeting, review dates. Everything is
looked at again at the moment itself: what was done meanwhile is not mentioned, and what comes too late leaves a trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.tenant import Tenant
from bot.turns import (
    agenda,
    breaches,
    covenant_moments,
    keeping,
    ladders,
    overview,
    planning,
    pseudonyms,
    reaching,
    rights,
    signing,
    steps,
    untouched,
)
from bot.turns.turn import Turn
from conversations.dialog.messages import Choice, Content, Message, Phrase, Value
from conversations.process.case import RUNNING
from conversations.process.workflow import Role
from storage import cases, meetings, members, registers
from storage.prepared import Row
from storage.transaction import Transaction

LOCK_THEMSELVES: Final = frozenset({"bundle"})  # see Database.submit; there are many, and all at the same moment
_UNDER_WAY: Final = timedelta(hours=4)  # after which a meeting's agenda is of no use to its chair


def go_on(tx: Transaction, tenant: Tenant, row: Row, now: datetime) -> None:
    """What comes back every day comes back after a failure too."""
    turn = Turn(tx, tenant, now, f"due:{row.id}:next")
    if row.kind == "morning":
        ladders.plan_round(turn, turn.today + timedelta(days=1))
    elif row.kind == "purge":
        keeping.plan_next(turn)


def bring(turn: Turn, row: Row) -> None:
    """Do what a due row is for."""
    _MOMENTS[row.kind](turn, row)


def _round(turn: Turn, row: Row) -> None:
    """Some working days before a meeting: ask what is asked before each meeting of that kind."""
    meeting = meetings.by_id(turn.tx, row.subject_id)
    if meeting is None or meeting.status not in {"planned", "open"}:
        return
    if meeting.starts_at <= turn.now:
        turn.note("moment_stale", f"meeting:{meeting.id}", "open_round")
        return
    for case in cases.all_cases(turn.tx, turn.tenant.id):
        stay = cases.stay_now(turn.tx, case.id)
        if case.status in RUNNING and stay is not None:
            steps.open_round(turn, case.id, turn.tenant.steps[case.step], stay.id, meeting)


def _review_soon(turn: Turn, row: Row) -> None:
    """Some working days before a review date: there is time to put it on an agenda."""
    _tell_review(turn, row, "decisions.review_soon")


def _review(turn: Turn, row: Row) -> None:
    """The day a decision said to look again."""
    _tell_review(turn, row, "decisions.review")


def _tell_review(turn: Turn, row: Row, message_id: str) -> None:
    decision = registers.decision(turn.tx, row.subject_id, turn.tenant.zone)
    if decision is None or decision.review_on is None:
        return
    case = cases.by_id(turn.tx, decision.case_id) if decision.case_id is not None else None
    choices = () if case is None else (Choice(f"k{case.id}:status", Phrase("cases.choice.status"), "primary"),)
    values: dict[str, Value] = {
        "number": decision.number, "case": case.code if case is not None else "–", "day": decision.review_on,
    }  # fmt: skip
    turn.tell_all(turn.leads(), Message(message_id, values, choices), case_id=decision.case_id)


def _meeting(turn: Turn, row: Row) -> None:
    """The morning of a meeting: the chair is offered the agenda."""
    meeting = meetings.by_id(turn.tx, row.subject_id)
    if meeting is None or meeting.status not in {"planned", "open"}:
        return
    if meeting.starts_at + _UNDER_WAY <= turn.now:
        turn.note("moment_stale", f"meeting:{meeting.id}", "meeting")
        return
    kind = turn.tenant.workflow.meeting_kind(meeting.kind)
    button = Choice(f"m{meeting.id}:agenda", Phrase("meeting.choice.agenda"), "primary")
    values: dict[str, Value] = {"kind": Content(f"meeting.{meeting.kind}.name"), "at": meeting.starts_at}
    chairs = members.with_role(turn.people(), kind.chair, Role.PROCESS_LEAD)
    turn.tell_all(chairs, Message("meeting.soon", values, (button,)))


def _before_meeting(bring_about: Callable[[Turn, Row], None]) -> Callable[[Turn, Row], None]:
    """Something that comes before a meeting that still takes place."""

    def brought(turn: Turn, row: Row) -> None:
        meeting = meetings.by_id(turn.tx, row.subject_id)
        if meeting is not None:
            bring_about(turn, meeting)

    return brought


_MOMENTS: Mapping[str, Callable[[Turn, Row], None]] = {
    "morning": ladders.morning,
    "bundle": ladders.bundle,
    "digest": overview.digest,
    "missing": overview.missing,
    "reach": lambda turn, _: reaching.warn(turn),
    "open_round": _round,
    "review": _review,
    "review_soon": _review_soon,
    "meeting": _meeting,
    "agenda_out": _before_meeting(agenda.offer),
    "closed_day": _before_meeting(planning.closed_day),
    pseudonyms.MOMENT: pseudonyms.remind,
    covenant_moments.KIND: covenant_moments.covenant_ends,
    untouched.MOMENT: untouched.close,
    breaches.MOMENT: breaches.remind,
    rights.MOMENT: rights.remind,
    "purge": keeping.nightly,
    "sign_reminder": signing.remind,
    "sign_end": signing.end,
}
