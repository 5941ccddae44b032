"""The tables. SQLModel declares them; the hot path runs prepared statements on `Model.__table__`.

Every row carries its municipality. Models with `table=True` do not validate on construction, so whatever comes from
outside is validated by the conversation models before it gets here.
"""

from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData

if TYPE_CHECKING:
    from storage.tables.access import Attempt, Ticket, WebSession
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
    from storage.tables.cycle import Absence, AgendaItem, Amendment, Handover, Paper, Signature
    from storage.tables.oversight import Breach, Frozen, RightsRequest
    from storage.tables.people import Address, Member, Municipality, Partner, Room
    from storage.tables.platforms import Lease, ShortKey
    from storage.tables.queue import (
        AuditAnchor,
        AuditEntry,
        Beat,
        Card,
        ChatMessage,
        Counter,
        Due,
        Inbox,
        Lane,
        LegalHold,
        Nudge,
        Outbox,
        Reference,
        Tombstone,
    )
    from storage.tables.registers import Action, Attendance, Decision, Document, Goal, Meeting, MeetingLine, Track
    from storage.tables.search import Search, SearchEntry

__all__ = [
    "Absence",
    "Action",
    "Address",
    "AgendaItem",
    "Amendment",
    "Answer",
    "Assignment",
    "Attempt",
    "Attendance",
    "AuditAnchor",
    "AuditEntry",
    "Beat",
    "Breach",
    "Card",
    "CasePartner",
    "ChatMessage",
    "Contribution",
    "Counter",
    "Decision",
    "Dialog",
    "Document",
    "Due",
    "Frozen",
    "Goal",
    "GroupCase",
    "Handover",
    "Inbox",
    "Lane",
    "Lease",
    "LegalHold",
    "Meeting",
    "MeetingLine",
    "Member",
    "Municipality",
    "Nudge",
    "Outbox",
    "Paper",
    "Partner",
    "Pseudonym",
    "Reference",
    "RightsRequest",
    "Room",
    "Search",
    "SearchEntry",
    "ShortKey",
    "SignalLink",
    "Signature",
    "StepStay",
    "Task",
    "Ticket",
    "Tombstone",
    "Track",
    "WebSession",
    "metadata",
    "metadata_for",
]

_ROOMS = (
    "platforms",
    "people",
    "queue",
    "cases",
    "registers",
    "cycle",
    "search",
    "access",
    "oversight",
)  # the first three are needed at every start


def __getattr__(name: str) -> Any:
    """A table from its room, which is opened when the first of its tables is asked for."""
    if name == "metadata":
        return metadata_for("sqlite")
    if name in __all__:
        for room in _ROOMS:
            found = getattr(import_module(f"storage.tables.{room}"), name, None)
            if found is not None:
                return found
    raise AttributeError(name)


def metadata_for(dialect: str) -> MetaData:
    """All tables as that database has them. To name what PostgreSQL alone has loads its whole dialect: hence late."""
    for room in _ROOMS:
        import_module(f"storage.tables.{room}")
    from storage.tables.base import metadata as known  # noqa: PLC0415 -- `metadata` here means: with all tables

    if dialect == "postgresql":
        for index in chain.from_iterable(table.indexes for table in known.tables.values()):
            condition = index.dialect_options["sqlite"].get("where")
            if condition is not None:
                index.dialect_kwargs["postgresql_where"] = condition
    return known
