"""From an update of the Bot API to what it means. Pure; whatever the update holds, nothing is raised.

Events are known by what they are about, not by the number of the update: a message by its own number, so that a later
change of it can name it.

A room is a group, or one topic of it (`-1001234567890/7`). A thread is the chain of replies under one of our messages:
its name is the number of the first, which our replies carry as a link, because an update shows one step of a chain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from bot.access import read_code
from bot.platforms.base import Happened, Happening, Inbound, Place
from bot.platforms.telegram import NAME

TICKED: Final = "\N{BALLOT BOX WITH CHECK} "
UNTICKED: Final = "\N{BALLOT BOX} "
ALIAS: Final = "~"  # what is behind a key that was too long
DONE: Final = "."  # a button that only shows what was chosen
TICK, SEND, OPTION = "+", "=", "|"  # marks in a button's data: tick, send what is ticked, this option
LONGEST_TEXT: Final = 10_000  # of what can be an answer; Telegram itself takes 4,096
_COMMAND: Final = re.compile(r"^/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?$", re.DOTALL)
_ROOT_LINK: Final = re.compile(r"^https://t\.me/c/\d{1,20}/(?:\d{1,20}/)?(\d{1,20})$")
_CAPTURES: Final = frozenset(
    {"besluit", "actie", "info", "afwijkend", "vraag", "decision", "action", "dissent", "question"}
)
_FILES: Final = (
    "animation", "audio", "contact", "document", "location", "paid_media", "photo", "sticker", "story", "venue",
    "video", "video_note", "voice",
)  # fmt: skip
_OF_FORM: Final = re.compile(r"^d\d+:")
_OUT: Final = frozenset({"kicked", "left"})

Payload: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bot:
    """Who we are there: the number in our token, and our name without the @."""

    id: int
    username: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press: the message that it was on, so that it can be answered in place. `inbound` is None
    for a mere tick, and when nothing was ticked.
    """

    query: str
    place: Place
    message: int
    buttons: tuple[tuple[tuple[str, str], ...], ...]  # rows of label and data, as they were shown
    data: str
    language: str
    inbound: Inbound | None


Meant: TypeAlias = Inbound | Happening | Pressed


def parse(update: object, bot: Bot, *, at: datetime, aliases: Mapping[str, str] | None = None) -> Meant | None:
    """What an update means to us; None for what we do not take, or cannot read. `aliases`: what is behind the short
    names of keys that `aliases_in` finds.
    """
    given = _dict(update)
    number = _int(given.get("update_id"))
    if number is None:
        return None
    event_id = f"{bot.id}:u:{number}"
    if "message" in given:
        message = _dict(given["message"])
        return _service(message, event_id, at) or _message(message, bot, at)
    if "callback_query" in given:
        return _press(_dict(given["callback_query"]), bot, at, aliases or {})
    if "edited_message" in given:
        return _edited(_dict(given["edited_message"]), bot, event_id, at)
    if "my_chat_member" in given:
        return _membership(_dict(given["my_chat_member"]), event_id, at)
    return None


def number_of(update: object) -> int | None:
    """The number of an update, also of one that cannot be read otherwise."""
    return _int(_dict(update).get("update_id"))


def aliases_in(update: object) -> frozenset[str]:
    """The short names of keys in an update, which whoever keeps them looks up before `parse`."""
    query = _dict(_dict(update).get("callback_query"))
    listed = [str(query.get("data", "")), *(data for row in _rows(_dict(query.get("message"))) for _, data in row)]
    return frozenset(key for key in map(key_in, listed) if key.startswith(ALIAS))


def key_in(data: str) -> str:
    """The key in a button's data, without its mark and option."""
    return data.removeprefix(TICK).removeprefix(SEND).partition(OPTION)[0]


def is_of_form(action: str) -> bool:
    """Whether a key answers or moves on a form; the question that it was under is over then."""
    return _OF_FORM.match(action) is not None


# --- messages ---------------------------------------------------------------------------------------------------------


def _message(message: Payload, bot: Bot, at: datetime) -> Inbound | None:
    place, sender = _place(_dict(message.get("chat")), message, bot), _dict(message.get("from"))
    who, event_id = _int(sender.get("id")), _event_of(message, bot)
    if place is None or who is None or event_id is None or sender.get("is_bot") is True:
        return None
    if any(message.get(kind) for kind in _FILES):
        return Inbound(NAME, event_id, str(who), place, at, has_file=True)
    text = _said(message.get("text"), bot, is_private=place.is_private)
    return None if text is None else Inbound(NAME, event_id, str(who), place, at, text=text)


def _event_of(message: Payload, bot: Bot) -> str | None:
    chat, number = _int(_dict(message.get("chat")).get("id")), _int(message.get("message_id"))
    return None if chat is None or number is None else f"{bot.id}:m:{chat}:{number}"


def _edited(message: Payload, bot: Bot, event_id: str, at: datetime) -> Happening | None:
    who, reference = _int(_dict(message.get("from")).get("id")), _event_of(message, bot)
    if who is None or reference is None:
        return None
    return Happening(NAME, event_id, "message_edited", at, address=str(who), reference=reference)


def _said(text: object, bot: Bot, *, is_private: bool) -> str | None:
    """The text as the program understands it: `/taken` and `@ourselves taken` are `/overleg taken`."""
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        return None
    plain = text.replace("\0", "").encode(errors="ignore").decode().strip()
    mention = f"@{bot.username}".casefold()
    if bot.username and plain.casefold().startswith(f"{mention} "):
        return f"/overleg {plain[len(mention) :].strip()}"
    found = _COMMAND.match(plain)
    if found is None:
        return plain
    word, to, rest = found[1].casefold(), found[2], (found[3] or "").strip()
    if to is not None and to.casefold() != bot.username.casefold():
        return None  # said to another bot
    if word == "start":  # behind a deep link is a code
        return read_code(rest) if is_private and read_code(rest) else "/overleg"
    if word == "overleg":
        return f"/overleg {rest}".strip()
    if word in _CAPTURES and rest:
        return f"/overleg {word}: {rest}"
    return f"/overleg {word.replace('_', ' ')} {rest}".strip()


# --- presses ----------------------------------------------------------------------------------------------------------


def _press(query: Payload, bot: Bot, at: datetime, aliases: Mapping[str, str]) -> Pressed | None:
    message = _dict(query.get("message"))
    chat, who, number = _dict(message.get("chat")), _int(_dict(query.get("from")).get("id")), query.get("id")
    place, data = _place(chat, message, None), query.get("data")
    which = _int(message.get("message_id"))
    if place is None or who is None or which is None or not isinstance(data, str) or not isinstance(number, str):
        return None
    if place.is_private and str(who) != place.address:
        return None
    rows = _rows(message)
    language = "nl" if _dict(query.get("from")).get("language_code", "nl") == "nl" else "en"
    pressed = Pressed(number, place, which, rows, data, language, None)
    if data.startswith((TICK, DONE)) or not data:
        return pressed
    action, picked = _action(data, rows, aliases)
    if data.startswith(SEND) and not picked:
        return pressed
    inbound = Inbound(NAME, f"{bot.id}:q:{number}", str(who), place, at, action=action, picked=picked)
    return replace(pressed, inbound=inbound)


def _action(
    data: str, rows: tuple[tuple[tuple[str, str], ...], ...], aliases: Mapping[str, str]
) -> tuple[str, tuple[str, ...]]:
    key = key_in(data)
    action = aliases.get(key, key)
    if data.startswith(SEND):
        ticked = [one for row in rows for label, one in row if label.startswith(TICKED)]
        return action, tuple(one.partition(OPTION)[2] for one in ticked if key_in(one) == key)
    option = data.partition(OPTION)[2]
    return action, (option,) if option else ()


def _rows(message: Payload) -> tuple[tuple[tuple[str, str], ...], ...]:
    listed = _dict(message.get("reply_markup")).get("inline_keyboard")
    return tuple(
        tuple((str(one.get("text", "")), str(one.get("callback_data") or one.get("url") or "")) for one in _dicts(row))
        for row in (listed if isinstance(listed, list) else ())
    )


# --- who is where -----------------------------------------------------------------------------------------------------


def _service(message: Payload, event_id: str, at: datetime) -> Happening | None:
    """What a group tells of itself: another number (it became a supergroup), another name, a topic closed."""
    place = _place(_dict(message.get("chat")), message, None)
    if place is None or place.is_private:
        return None
    chat, renamed = str(_dict(message.get("chat")).get("id")), _dict(message.get("forum_topic_edited")).get("name")
    found: tuple[Happened, str, str] | None = None
    if (to := _int(message.get("migrate_to_chat_id"))) is not None:
        found = ("room_moved", chat, str(to))
    elif (old := _int(message.get("migrate_from_chat_id"))) is not None:
        found = ("room_moved", str(old), chat)
    elif isinstance(title := message.get("new_chat_title"), str):
        found = ("room_renamed", chat, title)
    elif isinstance(renamed, str):
        found = ("room_renamed", place.address, renamed)
    elif "forum_topic_closed" in message:
        found = ("room_gone", place.address, "")
    elif "forum_topic_reopened" in message:
        found = ("room_back", place.address, "")
    return None if found is None else Happening(NAME, event_id, found[0], at, address=found[1], to=found[2])


def _membership(change: Payload, event_id: str, at: datetime) -> Happening | None:
    """Somebody blocked us or let us in again, or a group did."""
    place = _place(_dict(change.get("chat")), {}, None)
    was, now = (_dict(change.get(f"{age}_chat_member")).get("status") in _OUT for age in ("old", "new"))
    if place is None or was == now:
        return None
    of_person: Happened = "address_gone" if now else "address_back"
    of_room: Happened = "room_left" if now else "room_back"
    return Happening(NAME, event_id, of_person if place.is_private else of_room, at, address=place.address)


def _place(chat: Payload, message: Payload, bot: Bot | None) -> Place | None:
    """Where it was said; a press hangs at one of our replies, so its chain begins at what that replies to."""
    number = _int(chat.get("id"))
    if number is None or chat.get("type") not in {"private", "group", "supergroup"}:
        return None
    if chat["type"] == "private":
        return Place(NAME, str(number), is_private=True)
    topic = _int(message.get("message_thread_id")) if message.get("is_topic_message") is True else None
    address = str(number) if topic is None else f"{number}/{topic}"
    return Place(NAME, address, is_private=False, thread=_thread(message, bot))


def _thread(message: Payload, bot: Bot | None) -> str | None:
    reply = _dict(message.get("reply_to_message"))
    first = _int(reply.get("message_id"))
    if first is None or "forum_topic_created" in reply:  # in a topic everything is a reply to its beginning
        return None
    if bot is None:
        return str(first)
    if _int(_dict(reply.get("from")).get("id")) != bot.id:
        return None
    return next(_roots(reply), str(first))


def _roots(message: Payload) -> Iterator[str]:
    for one in _dicts(message.get("entities")):
        found = _ROOT_LINK.match(str(one.get("url", "")))
        if found is not None:
            yield found[1]


# --- what is not what it should be ------------------------------------------------------------------------------------


def _dict(value: object) -> Payload:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> Iterator[Payload]:
    yield from (one for one in (value if isinstance(value, list) else ()) if isinstance(one, dict))


def _int(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63 else None
