"""What every chat platform has: `parse` (pure), `render` (pure) and a client that sends and listens.

payload ─ parse ─► Inbound ───► Intake.receive_soon     outbox ─► Presented ─ render ─► payload ─ send
              └──► Happening ─► Intake.happened_soon
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from conversations.process.workflow import DataLevel
from storage.pace import Limit

if TYPE_CHECKING:
    from starlette.routing import Route

    from bot.homes import Home
    from bot.sheets import Sheet


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a room, perhaps a thread in it, or a member's private chat (address of the member)."""

    platform: str
    address: str
    is_private: bool
    thread: str | None = None

    @property
    def key(self) -> str:
        """One text for the place, as dialogs remember it."""
        kind = "private" if self.is_private else "room"
        return f"{kind}:{self.platform}:{self.address}:{self.thread or ''}"

    @classmethod
    def of(cls, key: str) -> Place:
        """The place with this key. There may be colons in an address, never in a thread."""
        kind, platform, rest = key.split(":", 2)
        address, _, thread = rest.rpartition(":")
        return cls(platform, address, kind == "private", thread or None)


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing that came in. Exactly one of `text`, `action`, `values` is set; `values` are fields by question id."""

    platform: str
    event_id: str
    sender: str
    place: Place
    at: datetime
    text: str | None = None
    action: str | None = None  # key of the choice that was pressed
    picked: tuple[str, ...] = ()  # with an action that sends several choices: the option ids that were ticked
    values: Mapping[str, Any] | None = None
    has_file: bool = False
    reference: str | None = None  # the platform's name for this message, on a platform that is `Reacting`
    is_in_window: bool = False  # the window that it comes from asks on: no question is sent to the chat for it
    ceiling: DataLevel | None = None  # of the way by which it came, where that is less than the platform's own


Happened = Literal[
    "address_gone",  # the member left, was deactivated, or blocked us
    "address_back",
    "room_gone",  # archived or deleted
    "room_left",  # we were taken out of it
    "room_back",  # open again, or we are in it again
    "room_renamed",  # `to`: its new name
    "room_moved",  # `to`: its new address
    "message_edited",  # `reference`: event id under which it came in; `address`: its author
    "message_deleted",
    "message_unread",  # it came, and could not be decrypted: `reference` is its id
    "access_revoked",  # the platform, or one workspace of it (`address`), takes nothing from us any more
]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened on a platform beside what people say. `address` is the member's or the room's."""

    platform: str
    event_id: str
    kind: Happened
    at: datetime
    address: str = ""
    to: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a message. `go_to`, `thread`: the talk went on there. `error`: id that the log has too. `dialog`:
    the form that was asked on with.
    """

    status: Literal["accepted", "duplicate", "refused", "unknown", "failed"]
    refused: tuple[str, ...] = ()
    go_to: str | None = None
    thread: str | None = None
    error: str | None = None
    dialog: int | None = None
    language: str = "nl"  # the sender's


@dataclass(frozen=True, slots=True)
class Button:
    """A choice with its label in the reader's language."""

    key: str
    label: str
    style: Literal["plain", "primary", "quiet", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class Input:
    """A fitting input for a question, beside free typing.

    `action` is the key to send the value with (`values={question: value}`). `columns` are the inputs of one row;
    `rows` what is there already, one mapping of column id → canonical value per row, each with its `key`.
    """

    question: str
    kind: str
    action: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    required: bool = True
    minimum: int | None = None
    maximum: int | None = None
    longest: int | None = None
    unit: str = ""
    range: bool = False  # number: low and high may differ
    reason: Literal["no", "optional", "required"] = "no"
    ends: tuple[str, str] | None = None  # scale: what 1 and 5 mean
    in_words: tuple[str, ...] = ()  # options that are completed in the writer's own words ("anders, namelijk …")
    when: tuple[str, tuple[str, ...]] | None = None  # a column: only where that column has one of these (or anything)
    columns: tuple[Input, ...] = ()
    rows: tuple[Mapping[str, Any], ...] = ()
    may_add: bool = True
    value: Any = None  # what is filled in already


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a summary or card: a label, what it says, and perhaps a button to change it."""

    label: str
    text: str
    button: Button | None = None
    mark: Literal["", "done", "open", "late", "skipped"] = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the program (relative address)."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Presented:
    """A message in the reader's language, before a platform's own markup. All texts are plain text."""

    text: str
    title: str = ""
    hint: str = ""  # help or example, shown smaller
    lines: tuple[Line, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()  # first row is the head
    buttons: tuple[Button, ...] = ()
    input: Input | None = None
    links: tuple[Link, ...] = ()
    progress: tuple[int, int] | None = None
    multiple: bool = False
    tone: Literal["plain", "question", "receipt", "refusal", "card", "notice"] = "plain"
    language: str = "nl"  # for the few words that a platform adds


@dataclass(frozen=True, slots=True)
class Outbound:
    """What is handed to a platform: where, what, and which earlier message it replaces."""

    key: str
    place: Place
    presented: Presented
    replaces: str | None = None  # the platform's reference of the message to update in place
    at: datetime | None = None
    reacts_to: str | None = None  # a receipt: to be put at this message of somebody, in place of an earlier one
    # ids a platform with its own history keeps beside the message
    context: Mapping[str, Any] = field(default_factory=dict)
    language: str = "nl"  # of its reader, for the words that a platform adds itself


class SendError(Exception):
    """A send that failed.

    `permanent`: never will succeed; `retry_after`: seconds the platform asked us to wait, and `is_whole_platform`
    whether that was meant for all conversations.
    """

    def __init__(
        self, code: str, *, permanent: bool = False, retry_after: float | None = None, is_whole_platform: bool = False
    ) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
        self.is_whole_platform = is_whole_platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform can do, as data: adapters keep to it, and the documentation is made from it."""

    ceiling: DataLevel  # the most that a municipality may allow there
    takes_messages: bool = True  # False: it only brings
    longest_text: int | None = None  # characters of one message; longer ones are cut into several
    most_buttons: int | None = None  # under one message; 0: choices are typed by their number
    longest_label: int | None = None  # characters on a button
    longest_key: int | None = None  # bytes of a button's key
    edits_in_place: bool = True
    has_forms: bool = False  # all questions of a page at once
    has_threads: bool = False
    has_rooms: bool = True
    reacts: bool = False  # puts a receipt at somebody's message
    deletes_refused: bool = False  # takes away a message that the gate refused
    writes_first: bool = True  # may write to a member who never wrote


class Intake(Protocol):
    """What an adapter hands to the program. Each returns after its commit: then, and not before, acknowledge."""

    async def receive_soon(self, inbound: Inbound) -> Received:
        """Something that somebody said, pressed or filled in. Never raises for what it holds; raises DatabaseError when
        nothing could be kept: do not acknowledge then.
        """
        ...

    async def happened_soon(self, happening: Happening) -> Received:
        """Something that happened beside that."""
        ...

    async def home_soon(self, platform: str, sender: str) -> Home | None:
        """What the sender's page on a platform with such pages shows; None for a stranger."""
        ...

    async def sheet_soon(self, platform: str, sender: str, dialog_id: int, after: str = "") -> Sheet | None:
        """The page behind a question (`Sheet.upto`) of a form that is going on with the sender (`Received.dialog`), to
        be shown in a window at once.
        """
        ...

    async def wrong_soon(self, platform: str, sender: str, dialog_id: int, values: Mapping[str, Any]) -> dict[str, str]:
        """What is the matter with which field of a window; nothing is kept. What is right comes in as an Inbound with
        the sheet's `action` and the `values`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """What one reader sees of a message."""

    presented: Presented
    language: str


@runtime_checkable
class Showing(Protocol):
    """An `Intake` that can show again what it sent to a room, to each their own way."""

    async def shown_soon(self, platform: str, sender: str, key: str) -> Shown | None:
        """The message that was sent to a room with this key, as the sender may see it; None when that is nothing."""
        ...


@runtime_checkable
class Listening(Protocol):
    """A platform to which we keep a line open: long polling, a socket, a sync."""

    async def listen(self, intake: Intake) -> None:
        """Take in what comes until cancelled; then what was taken is finished and the line closed. What it raises is
        logged, and it is called again after a pause.
        """
        ...


@runtime_checkable
class Hooked(Protocol):
    """A platform that calls us, on any replica. The routes are mounted as they are, below `/hooks/NAME/`; neither a
    session nor an origin is asked there, so each looks at the platform's signature itself, before anything else.
    """

    def routes(self, intake: Intake) -> Sequence[Route]:
        """Where the platform calls."""
        ...


@runtime_checkable
class Closing(Protocol):
    """A platform that holds something open (connections) until the program ends."""

    async def close(self) -> None:
        """Let go of it."""
        ...


@runtime_checkable
class Sealing(Protocol):
    """A platform on which some places are encrypted and others are not."""

    def ceiling_at(self, place: Place) -> DataLevel:
        """The most that may be said there; never more than the platform's own ceiling."""
        ...


@runtime_checkable
class Reacting(Protocol):
    """What a platform adds that can put a small mark at somebody's message: it names what comes in (`reference`) and
    takes what `reacts_to` it. On any other platform a receipt is a message of its own.
    """

    reacts: Literal[True]


class Platform(Protocol):
    """A chat platform, as the runtime sees it."""

    name: str
    ceiling: DataLevel
    keeps_history: bool  # False: the runtime keeps accepted texts for it in `chat_message`
    limits: tuple[Limit, ...]  # from bot/platforms/limits.py

    async def send(self, outbound: Outbound) -> str | None:
        """Send or update; gives the platform's reference of the message. Raises SendError."""
        ...
