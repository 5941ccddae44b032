"""Cases on their way through the steps, and what is asked and answered about them."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from storage.columns import BigId, Json
from storage.tables.base import Table, json_column, maybe_moment, maybe_ref, moment, ref, row_id


class GroupCase(Table, table=True):
    """A youth group or fluid network, known by a code."""

    __tablename__: ClassVar[str] = "group_case"
    __table_args__ = (UniqueConstraint("municipality_id", "code"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    code: str
    group_code: str
    place: str
    purpose: str
    status: str = "open"
    step: str
    may_pseudonyms: bool = False
    room_id: int | None = maybe_ref("room.id")
    merged_into: int | None = maybe_ref("group_case.id")
    opened_at: datetime = moment()
    closed_at: datetime | None = maybe_moment()


class CasePartner(Table, table=True):
    """Which partners are at the table of a case; a member sees only the cases of their partner."""

    __tablename__: ClassVar[str] = "case_partner"
    __table_args__ = (UniqueConstraint("case_id", "partner_id"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    case_id: int = ref("group_case.id")
    partner_id: int = ref("partner.id")


class StepStay(Table, table=True):
    """One stay of a case in a step."""

    __tablename__: ClassVar[str] = "step_stay"
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    case_id: int = ref("group_case.id")
    step: str
    entered_at: datetime = moment()
    left_at: datetime | None = maybe_moment()
    exit: str | None = None


class Task(Table, table=True):
    """One form asked in one stay (one card in the room). A new round is a new task."""

    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    case_id: int | None = maybe_ref("group_case.id")
    stay_id: int | None = maybe_ref("step_stay.id")
    step: str
    task: str
    form: str
    kind: str
    is_required: bool = True
    round: int = 1
    meeting_id: int | None = maybe_ref("meeting.id")
    opened_at: datetime = moment()
    due_on: date  # local day; the moment is worked out late, with the municipality's zone
    due_time: str = "17:00"
    status: str = "open"
    card_changed: int = 0


class Assignment(Table, table=True):
    """What one partner gives for one task."""

    __table_args__ = (
        UniqueConstraint("task_id", "partner_id"),
        Index("ix_assignment_open", "partner_id", "status"),
    )
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    task_id: int = ref("task.id")
    partner_id: int = ref("partner.id")
    role: str
    status: str = "open"
    delivered_at: datetime | None = maybe_moment()
    waiver: str | None = None
    member_id: int | None = maybe_ref("member.id")  # who took it on, when that is settled
    due_on: date | None = None  # a later day than the task's own
    due_reason: str = ""
    due_changes: int = 0  # how often a partner asked for another day


class Dialog(Table, table=True):
    """One person filling in one form: a draft until it is confirmed."""

    __table_args__ = (
        Index("ix_dialog_place", "member_id", "place", "is_active"),
        Index("ix_dialog_task", "assignment_id", "member_id"),
        Index("ix_dialog_untouched", "municipality_id", "is_active", "changed_at"),
    )
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    member_id: int = ref("member.id")
    assignment_id: int | None = maybe_ref("assignment.id", index=False)
    case_id: int | None = maybe_ref("group_case.id", index=False)
    form: str
    subject: dict[str, Any] = (
        json_column()
    )  # what the form is about: {"exit": "2A.problematic"}, {"assignment": 7}, {"action": 3}
    place: str  # "private:webchat:wijkagent" or "room:webchat:jgo:thread"
    is_active: bool = True
    status: str = "asking"
    state: dict[str, Any] = json_column()
    version: int = 0
    supersedes: int | None = None  # contribution that is being changed
    changed_at: datetime = moment()


class Contribution(Table, table=True):
    """Confirmed answers. A change is a new row with the same number and the next version."""

    __table_args__ = (
        UniqueConstraint("municipality_id", "number", "version"),
        UniqueConstraint("dialog_id"),
        Index("ix_contribution_case", "case_id", "is_latest"),
    )
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    number: int
    version: int = 1
    is_latest: bool = True
    case_id: int | None = maybe_ref("group_case.id", index=False)
    stay_id: int | None = maybe_ref("step_stay.id")
    assignment_id: int | None = maybe_ref("assignment.id")
    dialog_id: int | None = maybe_ref("dialog.id", index=False)
    form: str
    partner_id: int = ref("partner.id")
    member_id: int = ref("member.id")
    confirmed_at: datetime = moment()
    is_late: bool = False
    stays_at_table: bool = False  # its writer wants it no further than the signatories at this table


class Answer(Table, table=True):
    """One answered question of a contribution, in the form's order."""

    __table_args__ = (UniqueConstraint("contribution_id", "question"),)
    id: int = row_id()
    municipality_id: int = Field(sa_type=BigId)
    contribution_id: int = ref("contribution.id", index=False)
    position: int
    question: str
    value: Any = Field(sa_type=Json, nullable=True)


class SignalLink(Table, table=True):
    """A signal (a contribution of step 1, by number) that belongs to a case."""

    __tablename__: ClassVar[str] = "signal_link"
    __table_args__ = (UniqueConstraint("number", "case_id", "municipality_id"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    number: int
    case_id: int = ref("group_case.id")
    linked_at: datetime = moment()


class Pseudonym(Table, table=True):
    """A P-code with an age band; the key to the person is kept outside."""

    __table_args__ = (UniqueConstraint("case_id", "code"),)
    id: int = row_id()
    municipality_id: int = ref("municipality.id")
    case_id: int = ref("group_case.id")
    code: str
    age_band: str
    part: str = ""
    removed_at: datetime | None = maybe_moment()
    inform_by: date | None = None  # last day of the duty to inform
    inform_state: str = "to_do"  # to_do | informed | deferred
    informed_on: date | None = None
    deferred_because: str = ""  # a kind of reason
    decided_by: str = ""  # a function
    review_on: date | None = None  # when a deferral is looked at again
