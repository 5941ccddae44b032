"""The tables. SQLModel declares them; the hot path runs prepared statements on `Model.__table__`.

Every row carries its municipality. Models with `table=True` do not validate on construction, so whatever comes from
outside is validated by the conversation models before it gets here.
"""

from datetime import date, datetime
from itertools import chain
from typing import Any, ClassVar

from sqlalchemy import Index, MetaData, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, Instant, Json

# A migration can only change what has a name, and SQLite names no constraint by itself.
metadata = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class _Table(SQLModel):
    """Rows are read by prepared statements; pydantic's validators are built only for who asks."""

    model_config = {"defer_build": True}


def metadata_for(dialect: str) -> MetaData:
    """The tables as that database has them. To name what PostgreSQL alone has loads its whole dialect: hence late."""
    if dialect == "postgresql":
        for index in chain.from_iterable(table.indexes for table in metadata.tables.values()):
            condition = index.dialect_options["sqlite"].get("where")
            if condition is not None:
                index.dialect_kwargs["postgresql_where"] = condition
    return metadata


def _id() -> Any:
    return Field(default=None, primary_key=True, sa_type=BigId)


def _ref(target: str, *, index: bool = True) -> Any:
    return Field(foreign_key=target, sa_type=BigId, index=index)


def _maybe_ref(target: str, *, index: bool = True) -> Any:
    return Field(default=None, foreign_key=target, sa_type=BigId, index=index, nullable=True)


def _json(default: type = dict) -> Any:
    return Field(default_factory=default, sa_type=Json, nullable=False)


def _moment() -> Any:
    return Field(sa_type=Instant)


def _maybe_moment() -> Any:
    return Field(default=None, sa_type=Instant, nullable=True)


class Municipality(_Table, table=True):
    """A tenant. `settings` is its folder's `municipality.yaml` as validated."""

    id: int = _id()
    code: str = Field(unique=True)
    name: str
    zone: str = "Europe/Amsterdam"
    language: str = "nl"
    settings: dict[str, Any] = _json()


class Partner(_Table, table=True):
    """An organisation with a role and a covenant status."""

    __table_args__ = (UniqueConstraint("municipality_id", "code"),)
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    code: str
    name: str
    role: str
    signed_on: date | None = None  # None: a guest
    ends_on: date | None = None
    is_active: bool = True


class Member(_Table, table=True):
    """A person by function, never by name."""

    __table_args__ = (UniqueConstraint("municipality_id", "code"),)
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    partner_id: int = _ref("partner.id")
    code: str
    function: str
    roles: list[str] = _json(list)
    language: str = "nl"
    is_active: bool = True


class Address(_Table, table=True):
    """Where a member is on a platform."""

    __table_args__ = (UniqueConstraint("platform", "address"),)
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    member_id: int = _ref("member.id")
    platform: str
    address: str
    is_reachable: bool = True


class Room(_Table, table=True):
    """A channel with a ceiling. `kind` is the meeting kind whose table sits in it."""

    __table_args__ = (UniqueConstraint("municipality_id", "code"), UniqueConstraint("platform", "address"))
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    code: str
    name: str
    platform: str
    address: str
    ceiling: str
    kind: str | None = None
    partners: list[str] = _json(list)  # partner codes whose members are in it


class GroupCase(_Table, table=True):
    """A youth group or fluid network, known by a code."""

    __tablename__: ClassVar[str] = "group_case"
    __table_args__ = (UniqueConstraint("municipality_id", "code"),)
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    code: str
    group_code: str
    place: str
    purpose: str
    status: str = "open"
    step: str
    may_pseudonyms: bool = False
    room_id: int | None = _maybe_ref("room.id")
    merged_into: int | None = _maybe_ref("group_case.id")
    opened_at: datetime = _moment()
    closed_at: datetime | None = _maybe_moment()


class CasePartner(_Table, table=True):
    """Which partners are at the table of a case; a member sees only the cases of their partner."""

    __tablename__: ClassVar[str] = "case_partner"
    __table_args__ = (UniqueConstraint("case_id", "partner_id"),)
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    case_id: int = _ref("group_case.id")
    partner_id: int = _ref("partner.id")


class StepStay(_Table, table=True):
    """One stay of a case in a step."""

    __tablename__: ClassVar[str] = "step_stay"
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    case_id: int = _ref("group_case.id")
    step: str
    entered_at: datetime = _moment()
    left_at: datetime | None = _maybe_moment()
    exit: str | None = None


class Task(_Table, table=True):
    """One form asked in one stay (one card in the room). A new round is a new task."""

    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    case_id: int | None = _maybe_ref("group_case.id")
    stay_id: int | None = _maybe_ref("step_stay.id")
    step: str
    task: str
    form: str
    kind: str
    is_required: bool = True
    round: int = 1
    meeting_id: int | None = _maybe_ref("meeting.id")
    opened_at: datetime = _moment()
    due_on: date  # local day; the moment is worked out late, with the municipality's zone
    due_time: str = "17:00"
    status: str = "open"
    card_changed: int = 0


class Assignment(_Table, table=True):
    """What one partner gives for one task."""

    __table_args__ = (
        UniqueConstraint("task_id", "partner_id"),
        Index("ix_assignment_open", "partner_id", "status"),
    )
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    task_id: int = _ref("task.id")
    partner_id: int = _ref("partner.id")
    role: str
    status: str = "open"
    delivered_at: datetime | None = _maybe_moment()
    waiver: str | None = None
    original_due_on: date | None = None


class Dialog(_Table, table=True):
    """One person filling in one form: a draft until it is confirmed."""

    __table_args__ = (
        Index("ix_dialog_place", "member_id", "place", "is_active"),
        Index("ix_dialog_task", "assignment_id", "member_id"),
    )
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    member_id: int = _ref("member.id")
    assignment_id: int | None = _maybe_ref("assignment.id", index=False)
    case_id: int | None = _maybe_ref("group_case.id", index=False)
    form: str
    subject: dict[str, Any] = (
        _json()
    )  # what the form is about: {"exit": "2A.problematic"}, {"assignment": 7}, {"action": 3}
    place: str  # "private:webchat:wijkagent" or "room:webchat:jgo:thread"
    is_active: bool = True
    status: str = "asking"
    state: dict[str, Any] = _json()
    version: int = 0
    supersedes: int | None = None  # contribution that is being changed
    changed_at: datetime = _moment()


class Contribution(_Table, table=True):
    """Confirmed answers. A change is a new row with the same number and the next version."""

    __table_args__ = (
        UniqueConstraint("municipality_id", "number", "version"),
        UniqueConstraint("dialog_id"),
        Index("ix_contribution_case", "case_id", "is_latest"),
    )
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    number: int
    version: int = 1
    is_latest: bool = True
    case_id: int | None = _maybe_ref("group_case.id", index=False)
    stay_id: int | None = _maybe_ref("step_stay.id")
    assignment_id: int | None = _maybe_ref("assignment.id")
    dialog_id: int | None = _maybe_ref("dialog.id", index=False)
    form: str
    partner_id: int = _ref("partner.id")
    member_id: int = _ref("member.id")
    confirmed_at: datetime = _moment()
    is_late: bool = False


class Answer(_Table, table=True):
    """One answered question of a contribution, in the form's order."""

    __table_args__ = (UniqueConstraint("contribution_id", "question"),)
    id: int = _id()
    municipality_id: int = Field(sa_type=BigId)
    contribution_id: int = _ref("contribution.id", index=False)
    position: int
    question: str
    value: Any = Field(sa_type=Json, nullable=True)


class SignalLink(_Table, table=True):
    """A signal (a contribution of step 1, by number) that belongs to a case."""

    __tablename__: ClassVar[str] = "signal_link"
    __table_args__ = (UniqueConstraint("number", "case_id", "municipality_id"),)
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    number: int
    case_id: int = _ref("group_case.id")
    linked_at: datetime = _moment()


class Decision(_Table, table=True):
    """One line of the decision register."""

    __table_args__ = (UniqueConstraint("municipality_id", "number"),)
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    number: int
    case_id: int | None = _maybe_ref("group_case.id")
    meeting_id: int | None = _maybe_ref("meeting.id")
    body: str
    from_step: str | None = None
    to_step: str | None = None
    exit: str | None = None
    text: str
    reason: str = ""
    conditions: str = ""
    effect: str = "none"
    reference: str = ""
    dissent: list[dict[str, str]] = _json(list)
    review_on: date | None = None
    decided_at: datetime = _moment()
    member_id: int = _ref("member.id")
    undone_at: datetime | None = _maybe_moment()


class Action(_Table, table=True):
    """One line of the action list."""

    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    number: int
    case_id: int | None = _maybe_ref("group_case.id")
    meeting_id: int | None = _maybe_ref("meeting.id")
    title: str
    level: str = "group"
    partner_id: int = _ref("partner.id")
    function: str = ""
    due_on: date | None = None
    original_due_on: date | None = None
    status: str = "open"
    reason: str = ""
    done_on: date | None = None
    source: int | None = None
    created_at: datetime = _moment()
    undone_at: datetime | None = _maybe_moment()


class Goal(_Table, table=True):
    """A goal of the plan with how it is measured."""

    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    number: int
    case_id: int = _ref("group_case.id")
    goal: str
    indicator: str
    baseline: str
    target: str
    due_on: date | None = None
    source: int | None = None


class Track(_Table, table=True):
    """An individual track elsewhere: a status and a reference, no content."""

    __table_args__ = (UniqueConstraint("case_id", "code", "route"),)
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    case_id: int = _ref("group_case.id")
    code: str
    route: str
    status: str
    reference: str = ""
    changed_at: datetime = _moment()


class Pseudonym(_Table, table=True):
    """A P-code with an age band; the key to the person is kept outside."""

    __table_args__ = (UniqueConstraint("case_id", "code"),)
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    case_id: int = _ref("group_case.id")
    code: str
    age_band: str
    part: str = ""
    removed_at: datetime | None = _maybe_moment()


class Meeting(_Table, table=True):
    """A meeting of one of the tables."""

    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    kind: str
    starts_at: datetime = _moment()
    status: str = "planned"
    room_id: int | None = _maybe_ref("room.id")
    opened_at: datetime | None = _maybe_moment()
    closed_at: datetime | None = _maybe_moment()


class Attendance(_Table, table=True):
    """Who was at a meeting, by function."""

    __table_args__ = (UniqueConstraint("meeting_id", "partner_id"),)
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    meeting_id: int = _ref("meeting.id")
    partner_id: int = _ref("partner.id")
    function: str
    state: str


class MeetingLine(_Table, table=True):
    """A line recorded in a meeting. `undone_at` hides it; it is not removed."""

    __tablename__: ClassVar[str] = "meeting_line"
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    meeting_id: int = _ref("meeting.id")
    kind: str
    case_id: int | None = _maybe_ref("group_case.id")
    text: str
    partner_id: int | None = _maybe_ref("partner.id")
    member_id: int = _ref("member.id")
    decision_id: int | None = _maybe_ref("decision.id")
    action_id: int | None = _maybe_ref("action.id")
    recorded_at: datetime = _moment()
    undone_at: datetime | None = _maybe_moment()


class Document(_Table, table=True):
    """A compiled document: the frozen view model it was rendered from, the template's version and a content hash."""

    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    kind: str  # agenda | minutes
    meeting_id: int | None = _maybe_ref("meeting.id")
    case_id: int | None = _maybe_ref("group_case.id")
    member_id: int = _ref("member.id")  # for whom it was compiled
    language: str
    model: dict[str, Any] = _json()
    template_version: str
    content_hash: str
    compiled_at: datetime = _moment()


class Inbox(_Table, table=True):
    """Events already handled, by the platform's id; never the text."""

    __table_args__ = (UniqueConstraint("platform", "event_id"), Index("ix_inbox_received_at", "received_at"))
    id: int = _id()
    platform: str
    event_id: str
    received_at: datetime = _moment()


class Outbox(_Table, table=True):
    """What is to be sent: recipient, message id and values, never the text of an answer."""

    __table_args__ = (
        UniqueConstraint("dedup_key"),
        Index(
            "ix_outbox_waiting",
            "retry_at",
            sqlite_where=text("status = 'waiting'"),
        ),
    )
    id: int = _id()
    municipality_id: int = Field(sa_type=BigId)
    dedup_key: str
    platform: str
    address: str  # of the room or the member's private chat
    is_private: bool
    thread: str | None = None
    member_id: int | None = Field(default=None, sa_type=BigId, nullable=True)  # reader of a private message
    dialog_id: int | None = Field(default=None, sa_type=BigId, nullable=True)
    card_id: int | None = Field(default=None, sa_type=BigId, nullable=True)  # update this card in place
    case_id: int | None = Field(default=None, sa_type=BigId, nullable=True, index=True)
    message: dict[str, Any] = _json()
    created_at: datetime = _moment()
    retry_at: datetime = _moment()
    lease_until: datetime | None = _maybe_moment()
    attempts: int = 0
    status: str = "waiting"  # waiting | sent | dropped | dead
    error: str | None = None  # an error id or a platform's code, never content
    sent_at: datetime | None = _maybe_moment()


class Card(_Table, table=True):
    """A message that is kept up to date in place, and the platform's name for it."""

    __table_args__ = (UniqueConstraint("kind", "subject_id", "platform", "address"),)
    id: int = _id()
    municipality_id: int = Field(sa_type=BigId)
    kind: str  # task
    subject_id: int = Field(sa_type=BigId)
    platform: str
    address: str
    reference: str | None = None


class ChatMessage(_Table, table=True):
    """The history of a platform that keeps none of its own (web chat, console)."""

    __tablename__: ClassVar[str] = "chat_message"
    __table_args__ = (Index("ix_chat_message_place", "address", "id"), UniqueConstraint("dedup_key"))
    id: int = _id()
    municipality_id: int = Field(sa_type=BigId)
    dedup_key: str
    platform: str
    address: str
    thread: str | None = None
    member_id: int | None = Field(default=None, sa_type=BigId, nullable=True)  # None: the assistant
    case_id: int | None = Field(default=None, sa_type=BigId, nullable=True, index=True)
    body: dict[str, Any] = _json()
    at: datetime = _moment()
    changed: int = 0  # grows with every change anywhere, so that open windows can ask for what is new


class Due(_Table, table=True):
    """What time brings: an indexed row says when; the clock only asks which rows are due."""

    __table_args__ = (
        UniqueConstraint("dedup_key"),
        Index(
            "ix_due_waiting",
            "due_at",
            sqlite_where=text("status = 'waiting'"),
        ),
    )
    id: int = _id()
    municipality_id: int = Field(sa_type=BigId)
    dedup_key: str
    kind: str  # reminder | escalation | open_round | review | meeting | purge
    subject_id: int = Field(sa_type=BigId)
    local_day: date
    local_time: str
    due_at: datetime = _moment()
    lease_until: datetime | None = _maybe_moment()
    status: str = "waiting"  # waiting | done | dropped
    fired_at: datetime | None = _maybe_moment()


class Counter(_Table, table=True):
    """The last number given out in a series ("decision", "contribution", "case:2026")."""

    __table_args__ = (UniqueConstraint("municipality_id", "series"),)
    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    series: str
    value: int


class AuditEntry(_Table, table=True):
    """Who did or saw what, and when; ids and kinds only. `seal` chains it to the entry before."""

    __tablename__: ClassVar[str] = "audit_entry"
    id: int = _id()
    municipality_id: int = Field(sa_type=BigId)
    at: datetime = _moment()
    member_id: int | None = Field(default=None, sa_type=BigId, nullable=True)
    act: str
    subject: str  # "case:3", "contribution:41"
    note: str = ""  # kinds and numbers, never content
    seal: str | None = None


class Tombstone(_Table, table=True):
    """What was removed: kind, number, when and by which rule."""

    id: int = _id()
    municipality_id: int = _ref("municipality.id")
    kind: str
    subject: str
    rule: str
    removed_at: datetime = _moment()
