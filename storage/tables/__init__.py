"""The tables. SQLModel declares them; the hot path runs prepared statements on `Model.__table__`.

Every row carries its municipality. Models with `table=True` do not validate on construction, so whatever comes from
outside is validated by the conversation models before it gets here.
"""

from itertools import chain

from sqlalchemy import MetaData

from storage.tables.base import metadata
from storage.tables.cases import (
    Answer,
    Assignment,
    CasePartner,
    Contribution,
    Dialog,
    GroupCase,
    Pseudonym,
    SignalLink,
    StepStay,
    Task,
)
from storage.tables.people import Address, Member, Municipality, Partner, Room
from storage.tables.queue import AuditEntry, Card, ChatMessage, Counter, Due, Inbox, Outbox, Tombstone
from storage.tables.registers import Action, Attendance, Decision, Document, Goal, Meeting, MeetingLine, Track

__all__ = [
    "Action",
    "Address",
    "Answer",
    "Assignment",
    "Attendance",
    "AuditEntry",
    "Card",
    "CasePartner",
    "ChatMessage",
    "Contribution",
    "Counter",
    "Decision",
    "Dialog",
    "Document",
    "Due",
    "Goal",
    "GroupCase",
    "Inbox",
    "Meeting",
    "MeetingLine",
    "Member",
    "Municipality",
    "Outbox",
    "Partner",
    "Pseudonym",
    "Room",
    "SignalLink",
    "StepStay",
    "Task",
    "Tombstone",
    "Track",
    "metadata",
    "metadata_for",
]


def metadata_for(dialect: str) -> MetaData:
    """The tables as that database has them. To name what PostgreSQL alone has loads its whole dialect: hence late."""
    if dialect == "postgresql":
        for index in chain.from_iterable(table.indexes for table in metadata.tables.values()):
            condition = index.dialect_options["sqlite"].get("where")
            if condition is not None:
                index.dialect_kwargs["postgresql_where"] = condition
    return metadata
