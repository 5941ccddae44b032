"""Agenda, minutes and status for one reader: compiled from what is stored, filtered before anything is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

from bot.tenant import Tenant
from conversations.documents.render import document
from conversations.meetings.agenda import compile_agenda
from conversations.meetings.agenda_changes import as_draft
from conversations.meetings.facts import MeetingFacts
from conversations.meetings.lines import pack
from conversations.meetings.minutes import compile_minutes, number_lines
from conversations.meetings.status import compile_status
from conversations.meetings.views import Agenda, CaseStatusView, Minutes, PublicMinutes, freeze, thaw
from conversations.process.workflow import DataLevel
from conversations.records import Viewer
from storage import facts, meetings
from storage import papers as stored
from storage.members import Person
from storage.prepared import Row
from storage.transaction import Transaction

Paper = Agenda | Minutes


def viewer(person: Person, now: datetime, tenant: Tenant, *, level: DataLevel = DataLevel.PSEUDONYM) -> Viewer:
    """The member as a reader at a place with this ceiling (a page of the program has the highest)."""
    return Viewer(
        member_id=person.member_id,
        partner_id=person.partner_id,
        roles=person.roles,
        is_signatory=person.is_signatory(tenant.today(now)),
        language=person.language,
        level=min(level, _most(person, tenant, tenant.today(now))),
    )


def _most(person: Person, tenant: Tenant, today: date) -> DataLevel:
    """The most that this member may read today, wherever it is."""
    return min(person.sees(today), DataLevel.PSEUDONYM if tenant.has_retention(today) else DataLevel.GROUP)


def compile_paper(
    tx: Transaction, tenant: Tenant, meeting: Row, reader: Viewer, now: datetime, kind: Literal["agenda", "minutes"]
) -> Paper:
    """The agenda or the minutes of a meeting for one reader."""
    known = facts_of(tx, tenant, meeting, now)
    guard = facts.guard(tx, tenant.id, tenant.workflow)
    if kind == "minutes":
        return compile_minutes(known, guard, reader)
    return _beside_sent(tx, meeting, reader, compile_agenda(known, guard, reader))


def _beside_sent(tx: Transaction, meeting: Row, reader: Viewer, agenda: Agenda) -> Agenda:
    """The agenda as it stands, with what is different from the version that this reader has."""
    sent = stored.last_text_for(tx, meeting.id, "agenda", reader.member_id)
    had = thaw(sent.model) if sent is not None else None
    if sent is None or not isinstance(had, Agenda):
        return as_draft(agenda, 0, None)
    return as_draft(agenda, sent.version, had)


def facts_of(tx: Transaction, tenant: Tenant, meeting: Row, now: datetime) -> MeetingFacts:
    """Everything that the papers of a meeting are compiled from."""
    setting = facts.setting(tx, tenant.id, name=tenant.name, zone=tenant.zone, workflow=tenant.workflow, now=now)
    return facts.meeting_facts(tx, meeting, setting)


def keep_paper(
    tx: Transaction, tenant: Tenant, meeting: Row, person: Person, now: datetime, kind: Literal["agenda", "minutes"]
) -> int:
    """Compile, and keep the frozen view model with the template's version and the content's hash. The document's id."""
    reader = viewer(person, now, tenant)
    if kind == "agenda":
        return keep_view(tx, tenant, meeting, person, now, compile_paper(tx, tenant, meeting, reader, now, kind))
    known = facts_of(tx, tenant, meeting, now)
    lines = number_lines(known)
    view = compile_minutes(known, facts.guard(tx, tenant.id, tenant.workflow), reader, lines)
    return keep_view(tx, tenant, meeting, person, now, view, lines=pack(lines.sources))


def keep_view(
    tx: Transaction, tenant: Tenant, meeting: Row, person: Person, now: datetime, view: Paper | PublicMinutes,
    lines: Mapping[str, Any] | None = None, paper_id: int | None = None,
) -> int:  # fmt: skip
    """Keep a view for one member. `lines`: what each numbered line comes from; `paper_id`: the version it is of."""
    rendered = document(view, "md")
    return tx.insert(
        meetings.ADD_DOCUMENT, municipality_id=tenant.id, kind="agenda" if isinstance(view, Agenda) else "minutes",
        meeting_id=meeting.id, paper_id=paper_id, member_id=person.member_id, language=view.front.language,
        model=freeze(view),
        template_version=rendered.template_version, content_hash=rendered.content_hash, compiled_at=now,
        lines=dict(lines or {}),
    )  # fmt: skip


def case_status(tx: Transaction, tenant: Tenant, case: Row, reader: Viewer, now: datetime) -> CaseStatusView | None:
    """How a case stands, for one reader; None when it is not theirs to see."""
    setting = facts.setting(tx, tenant.id, name=tenant.name, zone=tenant.zone, workflow=tenant.workflow, now=now)
    guard = facts.guard(tx, tenant.id, tenant.workflow)
    return compile_status(facts.case_facts(tx, case, tenant.zone, setting.today), setting, guard, reader)


def next_meeting(tx: Transaction, tenant: Tenant, kind: str, now: datetime) -> Row | None:
    """The meeting an agenda is for: the one going on, else the next."""
    return meetings.next_of(tx, tenant.id, kind, now - timedelta(hours=12))


def last_meeting(tx: Transaction, tenant: Tenant, kind: str, now: datetime) -> Row | None:
    """The meeting that minutes are for: the last that was opened."""
    return meetings.last_held(tx, tenant.id, kind, now + timedelta(hours=12))
