"""Everything that is kept about a case or a member, row by row: for whoever asks what a municipality has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Table, and_, or_, select
from sqlalchemy.sql.expression import ColumnElement
from sqlmodel import SQLModel

from storage.names import table
from storage.rights import is_of
from storage.tables import (
    Action,
    Address,
    AgendaItem,
    Amendment,
    Answer,
    Assignment,
    AuditEntry,
    Breach,
    CasePartner,
    ChatMessage,
    Contribution,
    Decision,
    Dialog,
    Document,
    Due,
    Goal,
    GroupCase,
    LegalHold,
    MeetingLine,
    Member,
    Outbox,
    Paper,
    Partner,
    Pseudonym,
    RightsRequest,
    SignalLink,
    Signature,
    StepStay,
    Task,
    Ticket,
    Tombstone,
    Track,
    WebSession,
)
from storage.traces import opened_by, typed_in
from storage.transaction import Transaction

Rows = list[dict[str, Any]]

K, W, M, P, D = table(Contribution), table(Answer), table(Member), table(Partner), table(Dialog)
H, A = table(ChatMessage), table(Address)
_HIDDEN: Final = frozenset(
    {"municipality_id", "seal", "dedup_key", "lease_until", "changed", "digest"}
)  # bookkeeping alone


def case_rows(tx: Transaction, municipality_id: int, case_id: int, code: str) -> dict[str, Rows]:
    """Everything about a case."""
    of_case: dict[str, type[SQLModel]] = {
        "steps": StepStay, "tasks": Task, "forms": Dialog, "signal_links": SignalLink, "decisions": Decision,
        "actions": Action, "goals": Goal, "tracks": Track, "pseudonyms": Pseudonym, "meeting_lines": MeetingLine,
        "agenda_items": AgendaItem,
        "remarks_on_minutes": Signature, "corrections_of_minutes": Amendment,
        "documents": Document, "messages": Outbox, "breaches": Breach, "requests": RightsRequest,
    }  # fmt: skip
    found = {name: _rows(tx, table(model), table(model).c.case_id == case_id) for name, model in of_case.items()}
    links, tasks = table(SignalLink), [row["id"] for row in found["tasks"]]
    numbers = [row["number"] for row in _rows(tx, links, links.c.case_id == case_id)]
    own = or_(K.c.case_id == case_id, and_(K.c.number.in_(numbers), K.c.municipality_id == municipality_id))
    listed = _contributions(tx, own)
    forms = [row["dialog_id"] for row in listed if row["dialog_id"] is not None]
    found["forms"] += _rows(tx, D, and_(or_(D.c.id.in_(forms), opened_by(case_id)), D.c.case_id.is_(None)))
    ids = [row["id"] for row in found["forms"]]
    typed = [which for dialog_id in ids for which in typed_in(tx, dialog_id)]
    found["conversation"] = _rows(tx, H, or_(H.c.case_id == case_id, H.c.dialog_id.in_(ids), *typed))
    groups, at_table, asked = table(GroupCase), table(CasePartner), table(Assignment)
    return {
        "case": _rows(tx, groups, groups.c.id == case_id),
        "partners": _rows(tx, P, P.c.id.in_(select(at_table.c.partner_id).where(at_table.c.case_id == case_id))),
        "contributions": listed,
        "assignments": _rows(tx, asked, asked.c.task_id.in_(tasks)),
        **found,
        "holds": _holds(tx, "case", case_id),
        "planned": _planned(tx, tasks),
        "audit": _audit(tx, municipality_id, f"case:{case_id}", *(f"contribution:{row['number']}" for row in listed)),
        "removed": _removed(tx, municipality_id, code, *(f"C-{row['number']}" for row in listed)),
    }


def member_rows(tx: Transaction, municipality_id: int, member_id: int, code: str) -> dict[str, Rows]:
    """Everything about a member, and what the member said and did."""
    of_member: dict[str, type[SQLModel]] = {
        "forms": Dialog, "decisions_recorded": Decision, "meeting_lines_recorded": MeetingLine,
        "agenda_items_proposed": AgendaItem, "minutes_signed": Signature, "corrections_recorded": Amendment,
        "papers_sent": Paper, "documents_compiled": Document, "messages": Outbox, "audit": AuditEntry,
        "codes": Ticket, "sessions": WebSession, "breaches_reported": Breach, "requests_passed_on": RightsRequest,
    }  # fmt: skip
    addresses = _rows(tx, A, A.c.member_id == member_id)
    private = [and_(H.c.platform == one["platform"], H.c.address == one["address"]) for one in addresses]
    return {
        "member": _rows(tx, M, M.c.id == member_id),
        "partner": _rows(tx, P, P.c.id.in_(select(M.c.partner_id).where(M.c.id == member_id))),
        "addresses": addresses,
        "contributions": _contributions(tx, K.c.member_id == member_id),
        **{name: _rows(tx, table(model), table(model).c.member_id == member_id) for name, model in of_member.items()},
        "conversation": _rows(tx, H, or_(H.c.member_id == member_id, *private)),
        "holds": _holds(tx, "member", member_id),
        "removed": _removed(tx, municipality_id, code),
    }


LAWS: Final = {"police": "wpg", "prosecution": "wjsg"}  # what an organisation supplies under another law than the GDPR


def labelled(tx: Transaction, municipality_id: int, found: Mapping[str, Rows]) -> dict[str, Rows]:
    """The rows with the law that what an organisation supplied falls under."""
    roles = tx.connection.execute(select(P.c.id, P.c.role).where(P.c.municipality_id == municipality_id))
    laws = {row.id: LAWS.get(row.role, "gdpr") for row in roles}
    return {
        kind: [row | {"law": laws.get(row["partner_id"], "gdpr")} if "partner_id" in row else row for row in rows]
        for kind, rows in found.items()
    }


def code_rows(tx: Transaction, municipality_id: int, case_id: int, case_code: str, code: str) -> dict[str, Rows]:
    """Everything about one P-code of a case, each row with its law: what names the code, and of an answer that is a
    list only the rows about it.
    """
    found = labelled(tx, municipality_id, case_rows(tx, municipality_id, case_id, case_code))
    for row in found["contributions"]:
        row["answers"] = [one | {"value": _about(one["value"], code)} for one in row["answers"] if _names(one, code)]
    kept = {kind: [row for row in rows if _names(row, code)] for kind, rows in found.items()}
    return {kind: rows for kind, rows in kept.items() if rows}


def withheld(found: Mapping[str, Rows]) -> dict[str, Rows]:
    """The same for somebody who may not have what falls under another law: there only that something is kept."""
    return {
        kind: [
            {"withheld": row["law"], "number": row.get("number")} if row.get("law", "gdpr") != "gdpr" else row
            for row in rows
        ]
        for kind, rows in found.items()
    }


def _names(value: Any, code: str) -> bool:
    match value:
        case str():
            return is_of(code, value)
        case Mapping():
            return any(_names(one, code) for one in value.values())
        case list() | tuple():
            return any(_names(one, code) for one in value)
    return False


def _about(value: Any, code: str) -> Any:
    return [one for one in value if _names(one, code)] if isinstance(value, list) else value


def _contributions(tx: Transaction, which: ColumnElement[bool]) -> Rows:
    """Every version, each with its answers."""
    listed = _rows(tx, K, which)
    answers: dict[int, Rows] = {}
    for row in _rows(tx, W, W.c.contribution_id.in_([one["id"] for one in listed])):
        answers.setdefault(row["contribution_id"], []).append({"question": row["question"], "value": row["value"]})
    return [one | {"answers": answers.get(one["id"], [])} for one in listed]


def _holds(tx: Transaction, kind: str, subject_id: int) -> Rows:
    holds = table(LegalHold)
    return _rows(tx, holds, and_(holds.c.kind == kind, holds.c.subject_id == subject_id))


def _planned(tx: Transaction, tasks: Iterable[int]) -> Rows:
    due = table(Due)
    return _rows(tx, due, and_(due.c.kind.in_(["reminder", "overdue"]), due.c.subject_id.in_(list(tasks))))


def _audit(tx: Transaction, municipality_id: int, *subjects: str) -> Rows:
    entries = table(AuditEntry)
    return _rows(tx, entries, and_(entries.c.municipality_id == municipality_id, entries.c.subject.in_(subjects)))


def _removed(tx: Transaction, municipality_id: int, *subjects: str) -> Rows:
    stones = table(Tombstone)
    return _rows(tx, stones, and_(stones.c.municipality_id == municipality_id, stones.c.subject.in_(subjects)))


def _rows(tx: Transaction, of: Table, which: ColumnElement[bool]) -> Rows:
    found = tx.connection.execute(select(of).where(which).order_by(of.c.id)).mappings()
    return [_kept(row) for row in found]


def _kept(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items() if str(name) not in _HIDDEN}
