"""Asking Telegram for updates, by one program at a time: who has the lease asks, the others stand by."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from telegram.error import Conflict

from bot.platforms.telegram.parse import number_of
from storage import platforms as stored

if TYPE_CHECKING:
    from bot.platforms.telegram.client import Telegram

KINDS: Final = ("message", "edited_message", "callback_query", "my_chat_member")
WAIT_SECONDS: Final = 25  # that Telegram keeps a question open
LEASE: Final = timedelta(seconds=60)
STAND_BY_SECONDS: Final = 10.0
MOST: Final = 100  # updates at once
SOONEST: Final = 0.5  # seconds between two questions that got no answer


async def poll(line: Telegram) -> None:
    """Ask for as long as this runs, whenever the lease is ours. What Telegram refuses, or a database that is away, is
    raised; updates that were not kept come again.
    """
    name, holder = f"telegram:{line.settings.bot_id}", secrets.token_hex(8)
    try:
        while True:
            now = datetime.now(UTC)
            until = now + LEASE
            if not await line.database.perform(lambda tx: stored.take(tx, name, holder, now, until)):  # noqa: B023 -- at once
                await asyncio.sleep(STAND_BY_SECONDS)
                continue
            await _ask_while_ours(line, name, holder)
    finally:
        with contextlib.suppress(Exception):  # it ends by itself
            await asyncio.shield(line.database.perform(lambda tx: stored.let_go(tx, name, holder)))


async def _ask_while_ours(line: Telegram, name: str, holder: str) -> None:
    loop = asyncio.get_running_loop()
    await line.bot.delete_webhook()  # of a time when it was called: else it answers no question
    offset = 0
    while True:
        now = datetime.now(UTC)
        if not await line.database.perform(lambda tx: stored.take(tx, name, holder, now, now + LEASE)):  # noqa: B023 -- idem
            return
        began = loop.time()
        try:
            updates = await _updates(line, offset)
        except Conflict:  # somebody else asks: of an earlier lease, or with the same token elsewhere
            await asyncio.sleep(STAND_BY_SECONDS)
            return
        await _take_all(line, updates)
        numbers = [number for one in updates if (number := number_of(one)) is not None]
        offset = max([offset, *(number + 1 for number in numbers)])
        if not numbers and loop.time() - began < SOONEST:
            await asyncio.sleep(SOONEST)


async def _updates(line: Telegram, offset: int) -> Sequence[Any]:
    """What waits, unread: a library that reads all of it at once would trip over one that it does not know."""
    asked = {"offset": offset, "timeout": WAIT_SECONDS, "limit": MOST, "allowed_updates": json.dumps(KINDS)}
    request = line.bot._request[0]  # noqa: SLF001 -- the connection that is kept for this
    address = f"{line.bot.base_url}/getUpdates?{urlencode(asked)}"
    found = await request.post(address, read_timeout=WAIT_SECONDS + 10.0)
    return found if isinstance(found, list) else []


async def _take_all(line: Telegram, updates: Sequence[Any]) -> None:
    """Those of one conversation in their order, conversations side by side, so that they are committed together."""
    lines: dict[str, list[Any]] = defaultdict(list)
    for update in updates:
        lines[_conversation(update)].append(update)

    async def along(listed: Sequence[Any]) -> None:
        for update in listed:
            await line.take(update)

    done = await asyncio.gather(*(along(one) for one in lines.values()), return_exceptions=True)
    for result in done:
        if isinstance(result, BaseException):
            raise result


def _conversation(update: Any) -> str:
    """The chat that an update is of, as far as it can be read."""
    for kind in KINDS:
        part = update.get(kind) if isinstance(update, dict) else None
        if isinstance(part, dict):
            message = part.get("message") if kind == "callback_query" else part
            chat = message.get("chat") if isinstance(message, dict) else None
            return str(chat.get("id")) if isinstance(chat, dict) else ""
    return ""
