"""The two ways in: a message (`receive`) and time (`tick`). Each is one transaction, however it ends.

An answer is what comes in most, also right after a start; what only commands, presses and the clock need is imported
when the first of them comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from itertools import zip_longest
from time import perf_counter

from bot.ceilings import ceiling_at
from bot.clock import Clock
from bot.faults import report
from bot.meter import Meter
from bot.platforms.base import Happening, Inbound, Place, Received
from bot.tenant import Tenant
from bot.turns import dialogs
from bot.turns.turn import Turn
from conversations.dialog import commands, events
from conversations.dialog.messages import Message, to_json
from conversations.process.workflow import DataLevel, Role
from storage import cases, history, members, queue
from storage import dialogs as drafts
from storage.database import BusyError, Database, DatabaseError
from storage.dialogs import ChangedMeanwhileError
from storage.numbers import next_number
from storage.prepared import Row
from storage.transaction import Transaction

REFUSED = "refused:"  # before the id of an event of which nothing was kept
TRIES = 5  # turns that met another turn on the same dialog


class Runtime:
    """Takes messages and moments to the turns that they bring about."""

    def __init__(
        self, database: Database, clock: Clock, tenants: Mapping[int, Tenant], ceilings: Mapping[str, DataLevel],
        *, keeps_history: frozenset[str], lease: timedelta = timedelta(seconds=60),
        meter: Meter | None = None,
    ) -> None:  # fmt: skip
        self.database = database
        self.clock = clock
        self.tenants = tenants
        self._ceilings = ceilings
        self._keeps_history = keeps_history
        self._lease = lease
        self._meter = meter or Meter()
        self._is_stopping = False

    def receive(self, inbound: Inbound) -> Received:
        """Handle one message; returns after what it brought about is durable. Never raises for what it holds."""
        began = perf_counter()
        received = self._receive_now(inbound)
        self._meter.turns[received.status] += 1
        self._meter.ack.add(perf_counter() - began)
        return received

    def _receive_now(self, inbound: Inbound) -> Received:
        for tries_left in reversed(range(TRIES)):
            try:
                return self.database.write(lambda tx: self._receive(tx, inbound))
            except Exception as error:  # noqa: BLE001 -- the one net under a turn; the log has its id
                if not (isinstance(error, ChangedMeanwhileError) and tries_left):
                    return self.database.write(self._apology(inbound, report(error, platform=inbound.platform)))
        raise AssertionError("the last try gave an answer")

    async def receive_soon(self, inbound: Inbound) -> Received:
        """The same for asyncio; messages that come in together are committed together."""
        began = perf_counter()
        received = await self._receive_together(inbound)
        self._meter.turns[received.status] += 1
        self._meter.ack.add(perf_counter() - began)
        return received

    async def _receive_together(self, inbound: Inbound) -> Received:
        for tries_left in reversed(range(TRIES)):
            try:
                return await self.database.perform(lambda tx: self._receive(tx, inbound))
            except Exception as error:  # noqa: BLE001 -- as in `receive`
                if not (isinstance(error, ChangedMeanwhileError) and tries_left):
                    return await self.database.perform(self._apology(inbound, report(error, platform=inbound.platform)))
        raise AssertionError("the last try gave an answer")

    def submit(self, inbound: Inbound) -> Future[Received]:
        """One try without waiting, for many messages in flight; the future raises what went wrong."""
        return self.database.submit(lambda tx: self._receive(tx, inbound))

    def _apology(self, inbound: Inbound, error: str) -> Callable[[Transaction], Received]:
        """Tell the sender the id that the log has; never what went wrong."""

        def work(tx: Transaction) -> Received:
            tenant = next(iter(self.tenants.values()), None)
            if tenant is not None:
                self._put(tx, tenant, inbound.place, Message("error.with_id", {"error": error}), f"error:{error}")
            return Received("failed", error=error)

        return work

    # --- something else that happened ---------------------------------------------------------------------------------

    async def happened_soon(self, happening: Happening) -> Received:
        """Something on a platform beside what people say; returns after what it brought about is durable."""
        for tries_left in reversed(range(TRIES)):
            try:
                return await self.database.perform(lambda tx: self._happened(tx, happening))
            except DatabaseError:
                raise  # nothing could be kept: the platform is to tell it again
            except Exception as error:  # noqa: BLE001 -- as in `receive`
                if not (isinstance(error, ChangedMeanwhileError) and tries_left):
                    return Received("failed", error=report(error, platform=happening.platform))
        raise AssertionError("the last try gave an answer")

    def _happened(self, tx: Transaction, happening: Happening) -> Received:
        from bot.turns import happenings  # noqa: PLC0415 -- see the head of this module

        now = self.clock.now()
        if not queue.is_new(tx, happening.platform, happening.event_id, now):
            return Received("duplicate")
        return happenings.bring(tx, happening, self.tenants, now)

    # --- a message ----------------------------------------------------------------------------------------------------

    def _receive(self, tx: Transaction, inbound: Inbound) -> Received:
        now = self.clock.now()
        if not queue.is_new(tx, inbound.platform, inbound.event_id, now):
            return Received("duplicate")
        person = members.came_in(tx, inbound.platform, inbound.sender)
        tenant = None if person is None else self.tenants.get(person.municipality_id)
        if person is None or tenant is None:
            return self._unknown(tx, inbound)
        room = None
        if not inbound.place.is_private:
            room = members.room_at(tx, inbound.platform, inbound.place.address)
            if room is None or person.partner_code not in room.partners:
                return Received("unknown")
        turn = Turn(
            tx, tenant, now, f"{inbound.platform}:{inbound.event_id}", person, inbound.place, room,
            self._level(inbound, tenant, now),
            reference=inbound.reference, is_in_window=inbound.is_in_window,
        )  # fmt: skip
        shown = self._handle(turn, inbound)
        if turn.refused:
            queue.is_new(tx, inbound.platform, f"{REFUSED}{inbound.event_id}", now)
            return Received("refused", refused=turn.refused, language=person.language)
        if shown and inbound.platform in self._keeps_history:
            self._keep(turn, inbound, shown)
        if turn.went_to is None:
            return Received("accepted", dialog=turn.asked_on, language=person.language)
        return Received(
            "accepted", go_to=turn.went_to.address, thread=turn.went_to.thread, dialog=turn.asked_on,
            language=person.language,
        )  # fmt: skip

    def _level(self, inbound: Inbound, tenant: Tenant, now: datetime) -> DataLevel:
        """The most that may be said on this platform, at this place, and by the way that it came."""
        level = min(ceiling_at(self._ceilings, inbound.place), tenant.ceiling(inbound.platform, now))
        return level if inbound.ceiling is None else min(level, inbound.ceiling)

    def _unknown(self, tx: Transaction, inbound: Inbound) -> Received:
        """Somebody we do not know gets a friendly word in private, and nothing else, unless they have a code."""
        if not inbound.place.is_private or not self.tenants:
            return Received("unknown")
        from bot.turns import joining  # noqa: PLC0415 -- see the head of this module

        tenant, said = joining.knock(tx, inbound, self.tenants, self.clock.now())
        if said is not None:
            self._put(tx, tenant, inbound.place, said, f"{inbound.platform}:{inbound.event_id}/0")
        return Received("unknown" if said is None or said.id != joining.WELCOME else "accepted")

    def _put(self, tx: Transaction, tenant: Tenant, place: Place, message: Message, key: str) -> None:
        now = self.clock.now()
        queue.put(
            tx, municipality_id=tenant.id, dedup_key=key, platform=place.platform, address=place.address,
            is_private=place.is_private, thread=place.thread, message=to_json(message), created_at=now, retry_at=now,
            member_id=None, dialog_id=None, card_id=None, case_id=None,
        )  # fmt: skip

    def _handle(self, turn: Turn, inbound: Inbound) -> str:
        """Bring about what the message asks; gives what the history shows of it ("" for nothing)."""
        if inbound.has_file:
            dialogs.refuse(turn, ("media",))
            return ""
        if inbound.action in {"item", "signal"}:  # a choice at a message, on a platform that has such
            from bot.turns import shortcuts  # noqa: PLC0415 -- see the head of this module

            shortcut = shortcuts.item if inbound.action == "item" else shortcuts.signal
            shortcut(turn, inbound.text or "")
            return ""
        if inbound.action is not None:
            from bot.turns import presses  # noqa: PLC0415 -- see the head of this module

            presses.press(turn, inbound.action, inbound.picked, inbound.values)
            return ""
        dialog = drafts.active(turn.tx, turn.me.member_id, turn.here.key)
        if inbound.values is not None:
            self._fill(turn, inbound.values, dialog)
            return ""
        text = (inbound.text or "").strip()
        return self._text(turn, text, dialog)

    def _fill(self, turn: Turn, values: Mapping[str, object], dialog: object) -> None:
        if dialog is None:
            turn.say(Message("dialog.none_here"))
            return
        dialogs.advance(turn, dialogs.read(turn, dialog), events.Filled(dict(values)))  # type: ignore[arg-type]

    def _text(self, turn: Turn, text: str, dialog: object) -> str:
        if dialog is None:
            return self._elsewhere(turn, text)
        opened = dialogs.read(turn, dialog)  # type: ignore[arg-type]
        event = dialogs.read_typed(opened, text)
        if event is not None:
            dialogs.advance(turn, opened, event)
            return text
        from bot.turns import desk  # noqa: PLC0415 -- see the head of this module

        shown = self._elsewhere(turn, text)
        command = commands.read_command(text, is_forgiving=True)
        if command is None or command.name in desk.LOOKS:
            dialogs.back_to(turn, opened)
        return shown

    def _elsewhere(self, turn: Turn, text: str) -> str:
        """A text that is no answer to an open question."""
        return self._private_text(turn, text) if turn.here.is_private else self._room_text(turn, text)

    def _private_text(self, turn: Turn, text: str) -> str:
        from bot.turns import about, desk, meetings, minutes  # noqa: PLC0415 -- see the head of this module

        if commands.read_capture(text) is not None:  # neither recorded nor kept here, so nothing to refuse
            turn.say(Message("meeting.in_the_room"))
            return ""
        refusal = meetings.inspect_private(turn, text)
        command = commands.read_command(text, is_forgiving=True)
        is_asked = command is not None and command.name == "ask_gate"
        if refusal is not None and not is_asked and dialogs.stands(turn, refusal):
            dialogs.refuse(turn, refusal.kinds, refusal.bound, may_be_overruled=refusal.may_be_overruled)
            return ""
        if command is not None:
            desk.run(turn, command)
            return text if command.name != "ask_gate" else ""
        event = commands.read_in_dialog(text, may_be_prose=False, is_summary=False, is_more_rows=False)
        if isinstance(event, events.Opened):
            desk.go_on(turn)
        elif commands.asks_help(text):
            about.help_(turn)
        elif (act := commands.read_verdict(text)) is None or not minutes.answer(turn, act):
            about.not_understood(turn)
        return text

    def _room_text(self, turn: Turn, text: str) -> str:
        from bot.turns import capturing, desk, live  # noqa: PLC0415 -- see the head of this module

        refusal = capturing.inspect_line(turn, text)
        if refusal is not None and dialogs.stands(turn, refusal):
            dialogs.refuse(turn, refusal.kinds, refusal.bound, may_be_overruled=refusal.may_be_overruled)
            return ""
        line = commands.read_capture(text)
        if line is not None:
            live.capture(turn, line)
        elif turn.here.thread is not None and not commands.has_prefix(text):
            self._reply_in_thread(turn)
        elif commands.has_prefix(text):
            desk.run(turn, commands.read_command(text, is_forgiving=True) or commands.Command("help"))
        elif (command := live.spoken(turn, text)) is not None:
            desk.run(turn, command)
        return text

    def _reply_in_thread(self, turn: Turn) -> None:
        """A reply under a card without an open form starts that form there for who is asked; others may talk."""
        from bot.turns import presses, steps  # noqa: PLC0415 -- see the head of this module

        here = turn.here
        card = queue.card_at(turn.tx, here.platform, here.address, here.thread or "")
        if card is None or card.kind != "task":
            return
        asked = cases.of_task(turn.tx, card.subject_id)
        mine = [one for one in asked if one.partner_id == turn.me.partner_id and one.status == "open"]
        if mine and turn.me in steps.answerers(turn, mine[0].partner_id, Role(mine[0].role)):
            presses.press(turn, f"t{card.subject_id}:thread", (), None)

    def _keep(self, turn: Turn, inbound: Inbound, text: str) -> None:
        """Keep what was said, for a platform that has no history of its own."""
        changed = next_number(turn.tx, turn.tenant.id, "chat")
        history.add(
            turn.tx, municipality_id=turn.tenant.id, dedup_key=f"{inbound.platform}:{inbound.event_id}",
            platform=inbound.platform, address=inbound.place.address, thread=inbound.place.thread,
            member_id=turn.me.member_id, body={"text": text}, at=turn.now, changed=changed,
        )  # fmt: skip

    # --- time ---------------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Bring nothing about any more that time brings."""
        self._is_stopping = True

    def tick(self) -> int:
        """Bring about what is due now, each row in a transaction of its own; how many rows.

        DatabaseError when the database is away: what was not brought about is taken up again when the lease ends.
        """
        fired = 0
        now = self.clock.now()
        while not self._is_stopping and (
            batch := self.database.write(partial(self._claim, now=now), locks_itself=True)
        ):
            for wave in self._waves(batch):
                for row, done in [(row, self._submit(row, now)) for row in wave]:
                    self._settle(row, done, now)
                    fired += 1
        return fired

    def _claim(self, tx: Transaction, now: datetime) -> list[Row]:
        return queue.claim_due(tx, now, now + self._lease)

    def _waves(self, batch: list[Row]) -> Iterator[list[Row]]:
        """Rows that may be brought about at the same time: those of one municipality keep their order."""
        if self.database.keeps_order:
            yield batch
            return
        lines: dict[int, list[Row]] = {}
        for row in batch:
            lines.setdefault(row.municipality_id, []).append(row)
        for wave in zip_longest(*lines.values()):
            if self._is_stopping:
                return
            yield [row for row in wave if row is not None]

    def _submit(self, row: Row, now: datetime) -> Future[None]:
        from bot.turns import moments  # noqa: PLC0415 -- see the head of this module

        return self.database.submit(
            lambda tx: self._bring(tx, row.id, row.municipality_id, now),
            locks_itself=row.kind in moments.LOCK_THEMSELVES,
        )

    def _settle(self, row: Row, done: Future[None], now: datetime) -> None:
        """Wait for it. One row that fails must not stop the others; but a database that is away is not its fault. One
        that was in the way of others for too long comes again when its lease ends.
        """
        try:
            done.result()
        except BusyError as error:
            report(error, due=row.id)
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 -- see above
            error_id = report(error, due=row.id)
            self.database.write(lambda tx: self._set_aside(tx, row.id, row.municipality_id, now, error_id))

    def _bring(self, tx: Transaction, due_id: int, municipality_id: int, now: datetime) -> None:
        from bot.turns import moments  # noqa: PLC0415 -- see the head of this module

        row = queue.due_row(tx, due_id)
        tenant = self.tenants.get(municipality_id)
        if (
            row is None or tenant is None or not queue.fired(tx, due_id, now)
        ):  # of a municipality set up since the start
            return
        self._meter.late.add(max(0.0, (now - row.due_at).total_seconds()))
        moments.bring(Turn(tx, tenant, now, f"due:{due_id}"), row)

    def _set_aside(self, tx: Transaction, due_id: int, municipality_id: int, now: datetime, error_id: str) -> None:
        from bot.turns import moments  # noqa: PLC0415 -- see the head of this module

        row, tenant = queue.due_row(tx, due_id), self.tenants.get(municipality_id)
        if queue.fired(tx, due_id, now, status=f"failed:{error_id}") and row is not None and tenant is not None:
            moments.go_on(tx, tenant, row, now)

    def next_due(self) -> datetime | None:
        """The first moment at which something is due."""
        return self.database.read(queue.next_due)
