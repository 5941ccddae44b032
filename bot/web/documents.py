"""Documents for the web chat: what a visitor may open or take along, as a page, as text, or as a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.exports import calendar_file, export
from bot.tenant import Tenant
from bot.turns import agenda, casebook, papers, versions
from bot.web import oversight
from bot.web.ports import Page, Taken
from conversations.documents.calendar import Invitation
from conversations.documents.files import MEDIA_TYPES
from conversations.documents.render import KeptText, document
from conversations.meetings.narrowing import Narrowing
from conversations.meetings.views import ActionList, DecisionRegister, View
from storage import cases, meetings
from storage.members import Person
from storage.prepared import Row
from storage.transaction import Transaction

FILES: Final = ("docx", "pdf", "csv")


@dataclass(frozen=True, slots=True)
class Compiled:
    """What was compiled for a visitor, with what goes with it."""

    title: str
    what: View | KeptText | Invitation | Taken
    template: bytes | None = None
    others: tuple[str, ...] = field(default=())  # other papers of the same case, as `kind/id`
    has_calendar: bool = False

    def page(self, form: str) -> Page:
        """To show: the page, or the same as Markdown."""
        if isinstance(self.what, Invitation | Taken):
            raise TypeError("a file alone is no page")
        if form == "md":
            return Page(self.title, document(self.what, "md").text, "md")
        is_table = isinstance(self.what, ActionList | DecisionRegister)
        formats = tuple(
            form
            for form in (*FILES, "md", "ics")
            if (form != "csv" or is_table) and (form != "ics" or self.has_calendar)
        )
        return Page(self.title, document(self.what, "html").text, "html", formats, self.others)

    def taken(self, form: str) -> Taken:
        """To take along. ExportFailed says why there is no file."""
        if isinstance(self.what, Taken):
            return self.what
        if isinstance(self.what, Invitation):
            return Taken(self.title, calendar_file(self.what), MEDIA_TYPES["ics"], "ics")
        made = export(self.what, form, template=self.template)  # type: ignore[arg-type]  # one of FILES
        return Taken(self.title, made, MEDIA_TYPES[form], form)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks, where and when."""

    person: Person
    tenant: Tenant
    config: Path | None
    now: datetime


def compiled(tx: Transaction, visit: Visit, kind: str, number: int, form: str) -> Compiled | None:
    """A document that was kept for this visitor, or a paper of a case as it is now; None when it is not for them."""
    if kind in {"document", "meeting"}:
        return (_kept if kind == "document" else _meeting)(tx, visit, number, form)
    if kind.partition(".")[0] in oversight.KINDS:
        return _of_oversight(tx, visit, kind, number, form)
    register, tenant = Narrowing.read(kind)[0], visit.tenant
    if number == 0 and register in casebook.REGISTERS and form != "ics":
        return _whole_register(tx, visit, kind)
    case = cases.by_id(tx, number)
    if form == "csv" and register not in casebook.REGISTERS:
        return None
    if case is None or case.municipality_id != tenant.id or form == "ics":
        return None
    reader = papers.viewer(visit.person, visit.now, tenant)
    status = papers.case_status(tx, tenant, case, reader, visit.now)
    if status is None:
        return None
    view = status if kind == "status" else casebook.case_paper(tx, tenant, case, reader, visit.now, kind)
    if view is None:
        return None
    others = tuple(f"{one}/{case.id}" for one in ("status", *casebook.papers_of(tx, case, tenant)) if one != kind)
    return Compiled(
        _of_case(visit, register, case.code), view, casebook.template(visit.config, tenant, register), others
    )


def _of_oversight(tx: Transaction, visit: Visit, kind: str, number: int, form: str) -> Compiled | None:
    """What the privacy officer takes along."""
    found = oversight.kept(tx, visit.tenant, visit.person, visit.now, kind, number, form)
    return None if found is None else Compiled(visit.tenant.name, found)


def _of_case(visit: Visit, kind: str, subject: str) -> str:
    """What a paper is called: "Actielijst VW-2026-03"."""
    return f"{visit.tenant.catalogue.text(visit.person.language, f'documents.paper.{kind}.title')} {subject}"


def _of_meeting(visit: Visit, meeting: Row, kind: str = "") -> str:
    """What a paper of a meeting is called, or what stands in a calendar: "Verslag Jeugdgroepenoverleg 2026-03-03"."""
    language = visit.person.language
    name = visit.tenant.workflow.meeting_kind(meeting.kind).name.read(language)
    title = visit.tenant.catalogue.text(language, f"documents.{kind}.title", {"meeting": name}) if kind else name
    return f"{title} {visit.tenant.today(meeting.starts_at)}"


def _whole_register(tx: Transaction, visit: Visit, kind: str) -> Compiled | None:
    """The register of everything that this visitor may know of."""
    tenant = visit.tenant
    reader = papers.viewer(visit.person, visit.now, tenant)
    view = casebook.case_paper(tx, tenant, None, reader, visit.now, kind)
    own = casebook.template(visit.config, tenant, Narrowing.read(kind)[0])
    others = tuple(f"{one}/0" for one in casebook.REGISTERS if one != kind)
    return None if view is None else Compiled(_of_case(visit, Narrowing.read(kind)[0], tenant.name), view, own, others)


def _meeting(tx: Transaction, visit: Visit, number: int, form: str) -> Compiled | None:
    """A meeting for the calendar of somebody who takes part in it."""
    meeting, tenant = meetings.by_id(tx, number), visit.tenant
    if meeting is None or meeting.municipality_id != tenant.id or form != "ics":
        return None
    if not agenda.takes_part(visit.person, tenant.workflow.meeting_kind(meeting.kind)):
        return None
    return Compiled(_of_meeting(visit, meeting), casebook.invitation(tx, tenant, meeting, visit.person, visit.now))


def _kept(tx: Transaction, visit: Visit, number: int, form: str) -> Compiled | None:
    tenant = visit.tenant
    kept = versions.readable(tx, tenant, visit.person, number, visit.now)
    if kept is None:
        return None
    row, view = kept
    meeting = meetings.by_id(tx, row.meeting_id)
    if form == "ics":
        if meeting is None:
            return None
        return Compiled(_of_meeting(visit, meeting), casebook.invitation(tx, tenant, meeting, visit.person, visit.now))
    own = casebook.template(visit.config, tenant, row.kind)
    title = tenant.name if meeting is None else _of_meeting(visit, meeting, row.kind)
    return Compiled(title, view, own, has_calendar=meeting is not None)
