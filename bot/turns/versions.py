"""Versions of minutes as texts: made for every circle of readers when they are sent, found again as they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias, cast

from bot.tenant import Tenant
from bot.turns import papers
from conversations.documents.render import KeptText, document
from conversations.meetings import signoff
from conversations.meetings.facts import MeetingFacts, capped
from conversations.meetings.lines import Lines, pack
from conversations.meetings.minutes import compile_minutes, number_lines
from conversations.meetings.signoff import Progress
from conversations.meetings.summaries import compile_for_triangle, compile_public, triangle
from conversations.meetings.views import Minutes, PublicMinutes, View, freeze, thaw
from conversations.privacy.visibility import Guard
from conversations.process import seats
from conversations.process.workflow import MeetingKind, Role
from conversations.records import AmendmentRecord, SignatureRecord, Viewer
from storage import breaches, facts, meetings, members
from storage import papers as stored
from storage.members import Person
from storage.prepared import Row
from storage.transaction import Transaction

Extract: TypeAlias = Literal["triangle", "public"]
EXTRACTS: Final[tuple[Extract, ...]] = ("triangle", "public")


def may_read(person: Person, kind: MeetingKind) -> bool:
    """Whether the papers of such a meeting are for this member."""
    return bool(person.roles & seats.readers(kind)) and Role.PRIVACY_OFFICER not in person.roles


def may_extract(person: Person, kind: MeetingKind) -> bool:
    """Whether this member may have the versions for the triangle and for everybody: who records in such a meeting."""
    return bool(person.roles & seats.recorders(kind))


def circle_of(tenant: Tenant, person: Person, kind: MeetingKind, now: datetime) -> str:
    """The circle of readers that a member is in now."""
    return signoff.circle(papers.viewer(person, now, tenant), kind)


def is_for(tenant: Tenant, row: Row, person: Person, kind: MeetingKind, now: datetime) -> bool:
    """Whether a kept document is this member's to read."""
    if not row.circle:
        return bool(row.member_id == person.member_id)
    if row.circle in EXTRACTS:
        return may_extract(person, kind)
    return may_read(person, kind) and bool(row.circle == circle_of(tenant, person, kind, now))


def readable(
    tx: Transaction, tenant: Tenant, person: Person, document_id: int, now: datetime
) -> tuple[Row, View | KeptText] | None:
    """A paper that was kept for this member, or for their circle, with its text or what it is rendered from."""
    row = meetings.document(tx, document_id)
    if row is None or row.municipality_id != tenant.id or row.kind not in {"agenda", "minutes"}:
        return None
    if {("document", row.id), (row.kind, row.meeting_id)} & breaches.frozen(tx, tenant.id):
        return None
    meeting = meetings.by_id(tx, row.meeting_id)
    if meeting is None or not is_for(tenant, row, person, tenant.workflow.meeting_kind(meeting.kind), now):
        return None
    return row, kept_text(row) if row.texts else thaw(row.model)


def kept_text(row: Row) -> KeptText:
    """The text of a version, as it was sent."""
    made_on = date.fromisoformat(row.model["view"]["front"]["compiled_on"])
    return KeptText(row.kind, row.texts["md"], row.texts["html"], made_on, row.template_version)


# --- where a version stands -------------------------------------------------------------------------------------------


def signatures(tx: Transaction, tenant: Tenant, paper: Row) -> tuple[SignatureRecord, ...]:
    """What organisations said of a version that was sent round."""
    functions = {one.member_id: one.function for one in members.people(tx, tenant.id)}
    return tuple(
        SignatureRecord(
            partner_id=row.partner_id,
            verdict=row.verdict,
            remark=row.remark,
            line=row.line,
            case_id=row.case_id,
            function=functions.get(row.member_id, "–") if row.member_id is not None else "",
            signed_on=tenant.today(row.signed_at),
        )
        for row in stored.signatures(tx, paper.id)
    )


def progress(tx: Transaction, tenant: Tenant, paper: Row) -> Progress:
    """A version with all that was said of the one that was sent round."""
    base = paper if paper.status == "circulated" else cast("Row", stored.circulated(tx, paper.meeting_id))
    listed = [row for row in stored.papers_of(tx, paper.meeting_id, "minutes") if row.version <= paper.version]
    adopted = next((row for row in listed if row.status == "adopted"), None)
    adopter = members.person(tx, adopted.member_id) if adopted is not None else None
    return Progress(
        state=paper.status,
        version=paper.version,
        circulated_on=tenant.today(base.sent_at),
        until=base.due_on,
        signatures=signatures(tx, tenant, base),
        amendments=tuple(_amendments(tx, tenant, paper, listed)),
        adopted_on=tenant.today(adopted.sent_at) if adopted is not None else None,
        adopted_by=adopter.function if adopter is not None else "",
    )


def _amendments(tx: Transaction, tenant: Tenant, paper: Row, listed: list[Row]) -> Iterator[AmendmentRecord]:
    until = {row.id for row in listed} | {paper.id}
    for row in stored.amendments(tx, paper.meeting_id):
        if row.paper_id in until:
            yield AmendmentRecord(
                number=row.number, line=row.line, case_id=row.case_id, text=row.text, partner_id=row.partner_id,
                decided_on=tenant.today(row.decided_at),
            )  # fmt: skip


# --- making a version -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reader:
    """One circle: how it reads, and a member who is in it."""

    circle: str
    viewer: Viewer
    member_id: int


@dataclass(frozen=True, slots=True)
class _Making:
    """What every text of one version is made from."""

    tx: Transaction
    tenant: Tenant
    meeting: Row
    paper: Row
    now: datetime

    @property
    def kind(self) -> MeetingKind:
        return self.tenant.workflow.meeting_kind(self.meeting.kind)

    def readers(self) -> Iterator[_Reader]:
        """Every circle that somebody is in, and the two that nobody is in."""
        known: set[str] = set()
        for person in members.people(self.tx, self.tenant.id):
            if may_read(person, self.kind):
                viewer = papers.viewer(person, self.now, self.tenant)
                name = signoff.circle(viewer, self.kind)
                if name not in known:
                    known.add(name)
                    yield _Reader(name, viewer, person.member_id)
        for extract in EXTRACTS:
            yield _Reader(extract, triangle(self.tenant.language), self.paper.member_id)


def make_texts(tx: Transaction, tenant: Tenant, meeting: Row, paper: Row, now: datetime) -> None:
    """The texts of a version: of one that is sent round what is known now; of a later one the same, further on."""
    making = _Making(tx, tenant, meeting, paper, now)
    guard = facts.guard(tx, tenant.id, tenant.workflow)
    names = {one.id: one.name for one in members.partners(tx, tenant.id, tenant.today(now))}
    at = progress(tx, tenant, paper)
    base = stored.circulated(tx, meeting.id)
    sent = {row.circle: row for row in stored.texts_of(tx, base.id)} if base is not None else {}
    if paper.status == "circulated" or not sent:
        views = _compiled(making, guard)
    else:
        views = ((one, thaw(sent[one.circle].model), sent[one.circle].lines) for one in making.readers()
                 if one.circle in sent)  # fmt: skip
    for reader, view, lines in views:
        stands = signoff.standing(at, guard, capped(reader.viewer, making.kind), names)
        _keep(making, reader, signoff.stand(cast("Minutes | PublicMinutes", view), stands), lines)


def _compiled(making: _Making, guard: Guard) -> Iterator[tuple[_Reader, Any, Mapping[str, Any]]]:
    known = papers.facts_of(making.tx, making.tenant, making.meeting, making.now)
    lines = number_lines(known)
    packed = pack(lines.sources)
    for reader in making.readers():
        yield reader, view_of(known, guard, reader.viewer, reader.circle, lines), packed


def view_of(known: MeetingFacts, guard: Guard, viewer: Viewer, circle: str, lines: Lines) -> Minutes | PublicMinutes:
    """The minutes for one circle of readers."""
    if circle == "triangle":
        return compile_for_triangle(known, guard, viewer.language, lines)
    if circle == "public":
        return compile_public(known, guard, viewer.language)
    return compile_minutes(known, guard, viewer, lines)


def _keep(making: _Making, reader: _Reader, view: Minutes | PublicMinutes, lines: Mapping[str, Any]) -> None:
    text = document(view, "md")
    making.tx.insert(
        meetings.ADD_DOCUMENT, municipality_id=making.tenant.id, kind="minutes", meeting_id=making.meeting.id,
        paper_id=making.paper.id, member_id=reader.member_id, language=reader.viewer.language, model=freeze(view),
        template_version=text.template_version, content_hash=text.content_hash, compiled_at=making.now,
        texts={"md": text.text, "html": document(view, "html").text}, lines=dict(lines), circle=reader.circle,
    )  # fmt: skip


def extract(tx: Transaction, tenant: Tenant, meeting: Row, person: Person, now: datetime, which: Extract) -> int:
    """The version for the triangle or for everybody: of the newest version, or a draft. The document's id."""
    newest = stored.latest(tx, meeting.id, "minutes")
    row = stored.text_of_circle(tx, newest.id, which) if newest is not None else None
    if row is not None:
        return int(row.id)
    view = draft_for(tx, tenant, meeting, now, which)
    return papers.keep_view(tx, tenant, meeting, replace(person, language=tenant.language), now, view)


def draft_for(tx: Transaction, tenant: Tenant, meeting: Row, now: datetime, which: Extract) -> Minutes | PublicMinutes:
    """What the triangle, or everybody, may read of minutes that were not sent round yet."""
    known = papers.facts_of(tx, tenant, meeting, now)
    guard = facts.guard(tx, tenant.id, tenant.workflow)
    return view_of(known, guard, triangle(tenant.language), which, number_lines(known))
