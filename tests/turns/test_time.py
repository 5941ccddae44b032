"""What time brings: reminders, overdue tasks, rounds before a meeting; and nothing about what was done meanwhile."""

from __future__ import annotations

from datetime import timedelta

from storage.tables import Due, Outbox, Task
from tests.turns.cases import CASE, LEAD, WORKERS, answer, nothing, task_of, to_7
from tests.turns.chat import Heard

ASSESS = 2


def of(heard: list[Heard], message_id: str) -> list[str]:
    return sorted(one.at for one in heard if one.id == message_id)


def reminded(heard: list[Heard]) -> list[str]:
    return of(heard, "reminder.morning")


def about(heard: list[Heard], words: str) -> list[str]:
    """Who got a reminder with these words in it."""
    return sorted(one.at for one in heard if one.id == "reminder.morning" and words in one.all_text)


def test_on_the_due_day_who_has_not_answered_is_reminded_once_in_one_message(case):
    answer(case, "wijkagent", ASSESS)
    title = title_of(case)
    case.advance_clock("2026-02-17 08:59")
    heard = case.advance_clock("2026-02-17 09:00")
    assert about(heard, title) == [
        "@adviseur_veiligheid", "@boa", "@jeugdboa", "@jongerenwerker", "@jongerenwerker_2", "@procesregisseur",
    ]  # fmt: skip
    assert len(reminded(heard)) == len(set(reminded(heard)))
    assert reminded(case.advance_clock("2026-02-18 12:00")) == []


def title_of(chat) -> str:
    tenant = next(iter(chat.app.tenants.values()))
    return str(tenant.steps["2A"].task("assess").title.nl)


def test_a_reminder_has_a_button_that_starts_the_answer(case):
    case.advance_clock("2026-02-17 09:00")
    case.press("boa", "Nu invullen")
    case.expect("dialog.opening_with_intro", "dialog.ask", to="boa")


def test_the_ladder_goes_up_to_the_process_lead_who_can_waive(case):
    for who in ("jongerenwerker", "boa", LEAD):
        answer(case, who, ASSESS)
    title = title_of(case)
    assert about(case.advance_clock("2026-02-12 12:00"), title) == ["@jeugdagent", "@wijkagent"]  # three days before
    assert about(case.advance_clock("2026-02-17 12:00"), title) == ["@jeugdagent", "@wijkagent"]
    assert about(case.advance_clock("2026-02-19 12:00"), title) == ["@jeugdagent", "@wijkagent"]  # two days late
    heard = case.advance_clock("2026-02-23 12:00")  # four
    assert about(heard, title) == [f"@{LEAD}"]
    (told,) = [one for one in heard if one.id == "reminder.morning" and title in one.all_text]
    assert "Politie, basisteam Vliet" in told.all_text
    assert "wacht nog op jou" not in told.all_text
    case.press(LEAD, next(b.key for b in told.shown.buttons if b.key.startswith("w") and title in b.label))
    case.expect("dialog.opening_with_intro", "dialog.ask", to=LEAD)


def test_nothing_is_sent_about_what_was_done_meanwhile(case):
    for who in ("wijkagent", "jongerenwerker", "boa", LEAD):
        nothing(case, who, "assess")
    for who in ("zorgcoordinator", "wijkbeheerder"):
        nothing(case, who, "guest_view")
    heard = case.advance_clock("2026-02-25 09:00")
    assert reminded(heard) == []


def test_a_reminder_that_waits_in_the_outbox_is_dropped_when_the_answer_comes_first(case):
    case.advance_clock("2026-02-17 08:59")
    case.send_key("boa", f"t{ASSESS}:private")
    case.clock.advance_to(case.clock.now() + timedelta(minutes=1))
    case.app.tick()  # the reminders are in the outbox now, and not sent yet
    heard = case.say("boa", "niets te melden")
    assert not set(reminded(heard)) & {"@boa", "@jeugdboa"}
    assert "@wijkagent" in reminded(heard)
    assert {row.error for row in case.rows(Outbox, status="dropped")} == {"done_meanwhile"}


def test_a_late_answer_is_taken_and_marked(case):
    case.advance_clock("2026-02-20 12:00")
    answer(case, "boa", ASSESS)
    case.say(LEAD, f"status {CASE}")
    line = next(line for line in case.question().shown.lines if "Team Handhaving" in line.label and line.mark == "done")
    assert "te laat" in line.text


def test_a_round_opens_eight_working_days_before_the_meeting_and_again_for_the_next(running):
    assert [row.round for row in running.rows(Task, task="progress")] == [1]  # entered close to the JGO of 10 February
    running.advance_clock("2026-02-18 12:00")
    rounds = running.rows(Task, task="progress")
    assert [row.round for row in rounds] == [1]
    heard = running.advance_clock("2026-02-19 09:00")  # eight working days before 3 March
    rounds = running.rows(Task, task="progress")
    assert [(row.round, row.status) for row in rounds] == [(1, "closed"), (2, "open")]
    assert str(rounds[1].due_on) == "2026-02-27"
    assert sorted(one.at for one in heard if one.id == "task.new") != []


def test_a_round_is_asked_anew_by_the_process_lead_when_all_have_answered(running):
    running.say(LEAD, f"nieuwe ronde {CASE}")
    running.press(LEAD, running.question().shown.buttons[0].label)
    running.expect("cases.round_open", to=LEAD)
    for who in ("wijkagent", "jongerenwerker"):
        nothing(running, who, "progress")
    running.say(LEAD, f"nieuwe ronde {CASE}")
    running.press(LEAD, running.question().shown.buttons[0].label)
    assert "cases.round_asked" in [one.id for one in running.last if one.at == f"@{LEAD}"]
    assert [row.round for row in running.rows(Task, task="progress")] == [1, 2]


def test_a_round_before_an_exit_needs_only_the_last_one(running):
    for row in running.rows(Task, step="6", status="open"):
        for partner in (2, 4, 5, 1):
            if row.task == "group_trend" or partner in {2, 4}:
                nothing(running, WORKERS[partner], row.task)
    to_7(running)
    assert task_of(running, "evaluation") > 0


def test_the_chair_gets_the_agenda_on_the_morning_of_the_meeting(case):
    heard = case.advance_clock("2026-02-10 08:30")
    soon = [one for one in heard if one.id == "meeting.soon"]
    if not soon:
        soon = [one for one in case.advance_clock("2026-02-10 09:59") if one.id == "meeting.soon"]
    assert [one.at for one in soon] == [f"@{LEAD}"]
    case.press(LEAD, "Agenda")
    (agenda,) = case.expect("meeting.agenda", to=LEAD)
    assert agenda.shown.links[0].address.startswith("/page/document/")


def test_what_is_due_fires_once_also_after_a_long_sleep(case):
    case.clock.advance_to(case.clock.now().replace(year=2026, month=3, day=1))
    assert case.app.tick() > 0
    assert case.app.tick() == 0
    assert {row.status for row in case.rows(Due) if row.due_at <= case.clock.now()} == {"done"}
    case.restart()
    assert case.app.tick() == 0
