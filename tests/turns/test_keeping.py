"""The purge of every night, and what closing a case plans."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage import holds
from storage.tables import Answer, Due, GroupCase, Tombstone
from tests.turns.cases import CASE, LEAD, take

if TYPE_CHECKING:
    from storage.transaction import Transaction
    from tests.turns.chat import Chat

OFFICER = "@privacyfunctionaris"


def stop(chat: Chat) -> None:
    take(chat, "stop")


def test_closing_a_case_says_first_what_goes_and_then_when(case: Chat):
    case.say(LEAD, f"besluit nemen {CASE}")
    way = next(one.key for one in case.question().shown.buttons if one.key.endswith(":stop"))
    said = case.press(LEAD, way)
    assert "keeping.before" in [one.id for one in said]
    case.fill(LEAD, {"text": "De tafel stopt.", "reason": "Er is geen groep."})
    while case.question().id != "dialog.summary":
        case.say(LEAD, "overslaan")
    said = case.press(LEAD, "confirm")
    planned = {one.at: one for one in said if one.id == "keeping.planned"}
    assert {f"@{LEAD}", OFFICER} <= planned.keys()
    assert "6 maart" in planned[f"@{LEAD}"].all_text  # 30 days after 3 February, in the night after


def test_the_purge_comes_by_itself_every_night_and_reports_without_content(case: Chat):
    stop(case)
    assert case.rows(Answer)
    heard = case.advance_clock("2026-03-05 01:00")
    assert case.rows(Answer)
    assert not [one for one in heard if one.id.startswith("keeping.")]
    heard = case.advance_clock("2026-03-06 03:00")
    assert case.rows(Answer) == []
    assert [row.kind for row in case.rows(Tombstone)].count("case") == 1
    reports = [one for one in heard if one.id == "keeping.report"]
    assert {one.at for one in reports} == {OFFICER}
    assert "Molenkamp" not in reports[0].all_text
    assert [row.local_day.isoformat() for row in case.rows(Due, kind="purge", status="waiting")] == ["2026-03-07"]


def test_a_case_on_hold_is_named_in_the_report(case: Chat):
    stop(case)
    row = case.rows(GroupCase)[0]
    now = case.clock.now()

    def hold(tx: Transaction) -> None:
        holds.put(tx, row.municipality_id, "case", row.id, "klacht", now)

    case.bring_about(hold)
    case.say("wijkagent", "signaal")  # begun and never sent: that goes
    heard = case.advance_clock((row.closed_at + timedelta(days=100)).strftime("%Y-%m-%d 12:00"))
    assert case.rows(Answer)
    reports = [one for one in heard if one.id == "keeping.report_held"]
    assert reports
    assert CASE in reports[0].all_text
