"""Delivery: claim, look again whether it is still wanted, put it in the reader's words, send, mark."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.faults import report
from bot.platforms.base import Outbound, Place, Platform, SendError
from bot.present import Presenter
from bot.tenant import Tenant
from conversations.dialog.messages import Message, from_json
from conversations.process.workflow import DataLevel
from storage import cases, history, members, queue
from storage.database import Database
from storage.numbers import next_number
from storage.prepared import Row
from storage.transaction import Transaction

MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
NUDGES = frozenset({"task.reminder", "task.overdue"})


@dataclass(frozen=True, slots=True)
class _Parcel:
    """One row, ready to be sent; `outbound` None when it is no longer wanted."""

    outbound: Outbound | None
    why: str = ""


class Postman:
    """Takes the outbox to the platforms."""

    def __init__(
        self, database: Database, clock: Clock, tenants: Mapping[int, Tenant], platforms: Mapping[str, Platform],
        ceilings: Mapping[str, DataLevel],
    ) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._tenants = tenants
        self._platforms = platforms
        self._ceilings = ceilings

    async def drain(self) -> int:
        """Send until nothing waits now; how many were sent."""
        sent = 0
        while True:
            now = self._clock.now()
            rows = await self._database.perform(lambda tx, now=now: queue.claim(tx, now))  # type: ignore[misc]
            if not rows:
                return sent
            for row in rows:
                sent += await self._deliver(row)

    async def _deliver(self, row: Row) -> int:
        try:
            parcel = self._database.read(lambda tx: self._prepare(tx, row))
        except Exception as error:  # noqa: BLE001 -- a message that cannot be put into words must not hold up the others
            error_id = report(error, outbox=row.id)
            await self._database.perform(lambda tx: queue.mark_dead(tx, row.id, error_id))
            return 0
        if parcel.outbound is None:
            await self._database.perform(lambda tx: queue.mark_dropped(tx, row.id, parcel.why))
            return 0
        return await self._send(row, parcel.outbound)

    async def _send(self, row: Row, outbound: Outbound) -> int:
        platform = self._platforms[row.platform]
        try:
            reference = await platform.send(outbound)
        except SendError as error:
            failure = error  # the name in `except` ends with it, the lambda may not
            await self._database.perform(lambda tx: self._failed(tx, row, failure))
            return 0
        await self._database.perform(lambda tx: self._sent(tx, row, platform, outbound, reference))
        return 1

    # --- in a transaction ---------------------------------------------------------------------------------------------

    def _prepare(self, tx: Transaction, row: Row) -> _Parcel:
        tenant = self._tenants.get(row.municipality_id)
        if tenant is None or row.platform not in self._platforms:
            return _Parcel(None, "no_platform")
        message = from_json(row.message)
        if message.id in NUDGES and not _is_wanted(tx, message, row):
            return _Parcel(None, "done_meanwhile")
        reader = members.person(tx, row.member_id) if row.member_id is not None else None
        if row.member_id is not None and reader is None:
            return _Parcel(None, "member_left")
        presenter = Presenter(tx, tenant, self._clock.now(), self._ceilings)
        place = Place(row.platform, row.address, row.is_private, row.thread)
        presented = presenter.present(message, place=place, reader=reader, dialog_id=row.dialog_id)
        card = queue.card_by_id(tx, row.card_id) if row.card_id is not None else None
        replaces = card.reference if card is not None else None
        return _Parcel(Outbound(row.dedup_key, place, presented, replaces, row.created_at, {"message": message.id}))

    def _sent(self, tx: Transaction, row: Row, platform: Platform, outbound: Outbound, reference: str | None) -> None:
        now = self._clock.now()
        if not platform.keeps_history:
            self._remember(tx, row, outbound)
        queue.mark_sent(tx, row.id, now)
        if row.card_id is not None and outbound.replaces is None and reference is not None:
            queue.card_sent(tx, row.card_id, reference)

    def _remember(self, tx: Transaction, row: Row, outbound: Outbound) -> None:
        """Keep what was said, as ids and values, for a platform without a history of its own."""
        changed = next_number(tx, row.municipality_id, "chat")
        body = {"message": row.message, "dialog": row.dialog_id}
        if outbound.replaces is not None and history.change(tx, outbound.replaces, body, changed):
            return
        history.add(
            tx, municipality_id=row.municipality_id, dedup_key=row.dedup_key, platform=row.platform,
            address=row.address, thread=row.thread, member_id=None, case_id=row.case_id, dialog_id=row.dialog_id,
            body=body, at=row.created_at, changed=changed,
        )  # fmt: skip

    def _failed(self, tx: Transaction, row: Row, failure: SendError) -> None:
        if failure.permanent or row.attempts + 1 >= MOST_ATTEMPTS:
            queue.mark_dead(tx, row.id, failure.code)
            return
        queue.push_on(tx, row.id, self._again_at(row.attempts, failure.retry_after), failure.code)

    def _again_at(self, attempts: int, retry_after: float | None) -> datetime:
        """When to try again: as the platform asks, else with growing, jittered pauses."""
        if retry_after is not None:
            return self._clock.now() + timedelta(seconds=retry_after)
        pause: timedelta = min(FIRST_PAUSE * 2**attempts, LONGEST_PAUSE)
        return self._clock.now() + pause * random.uniform(0.8, 1.2)  # noqa: S311 -- jitter, not a secret


def _is_wanted(tx: Transaction, message: Message, row: Row) -> bool:
    """A nudge is still wanted while the task is open for the reader's partner."""
    task_id = next((int(choice.key[1:].partition(":")[0]) for choice in message.choices if choice.key[0] == "t"), None)
    reader = members.person(tx, row.member_id) if row.member_id is not None else None
    if task_id is None or reader is None:
        return True
    return any(one.status == "open" and one.partner_id == reader.partner_id for one in cases.of_task(tx, task_id))
