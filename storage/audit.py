"""Who did or saw what, and when. Ids and kinds only, never content; each entry is chained to the one before."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import and_, bindparam, delete, func, select, update

from storage.names import adds, table
from storage.prepared import Row, prepared
from storage.tables import AuditAnchor, AuditEntry
from storage.transaction import Transaction

E, ANCHOR = table(AuditEntry), table(AuditAnchor)
BATCH = 1000
FORGOTTEN = "forgotten"  # the act of an entry of which the retention period left only its place in the chain
FORGET = "audit_purged"  # the act that says up to which entry that was done; it is kept itself

_ADD = adds(AuditEntry)
_UNSEALED = prepared(select(E).where(E.c.seal.is_(None)).order_by(E.c.id).limit(bindparam("most")))
_LAST_SEALED = prepared(select(E.c.place, E.c.seal).where(E.c.place.is_not(None)).order_by(E.c.place.desc()).limit(1))
_SEAL = prepared(
    update(E).where(E.c.id == bindparam("which")).values(place=bindparam("at_place"), seal=bindparam("mark"))
)
_ANCHOR = prepared(select(ANCHOR).order_by(ANCHOR.c.id).limit(1))
_DROP_ANCHOR = prepared(delete(ANCHOR).where(ANCHOR.c.id == bindparam("which")))
_ADD_ANCHOR = adds(AuditAnchor)
_OLD = and_(
    E.c.municipality_id == bindparam("municipality_id"), E.c.at < bindparam("before"), E.c.seal.is_not(None),
    E.c.act.not_in([FORGOTTEN, FORGET]),
)  # fmt: skip
_FORGETTABLE = prepared(select(func.count().label("n"), func.max(E.c.id).label("last")).where(_OLD))
_FORGET = prepared(
    update(E)
    .where(
        E.c.municipality_id == bindparam("town"), E.c.at < bindparam("before"), E.c.seal.is_not(None),
        E.c.act.not_in([FORGOTTEN, FORGET]),
    )
    .values(act=FORGOTTEN, member_id=None, subject="", note="")
)  # fmt: skip
_FORGETTINGS = prepared(select(E.c.municipality_id, E.c.subject).where(E.c.act == FORGET, E.c.seal.is_not(None)))
_AFTER = prepared(select(E).where(E.c.place > bindparam("after")).order_by(E.c.place).limit(bindparam("most")))

# What vouches for a text with a secret that outlives the program and is not in the database; "" without one.
Vouch: TypeAlias = Callable[[str], str]
Wrong = Literal["entry", "missing", "end", "anchor", "unsigned"]


def nobody(_text: str) -> str:
    """Vouches for nothing."""
    return ""


@dataclass(frozen=True, slots=True)
class Verified:
    """How far the chain could be followed. `wrong`: an entry does not fit, one is missing, the end is not where it was,
    or what says where the end was is not ours; None: all is well. `entry`: the one that it was found at.
    """

    read: int
    wrong: Wrong | None = None
    entry: int | None = None
    head: str = ""  # see `head`


def note(
    tx: Transaction,
    *,
    municipality_id: int,
    at: datetime,
    member_id: int | None,
    act: str,
    subject: str,
    note: str = "",
) -> None:
    """Write one entry. `note` holds kinds and numbers."""
    tx.insert(_ADD, municipality_id=municipality_id, at=at, member_id=member_id, act=act, subject=subject, note=note)


def seal(tx: Transaction, vouch: Vouch = nobody) -> int:
    """Chain the entries written since the last time; how many. Runs with the housekeeping, so that turns need not wait
    for each other's entry.
    """
    last = tx.first(_LAST_SEALED)
    place, before = (last.place, last.seal) if last else (0, "")
    is_whole = _is_whole(tx, place, before, vouch)
    rows = tx.all(_UNSEALED, most=BATCH)
    for row in rows:
        place += 1
        before = _mark(before, place, row)
        tx.run(_SEAL, which=row.id, at_place=place, mark=before)
    if rows and is_whole:  # an end that is not where it was is never covered up by a new one
        anchor(tx, vouch)
    return len(rows)


def anchor(tx: Transaction, vouch: Vouch, *, anew: bool = False) -> None:
    """Say where the chain ends now. `anew`: vouch for it whatever was there, because a person says so."""
    known, last = tx.first(_ANCHOR), tx.first(_LAST_SEALED)
    if known is not None:
        tx.run(_DROP_ANCHOR, which=known.id)
    if last is not None:
        may_sign = anew or known is None or known.mark != ""  # what was not signed before is signed by a person alone
        tx.insert(_ADD_ANCHOR, place=last.place, seal=last.seal, mark=vouch(_end(last)) if may_sign else "")


def _is_whole(tx: Transaction, place: int, seal_: str, vouch: Vouch) -> bool:
    known = tx.first(_ANCHOR)
    if known is None:
        return place == 0
    if (known.place, known.seal) != (place, seal_):
        return False
    return not known.mark or hmac.compare_digest(known.mark, vouch(_end(known)))


def _end(row: Row) -> str:
    return f"audit:{row.place}:{row.seal}"


def verify(tx: Transaction, vouch: Vouch = nobody, noted: str = "") -> Verified:
    """Follow the chain from its first entry to its end. `noted`: the end as somebody wrote it down before."""
    before, after = "", 0
    forgotten = _forgotten_upto(tx)
    wanted = noted.partition(":")
    while rows := tx.all(_AFTER, after=after, most=BATCH):
        for row in rows:
            if row.place != after + 1:
                return Verified(after, "missing", row.id)
            is_forgotten = row.act == FORGOTTEN and row.id <= forgotten.get(row.municipality_id, 0)
            if row.seal != _mark(before, row.place, row) and not is_forgotten:
                return Verified(after, "entry", row.id)
            if str(row.place) == wanted[0] and not row.seal.startswith(wanted[2]):
                return Verified(after, "entry", row.id)
            before, after = row.seal, row.place
    if noted and int(wanted[0]) > after:
        return Verified(after, "end")
    return Verified(after, _end_is_wrong(tx, after, before, vouch), head=head(tx))


def _end_is_wrong(tx: Transaction, place: int, seal_: str, vouch: Vouch) -> Wrong | None:
    known = tx.first(_ANCHOR)
    if known is None:
        return "end" if place else None
    if (known.place, known.seal) != (place, seal_):
        return "end"
    if not known.mark:
        return "unsigned"
    return None if hmac.compare_digest(known.mark, vouch(_end(known))) else "anchor"


def head(tx: Transaction) -> str:
    """Place and seal of the last entry in the chain, short enough to write down; "" while there is none."""
    last = tx.first(_LAST_SEALED)
    return "" if last is None else f"{last.place}:{last.seal[:16]}"


def forget(tx: Transaction, municipality_id: int, before: datetime, now: datetime) -> int:
    """Take out what sealed entries older than `before` say; their place and seal stay, so that the chain can still be
    followed. How many.
    """
    found = tx.first(_FORGETTABLE, municipality_id=municipality_id, before=before)
    if found is None or not found.n:
        return 0
    tx.run(_FORGET, town=municipality_id, before=before)
    note(
        tx, municipality_id=municipality_id, at=now, member_id=None, act=FORGET, subject=f"audit:{found.last}",
        note=f"{found.n} entries",
    )  # fmt: skip
    return int(found.n)


def _forgotten_upto(tx: Transaction) -> dict[int, int]:
    """Municipality → the last entry of which a sealed entry says that it was forgotten."""
    upto: dict[int, int] = {}
    for row in tx.all(_FORGETTINGS):
        last = int(row.subject.partition(":")[2] or 0)
        upto[row.municipality_id] = max(upto.get(row.municipality_id, 0), last)
    return upto


def _mark(before: str, place: int, row: Row) -> str:
    fields = (
        before,
        place,
        row.id,
        row.municipality_id,
        row.at.isoformat(),
        row.member_id,
        row.act,
        row.subject,
        row.note,
    )
    return hashlib.sha256("\x1f".join(map(str, fields)).encode()).hexdigest()
