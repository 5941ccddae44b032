"""Legal holds: cases and members of which nothing may be removed for now, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Select, bindparam, select, update

from storage.names import adds, table
from storage.prepared import Row, prepared
from storage.tables import Contribution, GroupCase, LegalHold, Member, SignalLink
from storage.transaction import Transaction

Kind = Literal["case", "member"]

H, C, M = table(LegalHold), table(GroupCase), table(Member)
K, LINK = table(Contribution), table(SignalLink)
_ADD = adds(LegalHold)
_OF = prepared(
    select(H).where(H.c.kind == bindparam("kind"), H.c.subject_id == bindparam("of"), H.c.lifted_at.is_(None))
)
_LIFT = prepared(
    update(H)
    .where(H.c.kind == bindparam("of_kind"), H.c.subject_id == bindparam("of"), H.c.lifted_at.is_(None))
    .values(lifted_at=bindparam("now"), lifted_because=bindparam("because"))
)
_ALL = prepared(
    select(H.c.kind, H.c.subject_id, H.c.reason, H.c.set_at, C.c.code.label("case_code"), M.c.code.label("member_code"))
    .outerjoin(C, (C.c.id == H.c.subject_id) & (H.c.kind == "case"))
    .outerjoin(M, (M.c.id == H.c.subject_id) & (H.c.kind == "member"))
    .where(H.c.municipality_id == bindparam("town"), H.c.lifted_at.is_(None))
    .order_by(H.c.id)
)
_GIVEN = prepared(
    select(K.c.case_id, K.c.member_id).where(
        K.c.municipality_id == bindparam("town"), K.c.number == bindparam("number")
    )
)
_LINKED = prepared(
    select(LINK.c.case_id).where(LINK.c.municipality_id == bindparam("town"), LINK.c.number == bindparam("number"))
)


class HeldError(Exception):
    """What was to be removed is on hold. `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__("it is on hold")
        self.reason = reason


def put(tx: Transaction, municipality_id: int, kind: Kind, subject_id: int, reason: str, now: datetime) -> bool:
    """Hold it; False when it was held already."""
    if held(tx, kind, subject_id) is not None:
        return False
    tx.insert(
        _ADD, municipality_id=municipality_id, kind=kind, subject_id=subject_id, reason=reason, set_at=now,
        lifted_because="",
    )  # fmt: skip
    return True


def lift(tx: Transaction, kind: Kind, subject_id: int, because: str, now: datetime) -> bool:
    """Let go of it; False when it was not held."""
    return tx.run(_LIFT, of_kind=kind, of=subject_id, now=now, because=because) > 0


def held(tx: Transaction, kind: Kind, subject_id: int) -> str | None:
    """Why it is held; None when it is not."""
    row = tx.first(_OF, kind=kind, of=subject_id)
    return None if row is None else str(row.reason)


def refuse(tx: Transaction, kind: Kind, subject_id: int) -> None:
    """HeldError when it is held."""
    if (reason := held(tx, kind, subject_id)) is not None:
        raise HeldError(reason)


def refuse_contribution(tx: Transaction, municipality_id: int, number: int) -> None:
    """HeldError when a case that it belongs to, or who gave it, is held."""
    given = tx.all(_GIVEN, town=municipality_id, number=number)
    linked = tx.all(_LINKED, town=municipality_id, number=number)
    for case_id in {row.case_id for row in (*given, *linked)} - {None}:
        refuse(tx, "case", case_id)
    for member_id in {row.member_id for row in given}:
        refuse(tx, "member", member_id)


def of_town(tx: Transaction, municipality_id: int) -> list[Row]:
    """Everything that is held, with the codes of cases and members."""
    return tx.all(_ALL, town=municipality_id)


def ids(municipality_id: int, kind: Kind) -> Select[tuple[int]]:
    """A query for the ids of what is held of this kind."""
    return select(H.c.subject_id).where(
        H.c.municipality_id == municipality_id, H.c.kind == kind, H.c.lifted_at.is_(None)
    )
