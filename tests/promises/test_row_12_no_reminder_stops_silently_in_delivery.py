"""Users: "Recurring reminder stops silently". Here a planned reminder without a send record is reported by itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.platforms.base import SendError
from storage import heartbeat
from storage.heartbeat import WINDOW
from storage.tables import Outbox
from tests.turns.conftest import brought_to_2a, case, just_set_up

__all__ = ["brought_to_2a", "case", "just_set_up"]


def silent(chat):
    now = chat.clock.now()
    return {one.what.partition(":")[0] for one in chat.database.read(lambda tx: heartbeat.silent_reminders(tx, now))}


def settle(chat):
    """Everything that has come is brought about and said."""
    for _ in range(3):
        chat.app.tick()
        asyncio.run(chat.app.drain())


def test_a_moment_that_nobody_brings_about_is_reported(case):
    settle(case)
    assert silent(case) == set()
    case.clock.advance_to(case.app.next_due() + WINDOW + timedelta(minutes=1))
    assert "due" in silent(case)
    settle(case)
    assert silent(case) == set()


def test_a_message_that_no_platform_takes_is_reported_and_comes_when_it_does(case):
    settle(case)
    case.platform.fails = [SendError("unreachable")] * 500
    while not case.rows(Outbox, status="waiting"):
        case.clock.advance_to(case.app.next_due())
        case.app.tick()
    asyncio.run(case.app.drain())
    waiting = [row.dedup_key for row in case.rows(Outbox, status="waiting")]
    case.clock.advance_to(case.clock.now() + WINDOW + timedelta(minutes=1))
    assert "outbox" in silent(case)
    case.platform.fails = []
    case.clock.advance_to(case.clock.now() + timedelta(hours=2))
    settle(case)
    sent = {row.dedup_key for row in case.rows(Outbox, status="sent")}
    assert set(waiting) <= sent
    assert "outbox" not in silent(case)
