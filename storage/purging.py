"""The purge: what is past the municipality's periods goes, but for what is on hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from conversations.process.case import RUNNING
from storage import audit, holds
from storage.names import table
from storage.prepared import prepared
from storage.retention import GONE, NOT_PROBLEMATIC, Eraser
from storage.tables import GroupCase
from storage.transaction import Transaction

C = table(GroupCase)
_CLOSED = prepared(
    select(C.c.id, C.c.code, C.c.status, C.c.closed_at)
    .where(
        C.c.municipality_id == bindparam("town"), C.c.closed_at.is_not(None), C.c.status.not_in(RUNNING),
        C.c.group_code != GONE,
    )
    .order_by(C.c.closed_at, C.c.id)
)  # fmt: skip

RULES = (
    "signals_without_follow_up_days", "not_problematic_days", "removed_pseudonym_days", "closed_case_days",
    "minutes_days", "audit_days",
)  # fmt: skip


def purge(
    tx: Transaction, municipality_id: int, periods: Mapping[str, int | None], now: datetime
) -> dict[str, Counter[str] | None]:
    """Remove what is past its period; per rule what was removed, None where the municipality has set no period."""
    if tx.dialect == "sqlite":
        tx.connection.exec_driver_sql("PRAGMA secure_delete=ON")  # what is removed is written over
    done: dict[str, Counter[str] | None] = {}
    for rule in RULES:
        days = periods.get(rule)
        if days is None:
            done[rule] = None
            continue
        eraser = Eraser(tx, municipality_id, now)
        _apply(eraser, rule, now - timedelta(days=days), keeps_minutes=periods.get("minutes_days") is not None)
        done[rule] = +eraser.counts
    removed = {rule: sum(counts.values()) for rule, counts in done.items() if counts}
    if removed:
        audit.note(
            tx, municipality_id=municipality_id, at=now, member_id=None, act="purged",
            subject=f"municipality:{municipality_id}", note=", ".join(f"{rule} {n}" for rule, n in removed.items()),
        )  # fmt: skip
    if tx.dialect == "sqlite":
        tx.connection.exec_driver_sql("PRAGMA secure_delete=OFF")
    return done


def _apply(eraser: Eraser, rule: str, before: datetime, *, keeps_minutes: bool) -> None:
    match rule:
        case "signals_without_follow_up_days":
            eraser.signals(before)
        case "not_problematic_days":
            eraser.closed_cases(before, rule, is_not_problematic=True, keeps_minutes=keeps_minutes)
        case "removed_pseudonym_days":
            eraser.removed_codes(before)
        case "closed_case_days":
            eraser.closed_cases(before, rule, is_not_problematic=False, keeps_minutes=keeps_minutes)
            eraser.loose_talk(before)
        case "minutes_days":
            eraser.papers(before)
        case "audit_days":
            eraser.oversight(before)
            if not holds.of_town(eraser.tx, eraser.town):  # who saw and did what may be what it is about
                eraser.counts["audit entries"] += audit.forget(eraser.tx, eraser.town, before, eraser.now)


@dataclass(frozen=True, slots=True)
class Planned:
    """A closed case, and the first day on which it is past its period. None: that period is not set."""

    code: str
    purge_on: date | None
    is_held: bool


def rule_of(status: str) -> str:
    """Which period is that of a case which left the process with this status."""
    return "not_problematic_days" if status == NOT_PROBLEMATIC else "closed_case_days"


def day_after(closed_at: datetime, days: int | None, zone: str) -> date | None:
    """The first day whose purge, in the night, finds the period over."""
    if days is None:
        return None
    return (closed_at + timedelta(days=days)).astimezone(ZoneInfo(zone)).date() + timedelta(days=1)


def planned(tx: Transaction, municipality_id: int, periods: Mapping[str, int | None], zone: str) -> Iterator[Planned]:
    """The closed cases of which words are kept, first the one that goes first."""
    held = {row.subject_id for row in holds.of_town(tx, municipality_id) if row.kind == "case"}
    for row in tx.all(_CLOSED, town=municipality_id):
        day = day_after(row.closed_at, periods.get(rule_of(row.status)), zone)
        yield Planned(row.code, day, row.id in held)
