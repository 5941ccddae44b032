"""The platform: listening by syncing, and sending into rooms."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final, Literal

from bot.platforms import limits
from bot.platforms.base import Intake, Outbound, Place, Presented, SendError
from bot.platforms.matrix import CAPABILITIES, NAME
from bot.platforms.matrix.account import Account
from bot.platforms.matrix.intake import KEY_PATIENCE, Reader
from bot.platforms.matrix.keeping import Keeping
from bot.platforms.matrix.parse import POLL, Offer
from bot.platforms.matrix.render import (
    Text,
    edit,
    end_of_poll,
    in_thread,
    is_option,
    poll,
    poll_options,
    pressable,
    reaction,
    render,
)
from bot.platforms.matrix.session import PATIENCE, Session, SignedOut
from bot.platforms.registry import Surroundings
from conversations.catalogue import Catalogue
from conversations.process.workflow import DataLevel
from storage.pace import Limit

SYNC_SECONDS: Final = 25.0
_MARKS: Final = {"refusal": "⚠️", "question": "❓"}
_UNDONE: Final = ("undone", "declined", "lapsed")


class Matrix:
    """The account of the assistant. Messages wait while it is not signed in."""

    name = NAME
    ceiling = CAPABILITIES.ceiling
    keeps_history = True
    reacts: Literal[True] = True

    def __init__(
        self, account: Account, *, sync_seconds: float = SYNC_SECONDS, key_patience: float = KEY_PATIENCE
    ) -> None:
        self._account = account
        self._keeping = Keeping(account.folder, account.user, account.key)
        self._session: Session | None = None
        self._sync_seconds = sync_seconds
        self._key_patience = key_patience
        self._texts = Catalogue.load()
        self.limits: tuple[Limit, ...] = limits.MATRIX_FREE if account.is_unlimited else limits.MATRIX

    # --- listening ----------------------------------------------------------------------------------------------------

    async def listen(self, intake: Intake) -> None:
        """Sign in and sync until cancelled. The token of a sync is kept when everything in it is durable."""
        session = Session(self._account, self._keeping)
        await session.open()
        reader = Reader(self._account, self._keeping, session, intake, key_patience=self._key_patience)
        self._session = session
        try:
            while True:
                since = self._keeping.upto
                wait = min(self._sync_seconds, self._key_patience) if self._keeping.unread() else self._sync_seconds
                batch = await session.sync(since, wait)
                await reader.take(batch, since)
                session.is_ready.set()
                self._keeping.handled(batch.next_batch)
        except SignedOut:
            self._keeping.signed_out()  # and in as a new device, at the next try
            raise
        finally:
            self._session = None
            await session.close()

    async def close(self) -> None:
        """Let go of the file."""
        self._keeping.close()

    # --- where --------------------------------------------------------------------------------------------------------

    def ceiling_at(self, place: Place) -> DataLevel:
        """What is not encrypted can be read along the way, by whoever runs a server of one of those in the room."""
        address = self._keeping.private_room(place.address) if place.is_private else place.address
        if place.is_private and address is None:
            return DataLevel.PSEUDONYM  # the room that will be made is encrypted
        room = self._session.rooms.get(address or "") if self._session is not None else None
        return DataLevel.PSEUDONYM if room is not None and room.encrypted else DataLevel.GROUP

    async def _room(self, session: Session, place: Place) -> str:
        """The room of a place; for a member whom we never spoke with, a new one."""
        if not place.is_private:
            return place.address
        room = self._keeping.private_room(place.address)
        if room is None:
            room = await session.create_private(place.address)
            self._keeping.is_private_with(place.address, room, is_sealed=True)
            await session.asked_to_send(session.keep_talks(self._keeping.all_private()))
        found = await session.known_room(room, is_sealed=self._keeping.is_sealed(room))
        if not await session.asked_to_send(session.has(found, place.address)):
            raise SendError("matrix:left", permanent=True)
        return room

    # --- sending ------------------------------------------------------------------------------------------------------

    async def send(self, outbound: Outbound) -> str | None:
        """Send, change, or put a mark at somebody's message; the event's id."""
        session = self._session
        if session is None or not session.is_ready.is_set():
            raise SendError("matrix:not_signed_in", retry_after=PATIENCE, is_whole_platform=True)
        room = await self._room(session, outbound.place)
        if outbound.reacts_to is not None:
            return await self._mark(session, room, outbound, outbound.reacts_to)
        return await self._say(session, room, outbound)

    async def _say(self, session: Session, room: str, outbound: Outbound) -> str:
        place, presented, once = outbound.place, outbound.presented, _once(outbound.key)
        numbers, parts = self._written(room, outbound.replaces, presented)
        if outbound.replaces is not None:
            await session.put(room, "m.room.message", edit(parts[0], outbound.replaces), once)
            self._offer(room, outbound.replaces, presented, numbers, place.thread)
            return outbound.replaces
        if place.is_private and self._account.has_polls:
            for old in self._keeping.polls_ended(room):
                await session.put(room, f"{POLL}.end", end_of_poll(old), _once(f"{old}/end"))
            if poll_options(presented):
                return await self._ask(session, room, outbound, parts[0], numbers)
        said = ""
        for number, part in enumerate(parts):
            content = part.content() if place.thread is None else in_thread(part.content(), place.thread)
            sent = await session.put(room, "m.room.message", content, once if number == 0 else f"{once}-{number}")
            said = said or sent
        self._offer(room, said, presented, numbers, place.thread)
        return said

    def _written(self, room: str, changes: str | None, presented: Presented) -> tuple[dict[str, int], list[Text]]:
        numbers = self._keeping.numbers(room, changes, [one.key for one in pressable(presented)])
        return numbers, render(presented, numbers, self._say_in(presented.language))

    async def _ask(self, session: Session, room: str, outbound: Outbound, whole: Text, numbers: dict[str, int]) -> str:
        content = poll(outbound.presented, whole)
        said = await session.put(room, f"{POLL}.start", content, _once(outbound.key))
        self._keeping.poll_began(room, said)
        self._offer(room, said, outbound.presented, numbers, None)
        return said

    def _offer(self, room: str, event: str, presented: Presented, numbers: dict[str, int], thread: str | None) -> None:
        """What can be pressed under it: the answers by their place in the list, the others by their number as well."""
        options = () if presented.multiple else [one for one in presented.buttons if is_option(one.key)]
        answers = [Offer(event, 0, one.key, self._keeping.seen_as(one.label), thread) for one in options]
        others = [
            Offer(event, numbers[one.key], one.key, self._keeping.seen_as(one.label), thread)
            for one in pressable(presented)
        ]
        self._keeping.offered(room, event, [*answers, *others])

    async def _mark(self, session: Session, room: str, outbound: Outbound, message: str) -> str:
        """A reaction at the message, in place of ours that is there; and below it, where there is something to press,
        what it says.
        """
        presented, once = outbound.presented, _once(outbound.key)
        before = self._keeping.mark_at(message)
        said_before = before[1] if before else None
        if before is not None:
            await session.redact(room, before[0], f"{once}-off")
        mark = _mark_of(presented, str(outbound.context.get("message", "")))
        reacted = await session.put(room, "m.reaction", reaction(message, mark), once)
        said = said_before
        if presented.buttons or said_before is not None:
            numbers, parts = self._written(room, said_before, presented)
            content = in_thread(parts[0].content(), message) if said_before is None else edit(parts[0], said_before)
            sent = await session.put(room, "m.room.message", content, f"{once}-said")
            said = said_before or sent
            self._offer(room, said, presented, numbers, None)
        self._keeping.marked(message, reacted, said)
        return reacted

    def _say_in(self, language: str) -> Callable[..., str]:
        def say(name: str, **values: Any) -> str:
            return self._texts.text(language, f"console.{name}", values)

        return say


def _once(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _mark_of(presented: Presented, message: str) -> str:
    if message.endswith(_UNDONE):
        return "↩️"
    return _MARKS.get(presented.tone, "✅")


def make(surroundings: Surroundings) -> Matrix:
    """The platform as the environment describes it. ValueError says what is wrong."""
    account = Account.read(surroundings.environment)
    if account is None:
        raise ValueError("OVERLEGMAAT_MATRIX_HOMESERVER is not set")
    return Matrix(account)
