"""The dialog machine: the same state and event always give the same next state and the same messages."""

from __future__ import annotations

import pytest

from conversations.dialog import engine, events
from conversations.dialog.effects import Deliver, ReportNothing
from conversations.dialog.messages import AnswerOf, Content, Phrase
from conversations.dialog.reading import asked_now
from conversations.dialog.state import DialogState
from tests.conversations.questions import column
from tests.dialog.forms import GIVEN, GIVEN_LIST, LISTS, SMALL, Talk, asked, form

# --- asking and answering ---------------------------------------------------------------------------------------------


def test_opening_says_what_it_is_about_and_asks_the_first_question():
    talk = Talk(SMALL)
    assert [message.id for message in talk.messages] == ["dialog.opening_with_intro", "dialog.ask"]
    assert (talk.last.question, talk.last.values["position"], talk.last.values["total"]) == ("2A.small.what", 1, 4)
    assert talk.keys == ["a:what:noise", "a:what:drugs", "a:what:vandalism", "a:what:fireworks", "a:what:other",
                         "back", "skip", "help", "stop"]  # fmt: skip


def test_a_form_without_an_introduction_opens_with_how_it_goes():
    talk = Talk(form(asked("short_text", "one"), intro=False))
    assert talk.messages[0].id == "dialog.opening"


def test_every_answer_is_noted_and_the_next_question_asked():
    talk = Talk(SMALL).say("geluidsoverlast")
    assert talk.last.values["before"] == Phrase("dialog.noted", {"answer": AnswerOf("what")})
    assert talk.state.answers == {"what": {"choice": "noise"}}
    assert talk.last.question == "2A.small.serious"


def test_a_bad_answer_says_what_was_wrong_and_asks_again():
    talk = Talk(SMALL).say("paars")
    assert (talk.before, talk.last.question) == ("wrong.choice", "2A.small.what")
    assert talk.state.answers == {}


def test_a_conditional_question_is_asked_only_when_it_applies():
    assert Talk(SMALL).say("drugs").last.question == "2A.small.drink"
    assert Talk(SMALL).say("vuurwerk").last.question == "2A.small.serious"


def test_an_answer_that_no_longer_applies_is_not_delivered_and_not_lost():
    talk = Talk(SMALL).say("drugs", "lachgas", "3, want druk", "ja", "5")
    talk.happens(events.Edited(question="what")).say("vuurwerk")
    assert talk.last.id == "dialog.summary"
    talk.happens(events.Edited(question="what")).say("drugs")
    assert talk.last.id == "dialog.summary"  # the words are still there
    talk.happens(events.Edited(question="what")).say("vuurwerk").happens(events.Confirmed())
    assert talk.delivered == Deliver(
        {"what": {"choice": "fireworks"}, "serious": {"score": 3, "reason": "druk"}, "again": {"choice": "yes"},
         "size": {"low": 5, "high": 5}}, (),
    )  # fmt: skip


def test_a_score_is_asked_its_reason():
    talk = Talk(SMALL).say("vuurwerk", "4")
    assert talk.last.id == "dialog.ask_reason"
    assert "skip" not in talk.keys
    talk.happens(events.Skipped())
    assert talk.before == "dialog.needed_reason"
    talk.say("4")
    talk.say("bewoners lopen om")
    assert talk.state.answers["serious"] == {"score": 4, "reason": "bewoners lopen om"}


def test_another_score_instead_of_a_reason_replaces_the_first():
    talk = Talk(SMALL).say("vuurwerk", "4")
    talk.happens(events.Picked("serious", ("2",))).say("het is rustig")
    assert talk.state.answers["serious"] == {"score": 2, "reason": "het is rustig"}


def test_an_optional_reason_may_stay_away():
    talk = Talk(SMALL).say("vuurwerk", "2, rustig").happens(events.Picked("again", ("unsure",)))
    assert talk.state.answers["again"] == {"choice": "unsure"}


def test_something_else_is_asked_in_words():
    talk = Talk(SMALL).happens(events.Picked("what", ("other",)))
    assert talk.last.id == "dialog.ask_text"
    talk.happens(events.WentBack())
    assert talk.last.question == "2A.small.what"
    talk.happens(events.Picked("what", ("other",))).happens(events.Skipped())
    assert talk.before == "dialog.needed_reason"
    talk.say("wildplassen")
    assert talk.state.answers["what"] == {"choice": "other", "text": "wildplassen"}


# --- moving about -----------------------------------------------------------------------------------------------------


def test_back_from_the_summary_is_the_last_question():
    talk = Talk(SMALL).say("vuurwerk", "3, druk", "ja", "5").happens(events.WentBack())
    assert talk.last.question == "2A.small.size"
    assert talk.happens(events.Opened()).last.id == "dialog.summary"


def test_a_skipped_question_is_delivered_as_open_only_when_it_is_needed():
    talk = Talk(SMALL)
    for _ in range(4):
        talk.happens(events.Skipped())
    assert talk.last.id == "dialog.summary"
    assert talk.happens(events.Confirmed()).before == "dialog.nothing_answered"
    talk.happens(events.Edited(line=1)).say("vuurwerk").happens(events.Confirmed())
    assert talk.delivered == Deliver({"what": {"choice": "fireworks"}}, ("serious", "again"))


def test_skipping_an_answer_takes_it_away_once():
    talk = Talk(SMALL).say("vuurwerk").happens(events.WentBack())
    talk.happens(events.Skipped()).happens(events.WentBack()).happens(events.Skipped())
    assert (talk.state.answers, talk.state.skipped) == ({}, ("what",))


def test_an_optional_question_that_is_skipped_is_left_empty():
    talk = Talk(SMALL).say("vuurwerk", "3, druk", "ja").happens(events.Skipped())
    assert talk.before == "dialog.left_open"
    assert talk.happens(events.Skipped()).before == "dialog.nothing_to_skip"


def test_a_record_cannot_be_left_incomplete():
    talk = Talk(form(asked("long_text", "text"), asked("short_text", "extra", required=False), outcome="decision"))
    assert "skip" not in talk.keys
    assert talk.happens(events.Skipped()).before == "dialog.needed"
    talk.say("We stoppen.").happens(events.Skipped()).happens(events.Confirmed())
    assert talk.delivered == Deliver({"text": "We stoppen."}, ())


def test_a_line_is_changed_by_number_or_name():
    talk = Talk(SMALL).say("vuurwerk", "3, druk", "ja", "5")
    assert talk.happens(events.Edited(line=2)).last.question == "2A.small.serious"
    assert talk.happens(events.Edited(question="size")).last.question == "2A.small.size"
    for wrong in (events.Edited(line=0), events.Edited(line=9), events.Edited(question="drink"), events.Edited()):
        talk.happens(wrong)
        assert talk.last.values["before"] == Phrase("dialog.no_such_line", {"last": 4})


def test_confirming_when_nothing_is_open_any_more_leads_to_the_summary():
    talk = Talk(SMALL).say("vuurwerk", "3, druk", "ja", "5").happens(events.Edited(line=1))
    assert talk.happens(events.Confirmed()).last.id == "dialog.summary"
    assert isinstance(talk.happens(events.Confirmed()).delivered, Deliver)


def test_help_where_and_stop_say_so_and_change_nothing():
    talk = Talk(SMALL).say("vuurwerk")
    before = talk.state
    assert [one.id for one in talk.happens(events.AskedHelp()).messages] == ["dialog.help_question", "dialog.ask"]
    assert [one.id for one in talk.happens(events.AskedWhere()).messages] == ["dialog.where", "dialog.ask"]
    assert talk.state == before
    talk.happens(events.Stopped())
    assert (talk.last.id, talk.keys, talk.state.phase) == ("dialog.stopped", ["open"], "stopped")
    assert talk.happens(events.Opened()).last.question == "2A.small.serious"


def test_an_example_comes_with_the_help():
    talk = Talk(form(asked("short_text", "one", example={"nl": "zo", "en": "so"})))
    assert talk.happens(events.AskedHelp()).messages[0].id == "dialog.help_question_example"


def test_the_summary_has_its_own_help_and_place():
    talk = Talk(SMALL).say("vuurwerk", "3, druk", "ja", "5")
    assert talk.happens(events.AskedHelp()).messages[0].id == "dialog.help"
    assert talk.happens(events.AskedWhere()).messages[0].id == "dialog.where_all_done"
    assert talk.say("hallo").before == "dialog.say_confirm_or_change"
    talk.happens(events.Stopped())
    assert talk.happens(events.Opened()).last.id == "dialog.summary"


def test_what_was_delivered_stays_delivered():
    talk = Talk(SMALL).say("vuurwerk", "3, druk", "ja", "5").happens(events.Confirmed())
    assert talk.say("nog iets").last.id == "dialog.delivered_already"
    assert talk.state.phase == "delivered"


def test_nothing_to_report_is_for_contributions():
    assert Talk(SMALL).happens(events.NothingReported()).delivered == ReportNothing()
    talk = Talk(form(asked("short_text", "one"), outcome="signal")).happens(events.NothingReported())
    assert talk.before == "dialog.nothing_not_here"


def test_a_record_that_is_stopped_says_that_nothing_is_recorded():
    talk = Talk(form(asked("short_text", "one"), outcome="waiver")).happens(events.Stopped())
    assert talk.last.id == "dialog.stopped_record"


# --- presses and fields -----------------------------------------------------------------------------------------------


def test_a_press_under_another_question_is_told_so():
    talk = Talk(SMALL).say("vuurwerk").happens(events.Picked("what", ("noise",)))
    assert talk.last.values["before"] == Phrase("dialog.answered_already", {"answer": AnswerOf("what")})
    assert talk.happens(events.Picked("size", ("1",))).before == "dialog.old_card"
    assert talk.happens(events.Picked("goals#0.title", ("1",))).before == "dialog.old_card"
    assert talk.state.answers == {"what": {"choice": "fireworks"}}


def test_a_press_at_the_summary_is_an_old_one():
    talk = Talk(SMALL).say("vuurwerk", "3, druk", "ja", "5").happens(events.Picked("size", ("1",)))
    assert talk.before == "dialog.answered_already"


def test_an_option_that_is_not_there_is_refused():
    assert Talk(SMALL).happens(events.Picked("what", ("purple",))).before == "wrong.choice"


def test_fields_at_once_keep_the_good_ones_and_ask_the_wrong_one():
    talk = Talk(SMALL).happens(
        events.Filled({"size": "5", "what": "paars", "again": "ja", "serious": {"score": 3, "reason": "druk"}})
    )
    assert (talk.last.question, talk.before) == ("2A.small.what", "wrong.choice")
    assert sorted(talk.state.answers) == ["again", "serious", "size"]
    assert talk.say("vuurwerk").last.id == "dialog.summary"


def test_a_field_that_is_half_an_answer_asks_the_other_half():
    talk = Talk(SMALL).happens(events.Filled({"what": "noise", "serious": "3"}))
    assert talk.last.id == "dialog.ask_reason"
    assert talk.state.answers == {"what": {"choice": "noise"}}


@pytest.mark.parametrize("name", ["nothing", "drink", ""])
def test_a_field_that_is_not_asked_is_said_and_not_kept(name):
    talk = Talk(SMALL).happens(events.Filled({name: "x"}))
    assert talk.before == "dialog.unknown_field"
    assert talk.state.answers == {}


def test_no_fields_at_all_ask_again():
    assert Talk(SMALL).happens(events.Filled({})).last.question == "2A.small.what"


# --- lists ------------------------------------------------------------------------------------------------------------


def listed(talk):
    return [{name: value for name, value in row.items() if name != "key"} for row in talk.state.answers["goals"]]


def two_goals():
    return Talk(LISTS).say("minder overlast", "vuurwerk", "5").happens(events.RowAdded()).say("school", "1", "6")


def test_a_list_is_asked_cell_by_cell_and_row_by_row():
    talk = Talk(LISTS)
    assert (talk.last.id, talk.last.question) == ("dialog.ask_cell", "2A.small.goals.title")
    assert talk.last.values["which"] == Phrase("dialog.row", {"n": 1})
    talk.say("minder overlast", "drugs")
    assert talk.last.question == "2A.small.goals.why"  # a column with a condition
    talk.say("lachgas").happens(events.Skipped())
    assert (talk.before, talk.last.id, talk.keys) == ("dialog.left_open", "dialog.more_rows", ["rows:add", "rows:done"])
    talk.happens(events.RowAdded())
    assert talk.last.values["which"] == Phrase("dialog.row", {"n": 2})


def test_too_few_rows_are_not_enough():
    talk = Talk(LISTS).say("een", "vuurwerk", "5").happens(events.RowsFinished())
    assert talk.last.values["before"] == Phrase("dialog.too_few_rows", {"n": 2})
    assert talk.last.id == "dialog.more_rows"
    talk.happens(events.Edited(question="after")).say("klaar")
    assert talk.last.id == "dialog.more_rows"  # it does not get past it by the back door


def test_too_many_rows_do_not_fit():
    talk = two_goals().happens(events.RowAdded()).say("drie", "1", "7").happens(events.RowAdded())
    assert talk.last.values["before"] == Phrase("dialog.too_many_rows", {"n": 3})


def test_a_finished_list_is_noted_and_delivered_clean():
    talk = two_goals().happens(events.RowsFinished())
    assert talk.before == "dialog.list_noted"
    talk.say("verder niets").happens(events.Confirmed())
    assert isinstance(talk.delivered, Deliver)
    assert talk.delivered.answers["goals"] == [
        {"key": "1", "title": "minder overlast", "status": {"choice": "fireworks"}, "target": {"low": 5, "high": 5}},
        {"key": "2", "title": "school", "status": {"choice": "noise"}, "target": {"low": 6, "high": 6}},
    ]


def test_a_row_is_gone_through_again():
    talk = two_goals().happens(events.RowEdited(1))
    assert talk.last.values["which"] == Phrase("dialog.row", {"n": 1})
    talk.say("minder geluid", "drugs", "lachgas", "4")
    assert talk.last.id == "dialog.more_rows"
    assert listed(talk)[0] == {
        "title": "minder geluid", "status": {"choice": "drugs"}, "why": "lachgas", "target": {"low": 4, "high": 4},
    }  # fmt: skip


def test_a_cell_that_no_longer_applies_is_not_delivered():
    talk = two_goals().happens(events.RowEdited(1)).say("x", "drugs", "lachgas", "4")
    talk.happens(events.RowEdited(1)).say("x", "vuurwerk", "4").happens(events.RowsFinished())
    talk.say("verder").happens(events.Confirmed())
    assert isinstance(talk.delivered, Deliver)
    assert "why" not in talk.delivered.answers["goals"][0]


def test_a_row_is_removed_and_the_keys_stay_unique():
    talk = two_goals().happens(events.RowRemoved(1))
    assert [row["title"] for row in listed(talk)] == ["school"]
    talk.happens(events.RowAdded()).say("drie", "1", "7")
    assert [row["key"] for row in talk.state.answers["goals"]] == ["2", "3"]
    talk.happens(events.RowRemoved(1)).happens(events.RowRemoved(1))
    assert (talk.last.id, talk.state.answers["goals"]) == ("dialog.ask_cell", [{"key": "1"}])


NO_ROW = (events.RowEdited(0), events.RowEdited(9), events.RowRemoved(0), events.RowRemoved(3))


@pytest.mark.parametrize("event", NO_ROW)
def test_a_row_that_is_not_there_is_said(event):
    assert two_goals().happens(event).last.values["before"] == Phrase("dialog.no_such_row", {"n": 2})


def test_a_row_is_finished_before_the_next_is_added():
    talk = Talk(LISTS).say("een")
    assert talk.happens(events.RowAdded()).before == "dialog.finish_row_first"
    assert talk.happens(events.RowsFinished()).before == "dialog.old_card"


@pytest.mark.parametrize("event", [events.RowAdded(), events.RowEdited(1), events.RowRemoved(1), events.RowsFinished()])
def test_list_buttons_are_old_outside_the_list(event):
    talk = two_goals().happens(events.RowsFinished()).happens(event)
    assert (talk.before, talk.last.question) == ("dialog.old_card", "2A.small.after")
    assert talk.say("x").happens(event).before == "dialog.old_card"


def test_text_at_another_row_says_what_can_be_done():
    talk = two_goals().say("misschien")
    assert (talk.before, talk.last.id) == ("dialog.say_more_or_done", "dialog.more_rows")
    assert talk.happens(events.AskedHelp()).messages[0].id == "dialog.help"


def test_back_in_a_list_goes_cell_by_cell():
    talk = two_goals()
    seen = []
    for _ in range(7):
        seen.append((talk.state.row, talk.state.column))
        talk.happens(events.WentBack())
    assert seen == [(2, None), (1, "target"), (1, "status"), (1, "title"), (0, "target"), (0, "status"), (0, "title")]
    assert talk.before == "dialog.first_question"


def test_back_into_a_list_from_what_follows():
    talk = two_goals().happens(events.RowsFinished()).happens(events.WentBack())
    assert talk.last.id == "dialog.more_rows"


def test_skip_in_a_row():
    talk = Talk(LISTS).say("een").happens(events.Skipped())
    assert talk.before == "dialog.needed_in_row"
    talk.say("vuurwerk", "5").happens(events.RowAdded()).happens(events.Skipped())  # no second row after all
    assert talk.last.values["before"] == Phrase("dialog.too_few_rows", {"n": 2})
    talk.happens(events.Skipped())
    assert talk.before == "dialog.too_few_rows"


def test_skip_at_an_empty_list_leaves_it_open():
    talk = Talk(LISTS).happens(events.Skipped())
    assert (talk.before, talk.last.question, talk.state.answers) == ("dialog.skipped", "2A.small.after", {})
    talk.say("x")
    assert talk.last.id == "dialog.summary"
    talk.happens(events.Edited(line=1)).happens(events.WentBack()).happens(events.Confirmed())
    assert talk.last.id == "dialog.summary"
    talk.happens(events.Confirmed())
    assert talk.delivered == Deliver({"after": "x"}, ("goals",))


def test_a_list_that_a_record_needs_cannot_be_skipped():
    rows = asked("rows", "goals", columns=(column("short_text", "title"),), min_rows=1)
    talk = Talk(form(rows, outcome="action"))
    assert talk.happens(events.Skipped()).before == "dialog.needed"
    assert talk.last.id == "dialog.ask_cell"


def test_a_cell_is_pressed_and_filled_by_its_name():
    talk = Talk(LISTS).say("een").happens(events.Picked("goals#0.status", ("fireworks",)))
    assert talk.last.question == "2A.small.goals.target"
    talk.happens(events.Filled({"goals#0.target": 7}))
    assert talk.last.id == "dialog.more_rows"
    assert talk.happens(events.Filled({"goals#0.target": 8})).before == "dialog.old_card"
    assert listed(talk)[0]["target"] == {"low": 7, "high": 7}


def test_a_whole_list_at_once_leaves_its_empty_cells_open():
    talk = Talk(LISTS).happens(
        events.Filled({"goals": [{"title": "a", "status": "noise"}, {"title": "b", "status": "1"}]})
    )
    assert talk.last.question == "2A.small.after"
    talk.say("x").happens(events.Confirmed())
    assert isinstance(talk.delivered, Deliver)
    assert [row["title"] for row in talk.delivered.answers["goals"]] == ["a", "b"]


def test_given_rows_are_all_asked_and_none_is_added_or_removed():
    talk = Talk(GIVEN_LIST, {"actions": GIVEN})
    assert [one.id for one in talk.messages] == ["dialog.opening_with_intro", "dialog.ask_cell"]
    assert talk.last.values["which"] == AnswerOf("actions.label", 0)
    assert talk.happens(events.AskedWhere()).messages[0].values["done"] == 0
    talk.say("vuurwerk").happens(events.Skipped())
    assert talk.last.values["which"] == AnswerOf("actions.label", 1)
    talk.say("drugs", "een zaal")
    assert talk.last.question == "2A.small.after"
    talk.happens(events.WentBack())
    assert (talk.last.id, talk.keys) == ("dialog.more_rows", ["rows:done"])
    assert talk.happens(events.RowAdded()).before == "dialog.rows_are_given"
    assert talk.happens(events.RowRemoved(1)).before == "dialog.rows_are_given"
    talk.happens(events.RowEdited(1)).say("1", "x")
    assert talk.last.question == "2A.small.after"
    talk.happens(events.Skipped()).happens(events.Confirmed())
    assert talk.delivered == Deliver(
        {"actions": [
            {"key": "A1", "label": "A1 langs het plein", "status": {"choice": "noise"}, "help": "x"},
            {"key": "A2", "label": "A2 boksles", "status": {"choice": "drugs"}, "help": "een zaal"},
        ]}, (),
    )  # fmt: skip


def test_the_last_cell_of_a_given_list_may_stay_open():
    talk = Talk(GIVEN_LIST, {"actions": GIVEN[:1]}).say("vuurwerk").happens(events.Skipped())
    assert (talk.before, talk.last.question) == ("dialog.left_open", "2A.small.after")


def test_given_rows_filled_in_at_once_stay_those_rows():
    talk = Talk(GIVEN_LIST, {"actions": GIVEN})
    talk.happens(events.Filled({"actions": [{"key": "A2", "status": "noise"}, {"key": "A9", "status": "drugs"}]}))
    assert talk.last.values["which"] == AnswerOf("actions.label", 0)  # A1 is still to be asked
    assert [row["key"] for row in talk.state.answers["actions"]] == ["A1", "A2"]
    assert talk.happens(events.Skipped()).before == "dialog.needed_in_row"


# --- content that changes under a draft -------------------------------------------------------------------------------


def test_a_question_that_is_gone_is_passed_over():
    talk = Talk(SMALL).say("vuurwerk")
    talk.form = form(asked("short_text", "new"))
    assert talk.happens(events.AskedWhere()).last.question == "2A.small.new"


def test_a_list_that_became_a_text_is_asked_as_a_text():
    talk = Talk(LISTS).say("een")
    talk.form = form(asked("short_text", "goals"), asked("short_text", "after"))
    assert talk.happens(events.AskedWhere()).last.id == "dialog.ask"


def test_a_text_that_became_a_list_is_asked_as_a_list():
    talk = Talk(form(asked("short_text", "goals"), asked("short_text", "after")))
    talk.form = LISTS
    assert talk.happens(events.AskedWhere()).last.question == "2A.small.goals.title"


def test_help_in_a_list_is_about_the_cell():
    helped, _ = Talk(LISTS).happens(events.AskedHelp()).messages
    assert helped.values["help"] == Content("2A.small.goals.title.help")


def test_a_column_that_is_gone_is_not_asked():
    talk = Talk(LISTS).say("een")
    talk.form = form(asked("rows", "goals", columns=(column("short_text", "other"),)))
    assert talk.happens(events.AskedWhere()).last.question == "2A.small.goals.other"
    assert talk.happens(events.WentBack()).before == "dialog.first_question"


# --- what a typed text is ---------------------------------------------------------------------------------------------


def test_options_to_the_letter_come_before_commands():
    talk = Talk(form(asked("choice", "next", options=(
        {"id": "continue", "label": {"nl": "Stop", "en": "Continue"}},
        {"id": "no_measure", "label": {"nl": "Niet te meten", "en": "Cannot be measured"}},
    ))))  # fmt: skip
    now = asked_now(talk.form, talk.state, talk.setting)
    assert [now.has_option(text) for text in ("continue", "stop", " Niet te meten ", "niets te melden")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert not now.takes_prose


def test_nothing_is_asked_at_the_summary_and_after_delivery():
    talk = Talk(SMALL).say("vuurwerk", "3, druk", "ja", "5")
    for state in (talk.state, DialogState(phase="delivered")):
        now = asked_now(talk.form, state, talk.setting)
        assert (now.takes_prose, now.has_option("ja"), now.read("ja", talk.setting)) == (False, False, None)


def test_any_words_are_an_answer_where_a_reason_is_asked():
    talk = Talk(SMALL).say("vuurwerk", "4")
    assert asked_now(talk.form, talk.state, talk.setting).takes_prose


def test_a_text_that_was_read_already_is_not_read_again():
    talk = Talk(SMALL)
    reading = asked_now(talk.form, talk.state, talk.setting).read("vuurwerk", talk.setting)
    step = engine.advance(talk.form, talk.state, events.Said("vuurwerk", reading), talk.setting)
    assert step.state.answers == {"what": {"choice": "fireworks"}}
