"""What goes wrong inside or at a platform: people hear a number, others go on, nothing is lost or said twice."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest

from bot.app import build_app
from bot.platforms.base import Inbound, Place, SendError
from conversations.process.workflow import DataLevel
from storage import queue
from storage.names import adds, changes, table
from storage.prepared import prepared
from storage.tables import Address, Contribution, Dialog, Due, Member, Outbox
from tests.turns.cases import LEAD, ROOM, nothing
from tests.turns.chat import START, Collecting

NOW = START


def break_table(chat, name: str) -> None:
    with closing(sqlite3.connect(chat.path)) as connection:
        connection.execute(f"alter table {name} rename to {name}_away")


def mend_table(chat, name: str) -> None:
    with closing(sqlite3.connect(chat.path)) as connection:
        connection.execute(f"alter table {name}_away rename to {name}")


def said(text: str, who: str = "wijkagent") -> Inbound:
    """Something typed in private, as a platform hands it in."""
    return Inbound(
        "webchat", f"said {who} {text}", f"@{who}", Place("webchat", f"@{who}", is_private=True), NOW, text=text
    )


def revive(chat, row_id: int) -> None:
    assert chat.database.write(lambda tx: queue.revive(tx, row_id, chat.clock.now()))


# --- inside -----------------------------------------------------------------------------------------------------------


def test_a_message_that_cannot_be_shown_is_set_aside_and_can_be_sent_again(case, caplog):
    break_table(case, "decision")
    with caplog.at_level(logging.INFO):
        case.app.receive(said("besluiten"))
        asyncio.run(case.app.drain())
    mend_table(case, "decision")
    (dead,) = case.rows(Outbox, status="dead")
    assert dead.error in caplog.text
    revive(case, dead.id)
    assert [one.id for one in case.listen()] == ["decisions.list"]


def test_a_turn_that_cannot_be_stored_is_answered_with_an_error_number(case, caplog):
    break_table(case, "dialog")
    inbound = said("signaal over het plein")
    with caplog.at_level(logging.INFO):
        received = case.app.receive(inbound)
    mend_table(case, "dialog")
    assert received.status == "failed"
    assert received.error is not None
    assert received.error in caplog.text
    assert "plein" not in caplog.text
    heard = case.listen()
    assert [(one.at, one.id) for one in heard] == [("@wijkagent", "error.with_id")]
    assert received.error in heard[0].shown.text
    again = case.app.receive(inbound)  # the platform tries again: nothing of the first try was kept
    assert again.status == "accepted"


def test_the_same_in_asyncio(case):
    inbound = said("taken")
    assert asyncio.run(case.app.receive_soon(inbound)).status == "accepted"
    assert asyncio.run(case.app.receive_soon(inbound)).status == "duplicate"
    break_table(case, "dialog")
    failed = asyncio.run(case.app.receive_soon(said("signaal")))
    mend_table(case, "dialog")
    assert (failed.status, failed.error is None) == ("failed", False)


def test_a_moment_that_fails_is_set_aside_and_the_others_come(case, caplog):
    case.advance_clock("2026-02-17 08:00")
    ids = [row.id for row in case.rows(Due, kind="bundle", status="waiting")]
    case.bring_about(lambda tx: tx.run(changes(Due), which=ids[1], kind="unheard_of"))
    with caplog.at_level(logging.INFO):
        case.clock.advance_to(case.clock.now() + timedelta(hours=3))
        assert case.app.tick() >= 2
    failed = [row for row in case.rows(Due) if row.status.startswith("failed:")]
    assert [row.kind for row in failed] == ["unheard_of"]
    assert "reminder.morning" in [one.id for one in case.listen()]
    case.bring_about(lambda tx: tx.run(changes(Due), which=ids[1], status="done"))


# --- at a platform ----------------------------------------------------------------------------------------------------


def test_a_platform_that_is_busy_is_tried_again_when_it_says(case):
    case.platform.fails = [SendError("rate_limited", retry_after=30)]
    case.say("wijkagent", "taken")
    case.expect()
    (row,) = case.rows(Outbox, status="waiting")
    assert (row.attempts, row.error) == (1, "rate_limited")
    assert row.retry_at == case.clock.now() + timedelta(seconds=30)
    case.clock.advance_to(row.retry_at)
    assert [one.id for one in case.listen()] == ["task.list"]


def test_without_a_hint_the_pauses_grow_and_end_in_the_dead_letters(case):
    case.platform.fails = [SendError("unreachable")] * 12
    case.say("wijkagent", "taken")
    pauses = []
    for _ in range(11):
        (row,) = case.rows(Outbox, status="waiting")
        pauses.append((row.retry_at - case.clock.now()).total_seconds())
        case.clock.advance_to(row.retry_at)
        asyncio.run(case.app.drain())
    assert pauses[:9] == sorted(pauses[:9])
    assert pauses[0] < 10
    (dead,) = case.rows(Outbox, status="dead")
    assert (dead.attempts, dead.error) == (12, "unreachable")
    revive(case, dead.id)
    assert [one.id for one in case.listen()] == ["task.list"]


def test_what_a_platform_never_takes_is_dead_at_once(case):
    case.platform.fails = [SendError("blocked", permanent=True)]
    case.app.receive(said("taken"))
    asyncio.run(case.app.drain())
    (dead,) = case.rows(Outbox, status="dead")
    assert dead.error == "blocked"
    revive(case, dead.id)
    assert [(one.at, one.id) for one in case.listen()] == [
        ("@wijkagent", "task.list"), (f"@{LEAD}", "delivery.unreachable_nobody")
    ]  # fmt: skip


def test_who_left_meanwhile_gets_nothing(case):
    case.app.receive(said("taken"))
    member = case.rows(Member, code="wijkagent")[0].id
    case.database.write(lambda tx: tx.run(changes(Member), which=member, is_active=False))
    assert case.listen() == []
    assert [row.error for row in case.rows(Outbox, status="dropped")] == ["member_left"]
    case.say("wijkagent", "taken")
    case.expect("join.unknown", to="wijkagent")


def test_who_has_no_private_chat_is_told_so_in_the_room(case):
    address = case.rows(Address, address="@wijkagent", platform="webchat")[0]
    away = prepared(table(Address).delete().where(table(Address).c.member_id == address.member_id))
    put = adds(Address)
    case.bring_about(lambda tx: tx.run(away))
    case.bring_about(lambda tx: tx.insert(put, **{**address._asdict(), "platform": "webchat", "is_reachable": False}))
    case.say("wijkagent", "/overleg taken", room=ROOM)
    assert [one.id for one in case.last] in (["task.list"], ["task.no_private_place"])


def test_a_platform_with_a_low_ceiling_is_told_only_that_there_is_something(case):
    """As on Telegram: group content may not go there, so the form cannot be answered there."""
    low = Collecting("webchat", ceiling=DataLevel.NOTIFY_ONLY)
    case.database.close()
    case.platform = low
    case.restart()
    case.send_key("wijkagent", "t2:private")
    case.expect("dialog.nothing_to_ask_here", to="wijkagent")


def test_a_message_for_a_platform_that_is_not_there_is_dropped(case):
    case.app.receive(said("taken"))
    other = build_app(database=case.database, clock=case.clock, platforms=[Collecting("console")])
    asyncio.run(other.drain())
    assert [row.error for row in case.rows(Outbox, status="dropped")] == ["no_platform"]


# --- at the same time -------------------------------------------------------------------------------------------------


def test_many_people_at_once_keep_their_own_answers(case):
    people = {"wijkagent": 5, "jeugdagent": 6, "jongerenwerker": 7, "jongerenwerker_2": 8, "boa": 9, LEAD: 10}

    def talk(who: str) -> None:
        place = Place("webchat", f"@{who}", is_private=True)
        start = Inbound("webchat", f"start {who}", f"@{who}", place, NOW, action="t2:private")
        for inbound in (start, said(str(people[who]), who), said("2, 3", who), said("2", who)):
            assert case.app.receive(inbound).status == "accepted"

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(talk, people))
    sizes = sorted(row.state["answers"]["size"]["low"] for row in case.rows(Dialog, form="2A.assess"))
    assert sizes == [5, 6, 7, 8, 9, 10]


@pytest.mark.parametrize("copies", [2, 8])
def test_the_same_event_at_the_same_time_counts_once(case, copies):
    case.send_key("boa", "t2:private")
    case.complete("boa")
    place = Place("webchat", "@boa", is_private=True)
    inbound = Inbound("webchat", "both-1", "@boa", place, case.clock.now(), text="versturen")
    with ThreadPoolExecutor(copies) as pool:
        found = [one.status for one in pool.map(lambda _: case.app.receive(inbound), range(copies))]
    assert sorted(found) == ["accepted", *["duplicate"] * (copies - 1)]
    assert len(case.rows(Contribution, form="2A.assess")) == 1


def test_two_presses_at_once_from_two_windows_deliver_once(case):
    case.send_key("boa", "t2:private")
    case.complete("boa")
    key = case.button("boa", "confirm")
    place = Place("webchat", "@boa", is_private=True)
    inbounds = [Inbound("webchat", f"win-{n}", "@boa", place, case.clock.now(), action=key) for n in range(2)]
    with ThreadPoolExecutor(2) as pool:
        assert [one.status for one in pool.map(case.app.receive, inbounds)] == ["accepted", "accepted"]
    heard = [one.id for one in case.listen() if one.at == "@boa"]
    assert sorted(heard) == ["dialog.delivered_already", "receipt.stored", "task.all_done"]
    assert len(case.rows(Contribution, form="2A.assess")) == 1


def test_a_card_is_brought_up_to_date_in_the_right_order(case):
    for who in ("wijkagent", "jongerenwerker", "boa"):
        nothing(case, who, "assess")
    cards = [one for one in case.heard if one.id == "task.card" and one.at == ROOM and "assess" in str(one.message)]
    assert ["0 van 4" in cards[0].shown.text, "3 van 4" in cards[-1].shown.text] == [True, True]
    assert {case.platform.sent[one.key].replaces for one in cards[1:]} == {cards[0].key}
