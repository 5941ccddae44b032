"""The registers in chat: lists a page at a time, the buttons of an action, and finding things again."""

from __future__ import annotations

import pytest

from storage import papers, registers
from storage.tables import Action, Due, Handover, Meeting, Search
from tests.turns.cases import CASE, LEAD, take


def labels(heard):
    return [button.label for button in heard.shown.buttons]


def lines(heard):
    return [f"{line.label}: {line.text}" for line in heard.shown.lines]


def add(chat, title, *, partner=2, case_id=1, **more):
    def work(tx):
        values = {"level": "group", "status": "open", "created_at": chat.clock.now(), **more}
        registers.add_action(tx, municipality_id=1, case_id=case_id, title=title, partner_id=partner, **values)

    chat.bring_about(work)


def action(chat, number=1):
    return chat.rows(Action, number=number, case_id=1)[0]


# --- lists ------------------------------------------------------------------------------------------------------------


def test_a_long_action_list_comes_a_page_at_a_time(running):
    for number in range(15):
        add(running, f"Ronde {number} lopen")
    running.say("wijkagent", "acties")
    (first,) = running.expect("actions.list", to="wijkagent")
    assert len(first.shown.lines) == 8
    assert "1–8 van 17" in first.shown.text
    assert labels(first) == ["Volgende"]
    running.press("wijkagent", "Volgende")
    running.press("wijkagent", "Volgende")
    (last,) = running.expect("actions.list", to="wijkagent")
    assert "17–17 van 17" in last.shown.text
    assert labels(last) == ["Vorige"]


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("acties", ["A1", "A2"]),
        ("mijn acties", ["A1"]),
        ("acties van politie", ["A1"]),
        (f"acties {CASE}", ["A1", "A2"]),
        (f"acties {CASE} van De Brug", ["A2"]),
    ],
)
def test_actions_of_a_partner_or_a_case(running, typed, numbers):
    running.say("wijkagent", typed)
    listed = running.question()
    assert [line.label.split()[0] for line in listed.shown.lines] == numbers


def test_words_that_mean_no_owner_are_answered_with_examples(running):
    running.say("wijkagent", "acties van de paashaas")
    running.expect("registers.how_actions", to="wijkagent")
    running.say("wijkagent", "besluiten van de paashaas")
    running.expect("registers.how_decisions", to="wijkagent")


def test_a_guest_is_neither_shown_nor_counted_what_is_about_one_young_person(running):
    add(running, "Gesprek met ouders", level="individual")
    running.say("wijkagent", "acties")
    assert "van 3" in running.question().shown.text
    running.say("wijkbeheerder", "acties")
    heard = running.question()
    assert "Gesprek" not in heard.all_text
    assert "van 2" in heard.all_text


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("besluiten", 4),
        (f"besluiten {CASE}", 4),
        ("besluiten driehoek", 1),
        ("besluiten jeugdgroepenoverleg", 3),
        ("besluiten herzien", 1),
        ("besluiten herzien vóór 1 oktober", 1),
        ("besluiten herzien vóór 1 mei", 0),
    ],
)
def test_decisions_by_case_body_and_review_date(running, typed, count):
    running.say(LEAD, typed)
    heard = running.question()
    assert len(heard.shown.lines) == count, lines(heard)


def test_a_review_date_is_announced_some_working_days_before(running):
    take(running, "continue", review_on="2026-03-03")
    planned = {(row.kind, str(row.local_day)) for row in running.rows(Due) if row.kind.startswith("review")}
    assert {("review_soon", "2026-02-24"), ("review", "2026-03-03")} <= planned
    running.say(LEAD, "besluiten herzien vóór 1 april")
    assert len(running.question().shown.lines) == 1
    running.say(LEAD, "besluiten herzien vóór 1 maart")
    assert running.question().shown.lines == ()
    heard = running.advance_clock("2026-03-04 12:00")
    told = [one.id for one in heard if one.at == f"@{LEAD}" and one.id.startswith("decisions.")]
    assert told == ["decisions.review_soon", "decisions.review"]


# --- one action -------------------------------------------------------------------------------------------------------


def test_done_in_one_press_and_a_second_press_changes_nothing(running):
    running.say("wijkagent", "acties")
    running.press("wijkagent", "A1 bijwerken")
    running.press("wijkagent", "Klaar")
    running.expect("actions.done", to="wijkagent")
    assert (action(running).status, str(action(running).done_on)) == ("done", "2026-02-03")
    running.advance_clock("2026-02-05 09:00")
    running.send_key("wijkagent", f"x{action(running).id}:done")
    running.expect("actions.done_already", to="wijkagent")
    assert str(action(running).done_on) == "2026-02-03"
    running.press("wijkagent", "Toch niet klaar")
    assert (action(running).status, action(running).done_on) == ("running", None)


def test_a_new_date_needs_a_reason_and_the_old_date_stays(running):
    running.send_key("wijkagent", f"x{action(running).id}:date")
    running.complete("wijkagent", {"new_date": "1 juni 2026", "reason": "De leverancier kan pas in mei."})
    running.press("wijkagent", "Versturen")
    running.expect("actions.updated", to="wijkagent")
    row = action(running)
    assert (str(row.due_on), str(row.original_due_on), row.status) == ("2026-06-01", "2026-05-01", "open")
    running.say("wijkagent", "mijn acties")
    assert "De leverancier kan pas in mei." in running.question().all_text


def test_a_blocked_action_says_what_is_needed(running):
    running.send_key("wijkagent", f"x{action(running).id}:blocked")
    running.complete("wijkagent", {"reason": "Een vergunning van de gemeente."})
    running.press("wijkagent", "Versturen")
    assert (action(running).status, action(running).reason) == ("blocked", "Een vergunning van de gemeente.")


def test_only_who_has_an_action_can_press_its_buttons(running):
    for act in ("card", "done", "date", "blocked", "hand", "to:3", "away:3", "reopen"):
        running.send_key("boa", f"x{action(running).id}:{act}")
        running.expect("actions.not_yours", to="boa")
    assert action(running).status == "open"
    running.send_key("wijkagent", f"x{action(running).id}:nonsense")
    running.expect("dialog.unknown_button", to="wijkagent")


def test_a_colleague_takes_an_action_over_by_saying_yes(running):
    running.send_key("wijkagent", f"x{action(running).id}:hand")
    (asked,) = running.expect("handover.to_whom", to="wijkagent")
    colleague = next(label for label in labels(asked) if "politie" in label.casefold() or "Jeugd" in label)
    key = running.button("wijkagent", colleague)
    heard = running.send_key("wijkagent", key)
    told = next(one for one in heard if one.id == "handover.asked_of_you")
    assert "Elke vrijdag langs het plein" in told.all_text
    who = told.at.removeprefix("@")
    assert action(running).function != told.message.values["function"]
    running.press(who, "Ja, dat is goed")
    running.expect("handover.taken", to=who)
    running.expect("handover.answered_yes", to="wijkagent")
    assert action(running).function == colleague
    running.press(who, "Nee")
    running.expect("handover.over", to=who)
    assert [row.status for row in running.rows(Handover)] == ["accepted"]


def test_another_organisation_gets_an_action_when_the_lead_agrees(running):
    brug = 4
    running.send_key("wijkagent", f"x{action(running).id}:away:{brug}")
    (asked,) = running.expect("handover.asked_of_lead", to=LEAD)
    assert action(running).partner_id == 2
    running.send_key("boa", next(button.key for button in asked.shown.buttons))
    running.expect("handover.not_yours", to="boa")
    heard = running.press(LEAD, "Ja, dat is goed")
    assert action(running).partner_id == brug
    assert "handover.yours_now" in {one.id for one in heard if one.at == "@jongerenwerker"}
    running.send_key("wijkagent", f"x{action(running).id}:done")
    running.expect("actions.not_yours", to="wijkagent")


def test_an_offer_is_over_when_the_action_is_done_meanwhile(running):
    running.send_key("wijkagent", f"x{action(running).id}:away:4")
    running.send_key("wijkagent", f"x{action(running).id}:done")
    running.press(LEAD, "Ja, dat is goed")
    running.expect("handover.over", to=LEAD)
    assert action(running).partner_id == 2


# --- searching --------------------------------------------------------------------------------------------------------


def test_a_search_finds_other_forms_of_a_word(running):
    add(running, "Lichten bij de speeltuinen vervangen")
    running.say("wijkagent", "zoek speeltuin licht")
    (found,) = running.expect("search.result", to="wijkagent")
    assert any("Lichten bij de speeltuinen" in line for line in lines(found))


def test_what_is_recorded_in_a_meeting_is_found_and_what_is_taken_back_is_not(running):
    running.advance_clock("2026-02-10 10:00")
    running.say(LEAD, "/overleg start vergadering", room="jgo")
    running.say(LEAD, f"info: De ijsbaan bij {CASE} gaat dicht", room="jgo")
    running.say("wijkagent", "zoek ijsbaan")
    assert any("De ijsbaan" in line for line in lines(running.question()))
    running.say(LEAD, "/overleg herstel", room="jgo")
    running.say("wijkagent", "zoek ijsbaan")
    heard = running.question()
    assert heard.shown.lines == ()
    assert "Niets gevonden" in heard.shown.text


def test_nobody_finds_or_counts_what_they_may_not_read(running):
    add(running, "Kwikzilver opruimen met een ouder", level="individual")
    add(running, "P02 aanmelden voor kwikzilvercursus")
    running.say("wijkagent", "zoek kwikzilver")
    assert len(running.question().shown.lines) == 2
    running.say("wijkbeheerder", "zoek kwikzilver")
    shown = running.question()
    assert [line for line in lines(shown) if "P02" in line] == []
    assert len(shown.shown.lines) == 1
    running.say("wijkbeheerder", "zoek P02")
    assert running.question().shown.lines == ()
    running.say("privacyfunctionaris", "zoek kwikzilver")
    assert running.question().shown.lines == ()


def test_a_correction_of_minutes_is_found_by_who_may_read_it(running):
    (meeting, *_) = running.rows(Meeting)
    running.bring_about(
        lambda tx: papers.add_amendment(
            tx, municipality_id=1, meeting_id=meeting.id, number=1, line=None, case_id=1, partner_id=2, member_id=1,
            paper_id=None, text="De buurtvader loopt niet mee.", decided_at=running.clock.now(),
        )
    )  # fmt: skip
    running.say("wijkagent", "zoek buurtvaders")
    assert any("De buurtvader loopt niet mee." in line for line in lines(running.question()))
    running.say("wijkbeheerder", "zoek buurtvaders")
    assert running.question().shown.lines == ()


def test_a_search_is_narrowed_and_turned_by_its_own_member_alone(running):
    for number in range(12):
        add(running, f"Fietsen {number} weghalen")
    running.say("wijkagent", "zoek fiets")
    assert labels(running.question()) == ["Alleen besluiten", "Alleen acties", "Alleen verslagen", "Volgende"]
    running.press("wijkagent", "Volgende")
    assert len(running.question().shown.lines) == 4
    running.press("wijkagent", "Alleen besluiten")
    assert running.question().shown.lines == ()
    number = running.rows(Search)[0].id
    running.send_key("boa", f"q{number}:any:1")
    running.expect("search.gone", to="boa")


def test_a_search_for_nothing_or_for_a_person_is_not_made(running):
    running.say("wijkagent", "zoek")
    running.expect("search.how", to="wijkagent")
    running.say("wijkagent", "zoek 06-12345678")
    assert running.received.status == "refused"
    assert running.rows(Search) == []
