"""The papers of a meeting on their way: what is on the agenda, what was sent, who agreed, what was put right."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from storage.columns import BigId
from storage.tables.base import Table, json_column, maybe_moment, maybe_ref, moment, ref, row_id


class AgendaItem(Table, table=True):
    """An item of one meeting's agenda. What the program compiles has a row only when something about it was settled:
    an owner, a place, an outcome; what people propose always has one.
    """

    __tablename__: ClassVar[str] = "agenda_item"
    __table_args__ = (UniqueConstraint("meeting_id", "key"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    meeting_id: int = ref("meeting.id")
    key: str  # the same at each compile: "opening:0", "signals", "case:3", "own:12"
    kind: str  # standing | signals | actions | case | request | privacy | reviews | own
    case_id: int | None = maybe_ref("group_case.id")
    title: str = ""  # words of who proposed it; empty: named by the content
    goal: str | None = None  # inform | discuss | decide; None: as compiled
    partner_id: int | None = maybe_ref("partner.id")  # owner; None: as compiled
    function: str = ""
    minutes: int | None = None
    position: int | None = None
    paper: str = ""  # where the paper is kept
    state: str = "on"  # before the meeting: proposed | on | later | dropped; in it: done | moved | dropped
    reason: str = ""
    moved_to: date | None = None
    origin_id: int | None = maybe_ref("agenda_item.id")  # the item that this one goes on from
    first_on: date | None = None  # day of the meeting that it was first on
    times: int = 1  # how many meetings it has been on, this one included
    is_again: bool = False  # comes back at the next meeting
    member_id: int | None = maybe_ref("member.id")  # who proposed it
    created_at: datetime = moment()
    changed_at: datetime = moment()


class Paper(Table, table=True):
    """A version of a meeting's agenda or minutes, as it was sent. The texts are documents that name it."""

    __table_args__ = (UniqueConstraint("meeting_id", "kind", "version"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    meeting_id: int = ref("meeting.id")
    kind: str  # agenda | minutes
    version: int
    status: str  # agenda: sent; minutes: circulated | adopted | corrected
    member_id: int = ref("member.id")
    sent_at: datetime = moment()
    due_on: date | None = None  # minutes: until when partners can sign
    adopted_at: datetime | None = maybe_moment()
    gaps: list[dict[str, Any]] = json_column(list)  # what was known to be missing: ids and values
    changes: list[dict[str, Any]] = json_column(list)  # since the version before: ids and values


class Signature(Table, table=True):
    """That an organisation was asked to sign the minutes, and what it said; silence is a row without a member."""

    __table_args__ = (UniqueConstraint("paper_id", "partner_id"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    paper_id: int = ref("paper.id")
    partner_id: int = ref("partner.id")
    member_id: int | None = maybe_ref("member.id")
    verdict: str  # asked | agreed | agreed_with_remark | not_agreed | silent
    remark: str = ""
    line: int | None = None  # number of the line that the remark is about
    case_id: int | None = maybe_ref("group_case.id")  # the case that the remark is about
    dialog_id: int | None = maybe_ref("dialog.id")  # the form that it was filled in with
    document_id: int | None = maybe_ref("document.id")  # what they had before them
    content_hash: str = ""
    signed_at: datetime = moment()


class Amendment(Table, table=True):
    """A numbered correction of minutes that were adopted; the text before it stays."""

    __table_args__ = (UniqueConstraint("meeting_id", "number"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    meeting_id: int = ref("meeting.id")
    number: int
    line: int | None = None  # number of the line that it is about
    case_id: int | None = maybe_ref("group_case.id")
    text: str
    partner_id: int | None = maybe_ref("partner.id")  # who asked for it
    member_id: int = ref("member.id")
    paper_id: int | None = maybe_ref("paper.id")  # the version that has it first
    dialog_id: int | None = maybe_ref("dialog.id")  # the form that it was filled in with
    decided_at: datetime = moment()


class Handover(Table, table=True):
    """Something to do that a member asked another to take over."""

    __table_args__ = (Index("ix_handover_subject", "subject_id", "kind"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    kind: str  # assignment | action
    subject_id: int = Field(sa_type=BigId)
    from_member_id: int = ref("member.id")
    to_member_id: int = ref("member.id")  # who is asked for a yes
    partner_id: int | None = maybe_ref("partner.id")  # the organisation that it would go to, when that is another
    status: str = "asked"  # asked | accepted | declined | withdrawn
    asked_at: datetime = moment()
    settled_at: datetime | None = maybe_moment()


class Absence(Table, table=True):
    """Days on which a member is not there, and who stands in."""

    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    member_id: int = ref("member.id")
    from_on: date
    until_on: date
    stand_in_id: int | None = maybe_ref("member.id")
    created_at: datetime = moment()
    ended_at: datetime | None = maybe_moment()  # taken back
