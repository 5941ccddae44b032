"""What Teams sends, read: something that somebody said or pressed, something that happened, or where to find somebody.

People are known by their id in the directory, because that is what an administrator knows; a room by its conversation.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.platforms.base import Happened, Happening, Inbound, Place
from bot.platforms.teams import fields
from bot.platforms.teams.render import OURS
from conversations.dialog import commands

NAME: Final = "teams"
PREFIX: Final = "/overleg "
LONGEST_KEY: Final = 500
_THREAD: Final = ";messageid="
_NO_FILES: Final = ("text/", "messagereference", "application/vnd.microsoft.card.")
_BLOCKS: Final = re.compile(r"</(?:p|div|li|h\d|tr|blockquote)>|<br\s*/?>", re.IGNORECASE)
_TAGS: Final = re.compile(r"<[^>]*>")
_RENAMED: Final = "channelRenamed"
_ROOM_EVENTS: Final[Mapping[str, Happened]] = {
    _RENAMED: "room_renamed",
    "channelDeleted": "room_gone",
    "channelRestored": "room_back",
    "channelUnshared": "room_left",
}
_TEAM_EVENTS: Final[Mapping[str, Happened]] = {
    "teamArchived": "room_gone",
    "teamUnarchived": "room_back",
    "teamDeleted": "room_gone",
    "teamHardDeleted": "room_gone",
    "teamRestored": "room_back",
}
MESSAGE_CHOICES: Final[Mapping[str, str]] = {"agenda": "item", "signal": "signal"}  # command of a message → action


def part(value: Any, *names: str) -> Mapping[str, Any]:
    """A part of what was sent, by its name in its name; empty when it is not there, or not what it should be."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def listed(value: Any) -> tuple[Any, ...]:
    """A list that was sent; empty when it is none."""
    return tuple(value) if isinstance(value, list | tuple) else ()


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Account(_Part):
    """Somebody, or the assistant itself."""

    id: str = ""
    aadObjectId: str | None = None  # noqa: N815 -- Teams' own name

    @property
    def address(self) -> str:
        """By what we know them."""
        return self.aadObjectId or self.id


class Conversation(_Part):
    """Where it was said."""

    id: str = ""
    conversationType: str | None = None  # noqa: N815 -- Teams' own name
    isGroup: bool = False  # noqa: N815 -- idem
    tenantId: str | None = None  # noqa: N815 -- idem

    @property
    def is_private(self) -> bool:
        """Whether it is a member's own talk with the assistant."""
        return (self.conversationType or ("groupChat" if self.isGroup else "personal")) == "personal"


class Activity(_Part):
    """What Teams posts, as far as we read it."""

    type: str
    id: str = ""
    name: str | None = None
    action: str | None = None
    text: str | None = None
    textFormat: str | None = None  # noqa: N815 -- Teams' own name
    locale: str | None = None
    serviceUrl: str = ""  # noqa: N815 -- idem
    replyToId: str | None = None  # noqa: N815 -- idem
    sender: Account = Field(default_factory=Account, alias="from")
    recipient: Account = Field(default_factory=Account)
    conversation: Conversation = Field(default_factory=Conversation)
    attachments: list[Any] | None = None
    entities: list[Any] | None = None
    membersAdded: list[Account] | None = None  # noqa: N815 -- idem
    membersRemoved: list[Account] | None = None  # noqa: N815 -- idem
    value: Any = None
    channelData: Any = None  # noqa: N815 -- idem

    @property
    def room(self) -> str:
        """The conversation without the thread in it."""
        return self.conversation.id.partition(_THREAD)[0]

    @property
    def event(self) -> str:
        """What tells this event from all others: ids of messages are unique within a conversation alone."""
        return f"{self.room}/{self.id}"

    @property
    def tenant(self) -> str:
        """The organisation in whose Teams it was said."""
        return _text_of(part(self.channelData, "tenant").get("id")) or self.conversation.tenantId or ""

    @property
    def place(self) -> Place:
        """Where it was said: a private talk is known by whose it is."""
        if self.conversation.is_private:
            return Place(NAME, self.sender.address, is_private=True)
        thread = self.conversation.id.partition(_THREAD)[2]
        return Place(NAME, self.room, is_private=False, thread=thread if thread and thread != self.id else None)

    @property
    def is_own(self) -> bool:
        """Whether the assistant itself is meant by what came or went."""
        moved = {one.id for one in (*(self.membersAdded or ()), *(self.membersRemoved or ()))}
        return bool(self.recipient.id) and self.recipient.id in moved


@dataclass(frozen=True, slots=True)
class Reference:
    """Where somebody, or a room, can be written to. `user` is how a card names who sees it their own way."""

    address: str
    conversation: str
    service_url: str
    tenant: str
    user: str = ""
    team: str = ""


def reference(activity: Activity) -> Reference | None:
    """Where what was said can be answered, also later; renewed with all that comes in."""
    if not activity.serviceUrl or not activity.conversation.id:
        return None
    place = activity.place
    if not place.address:
        return None
    user = activity.sender.id if place.is_private else ""
    return Reference(place.address, activity.room, activity.serviceUrl, activity.tenant, user, team_of(activity))


def parse(activity: Activity, *, at: datetime) -> Inbound | None:
    """What somebody said, pressed or filled in; None when it is something else."""
    if not (activity.id and activity.room and activity.sender.address):
        return None
    if activity.type == "message":
        ours = part(activity.value, OURS)
        return _pressed(activity, ours, part(activity.value), at) if ours else _said(activity, at)
    if activity.type != "invoke":
        return None
    if activity.name == "adaptiveCard/action":
        sent = part(activity.value, "action", "data")
        return _pressed(activity, part(sent, OURS), sent, at)
    if activity.name in {"composeExtension/fetchTask", "composeExtension/submitAction"}:
        return _at_message(activity, at)
    return None


def happenings(activity: Activity, rooms: Sequence[str], *, at: datetime) -> Iterator[Happening]:
    """What happened beside that. `rooms`: those that are known of the team it is about."""
    if not activity.room:
        return
    if activity.type in {"messageUpdate", "messageDelete"}:
        if not (activity.id and activity.sender.address):
            return
        kind: Happened = "message_edited" if activity.type == "messageUpdate" else "message_deleted"
        event = f"{activity.event}/{activity.type}"
        yield Happening(NAME, event, kind, at, activity.sender.address, reference=activity.event)
        return
    if activity.type == "installationUpdate":
        is_here = (activity.action or "").startswith("add")
        yield from _installed(activity, rooms, at, is_here=is_here)
        return
    if activity.type != "conversationUpdate":
        return
    if activity.is_own:
        yield from _installed(activity, rooms, at, is_here=bool(activity.membersAdded))
    event_type = _text_of(part(activity.channelData).get("eventType"))
    channel = part(activity.channelData, "channel")
    if event_type in _ROOM_EVENTS:
        name = _text_of(channel.get("name")) if event_type == _RENAMED else ""
        address = _text_of(channel.get("id")) or activity.room
        yield Happening(NAME, _event(activity, address), _ROOM_EVENTS[event_type], at, address, to=name)
    elif event_type in _TEAM_EVENTS:
        for room in rooms:
            yield Happening(NAME, _event(activity, room), _TEAM_EVENTS[event_type], at, room)


def team_of(activity: Activity) -> str:
    """The team in which it was said; "" outside of teams."""
    return _text_of(part(activity.channelData, "team").get("id"))


def _event(activity: Activity, address: str) -> str:
    """Several things can happen by one event, and not every event has an id of its own."""
    return f"{activity.event}/{activity.type}/{_text_of(part(activity.channelData).get('eventType'))}/{address}"


def _installed(activity: Activity, rooms: Sequence[str], at: datetime, *, is_here: bool) -> Iterator[Happening]:
    """The assistant was added, or removed: from somebody's own apps, a chat, or a team with all its channels."""
    if activity.conversation.is_private:
        kind: Happened = "address_back" if is_here else "address_gone"
        address = activity.sender.address
        if not address:
            return
        yield Happening(NAME, _event(activity, address), kind, at, address)
        return
    for room in {activity.room, *rooms}:
        yield Happening(NAME, _event(activity, room), "room_back" if is_here else "room_left", at, room)


# --- what was said ----------------------------------------------------------------------------------------------------


def _said(activity: Activity, at: datetime) -> Inbound:
    place = activity.place
    text, is_meant = _text(activity)
    if not place.is_private and is_meant:
        text = _addressed(text, place)
    has_file = any(_is_file(one) for one in activity.attachments or ())
    return Inbound(NAME, activity.event, activity.sender.address, place, at, text=text, has_file=has_file)


def _text(activity: Activity) -> tuple[str, bool]:
    """The text without the assistant's own name, and whether it was called by it. Other names stay: the gate looks at
    them.
    """
    text, is_meant = activity.text or "", False
    for entity in activity.entities or ():
        said = _text_of(part(entity).get("text"))
        if part(entity).get("type") != "mention" or not said:
            continue
        if part(entity, "mentioned").get("id") == activity.recipient.id:
            text, is_meant = text.replace(said, " "), True
    return _plain(text, is_markup=activity.textFormat == "xml" or "<at" in text), is_meant


def _plain(text: str, *, is_markup: bool) -> str:
    if is_markup:
        text = _TAGS.sub("", _BLOCKS.sub("\n", text))
    text = html.unescape(text).replace("\xa0", " ")
    lines = (" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _addressed(text: str, place: Place) -> str:
    """Calling the assistant by its name is what `/overleg` is elsewhere; in a thread it may be an answer as well."""
    if commands.has_prefix(text) or commands.read_capture(text) is not None:
        return text
    if place.thread is not None and commands.read_command(text, is_forgiving=False) is None:
        return text
    return PREFIX + text


def _is_file(attachment: Any) -> bool:
    return not _text_of(part(attachment).get("contentType")).casefold().startswith(_NO_FILES)


# --- what was pressed -------------------------------------------------------------------------------------------------


def _pressed(activity: Activity, ours: Mapping[str, Any], sent: Mapping[str, Any], at: datetime) -> Inbound | None:
    """A button of a card, with what was filled in on it. None: a wish to see the card again."""
    key, place = _text_of(ours.get("key")), place_of_card(activity)
    if not key or len(key) > LONGEST_KEY or ours.get("do") not in {"press", "fill", "tick"}:
        return None
    picked: tuple[str, ...] = ()
    values: dict[str, Any] | None = None
    if ours["do"] == "fill":
        values = filled(ours, sent)
    if ours["do"] == "tick":
        keys = [one for one in listed(ours.get("of")) if isinstance(one, str)]
        ticked = (one for one in _text_of(sent.get("picked")).split(",") if one.isdecimal() and len(one) < 4)  # noqa: PLR2004
        picked = tuple(keys[int(one)] for one in ticked if int(one) < len(keys))
    return Inbound(
        NAME, activity.event, activity.sender.address, place, at, action=key, picked=picked, values=values
    )  # fmt: skip


def filled(ours: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a card or a page as they are kept, by question."""
    found: dict[str, Any] = {}
    for number, one in enumerate(listed(ours.get("fields"))):
        try:
            known = fields.Shape.model_validate(one)
        except ValidationError:
            continue  # not a card of ours
        found[known.q] = fields.read(known, sent, f"f{number}")
    return found


def place_of_card(activity: Activity) -> Place:
    """A press on a card at the head of a thread is at the head; one further down is in the thread."""
    place = activity.place
    if place.thread is not None and place.thread == activity.replyToId:
        return Place(NAME, place.address, is_private=False)
    return place


def _at_message(activity: Activity, at: datetime) -> Inbound | None:
    """A choice in the menu of somebody's message: it goes with that message's text."""
    action = MESSAGE_CHOICES.get(_text_of(part(activity.value).get("commandId")))
    if action is None:
        return None
    body = part(activity.value, "messagePayload", "body")
    text = _plain(_text_of(body.get("content")), is_markup=body.get("contentType") == "html")
    has_file = any(_is_file(one) for one in listed(part(activity.value, "messagePayload").get("attachments")))
    return Inbound(
        NAME, activity.event, activity.sender.address, activity.place, at, text=text, action=action, has_file=has_file
    )  # fmt: skip
