"""Confirmed answers, version by version. What is latest is what documents are compiled from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    union_all,
    update,
)  # fmt: skip

from conversations.records import ContributionRecord
from conversations.search import written
from storage.names import adds, table
from storage.numbers import next_number
from storage.prepared import Row, prepared
from storage.tables import Answer, Contribution, SignalLink
from storage.transaction import Transaction

K, W, L = table(Contribution), table(Answer), table(SignalLink)

_ADD, _ADD_ANSWER, _ADD_LINK = adds(Contribution), adds(Answer), adds(SignalLink)
_RETIRE = prepared(
    update(K)
    .where(K.c.municipality_id == bindparam("town"), K.c.number == bindparam("of_number"), K.c.is_latest.is_(True))
    .values(is_latest=False)
)
_COLUMNS = (
    K.c.id, K.c.number, K.c.version, K.c.case_id, K.c.stay_id, K.c.assignment_id, K.c.form, K.c.partner_id,
    K.c.member_id,
    K.c.confirmed_at, K.c.is_late, K.c.stays_at_table,
)  # fmt: skip
_JOINED = select(*_COLUMNS, W.c.question, W.c.value).join_from(K, W, W.c.contribution_id == K.c.id, isouter=True)
_LATEST = K.c.is_latest.is_(True)
_THIS_CASE: BindParameter[int] = bindparam("case_id")
_IS_LINKED = and_(L.c.number == K.c.number, L.c.municipality_id == K.c.municipality_id, L.c.case_id == _THIS_CASE)
_NO, _YES = literal_column("0", Integer), literal_column("1", Integer)


def _of_case(*columns: ColumnElement[Any]) -> CompoundSelect[Any]:
    """These columns of the signals that are linked to a case (`is_own` 0), and of what was contributed in it."""
    linked = select(*columns, _NO.label("is_own")).select_from(K).join(L, _IS_LINKED).where(_LATEST)
    own = select(*columns, _YES.label("is_own")).where(K.c.case_id == _THIS_CASE, _LATEST)
    return union_all(linked, own)


_OF_CASE = prepared(_of_case(*_COLUMNS).order_by("is_own", "number"))
_ANSWERS_OF_CASE = prepared(
    select(W.c.contribution_id, W.c.question, W.c.value)
    .where(W.c.contribution_id.in_(select(_of_case(K.c.id).subquery().c.id)))
    .order_by(W.c.contribution_id, W.c.position)
)
_HAS_LINK = exists().where(L.c.number == K.c.number, L.c.municipality_id == K.c.municipality_id)
_OPEN_SIGNALS = prepared(
    _JOINED.where(
        K.c.municipality_id == bindparam("municipality_id"), K.c.form == "1.signal", K.c.is_latest.is_(True),
        K.c.case_id.is_(None), ~_HAS_LINK, W.c.id.is_not(None),
    ).order_by(K.c.number, W.c.position)
)  # fmt: skip
_BY_NUMBER = prepared(
    _JOINED.where(
        K.c.municipality_id == bindparam("municipality_id"), K.c.number == bindparam("number"), K.c.is_latest.is_(True)
    ).order_by(W.c.position)
)
_BY_ID = prepared(_JOINED.where(K.c.id == bindparam("contribution_id")).order_by(W.c.position))
_VERSIONS = prepared(
    _JOINED.where(K.c.municipality_id == bindparam("municipality_id"), K.c.number == bindparam("number")).order_by(
        K.c.version, W.c.position
    )
)
_OF_ASSIGNMENT = prepared(
    select(K.c.number).where(K.c.assignment_id == bindparam("assignment_id"), K.c.is_latest.is_(True))
)
_KEEP_AT_TABLE = prepared(
    update(K)
    .where(K.c.municipality_id == bindparam("town"), K.c.number == bindparam("of_number"))
    .values(stays_at_table=bindparam("stays"))
)
_OF_DIALOG = prepared(select(K.c.id).where(K.c.dialog_id == bindparam("dialog_id")))
_LATEST_OF = prepared(
    _JOINED.where(K.c.id.in_(bindparam("ids", expanding=True)), _LATEST).order_by(K.c.id, W.c.position)
)
_LINKS_OF = prepared(
    select(L.c.number, L.c.case_id).join(
        K, and_(K.c.number == L.c.number, K.c.municipality_id == L.c.municipality_id)
    ).where(K.c.id.in_(bindparam("ids", expanding=True))).order_by(L.c.id)
)  # fmt: skip
_LINKS = prepared(
    select(L.c.number, L.c.case_id).where(
        L.c.municipality_id == bindparam("municipality_id"), or_(L.c.number == bindparam("number"))
    )
)


def add(
    tx: Transaction, *, municipality_id: int, answers: Mapping[str, Any], number: int | None = None, version: int = 1,
    **values: Any,
) -> tuple[int, int]:  # fmt: skip
    """Store confirmed answers; `number` names the contribution that is changed. Gives (id, number)."""
    if number is None:
        number = next_number(tx, municipality_id, "contribution")
    else:
        tx.run(_RETIRE, town=municipality_id, of_number=number)
    made = tx.insert(_ADD, municipality_id=municipality_id, number=number, version=version, is_latest=True, **values)
    tx.many(
        _ADD_ANSWER,
        [
            {
                "municipality_id": municipality_id,
                "contribution_id": made,
                "position": place,
                "question": name,
                "value": value,
            }
            for place, (name, value) in enumerate(answers.items())
        ],
    )
    from storage import search  # noqa: PLC0415  (not needed to start)

    search.put(tx, municipality_id, "contribution", made, " / ".join([f"C-{number}", *written(answers)]))
    return made, number


def link(tx: Transaction, municipality_id: int, number: int, case_id: int, now: datetime) -> None:
    """Say that a signal belongs to a case; saying it twice changes nothing."""
    rows = tx.all(_LINKS, municipality_id=municipality_id, number=number)
    if all(row.case_id != case_id for row in rows):
        tx.insert(_ADD_LINK, municipality_id=municipality_id, number=number, case_id=case_id, linked_at=now)


def of_case(tx: Transaction, case_id: int) -> list[ContributionRecord]:
    """The latest contributions of a case, its linked signals first: two queries, whatever the size."""
    found: dict[int, dict[str, Any]] = {}
    for contribution_id, question, value in tx.all(_ANSWERS_OF_CASE, case_id=case_id):
        found.setdefault(contribution_id, {})[question] = value
    return [
        _record(row, found.get(row.id, {}), () if row.is_own else (case_id,))
        for row in tx.all(_OF_CASE, case_id=case_id)
    ]


def open_signals(tx: Transaction, municipality_id: int) -> list[ContributionRecord]:
    """Signals that belong to no case yet; one whose answers were removed waits for nothing."""
    return _records(tx.all(_OPEN_SIGNALS, municipality_id=municipality_id))


def by_number(tx: Transaction, municipality_id: int, number: int) -> ContributionRecord | None:
    """The latest version of a contribution."""
    found = _records(tx.all(_BY_NUMBER, municipality_id=municipality_id, number=number))
    return found[0] if found else None


def by_id(tx: Transaction, contribution_id: int) -> ContributionRecord | None:
    """One version of a contribution."""
    found = _records(tx.all(_BY_ID, contribution_id=contribution_id))
    return found[0] if found else None


def latest(tx: Transaction, ids: Sequence[int]) -> list[ContributionRecord]:
    """Those of these contributions that no newer version replaced, with the cases that a signal is linked to."""
    linked: dict[int, tuple[int, ...]] = {}
    for row in tx.all(_LINKS_OF, ids=ids):
        linked[row.number] = (*linked.get(row.number, ()), row.case_id)
    found = _records(tx.all(_LATEST_OF, ids=ids))
    return [replace(one, case_ids=linked.get(one.number, ())) for one in found]


def versions(tx: Transaction, municipality_id: int, number: int) -> list[ContributionRecord]:
    """Every version of a contribution, oldest first."""
    return _records(tx.all(_VERSIONS, municipality_id=municipality_id, number=number))


def version(tx: Transaction, municipality_id: int, number: int, which: int) -> ContributionRecord | None:
    """One version of a contribution, with the cases that it is linked to."""
    found = next((one for one in versions(tx, municipality_id, number) if one.version == which), None)
    if found is None:
        return None
    links = tx.all(_LINKS, municipality_id=municipality_id, number=number)
    return replace(found, case_ids=tuple(row.case_id for row in links))


def number_of(tx: Transaction, assignment_id: int) -> int | None:
    """The number of what was contributed for an assignment."""
    row = tx.first(_OF_ASSIGNMENT, assignment_id=assignment_id)
    return None if row is None else row.number


def keep_at_table(tx: Transaction, municipality_id: int, number: int, *, stays: bool) -> None:
    """Say of a contribution, in all versions, whether it goes no further than the table."""
    tx.run(_KEEP_AT_TABLE, town=municipality_id, of_number=number, stays=stays)


def is_stored(tx: Transaction, dialog_id: int) -> bool:
    """Whether this dialog was confirmed before."""
    return tx.first(_OF_DIALOG, dialog_id=dialog_id) is not None


def _records(rows: Iterable[Row]) -> list[ContributionRecord]:
    """One record per contribution from rows of one answer each, which come in order."""
    found: dict[int, tuple[Row, dict[str, Any]]] = {}
    for row in rows:
        answers = found.setdefault(row.id, (row, {}))[1]
        if row.question is not None:
            answers[row.question] = row.value
    return [_record(row, answers, ()) for row, answers in found.values()]


def _record(row: Row, answers: Mapping[str, Any], case_ids: tuple[int, ...]) -> ContributionRecord:
    return ContributionRecord(
        id=row.id, number=row.number, version=row.version, case_id=row.case_id, stay_id=row.stay_id,
        assignment_id=row.assignment_id, form=row.form, partner_id=row.partner_id, member_id=row.member_id,
        confirmed_at=row.confirmed_at, is_late=row.is_late, answers=answers, case_ids=case_ids,
        stays_at_table=row.stays_at_table,
    )  # fmt: skip
