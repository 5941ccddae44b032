"""What a replay looks up in the database it played on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.tenant import Tenant
from bot.turns.versions import EXTRACTS
from conversations.documents.render import document
from conversations.meetings.views import View, thaw
from conversations.process.workflow import Workflow
from conversations.records import ActionRecord, CaseRecord, DecisionRecord, StepStay
from storage import cases, registers, replays
from storage.database import Database
from storage.prepared import Row


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """An agenda or minutes, as compiled for whoever asked for it."""

    kind: str
    meeting: str  # short name of the meeting kind, as in a file name
    starts_at: datetime
    view: View
    variant: str = ""  # of minutes that were sent: "v2", "v2-triangle"


def _is_chairs(row: Row) -> bool:
    """Of a version that was sent there is a text for every circle of readers: a replay shows the process lead's."""
    marks = row.circle.split(":")[1] if ":" in row.circle else ""
    return not row.circle or "lc" in marks


def _variant(row: Row) -> str:
    if not row.circle:
        return ""
    return f"v{row.version}-{row.circle}" if row.circle in EXTRACTS else f"v{row.version}"


@dataclass(frozen=True, slots=True)
class CaseStory:
    """A case with its stays, decisions and actions."""

    case: CaseRecord
    stays: tuple[StepStay, ...]
    decisions: tuple[DecisionRecord, ...]
    actions: tuple[ActionRecord, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """One municipality in a database."""

    database: Database
    town: int
    zone: str
    workflow: Workflow
    tenant: Tenant

    def contributions(self) -> int:
        """How many there are, signals included."""
        return self.database.read(lambda tx: replays.contributed(tx, self.town))

    def last_decision(self) -> str:
        """Its number; "" before the first."""
        found = self.database.read(lambda tx: registers.decisions(tx, self.town, self.zone))
        return found[-1].number if found else ""

    def case(self, code: str) -> Row | None:
        """The case with this code."""
        return self.database.read(lambda tx: cases.by_code(tx, self.town, code))

    def newest_document(self, kind: str, meeting: str | None) -> str | None:
        """The Markdown of the newest agenda or minutes (of a meeting kind)."""
        rows = self.database.read(lambda tx: replays.documents(tx, self.town))
        found = [row for row in rows if row.kind == kind and meeting in {None, row.meeting_kind} and _is_chairs(row)]
        return document(thaw(found[-1].model), "md").text if found else None

    def documents(self) -> list[KeptDocument]:
        """Every agenda and minutes, oldest first."""
        return [
            KeptDocument(
                kind=row.kind,
                meeting=self.workflow.meeting_kind(row.meeting_kind).short.nl.casefold(),
                starts_at=row.starts_at,
                view=thaw(row.model),
                variant=_variant(row),
            )
            for row in self.database.read(lambda tx: replays.documents(tx, self.town))
            if _is_chairs(row) or row.circle in EXTRACTS
        ]

    def stories(self) -> list[CaseStory]:
        """Every case, oldest first."""
        return self.database.read(
            lambda tx: [
                CaseStory(
                    case=cases.record(row, self.zone),
                    stays=tuple(cases.stays(tx, row.id, self.zone)),
                    decisions=tuple(registers.decisions_of(tx, row.id, self.zone)),
                    actions=tuple(registers.actions_of(tx, row.id)),
                )
                for row in cases.all_cases(tx, self.town)
            ]
        )
