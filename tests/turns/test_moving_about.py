"""In a form: every command in both languages, slips of the keyboard, and back to the same question."""

from __future__ import annotations

import pytest

from storage.tables import Contribution, Dialog
from tests.turns.chat import Chat


@pytest.fixture
def signal(chat: Chat) -> Chat:
    """A wijkagent who gave the first two answers of a signal and is asked where it is."""
    chat.say("wijkagent", "signaal")
    chat.say("wijkagent", "lawaai, vuurwerk")
    chat.say("wijkagent", "op een plek")
    assert chat.asks("place")
    return chat


@pytest.mark.parametrize("typed", ["help", "Help!", "HULP", "uitleg", "?", "/overleg help"])
def test_help_explains_the_question_and_asks_it_again(signal, typed):
    signal.say("wijkagent", typed)
    helped, asked = signal.expect("dialog.help_question_example", "dialog.ask", to="wijkagent")
    assert "Geen huisnummer" in helped.shown.text
    assert "terug" in helped.shown.text
    assert asked.message.question == "1.signal.place"


@pytest.mark.parametrize("typed", ["terug", "Terug.", "vorige", "back", "/overleg terug"])
def test_back_goes_to_the_question_before(signal, typed):
    signal.say("wijkagent", typed)
    assert signal.asks("where")


def test_back_at_the_first_question_says_so(chat):
    chat.say("wijkagent", "signaal")
    chat.say("wijkagent", "terug")
    assert chat.before() == "dialog.first_question"
    assert chat.asks("behaviour")


def test_back_passes_over_questions_that_do_not_apply(signal):
    signal.say("wijkagent", "wijzig 2")
    signal.say("wijkagent", "alleen online")  # now the place is not asked, the app is
    assert signal.asks("online_platform")
    signal.say("wijkagent", "Snapchat")
    assert signal.asks("period")
    signal.say("wijkagent", "terug")
    assert signal.asks("online_platform")
    signal.say("wijkagent", "terug")
    assert signal.asks("where")


@pytest.mark.parametrize("typed", ["overslaan", "sla over", "skip"])
def test_skip_leaves_the_question_open_with_a_trace(signal, typed):
    signal.say("wijkagent", typed)
    assert signal.before() == "dialog.skipped"
    assert signal.asks("period")
    signal.complete("wijkagent")
    line = next(line for line in signal.question().shown.lines if "Welke plek" in line.label)
    assert (line.text, line.mark) == ("niet ingevuld", "skipped")
    signal.press("wijkagent", "confirm")
    receipt, _ = signal.expect("receipt.signal_incomplete", "task.all_done", to="wijkagent")
    assert receipt.message.values["skipped"] == 1


def test_what_was_skipped_can_still_be_filled_in_from_the_summary(signal):
    signal.say("wijkagent", "overslaan")
    signal.complete("wijkagent")
    signal.say("wijkagent", "wijzig 3")
    assert signal.asks("place")
    signal.say("wijkagent", "het Lindeplein")
    signal.expect("dialog.summary", to="wijkagent")
    signal.press("wijkagent", "Versturen")
    signal.expect("receipt.signal", "task.all_done", to="wijkagent")


@pytest.mark.parametrize("typed", ["waar ben ik", "waar", "where am i", "Where am I?"])
def test_where_am_i_says_how_far_and_asks_again(signal, typed):
    signal.say("wijkagent", typed)
    where, asked = signal.expect("dialog.where", "dialog.ask", to="wijkagent")
    assert where.message.values["done"] == 2
    assert "Welke plek" in where.shown.text
    assert asked.message.question == "1.signal.place"


@pytest.mark.parametrize("typed", ["stop", "stoppen", "later", "pauze"])
def test_stop_keeps_the_draft_and_tasks_offers_it_again(signal, typed):
    signal.say("wijkagent", typed)
    signal.expect("dialog.stopped", to="wijkagent")
    assert signal.rows(Contribution) == []
    signal.say("wijkagent", "taken")
    signal.expect("task.list", to="wijkagent")
    signal.press("wijkagent", "Concept: Signaal over een groep")
    assert signal.before() == "dialog.resumed"
    assert signal.asks("place")


@pytest.mark.parametrize(
    "typed", ["wijzig 1", "Wijzig regel 1", "verander 1", "change 1", "edit line 1", "/overleg wijzig 1"]
)
def test_change_from_the_middle_returns_to_the_question_that_was_asked(signal, typed):
    signal.say("wijkagent", typed)
    assert signal.asks("behaviour")
    signal.say("wijkagent", "3")
    assert signal.before() == "dialog.noted"
    assert signal.asks("place")


def test_change_of_mind_about_a_change_keeps_the_answer(signal):
    signal.say("wijkagent", "wijzig 1")
    signal.say("wijkagent", "verder")
    assert signal.asks("place")
    signal.complete("wijkagent")
    assert signal.question().shown.lines[0].text == "Lawaai en Vuurwerk"


def test_change_of_a_line_that_is_not_there_says_which_there_are(signal):
    signal.say("wijkagent", "wijzig 99")
    assert signal.before() == "dialog.no_such_line"
    assert signal.asks("place")


def test_a_button_per_line_of_the_summary_changes_that_line(signal):
    signal.complete("wijkagent")
    key = next(line.button.key for line in signal.question().shown.lines if "Grootte" in line.label)
    signal.press("wijkagent", key)
    assert signal.asks("size")
    signal.say("wijkagent", "8 tot 12")
    signal.expect("dialog.summary", to="wijkagent")
    assert "8–12 jongeren" in signal.question().all_text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("taken", "task.list"),
        ("tasks", "task.list"),
        ("mijn taken", "task.list"),
        ("zaken", "cases.none"),
        ("status", "cases.none"),
        ("agenda", "meeting.agenda"),
        ("acties", "actions.none"),
        ("besluiten", "decisions.list"),
        ("taal", "language.which"),
        ("/overleg taken", "task.list"),
    ],
)
def test_other_commands_are_answered_in_between_and_the_question_stays(signal, typed, expected):
    signal.say("wijkagent", typed)
    signal.expect(expected, "dialog.ask", to="wijkagent")
    assert signal.asks("place")
    signal.say("wijkagent", "het Lindeplein")
    assert signal.before() == "dialog.noted"
    assert signal.asks("period")


@pytest.mark.parametrize(
    "typed",
    [
        "bij de bushalte, terug naar het plein",
        "status onbekend, bij het hek",
        "stop & shop aan de Dorpsstraat",
        "agenda van de wijk hangt er",
        "help de buurt, bij het buurthuis",
        "achter de school",
        "waar de bus keert",
        "taken van de conciërge",
    ],
)
def test_a_command_inside_a_sentence_is_just_the_sentence(signal, typed):
    signal.say("wijkagent", typed)
    assert signal.before() == "dialog.noted"
    signal.complete("wijkagent")
    assert typed in signal.question().all_text


@pytest.mark.parametrize("typed", ["terugg", "trug", "overslan", "stpo", "hulpp"])
def test_slips_are_understood_where_the_text_cannot_be_an_answer(chat, typed):
    chat.say("wijkagent", "signaal")
    chat.say("wijkagent", typed)
    assert chat.before() not in {"wrong.choices_part", "wrong.choice"}
    assert chat.last[0].id in {"dialog.ask", "dialog.stopped", "dialog.help_question"}


@pytest.mark.parametrize("typed", ["niets te melden", "Niets te melden.", "niks te melden", "nothing to report"])
def test_nothing_to_report_is_for_tasks_not_for_signals(signal, typed):
    signal.say("wijkagent", typed)
    assert signal.before() == "dialog.nothing_not_here"
    assert signal.asks("place")


@pytest.mark.parametrize("typed", ["versturen", "bevestig", "akkoord", "klopt", "confirm", "ja", "ok", "Klaar!"])
def test_the_summary_is_confirmed_by_a_word(signal, typed):
    signal.complete("wijkagent")
    signal.say("wijkagent", typed)
    signal.expect("receipt.signal", "task.all_done", to="wijkagent")
    assert len(signal.rows(Contribution)) == 1


def test_confirming_too_early_goes_on_with_the_question(signal):
    signal.say("wijkagent", "versturen")
    assert signal.before() == "dialog.not_at_summary"
    assert signal.asks("place")


def test_other_text_at_the_summary_says_what_can_be_done(signal):
    signal.complete("wijkagent")
    signal.say("wijkagent", "en nu")
    assert signal.before() == "dialog.say_confirm_or_change"
    signal.expect("dialog.summary", to="wijkagent")
    assert signal.rows(Contribution) == []


def test_nothing_is_delivered_when_nothing_was_answered(chat):
    chat.say("wijkagent", "signaal")
    for _ in range(30):
        if chat.question().id == "dialog.summary":
            break
        chat.say("wijkagent", "overslaan")
    chat.say("wijkagent", "versturen")
    assert chat.before() == "dialog.nothing_answered"
    assert chat.rows(Contribution) == []


def test_progress_says_which_question_of_how_many(signal):
    assert signal.question().shown.progress == (3, 16)
    signal.say("wijkagent", "het Lindeplein")
    assert signal.question().shown.progress == (4, 16)


def test_english_is_spoken_after_language_en(signal):
    signal.say("wijkagent", "taal en")
    signal.expect("language.now_en", "dialog.ask", to="wijkagent")
    signal.say("wijkagent", "where am i")
    assert "Where is it?" in signal.question().shown.text
    signal.say("wijkagent", "language nl")
    signal.say("wijkagent", "waar ben ik")
    assert "Waar is het?" in signal.question().shown.text


def test_go_on_takes_up_what_was_left_last(signal):
    signal.say("wijkagent", "stop")
    signal.say("wijkagent", "verder")
    assert (signal.before(), signal.asks("place")) == ("dialog.resumed", True)
    signal.deliver("wijkagent")
    signal.say("wijkagent", "verder")
    signal.expect("task.none", to="wijkagent")


def test_what_is_not_understood_is_answered_with_what_can_be_done(chat):
    chat.say("wijkagent", "kun je me even bellen")
    (answer,) = chat.expect("help.not_understood", to="wijkagent")
    assert [button.label for button in answer.shown.buttons] == ["Mijn taken", "Signaal doorgeven", "Zaken"]


def test_a_restart_in_the_middle_loses_nothing(signal):
    signal.restart()
    signal.say("wijkagent", "het Lindeplein")
    assert signal.before() == "dialog.noted"
    assert signal.asks("period")
    signal.deliver("wijkagent")
    assert len(signal.rows(Contribution)) == 1


def test_an_empty_message_is_answered(signal):
    signal.say("wijkagent", "   ")
    assert signal.question().id == "dialog.ask"
    assert signal.asks("place")


def test_the_dialog_is_small_and_plain_in_the_database(signal):
    dialog = signal.rows(Dialog)[0]
    assert dialog.state["answers"] == {
        "behaviour": {"choices": ["noise", "fireworks"]},
        "where": {"choice": "street"},
    }
