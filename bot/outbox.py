"""Delivery: claim, look again whether it is still wanted, put it in the reader's words, send, mark."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot import unreachable
from bot.clock import Clock
from bot.delivery import Delivery
from bot.faults import report
from bot.meter import Meter
from bot.platforms.base import Outbound, Place, Platform, SendError
from bot.present import Presenter
from bot.tenant import Tenant
from bot.turns.turn import Turn
from bot.wanted import NUDGE, why_not
from conversations.dialog.messages import from_json
from conversations.process.workflow import DataLevel
from storage import history, lanes, members, queue
from storage.database import Database, DatabaseError
from storage.lanes import Claim, Held
from storage.numbers import next_number
from storage.prepared import Row
from storage.transaction import Transaction

QUIET = "quiet"
LONGEST_WAIT = timedelta(days=1)  # for a platform that keeps asking for patience


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one message: how to write that down, and when its lane may go on (None: at its next turn)."""

    note: Callable[[Transaction], None]
    again_at: datetime | None = None
    sent: int = 0


class _UnderWay:
    """Conversations in hand on platforms at the other end of a network: of each platform so many at the same time."""

    def __init__(self, platforms: Iterable[str], at_once: int) -> None:
        self.tasks: dict[asyncio.Task[int], str] = {}
        self._most = at_once
        self._at_once = {name: asyncio.Semaphore(at_once) for name in platforms}

    def free(self) -> frozenset[str]:
        """The platforms of which more may be taken up."""
        busy = Counter(self.tasks.values())
        return frozenset(name for name in self._at_once if busy[name] < self._most)

    def begin(self, platform: str, work: Coroutine[Any, Any, int]) -> None:
        """As soon as there is room."""
        self.tasks[asyncio.create_task(self._in_turn(platform, work))] = platform

    async def _in_turn(self, platform: str, work: Coroutine[Any, Any, int]) -> int:
        async with self._at_once[platform]:
            return await work

    async def some(self, seconds: float) -> int:
        """Wait until something is done, so many seconds at most; how many messages were sent."""
        done, _ = await asyncio.wait(self.tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            self.tasks.pop(one)
        return sum(one.result() for one in done)

    async def rest(self) -> int:
        """Wait for all that is left, then raise what went wrong."""
        left, self.tasks = self.tasks, {}
        found = await asyncio.gather(*left, return_exceptions=True)
        for result in found:
            if isinstance(result, BaseException):
                raise result
        return sum(result for result in found if isinstance(result, int))


class Postman:
    """Takes the outbox to the platforms."""

    def __init__(
        self, database: Database, clock: Clock, tenants: Mapping[int, Tenant], platforms: Mapping[str, Platform],
        ceilings: Mapping[str, DataLevel], delivery: Delivery | None = None,
        meter: Meter | None = None,
    ) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._tenants = tenants
        self._platforms = platforms
        self._ceilings = ceilings
        self._delivery = delivery or Delivery()
        self._meter = meter or Meter()
        limits = {name: one.limits for name, one in platforms.items()}
        self._claim = Claim(secrets.token_hex(8), self._delivery.lease, limits)
        self._is_stopping = False

    def stop(self) -> None:
        """Take nothing up any more; what is under way is finished, the rest is left to others."""
        self._is_stopping = True

    async def drain(self) -> int:
        """Send until nothing may be sent now; how many were sent.

        What others wait for is taken up while something is still under way: who gets no answer holds up nobody else.
        """
        under_way = _UnderWay(self._platforms, self._delivery.side_by_side)
        sent = 0
        try:
            while not self._is_stopping:
                held = await self._take(under_way.free())
                for one in held:
                    platform = one.rows[0].platform
                    if self._platforms[platform].limits:
                        under_way.begin(platform, self._lane(one))
                    else:  # embedded: it has only to be told
                        sent += await self._lane(one)
                if not held and not under_way.tasks:
                    break
                if not held or not under_way.free():
                    sent += await under_way.some(self._delivery.beat_seconds)
        finally:
            sent += await under_way.rest()
        return sent

    async def _take(self, among: frozenset[str]) -> list[Held]:
        if not among:
            return []
        now = self._clock.now()
        return await self._database.perform(
            lambda tx: lanes.claim(tx, now, self._claim, among=among), locks_itself=True
        )

    def next_turn(self) -> datetime | None:
        """The first moment at which there is something to send."""
        return self._database.read(lambda tx: lanes.next_turn(tx, tuple(self._platforms)))

    # --- lanes --------------------------------------------------------------------------------------------------------

    async def _lane(self, held: Held) -> int:
        """The messages of a lane in their order, until one must wait or the lease ends."""
        sent = 0
        for row in held.rows:
            if self._is_stopping or self._clock.now() >= held.until:
                break
            outcome = await self._attempt(row, held)
            sent += outcome.sent
            is_last = outcome.again_at is not None or row is held.rows[-1]
            await self._database.perform(partial(_note, outcome=outcome, held=held, last=is_last), locks_itself=True)
            if is_last:
                return sent
        await self._database.perform(lambda tx: lanes.release(tx, held, held.then), locks_itself=True)
        return sent

    async def _attempt(self, row: Row, held: Held) -> _Outcome:
        try:
            outbound = await self._look(partial(self._prepare, row=row))
        except DatabaseError:
            raise  # it is not the message's fault
        except Exception as error:  # noqa: BLE001 -- a message that cannot be put into words must not hold up the others
            error_id = report(error, outbox=row.id)
            return _Outcome(lambda tx: queue.mark_dead(tx, row.id, error_id))
        if outbound == QUIET:
            return _Outcome(partial(self._put_back, row=row))
        if isinstance(outbound, str):
            why = outbound
            self._meter.sends["dropped"] += 1
            return _Outcome(lambda tx: queue.mark_dropped(tx, row.id, why))
        if self._clock.now() >= held.until:  # stopped for long since it was looked at: somebody else has it now
            return _Outcome(_leave, again_at=self._clock.now())
        return await self._send(row, outbound)

    async def _look(self, work: Callable[[Transaction], Outbound | str]) -> Outbound | str:
        """Read; away from the event loop where that means waiting for a server."""
        if self._database.keeps_order:
            return self._database.read(work)
        return await asyncio.to_thread(self._database.read, work)

    async def _send(self, row: Row, outbound: Outbound) -> _Outcome:
        platform = self._platforms[row.platform]
        try:
            async with asyncio.timeout(self._delivery.send_seconds):
                reference = await platform.send(outbound)
        except SendError as error:
            return self._failed(row, error)
        except TimeoutError:
            return self._failed(row, SendError("timeout"))
        except Exception as error:  # noqa: BLE001 -- an adapter's fault must not hold up other conversations
            return self._failed(row, SendError(report(error, outbox=row.id)))
        return _Outcome(lambda tx: self._sent(tx, row, platform, outbound, reference), sent=1)

    # --- in a transaction ---------------------------------------------------------------------------------------------

    def _prepare(self, tx: Transaction, row: Row) -> Outbound | str:
        """The message as it is sent, or a code for why it is not wanted any more."""
        tenant = self._tenants.get(row.municipality_id)
        if tenant is None:
            return "no_municipality"
        message, now = from_json(row.message), self._clock.now()
        if (why := why_not(tx, message, row, now)) is not None:
            return why
        if not row.is_private and (room := members.room_at(tx, row.platform, row.address)) and room.is_gone:
            return "room_gone"
        reader = members.person(tx, row.member_id) if row.member_id is not None else None
        if row.member_id is not None and reader is None:
            return "member_left"
        is_own = ">" not in row.dedup_key  # not sent on to a stand-in
        if message.id == NUDGE and is_own and reader is not None and self._is_quiet(tx, tenant, reader.member_id):
            return QUIET
        presenter = Presenter(tx, tenant, now, self._ceilings)
        place = Place(row.platform, row.address, row.is_private, row.thread)
        if presenter.level_at(place) is DataLevel.NONE:
            return "ceiling"
        presented = presenter.present(message, place=place, reader=reader, dialog_id=row.dialog_id)
        card = queue.card_by_id(tx, row.card_id) if row.card_id is not None else None
        replaces = card.reference if card is not None else None
        context = {"message": message.id}
        language = tenant.language if reader is None else reader.language
        return Outbound(
            row.dedup_key, place, presented, replaces, row.created_at, row.reacts_to, context=context, language=language
        )  # fmt: skip

    def _is_quiet(self, tx: Transaction, tenant: Tenant, member_id: int) -> bool:
        """Whether a reminder that waited to be sent has run into the reader's quiet hours."""
        from bot.turns import ladders  # noqa: PLC0415 -- not needed to start

        return ladders.held_until(Turn(tx, tenant, self._clock.now(), ""), member_id) is not None

    def _put_back(self, tx: Transaction, row: Row) -> None:
        from bot.turns import ladders  # noqa: PLC0415 -- not needed to start

        queue.mark_dropped(tx, row.id, QUIET)
        turn = Turn(tx, self._tenants[row.municipality_id], self._clock.now(), f"outbox:{row.id}")
        ladders.put_back(turn, row.member_id, row.dedup_key)

    def _sent(self, tx: Transaction, row: Row, platform: Platform, outbound: Outbound, reference: str | None) -> None:
        now = self._clock.now()
        self._meter.sends["sent"] += 1
        self._meter.sending.add(max(0.0, (now - row.created_at).total_seconds()))
        if not platform.keeps_history:
            self._remember(tx, row, outbound)
        queue.mark_sent(tx, row.id, now)
        if row.card_id is not None and reference is not None and reference != outbound.replaces:
            queue.card_sent(tx, row.card_id, reference)

    def _remember(self, tx: Transaction, row: Row, outbound: Outbound) -> None:
        """Keep what was said, as ids and values, for a platform without a history of its own."""
        changed = next_number(tx, row.municipality_id, "chat")
        if outbound.reacts_to is not None:
            history.react(tx, outbound.reacts_to, row.message, changed)
            return
        body = {"message": row.message, "dialog": row.dialog_id}
        if outbound.replaces is not None and history.change(tx, outbound.replaces, body, changed):
            return
        history.add(
            tx, municipality_id=row.municipality_id, dedup_key=row.dedup_key, platform=row.platform,
            address=row.address, thread=row.thread, member_id=None, case_id=row.case_id, dialog_id=row.dialog_id,
            body=body, at=row.created_at, changed=changed,
        )  # fmt: skip

    def _failed(self, row: Row, failure: SendError) -> _Outcome:
        """It was not taken: never, or not now."""
        self._meter.sends["refused" if failure.permanent else "put_off"] += 1
        now = self._clock.now()
        if failure.retry_after is not None and now - row.created_at < LONGEST_WAIT:
            again_at = now + timedelta(seconds=failure.retry_after)
            return _Outcome(lambda tx: _wait(tx, row, failure, again_at), again_at)
        if failure.permanent or row.attempts + 1 >= self._delivery.most_attempts:
            return _Outcome(lambda tx: self._give_up(tx, row, failure))
        again_at = now + self._delivery.pause(row.attempts)
        return _Outcome(lambda tx: queue.push_on(tx, row.id, again_at, failure.code), again_at)

    def _give_up(self, tx: Transaction, row: Row, failure: SendError) -> None:
        """Try another way to the member, or set it aside."""
        tenant = self._tenants.get(row.municipality_id)
        if tenant is not None:
            way = unreachable.Detour(tx, tenant, self._clock.now(), self._platforms.keys())
            if way.take(row, failure.code, is_permanent=failure.permanent):
                return
        queue.mark_dead(tx, row.id, failure.code)


def _leave(_tx: Transaction) -> None:
    """Nothing happened to it."""


def _wait(tx: Transaction, row: Row, failure: SendError, until: datetime) -> None:
    queue.push_on(tx, row.id, until, failure.code)
    if failure.is_whole_platform:
        lanes.pause(tx, row.platform, until)


def _note(tx: Transaction, outcome: _Outcome, held: Held, *, last: bool) -> None:
    outcome.note(tx)
    if last:
        lanes.release(tx, held, outcome.again_at or held.then)
