"""Requests of people concerned, and carrying out what was granted: a code that is forgotten wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Table, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.sql.expression import ColumnElement

from conversations.privacy.visibility import P_CODE, without_codes
from storage import search
from storage.names import adds, changes, table
from storage.numbers import next_number
from storage.prepared import Row, prepared
from storage.tables import (
    Action,
    AgendaItem,
    Amendment,
    Answer,
    ChatMessage,
    Contribution,
    Decision,
    Dialog,
    Document,
    Goal,
    MeetingLine,
    RightsRequest,
    SignalLink,
    Signature,
)
from storage.traces import mentions, typed_in
from storage.transaction import Transaction

R, K, LINK, DOC, H, DIALOG = (
    table(RightsRequest), table(Contribution), table(SignalLink), table(Document), table(ChatMessage), table(Dialog),
)  # fmt: skip
CHANGE = changes(RightsRequest)
_ADD = adds(RightsRequest)
_BY_ID = prepared(select(R).where(R.c.id == bindparam("request_id")))
_NEWEST = prepared(
    select(R).where(R.c.municipality_id == bindparam("town")).order_by(R.c.id.desc()).limit(bindparam("most"))
)
# Where people write, of a case: the table, its columns of content, and what it is called in the index of words.
_WRITTEN: Final[tuple[tuple[type[Any], tuple[str, ...], Any], ...]] = (
    (Decision, ("text", "reason", "conditions", "reference", "dissent"), "decision"),
    (Action, ("title", "function", "reason"), "action"),
    (Goal, ("indicator", "baseline", "target"), None),
    (MeetingLine, ("text",), "line"),
    (AgendaItem, ("title", "reason", "paper"), None),
    (Signature, ("remark",), None),
    (Amendment, ("text",), "amendment"),
)


def add(tx: Transaction, municipality_id: int, **values: Any) -> tuple[int, int]:
    """A new request: its id and number."""
    number = next_number(tx, municipality_id, "request")
    return tx.insert(_ADD, municipality_id=municipality_id, number=number, **values), number


def by_id(tx: Transaction, request_id: int) -> Row | None:
    """One request."""
    return tx.first(_BY_ID, request_id=request_id)


def newest(tx: Transaction, town: int, most: int) -> list[Row]:
    """The last that came in."""
    return tx.all(_NEWEST, town=town, most=most)


# --- forgetting a code ------------------------------------------------------------------------------------------------


def is_of(code: str, text: str) -> bool:
    """Whether a text names this code, however it is written."""
    return any(_same(code, found[0]) for found in P_CODE.finditer(text))


def _same(code: str, written: str) -> bool:
    return int(re.sub(r"\D", "", written)) == int(re.sub(r"\D", "", code))


def without(value: Any, code: str, language: str) -> Any:
    """A stored value in which nothing names this code: rows about it are gone, in texts stands a neutral phrase."""
    match value:
        case str():
            return P_CODE.sub(
                lambda found: without_codes(found[0], language) if _same(code, found[0]) else found[0], value
            )
        case list():
            return [without(one, code, language) for one in value if not _is_row_of(one, code)]
        case dict():
            return {key: without(one, code, language) for key, one in value.items()}
    return value


def _is_row_of(value: Any, code: str) -> bool:
    return isinstance(value, dict) and value.get("key") == code


def forget_code(tx: Transaction, case_id: int, case_code: str, code: str, language: str) -> int:
    """Take a code out of everything that was written about its case; in how many places it stood. Pages that were
    compiled with it go whole.
    """
    count = _in_answers(tx, case_id, code, language)
    for model, columns, kind in _WRITTEN:
        of = table(model)
        touched = _in_rows(tx, of, columns, of.c.case_id == case_id, code, language)
        if kind is not None and touched:
            search.forget(tx, kind, touched)
        count += len(touched)
    count += len(_in_rows(tx, DIALOG, ("state", "subject"), DIALOG.c.case_id == case_id, code, language))
    count += len(_in_rows(tx, H, ("body",), or_(*_talk(tx, case_id)), code, language))
    return count + _documents(tx, case_id, case_code, code)


def _talk(tx: Transaction, case_id: int) -> list[ColumnElement[bool]]:
    """Which chat messages are about the case: said so, typed in its forms, or recorded as a line of a meeting."""
    forms = list(tx.connection.execute(select(DIALOG.c.id).where(DIALOG.c.case_id == case_id)).scalars())
    recorded = table(MeetingLine)
    line = exists().where(
        recorded.c.case_id == case_id, recorded.c.member_id == H.c.member_id, recorded.c.recorded_at == H.c.at
    )
    typed = [which for dialog_id in forms for which in typed_in(tx, dialog_id)]
    return [H.c.case_id == case_id, H.c.dialog_id.in_(forms), line, *typed]


def _in_answers(tx: Transaction, case_id: int, code: str, language: str) -> int:
    linked = select(LINK.c.number).where(LINK.c.case_id == case_id)
    town = select(LINK.c.municipality_id).where(LINK.c.case_id == case_id)
    own = or_(K.c.case_id == case_id, and_(K.c.number.in_(linked), K.c.municipality_id.in_(town)))
    ids = [row.id for row in tx.connection.execute(select(K.c.id).where(own))]
    answers = table(Answer)
    touched = _in_rows(tx, answers, ("value",), answers.c.contribution_id.in_(ids), code, language)
    if touched:
        written = select(answers.c.contribution_id).where(answers.c.id.in_(touched))
        search.forget(tx, "contribution", [row[0] for row in tx.connection.execute(written)])
    return len(touched)


def _in_rows(
    tx: Transaction, of: Table, columns: Iterable[str], which: ColumnElement[bool], code: str, language: str
) -> list[int]:
    touched = []
    for row in list(tx.connection.execute(select(of).where(which)).mappings()):
        changed = {name: without(row[name], code, language) for name in columns}
        if any(changed[name] != row[name] for name in columns):
            tx.connection.execute(update(of).where(of.c.id == row["id"]).values(**changed))
            touched.append(row["id"])
    return touched


def _documents(tx: Transaction, case_id: int, case_code: str, code: str) -> int:
    town = tx.connection.execute(select(K.c.municipality_id).where(K.c.case_id == case_id).limit(1)).scalar()
    about = and_(DOC.c.municipality_id == town, or_(DOC.c.case_id == case_id, mentions(case_id, case_code)))
    gone = [
        row.id
        for row in list(tx.connection.execute(select(DOC.c.id, DOC.c.model, DOC.c.texts).where(about)))
        if without(row.model, code, "nl") != row.model or without(row.texts, code, "nl") != row.texts
    ]
    signed = table(Signature)
    tx.connection.execute(update(signed).where(signed.c.document_id.in_(gone)).values(document_id=None))
    tx.connection.execute(delete(DOC).where(DOC.c.id.in_(gone)))
    return len(gone)
