"""Registers and papers of cases for one reader, a meeting as a calendar file, and a municipality's own templates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeGuard

from bot.tenant import Tenant
from conversations.catalogue import Catalogue
from conversations.documents.calendar import Invitation, frozen, versioned
from conversations.meetings.narrowing import Narrowing
from conversations.meetings.paper_views import PaperKind
from conversations.meetings.registers import compile_action_list, compile_decision_register
from conversations.meetings.step_papers import STEPS, compile_step_paper
from conversations.meetings.views import View
from conversations.process import check_templates
from conversations.records import Viewer
from storage import cases, facts, meetings
from storage.members import Person
from storage.prepared import Row
from storage.transaction import Transaction

REGISTERS: Final = ("actions", "decisions")
CASE_KINDS: Final = (*REGISTERS, *STEPS)
_CALENDAR: Final = "calendar"


def case_paper(
    tx: Transaction, tenant: Tenant, case: Row | None, reader: Viewer, now: datetime, kind: str
) -> View | None:
    """A register or a step's paper of a case; without a case the register of all of them. A register can be narrowed:
    "actions.owner-police". None: not for this reader, or the case was never in that step.
    """
    setting = facts.setting(tx, tenant.id, name=tenant.name, zone=tenant.zone, workflow=tenant.workflow, now=now)
    guard = facts.guard(tx, tenant.id, tenant.workflow)
    register, narrowing = Narrowing.read(kind)
    if register in REGISTERS:
        owners = {one.id: one.code for one in setting.partners}
        kept = facts.registered(
            tx, tenant.id, case, tenant.zone,
            actions=lambda one: narrowing.has_action(one, owners.get(one.partner_id, "")),
            decisions=narrowing.has_decision,
        )  # fmt: skip
        is_one = case is not None
        if register == "actions":
            return compile_action_list(kept.cases, setting, guard, reader, of_case=is_one, loose=kept.actions)
        return compile_decision_register(kept.cases, setting, guard, reader, of_case=is_one, loose=kept.decisions)
    if case is not None and _is_paper(kind):
        return compile_step_paper(facts.case_facts(tx, case, tenant.zone), setting, guard, reader, kind)
    return None


def papers_of(tx: Transaction, case: Row, tenant: Tenant) -> Sequence[str]:
    """The kinds of papers that there can be of a case by now: the registers, and those of the steps it has been in."""
    been = {stay.step for stay in cases.stays(tx, case.id, tenant.zone)}
    known = {step.identifier: step.id for step in tenant.workflow.steps}
    return [*REGISTERS, *(kind for kind, identifier in STEPS.items() if known.get(identifier) in been)]


def _is_paper(kind: str) -> TypeGuard[PaperKind]:
    return kind in STEPS


def invitation(tx: Transaction, tenant: Tenant, meeting: Row, person: Person, now: datetime) -> Invitation:
    """The meeting for a calendar. Its number goes up when the time, the place or the meeting itself changed since the
    last one that was made, which is kept for that.
    """
    kind = tenant.workflow.meeting_kind(meeting.kind)
    new = Invitation(
        uid=f"meeting-{meeting.id}@{tenant.code}.overlegmaat",
        sequence=0,
        stamped_at=now.replace(microsecond=0),
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + timedelta(minutes=meeting.minutes or kind.minutes),
        summary=kind.name.read(tenant.language),
        description=Catalogue.load().text(tenant.language, "documents.calendar.description"),
        place=meeting.place or meeting.room_name or "",
        municipality=tenant.name,
        code=tenant.code,
        is_cancelled=_is_cancelled(tenant, meeting),
    )
    kept = meetings.last_document(tx, meeting.id, _CALENDAR)
    made = versioned(new, None if kept is None else kept.model)
    if kept is None or made.sequence != kept.model["sequence"]:
        tx.insert(
            meetings.ADD_DOCUMENT, municipality_id=tenant.id, kind=_CALENDAR, meeting_id=meeting.id,
            member_id=person.member_id, language=tenant.language, model=frozen(made), template_version="",
            content_hash="", compiled_at=now,
        )  # fmt: skip
    return made


def _is_cancelled(tenant: Tenant, meeting: Row) -> bool:
    """Whether the municipality took this day out of the series after it had been planned."""
    day = meeting.starts_at.astimezone(tenant.local).date()
    series = (one for one in tenant.settings.meetings if one.kind == meeting.kind)
    return meeting.status == "cancelled" or (
        meeting.status == "planned" and any(day in one.cancelled for one in series)
    )


def template(config: Path | None, tenant: Tenant, kind: str) -> bytes | None:
    """The municipality's own Word template for a kind of document; None: it has none, so ours is used."""
    if config is None:
        return None
    inner = config / tenant.code
    file = (inner if inner.is_dir() else config) / check_templates.FOLDER / f"{kind}.docx"
    return file.read_bytes() if file.is_file() else None
