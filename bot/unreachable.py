"""When a message cannot be brought to a member: another address, else the stand-in; the process leads hear."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.tenant import Tenant
from bot.turns.reaching import Reach
from bot.turns.turn import Turn
from conversations.dialog.messages import Message, Phrase, Value
from storage import members, queue
from storage.members import Person
from storage.prepared import Row
from storage.transaction import Transaction

FOR_A_STAND_IN = ("task.", "action.", "reminder.", "meeting.", "digest.", "paper.")
PREFIX = "delivery."


@dataclass(frozen=True, slots=True)
class Detour:
    """Finds another way for one message, in the transaction that gives up on the first."""

    tx: Transaction
    tenant: Tenant
    now: datetime
    platforms: Collection[str]

    def take(self, row: Row, code: str, *, is_permanent: bool) -> bool:
        """Send it another way and note that; False when there is none. `code` is the platform's."""
        if row.member_id is None:
            if is_permanent:
                self._tell_of_room(row)
            return False
        if is_permanent:
            members.mark_unreachable(self.tx, row.platform, row.address)
        if row.dialog_id is not None:  # it belongs in the talk that was going on there
            return False
        other = self._other_address(row) or self._stand_in(row)
        if is_permanent:  # else the platform itself is down, and the leads would be told of everybody
            how = "nobody" if other is None else "other" if other.member_id == row.member_id else "stand_in"
            self._tell(row, how, other)
        if other is None:
            return False
        queue.mark_dropped(self.tx, row.id, f"moved:{code}")
        return True

    def _other_address(self, row: Row) -> Person | None:
        return self._bring(row, row.member_id, "")

    def _stand_in(self, row: Row) -> Person | None:
        """The first in the chain of stand-ins who is there and can be reached."""
        if not row.message["id"].startswith(FOR_A_STAND_IN):
            return None
        turn = Turn(self.tx, self.tenant, self.now, "detour")
        reach = Reach(turn, turn.today)
        reach.people.pop(row.member_id, None)  # not there, whatever else is known of them
        route = reach.route(row.member_id)
        return None if route is None else self._bring(row, route.to.member_id, f"{route.to.member_id}@")

    def _bring(self, row: Row, member_id: int, mark: str) -> Person | None:
        """Put it in the outbox for the first of the member's addresses that was not tried; None without any."""
        person = members.person(self.tx, member_id)
        if person is None:
            return None
        first = row.dedup_key.partition(">")[0]
        for platform, address in members.ways_to(self.tx, member_id):
            is_same = (platform, address) == (row.platform, row.address)
            if platform not in self.platforms or is_same:
                continue
            if queue.put(
                self.tx, municipality_id=row.municipality_id, dedup_key=f"{first}>{mark}{platform}",
                platform=platform, address=address, is_private=True, thread=None, message=row.message,
                created_at=row.created_at, retry_at=self.now, member_id=member_id, dialog_id=None, card_id=None,
                case_id=row.case_id,
            ):  # fmt: skip
                return person
        return None

    def _tell(self, row: Row, how: str, other: Person | None) -> None:
        """The process leads hear of it, once a day."""
        person = members.person(self.tx, row.member_id)
        if person is None or row.message["id"].startswith(PREFIX):
            return
        values: dict[str, Value] = {
            "function": person.function, "partner": person.partner_name, "platform": Phrase(f"platform.{row.platform}"),
            "other": "" if other is None else other.function,
        }  # fmt: skip
        self._leads(f"unreachable:{row.member_id}:{row.platform}:{how}", Message(f"{PREFIX}unreachable_{how}", values))

    def _tell_of_room(self, row: Row) -> None:
        room = members.room_at(self.tx, row.platform, row.address)
        if room is not None and not row.message["id"].startswith(PREFIX):
            values: dict[str, Value] = {"room": room.name, "platform": Phrase(f"platform.{row.platform}")}
            self._leads(f"unreachable:room:{room.id}", Message(f"{PREFIX}unreachable_room", values))

    def _leads(self, key: str, message: Message) -> None:
        turn = Turn(self.tx, self.tenant, self.now, f"{key}:{self.tenant.today(self.now)}")
        turn.tell_all(turn.leads(), message)
