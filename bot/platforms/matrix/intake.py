"""From one sync to the program: invitations, what was said and pressed, and what happened to rooms and messages."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from nio import Event, MegolmEvent, SyncResponse

from bot.platforms.base import Happened, Happening, Inbound, Intake, Place
from bot.platforms.matrix import parse
from bot.platforms.matrix.account import Account
from bot.platforms.matrix.keeping import Keeping, Unread
from bot.platforms.matrix.parse import NAME, Around, NoSuchOffer
from bot.platforms.matrix.session import Refused, Session, now
from conversations.process.workflow import DataLevel

log = logging.getLogger("overlegmaat")

KEY_PATIENCE: Final = 8.0  # seconds that a message may come before its key
_GONE: Final = frozenset({"leave", "ban"})


class Reader:
    """Takes a sync in, event by event, in the order of each room."""

    def __init__(
        self, account: Account, keeping: Keeping, session: Session, intake: Intake, *, key_patience: float
    ) -> None:
        self._account = account
        self._keeping = keeping
        self._session = session
        self._intake = intake
        self._key_patience = key_patience

    async def take(self, batch: SyncResponse, since: str | None) -> None:
        """Everything in it; returns when all of it is durable. What was there before our first sync is history."""
        if since is None:
            await self._remember_talks()
        for room, info in batch.rooms.invite.items():
            # The library takes the content out of what it hands over of an invitation.
            await self._invited(
                room, [{**one.source, "content": getattr(one, "content", {})} for one in info.invite_state]
            )
        for room in batch.rooms.leave:
            await self._left(room, batch)
        if since is not None:
            for room, info in batch.rooms.join.items():
                await self._timeline(room, info.timeline, since)
        await self._read_again()

    async def _remember_talks(self) -> None:
        """After a loss: which rooms are private ones."""
        for room, member in (await self._session.talks()).items():
            if room in self._session.rooms and member in self._session.rooms[room].users:
                self._keeping.is_private_with(member, room)

    async def _timeline(self, room: str, timeline: Any, since: str) -> None:
        events = list(timeline.events)
        if timeline.limited and timeline.prev_batch and self._came_in(room, events) is None:
            events = [*await self._session.missed(room, timeline.prev_batch, since), *events]
        last = ""
        for event in self._ours_to_read(room, events):
            await self._event(room, event)
            last = str(event.source.get("event_id", ""))
        if last:
            await self._mark_read(room, last)

    async def _mark_read(self, room: str, event: str) -> None:
        try:
            await self._session.has_read(room, event)
        except Exception as failure:  # noqa: BLE001 -- a courtesy: nothing depends on it
            log.debug("no read marker: %s", type(failure).__name__)

    # --- coming and going ---------------------------------------------------------------------------------------------

    async def _invited(self, room: str, state: list[Mapping[str, Any]]) -> None:
        """Come in where those invite us who may; decline everything else."""
        invitation = next((one for one in state if self._is_about_us(one, {"invite"})), None)
        if invitation is None:
            return
        sender = str(invitation.get("sender", ""))
        try:
            if not self._account.welcomes(sender):
                log.info("declined an invitation on Matrix: its sender is not welcome by OVERLEGMAAT_MATRIX_WELCOME")
                await self._session.leave(room)
                return
            await self._session.join(room, via=sender.partition(":")[2])
        except Refused as refused:  # it was taken back meanwhile
            log.info("an invitation on Matrix came to nothing: %s", refused.code)
            return
        if (before := self._keeping.came_after(room)) is not None:
            await self._go_on(before, room)
        elif invitation["content"].get("is_direct") is True:
            self._keeping.is_private_with(sender, room)
            await self._session.keep_talks(self._keeping.all_private())
        else:
            await self._happened("room_back", room, f"{room}/joined")

    async def _left(self, room: str, batch: SyncResponse) -> None:
        """We were taken out. That we declined or left ourselves is nobody's news."""
        info = batch.rooms.leave[room]
        ends = [one.source for one in (*info.state, *info.timeline.events) if self._is_about_us(one.source, _GONE)]
        if any(one.get("sender") == self._account.user for one in ends):
            self._keeping.left(room)
            return
        if (member := self._keeping.private_of(room)) is not None:
            self._keeping.left(room)
            await self._happened("address_gone", member, f"{room}/left/{batch.next_batch}")
            return
        self._keeping.left(room)
        await self._happened("room_left", room, f"{room}/left/{batch.next_batch}")

    def _is_about_us(self, event: Mapping[str, Any], memberships: set[str] | frozenset[str]) -> bool:
        content = event.get("content")
        is_member = event.get("type") == "m.room.member" and event.get("state_key") == self._account.user
        return is_member and isinstance(content, Mapping) and content.get("membership") in memberships

    def _came_in(self, room: str, events: list[Any]) -> int | None:
        """Where in a timeline we came into the room: in a private one, where we were invited."""
        wanted = {"invite"} if self._keeping.private_of(room) else {"join"}
        places = [at for at, one in enumerate(events) if self._is_about_us(one.source, wanted)]
        joined = [one for one in events if self._is_about_us(one.source, {"join"}) and not self._was_in(one.source)]
        if not joined:
            return None
        return places[0] if places else 0

    @staticmethod
    def _was_in(event: Mapping[str, Any]) -> bool:
        before = event.get("unsigned", {}).get("prev_content") or event.get("prev_content") or {}
        return isinstance(before, Mapping) and before.get("membership") == "join"

    def _ours_to_read(self, room: str, events: list[Any]) -> Iterator[Any]:
        """What was said before we were in a room is not ours."""
        begun = self._came_in(room, events)
        yield from events if begun is None else events[begun:]

    # --- an event -----------------------------------------------------------------------------------------------------

    async def _event(self, room: str, event: Any) -> None:
        source: Mapping[str, Any] = event.source
        sender = source.get("sender")
        if sender == self._account.user and source.get("type") != "m.room.tombstone":
            return
        if isinstance(event, MegolmEvent):
            self._keeping.not_read(event.event_id, Unread(room, source, now()))
            return
        if getattr(event, "decrypted", False) and not await self._is_senders(event):
            log.warning("a message on Matrix is not from its sender's own device: not read")
            await self._happened("message_unread", str(sender), f"{event.event_id}/unread", reference=event.event_id)
            return
        match source.get("type"):
            case "m.room.redaction":
                await self._redacted(room, source)
            case "m.room.tombstone":
                await self._moved(room, source)
            case "m.room.name" if "state_key" in source:
                name = str(source["content"].get("name", ""))
                await self._happened("room_renamed", room, str(source["event_id"]), to=name)
            case "m.room.member":
                await self._membership(room, source)
            case _:
                await self._said(room, source, is_encrypted=getattr(event, "decrypted", False))

    async def _is_senders(self, event: Event) -> bool:
        """Whoever has the keys of one person's device could otherwise speak as another."""
        if self._session.is_senders(event):
            return True
        await self._session.look_up_devices(event.sender)
        return self._session.is_senders(event)

    async def _said(self, room: str, source: Mapping[str, Any], *, is_encrypted: bool) -> None:
        sender = str(source.get("sender", ""))
        if (edited := parse.is_edit(source)) is not None:
            await self._happened("message_edited", sender, str(source["event_id"]), reference=edited)
            return
        offers = self._keeping.offers(room)
        around = Around(
            self._account.user, self.place_of(room), offers, frozenset(one.event for one in offers),
            self._keeping.seen_as,
        )  # fmt: skip
        try:
            inbound = parse.parse(source, around)
        except NoSuchOffer:
            at = parse.happened_at(source)  # pressed all the same: the program says that it is not there
            inbound = Inbound(NAME, str(source["event_id"]), sender, around.place, at, action="gone")
        if inbound is not None:
            ceiling = DataLevel.PSEUDONYM if is_encrypted else DataLevel.GROUP
            await self._intake.receive_soon(replace(inbound, ceiling=ceiling))

    def place_of(self, room: str) -> Place:
        """The place that a room is: a member's private chat, or a room."""
        member = self._keeping.private_of(room)
        return Place(NAME, room, is_private=False) if member is None else Place(NAME, member, is_private=True)

    async def _redacted(self, room: str, source: Mapping[str, Any]) -> None:
        """Its writer is told what became of it, whoever took it away."""
        taken = parse.redacted(source)
        author = (await self._session.author_of(room, taken) if taken else None) or str(source["sender"])
        if taken and author != self._account.user:
            await self._happened("message_deleted", author, str(source["event_id"]), reference=taken)

    async def _moved(self, room: str, source: Mapping[str, Any]) -> None:
        """The room was upgraded: go along. Into one that is closed we come when we are invited."""
        to = str(source["content"].get("replacement_room", ""))
        if not to or to == room:
            return
        try:
            await self._session.join(to, via=str(source.get("sender")).partition(":")[2])
        except Refused:
            self._keeping.comes_after(to, room)
            return
        await self._go_on(room, to)

    async def _go_on(self, room: str, to: str) -> None:
        """From one room to the next, when that says of itself that it comes after this one."""
        if not await self._session.follows(to, room):
            await self._session.leave(to)
        elif (member := self._keeping.private_of(room)) is not None:
            self._keeping.left(room)
            self._keeping.is_private_with(member, to)
            await self._session.keep_talks(self._keeping.all_private())
        else:
            await self._happened("room_moved", room, f"{room}/moved", to=to)

    async def _membership(self, room: str, source: Mapping[str, Any]) -> None:
        """Who leaves our private room does not want to be written to there."""
        who, membership = str(source.get("state_key", "")), source["content"].get("membership")
        if self._keeping.private_of(room) == who and membership in _GONE:
            await self._happened("address_gone", who, str(source["event_id"]))

    async def _happened(
        self, kind: Happened, address: str, event_id: str, *, to: str = "", reference: str = ""
    ) -> None:
        stamp = parse.happened_at({"origin_server_ts": int(now() * 1000)})
        await self._intake.happened_soon(Happening(NAME, event_id, kind, stamp, address, to, reference))

    # --- what could not be read ---------------------------------------------------------------------------------------

    async def _read_again(self) -> None:
        """Try once more what had no key; who waited long enough is asked to send it again."""
        for event_id, unread in self._keeping.unread().items():
            event = self._session.read_again(unread.room, unread.source)
            if event is not None:
                await self._event(unread.room, event)
            elif now() - unread.since < self._key_patience:
                continue
            else:
                sender = str(unread.source.get("sender", ""))
                await self._happened("message_unread", sender, f"{event_id}/unread", reference=event_id)
            self._keeping.settled(event_id)
