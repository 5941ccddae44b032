"""Reminders: put off, handed over, refused, and sent to who stands in; never too many, never in quiet hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from storage.names import changes
from storage.tables import Action, Address, Assignment, Due, Handover, Nudge, Outbox
from tests.turns.cases import CASE, LEAD, nothing
from tests.turns.reminded import about, assignment, nudge, reminders, title

BOA, JEUGDBOA, AGENT, YOUTH_AGENT = 10, 11, 5, 6
TODAY = "2026-02-17"  # the due day of what is asked in step 2A


@pytest.fixture
def asked(case):
    """The boa got a reminder, of one thing alone."""
    nothing(case, "jeugdagent", "assess")
    case.advance_clock("2026-02-17 09:00")
    return case


def of_boa(chat) -> int:
    return nudge(chat, BOA, f"assignment:{assignment(chat, 'assess', 5)}")


def test_a_reminder_says_the_day_as_people_do_and_what_can_be_done(case):
    heard = case.advance_clock("2026-02-12 09:00")
    (told,) = reminders(heard, "boa")
    assert "uiterlijk dinsdag 17 februari, over 3 werkdagen" in told.all_text
    assert [one.label for one in told.shown.buttons] == [
        "Nu invullen", "Later", "Overdragen", "Niet voor mij", "Niets te melden", "Andere datum",
    ]  # fmt: skip


def test_several_things_come_in_one_message(case):
    case.advance_clock("2026-02-16 23:00")
    heard = case.advance_clock("2026-02-17 09:00")
    told = reminders(heard, LEAD)
    assert len(told) == 1
    assert len(told[0].shown.lines) >= 1
    assert len({one.key for one in reminders(heard)}) == len({one.at for one in reminders(heard)})


@pytest.mark.parametrize(
    ("act", "comes"), [("Over een uur", "2026-02-17 10:00"), ("Morgen om 9:00", "2026-02-18 09:00")]
)
def test_later_is_one_occasion_more_and_twice_is_once(asked, act, comes):
    asked.press("boa", "Later")
    asked.expect("reminder.when", to="boa")
    asked.press("boa", act)
    asked.expect("reminder.snoozed", to="boa")
    asked.send_key("boa", f"n{of_boa(asked)}:hour")
    asked.expect("reminder.snoozed_already", to="boa")
    day, _, time = comes.partition(" ")
    before = "08:59" if time == "09:00" else "09:59"
    assert reminders(asked.advance_clock(f"{day} {before}"), "boa") == []
    assert len(reminders(asked.advance_clock(comes), "boa")) == 1
    assert reminders(asked.advance_clock("2026-02-18 23:00"), "boa") == []
    assert len(reminders(asked.advance_clock("2026-02-19 09:00"), "boa")) == 1  # the ladder itself goes on


def test_the_day_before_is_offered_while_it_is_to_come(case):
    case.advance_clock("2026-02-12 09:00")
    case.press("boa", "Later")
    case.press("boa", "De dag ervoor")
    assert reminders(case.advance_clock("2026-02-15 20:00"), "boa") == []
    assert len(reminders(case.advance_clock("2026-02-16 09:00"), "boa")) == 1


def test_later_in_the_evening_waits_for_the_end_of_the_quiet_hours(asked):
    asked.advance_clock("2026-02-17 17:30")
    asked.send_key("boa", f"n{of_boa(asked)}:hour")
    (said,) = asked.expect("reminder.snoozed", to="boa")
    assert "woensdag 18 februari om 08:00" in said.all_text
    assert reminders(asked.advance_clock("2026-02-18 07:59"), "boa") == []
    assert len(reminders(asked.advance_clock("2026-02-18 08:00"), "boa")) == 1


def test_what_was_put_off_does_not_come_when_it_was_answered_meanwhile(asked):
    asked.send_key("boa", f"n{of_boa(asked)}:tomorrow")
    nothing(asked, "jeugdboa", "assess")
    assert reminders(asked.advance_clock("2026-02-20 09:00"), "boa") == []
    assert "done" in {row.why_not for row in asked.rows(Nudge, kind="snooze")}


def test_a_colleague_who_says_yes_takes_it_over(asked):
    asked.press("boa", "Overdragen")
    asked.press("boa", "Jeugdboa")
    asked.expect("takeover.sent", to="boa")
    asked.expect("takeover.asked", to="jeugdboa")
    assert "boa" in about(asked.advance_clock("2026-02-19 09:00"), title(asked, "assess"))  # until the yes it is theirs
    asked.press("jeugdboa", "Ja, ik neem het over")
    asked.expect("takeover.accepted", to="jeugdboa")
    asked.expect("takeover.was_accepted", to="boa")
    asked.press("jeugdboa", "Ja, ik neem het over")
    asked.expect("takeover.over", to="jeugdboa")
    assert [row.status for row in asked.rows(Handover)] == ["accepted"]
    which = assignment(asked, "assess", 5)
    assert asked.rows(Assignment, id=which)[0].member_id == JEUGDBOA
    asked.send_key("boa", f"n{of_boa(asked)}:tomorrow")


def test_a_colleague_who_says_no_leaves_it_where_it_was(asked):
    asked.press("boa", "Overdragen")
    asked.press("boa", "Jeugdboa")
    asked.press("jeugdboa", "Nee")
    asked.expect("takeover.was_declined", to="boa")
    assert asked.rows(Assignment, id=assignment(asked, "assess", 5))[0].member_id is None


def test_nobody_of_elsewhere_can_take_or_give(asked):
    asked.send_key("wijkagent", f"n{of_boa(asked)}:hand")
    asked.expect("task.not_yours", to="wijkagent")
    asked.press("boa", "Overdragen")
    asked.send_key("boa", f"n{of_boa(asked)}:to:{AGENT}")
    asked.expect("takeover.nobody", to="boa")
    asked.send_key("boa", f"n{of_boa(asked)}:to:{JEUGDBOA}")
    asked.send_key("wijkagent", "h1:yes")
    asked.expect("task.not_yours", to="wijkagent")


def test_not_mine_goes_to_the_process_lead_with_a_reason(asked):
    asked.press("boa", "Niet voor mij")
    asked.deliver("boa", {"reason": "Dit plein is van een ander team."})
    told = next(one for one in asked.last if one.at == f"@{LEAD}" and one.id == "reminder.not_mine_told_lead")
    assert "Dit plein is van een ander team." in told.all_text
    assert "ander team" not in str(asked.rows(Outbox)[-1].message)  # what waits to be sent holds no words
    assert "Dit plein" not in "".join(str(row.message) for row in asked.rows(Outbox))
    asked.press(LEAD, "Klopt")
    asked.expect("reminder.not_mine_accepted", to=LEAD)
    asked.press(LEAD, "Klopt")
    asked.expect("takeover.over", to=LEAD)


def test_nothing_to_report_answers_a_task(asked):
    asked.press("boa", "Niets te melden")
    asked.expect("receipt.nothing", to="boa")
    assert asked.rows(Assignment, id=assignment(asked, "assess", 5))[0].status == "nothing"
    asked.send_key("boa", f"n{of_boa(asked)}:nothing")
    asked.expect("reminder.done_already", to="boa")


def test_another_day_is_the_owners_once_and_then_the_process_leads(asked):
    which = assignment(asked, "assess", 5)
    asked.press("boa", "Andere datum")
    asked.deliver("boa", {"new_date": "24 februari 2026", "reason": "De cijfers komen later."})
    told = next(one for one in asked.last if one.id == "reminder.date_told")
    assert "De cijfers komen later." in told.all_text
    row = asked.rows(Assignment, id=which)[0]
    assert (str(row.due_on), row.due_changes) == ("2026-02-24", 1)
    heard = asked.advance_clock("2026-02-19 12:00")
    (late,) = reminders(heard, "boa")  # three working days before the new day
    assert "dinsdag 24 februari, over 3 werkdagen (eerst dinsdag 17 februari)" in late.all_text
    asked.say(LEAD, f"status {CASE}")
    assert "24 februari" in asked.question().all_text
    assert "eerst dinsdag 17 februari" in asked.question().all_text
    asked.send_key("boa", f"n{of_boa(asked)}:date")
    asked.deliver("boa", {"new_date": "3 maart 2026", "reason": "Het team is ziek."})
    assert str(asked.rows(Assignment, id=which)[0].due_on) == "2026-02-24"
    asked.say(LEAD, "overzicht")
    assert "vraagt een nieuwe datum" in asked.question().all_text
    asked.press(LEAD, "Nieuwe datum is goed")
    asked.expect("reminder.date_was_accepted", to="boa")
    assert str(asked.rows(Assignment, id=which)[0].due_on) == "2026-03-03"


def test_an_action_gets_another_day_once_and_with_a_reason(running):
    action = running.rows(Action)[0]
    running.send_key("wijkagent", f"x{action.id}:date")
    running.deliver("wijkagent", {"new_date": "8 mei 2026", "reason": "De bank komt later."})
    assert str(running.rows(Action)[0].due_on) == "2026-05-08"
    running.send_key("wijkagent", f"x{action.id}:date")
    running.deliver("wijkagent", {"new_date": "15 mei 2026", "reason": "Nog later."})
    assert "reminder.date_asked" in [one.id for one in running.last if one.at == "@wijkagent"]
    assert str(running.rows(Action)[0].due_on) == "2026-05-08"
    running.press(LEAD, "Nieuwe datum is goed")
    row = running.rows(Action)[0]
    assert (str(row.due_on), str(row.original_due_on)) == ("2026-05-15", "2026-05-01")


# --- absence ----------------------------------------------------------------------------------------------------------


def test_who_stands_in_gets_the_reminders_and_it_can_be_taken_back(case):
    case.say("boa", "afwezig van 16 februari tot en met 20 februari vervanger jeugdboa")
    (said,) = case.expect("absence.kept", to="boa")
    assert "Jeugdboa" in said.all_text
    case.expect("absence.you_stand_in", to="jeugdboa")
    words = title(case, "assess")
    case.advance_clock("2026-02-16 23:00")
    heard = case.advance_clock("2026-02-17 09:00")
    assert "boa" not in about(heard, words)
    (told,) = reminders(heard, "jeugdboa")
    assert words in told.all_text
    case.send_key("boa", "b1:undo")
    case.expect("absence.undone", to="boa")
    assert "boa" in about(case.advance_clock("2026-02-19 09:00"), words)


def test_a_chain_of_stand_ins_is_followed_and_a_circle_ends(case):
    case.say("wijkagent", "afwezig van 16 februari tot 20 februari vervanger jeugdagent")
    case.say("jeugdagent", "afwezig van 16 februari tot 20 februari vervanger wijkagent")
    case.advance_clock("2026-02-16 23:00")
    heard = case.advance_clock("2026-02-17 09:00")
    assert not {"wijkagent", "jeugdagent"} & set(about(heard, title(case, "assess")))
    nobody = [one for one in case.heard if one.id == "reminder.nobody" and "Politie" in one.all_text]
    assert nobody
    assert {one.at for one in nobody} == {f"@{LEAD}"}
    case.say(LEAD, "overzicht")
    assert "niemand te bereiken" in case.question().all_text


def test_the_process_lead_hears_at_once_when_nobody_is_left(case):
    case.advance_clock("2026-02-04 10:00")
    case.say("zorgcoordinator", "afwezig vandaag")
    assert [one.at for one in case.last if one.id == "reminder.nobody"] == [f"@{LEAD}"]


def test_an_address_that_does_not_work_counts_as_away(case):
    (own,) = case.rows(Address, member_id=AGENT, platform="webchat")
    for row in case.rows(Address, member_id=AGENT):
        case.bring_about(lambda tx, row=row: tx.run(changes(Address), which=row.id, is_reachable=False))
    assert own.is_reachable
    heard = case.advance_clock("2026-02-17 09:00")
    assert "wijkagent" not in about(heard, title(case, "assess"))
    assert "jeugdagent" in about(heard, title(case, "assess"))


def test_absence_as_people_type_it(chat):
    chat.say("boa", "afwezig")
    chat.expect("absence.how_to", to="boa")
    chat.say("boa", "afwezig morgen")
    chat.expect("absence.kept_alone", to="boa")
    chat.say("boa", "afwezig van 3 tot 24 juli, vervanger: de wijkagent")
    chat.expect("absence.unknown_stand_in", to="boa")
    chat.say("boa", "absent from 3 July to 24 July stand-in jeugdboa")
    chat.expect("absence.kept", to="boa")
    chat.say("boa", "afwezig")
    chat.expect("absence.kept_alone", "absence.kept", to="boa")


# --- hours and the ceiling --------------------------------------------------------------------------------------------


def test_quiet_hours_of_ones_own(case):
    case.say("boa", "stille uren 17:00-10:30")
    case.expect("hours.quiet", to="boa")
    case.say("boa", "werkdagen ma wo do")
    case.expect("hours.days", to="boa")
    assert reminders(case.advance_clock("2026-02-18 10:29"), "jeugdboa") != []  # Tuesday the 17th at nine
    assert [
        one for one in case.heard if one.id == "reminder.morning" and one.at == "@boa" and "vandaag" in one.all_text
    ] == []
    assert len(reminders(case.advance_clock("2026-02-18 10:30"), "boa")) == 1  # Wednesday
    case.say("boa", "stille uren na het eten")
    case.expect("hours.how_to_quiet", to="boa")
    case.say("boa", "werkdagen altijd")
    case.expect("hours.how_to_days", to="boa")


def test_above_the_ceiling_the_process_lead_hears_it_instead(case):
    tenant = next(iter(case.app.tenants.values()))
    object.__setattr__(tenant, "reminders", tenant.reminders.model_copy(update={"most_per_week": 1}))
    heard = case.advance_clock("2026-02-12 12:00")
    assert len(reminders(heard, "boa")) == 1
    heard = case.advance_clock("2026-02-17 12:00")
    assert reminders(heard, "boa") == []
    told = [one for one in heard if one.id == "reminder.ceiling" and "Team Handhaving" in one.all_text]
    assert {one.at for one in told} == {f"@{LEAD}"}
    assert "ceiling" in {row.why_not for row in case.rows(Nudge, member_id=BOA)}


def test_after_a_long_stop_only_the_last_rung_comes_and_the_others_leave_a_trace(case):
    case.clock.advance_to(case.clock.now().replace(month=2, day=23, hour=11))
    case.app.tick()
    heard = case.listen()
    assert len(reminders(heard, "boa")) == 1
    assert sorted(row.kind for row in case.rows(Nudge, member_id=BOA, why_not="stale")) == ["soon", "today"]
    assert reminders(case.advance_clock("2026-02-23 18:00"), "boa") == []
    assert [row.status for row in case.rows(Due, kind="morning", status="waiting")] == ["waiting"]


def test_a_list_of_holidays_that_changes_moves_what_is_to_come(case):
    tenant = next(iter(case.app.tenants.values()))
    calendar = replace(tenant.calendar, closed={**tenant.calendar.closed, date(2026, 2, 12): "Studiedag"})
    object.__setattr__(tenant, "calendar", calendar)
    words = title(case, "assess")
    assert "boa" in about(case.advance_clock("2026-02-11 12:00"), words)  # a day earlier than without the closed day
    assert about(case.advance_clock("2026-02-12 12:00"), words) == []


def test_a_day_that_was_given_stays_when_it_becomes_a_day_off_and_is_asked_about_on_the_next(case):
    tenant = next(iter(case.app.tenants.values()))
    calendar = replace(tenant.calendar, closed={**tenant.calendar.closed, date(2026, 2, 17): "Studiedag"})
    object.__setattr__(tenant, "calendar", calendar)
    words = title(case, "assess")
    case.advance_clock("2026-02-16 23:00")
    assert about(case.advance_clock("2026-02-17 23:00"), words) == []
    (told,) = reminders(case.advance_clock("2026-02-18 12:00"), "boa")
    assert "dinsdag 17 februari" in told.all_text
    case.say("boa", "taken")
    assert "17 februari" in case.question().all_text


# --- the overview -----------------------------------------------------------------------------------------------------


def test_the_overview_of_a_working_morning(case):
    heard = case.advance_clock("2026-02-18 08:30")
    told = [one for one in heard if one.id == "overview.morning"]
    assert {one.at for one in told} == {f"@{LEAD}"}
    text = told[-1].all_text
    for words in ("Te laat", "Herinnerd", title(case, "assess"), "1 herinnering"):
        assert words in text
    assert not [
        one
        for one in case.advance_clock("2026-02-22 23:00")
        if one.id == "overview.morning" and "zondag" in one.all_text
    ]


def test_an_action_without_a_case_is_called_that(case):
    case.advance_clock("2026-02-10 10:00")
    case.say(LEAD, "start vergadering", room="jgo")
    case.say(LEAD, "actie: bel de school @politie vóór 12 februari", room="jgo")
    case.say(LEAD, "overzicht")
    (told,) = case.expect("overview.now", to=LEAD)
    assert "bel de school (zonder zaak)" in told.all_text


def test_the_overview_on_request_is_for_who_leads_or_chairs(case):
    case.say("boa", "overzicht")
    case.expect("overview.not_yours", to="boa")
    case.say("burgemeester", "overzicht")
    assert case.question().id in {"overview.missing", "overview.nothing_missing"}


def test_the_chair_hears_some_days_before_what_is_missing(case):
    heard = case.advance_clock("2026-02-27 12:00")  # two working days before the JGO of 3 March
    told = [one for one in heard if one.id == "overview.missing" and title(case, "assess") in one.all_text]
    assert {one.at for one in told} == {f"@{LEAD}"}
