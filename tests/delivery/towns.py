"""Municipalities in which everybody has one task that is due today, and is to be reminded of it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from bot.app import build_app
from bot.clock import SimulatedClock
from bot.stage import FOLDER
from storage import nudges
from storage.migrate import open_ready
from storage.names import adds, changes, table
from storage.prepared import prepared
from storage.tables import (
    Address,
    Assignment,
    CasePartner,
    Due,
    GroupCase,
    Lane,
    Member,
    Municipality,
    Outbox,
    Partner,
    StepStay,
    Task,
)  # fmt: skip
from tests.delivery.fake_platform import NAME

if TYPE_CHECKING:
    from storage.transaction import Transaction

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))  # a Tuesday
EACH = 50  # members of a municipality

_DUE, _OUT, _LANE, _ASSIGNMENT = table(Due), table(Outbox), table(Lane), table(Assignment)
_SETTINGS = prepared(select(table(Municipality).c.settings))
_TO_COME = select(_DUE.c.id).where(
    _DUE.c.kind == "bundle", _DUE.c.subject_id == bindparam("member"), _DUE.c.status == "waiting"
)
_WAITING_DUE = prepared(_TO_COME, postgresql=_TO_COME.with_for_update())
_IN_OUTBOX = prepared(select(_OUT.c.status, _OUT.c.lane_id).where(_OUT.c.address == bindparam("address")))
_FREE_LANE = select(_LANE.c.id).where(_LANE.c.id == bindparam("lane"), _LANE.c.holder.is_(None))
_FREE = prepared(_FREE_LANE, postgresql=_FREE_LANE.with_for_update())
_LEFT = prepared(select(_DUE.c.id).where(_DUE.c.status == "waiting").limit(1))
_UNSENT = prepared(select(_OUT.c.id).where(_OUT.c.status == "waiting").limit(1))
_STATUSES = prepared(select(_OUT.c.address, _OUT.c.status, _OUT.c.error, _OUT.c.attempts))
_FAILED = prepared(select(_DUE.c.id).where(_DUE.c.status.like("failed%")))


@dataclass(frozen=True, slots=True)
class Asked:
    """A task, and who is reminded of it."""

    task: int
    member: int


def fill(url: str, count: int) -> dict[str, Asked]:
    """`count` reminders that are due at NOW; address → who is asked what."""
    with open_ready(url) as database:
        build_app(database=database, clock=SimulatedClock(NOW)).set_up(FOLDER)
        database.write(lambda tx: tx.connection.exec_driver_sql("DELETE FROM due"))
        found: dict[str, Asked] = {}
        for number in range(-(-count // EACH)):
            size = min(EACH, count - number * EACH)
            found |= database.write(partial(_town, number=number, size=size))
    return found


def _town(tx: Transaction, number: int, size: int) -> dict[str, Asked]:
    settings = tx.first(_SETTINGS)
    assert settings is not None
    town = tx.insert(
        adds(Municipality), code=f"town{number}", name=f"Gemeente {number}", zone="Europe/Amsterdam", language="nl",
        settings=settings.settings,
    )  # fmt: skip
    case = tx.insert(
        adds(GroupCase), municipality_id=town, code=f"T{number}", group_code="groep", place="de kade",
        purpose="behaviour", status="open", step="2A", may_pseudonyms=False, opened_at=NOW,
    )  # fmt: skip
    stay = tx.insert(adds(StepStay), municipality_id=town, case_id=case, step="2A", entered_at=NOW)
    return dict(_asked(tx, town, case, stay, f"{number}-{one}") for one in range(size))


def _asked(tx: Transaction, town: int, case: int, stay: int, name: str) -> tuple[str, Asked]:
    partner = tx.insert(
        adds(Partner), municipality_id=town, code=f"p{name}", name=f"Partner {name}", role="police",
        terms=[], is_active=True,
    )  # fmt: skip
    member = tx.insert(
        adds(Member), municipality_id=town, partner_id=partner, code=f"m{name}", function="wijkagent", roles=[],
        language="nl", is_active=True,
    )  # fmt: skip
    values: dict[str, Any] = {"platform": NAME, "address": f"D{name}", "is_reachable": True}
    tx.insert(adds(Address), municipality_id=town, member_id=member, **values)
    tx.insert(adds(CasePartner), municipality_id=town, case_id=case, partner_id=partner)
    task = tx.insert(
        adds(Task), municipality_id=town, case_id=case, stay_id=stay, step="2A", task="assess", form="2A.assess",
        kind="each_of", is_required=True, round=1, opened_at=NOW, due_on=NOW.date(), due_time="17:00", status="open",
        card_changed=0,
    )  # fmt: skip
    assignment = tx.insert(
        adds(Assignment), municipality_id=town, task_id=task, partner_id=partner, role="police", status="open"
    )
    subject = f"assignment:{assignment}"
    nudges.add(
        tx, municipality_id=town, dedup_key=f"{subject}:{NOW.date()}:today:{member}", member_id=member, kind="today",
        audience="owner", subject=subject, local_day=NOW.date(), planned_at=NOW,
    )  # fmt: skip
    nudges.plan_message(tx, town, member, NOW.date(), "10:00", NOW)
    return f"D{name}", Asked(task, member)


_CLOSE = prepared(
    table(Assignment).update().where(_ASSIGNMENT.c.task_id == bindparam("task")).values(status="delivered")
)


def answer(tx: Transaction, address: str, asked: Asked) -> bool:
    """Answer it, unless its reminder was sent or is in somebody's hands at this moment; whether it was answered."""
    if tx.first(_WAITING_DUE, member=asked.member) is None:
        message = tx.first(_IN_OUTBOX, address=address)
        if message is None or message.status != "waiting" or message.lane_id is None:
            return False
        if tx.first(_FREE, lane=message.lane_id) is None:
            return False
    tx.run(_CLOSE, task=asked.task)
    tx.run(changes(Task), which=asked.task, status="closed")
    return True


def is_all_done(tx: Transaction) -> bool:
    return tx.first(_LEFT) is None and tx.first(_UNSENT) is None


def statuses(tx: Transaction) -> list[Any]:
    return tx.all(_STATUSES)


def failed(tx: Transaction) -> list[Any]:
    return tx.all(_FAILED)
