"""What came in, what is to be sent and when, and what is kept of that."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.columns import BigId
from storage.tables.base import Table, json_column, maybe_moment, moment, ref, row_id


class Inbox(Table, table=True):
    """Events already handled, by the platform's id; never the text."""

    __table_args__ = (UniqueConstraint("platform", "event_id"), Index("ix_inbox_received_at", "received_at"))
    id: int = row_id()
    platform: str
    event_id: str
    received_at: datetime = moment()


class Outbox(Table, table=True):
    """What is to be sent: recipient, message id and values, never the text of an answer."""

    __table_args__ = (
        UniqueConstraint("dedup_key"),
        Index("ix_outbox_fetch_at", "fetch_at", sqlite_where=text("fetch_at IS NOT NULL")),
        Index("ix_outbox_lane", "lane_id", "id", sqlite_where=text("lane_id IS NOT NULL")),
        Index("ix_outbox_dead", "status", sqlite_where=text("status = 'dead'")),
    )
    id: int = row_id()
    municipality_id: int = Field(sa_type=BigId)
    dedup_key: str
    platform: str
    address: str  # of the room or the member's private chat
    is_private: bool
    thread: str | None = None
    member_id: int | None = Field(default=None, sa_type=BigId, nullable=True)  # reader of a private message
    dialog_id: int | None = Field(default=None, sa_type=BigId, nullable=True)
    card_id: int | None = Field(default=None, sa_type=BigId, nullable=True)  # update this card in place
    reacts_to: str | None = None  # a receipt at this message of somebody, by the platform's name for it
    case_id: int | None = Field(default=None, sa_type=BigId, nullable=True, index=True)
    message: dict[str, Any] = json_column()
    created_at: datetime = moment()
    retry_at: datetime = moment()
    fetch_at: datetime | None = maybe_moment()  # when it is to be put in its lane; None: it was, or it has ended
    lane_id: int | None = Field(default=None, sa_type=BigId, nullable=True)  # while it waits in line
    attempts: int = 0
    status: str = "waiting"  # waiting | sent | dropped | dead
    error: str | None = None  # an error id or a platform's code, never content
    sent_at: datetime | None = maybe_moment()


class Lane(Table, table=True):
    """A conversation as far as sending goes: who sends in it, how fast, and when it is its turn again.

    The lane with an empty address is the platform as a whole.
    """

    __table_args__ = (
        UniqueConstraint("platform", "address"),
        Index("ix_lane_ready_at", "platform", "ready_at", sqlite_where=text("ready_at IS NOT NULL")),
    )
    id: int = row_id()
    platform: str
    address: str
    ready_at: datetime | None = maybe_moment()  # its turn; while somebody holds it: end of the lease; None: empty
    free_at: datetime | None = maybe_moment()  # the platform's limits, or the platform itself, say: not before
    holder: str | None = None  # who sends in it now
    pace: dict[str, Any] = json_column()


class Card(Table, table=True):
    """A message that is kept up to date in place, and the platform's name for it."""

    __table_args__ = (UniqueConstraint("kind", "subject_id", "platform", "address"),)
    id: int = row_id()
    municipality_id: int = Field(sa_type=BigId)
    kind: str  # task | attendance | item | proposal | receipt (at what somebody said)
    subject_id: int = Field(sa_type=BigId)
    platform: str
    address: str
    reference: str | None = None


class ChatMessage(Table, table=True):
    """The history of a platform that keeps none of its own (web chat, console)."""

    __tablename__: ClassVar[str] = "chat_message"
    __table_args__ = (Index("ix_chat_message_place", "address", "id"), UniqueConstraint("dedup_key"))
    id: int = row_id()
    municipality_id: int = Field(sa_type=BigId)
    dedup_key: str
    platform: str
    address: str
    thread: str | None = None
    member_id: int | None = Field(default=None, sa_type=BigId, nullable=True)  # None: the assistant
    case_id: int | None = Field(default=None, sa_type=BigId, nullable=True, index=True)
    dialog_id: int | None = Field(default=None, sa_type=BigId, nullable=True, index=True)
    body: dict[str, Any] = json_column()
    at: datetime = moment()
    breach_id: int | None = Field(default=None, sa_type=BigId, nullable=True)  # it is frozen because of this breach
    changed: int = 0  # grows with every change anywhere, so that open windows can ask for what is new


class Due(Table, table=True):
    """What time brings: an indexed row says when; the clock only asks which rows are due."""

    __table_args__ = (
        UniqueConstraint("dedup_key"),
        Index(
            "ix_due_waiting",
            "due_at",
            sqlite_where=text("status = 'waiting'"),
        ),
    )
    id: int = row_id()
    municipality_id: int = Field(sa_type=BigId)
    dedup_key: str
    kind: str  # a name in bot/turns/moments.py
    subject_id: int = Field(sa_type=BigId)
    step: int = 0  # rung of a ladder
    local_day: date
    local_time: str
    due_at: datetime = moment()
    lease_until: datetime | None = maybe_moment()
    status: str = "waiting"  # waiting | done | dropped
    fired_at: datetime | None = maybe_moment()


class Nudge(Table, table=True):
    """That a member is asked again about something, or told that somebody else does not answer: one row per occasion,
    so that none comes twice. It waits for the one message of a morning, which looks again.
    """

    __table_args__ = (
        UniqueConstraint("dedup_key"),
        Index("ix_nudge_member_day", "member_id", "local_day"),
        Index("ix_nudge_town_day", "municipality_id", "local_day"),
        Index(
            "ix_nudge_waiting",
            "planned_at",
            sqlite_where=text("outbox_key IS NULL AND why_not IS NULL"),
        ),
    )
    id: int = row_id()
    municipality_id: int = Field(sa_type=BigId)
    dedup_key: str
    member_id: int = Field(sa_type=BigId)
    kind: str  # the rung of the ladder, or "snooze"
    audience: str = "owner"  # owner | stand_in | process_lead | chair
    instead_of: int | None = Field(default=None, sa_type=BigId, nullable=True)  # the member who could not be asked
    subject: str  # "assignment:3", "action:5"
    local_day: date
    planned_at: datetime = moment()
    outbox_key: str | None = None  # of the message that carried it; None: it was not sent
    why_not: str | None = None  # done | stale | absent | ceiling | moved


class Beat(Table, table=True):
    """When a part of the program was last alive."""

    __table_args__ = (UniqueConstraint("name"),)
    id: int = row_id()
    name: str  # "tick", "drain", "digest:3"
    at: datetime = moment()


class Counter(Table, table=True):
    """The last number given out in a series ("decision", "contribution", "case:2026")."""

    __table_args__ = (UniqueConstraint("municipality_id", "series"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    series: str
    value: int


class AuditEntry(Table, table=True):
    """Who did or saw what, and when; ids and kinds only. `seal` chains it to the entry before."""

    __tablename__: ClassVar[str] = "audit_entry"
    __table_args__ = (
        UniqueConstraint("place"),
        Index("ix_audit_entry_at", "municipality_id", "at"),
        Index("ix_audit_entry_unsealed", "id", sqlite_where=text("seal IS NULL")),
    )
    id: int = row_id()
    municipality_id: int = Field(sa_type=BigId)
    at: datetime = moment()
    member_id: int | None = Field(default=None, sa_type=BigId, nullable=True)
    act: str
    subject: str  # "case:3", "contribution:41"
    note: str = ""  # kinds and numbers, never content
    place: int | None = Field(default=None, sa_type=BigId, nullable=True)  # in the chain: 1, 2, 3 …
    seal: str | None = None


class AuditAnchor(Table, table=True):
    """Where the chain of the audit trail ends, vouched for by the secret that is not in the database. One row."""

    __tablename__: ClassVar[str] = "audit_anchor"
    id: int = row_id()
    place: int = Field(sa_type=BigId)
    seal: str
    mark: str  # "": there is no lasting secret to vouch with


class Tombstone(Table, table=True):
    """What was removed: kind, number, when and by which rule."""

    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    kind: str
    subject: str
    rule: str
    removed_at: datetime = moment()


class Reference(Table, table=True):
    """Where a platform wants to be called for an address, as it told us last: ids alone, perhaps of a stranger."""

    __table_args__ = (UniqueConstraint("platform", "address"),)
    id: int = row_id()
    platform: str
    address: str
    known: dict[str, str] = json_column(dict)
    renewed_at: datetime = moment()


class LegalHold(Table, table=True):
    """What may not be removed, because somebody said so: a case or a member, until it is lifted."""

    __tablename__: ClassVar[str] = "legal_hold"
    __table_args__ = (Index("ix_legal_hold_subject", "municipality_id", "kind", "subject_id"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    kind: str  # case | member
    subject_id: int = Field(sa_type=BigId)
    reason: str  # looked through for personal data before it is kept
    set_at: datetime = moment()
    lifted_at: datetime | None = maybe_moment()
    lifted_because: str = ""
