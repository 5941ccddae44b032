"""One turn: who, where, when, and what is said because of it. Everything it does is in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from bot.platforms.base import Place
from bot.tenant import Tenant
from conversations.deadlines import Calendar
from conversations.dialog.messages import Message, to_json
from conversations.privacy import gate
from conversations.process.workflow import DataLevel, Role, Step
from storage import audit, members, queue
from storage.members import Person
from storage.prepared import Row
from storage.transaction import Transaction

_ASKED_IN_WINDOW: Final = ("dialog.ask", "dialog.more_rows", "dialog.opening", "dialog.summary")


@dataclass(slots=True)
class Turn:
    """The context of one inbound message or one due row. `key` makes every message it sends unique, so that the same
    event handled twice sends once.
    """

    tx: Transaction
    tenant: Tenant
    now: datetime
    key: str
    person: Person | None = None
    place: Place | None = None
    room: Row | None = None
    platform_level: DataLevel = DataLevel.PSEUDONYM
    refused: tuple[str, ...] = ()
    has_overruled: bool = False  # the writer had said that what looks like a name is none
    went_to: Place | None = None  # the turn went on in private
    came_from: Place | None = None  # and that is where it was said
    reference: str | None = None  # the platform's name for what was said, where it can put a receipt at it
    is_in_window: bool = False  # see Inbound
    asked_on: int | None = None  # the dialog of which something was said
    _said: int = 0
    _people: list[Person] | None = field(default=None, repr=False)
    _days_off: dict[int, list[str]] | None = field(default=None, repr=False)

    @property
    def today(self) -> date:
        """The day it is in the municipality."""
        return self.tenant.today(self.now)

    @property
    def me(self) -> Person:
        """The member whose turn it is. LookupError in a turn of the clock."""
        if self.person is None:
            raise LookupError("this turn is nobody's")
        return self.person

    @property
    def here(self) -> Place:
        """Where the member is. LookupError in a turn of the clock."""
        if self.place is None:
            raise LookupError("this turn has no place")
        return self.place

    def people(self) -> list[Person]:
        """Every active member of the municipality, read once a turn."""
        if self._people is None:
            self._people = members.people(self.tx, self.tenant.id)
        return self._people

    def partner_names(self) -> dict[int, str]:
        """The organisations of today by their ids."""
        return {one.id: one.name for one in members.partners(self.tx, self.tenant.id, self.today)}

    def calendar_of(self, partner_id: int) -> Calendar:
        """The working days of an organisation: the municipality's without its own days off."""
        if self._days_off is None:
            self._days_off = members.days_off(self.tx, self.tenant.id)
        return self.tenant.calendar.without(self._days_off.get(partner_id, ()))

    def leads(self) -> list[Person]:
        """The process leads."""
        return members.with_role(self.people(), Role.PROCESS_LEAD)

    def has_role(self, *roles: Role) -> bool:
        """Whether the member has one of these roles."""
        return bool(self.me.roles & set(roles))

    def level(self, step: Step | None, *, may_pseudonyms: bool) -> gate.Verdict:
        """What may be asked, kept and shown here, for a case in this state."""
        room = DataLevel.PSEUDONYM if self.room is None else DataLevel.named(self.room.ceiling)
        standing = self.me.standing(self.today)
        return gate.level_here(
            step,
            may_pseudonyms=may_pseudonyms,
            has_retention=self.tenant.has_retention(self.today),
            partner=min(standing.sees, standing.supplies),
            member=self.me.level,
            room=room,
            platform=self.platform_level,
        )

    def say(
        self, message: Message, *, dialog_id: int | None = None, case_id: int | None = None, card_id: int | None = None
    ) -> None:
        """Say it where the member is."""
        self.asked_on = dialog_id if dialog_id is not None else self.asked_on
        if self.is_in_window and message.id.startswith(_ASKED_IN_WINDOW):
            return
        here = self.here
        self._put(
            message, here.platform, here.address, is_private=here.is_private, thread=here.thread, dialog_id=dialog_id,
            case_id=case_id, member_id=self.me.member_id if here.is_private else None, card_id=card_id,
        )  # fmt: skip

    def acknowledge(self, message: Message) -> None:
        """A receipt for what was typed: at the message itself where the platform has that, else a line of its own."""
        if self.reference is None:
            self.say(message)
        else:
            self.react(self.here, self.reference, message)

    def react(self, place: Place, reference: str, message: Message) -> None:
        """Put a receipt at a message, in place of the one that is there."""
        self._put(
            message, place.platform, place.address, is_private=place.is_private, thread=place.thread,
            member_id=None, case_id=None, reacts_to=reference,
        )  # fmt: skip

    def bring_up_to_date(self, place: Place, card_id: int, message: Message) -> None:
        """Change a message that was said in a room."""
        self._put(
            message, place.platform, place.address, is_private=False, thread=place.thread, member_id=None,
            case_id=None, card_id=card_id,
        )  # fmt: skip

    def tell(self, to: Person, message: Message, *, case_id: int | None = None, dialog_id: int | None = None) -> bool:
        """Say it to a member in private; False when there is no address."""
        address = members.private_address(self.tx, to.member_id)
        if address is None:
            return False
        platform, where = address
        self._put(
            message, platform, where, is_private=True, thread=None, member_id=to.member_id, case_id=case_id,
            dialog_id=dialog_id,
        )  # fmt: skip
        return True

    def tell_once(self, key: str, to: Person, message: Message, *, case_id: int | None = None) -> str | None:
        """Say it to a member in private unless something was said with this key before. The key of the outbox row; None
        without an address.
        """
        said, self._said, own, self.key = self._said, 0, self.key, key
        try:
            return f"{key}/1" if self.tell(to, message, case_id=case_id) else None
        finally:
            self._said, self.key = said, own

    def tell_at(self, place: tuple[str, str], to: Person, message: Message) -> None:
        """Say it to a member at one of their addresses: platform and address."""
        self._put(message, *place, is_private=True, thread=None, member_id=to.member_id)

    def tell_all(self, to: Iterable[Person], message: Message, *, case_id: int | None = None) -> None:
        """Say it to several members, each in private."""
        for one in to:
            self.tell(one, message, case_id=case_id)

    def post(
        self, room: Row, message: Message, *, case_id: int | None = None, card_id: int | None = None,
        thread: str | None = None,
    ) -> None:  # fmt: skip
        """Say it to everybody in a room, or bring a card there up to date."""
        self._put(
            message, room.platform, room.address, is_private=False, thread=thread, case_id=case_id, card_id=card_id,
            member_id=None,
        )  # fmt: skip

    def _put(self, message: Message, platform: str, address: str, **values: Any) -> None:
        self._said += 1
        values.setdefault("card_id", None)
        values.setdefault("dialog_id", None)
        values.setdefault("reacts_to", None)
        queue.put(
            self.tx, municipality_id=self.tenant.id, dedup_key=f"{self.key}/{self._said}", platform=platform,
            address=address, message=to_json(message), created_at=self.now, retry_at=self.now, **values,
        )  # fmt: skip

    def note(self, act: str, subject: str, note: str = "") -> None:
        """Write an audit entry: ids, kinds and numbers only."""
        member = self.person.member_id if self.person else None
        audit.note(
            self.tx, municipality_id=self.tenant.id, at=self.now, member_id=member, act=act, subject=subject, note=note
        )
