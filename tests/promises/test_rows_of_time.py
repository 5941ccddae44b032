"""What users of comparable products complain of, and what cannot happen here: a test for each row about time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.turns import ladders
from conversations.deadlines import Calendar, ladder_days, moment
from storage import nudges
from storage.names import changes
from storage.tables import Absence, Address, Due, Member, Nudge, Task
from tests.turns.cases import LEAD, PARTNERS, answer, nothing, open_case, take, task_of
from tests.turns.chat import AMSTERDAM
from tests.turns.reminded import about, assignment, nudge, reminders, title

BOA, ASSESS, HANDHAVING = 10, 2, 5


def test_row_10_nobody_on_holiday_is_asked_and_nobody_on_a_public_holiday(case):
    case.say("boa", "afwezig van 16 februari tot en met 28 februari vervanger jeugdboa")
    assert len(case.rows(Absence)) == 1
    case.advance_clock("2026-02-16 12:00")
    heard = case.advance_clock("2026-02-27 23:00")
    assert reminders(heard, "boa") == []
    assert reminders(heard, "jeugdboa") != []
    days = ladder_days(date(2026, 4, 7), (-3, 0, 2), Calendar(), counts="working_days")
    assert date(2026, 4, 6) not in days  # Easter Monday
    assert days == (date(2026, 4, 1), date(2026, 4, 7), date(2026, 4, 9))


@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)])
def test_row_11_a_change_of_the_clocks_moves_no_reminder(night):
    for day in (night - timedelta(days=1), night, night + timedelta(days=1)):
        local = moment(day, "09:00", "Europe/Amsterdam").astimezone(AMSTERDAM)
        assert (local.date(), f"{local:%H:%M}") == (day, "09:00")


@pytest.mark.parametrize("day", ["2026-03-27", "2026-10-23"])
def test_row_11_the_message_of_the_morning_comes_at_nine_before_and_after(chat, day):
    before, after = date.fromisoformat(day), date.fromisoformat(day) + timedelta(days=3)
    rounds = []
    for on in (before, after):
        chat.advance_clock(f"{on} 12:00")
        rounds += [row for row in chat.rows(Due, kind="morning") if row.local_day == on]
    assert {f"{row.due_at.astimezone(AMSTERDAM):%H:%M}" for row in rounds} == {"06:00"}
    assert len({row.due_at.astimezone(AMSTERDAM).utcoffset() for row in rounds}) == 2


def test_row_12_what_recurs_goes_on_after_a_failure_and_what_was_not_sent_is_reported(case):
    case.advance_clock("2026-02-11 12:00")
    case.advance_clock("2026-02-12 08:00")
    held = [row for row in case.rows(Nudge) if row.outbox_key is None and row.why_not is None]
    assert held  # planned for nine
    bundle = case.rows(Due, kind="bundle", status="waiting")[0]
    case.bring_about(lambda tx: tx.run(changes(Due), which=bundle.id, status="done"))  # as if it were lost
    case.advance_clock("2026-02-12 12:00")
    window = timedelta(minutes=60)
    late = case.database.read(lambda tx: nudges.late(tx, case.clock.now() - window))
    assert {row.member_id for row in late} == {bundle.subject_id}
    case.say(LEAD, "overzicht")
    assert "niet verstuurd" in case.question().all_text
    assert case.database.read(lambda tx: nudges.silent(tx, case.clock.now())) == []
    (next_round,) = case.rows(Due, kind="morning", status="waiting")
    case.bring_about(lambda tx: tx.run(changes(Due), which=next_round.id, status="failed:x"))
    assert case.database.read(lambda tx: nudges.silent(tx, case.clock.now())) == [1]
    case.bring_about(lambda tx: tx.run(changes(Due), which=next_round.id, status="waiting"))


def test_row_12_a_round_that_fails_is_followed_by_the_next(case, monkeypatch):
    def breaks(*_: object) -> None:
        raise RuntimeError

    (waiting,) = case.rows(Due, kind="morning", status="waiting")
    with monkeypatch.context() as broken:
        broken.setattr(ladders, "plan_nudge", breaks)
        broken.setattr(ladders, "_plan_chairs", breaks)
        case.clock.advance_to(waiting.due_at)
        case.app.tick()
    assert case.rows(Due, id=waiting.id)[0].status.startswith("failed:")
    (following,) = case.rows(Due, kind="morning", status="waiting")
    assert following.local_day == waiting.local_day + timedelta(days=1)
    case.bring_about(lambda tx: tx.run(changes(Due), which=waiting.id, status="done"))


def test_row_13_a_snooze_is_one_occasion_that_neither_does_nothing_nor_doubles(case):
    case.advance_clock("2026-02-17 09:00")
    mine = nudge(case, BOA, f"assignment:{assignment(case, 'assess', 5)}")
    for _ in range(3):
        case.send_key("boa", f"n{mine}:hour")
    case.again()
    assert len(case.rows(Nudge, kind="snooze")) == 1
    assert len(reminders(case.advance_clock("2026-02-17 18:00"), "boa")) == 1
    assert len(reminders(case.advance_clock("2026-02-19 12:00"), "boa")) == 1  # the ladder went on


def test_row_15_an_answer_is_welcome_from_the_start_until_long_after_the_day(case):
    case.advance_clock("2026-02-03 22:30")  # the evening that it was asked
    answer(case, "wijkagent", ASSESS)
    case.expect("receipt.stored", "task.all_done", to="wijkagent")
    case.advance_clock("2026-02-25 12:00")
    answer(case, "boa", ASSESS)
    case.say(LEAD, "status VW-2026-03")
    late = {line.label: line.text for line in case.question().shown.lines if line.mark == "done"}
    assert any("te laat" in text for label, text in late.items() if "Handhaving" in label)
    assert not any("te laat" in text for label, text in late.items() if "Politie" in label)


def test_row_16_an_answer_is_changed_from_its_receipt_and_the_old_one_stays(case):
    answer(case, "wijkagent", ASSESS)
    case.press("wijkagent", "Wijzigen")
    case.expect("dialog.summary", to="wijkagent")
    case.say("wijkagent", "versturen")
    assert "receipt.stored" in [one.id for one in case.last]
    case.send_key("wijkagent", f"t{ASSESS}:private")  # and from the list of tasks
    assert [button.label for button in case.question().shown.buttons] == ["Wijzigen"]


def test_row_18_a_command_in_the_middle_comes_back_to_the_same_question(case):
    case.send_key("boa", f"t{ASSESS}:private")
    asked = case.question().message.question
    for words in ("taken", "overzicht", "stille uren", "help", "waar ben ik"):
        case.say("boa", words)
        assert case.question().message.question == asked, words
    case.say("boa", "stop")
    case.say("boa", "verder")
    assert case.question().message.question == asked


def test_row_20_a_task_is_asked_of_a_role_and_whoever_has_it_then_answers(case):
    heard = [one for one in case.heard if one.id == "task.new"]
    assert {"@boa", "@jeugdboa", "@wijkagent", "@jeugdagent"} <= {one.at for one in heard}
    nothing(case, "jeugdboa", "assess")  # one of those with the role answers for the organisation
    case.advance_clock("2026-02-16 12:00")
    assert not {"boa", "jeugdboa"} & set(about(case.advance_clock("2026-02-17 12:00"), title(case, "assess")))


def test_row_21_each_of_them_or_one_of_them_and_how_far_it_is(case):
    for who in PARTNERS[:3]:
        nothing(case, who, "assess")
    room = [one for one in case.heard if one.at == "molenkamp" and title(case, "assess") in one.all_text]
    assert "Binnen: 3 van 4" in room[-1].all_text
    nothing(case, LEAD, "assess")
    take(case, "problematic")
    assert {row.kind for row in case.rows(Task)} >= {"each_of", "one_of"}


def test_row_22_a_series_of_meetings_opens_the_work_before_each(running):
    running.advance_clock("2026-03-31 12:00")
    rounds = running.rows(Task, task="progress")
    assert [row.round for row in rounds] == list(range(1, len(rounds) + 1))
    assert len(rounds) >= 2
    assert task_of(running, "progress") == rounds[-1].id


def test_a_year_on_a_fixed_clock_needs_no_more_than_the_round_of_each_morning(chat):
    chat.advance_clock("2026-03-03 12:00")
    days = [row.local_day for row in chat.rows(Due, kind="morning")]
    assert days == [date(2026, 2, 4) + timedelta(days=number) for number in range(len(days))]
    assert max(days) == date(2026, 3, 4)


def test_who_asks_an_organisation_in_which_nobody_can_be_reached_hears_that_at_once(chat):
    open_case(chat)
    of_team = {one.id for one in chat.rows(Member, partner_id=HANDHAVING)}
    for row in [one for one in chat.rows(Address) if one.member_id in of_team]:
        chat.bring_about(lambda tx, which=row.id: tx.run(changes(Address), which=which, is_reachable=False))
    take(chat, "to_step_2")
    told = [one for one in chat.heard if one.id == "reminder.nobody"]
    assert [one.at for one in told] == [f"@{LEAD}"]
    assert "Team Handhaving" in told[0].all_text
