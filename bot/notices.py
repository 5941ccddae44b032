"""What is said where only notices may be said: that something waits, until when, and where to find it. Nothing of the
message itself comes along but its kind and its day.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from bot.platforms.base import Link, Place, Presented
from bot.tenant import Tenant
from conversations.dialog.messages import Message
from conversations.i18n import Texts
from conversations.process.workflow import DataLevel
from storage.members import Person

EMBEDDED: Final = frozenset(
    {"webchat", "console"}
)  # their reader is known to the program: its pages open by themselves
TO_STRANGERS: Final = frozenset({"join.unknown", "join.wrong", "join.locked"})  # no values, so nothing in them
_DUE: Final = ("reminder.", "task.reminder", "task.overdue")
_TASK: Final = ("task.", "action.")


def notice(message: Message, texts: Texts, tenant: Tenant, reader: Person | None, now: datetime) -> Presented:
    """The message as a notice, with a link that lets its reader in once."""
    if message.id in TO_STRANGERS:
        return Presented(texts.message(message.id))
    day = message.values.get("day")
    links = outward((Link(texts.message("notice.open"), "/"),), tenant, reader, now)
    if message.id == "access.sign_in_code":
        return Presented(texts.message("notice.sign_in"), links=links, tone="notice")
    if message.id.startswith((*_DUE, *_TASK)) and isinstance(day, date):
        name = "due_by" if message.id.startswith(_DUE) else "task_by"
        return Presented(texts.message(f"notice.{name}", {"day": day}), links=links, tone="notice")
    if message.id.startswith(_DUE):
        return Presented(texts.message("notice.due"), links=links, tone="notice")
    if message.id.startswith(_TASK):
        return Presented(texts.message("notice.task"), links=links, tone="notice")
    return Presented(texts.message("notice.word"), links=links, tone="notice")


def is_notice_only(platform: str, level: DataLevel) -> bool:
    """Whether nothing but notices may be said there."""
    return platform not in EMBEDDED and level <= DataLevel.NOTIFY_ONLY


def links_at(
    place: Place, links: tuple[Link, ...], tenant: Tenant, reader: Person | None, now: datetime
) -> tuple[Link, ...]:
    """Links as they work at a place: elsewhere than here, whole addresses that let their reader in once."""
    if place.platform in EMBEDDED:
        return links
    return outward(links, tenant, reader if place.is_private else None, now)


def outward(links: tuple[Link, ...], tenant: Tenant, reader: Person | None, now: datetime) -> tuple[Link, ...]:
    """For one reader signed and used once; for a room the plain address, behind which one signs in. None without a
    public address.
    """
    access = tenant.access
    if not access.public_url:
        return ()
    return tuple(
        Link(
            one.label,
            f"{access.public_url}{one.address}" if reader is None else access.link(reader.member_id, one.address, now),
        )
        for one in links
    )
