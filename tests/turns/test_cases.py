"""A case through the steps: what opens it, what an exit needs, and what each exit leaves behind."""

from __future__ import annotations

import pytest

from storage.names import changes, table
from storage.prepared import prepared
from storage.tables import (
    Action,
    Assignment,
    CasePartner,
    Contribution,
    Decision,
    Dialog,
    Goal,
    GroupCase,
    Municipality,
    Pseudonym,
    SignalLink,
    StepStay,
    Task,
    Tombstone,
    Track,
)
from tests.turns.cases import (
    CASE,
    LEAD,
    PARTNERS,
    ROOM,
    WORKERS,
    answer,
    nothing,
    open_case,
    signal,
    take,
    task_of,
    to_2b,
    to_3,
    to_4,
    to_5,
    to_6,
    to_7,
)


def the_case(chat, code=CASE):
    return chat.rows(GroupCase, code=code)[0]


# --- signals ---------------------------------------------------------------------------------------------------------


def test_signals_wait_in_an_overview_until_a_case_takes_them(chat):
    signal(chat, "wijkagent")
    (told,) = chat.expect("signal.arrived", to=LEAD)
    assert told.message.values["number"] == 1
    signal(chat, "zorgcoordinator")
    chat.press(LEAD, "Nieuwe signalen bekijken")
    (overview,) = chat.expect("signal.overview", to=LEAD)
    assert [line.label for line in overview.shown.lines] == ["C-1 Politie, basisteam Vliet", "C-2 School Het Kompas"]
    assert "speeltuin Parkzicht" in overview.all_text
    chat.press(LEAD, "Zaak openen")
    chat.expect("dialog.opening_with_intro", "dialog.ask", to=LEAD)
    chat.say(LEAD, "1, 2")
    chat.complete(LEAD, {"group_code": "Molenkamp"})
    chat.press(LEAD, "confirm")
    opened = chat.last[0]
    assert (opened.id, opened.message.values) == ("cases.opened", {"case": CASE, "n": 2})
    assert len(chat.rows(SignalLink)) == 2
    chat.say(LEAD, "signalen")
    chat.expect("signal.none", to=LEAD)


@pytest.mark.parametrize("typed", [f"koppel C-3 aan {CASE}", f"koppel c3 {CASE}", f"link C-3 to {CASE.lower()}"])
def test_a_later_signal_is_linked_to_a_case_that_exists(case, typed):
    signal(case, "boa")
    case.say(LEAD, typed)
    (linked,) = case.expect("signal.linked", to=LEAD)
    assert linked.message.values == {"number": 3, "case": CASE}
    case.say(LEAD, "signalen")
    case.expect("signal.none", to=LEAD)


def test_a_signal_is_linked_by_its_button(case):
    signal(case, "boa")
    case.say(LEAD, "signalen")
    case.press(LEAD, f"C-3 bij {CASE}")
    case.expect("signal.linked", to=LEAD)


@pytest.mark.parametrize(
    ("who", "typed", "expected"),
    [
        (LEAD, "koppel", "signal.how_to_link"),
        (LEAD, f"koppel dat aan {CASE}", "signal.how_to_link"),
        (LEAD, "koppel C-1 aan VW-2026-99", "cases.unknown"),
        (LEAD, f"koppel C-99 aan {CASE}", "signal.unknown"),
        ("boa", f"koppel C-1 aan {CASE}", "cases.only_lead"),
        ("boa", "signalen", "cases.only_lead"),
        ("boa", "zaak openen", "cases.only_lead"),
        ("boa", f"vrijstellen {CASE}", "cases.only_lead"),
        ("boa", f"nieuwe ronde {CASE}", "cases.only_lead"),
        ("boa", f"spoor {CASE}", "cases.only_lead"),
        ("boa", f"besluit nemen {CASE}", "cases.exit.not_yours"),
    ],
)
def test_what_belongs_to_the_process_lead_is_refused_to_others_and_explained(case, who, typed, expected):
    case.say(who, typed)
    case.expect(expected, to=who)


# --- who sees which case ----------------------------------------------------------------------------------------------


def test_a_member_sees_only_the_cases_of_their_partner(case):
    case.say("wijkbeheerder", f"status {CASE}")
    case.expect("cases.status", to="wijkbeheerder")
    leave(case, partner_id=7)
    case.say("wijkbeheerder", f"status {CASE}")
    (unknown,) = case.expect("cases.unknown", to="wijkbeheerder")
    case.say("wijkbeheerder", "status VW-2026-77")  # reads the same as for a case that does not exist
    (nonexistent,) = case.expect("cases.unknown", to="wijkbeheerder")
    assert unknown.shown.text == nonexistent.shown.text.replace("VW-2026-77", CASE)
    case.say("wijkbeheerder", "zaken")
    case.expect("cases.none", to="wijkbeheerder")
    case.send_key("wijkbeheerder", "k1:status")
    case.expect("cases.unknown", to="wijkbeheerder")
    case.say("wijkagent", "zaken")
    case.expect("cases.list", to="wijkagent")


def leave(chat, partner_id):
    """Take a partner from the table of every case."""
    away = prepared(table(CasePartner).delete().where(table(CasePartner).c.partner_id == partner_id))
    chat.database.write(lambda tx: tx.run(away))


def test_status_without_a_code_is_about_the_only_case(case):
    case.say("wijkagent", "status")
    (status,) = case.expect("cases.status", to="wijkagent")
    assert status.shown.title == f"{CASE} Molenkamp"
    assert "2A" in status.shown.text
    assert any("Beoordeel" in line.text for line in status.shown.lines)


def test_status_asked_in_the_room_goes_to_the_private_chat(case):
    case.say("wijkagent", f"/overleg status {CASE}", room=ROOM)
    assert [one.at for one in case.last] == ["@wijkagent"]
    assert case.received is not None
    assert case.received.go_to == "@wijkagent"


def test_a_privacy_officer_sees_no_cases(case):
    case.say("privacyfunctionaris", "zaken")
    case.expect("cases.none", to="privacyfunctionaris")


# --- exits ------------------------------------------------------------------------------------------------------------


def test_an_exit_says_what_is_missing_and_offers_to_waive_it(case):
    answer(case, "wijkagent", task_of(case, "assess"))
    take(case, "problematic", stop=True)
    (refused,) = case.expect("cases.exit.still_open", to=LEAD)
    assert refused.message.values == {"n": 3}
    assert sorted(button.label.partition(":")[0] for button in refused.shown.buttons) == [
        "Gemeente Vlietwaarden", "Jongerenwerk De Brug", "Team Handhaving",
    ]  # fmt: skip
    assert case.rows(Decision) == case.rows(Decision, exit="1.to_step_2")


def test_waived_with_a_reason_the_exit_opens(case):
    for who in ("wijkagent", "jongerenwerker", LEAD):
        nothing(case, who, "assess")
    case.say(LEAD, f"vrijstellen {CASE}")
    case.press(LEAD, next(b.label for b in case.question().shown.buttons if b.label.startswith("Team Handhaving")))
    case.say(LEAD, "Team Handhaving werkt niet in deze wijk")
    case.press(LEAD, "Versturen")
    case.expect("waiver.done", to=LEAD)
    waived = case.rows(Assignment, status="waived")
    assert [row.waiver for row in waived] == ["Team Handhaving werkt niet in deze wijk"]
    case.send_key("boa", f"t{task_of(case, 'assess')}:private")
    case.expect("task.closed", to="boa")
    take(case, "problematic")
    assert the_case(case).step == "2B"


def test_a_waiver_needs_a_reason(case):
    case.say(LEAD, f"vrijstellen {CASE}")
    case.press(LEAD, case.question().shown.buttons[0].key)
    case.say(LEAD, "overslaan")
    assert case.before() == "dialog.needed"


def test_a_waiver_that_comes_too_late_says_so(case):
    case.say(LEAD, f"vrijstellen {CASE}")
    key = next(b.key for b in case.question().shown.buttons if b.label.startswith("Politie"))
    case.send_key(LEAD, key)
    case.say(LEAD, "hoeft niet")
    nothing(case, "wijkagent", "assess")
    case.press(LEAD, "Versturen")
    case.expect("waiver.too_late", to=LEAD)
    case.send_key(LEAD, key)
    case.expect("waiver.too_late", to=LEAD)
    case.send_key("boa", key)
    case.expect("cases.only_lead", to="boa")


def test_a_decision_in_preparation_when_the_case_moves_on_is_not_recorded_twice(case):
    case.say(LEAD, f"besluit nemen {CASE}")
    case.press(LEAD, next(b.key for b in case.question().shown.buttons if b.key.endswith(":stop")))
    case.fill(LEAD, {"text": "We stoppen.", "reason": "Rustig."})
    take(case, "simple_intervention", who=LEAD)
    before = len(case.rows(Decision))
    old = min(row.id for row in drafts(case))
    case.send_key(LEAD, f"d{old}:open")
    skip_to_summary(case)
    case.press(LEAD, "Versturen")
    assert len(case.rows(Decision)) == before


def drafts(chat):
    return chat.rows(Dialog, form="shared.decision", status="asking")


def skip_to_summary(chat, who=LEAD):
    while chat.question().id != "dialog.summary":
        chat.say(who, "overslaan")


def test_an_exit_of_another_step_or_of_a_closed_case_is_refused(case):
    case.send_key(LEAD, "k1:exit:adopted")
    case.expect("cases.exit.other_step", to=LEAD)
    case.send_key(LEAD, "k1:move:to_step_3")
    case.expect("cases.exit.other_step", to=LEAD)
    take(case, "stop")
    assert the_case(case).status == "stopped"
    case.say(LEAD, f"besluit nemen {CASE}")
    case.expect("cases.exit.case_is_closed", to=LEAD)
    case.send_key(LEAD, "k1:exit:stop")
    assert case.last[-1].id == "cases.exit.case_is_closed"


def test_a_decision_is_announced_in_the_room_without_its_words(case):
    take(case, "stop")
    (posted,) = [one for one in case.last if one.at == ROOM and one.id == "cases.decided"]
    assert "De tafel besluit dit" not in posted.all_text
    decision = case.rows(Decision)[-1]
    assert (decision.text, decision.exit, decision.from_step) == ("De tafel besluit dit.", "2A.stop", "2A")


def test_dissent_is_kept_word_for_word(case):
    case.say(LEAD, f"besluit nemen {CASE}")
    case.press(LEAD, next(b.key for b in case.question().shown.buttons if b.key.endswith(":stop")))
    words = "Wij zien nog elke week vernielingen; stoppen is te vroeg."
    case.fill(LEAD, {"text": "Stoppen.", "reason": "Rustig.", "dissent": [{"partner": "jongerenwerk", "words": words}]})
    skip_to_summary(case)
    case.press(LEAD, "Versturen")
    assert case.rows(Decision)[-1].dissent == [{"partner": "jongerenwerk", "words": words}]


# --- the name list's bolt ---------------------------------------------------------------------------------------------


def test_2b_opens_only_by_the_decision_that_the_behaviour_is_problematic(case):
    assert not the_case(case).may_pseudonyms
    to_2b(case)
    assert (the_case(case).step, the_case(case).may_pseudonyms) == ("2B", True)


def test_without_retention_periods_pseudonyms_are_refused(case):
    settings = dict(case.rows(Municipality)[0].settings)
    settings["retention"] = {}
    case.database.write(lambda tx: tx.run(changes(Municipality), which=1, settings=settings))
    case.restart()
    for who in PARTNERS:
        nothing(case, who, "assess")
    take(case, "problematic", stop=True)
    case.expect("cases.exit.retention_unset", to=LEAD)
    assert the_case(case).step == "2A"


def test_p_codes_are_made_after_the_decision_and_numbered(case):
    to_2b(case)
    to_3(case)
    assert [row.code for row in case.rows(Pseudonym)] == ["P01", "P02", "P03"]


def test_a_p_code_is_refused_in_2a_and_4_and_accepted_in_3_and_5(case):
    case.send_key("wijkagent", f"t{task_of(case, 'assess')}:private")
    says_p_code(case, "gap", refused=True)
    to_2b(case)
    to_3(case)
    case.send_key("wijkagent", f"t{task_of(case, 'duiding')}:private")
    says_p_code(case, "blind_spots", refused=False)
    case.say("wijkagent", "stop")
    to_4(case)
    case.send_key(LEAD, f"t{task_of(case, 'advice')}:private")
    says_p_code(case, "problem", refused=True, who=LEAD)
    case.say(LEAD, "stop")
    to_5(case)
    case.send_key(LEAD, f"t{task_of(case, 'plan')}:private")
    says_p_code(case, "securing", refused=False, who=LEAD)


def says_p_code(chat, field, *, refused, who="wijkagent"):
    chat.fill(who, {field: "vooral P02 houdt de groep bij elkaar"})
    assert chat.received is not None
    assert chat.received.refused == (("pseudonym",) if refused else ())


def test_a_guest_is_never_asked_or_shown_a_p_code_after_2b(case):
    to_2b(case)
    to_3(case)
    to_4(case)
    to_5(case)
    case.send_key(LEAD, f"t{task_of(case, 'plan')}:private")
    case.fill(LEAD, {"securing": "P02 blijft in beeld bij het wijkteam"})
    assert case.received is not None
    assert case.received.status == "accepted"
    case.send_key("zorgcoordinator", f"t{task_of(case, 'plan_input')}:private")
    case.fill("zorgcoordinator", {"offer": "Wij praten met P02"})
    assert case.last[0].id == "refused.pseudonym"
    for typed in (f"status {CASE}", "acties", "besluiten", "agenda", "taken", "zaken"):
        case.say("zorgcoordinator", typed)
    assert any("P02" in one.all_text for one in case.heard if one.at == f"@{LEAD}")
    assert not any("P02" in one.all_text for one in case.heard if one.at in {"@zorgcoordinator", "@wijkbeheerder"})


def test_going_back_from_6_to_3_does_not_open_2b_again(running):
    take(running, "revise_picture")
    assert (the_case(running).step, the_case(running).may_pseudonyms) == ("3", True)
    assert [row.code for row in running.rows(Pseudonym, removed_at=None)] == ["P01", "P02", "P03"]
    assert [row.task for row in running.rows(Task, status="open") if row.step == "2B"] == []
    take(running, "return_to_6")
    assert the_case(running).step == "6"
    assert [row.step for row in running.rows(StepStay)] == ["1", "2A", "2B", "3", "4", "5", "6", "3", "6"]


def test_back_to_6_is_only_for_a_case_that_has_been_there(case):
    to_2b(case)
    to_3(case)
    take(case, "return_to_6", stop=True)
    case.expect("cases.exit.never_executed", to=LEAD)


def test_a_move_that_is_no_decision_gets_no_line_in_the_register(case):
    to_2b(case)
    before = len(case.rows(Decision))
    to_3(case)
    assert the_case(case).step == "3"
    assert len(case.rows(Decision)) == before


# --- other ways out ---------------------------------------------------------------------------------------------------


def test_a_merged_case_brings_its_signals_along(case):
    signal(case, "boa")
    case.say(LEAD, "zaak openen")
    case.fill(
        LEAD, {"signals": ["c3"], "group_code": "Lindeplein", "place": "x", "purpose": "public_order", "why": "w"}
    )
    case.press(LEAD, "confirm")
    take(case, "merge_with_case", case_code="VW-2026-04", case=CASE)
    merged = the_case(case, "VW-2026-04")
    assert (merged.status, merged.merged_into) == ("merged", the_case(case).id)
    links = {row.number: row.case_id for row in case.rows(SignalLink)}
    assert links[3] == the_case(case).id


def test_a_watched_case_comes_back_on_its_review_date(chat):
    open_case(chat)
    take(chat, "watch", review_on="2 maart 2026")
    assert the_case(chat).status == "watched"
    chat.advance_clock("2026-03-02 08:59")
    assert [one for one in chat.last if one.id == "decisions.review"] == []
    chat.advance_clock("2026-03-02 09:00")
    (review,) = [one for one in chat.last if one.id == "decisions.review"]
    assert (review.at, review.message.values["case"]) == (f"@{LEAD}", CASE)
    take(chat, "to_step_2")  # it can be taken up again
    assert (the_case(chat).status, the_case(chat).step) == ("open", "2A")


def test_a_watch_needs_a_review_date_in_the_future(chat):
    open_case(chat)
    chat.say(LEAD, f"besluit nemen {CASE}")
    chat.press(LEAD, next(b.key for b in chat.question().shown.buttons if b.key.endswith(":watch")))
    chat.fill(LEAD, {"text": "Volgen.", "reason": "Rustig.", "review_on": "1 januari 2026"})
    assert (chat.before() or "").startswith("wrong.")
    chat.say(LEAD, "overslaan")
    assert chat.before() == "dialog.needed"


def test_the_triangle_puts_a_case_on_hold_and_takes_it_up_again(case):
    for step in (to_2b, to_3, to_4):
        step(case)
    nothing(case, LEAD, "advice")
    take(case, "hold", who="burgemeester", review_on="1 juni 2026")
    assert (the_case(case).status, the_case(case).step) == ("on_hold", "4")
    take(case, "prioritised", who="burgemeester", review_on="1 september 2026")
    assert (the_case(case).status, the_case(case).step) == ("open", "5")


def test_handed_over_as_a_status_with_a_reference_the_codes_are_gone(case):
    to_2b(case)
    answer(case, LEAD, task_of(case, "name_list"))
    case.send_key(LEAD, f"t{task_of(case, 'pseudonyms')}:private")
    case.fill(LEAD, {"codes": [{"age_band": "age_16_17", "part": "core"}]})
    case.press(LEAD, "confirm")
    case.say(LEAD, f"spoor {CASE}")
    case.fill(LEAD, {"code": "p01", "route": "pga", "status": "offered", "reference": "PGA 2026-114"})
    case.press(LEAD, "Versturen")
    case.expect("track.stored", to=LEAD)
    assert [(row.code, row.route, row.reference) for row in case.rows(Track)] == [("P01", "pga", "PGA 2026-114")]
    take(case, "person_track", reference="PGA 2026-114")
    assert (the_case(case).status, the_case(case).may_pseudonyms) == ("handed_over", False)
    assert case.rows(Pseudonym, removed_at=None) == []
    assert [row.kind for row in case.rows(Tombstone)] == ["pseudonyms"]
    assert case.rows(Decision)[-1].reference == "PGA 2026-114"


def test_a_track_is_for_a_code_that_exists(case):
    case.say(LEAD, f"spoor {CASE}")
    case.expect("track.not_now", to=LEAD)
    to_2b(case)
    case.say(LEAD, f"spoor {CASE}")
    case.fill(LEAD, {"code": "P09", "route": "pga", "status": "offered"})
    skip_to_summary(case)
    case.press(LEAD, "Versturen")
    case.expect("track.unknown_code", to=LEAD)
    assert case.rows(Track) == []


def test_adopting_the_plan_makes_goals_and_actions(running):
    assert [(row.number, row.goal, row.indicator) for row in running.rows(Goal)] == [
        (1, "g1", "meldingen per maand"), (3, "g3", "jongeren naar school"),
    ]  # fmt: skip
    assert [(row.number, row.title, row.partner_id, str(row.due_on), row.level) for row in running.rows(Action)] == [
        (1, "Elke vrijdag langs het plein", 2, "2026-05-01", "group"),
        (2, "Boksles op woensdag", 4, "2026-05-08", "domain"),
    ]
    running.say("wijkagent", "acties")
    (listed,) = running.expect("actions.list", to="wijkagent")
    buttons = [line.button.label for line in listed.shown.lines if line.button]
    assert buttons == ["A1 bijwerken"]


def test_adopting_an_adjusted_plan_keeps_actions_that_run(running):
    take(running, "adjust_plan")
    to_6(running)
    assert [row.title for row in running.rows(Action)] == ["Elke vrijdag langs het plein", "Boksles op woensdag"]
    assert len(running.rows(Goal)) == 2


def test_an_owner_brings_an_action_up_to_date(running):
    running.say("wijkagent", "acties")
    running.press("wijkagent", "A1 bijwerken")
    running.expect("actions.card", to="wijkagent")
    running.press("wijkagent", "Iets anders")
    running.fill("wijkagent", {"status": "done"})
    skip_to_summary(running, "wijkagent")
    running.press("wijkagent", "Versturen")
    running.expect("actions.updated", to="wijkagent")
    row = running.rows(Action, number=1)[0]
    assert (row.status, str(row.done_on)) == ("done", "2026-02-03")
    running.send_key("boa", "x2:update")
    running.expect("actions.not_yours", to="boa")


def test_progress_before_a_meeting_updates_the_actions(running):
    running.send_key("jongerenwerker", f"t{task_of(running, 'progress')}:private")
    running.fill(
        "jongerenwerker",
        {"actions": [{"key": "A2", "status": "blocked", "reason": "De zaal is dicht", "new_date": "1 juni 2026"}]},
    )
    running.deliver("jongerenwerker")
    row = running.rows(Action, number=2)[0]
    assert (row.status, row.reason, str(row.due_on), str(row.original_due_on)) == (
        "blocked", "De zaal is dicht", "2026-06-01", "2026-05-08",
    )  # fmt: skip
    assert running.rows(Action, number=1)[0].status == "open"


def test_progress_is_asked_row_by_row_of_who_has_actions(running):
    asked = {row.partner_id for row in running.rows(Assignment, task_id=task_of(running, "progress"))}
    assert asked == {2, 4}
    running.send_key("wijkagent", f"t{task_of(running, 'progress')}:private")
    assert running.asks("actions.status")
    assert "A1" in running.question().all_text
    running.say("wijkagent", "loopt")
    assert running.asks("actions.done")


def test_closed_with_aftercare_the_codes_are_removed_and_the_review_is_planned(running):
    to_7(running)
    assert the_case(running).step == "7"
    for row in running.rows(Assignment, task_id=task_of(running, "evaluation"), status="open"):
        nothing(running, WORKERS[row.partner_id], "evaluation")
    nothing(running, LEAD, "closing")
    take(running, "closed_with_aftercare", who="burgemeester", review_on="2 maart 2026")
    row = the_case(running)
    assert (row.status, row.may_pseudonyms) == ("aftercare", False)
    assert running.rows(Pseudonym, removed_at=None) == []
    running.advance_clock("2026-03-02 09:00")
    assert "decisions.review" in [one.id for one in running.last]
    assert running.rows(Contribution) != []
