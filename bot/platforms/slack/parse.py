"""What Slack brings, as it is to us. Nothing in a payload is trusted to be there, or to be of its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from typing import Any, Final

from bot.platforms.base import Happened, Happening, Inbound, Place
from bot.platforms.slack import NAME

LONGEST_TEXT: Final = 40_000  # Slack cuts messages there itself
COMMAND: Final = "/overleg"
WINDOW: Final = "window|"  # before the key of a button that opens a form in a window
SPLIT: Final = "\n"  # between the key of an input and the option that was chosen
SEND: Final = "send|"  # before the key of an input whose ticks are sent with the button
SHORTCUTS: Final = ("put_on_agenda", "record_signal")
_ROOMS: Final[Mapping[str, Happened]] = {
    "channel_archive": "room_gone", "group_archive": "room_gone", "channel_deleted": "room_gone",
    "group_deleted": "room_gone", "channel_unarchive": "room_back", "group_unarchive": "room_back",
    "channel_left": "room_left", "group_left": "room_left",
}  # fmt: skip
_SAID: Final = frozenset({"", "file_share", "thread_broadcast", "me_message"})
_LINKED: Final = re.compile(r"<(?:(mailto:|tel:)?([^>|]*))(?:\|([^>]*))?>")


@dataclass(frozen=True, slots=True)
class Opening:
    """A press that opens a form in a window, while Slack waits: `trigger` works once, for three seconds."""

    inbound: Inbound
    trigger: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A window that was sent, or closed (`is_closed`): the raw state of its fields, by block and action."""

    place: Place
    event_id: str
    at: datetime
    dialog_id: int
    upto: str
    state: Mapping[str, Any]
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody opened the app's home page, or (`thread`) its assistant pane."""

    place: Place
    channel: str = ""


Parsed = Inbound | Happening | Opening | Submitted | Looked | None


def parse(body: Any, *, at: datetime, is_shared: bool = False) -> Parsed:
    """What a payload of Slack's is; None for what is nothing to us. `is_shared`: there are several workspaces, so
    addresses carry theirs.
    """
    if not isinstance(body, Mapping):
        return None
    reader = _Reader(body, at, is_shared)
    kind = reader.text("type")
    if kind == "event_callback":
        return reader.event()
    if reader.text("command"):
        return reader.command()
    if kind == "block_actions":
        return reader.action()
    if kind in {"view_submission", "view_closed"}:
        return reader.window(is_closed=kind == "view_closed")
    if kind in {"message_action", "shortcut"}:
        return reader.shortcut()
    return None


def plain(text: str) -> str:
    """A text as somebody typed it, without Slack's own marks."""

    def as_typed(found: re.Match[str]) -> str:
        target, label = found[2], found[3] or ""
        if found[1] or not label or label == target:
            return label or target
        return label if target[:1] in "@#!" else f"{label} {target}"

    return unescape(_LINKED.sub(as_typed, text[:LONGEST_TEXT]))


def written(value: Any) -> str:
    """A text of a payload; "" for anything else, and without what no database takes."""
    return value.replace("\x00", "").encode("utf-8", "ignore").decode() if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class _Reader:
    body: Mapping[str, Any]
    at: datetime
    is_shared: bool

    def at_path(self, *path: str) -> Any:
        found: Any = self.body
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def text(self, *path: str) -> str:
        return written(self.at_path(*path))

    def _address(self, of: str) -> str:
        team = self.text("team_id") or self.text("team", "id")
        return f"{team}/{of}" if self.is_shared and of else of

    def _place(self, channel: str, user: str, thread: str, *, is_private: bool) -> Place:
        return Place(NAME, self._address(user if is_private else channel), is_private, thread or None)

    # --- events -------------------------------------------------------------------------------------------------------

    def event(self) -> Parsed:
        kind = self.text("event", "type")
        if kind in {"message", "app_mention"}:
            return self._message()
        if kind in _ROOMS:
            return self._happened(_ROOMS[kind], self.text("event", "channel"))
        if kind in {"channel_rename", "group_rename"}:
            return self._happened(
                "room_renamed", self.text("event", "channel", "id"), self.text("event", "channel", "name")
            )
        if kind == "channel_id_changed":
            to = self._address(self.text("event", "new_channel_id"))
            return self._happened("room_moved", self.text("event", "old_channel_id"), to)
        if kind == "member_joined_channel":
            is_us = self.text("event", "user") == self._us() != ""
            return self._happened("room_back", self.text("event", "channel")) if is_us else None
        if kind == "user_change":
            is_gone = self.at_path("event", "user", "deleted") is True
            return self._happened("address_gone" if is_gone else "address_back", self.text("event", "user", "id"))
        if kind in {"tokens_revoked", "app_uninstalled"}:
            is_ours = kind == "app_uninstalled" or bool(self.at_path("event", "tokens", "bot"))
            return self._happened("access_revoked", self.text("team_id"), is_whole=True) if is_ours else None
        return self._looked(kind)

    def _looked(self, kind: str) -> Parsed:
        if kind == "app_home_opened" and self.text("event", "tab") == "home" and (user := self.text("event", "user")):
            return Looked(self._place("", user, "", is_private=True))
        user = self.text("event", "assistant_thread", "user_id")
        if kind == "assistant_thread_started" and user:
            thread = self.text("event", "assistant_thread", "thread_ts")
            place = self._place("", user, thread, is_private=True)
            return Looked(place, self.text("event", "assistant_thread", "channel_id"))
        return None

    def _us(self) -> str:
        """The id of our own user, as Slack tells it with each event."""
        found = self.at_path("authorizations")
        first = found[0] if isinstance(found, list) and found and isinstance(found[0], Mapping) else {}
        return written(first.get("user_id"))

    def _happened(self, kind: Happened, of: str, to: str = "", *, is_whole: bool = False) -> Happening | None:
        event_id = self.text("event_id")
        if not of or not event_id:
            return None
        return Happening(NAME, event_id, kind, self.at, of if is_whole else self._address(of), to)

    def _message(self) -> Parsed:
        subtype, channel = self.text("event", "subtype"), self.text("event", "channel")
        if subtype in {"message_changed", "message_deleted"}:
            return self._changed(subtype, channel)
        user, ts = self.text("event", "user"), self.text("event", "ts")
        is_bot = bool(self.at_path("event", "bot_id")) or user in {"", "USLACKBOT", self._us()}
        if subtype not in _SAID or is_bot or not channel or not ts:
            return None
        files = self.at_path("event", "files")
        has_file = subtype == "file_share" or (isinstance(files, list) and bool(files))
        said = self._addressed(plain(self.text("event", "text")))
        if not said.strip() and not has_file:
            return None
        thread = self.text("event", "thread_ts")
        place = self._place(channel, user, thread, is_private=self.text("event", "channel_type") == "im")
        return Inbound(
            NAME, self._of(channel, ts), self._address(user), place, self.at, text=said, has_file=has_file,
        )  # fmt: skip

    def _of(self, channel: str, ts: str) -> str:
        """The id of a message: the same when it is told as a mention, as a message, or again."""
        return f"{self.text('team_id')}:{channel}:{ts}"

    def _addressed(self, text: str) -> str:
        """A message that begins with our name is a command."""
        us = self._us()
        found = text.lstrip()
        return f"{COMMAND} {found[len(us) + 1 :].lstrip(' :,')}" if us and found.startswith(f"@{us}") else text

    def _changed(self, subtype: str, channel: str) -> Happening | None:
        was, now = self.at_path("event", "previous_message"), self.at_path("event", "message")
        if not isinstance(was, Mapping) or was.get("bot_id") or not channel:
            return None
        is_edit = subtype == "message_changed"
        if is_edit and (not isinstance(now, Mapping) or now.get("text") == was.get("text")):
            return None  # Slack unfolded a link
        made = self._happened("message_edited" if is_edit else "message_deleted", written(was.get("user")))
        return None if made is None else replace(made, reference=self._of(channel, written(was.get("ts"))))

    # --- commands and presses -----------------------------------------------------------------------------------------

    def command(self) -> Inbound | None:
        user, channel, trigger = self.text("user_id"), self.text("channel_id"), self.text("trigger_id")
        if not user or not channel or not trigger:
            return None
        is_private = channel.startswith("D")
        text = f"{COMMAND} {plain(self.text('text')).strip() or 'help'}"
        place = self._place(channel, user, "", is_private=is_private)
        return Inbound(NAME, f"command:{trigger}", self._address(user), place, self.at, text=text)

    def action(self) -> Inbound | Opening | None:
        found = self.at_path("actions")
        pressed = found[0] if isinstance(found, list) and found and isinstance(found[0], Mapping) else {}
        key, picked = _pressed(pressed, self.at_path("state", "values"))
        user, pressed_at = self.text("user", "id"), written(pressed.get("action_ts")) or self.text("trigger_id")
        if not key or not user or not pressed_at:
            return None
        message = self.text("container", "message_ts") or self.text("view", "id")
        inbound = Inbound(
            NAME, f"action:{user}:{message}:{pressed_at}", self._address(user), self._where(user), self.at,
            action=key.removeprefix(WINDOW), picked=picked,
        )  # fmt: skip
        return inbound if not key.startswith(WINDOW) else Opening(inbound, self.text("trigger_id"))

    def _where(self, user: str) -> Place:
        """Where a button stands: in a channel, or in private (on the home page too)."""
        channel, thread = self.text("channel", "id"), self.text("message", "thread_ts")
        is_private = not channel or channel.startswith("D")
        return self._place(channel, user, thread, is_private=is_private)

    def shortcut(self) -> Inbound | Opening | None:
        """At a message: put it on the agenda. From anywhere: record a signal."""
        act, user, trigger = self.text("callback_id"), self.text("user", "id"), self.text("trigger_id")
        if act not in SHORTCUTS or not user or not trigger:
            return None
        event_id = (
            f"shortcut:{self.text('channel', 'id')}:{self.text('message_ts')}:{self.text('action_ts') or trigger}"
        )
        if act == "put_on_agenda":
            said = plain(self.text("message", "text"))
            return Inbound(NAME, event_id, self._address(user), self._where(user), self.at, text=said, action="item")
        place = self._place("", user, "", is_private=True)
        inbound = Inbound(NAME, event_id, self._address(user), place, self.at, text=f"{COMMAND} signaal")
        return Opening(inbound, trigger)

    # --- windows ------------------------------------------------------------------------------------------------------

    def window(self, *, is_closed: bool) -> Submitted | None:
        user, view_id = self.text("user", "id"), self.text("view", "id")
        dialog, _, upto = self.text("view", "private_metadata").partition(":")
        if not user or not view_id or not dialog.isascii() or not dialog.isdigit() or len(dialog) > 18:  # noqa: PLR2004 -- fits 64 bits
            return None
        state = self.at_path("view", "state", "values")
        event_id = f"{'closed' if is_closed else 'view'}:{view_id}:{self.text('view', 'hash')}:{upto}"
        place = self._place("", user, "", is_private=True)
        values = state if isinstance(state, Mapping) else {}
        return Submitted(place, event_id, self.at, int(dialog), upto, values, is_closed)


def _pressed(pressed: Mapping[str, Any], state: Any) -> tuple[str, tuple[str, ...]]:
    """The key of what was pressed, with what was chosen."""
    value = written(pressed.get("value"))
    if value.startswith(SEND):
        key = value.removeprefix(SEND)
        return key, _ticked(state, key)
    if value:
        key, _, option = value.partition(SPLIT)
        return key, (option,) if option else ()
    options = _chosen(pressed)
    if not options or written(pressed.get("action_id")).startswith("tick"):
        return "", ()  # ticks are read when they are sent
    key, _, option = options[0].partition(SPLIT)
    return key, (option,) if option else ()


def _ticked(state: Any, key: str) -> tuple[str, ...]:
    """What is ticked under a message, of the input with this key."""
    found: list[str] = []
    for block in state.values() if isinstance(state, Mapping) else ():
        for element in block.values() if isinstance(block, Mapping) else ():
            for value in _chosen(element) if isinstance(element, Mapping) else ():
                own, _, option = value.partition(SPLIT)
                if own in {"", key} and option:
                    found.append(option)
    return tuple(found)


def _chosen(element: Mapping[str, Any]) -> list[str]:
    one, several = element.get("selected_option"), element.get("selected_options")
    options = several if isinstance(several, list) else [one]
    return [written(option.get("value")) for option in options if isinstance(option, Mapping)]
