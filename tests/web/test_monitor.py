"""What those who watch the program see: is it alive, can it be used, how is it doing; never what people wrote."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.platforms.base import SendError
from bot.web.monitor import Monitor
from storage import heartbeat
from storage.heartbeat import WINDOW
from storage.tables import Outbox
from tests.turns.chat import Chat
from tests.turns.conftest import brought_to_2a, case, just_set_up

__all__ = ["brought_to_2a", "case", "just_set_up"]


def ask(chat: Chat, path: str):
    with TestClient(Starlette(routes=Monitor(lambda: chat.app).routes())) as client:
        return client.get(path)


def test_it_is_healthy_and_ready_when_all_is_well(case):
    case.app.tick()
    case.listen()
    assert (ask(case, "/healthz").status_code, ask(case, "/healthz").json()["status"]) == (200, "ok")
    assert (ask(case, "/readyz").status_code, ask(case, "/readyz").json()["status"]) == (200, "ready")


def test_it_is_not_ready_while_it_stops(case):
    case.app.stop()
    assert (ask(case, "/readyz").status_code, ask(case, "/readyz").json()["status"]) == (503, "stopping")


def test_what_was_planned_and_not_said_is_told_by_health(case):
    """Nobody ticks: the moments pass, and nothing comes about."""
    case.app.tick()
    case.listen()
    moment = case.app.next_due()
    case.clock.advance_to(moment + WINDOW - timedelta(minutes=1))
    assert ask(case, "/healthz").status_code == 200
    case.clock.advance_to(moment + WINDOW + timedelta(minutes=1))
    answer = ask(case, "/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "silent")
    assert answer.json()["silent"][0].startswith("due:")
    case.app.tick()
    case.listen()
    assert ask(case, "/healthz").status_code == 200


def test_a_reminder_that_no_platform_takes_is_told_by_health(case):
    case.advance_clock("2026-02-16 18:00")
    case.platform.fails = [SendError("unreachable")] * 500
    while not case.rows(Outbox, status="waiting"):
        case.clock.advance_to(case.app.next_due())
        case.app.tick()
    asyncio.run(case.app.drain())
    case.clock.advance_to(case.clock.now() + WINDOW + timedelta(minutes=1))
    assert {one.what.partition(":")[0] for one in case.database.read(_silent(case))} & {"outbox", "nudge"}
    case.platform.fails = []
    for _ in range(3):
        case.clock.advance_to(case.clock.now() + timedelta(hours=1))
        case.app.tick()
        asyncio.run(case.app.drain())
    assert case.rows(Outbox, status="waiting") == []
    assert case.database.read(_silent(case)) == []


def _silent(chat):
    now = chat.clock.now()
    return lambda tx: heartbeat.silent_reminders(tx, now)


def test_metrics_are_numbers_without_names(case):
    case.say("boa", "taken")
    case.advance_clock("2026-02-17 12:00")
    answer = ask(case, "/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert float(values['overlegmaat_turns_total{status="accepted"}']) >= 1
    assert float(values["overlegmaat_ack_seconds_count"]) >= 1
    assert float(values["overlegmaat_lateness_seconds_count"]) >= 1
    assert float(values['overlegmaat_sends_total{outcome="sent"}']) >= 1
    for name in ("queue_depth", "dead_letters", "due_depth", "silent_reminders"):
        assert float(values[f"overlegmaat_{name}"]) == 0
    town = next(iter(case.app.tenants.values()))
    for word in (town.code, town.name, "boa", "wijkagent", "VW-2026"):
        assert word.lower() not in answer.text.lower()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_without_the_database_it_says_so(case, path):
    case.database.close()
    answer = ask(case, path)
    assert (answer.status_code, json.loads(answer.text)["status"]) == (503, "no_database")
    case.restart()
