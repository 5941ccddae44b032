"""The whole program as its users meet it: they say and press things, time passes, and messages come back.

    chat.say("wijkagent", "signaal")
    chat.expect("dialog.opening_with_intro", "dialog.ask")
    chat.press("wijkagent", "Overslaan")

Messages are expected by id, so that a text can be reworded without touching a test.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam

from bot.app import build_app
from bot.clock import SimulatedClock
from bot.platforms.base import Inbound, Outbound, Place, Presented, Received, SendError
from conversations.dialog.messages import Message, from_json
from conversations.process.workflow import DataLevel
from storage import migrate
from storage.names import table
from storage.pace import Limit
from storage.prepared import prepared
from storage.tables import Due
from storage.tables import Outbox as OutboxTable
from tests.turns.samples import typed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bot.app import App
    from conversations.process.workflow import Question
    from storage.transaction import Transaction

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START = datetime(2026, 2, 3, 9, 0, tzinfo=AMSTERDAM)
_EVENTS = count(1)
_O = table(OutboxTable)
_OUTBOX = prepared(_O.select().where(_O.c.id > bindparam("after")).order_by(_O.c.id))
_FAILED = prepared(table(Due).select().where(table(Due).c.status.like("failed%")))


class Collecting:
    """A platform that keeps what it is given; `fails` is raised instead of sending, as often as it is long."""

    def __init__(self, name: str = "webchat", ceiling: DataLevel = DataLevel.PSEUDONYM) -> None:
        self.name = name
        self.ceiling = ceiling
        self.keeps_history = False
        self.limits: tuple[Limit, ...] = ()
        self.sent: dict[str, Outbound] = {}
        self.fails: list[SendError] = []

    async def send(self, outbound: Outbound) -> str | None:
        if self.fails:
            raise self.fails.pop(0)
        self.sent[outbound.key] = outbound
        return outbound.replaces or outbound.key


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as it was said: to whom, which one, and how it read. `at` is an address or a room."""

    key: str
    at: str
    thread: str | None
    message: Message
    shown: Presented

    @property
    def id(self) -> str:
        return self.message.id

    @property
    def all_text(self) -> str:
        """Everything in it that a reader can see."""
        shown = self.shown
        lines = (f"{line.label} {line.text}" for line in shown.lines)
        cells = (cell for row in shown.table for cell in row)
        labels = (button.label for button in shown.buttons)
        return "\n".join((shown.title, shown.text, shown.hint, *lines, *cells, *labels))


class Chat:
    """A municipality with a simulated clock and people who talk."""

    def __init__(self, path: Path, after: Chat | None = None, *, url: str | None = None) -> None:
        """A database file, or a copy of the one that another chat was closed with, to go on from there."""
        self.url = url or f"sqlite:///{path}"
        self.path = path
        self.clock: SimulatedClock = SimulatedClock(START if after is None else after.clock.now())
        self.platform = Collecting()
        self.app: App = self._open()
        self.heard: list[Heard] = [] if after is None else list(after.heard)
        self.last: list[Heard] = [] if after is None else list(after.last)
        self.platform.sent |= {} if after is None else after.platform.sent
        self.received: Received | None = None
        self._known = {one.key for one in self.heard}
        self._settled = 0  # id of the last outbox row before which nothing can change any more

    def _open(self) -> App:
        self.database = migrate.open_ready(self.url)
        return build_app(database=self.database, clock=self.clock, platforms=[self.platform])

    def set_up(self, folder: Path) -> None:
        """Take in a municipality's folder."""
        self.app.set_up(folder)
        self.listen()

    def restart(self) -> None:
        """Stop the program and start it again on the same database."""
        self.database.close()
        self.app = self._open()

    # --- what people do ------------------------------------------------------------------------------------------

    def say(self, who: str, text: str, *, room: str | None = None, thread: str | None = None) -> list[Heard]:
        """Somebody types something, in their private chat or in a room."""
        return self._take(who, room, thread, text=text)

    def press(
        self, who: str, label: str, *picked: str, room: str | None = None, thread: str | None = None
    ) -> list[Heard]:
        """Somebody presses the newest button with this label (or key) that they can see there."""
        key = self.button(who, label, room=room)
        return self._take(who, room, thread, action=key, picked=picked)

    def send_key(self, who: str, key: str, *picked: str, room: str | None = None, **more: Any) -> list[Heard]:
        """A press as a platform sends it, of any button however old."""
        return self._take(who, room, more.pop("thread", None), action=key, picked=picked, **more)

    def send_file(self, who: str) -> list[Heard]:
        """Somebody sends a photo."""
        return self._take(who, None, None, has_file=True)

    def fill(self, who: str, values: dict[str, Any], *, room: str | None = None) -> list[Heard]:
        """Somebody sends fields all at once."""
        return self._take(who, room, None, values=values)

    def again(self) -> Received:
        """The platform delivers the last event once more."""
        assert self._inbound is not None
        received = self.app.receive(self._inbound)
        self.listen()
        return received

    def _take(self, who: str, room: str | None, thread: str | None, **what: Any) -> list[Heard]:
        place = Place("webchat", room or f"@{who}", is_private=room is None, thread=thread)
        self._inbound = Inbound("webchat", f"event-{next(_EVENTS)}", f"@{who}", place, self.clock.now(), **what)
        self.received = self.app.receive(self._inbound)
        assert self.received.status != "failed", "the turn failed; the log says why"
        return self.listen()

    def bring_about(self, work: Callable[[Transaction], None]) -> list[Heard]:
        """Something that no message can do, in one transaction."""
        self.database.write(work)
        return self.listen()

    # --- what time does ------------------------------------------------------------------------------------------

    def advance_clock(self, to: str) -> list[Heard]:
        """Let time pass up to a moment in Amsterdam (`2026-02-10 09:00`), stopping wherever something is due."""
        goal = datetime.fromisoformat(to).replace(tzinfo=AMSTERDAM)
        heard: list[Heard] = []
        while (moment := self.app.next_due()) is not None and moment <= goal:
            self.clock.advance_to(moment)
            self.app.tick()
            heard += self.listen()
        self.clock.advance_to(goal)
        self.last = heard
        return heard

    # --- what is heard -------------------------------------------------------------------------------------------

    def listen(self) -> list[Heard]:
        """Let everything that waits be delivered; what was delivered."""
        asyncio.run(self.app.drain())
        after = self._settled
        rows = [
            row
            for row in self.database.read(lambda tx: tx.all(_OUTBOX, after=after))
            if row.dedup_key not in self._known
        ]
        unsettled = [row.id for row in rows if row.status in {"waiting", "dead"}]
        self._settled = min(unsettled) - 1 if unsettled else max((row.id for row in rows), default=after)
        self.last = []
        for row in rows:
            assert row.status != "dead", f"{row.message['id']} could not be put into words"
            outbound = self.platform.sent.get(row.dedup_key)
            if outbound is not None:
                said = Heard(row.dedup_key, row.address, row.thread, from_json(row.message), outbound.presented)
                self.last.append(said)
        self._known |= {one.key for one in self.last}
        self.heard += self.last
        return self.last

    def expect(self, *ids: str, to: str | None = None, room: str | None = None) -> list[Heard]:
        """These messages came of the last thing that happened, in this order: to one person, or in one room."""
        at = room if room is not None else (f"@{to}" if to is not None else None)
        here = [one for one in self.last if at is None or one.at == at]
        assert [one.id for one in here] == list(ids)
        return here

    def question(self) -> Heard:
        """The last thing that was asked or shown in the last turn."""
        return self.last[-1]

    def before(self) -> str | None:
        """Id of the line about what just happened, in front of the question."""
        value = self.last[-1].message.values.get("before")
        return getattr(value, "id", None)

    def asks(self, question: str) -> bool:
        """Whether the last thing said asks this question (`where`, or `places.times` for a cell)."""
        asked = self.last[-1].message.question or ""
        return asked.endswith(f".{question}")

    def button(self, who: str, label: str, *, room: str | None = None) -> str:
        """Key of the newest button with this label, or key, that somebody sees."""
        at = room or f"@{who}"
        seen = []
        for one in reversed(self.heard):
            if one.at != at:
                continue
            for button in (*one.shown.buttons, *(line.button for line in one.shown.lines if line.button)):
                if label in (button.label, button.key) or re.fullmatch(f"d[0-9]+:{re.escape(label)}(@.*)?", button.key):
                    return button.key
                seen.append(button.label)
        raise AssertionError(f"{at} sees no button {label!r}; there are: {seen[:20]}")

    # --- whole stretches -----------------------------------------------------------------------------------------

    def complete(
        self, who: str, answers: dict[str, str] | None = None, *, room: str | None = None, thread: str | None = None
    ) -> list[Heard]:
        """Answer the questions of the form that is open, one by one as typed, up to the summary."""
        for _ in range(200):
            heard = [one for one in self.heard if one.at == (room or f"@{who}") and one.thread == thread][-1]
            if heard.id == "dialog.summary":
                return self.last
            if heard.id == "dialog.more_rows":
                self.say(who, "klaar", room=room, thread=thread)
                continue
            path = (heard.message.question or "").split(".")
            question = self.asked_of(path) if heard.message.question else None
            given = (answers or {}).get(".".join(path[2:])) if question is not None else None
            text = given or (typed(question) if question is not None else "omdat het zo is")
            self.say(who, text, room=room, thread=thread)
        raise AssertionError(f"the form did not end: {self.last[-1].id} {self.last[-1].shown.text}")

    def asked_of(self, path: Sequence[str]) -> Question:
        """The question, or the column of one, at a path of the content."""
        tenant = next(iter(self.app.tenants.values()))
        form = tenant.workflow.form(f"{path[0]}.{path[1]}")
        question = form.question(path[2])
        assert question is not None
        return next(one for one in question.columns if one.id == path[3]) if len(path) > 3 else question

    def deliver(
        self, who: str, answers: dict[str, str] | None = None, *, room: str | None = None, thread: str | None = None
    ) -> list[Heard]:
        """Complete the form and confirm it."""
        self.complete(who, answers, room=room, thread=thread)
        return self.say(who, "versturen", room=room, thread=thread)

    # --- what is stored ------------------------------------------------------------------------------------------

    def rows(self, model: type, **where: Any) -> list[Any]:
        """The stored rows of a table."""
        stored = table(model)
        statement = prepared(stored.select().order_by(stored.c.id))
        found = self.database.read(lambda tx: tx.all(statement))
        return [row for row in found if all(getattr(row, name) == value for name, value in where.items())]

    def close(self) -> None:
        """Stop, after a look whether anything was set aside."""
        dead = [
            row.message["id"] for row in self.database.read(lambda tx: tx.all(_OUTBOX, after=0)) if row.status == "dead"
        ]
        failed = [row.kind for row in self.database.read(lambda tx: tx.all(_FAILED))]
        self.database.close()
        assert (dead, failed) == ([], [])
