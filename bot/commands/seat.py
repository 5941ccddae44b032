"""One member's seat at the table, for the terminal: what is said where the member is, and saying something there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from bot.app import App
from bot.platforms import console, webchat
from bot.platforms.base import Inbound, Place, Presented, Received
from bot.platforms.console import Pressable
from bot.present import Presenter
from bot.tenant import Tenant
from bot.turns import papers, versions
from conversations.dialog.messages import from_json
from conversations.documents.render import document
from storage import cases, history, members
from storage.members import Person
from storage.prepared import Row
from storage.transaction import Transaction

RECENT = 4  # messages that are shown on coming somewhere
_QUESTIONS = ("dialog.ask", "dialog.summary", "dialog.more_rows")


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the member sees it. A person's has `author` and `text`; the assistant's has `presented`."""

    at: datetime
    thread: str | None
    author: str = ""
    text: str = ""
    presented: Presented | None = None
    is_past: bool = False  # a question that was answered or left
    is_update: bool = False  # a card that was shown before and is different now
    starts: str = ""  # a card: the thread under it
    replies: int = 0


@dataclass(slots=True)
class Seat:
    """Where a member is, and what was shown there. `platform` is the one of the member's own private chat."""

    app: App
    person: Person
    tenant: Tenant
    platform: str
    own_address: str
    place: Place
    _upto: dict[str, int] = field(default_factory=dict)  # place → change number
    _cards: dict[int, Presented] = field(default_factory=dict)
    _has_moved: bool = False
    _mine: set[str] = field(default_factory=set)  # events of this session: what was typed here need not be repeated

    @classmethod
    def take(cls, app: App, tx: Transaction, person: Person, tenant: Tenant) -> Seat | None:
        """A seat in the member's private chat; None when the member has no address in the web chat or the terminal."""
        addresses = members.addresses(tx, person.member_id)
        platform = next((name for name in (webchat.NAME, console.NAME) if name in addresses), None)
        if platform is None:
            return None
        own = addresses[platform]
        return cls(app, person, tenant, platform, own, Place(platform, own, is_private=True))

    def rooms(self, tx: Transaction) -> list[Row]:
        """The rooms that the member is in."""
        return [
            row
            for row in members.rooms(tx, self.tenant.id)
            if row.platform == self.platform and self.person.partner_code in row.partners
        ]

    def go(self, address: str | None, thread: str | None = None) -> None:
        """To a room or a thread in it; without an address to the private chat. Its last message is shown again."""
        self._has_moved = True
        self.place = Place(self.platform, address or self.own_address, is_private=address is None, thread=thread)

    # --- saying -------------------------------------------------------------------------------------------------------

    def say(self, now: datetime, text: str) -> Received:
        """Say something where the member is."""
        return self._send(now, self.place, text=text)

    def press(self, now: datetime, pressable: Pressable) -> Received:
        """Press a button. To answer a card in its thread is to go there."""
        if pressable.key.endswith(":thread") and pressable.thread is not None:
            self.go(self.place.address, pressable.thread)
        return self._send(now, self.place, action=pressable.key)

    def _send(self, now: datetime, place: Place, *, text: str | None = None, action: str | None = None) -> Received:
        event = str(uuid4())
        self._mine.add(f"{self.platform}:{event}")
        inbound = Inbound(self.platform, event, self.own_address, place, now, text=text, action=action)
        received = self.app.receive(inbound)
        if received.go_to is not None:
            self.go(None)
        return received

    # --- hearing ------------------------------------------------------------------------------------------------------

    def news(self, tx: Transaction) -> list[Said]:
        """What was said here since the last look; on coming here for the first time the last few messages."""
        key = self.place.key
        rows = history.latest(tx, self.platform, self.place.address)
        here = [row for row in rows if row.thread == self.place.thread]
        if self.place.thread is not None:
            here = [*(row for row in rows if row.dedup_key == self.place.thread), *here]
        is_first = key not in self._upto
        fresh = self._recent(here) if is_first else [row for row in here if row.changed > self._upto[key]]
        again = is_first or (self._has_moved and not fresh)
        fresh = fresh or (here[-1:] if again else [])
        self._has_moved = False
        self._upto[key] = max((row.changed for row in rows), default=0)
        presenter = Presenter(tx, self.tenant, self.app.clock.now(), self.app.ceilings)
        return [said for row in fresh for said in self._said(presenter, row, rows, is_first=again)]

    def _recent(self, here: Sequence[Row]) -> Sequence[Row]:
        """The last few; of a thread the card that it hangs on too, in a room the cards that can be answered."""
        older, last = here[:-RECENT], here[-RECENT:]
        if self.place.thread is not None:
            return [*older[:1], *last]
        cards = [row for row in older if _is_open_card(row)] if not self.place.is_private else []
        return [*cards[-RECENT:], *last]

    def _said(self, presenter: Presenter, row: Row, rows: Sequence[Row], *, is_first: bool) -> Iterator[Said]:
        if row.member_id is not None:
            if is_first or row.dedup_key not in self._mine:
                author = presenter.person(row.member_id)
                name = f"{author.function} – {author.partner_name}" if author is not None else "–"
                is_own = row.member_id == self.person.member_id
                yield Said(row.at, row.thread, "" if is_own else name, row.body["text"])
            return
        message = from_json(row.body["message"])
        is_card = message.exhibit is not None and message.exhibit.kind == "task" and not self.place.is_private
        reader = self.person if self.place.is_private else None
        shown = presenter.present(
            message, place=self.place, reader=reader, dialog_id=row.body["dialog"], language=self.person.language
        )
        before = self._cards.get(row.id)
        self._cards[row.id] = shown
        if before is not None and (not is_card or shown == before) and not is_first:
            return  # it was only put in the past, or got a reply
        is_past = message.id.startswith(_QUESTIONS) and _is_past(presenter, row, rows)
        starts = row.dedup_key if is_card and self.place.thread is None else ""
        replies = sum(one.thread == row.dedup_key for one in rows) if starts else 0
        is_update = before is not None and not is_first
        yield Said(
            row.at, row.thread, presented=shown, is_past=is_past, is_update=is_update, starts=starts, replies=replies
        )

    def read(self, tx: Transaction, address: str) -> str | None:
        """A document as text, by the address of its page; None when there is none for this member."""
        _, _, rest = address.partition("/page/")
        kind, _, number = rest.partition("/")
        if not number.isdecimal():
            return None
        if kind == "document":
            kept = versions.readable(tx, self.tenant, self.person, int(number), self.app.clock.now())
            return None if kept is None else document(kept[1], "md").text
        row = cases.by_id(tx, int(number)) if kind == "status" else None
        if row is None or row.municipality_id != self.tenant.id:
            return None
        now = self.app.clock.now()
        view = papers.case_status(tx, self.tenant, row, papers.viewer(self.person, now, self.tenant), now)
        return None if view is None else document(view, "md").text


def _is_open_card(row: Row) -> bool:
    """Whether it is a task's card with a button; told by the message as stored, which costs nothing."""
    message = row.body.get("message", {})
    return message.get("exhibit", [""])[0] == "task" and bool(message.get("choices"))


def _is_past(presenter: Presenter, row: Row, rows: Sequence[Row]) -> bool:
    if row.dialog_id is None:
        return False
    last = max(one.id for one in rows if one.dialog_id == row.dialog_id)
    return last != row.id or presenter.is_delivered(row.dialog_id)
