"""From an event in a room to what somebody said, pressed or did. Pure: what is known of the room comes with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bot.platforms.base import Inbound, Place

NAME: Final = "matrix"
POLL: Final = "org.matrix.msc3381.poll"  # what clients speak; the names of the specification are read as well
_NUMBERED: Final = re.compile(r"#\s*(\d{1,4})\Z")
_KEYCAP: Final = re.compile(r"([1-9])\ufe0f?\u20e3\Z")
_QUOTED: Final = re.compile(r"\A(?:> .*\n)+\n?")
_FILES: Final = frozenset({"m.image", "m.file", "m.audio", "m.video", "m.location"})
_TEXTS: Final = frozenset({"m.text", "m.emote"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice under a message of ours, with the number that it is typed by."""

    event: str
    number: int
    key: str
    label: str  # as `Around.seen_as` has it
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of the room in which something happened."""

    us: str
    place: Place
    offers: Sequence[Offer] = ()  # oldest first
    ours: frozenset[str] = frozenset()  # messages of ours that can be answered below
    seen_as: Callable[[str], str] = str.casefold  # a label as offers have it


class NoSuchOffer(LookupError):
    """`#9` where there is none."""


def parse(event: Mapping[str, Any], around: Around) -> Inbound | None:
    """What somebody said or pressed; None for all that is no word to us. NoSuchOffer when what is pressed is not
    there.
    """
    if event.get("sender") == around.us or not isinstance(event.get("content"), Mapping):
        return None
    match event.get("type"):
        case "m.room.message":
            return _message(event, around)
        case "m.reaction":
            return _reaction(event, around)
        case "m.poll.response" | "org.matrix.msc3381.poll.response":
            return _vote(event, around)
    return None


def is_edit(event: Mapping[str, Any]) -> str | None:
    """The message that this one replaces."""
    relation = _relation(event)
    replaced = relation.get("event_id")
    return str(replaced) if relation.get("rel_type") == "m.replace" and replaced else None


def redacted(event: Mapping[str, Any]) -> str:
    """The message that is taken away; newer rooms have it in the content, older ones beside it."""
    content = event.get("content")
    inside = content.get("redacts") if isinstance(content, Mapping) else None
    return str(event.get("redacts") or inside or "")


def happened_at(event: Mapping[str, Any]) -> datetime:
    """When the server says that it was sent."""
    stamp = event.get("origin_server_ts")
    return datetime.fromtimestamp((stamp if isinstance(stamp, int) else 0) / 1000, UTC)


def _relation(event: Mapping[str, Any]) -> Mapping[str, Any]:
    relation = event.get("content", {}).get("m.relates_to")
    return relation if isinstance(relation, Mapping) else {}


def _message(event: Mapping[str, Any], around: Around) -> Inbound | None:
    content, relation = event["content"], _relation(event)
    kind = content.get("msgtype")
    if is_edit(event) or kind not in _TEXTS | _FILES:
        return None
    below = relation.get("m.in_reply_to")
    replied = str(below.get("event_id", "")) if isinstance(below, Mapping) else ""
    place, is_answer = _where(around, relation, replied)
    if kind in _FILES:
        return _inbound(event, place, has_file=True)
    text = _text(content, is_reply=bool(replied) and relation.get("rel_type") != "m.thread", us=around.us)
    if not text:
        return None
    pressed = _typed(text, around, place, may_be_label=around.place.is_private or is_answer)
    if pressed is not None:
        return _inbound(event, place, action=pressed)
    return _inbound(event, place, text=text, reference=str(event["event_id"]))


def _where(around: Around, relation: Mapping[str, Any], replied: str) -> tuple[Place, bool]:
    """A thread, or a reply to something of ours, is the thread below it; and whether it answers us."""
    here = around.place
    if here.is_private:
        return here, True
    root = str(relation.get("event_id", "")) if relation.get("rel_type") == "m.thread" else ""
    below = root or (replied if replied in around.ours else "")
    return (here if not below else Place(NAME, here.address, is_private=False, thread=below)), bool(below)


def _text(content: Mapping[str, Any], *, is_reply: bool, us: str) -> str:
    """The words, without the quotation in front of a reply; called by our name is called by `/overleg`."""
    body = content.get("body")
    text = body if isinstance(body, str) else ""
    if is_reply:
        text = _QUOTED.sub("", text)
    local = us[1:].partition(":")[0]
    named = re.compile(rf"\s*@?(?:{re.escape(us[1:])}|{re.escape(local)})\s*[:,]?\s+", re.IGNORECASE)
    mentions = content.get("m.mentions")
    is_called = isinstance(mentions, Mapping) and us in (mentions.get("user_ids") or ())
    found = named.match(text)
    if found and (is_called or text.lstrip().startswith("@") or ":" in found[0]):
        return f"/overleg {text[found.end() :].strip()}"
    return text.strip()


def _typed(text: str, around: Around, place: Place, *, may_be_label: bool) -> str | None:
    if (numbered := _NUMBERED.match(text)) and (around.offers or place.is_private):
        return _one(offer.key for offer in around.offers if offer.number == int(numbered[1]))
    if not may_be_label or not (here := [one for one in around.offers if place.thread in {one.thread, one.event}]):
        return None
    latest = here[-1].event
    wanted = around.seen_as(text)
    labelled = [one.key for one in here if one.event == latest and one.label == wanted]
    return labelled[0] if len(labelled) == 1 else None


def _reaction(event: Mapping[str, Any], around: Around) -> Inbound | None:
    """1️⃣ under a message of ours is its first choice; every other reaction is a feeling."""
    relation = _relation(event)
    keycap = _KEYCAP.match(str(relation.get("key", "")))
    under = [one for one in around.offers if one.event == relation.get("event_id")]
    if keycap is None or len(under) < int(keycap[1]):
        return None
    offer = under[int(keycap[1]) - 1]
    return _inbound(event, _below(around, offer), action=offer.key)


def _vote(event: Mapping[str, Any], around: Around) -> Inbound | None:
    content = event["content"]
    given = content.get("m.selections")
    if given is None:
        response = content.get(f"{POLL}.response")
        given = response.get("answers") if isinstance(response, Mapping) else None
    poll = _relation(event).get("event_id")
    chosen = [one for one in around.offers if one.event == poll and isinstance(given, list) and one.key in given[:1]]
    return _inbound(event, _below(around, chosen[0]), action=chosen[0].key) if chosen else None


def _below(around: Around, offer: Offer) -> Place:
    here = around.place
    return here if here.is_private else Place(NAME, here.address, is_private=False, thread=offer.thread)


def _one(keys: Iterable[str]) -> str:
    for key in keys:
        return key
    raise NoSuchOffer


def _inbound(event: Mapping[str, Any], place: Place, **what: Any) -> Inbound:
    sender = str(event["sender"])
    return Inbound(NAME, str(event["event_id"]), sender, place, happened_at(event), **what)
