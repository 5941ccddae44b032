"""What was decided and agreed, and the meetings where that happened."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.columns import BigId
from storage.tables.base import Table, json_column, maybe_moment, maybe_ref, moment, ref, row_id


class Meeting(Table, table=True):
    """A meeting of one of the tables."""

    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    kind: str
    starts_at: datetime = moment()
    status: str = "planned"  # proposed | planned | open | closed | cancelled
    room_id: int | None = maybe_ref("room.id")
    place: str = ""  # where, when that is not the room's own
    minutes: int | None = None  # how long, when that is not the kind's own
    sequence: int = 0  # how often it was moved
    series_at: datetime | None = maybe_moment()  # the moment of its series that it stands for, when it was moved
    item_id: int | None = Field(default=None, sa_type=BigId, nullable=True)  # the agenda item that it is at
    opened_at: datetime | None = maybe_moment()
    closed_at: datetime | None = maybe_moment()


class Attendance(Table, table=True):
    """Who was at a meeting, by function."""

    __table_args__ = (UniqueConstraint("meeting_id", "partner_id"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    meeting_id: int = ref("meeting.id")
    partner_id: int = ref("partner.id")
    function: str
    state: str
    stand_in: str = ""  # function of who came instead
    arrived_at: datetime | None = maybe_moment()
    left_at: datetime | None = maybe_moment()


class MeetingLine(Table, table=True):
    """A line recorded in a meeting. `undone_at` hides it; it is not removed."""

    __tablename__: ClassVar[str] = "meeting_line"
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    meeting_id: int = ref("meeting.id")
    number: int = 0  # within the meeting
    kind: str
    state: str = "recorded"  # recorded | proposed | declined
    item_id: int | None = maybe_ref("agenda_item.id")
    case_id: int | None = maybe_ref("group_case.id")
    text: str
    partner_id: int | None = maybe_ref("partner.id")
    member_id: int = ref("member.id")
    proposed_by: int | None = maybe_ref("member.id")
    decision_id: int | None = maybe_ref("decision.id")
    action_id: int | None = maybe_ref("action.id")
    asked_item_id: int | None = maybe_ref("agenda_item.id")  # of a question: where it came on the triangle's agenda
    recorded_at: datetime = moment()
    undone_at: datetime | None = maybe_moment()


class Document(Table, table=True):
    """A compiled document: the frozen view model it was rendered from, the template's version and a content hash."""

    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    kind: str  # agenda | minutes
    meeting_id: int | None = maybe_ref("meeting.id")
    case_id: int | None = maybe_ref("group_case.id")
    paper_id: int | None = maybe_ref("paper.id")  # the version that it is the text of
    member_id: int = ref("member.id")  # for whom it was compiled
    language: str
    model: dict[str, Any] = json_column()
    template_version: str
    content_hash: str
    # of a version that was sent: the text itself in each format, so that it stays what it was when templates change
    texts: dict[str, str] = json_column()
    lines: dict[str, Any] = json_column()  # minutes: what each numbered line comes from, as ids
    circle: str = ""  # of a version that was sent: who reads the very same, "" for its member alone
    compiled_at: datetime = moment()


class Decision(Table, table=True):
    """One line of the decision register."""

    __table_args__ = (UniqueConstraint("municipality_id", "number"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    number: int
    case_id: int | None = maybe_ref("group_case.id")
    meeting_id: int | None = maybe_ref("meeting.id")
    body: str
    from_step: str | None = None
    to_step: str | None = None
    exit: str | None = None
    text: str
    reason: str = ""
    conditions: str = ""
    effect: str = "none"
    reference: str = ""
    dissent: list[dict[str, str]] = json_column(list)
    review_on: date | None = None
    decided_at: datetime = moment()
    member_id: int = ref("member.id")
    undone_at: datetime | None = maybe_moment()


class Action(Table, table=True):
    """One line of the action list."""

    __table_args__ = (
        Index(
            "ix_action_open",
            "municipality_id",
            "due_on",
            sqlite_where=text("undone_at IS NULL AND status NOT IN ('done', 'dropped')"),
        ),
    )
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    number: int
    case_id: int | None = maybe_ref("group_case.id")
    meeting_id: int | None = maybe_ref("meeting.id")
    title: str
    level: str = "group"
    partner_id: int = ref("partner.id")
    function: str = ""
    due_on: date | None = None
    original_due_on: date | None = None
    status: str = "open"
    reason: str = ""
    done_on: date | None = None
    source: int | None = None
    created_at: datetime = moment()
    undone_at: datetime | None = maybe_moment()


class Goal(Table, table=True):
    """A goal of the plan with how it is measured."""

    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    number: int
    case_id: int = ref("group_case.id")
    goal: str
    indicator: str
    baseline: str
    target: str
    due_on: date | None = None
    source: int | None = None


class Track(Table, table=True):
    """An individual track elsewhere: a status and a reference, no content."""

    __table_args__ = (UniqueConstraint("case_id", "code", "route"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    case_id: int = ref("group_case.id")
    code: str
    route: str
    status: str
    reference: str = ""
    changed_at: datetime = moment()
