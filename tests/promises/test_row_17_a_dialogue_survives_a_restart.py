"""Users: "Half-finished dialogue is lost after a restart; timeouts do not survive". Here both are in the database."""

from __future__ import annotations

from bot.platforms.base import Inbound, Place
from storage.tables import Dialog, Due
from tests.turns.conftest import brought_to_2a, case, chat, just_set_up

__all__ = ["brought_to_2a", "case", "chat", "just_set_up"]


def test_a_restart_after_every_answer_changes_nothing(chat):
    chat.say("wijkagent", "signaal")
    chat.restart()
    chat.say("wijkagent", "lawaai, vuurwerk")
    chat.restart()
    chat.say("wijkagent", "op een plek")
    chat.restart()
    assert chat.asks("place")
    chat.say("wijkagent", "het plein")
    assert not chat.asks("place")
    chat.restart()
    chat.deliver("wijkagent")
    assert [row.status for row in chat.rows(Dialog)] == ["delivered"]


def test_moments_that_were_planned_come_after_a_restart(case):
    planned = {row.dedup_key for row in case.rows(Due, status="waiting")}
    assert planned
    case.restart()
    assert {row.dedup_key for row in case.rows(Due, status="waiting")} == planned
    heard = case.advance_clock("2026-02-17 12:00")
    assert "reminder.morning" in {one.id for one in heard}


def test_what_was_said_and_not_sent_is_sent_after_a_restart(case):
    place = Place("webchat", "@boa", is_private=True)
    case.app.receive(Inbound("webchat", "before the restart", "@boa", place, case.clock.now(), text="taken"))
    case.restart()
    assert [one.id for one in case.listen()] == ["task.list"]
