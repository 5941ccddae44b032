"""What is kept for privacy itself: requests of people concerned, data breaches, and what a breach froze."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.columns import BigId
from storage.tables.base import Table, json_column, maybe_moment, maybe_ref, moment, ref, row_id


class Breach(Table, table=True):
    """A data breach, from its report to its end. `told` is content: what people filled in about it."""

    __table_args__ = (UniqueConstraint("municipality_id", "number"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    number: int
    member_id: int = ref("member.id")  # who reported it
    subject: str = ""  # what it is about: "contribution:12", "minutes:3"; empty: nothing that is kept here
    case_id: int | None = maybe_ref("group_case.id")
    reported_at: datetime = moment()
    discovered_at: datetime = moment()  # the clock runs from here
    due_at: datetime = moment()
    told: dict[str, Any] = json_column()  # content: the answers of the form
    status: str = "open"  # open | closed
    outcome: str = ""
    notified_on: date | None = None
    closed_at: datetime | None = maybe_moment()
    closed_by: int | None = maybe_ref("member.id", index=False)


class Frozen(Table, table=True):
    """Something that nobody may open while a breach is looked into."""

    __table_args__ = (
        Index("ix_frozen_now", "municipality_id", sqlite_where=text("released_at IS NULL")),
        Index("ix_frozen_breach", "breach_id"),
    )
    id: int = row_id()
    municipality_id: int = ref("municipality.id", index=False)
    breach_id: int = ref("breach.id", index=False)
    kind: str  # contribution | decision | dialog | document | agenda | minutes | message
    subject_id: int = Field(sa_type=BigId)
    frozen_at: datetime = moment()
    released_at: datetime | None = maybe_moment()
    reason: str = ""  # kind of reason why it was released


class RightsRequest(Table, table=True):
    """Somebody asks to see, correct or erase what is kept about them, or objects. Kinds and days only, no words."""

    __table_args__ = (UniqueConstraint("municipality_id", "number"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    number: int
    member_id: int = ref("member.id")  # who passed it on
    kind: str  # access | correction | erasure | objection
    law: str  # gdpr | wpg | wjsg
    case_id: int | None = maybe_ref("group_case.id")
    code: str = ""  # the P-code that it is about
    about_id: int | None = maybe_ref("member.id", index=False)  # the member that it is about
    received_on: date
    due_on: date | None = None  # None: the term of that law is not set here
    first_due_on: date | None = None  # before it was extended
    extended_on: date | None = None
    extended_because: str = ""
    status: str = "open"  # open | decided
    outcome: str = ""
    because: str = ""
    told_on: date | None = None  # when the person heard the answer
    decided_at: datetime | None = maybe_moment()
    decided_by: int | None = maybe_ref("member.id", index=False)
