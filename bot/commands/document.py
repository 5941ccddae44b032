"""`overlegmaat document`: a paper of a meeting or a case as one member may read it, in a file."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from bot.app import App, build_app
from bot.clock import Clock, SystemClock
from bot.commands.people import CommandError, find_case, find_member
from bot.exports import ExportFailed, calendar_file, export
from bot.settings import Settings
from bot.tenant import Tenant
from bot.turns import casebook, papers, versions
from conversations.catalogue import Catalogue
from conversations.documents.calendar import Invitation
from conversations.documents.render import KeptText, template_version
from conversations.meetings.step_papers import STEPS
from conversations.meetings.views import View, thaw
from storage import audit, breaches, meetings
from storage import papers as stored_papers
from storage.members import Person
from storage.migrate import open_ready
from storage.prepared import Row
from storage.transaction import Transaction

_OF_MEETING: Final = ("agenda", "minutes")


def run_document(settings: Settings, options: argparse.Namespace, clock: Clock | None = None) -> int:
    """Write the document; 1 when there is none for this member, or when it cannot be made in this format."""
    moment = clock or SystemClock()
    try:
        _check(options)
        with open_ready(settings.database) as database:
            app = build_app(database=database, clock=moment, config=settings.config)
            made = database.write(lambda tx: _compile(tx, app, options, moment.now()))
        options.out.write_bytes(_file(made, options.format, settings, options.kind))
    except CommandError as error:
        sys.stderr.write(f"overlegmaat document: {error}\n")
        return 1
    except ExportFailed as failed:
        sys.stderr.write(f"overlegmaat document: {_told(failed)}\n")
        return 1
    if isinstance(made.what, KeptText) and not made.what.is_of_now:
        of_then, of_now = made.what.template_version, template_version()
        sys.stderr.write(
            f"overlegmaat document: made with templates {of_then} (now {of_now}); the text is as it was sent\n"
        )
    sys.stdout.write(f"{options.out}\n")
    return 0


@dataclass(frozen=True, slots=True)
class _Made:
    """What was compiled: a document, or a meeting for a calendar."""

    what: View | KeptText | Invitation
    tenant: Tenant


def _file(made: _Made, form: str, settings: Settings, kind: str) -> bytes:
    if isinstance(made.what, Invitation):
        return calendar_file(made.what)
    own = casebook.template(settings.config, made.tenant, kind) if form == "docx" else None
    return export(made.what, form, template=own)  # type: ignore[arg-type]  # argparse let no other through


def _told(failed: ExportFailed) -> str:
    return Catalogue.load().text("en", failed.text_id, {"name": failed.detail})


def _check(options: argparse.Namespace) -> None:
    is_of_meeting = options.kind in _OF_MEETING
    if is_of_meeting and options.meeting is None:
        raise CommandError("agenda and minutes are of a meeting: --meeting ID")
    if options.kind == "status" and options.case is None:
        raise CommandError("a status is of a case: --case CODE")
    if options.kind in STEPS and options.case is None:
        raise CommandError("the paper of a step is of a case: --case CODE")
    if not is_of_meeting and options.meeting is not None:
        raise CommandError(f"{options.kind} is not of a meeting: --case CODE")
    if options.format == "csv" and options.kind not in casebook.REGISTERS:
        raise CommandError("only a register is a table: actions or decisions")
    if options.version is not None and (not is_of_meeting or options.format == "ics"):
        raise CommandError("--version is of an agenda or of minutes")
    if options.view is not None and (options.kind != "minutes" or options.format == "ics"):
        raise CommandError("--view is of minutes")
    if options.format == "ics" and not is_of_meeting:
        raise CommandError("only a meeting goes in a calendar: agenda or minutes with --meeting ID")


def _compile(tx: Transaction, app: App, options: argparse.Namespace, now: datetime) -> _Made:
    person, tenant = find_member(tx, app.tenants, options.member)
    if options.kind in _OF_MEETING:
        meeting = _meeting(tx, tenant, person, options.meeting)
        _note(tx, tenant, person, now, f"meeting:{meeting.id}", options)
        if options.format == "ics":
            return _Made(casebook.invitation(tx, tenant, meeting, person, now), tenant)
        return _Made(_of_meeting(tx, tenant, meeting, person, options, now), tenant)
    return _Made(_of_case(tx, tenant, person, options, now), tenant)


def _of_meeting(
    tx: Transaction, tenant: Tenant, meeting: Row, person: Person, options: argparse.Namespace, now: datetime
) -> View | KeptText:
    """A version as it was sent: the one that is asked for, of minutes else the newest; without any, as it is now."""
    kind: Literal["agenda", "minutes"] = "agenda" if options.kind == "agenda" else "minutes"
    meeting_kind = tenant.workflow.meeting_kind(meeting.kind)
    if (kind, meeting.id) in breaches.frozen(tx, tenant.id):
        raise CommandError(f"the {kind} of this meeting is frozen, because of a data breach")
    if options.view is not None and not versions.may_extract(person, meeting_kind):
        raise CommandError(f"the version for the {options.view} is made by who chairs or takes the minutes")
    paper = _paper(tx, meeting, kind, options.version)
    if paper is not None:
        circle = options.view or versions.circle_of(tenant, person, meeting_kind, now)
        row = stored_papers.text_of_circle(tx, paper.id, circle) or stored_papers.text_for(
            tx, paper.id, person.member_id
        )
        if row is None:
            raise CommandError(
                f"version {paper.version} has no text for '{person.code}': it was removed, or never made"
            )
        return versions.kept_text(row) if row.texts else thaw(row.model)
    if options.view is not None:
        return versions.draft_for(tx, tenant, meeting, now, options.view)
    return papers.compile_paper(tx, tenant, meeting, papers.viewer(person, now, tenant), now, kind)


def _paper(tx: Transaction, meeting: Row, kind: Literal["agenda", "minutes"], version: int | None) -> Row | None:
    listed = stored_papers.papers_of(tx, meeting.id, kind)
    if version is None:
        return listed[-1] if listed and kind == "minutes" else None
    found = next((row for row in listed if row.version == version), None)
    if found is None:
        known = ", ".join(str(row.version) for row in listed) or "none"
        raise CommandError(f"there is no version {version} of the {kind} of meeting {meeting.id}; there are: {known}")
    return found


def _of_case(tx: Transaction, tenant: Tenant, person: Person, options: argparse.Namespace, now: datetime) -> View:
    reader = papers.viewer(person, now, tenant)
    case = None if options.case is None else find_case(tx, {tenant.id: tenant}, options.case)[0]
    status = None if case is None else papers.case_status(tx, tenant, case, reader, now)
    if case is not None and status is None:
        raise CommandError(f"{case.code} is not for '{person.code}': their organisation is not at its table")
    view = status if options.kind == "status" else casebook.case_paper(tx, tenant, case, reader, now, options.kind)
    if view is None:
        raise CommandError(f"there is no {options.kind} of {options.case}: it has not been in that step")
    _note(tx, tenant, person, now, f"case:{case.id}" if case else "cases", options)
    return view


def _meeting(tx: Transaction, tenant: Tenant, person: Person, number: int) -> Row:
    meeting = meetings.by_id(tx, number)
    if meeting is None or meeting.municipality_id != tenant.id:
        raise CommandError(f"there is no meeting {number}; there are: {_known(tx, tenant)}")
    kind = tenant.workflow.meeting_kind(meeting.kind)
    if not versions.may_read(person, kind):
        raise CommandError(
            f"meeting {number} ({meeting.kind}) is not for '{person.code}', who does not take part in it"
        )
    return meeting


def _known(tx: Transaction, tenant: Tenant) -> str:
    listed = [
        f"{row.id} ({row.kind} {tenant.today(row.starts_at).isoformat()})"
        for row in meetings.all_meetings(tx, tenant.id)
    ]
    return ", ".join(listed) or "none"


def _note(
    tx: Transaction, tenant: Tenant, person: Person, now: datetime, subject: str, options: argparse.Namespace
) -> None:
    """Who got to see what is in the audit, also when it went by the command line."""
    audit.note(
        tx, municipality_id=tenant.id, at=now, member_id=person.member_id, act="document_written", subject=subject,
        note=f"{options.kind} {options.format}",
    )  # fmt: skip
