"""The embedded platform: the web chat that the program serves itself (`bot/web`).

The browser's messages are `Sent`; what the assistant says stays in the outbox, and the page asks for it as its reader
sees it. So sending is telling the open windows that there is something new.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.platforms import limits
from bot.platforms.base import Capabilities, Inbound, Outbound, Place, Presented
from conversations.process.workflow import DataLevel

NAME: Final = "webchat"
CAPABILITIES: Final = Capabilities(ceiling=DataLevel.PSEUDONYM, has_forms=True, has_threads=True, reacts=True)
AT_MESSAGE: Final = "item"  # the choice at one's own message; it goes with the text of that message

Code = Annotated[str, StringConstraints(pattern=r"^@?[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=500)]
EventId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]


class Sent(BaseModel):
    """What the browser sends: a text, the key of a button (with what was ticked), the fields of an input, or the choice
    at a message with its text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: EventId
    persona: Code
    place: Code
    thread: Key | None = None
    text: Annotated[str, StringConstraints(max_length=10_000)] | None = None
    action: Key | None = None
    picked: Annotated[tuple[Key, ...], Field(max_length=200)] = ()
    values: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.text is None) == (self.action is None) and self.action != AT_MESSAGE:
            raise ValueError("either a text or an action")
        if self.action == AT_MESSAGE and (self.text is None or self.picked or self.values is not None):
            raise ValueError("a choice at a message goes with its text alone")
        if self.action is None and (self.picked or self.values is not None):
            raise ValueError("picked and values go with an action")
        if self.text is not None and not self.text.strip():
            raise ValueError("an empty text")
        return self

    @model_validator(mode="after")
    def _speaks_for_itself(self) -> Self:
        if self.persona.startswith("@") or (self.place.startswith("@") and self.place != f"@{self.persona}"):
            raise ValueError("not the sender's own private place")
        return self


def parse(payload: Mapping[str, Any], *, at: datetime) -> Inbound:
    """What came in at the moment `at`. Raises pydantic's ValidationError when the payload is not a `Sent`."""
    sent = Sent.model_validate(payload)
    is_private = sent.place.startswith("@")
    return Inbound(
        platform=NAME,
        event_id=sent.event,
        sender=sent.persona,
        place=Place(NAME, sent.place, is_private, None if is_private else sent.thread),
        at=at,
        text=sent.text,
        action=sent.action,
        picked=sent.picked,
        values=sent.values,
        reference=f"{NAME}:{sent.event}" if sent.text is not None and sent.action is None else None,
    )


def render(presented: Presented) -> dict[str, Any]:
    """The message as the page's script takes it: plain JSON values, without what is empty."""
    return {"text": presented.text} | _parts(replace(presented, language=""))


def _parts(part: Any) -> dict[str, Any]:
    given = {field.name: getattr(part, field.name) for field in fields(part)}
    return {name: _plain(value) for name, value in given.items() if value not in ("", (), None)}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return _parts(value)
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


class WebChat:
    """The open windows. `changed` tells them all that there is something new; each asks for what it may see."""

    name = NAME
    ceiling = CAPABILITIES.ceiling
    keeps_history = False
    limits = limits.EMBEDDED
    reacts: Literal[True] = True

    def __init__(self, version: int = 0) -> None:
        self._version = version
        self._news = asyncio.Event()

    @property
    def version(self) -> int:
        """Grows with every change."""
        return self._version

    def changed(self, version: int | None = None) -> None:
        """Something that windows show has changed: up to this version, or else by one. In the event loop's thread."""
        self._version = max(self._version + 1, version or 0)
        self._news.set()
        self._news = asyncio.Event()

    async def changes(self) -> AsyncIterator[int]:
        """The version now, and then the latest each time that it grew."""
        given: int | None = None
        while True:
            if self._version == given:
                await self._news.wait()
            given = self._version
            yield given

    async def send(self, outbound: Outbound) -> str | None:
        """Tell the windows. The reference is the key of the first message, also when this one replaces it."""
        self.changed()
        return outbound.replaces or outbound.key
