"""What people wrote, column by column, and whose key seals it in a backup: that of the case, or of the smallest thing
that is removed as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, select

from storage.names import table
from storage.retention import GONE
from storage.tables import Action, Amendment, Contribution, Decision, GroupCase, MeetingLine, Task
from storage.transaction import Transaction

# Columns that hold what people wrote. A row of `WHOLE` goes as a whole when it is removed; of others these are emptied.
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "action": ("title", "function", "reason"),
    "address": ("address",),
    "agenda_item": ("title", "reason", "paper"),
    "amendment": ("text",),
    "answer": ("value",),
    "assignment": ("waiver", "due_reason"),
    "breach": ("told",),
    "chat_message": ("body",),
    "decision": ("text", "reason", "conditions", "reference", "dissent"),
    "dialog": ("state",),
    "document": ("model", "texts", "lines"),
    "goal": ("indicator", "baseline", "target"),
    "group_case": ("group_code", "place"),
    "legal_hold": ("reason", "lifted_because"),
    "meeting_line": ("text",),
    "outbox": ("message",),
    "pseudonym": ("code", "age_band", "part", "deferred_because", "decided_by"),
    "rightsrequest": ("code",),
    "search": ("words",),
    "search_entry": ("stems",),
    "signature": ("remark",),
    "track": ("code", "route", "status", "reference"),
}
WHOLE: Final = frozenset(
    {"address", "answer", "chat_message", "document", "outbox", "pseudonym", "search", "search_entry", "track"}
)
_EMPTY: Final[tuple[object, ...]] = (None, "", GONE, {}, [])
_SEARCHED: Final = {
    "decision": table(Decision),
    "action": table(Action),
    "line": table(MeetingLine),
    "amendment": table(Amendment),
}


@dataclass(frozen=True, slots=True)
class Subjects:
    """Of which case, meeting or record a row is."""

    numbers: Mapping[int, int]  # of contributions, by id
    tasks: Mapping[int, int | None]  # their cases
    records: Mapping[tuple[str, int], str]  # what can be found by searching

    @classmethod
    def of(cls, tx: Transaction) -> Subjects:
        """As the database is."""
        k, t = table(Contribution), table(Task)
        numbers = {row.id: row.number for row in tx.connection.execute(select(k.c.id, k.c.number))}
        tasks = {row.id: row.case_id for row in tx.connection.execute(select(t.c.id, t.c.case_id))}
        records = {
            (kind, row.id): _of_record(row, kind)
            for kind, of in _SEARCHED.items()
            for row in tx.connection.execute(select(of.c.id, of.c.case_id, of.c.meeting_id))
        }
        return cls(numbers, tasks, records)

    def subject(self, name: str, row: Any) -> str:
        """Whose key seals what people wrote in this row."""
        own = _OWN.get(name)
        return _of_record(row, name) if own is None else own(self, row)

    def searched(self, row: Any) -> str:
        """Of the record that can be found by it."""
        if row.kind == "contribution":
            return f"contribution:{row.municipality_id}:{self.numbers.get(row.subject_id)}"
        return self.records.get((row.kind, row.subject_id), f"search_entry:{row.id}")

    def asked(self, row: Any) -> str:
        """Of the case of the task."""
        case_id = self.tasks.get(row.task_id)
        return f"assignment:{row.id}" if case_id is None else f"case:{case_id}"


_OWN: Final[Mapping[str, Callable[[Subjects, Any], str]]] = {
    "address": lambda _, row: f"member:{row.member_id}",
    "answer": lambda all_, row: f"contribution:{row.municipality_id}:{all_.numbers.get(row.contribution_id)}",
    "assignment": Subjects.asked,
    "breach": lambda _, row: f"breach:{row.id}",
    "chat_message": lambda _, row: _of_message(row, row.at),
    "dialog": lambda _, row: f"dialog:{row.id}",
    "document": lambda _, row: f"document:{row.id}",
    "group_case": lambda _, row: f"case:{row.id}",
    "legal_hold": lambda _, row: f"{row.kind}:{row.subject_id}",
    "outbox": lambda _, row: _of_message(row, row.created_at),
    "pseudonym": lambda _, row: f"pseudonym:{row.case_id}",
    "rightsrequest": lambda _, row: f"rightsrequest:{row.id}",
    "search": lambda _, row: _of_day(row, row.searched_at),
    "search_entry": Subjects.searched,
    "track": lambda _, row: f"track:{row.case_id}",
}


def _of_record(row: Any, name: str) -> str:
    """Of its case, else of its meeting, else by itself."""
    if row.case_id is not None:
        return f"case:{row.case_id}"
    meeting = getattr(row, "meeting_id", None)
    return f"{name}:{row.id}" if meeting is None else f"meeting:{meeting}"


def _of_message(row: Any, at: datetime) -> str:
    """Of the form that it was said in, else of the case, else of the day."""
    if row.dialog_id is not None:
        return f"dialog:{row.dialog_id}"
    return _of_day(row, at) if row.case_id is None else f"case:{row.case_id}"


def _of_day(row: Any, at: datetime) -> str:
    return f"day:{row.municipality_id}:{at.date().isoformat()}"


def has_words(name: str, row: Any) -> bool:
    """Whether something is left in this row of what people wrote."""
    return name in WHOLE or any(getattr(row, column) not in _EMPTY for column in WORDS[name])


def alive(tx: Transaction, tables: Mapping[str, Table]) -> Iterator[str]:
    """The subjects of which something is left. Of a case that was removed nothing is."""
    subjects = Subjects.of(tx)
    c = table(GroupCase)
    removed = {f"case:{row.id}" for row in tx.connection.execute(select(c.c.id).where(c.c.group_code == GONE))}
    for name, columns in WORDS.items():
        of = tables[name]
        read = [column for column in of.columns if name not in WHOLE or column.name not in columns]
        for row in tx.connection.execute(select(*read)):
            if has_words(name, row) and (subject := subjects.subject(name, row)) not in removed:
                yield subject
