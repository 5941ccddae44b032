"""A search for one reader: from the index to the records, through the guard, and then looked at once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.tenant import Tenant
from conversations.meetings.facts import sits_at
from conversations.privacy.visibility import Guard, is_coordinator
from conversations.process.workflow import DataLevel
from conversations.records import ActionRecord, ContributionRecord, DecisionRecord, MeetingLine, Viewer
from conversations.search import excerpt, matches, sought, text_of
from storage import finding, search
from storage.prepared import Row
from storage.transaction import Transaction

LENGTH: Final = 240  # characters of what is shown of a record
MINUTES: Final = "minutes"  # of all kinds what minutes say besides decisions and actions


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found and may be read."""

    kind: str
    number: str  # "" for a line of minutes
    case_id: int | None
    partner_id: int | None
    on: date | None
    excerpt: str


def find(
    tx: Transaction, tenant: Tenant, viewer: Viewer, words: str, kind: str, *, enough: int, guard: Guard
) -> tuple[list[Hit], bool]:
    """The newest hits, and whether the search gave up on too many that this reader may not see."""
    wanted = sought(words)
    if not wanted:
        return [], False

    def keep(entries: Sequence[Row]) -> list[Hit]:
        listed = [one for one in entries if kind != MINUTES or one.kind not in {"decision", "action"}]
        made = (_hit(one, tenant, viewer, wanted, guard) for one in finding.records(tx, listed, tenant.zone))
        return [hit for hit in made if hit is not None]

    query = search.wanted(tx, tenant.id, wanted, "" if kind == MINUTES else kind)
    return search.find(tx, query, keep, enough=enough)


def _hit(found: finding.Found, tenant: Tenant, viewer: Viewer, wanted: list[str], guard: Guard) -> Hit | None:
    if isinstance(found, finding.Said):
        return _line(found, tenant, viewer, wanted, guard)
    seen = guard.visible_to(found, viewer)
    return None if seen is None else _made(seen, tenant, wanted)


def _line(found: finding.Said, tenant: Tenant, viewer: Viewer, wanted: list[str], guard: Guard) -> Hit | None:
    """A line reads as it does in the minutes: without codes where its table shows none, and what belongs to no case
    only for who sits at that table.
    """
    kind = tenant.workflow.meeting_kind(found.kind)
    if found.line.case_id is None and not (is_coordinator(viewer) or sits_at(viewer, kind)):
        return None
    reader = viewer if kind.shows_pseudonyms else replace(viewer, level=min(viewer.level, DataLevel.GROUP))
    seen = guard.visible_to(found.line, reader)
    return None if seen is None else _made(seen, tenant, wanted)


def _made(
    seen: DecisionRecord | ActionRecord | ContributionRecord | MeetingLine, tenant: Tenant, wanted: list[str]
) -> Hit | None:
    text = text_of(seen)
    if not matches(wanted, text):  # what is left of it for this reader does not say so
        return None
    number = "" if isinstance(seen, MeetingLine) else _number(seen)
    part = excerpt(wanted, text.removeprefix(f"{number} / "), LENGTH)
    match seen:
        case DecisionRecord():
            return Hit("decision", number, seen.case_id, None, seen.decided_on, part)
        case ActionRecord():
            return Hit("action", number, seen.case_id, seen.partner_id, seen.done_on or seen.due_on, part)
        case ContributionRecord():
            case_id = seen.case_id or next(iter(seen.case_ids), None)
            return Hit("contribution", number, case_id, seen.partner_id, tenant.today(seen.confirmed_at), part)
        case MeetingLine():
            return Hit("line", "", seen.case_id, seen.partner_id, tenant.today(seen.recorded_at), part)


def _number(seen: DecisionRecord | ActionRecord | ContributionRecord) -> str:
    return f"C-{seen.number}" if isinstance(seen, ContributionRecord) else seen.number
