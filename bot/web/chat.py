"""The conversations as the web part sees them: what one persona may see, presented for that persona at that moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.app import App
from bot.faults import report
from bot.platforms import webchat
from bot.platforms.base import Inbound, Place, Presented, Received
from bot.platforms.webchat import WebChat
from bot.present import Presenter
from bot.tenant import Tenant
from bot.turns import shortcuts, steps
from bot.web import documents
from bot.web.ports import Act, Entry, Overview, Page, Persona, Room, Taken
from conversations.dialog.messages import from_json
from conversations.process.workflow import Role
from storage import cases, history, members, queue
from storage.members import Person
from storage.names import changes
from storage.prepared import Row
from storage.tables import Member
from storage.transaction import Transaction

FIRST_PERSONA = "wijkagent"
PAST_AFTER_ONE = ("dialog.ask", "dialog.summary", "dialog.more_rows")
_CHANGE_MEMBER = changes(Member)


class Stage(Protocol):
    """Who runs the program: gives the one that runs now, and can move the demo on."""

    app: App
    webchat: WebChat
    era: int
    is_demo: bool

    def now(self) -> datetime:
        """The moment in force."""
        ...

    async def to_next_moment(self) -> None:
        """Demo: go to the next moment that something is due."""
        ...

    async def start_again(self) -> None:
        """Demo: as it was at the beginning."""
        ...


class WebConversations:
    """Implements `ports.Chat` on the running program."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._seen: dict[tuple[str, str], int] = {}
        self._begun: tuple[int, int] | None = None  # the round of the demo, and the last message from before it
        self._deliveries: set[asyncio.Task[int]] = set()

    def now(self) -> datetime:
        """The moment in force."""
        return self._stage.now()

    async def receive(self, inbound: Inbound) -> Received:
        """Take it in; what it brings about is sent right after. A persona's address is its code with an @."""
        as_member = Inbound(
            inbound.platform, inbound.event_id, f"@{inbound.sender}", inbound.place, inbound.at, inbound.text,
            inbound.action, inbound.picked, inbound.values, inbound.has_file, inbound.reference,
        )  # fmt: skip
        received = await self._stage.app.receive_soon(as_member)
        await self._stage.app.drain()
        self._stage.webchat.changed()
        return received

    async def overview(self, persona: str) -> Overview | None:
        """Everything of the page that is not a conversation."""
        stage = self._stage
        wanted = persona or FIRST_PERSONA
        return await asyncio.to_thread(stage.app.database.read, lambda tx: self._overview(tx, wanted))

    def _overview(self, tx: Transaction, code: str) -> Overview | None:
        found = self._person(tx, code)
        if found is None:
            return None
        person, tenant = found
        texts = tenant.texts(person.language, self.now())
        personas = tuple(
            Persona(
                one.code if self._stage.is_demo else code,
                f"{one.function} – {one.partner_name}",
                _colour_role(one),
                tuple(role.value for role in one.roles),
            )
            for one in (members.people(tx, tenant.id) if self._stage.is_demo else [person])
        )
        rooms = tuple(
            Room(
                row.address,
                row.name,
                about=texts.message(f"web.room.{row.ceiling}"),
                unread=self._unread(tx, person, row.address),
            )
            for row in members.rooms(tx, tenant.id)
            if row.platform == webchat.NAME and person.partner_code in row.partners
        )
        own = f"@{code}"
        waiting = [one for one in cases.open_for(tx, person.partner_id) if steps.is_answerer(person, Role(one.role))]
        return Overview(
            persona=code, language=person.language, municipality=tenant.name, personas=personas,
            private=Room(own, texts.message("task.private_place"), unread=self._unread(tx, person, own)), rooms=rooms,
            open_tasks=len(waiting), version=self._stage.webchat.version, now=self.now(), is_demo=self._stage.is_demo,
            next_at=queue.next_due(tx) if self._stage.is_demo else None, era=self._stage.era,
        )  # fmt: skip

    def _person(self, tx: Transaction, code: str) -> tuple[Person, Tenant] | None:
        person = members.who(tx, webchat.NAME, f"@{code}")
        tenant = self._stage.app.tenants.get(person.municipality_id) if person is not None else None
        return None if person is None or tenant is None else (person, tenant)

    def _unread(self, tx: Transaction, person: Person, address: str) -> int:
        """New is what came since the program began and was not looked at."""
        if self._begun is None or self._begun[0] != self._stage.era:
            self._begun = self._stage.era, history.last_id(tx, webchat.NAME)
        upto = max(self._begun[1], self._seen.get((person.code, address), 0))
        return sum(
            row.id > upto and row.member_id != person.member_id and row.thread is None
            for row in history.latest(tx, webchat.NAME, address, 50)
        )

    # --- history ------------------------------------------------------------------------------------------------------

    async def history(self, persona: str, place: str, *, after: int = 0, thread: str | None = None) -> list[Entry]:
        """The messages at a place, or in one thread of it, that changed after `after`."""
        read: Callable[[Transaction], list[Entry]] = lambda tx: self._history(tx, persona, place, after, thread)  # noqa: E731
        return await asyncio.to_thread(self._stage.app.database.read, read)

    def _history(self, tx: Transaction, code: str, place: str, after: int, thread: str | None) -> list[Entry]:
        found = self._person(tx, code)
        if found is None:
            return []
        person, tenant = found
        room = None if place.startswith("@") else members.room_at(tx, webchat.NAME, place)
        if place.startswith("@") and place != f"@{code}":
            return []
        if not place.startswith("@") and (room is None or person.partner_code not in room.partners):
            return []
        rows = history.latest(tx, webchat.NAME, place)
        last_of: dict[int, int] = {row.dialog_id: row.id for row in rows if row.dialog_id is not None}
        replies = Counter(row.thread for row in rows if row.thread is not None)
        presenter = Presenter(tx, tenant, self.now(), self._stage.app.ceilings)
        return [
            self._entry(presenter, row, person, place, last_of, replies)
            for row in _news(rows, after)
            if row.thread == thread
        ]

    def _entry(
        self,
        presenter: Presenter,
        row: Row,
        person: Person,
        place: str,
        last_of: dict[int, int],
        replies: dict[str, int],
    ) -> Entry:
        common = {"id": row.id, "place": place, "thread": row.thread, "at": row.at, "changed": row.changed}
        if row.member_id is not None:
            author = presenter.person(row.member_id)
            return Entry(
                author=f"{author.function} – {author.partner_name}" if author else "–",
                body=_said(presenter, row, person, place),
                sender=author.code if author else "", role=_colour_role(author) if author else "",
                may_become_item=_may_become_item(row, person, place), **common,
            )  # fmt: skip
        message = from_json(row.body["message"])
        here = Place(webchat.NAME, place, place.startswith("@"), row.thread)
        try:
            shown = presenter.present(
                message, place=here, reader=person if here.is_private else None, dialog_id=row.body["dialog"],
                language=person.language,
            )  # fmt: skip
        except KeyError as error:  # a program of before gave it other values: the rest of the talk is still to be read
            report(error, message=message.id)
            shown = Presented(presenter.tenant.texts(person.language, self.now()).message("error.old_message"))
        is_question = message.id.startswith(PAST_AFTER_ONE)
        is_card = message.exhibit is not None and message.exhibit.kind == "task" and not here.is_private
        return Entry(
            author=None, body=webchat.render(shown), starts=row.dedup_key if is_card else "",
            replies=replies.get(row.dedup_key, 0), is_past=is_question and _is_past(presenter, row, last_of), **common,
        )  # fmt: skip

    async def seen(self, persona: str, place: str, upto: int) -> None:
        """Remember how far somebody has read; a visitor's comfort, not a record."""
        key = (persona, place)
        self._seen[key] = max(self._seen.get(key, 0), upto)

    # --- pages and the demo -------------------------------------------------------------------------------------------

    async def page(self, persona: str, kind: str, id: int, format: str, language: str) -> Page | None:  # noqa: A002
        """A document, a status or a paper of a case for this reader."""
        made = await asyncio.to_thread(self._compiled, persona, kind, id, format) if format in {"md", "html"} else None
        return None if made is None else await asyncio.to_thread(made.page, format)

    async def take(self, persona: str, kind: str, id: int, format: str) -> Taken | None:  # noqa: A002
        """The same as a file; made outside the database, for it may take a while."""
        is_file = format in {*documents.FILES, "ics", "json"}
        made = await asyncio.to_thread(self._compiled, persona, kind, id, format) if is_file else None
        return None if made is None else await asyncio.to_thread(made.taken, format)

    def _compiled(self, code: str, kind: str, number: int, form: str) -> documents.Compiled | None:
        app = self._stage.app

        def work(tx: Transaction) -> documents.Compiled | None:
            found = self._person(tx, code)
            if found is None:
                return None
            visit = documents.Visit(*found, app.config, self.now())
            return documents.compiled(tx, visit, kind, number, form)

        run = app.database.write if form == "ics" else app.database.read  # which invitation was the last is kept
        return run(work)

    async def demo(self, persona: str, act: Act, value: str | None = None) -> None:
        """Go to the next moment, start again, or change the persona's language."""
        if act == "language" and value in {"nl", "en"}:
            await asyncio.to_thread(self._stage.app.database.write, lambda tx: self._language(tx, persona, str(value)))
        elif act == "next" and self._stage.is_demo:
            await self._stage.to_next_moment()
        elif act == "reset" and self._stage.is_demo:
            self._seen.clear()
            await self._stage.start_again()
        self._stage.webchat.changed()

    def _language(self, tx: Transaction, code: str, language: str) -> None:
        found = self._person(tx, code)
        if found is not None:
            tx.run(_CHANGE_MEMBER, which=found[0].member_id, language=language)

    def changes(self) -> AsyncIterator[int]:
        """The version now, and then the latest each time that something changed."""
        return self._stage.webchat.changes()


def _said(presenter: Presenter, row: Row, person: Person, place: str) -> dict[str, object]:
    """What a member said, with the receipt that was put at it."""
    if "receipt" not in row.body:
        return dict(row.body)
    here = Place(webchat.NAME, place, place.startswith("@"), row.thread)
    receipt = presenter.present(from_json(row.body["receipt"]), place=here, reader=None, language=person.language)
    return {"text": row.body["text"], "receipt": webchat.render(receipt)}


def _may_become_item(row: Row, person: Person, place: str) -> bool:
    """Whether it is what this member said to the others in a room."""
    return not place.startswith("@") and row.member_id == person.member_id and shortcuts.is_talk(row.body["text"])


def _news(rows: Sequence[Row], after: int) -> list[Row]:
    """What changed after `after`, and what looks different by that: a card with a new reply in its thread, and the
    question that was the last of its dialog.
    """
    fresh = [row for row in rows if row.changed > after]
    threads = {row.thread for row in fresh if row.thread is not None}
    talks = {row.dialog_id for row in fresh if row.dialog_id is not None}
    left = {row.dialog_id: row.id for row in rows if row.changed <= after and row.dialog_id in talks}
    return [row for row in rows if row.changed > after or row.dedup_key in threads or left.get(row.dialog_id) == row.id]


def _is_past(presenter: Presenter, row: Row, last_of: dict[int, int]) -> bool:
    """Whether a question has been answered or left: its buttons are of no use any more."""
    if row.dialog_id is None:
        return False
    return last_of.get(row.dialog_id) != row.id or presenter.is_delivered(row.dialog_id)


def _colour_role(person: Person) -> str:
    """The role that gives a persona its colour: its own before its organisation's."""
    own = person.roles & {Role.PROCESS_LEAD, Role.MAYOR, Role.PRIVACY_OFFICER}
    if own:
        return next(iter(sorted(own))).value
    return next(iter(sorted(person.roles - {Role.CHAIR, Role.NOTE_TAKER}))).value
