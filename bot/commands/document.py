"""`overlegmaat document`: an agenda, minutes or a case's status as one member may read it, in a file."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from typing import Literal

from bot.app import App, build_app
from bot.clock import Clock, SystemClock
from bot.commands.people import CommandError, find_case, find_member
from bot.settings import Settings
from bot.tenant import Tenant
from bot.turns import papers
from bot.turns.meetings import RECORDERS
from conversations.documents.render import document, standalone
from conversations.meetings.views import View
from conversations.process.workflow import Role
from storage import audit, meetings
from storage.members import Person
from storage.migrate import open_ready
from storage.prepared import Row
from storage.transaction import Transaction


def run_document(settings: Settings, options: argparse.Namespace, clock: Clock | None = None) -> int:
    """Write the document; 1 when there is none for this member."""
    moment = clock or SystemClock()
    try:
        _check(options)
        with open_ready(settings.database) as database:
            app = build_app(database=database, clock=moment, config=settings.config)
            view = database.write(lambda tx: _compile(tx, app, options, moment.now()))
    except CommandError as error:
        sys.stderr.write(f"overlegmaat document: {error}\n")
        return 1
    text = document(view, options.format).text
    options.out.write_text(standalone(text) if options.format == "html" else text, encoding="utf-8")
    sys.stdout.write(f"{options.out}\n")
    return 0


def _check(options: argparse.Namespace) -> None:
    if options.kind == "status" and options.case is None:
        raise CommandError("a status is of a case: --case CODE")
    if options.kind != "status" and options.meeting is None:
        raise CommandError("agenda and minutes are of a meeting: --meeting ID")


def _compile(tx: Transaction, app: App, options: argparse.Namespace, now: datetime) -> View:
    person, tenant = find_member(tx, app.tenants, options.member)
    reader = papers.viewer(person, now, tenant)
    if options.kind == "status":
        case, owner = find_case(tx, {tenant.id: tenant}, options.case)
        view: View | None = papers.case_status(tx, owner, case, reader, now)
        if view is None:
            raise CommandError(f"{case.code} is not for '{person.code}': their organisation is not at its table")
        _note(tx, tenant, person, now, f"case:{case.id}", options)
        return view
    kind: Literal["agenda", "minutes"] = "agenda" if options.kind == "agenda" else "minutes"
    meeting = _meeting(tx, tenant, person, options.meeting)
    _note(tx, tenant, person, now, f"meeting:{meeting.id}", options)
    return papers.compile_paper(tx, tenant, meeting, reader, now, kind)


def _meeting(tx: Transaction, tenant: Tenant, person: Person, number: int) -> Row:
    meeting = meetings.by_id(tx, number)
    if meeting is None or meeting.municipality_id != tenant.id:
        raise CommandError(f"there is no meeting {number}; there are: {_known(tx, tenant)}")
    kind = tenant.workflow.meeting_kind(meeting.kind)
    if not person.roles & {kind.chair, *kind.takes_part, *kind.guests, *RECORDERS, Role.PROCESS_LEAD}:
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
