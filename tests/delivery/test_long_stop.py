"""Off for two weeks: what went stale is dropped with a trace, and each person hears once what still holds."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime

from bot.platforms.base import Inbound, Place, SendError
from storage.tables import Due, Nudge, Outbox
from tests.turns.cases import LEAD
from tests.turns.chat import AMSTERDAM
from tests.turns.conftest import brought_to_2a, case, just_set_up
from tests.turns.reminded import reminders

__all__ = ["brought_to_2a", "case", "just_set_up"]

BOA = 10
STOPPED, STARTED = "2026-02-10 08:30", "2026-02-25 10:07"  # the task was due on the 17th; meetings on the 10th and 24th


def switched_off(chat):
    """Nothing runs from one moment to the other; what was to be said just before could not be."""
    chat.advance_clock(STOPPED)
    chat.platform.fails = [SendError("unreachable")] * 99
    place = Place("webchat", "@wijkagent", is_private=True)
    chat.app.receive(Inbound("webchat", "just before", "@wijkagent", place, chat.clock.now(), text="signaal"))
    asyncio.run(chat.app.drain())
    chat.platform.fails = []
    chat.clock.advance_to(datetime.fromisoformat(STARTED).replace(tzinfo=AMSTERDAM))
    chat.restart()


def caught_up(chat):
    """All that comes at once after the start."""
    heard = []
    while chat.app.tick():
        heard += chat.listen()
    return heard + chat.listen()


def test_after_two_weeks_each_person_hears_once_what_still_holds(case):
    switched_off(case)
    heard = caught_up(case)
    people = Counter(one.at for one in heard)
    assert len(reminders(heard)) == len({one.at for one in reminders(heard)}) >= 10
    assert max(people.values()) <= 2  # beside the reminder a form that closed itself, or the lead's overview
    assert [one.at for one in heard if one.id == "overview.morning"] == [f"@{LEAD}"]
    assert all(one.id in {"reminder.morning", "overview.morning", "dialog.closed_itself"} for one in heard)
    assert caught_up(case) == []  # and no more comes, then or later that day
    assert case.advance_clock("2026-02-25 23:00") == []


def test_what_went_stale_meanwhile_leaves_a_trace(case):
    switched_off(case)
    caught_up(case)
    of_boa = [row for row in case.rows(Nudge) if row.member_id == BOA]
    assert [(row.kind, row.why_not) for row in of_boa if row.kind in {"soon", "today", "late"}] == [
        ("soon", "stale"), ("today", "stale"), ("late", None),
    ]  # fmt: skip
    dropped = {row.message["id"]: (row.status, row.error) for row in case.rows(Outbox) if row.status != "sent"}
    assert set(dropped.values()) == {("dropped", "stale")}
    assert "dialog.ask" in dropped
    assert case.rows(Due, status="waiting")  # what is still to come is planned
