"""The points of an agenda for one reader: in order, with the time that each begins, and what the agenda lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.meetings.attendance import local_time
from conversations.meetings.casework import Casework
from conversations.meetings.completeness import Lack, lacking
from conversations.meetings.facts import MeetingFacts
from conversations.meetings.items import AgendaEntry, agenda_entries, on_agenda
from conversations.meetings.views import LackItem, Point
from conversations.privacy.visibility import is_coordinator
from conversations.records import Viewer


@dataclass(frozen=True, slots=True)
class Points:
    """The points, those that wait, how long they take together, and the gaps."""

    on: tuple[Point, ...]
    waiting: tuple[Point, ...]
    total: int | None
    lacks: tuple[LackItem, ...]


def compile_points(facts: MeetingFacts, work: Casework, viewer: Viewer) -> Points:
    """From facts that `see` let through. When a point begins, and whether all fits, is only for who sees every point:
    anybody else could tell from it how much is kept from them.
    """
    entries = agenda_entries(facts)
    is_whole = is_coordinator(viewer)
    live = on_agenda(entries)
    begins = _begins(live, local_time(facts.meeting.starts_at, facts.setting)) if is_whole else [""] * len(live)
    on = tuple(_point(entry, work, number, at) for number, (entry, at) in enumerate(zip(live, begins, strict=True), 1))
    waiting = tuple(
        _point(entry, work, 0, "")
        for entry in entries
        if entry not in live and (is_whole or entry.proposer_id == viewer.partner_id)
    )
    total = sum(entry.minutes or 0 for entry in live) if is_whole else None
    return Points(on, waiting, total, tuple(_lacks(facts, entries, work, is_whole=is_whole)))


def _begins(live: Iterable[AgendaEntry], at: datetime) -> list[str]:
    found = []
    for entry in live:
        found.append(f"{at:%H:%M}")
        at += timedelta(minutes=entry.minutes or 0)
    return found


def _point(entry: AgendaEntry, work: Casework, number: int, starts: str) -> Point:
    return Point(
        key=entry.key,
        number=number,
        title=entry.name(work.language),
        step=entry.step,
        goal=entry.goal or "",
        owner=entry.function or (work.digest.partner(entry.partner_id) if entry.partner_id is not None else ""),
        minutes=entry.minutes or None,
        starts=starts,
        state=entry.state,
        carried_on=entry.first_on,
        times=entry.times,
        is_again=entry.is_again,
        proposer=work.digest.partner(entry.proposer_id) if entry.proposer_id is not None else "",
        paper=entry.paper,
        reason=entry.reason,
        moved_to=entry.moved_to,
        anchor=entry.key if entry.kind not in {"standing", "own"} else "",
    )


def _lacks(
    facts: MeetingFacts, entries: tuple[AgendaEntry, ...], work: Casework, *, is_whole: bool
) -> Iterator[LackItem]:
    for lack in lacking(facts, entries):
        if is_whole or lack.kind not in {"too_long", "unjudged"}:
            yield lack_item(lack, facts, entries, work)


def lack_item(lack: Lack, facts: MeetingFacts, entries: Iterable[AgendaEntry], work: Casework) -> LackItem:
    """A gap in the words of one reader."""
    entry = next((one for one in entries if one.key == lack.key), None)
    case = next((one.case.code for one in facts.cases if one.case.id == lack.case_id), "")
    step = work.step(lack.task.partition(".")[0])
    task = step.task(lack.task.partition(".")[2]) if step else None
    decided = [*facts.decisions, *(item for one in facts.cases for item in one.decisions)]
    return LackItem(
        kind=lack.kind,
        item=entry.name(work.language) if entry else "",
        case=case,
        task=task.title.read(work.language) if task else "",
        partners=tuple(work.digest.partner(one) for one in lack.partner_ids),
        is_one_enough=lack.is_one_enough,
        due_on=lack.due_on,
        is_late=lack.due_on is not None and lack.due_on < facts.setting.today,
        decision=next((one.number for one in decided if one.id == lack.decision_id), ""),
        minutes=lack.minutes,
    )
