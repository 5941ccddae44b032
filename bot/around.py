"""What time brings around a meeting: the rounds of questions before it, the day its agenda goes out, its morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from conversations import deadlines
from conversations.deadlines import Calendar
from conversations.process.workflow import Workflow
from storage import queue
from storage.transaction import Transaction

MORNING: Final = "08:00"
KINDS: Final = ("open_round", "agenda_out", "meeting")
_AHEAD: Final = 30  # working days before a closed day that another date is proposed


@dataclass(frozen=True, slots=True)
class Around:
    """Plans it in one municipality."""

    town: int
    workflow: Workflow
    calendar: Calendar
    zone: str

    def plan(self, tx: Transaction, kind: str, meeting_id: int, day: date, *, sequence: int = 0) -> None:
        """Everything before a meeting. `sequence`: how often it was moved, so that each move plans anew."""
        for number in sorted(self._rounds(kind)):
            self._put(tx, "open_round", meeting_id, self.calendar.add_working_days(day, -number), sequence)
        goes_out = self.workflow.meeting_kind(kind).agenda_goes_out
        self._put(tx, "agenda_out", meeting_id, self.calendar.add_working_days(day, -goes_out), sequence)
        self._put(tx, "meeting", meeting_id, day, sequence)

    def propose(self, tx: Transaction, meeting_id: int, day: date, today: date) -> None:
        """Some time before a day of a series on which nobody works: another date is proposed."""
        self._put(tx, "closed_day", meeting_id, max(today, self.calendar.add_working_days(day, -_AHEAD)), 0)

    def drop(self, tx: Transaction, meeting_id: int) -> None:
        """The meeting was moved or does not take place."""
        for kind in (*KINDS, "closed_day"):
            queue.drop_due(tx, kind, meeting_id)

    def _rounds(self, kind: str) -> set[int]:
        """How many working days before a meeting of this kind its tasks open."""
        return {
            task.opens_before or self.workflow.meeting_kind(kind).tasks_open
            for step in self.workflow.steps
            for task in step.tasks
            if task.opens == "before_meeting" and task.meeting == kind
        }

    def _put(self, tx: Transaction, kind: str, meeting_id: int, day: date, sequence: int) -> None:
        queue.plan(
            tx, municipality_id=self.town, kind=kind, subject_id=meeting_id, day=day, time=MORNING,
            due_at=deadlines.moment(day, MORNING, self.zone), round_=str(sequence) if sequence else "",
        )  # fmt: skip
