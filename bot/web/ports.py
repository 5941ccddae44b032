"""What the web part needs of the rest of the program; `bot/app.py` implements it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.platforms.base import Inbound

Act = Literal["next", "reset", "language"]


class Received(Protocol):
    """What became of something that came in."""

    @property
    def status(self) -> Literal["accepted", "duplicate", "refused", "unknown", "failed"]:
        """`refused`: nothing was kept, and why is said in the conversation; `unknown`: the sender is no member here."""
        ...

    @property
    def go_to(self) -> str | None:
        """The private place where the talk goes on, when it does."""
        ...

    @property
    def thread(self) -> str | None:
        """The thread where the talk goes on, when it does."""
        ...

    @property
    def error(self) -> str | None:
        """With `failed`: the id of the fault in the log."""
        ...


@dataclass(frozen=True, slots=True)
class Persona:
    """A member that a visitor of the demo can be: by function, never by name."""

    code: str
    label: str  # "Wijkagent – Politie"
    role: str  # a `Role` value: gives the colour
    roles: tuple[str, ...] = ()  # all of them


@dataclass(frozen=True, slots=True)
class Room:
    """A place that the persona sees. The private place has address `@<persona code>`."""

    address: str
    label: str
    about: str = ""  # what may be said there
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything of the page that is not a conversation."""

    persona: str
    language: str
    municipality: str
    personas: tuple[Persona, ...]
    private: Room
    rooms: tuple[Room, ...]
    open_tasks: int
    version: int  # of what was changed last: what `changes` gives
    now: datetime
    is_demo: bool = True
    next_at: datetime | None = None  # demo: the next moment that something is due
    era: int = 0  # grows when the demo starts again: what windows hold is void then


@dataclass(frozen=True, slots=True)
class Entry:
    """One message as the persona sees it. `changed` grows over all entries: what is later than N has `changed > N`."""

    id: int
    place: str
    thread: str | None  # the thread it is in
    author: str | None  # label of the function; None: the assistant
    at: datetime
    changed: int
    body: Mapping[str, Any]  # assistant: `webchat.render(presented)`; a person: {"text": …}
    sender: str = ""  # code of the persona, of a person's message
    role: str = ""
    starts: str = ""  # the thread under it; "" where there can be none
    replies: int = 0
    may_become_item: bool = False  # the persona's own words, which can be put on an agenda
    is_past: bool = False  # its buttons and input answer nothing any more


@dataclass(frozen=True, slots=True)
class Page:
    """A document in the reader's language, filtered for the reader. HTML is a whole document without scripts."""

    title: str
    content: str
    format: Literal["html", "md"]
    formats: tuple[str, ...] = ()  # what it can be taken along as
    others: tuple[str, ...] = ()  # other papers of the same case, as `kind/id`


@dataclass(frozen=True, slots=True)
class Taken:
    """A document as a file."""

    title: str  # its file is named after it
    content: bytes
    media_type: str
    format: str


class Chat(Protocol):
    """The conversations, as the web part sees them. Codes, addresses and keys come from the browser: trust none."""

    def now(self) -> datetime:
        """The moment in force: the demo clock where there is one."""
        ...

    async def receive(self, inbound: Inbound) -> Received:
        """Take in a text, a press or a filled-in input. The same event twice changes nothing."""
        ...

    async def overview(self, persona: str) -> Overview | None:
        """The page for this persona; for "" that of a fitting first one. None: there is no such persona."""
        ...

    async def history(self, persona: str, place: str, *, after: int = 0, thread: str | None = None) -> list[Entry]:
        """The entries outside threads (or those in one) that changed after `after`, as far as the persona sees them."""
        ...

    async def seen(self, persona: str, place: str, upto: int) -> None:
        """The persona has seen the place up to this entry."""
        ...

    async def page(self, persona: str, kind: str, id: int, format: str, language: str) -> Page | None:  # noqa: A002
        """A document, or None where there is none for this reader."""
        ...

    async def take(self, persona: str, kind: str, id: int, format: str) -> Taken | None:  # noqa: A002
        """A document as a file, or None where there is none for this reader. ExportFailed: it cannot be made."""
        ...

    async def demo(self, persona: str, act: Act, value: str | None = None) -> None:
        """Go to the next moment that something is due, start again, or change the language."""
        ...

    def changes(self) -> AsyncIterator[int]:
        """The version now, and then the latest each time that something changed."""
        ...
